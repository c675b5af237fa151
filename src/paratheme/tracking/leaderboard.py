"""Runs side by side: a leaderboard from what runs kept of their tests; nothing is fitted again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from paratheme.errors import UsageError
from paratheme.evaluation.bootstrap import (
    Difference,
    Resampling,
    compare_macro_f1,
    draw,
    f1,
    holm,
    interval_of_f1,
    macro_f1,
    story_counts,
)
from paratheme.evaluation.predictions import Predictions
from paratheme.evaluation.slices import MACRO, parts
from paratheme.tracking.runs import LoggedRun, costs_of, predictions_of

COSTS = {"fit_s": "time/fit_s", "blocks_per_s": "speed/blocks_per_s", "megabytes": "size/megabytes"}
FEW_STORIES = 10
SLICED_BY = ("theme", "language", "language/theme", "kind", "genre", "length")


@dataclass(frozen=True)
class TestedRun:
    """A run and what it was tested on, blocks in the order that all runs share."""

    run: LoggedRun
    predictions: Predictions


@dataclass(frozen=True)
class LeaderboardRow:
    """A run's line in the leaderboard.

    Attributes
    ----------
    run, id, model : str
        The run's name and id, and its model type.
    macro_f1, low, high, micro_f1 : float
        Over all tested blocks; `low` and `high` bound macro-F1.
    blocks, stories : int
        How many were tested.
    difference : Difference or None
        To the best run; None for the best itself and for runs tested on other data.
    differs : {"yes", "no", "unsure"} or None
        Whether both tests find the difference, or neither, or one alone, at one less the confidence, by Holm's
        correction for the number of runs; None without a difference.
    same_data : bool
        Whether it was tested on what most of the runs were tested on.
    fit_s, blocks_per_s, megabytes : float or None
        What it costs; None where the run did not measure it.
    """

    run: str
    id: str
    model: str
    macro_f1: float
    low: float
    high: float
    micro_f1: float
    blocks: int
    stories: int
    difference: Difference | None
    differs: str | None
    same_data: bool
    fit_s: float | None
    blocks_per_s: float | None
    megabytes: float | None


def leaderboard(entries: Sequence[TestedRun], resampling: Resampling) -> list[LeaderboardRow]:
    """Rank runs by macro-F1, test each against the best; runs tested on other data than most come last."""
    data, _ = Counter(entry.predictions.fingerprint for entry in entries).most_common(1)[0]
    same = [entry.predictions.fingerprint == data for entry in entries]
    # the stories of one run group all: another run may have grouped the same blocks otherwise
    shared = entries[same.index(True)].predictions.stories
    counts = []
    for entry, comparable in zip(entries, same, strict=True):
        p = entry.predictions
        counts.append(story_counts(p.y_true, p.y_pred, shared if comparable else p.stories))
    scores = [float(macro_f1(one.sum(axis=0))) for one in counts]
    order = sorted(range(len(entries)), key=lambda i: (not same[i], -scores[i]))
    best, others = order[0], [i for i in order[1:] if same[i]]
    differences = {i: compare_macro_f1(counts[best], counts[i], resampling) for i in others}
    verdicts = dict(zip(others, differs([differences[i] for i in others], 1 - resampling.confidence), strict=True))
    rows = []
    for i in order:
        low, high = interval_of_f1(counts[i], draw(len(counts[i]), resampling), resampling.confidence)
        test = differences.get(i), verdicts.get(i)
        rows.append(_row(entries[i], scores[i], (float(low[-1]), float(high[-1])), counts[i], test, same[i]))
    return rows


def differs(differences: Sequence[Difference], level: float) -> list[str]:
    """Return for each difference whether both tests find it: ``yes``, ``no``, or ``unsure`` where one does.

    Parameters
    ----------
    differences : sequence of Difference
        All that are looked at together: Holm's correction takes account of their number.
    level : float
        Of significance, such as 0.05.
    """
    tests = [holm([d.p for d in differences]), holm([d.p_permutation for d in differences])]
    return [("no", "unsure", "yes")[sum(p <= level for p in both)] for both in zip(*tests, strict=True)]


def _row(
    entry: TestedRun,
    score: float,
    bounds: tuple[float, float],
    counts: Any,
    test: tuple[Difference | None, str | None],
    same_data: bool,
) -> LeaderboardRow:
    run, measured = entry.run, costs_of(entry.run)
    return LeaderboardRow(
        run=run.label,
        id=run.id,
        model=run.tags.get("model", ""),
        macro_f1=score,
        low=bounds[0],
        high=bounds[1],
        micro_f1=float(f1(counts.sum(axis=(0, 1)))),
        blocks=len(entry.predictions.frame),
        stories=len(counts),
        difference=test[0],
        differs=test[1],
        same_data=same_data,
        **{name: measured.get(metric) for name, metric in COSTS.items()},
    )


def tested_run(run: LoggedRun) -> TestedRun:
    """Return a run with its predictions, in the order that all runs share."""
    return TestedRun(run, predictions_of(run).in_common_order())


def warnings_about(entries: Sequence[TestedRun], rows: Sequence[LeaderboardRow]) -> list[str]:
    """Return what makes a comparison unfair: other data, or data that a model was trained on."""
    warnings = []
    if others := [f"{row.run} ({row.id[:8]})" for row in rows if not row.same_data]:
        warnings.append(
            f"tested on other data than {rows[0].run}, so their figures cannot be compared with it: {', '.join(others)}"
        )
    for run in (entry.run for entry in entries):
        if seen := run.seen_in_training:
            warnings.append(f"{run.label} ({run.id[:8]}) was trained on {seen} of the blocks it was tested on")
    if rows[0].stories < FEW_STORIES:
        warnings.append(f"{rows[0].stories} stories are few: intervals and tests say little")
    return warnings


def slice_figures(entries: Sequence[TestedRun], by: str) -> list[dict[str, Any]]:
    """Return the F1 of every run in every slice of a kind, one of `SLICED_BY`.

    A row is `slice`, `support` (examples of the theme, or blocks) in the first run that has the slice, and `f1`, run id
    -> F1 or None.
    """
    if by not in SLICED_BY:
        raise UsageError(f"--by {by}: there are {', '.join(SLICED_BY)}")
    rows: dict[str, dict[str, Any]] = {}
    for entry in entries:
        for name, support, value in _slices_of(entry.predictions, by):
            row = rows.setdefault(name, {"slice": name, "support": support, "f1": {}})
            row["f1"][entry.run.id] = None if np.isnan(value) else value
    return list(rows.values())


def _slices_of(predictions: Predictions, by: str) -> list[tuple[str, int, float]]:
    kind, _, themes_too = by.partition("/")
    figures: list[tuple[str, int, float]] = []
    for own, name, rows in parts(predictions, [kind]):
        if (own == "all") != (by == "theme"):
            continue
        y_true, y_pred = predictions.y_true[rows], predictions.y_pred[rows]
        counts = story_counts(y_true, y_pred, ["all"] * len(rows))[0]
        if by != "theme":
            figures.append((f"{name} {MACRO}" if themes_too else name, len(rows), float(macro_f1(counts))))
        if by == "theme" or themes_too:
            shown = [theme if by == "theme" else f"{name} {theme}" for theme in predictions.themes]
            figures += list(zip(shown, y_true.sum(axis=0).tolist(), f1(counts).tolist(), strict=True))
    return figures
