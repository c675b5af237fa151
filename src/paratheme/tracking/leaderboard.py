"""Runs side by side: a leaderboard from what runs kept of their tests; nothing is fitted again."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from paratheme.errors import ParathemeError
from paratheme.evaluation.bootstrap import (
    Difference,
    Resampling,
    compare_macro_f1,
    draw,
    drawn,
    f1,
    holm,
    interval,
    macro_f1,
)
from paratheme.evaluation.bootstrap import story_counts as counts_of
from paratheme.evaluation.format import SMALL, Grid, figure, percent, show, span
from paratheme.evaluation.predictions import Results
from paratheme.evaluation.slices import MACRO, parts
from paratheme.tracking import registry
from paratheme.tracking.registry import LoggedRun

COSTS = {"fit_s": "time/fit_s", "blocks_per_s": "speed/blocks_per_s", "megabytes": "size/megabytes"}
FORMS = ("table", "markdown", "json")
LIMIT = 20  # runs in a leaderboard, where none is named
FEW_STORIES = 10
BY = ("theme", "language", "language/theme", "kind", "genre", "length")


@dataclass(frozen=True)
class Entry:
    """A run and what it was tested on, blocks in the order that all runs share."""

    run: LoggedRun
    tested: Results


@dataclass(frozen=True)
class Standing:
    """A run's line in the leaderboard.

    Attributes
    ----------
    run, id, model : str
        The run's name and id, and its model family.
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


def run(names: Sequence[str], by: Sequence[str], form: str, resampling: Resampling, limit: int = LIMIT) -> int:
    """What ``paratheme compare`` does.

    Parameters
    ----------
    names : sequence of str
        Runs, as `registry.find_run` reads them; empty: the newest tested on the newest data.
    by : sequence of {"theme", "language", "language/theme", "kind", "genre", "length"}
        Which F1 to show beside the leaderboard.
    form : {"table", "markdown", "json"}
    resampling : Resampling
    limit : int
        How many of the newest, where no names are given.

    Returns
    -------
    int
        The exit status, 0.
    """
    runs = list({found.id: found for found in map(registry.find_run, names)}.values())
    if not names:
        runs, left_out = registry.newest_tested(limit)
        for note in left_out:
            print(f"paratheme: {note}", file=sys.stderr)
    entries = [Entry(found, registry.predictions_of(found).in_common_order()) for found in runs]
    standings = leaderboard(entries, resampling)
    for warning in warnings_about(entries, standings):
        print(f"paratheme: {warning}", file=sys.stderr)
    order = {standing.id: place for place, standing in enumerate(standings)}
    entries.sort(key=lambda entry: order[entry.run.id])
    same_data = {standing.id for standing in standings if standing.same_data}
    comparable = [entry for entry in entries if entry.run.id in same_data]
    if form == "json":
        slices = {kind: slice_figures(comparable, kind) for kind in by}
        found = {"runs": [asdict(s) for s in standings], **({"slices": slices} if by else {})}
        print(json.dumps(_finite(found), indent=1, allow_nan=False))
        return 0
    show(leaderboard_grid(standings, resampling), markdown=form == "markdown")
    for kind in by:
        show(slice_grid(comparable, kind), markdown=form == "markdown")
    return 0


def _finite(value: Any) -> Any:
    """Return plain data with None for what JSON cannot write: NaN and the infinite."""
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    return None if isinstance(value, float) and not np.isfinite(value) else value


def leaderboard(entries: Sequence[Entry], resampling: Resampling) -> list[Standing]:
    """Rank runs by macro-F1 and test each against the best.

    Parameters
    ----------
    entries : sequence of Entry
        At least one.
    resampling : Resampling

    Returns
    -------
    list of Standing
        The best first; runs tested on other data than most of them come last.
    """
    data, _ = Counter(entry.tested.fingerprint for entry in entries).most_common(1)[0]
    # the stories of one run group all: another run may have grouped the same blocks otherwise
    stories = next(entry.tested.stories for entry in entries if entry.tested.fingerprint == data)
    counts = [
        counts_of(e.tested.gold, e.tested.decided, stories if e.tested.fingerprint == data else e.tested.stories)
        for e in entries
    ]
    scores = [float(macro_f1(one.sum(axis=0))) for one in counts]
    same = [entry.tested.fingerprint == data for entry in entries]
    order = sorted(range(len(entries)), key=lambda i: (not same[i], -scores[i]))
    best = order[0]
    tested = [i for i in order[1:] if same[i]]
    differences = {i: compare_macro_f1(counts[best], counts[i], resampling) for i in tested}
    verdicts = dict(zip(tested, differs([differences[i] for i in tested], 1 - resampling.confidence), strict=True))
    found = []
    for i in order:
        low, high = interval(macro_f1(drawn(counts[i], draw(len(counts[i]), resampling))), resampling.confidence)
        test = differences.get(i), verdicts.get(i)
        found.append(_standing(entries[i], scores[i], (float(low), float(high)), counts[i], test, same[i]))
    return found


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


def _standing(
    entry: Entry,
    score: float,
    bounds: tuple[float, float],
    counts: Any,
    test: tuple[Difference | None, str | None],
    same_data: bool,
) -> Standing:
    run, measured = entry.run, registry.costs_of(entry.run)
    return Standing(
        run=run.label,
        id=run.id,
        model=run.tags.get("model", ""),
        macro_f1=score,
        low=bounds[0],
        high=bounds[1],
        micro_f1=float(f1(counts.sum(axis=(0, 1)))),
        blocks=len(entry.tested.frame),
        stories=len(counts),
        difference=test[0],
        differs=test[1],
        same_data=same_data,
        **{name: measured.get(metric) for name, metric in COSTS.items()},
    )


def warnings_about(entries: Sequence[Entry], standings: Sequence[Standing]) -> list[str]:
    """Return what makes a comparison unfair: other data, or data that a model was trained on."""
    found = []
    if others := [f"{standing.run} ({standing.id[:8]})" for standing in standings if not standing.same_data]:
        found.append(
            f"tested on other data than {standings[0].run}, so their figures cannot be compared with it: "
            f"{', '.join(others)}"
        )
    for entry in entries:
        if int(seen := entry.run.tags.get("seen_in_training", "0")):
            found.append(f"{entry.run.label} ({entry.run.id[:8]}) was trained on {seen} of the blocks it was tested on")
    if standings[0].stories < FEW_STORIES:
        found.append(f"{standings[0].stories} stories are few: intervals and tests say little")
    return found


def slice_figures(entries: Sequence[Entry], by: str) -> list[dict[str, Any]]:
    """Return the F1 of every run in every slice of a kind.

    Parameters
    ----------
    entries : sequence of Entry
    by : str
        One of `BY`.

    Returns
    -------
    list of dict
        `slice`, `support` (examples of the theme, or blocks) in the first run that has the slice, and `f1`, run
        id -> F1 or None.
    """
    if by not in BY:
        raise ParathemeError(f"--by {by}: there are {', '.join(BY)}")
    found: dict[str, dict[str, Any]] = {}
    for entry in entries:
        for name, support, value in _slices_of(entry.tested, by):
            row = found.setdefault(name, {"slice": name, "support": support, "f1": {}})
            row["f1"][entry.run.id] = None if np.isnan(value) else value
    return list(found.values())


def _slices_of(tested: Results, by: str) -> list[tuple[str, int, float]]:
    kind, _, themes_too = by.partition("/")
    found = []
    for own, name, rows in parts(tested, [kind]):
        if (own == "all") != (by == "theme"):
            continue
        gold, decided = tested.gold[rows], tested.decided[rows]
        counts = counts_of(gold, decided, ["all"] * len(rows))[0]
        if by != "theme":
            found.append((f"{name} {MACRO}" if themes_too else name, len(rows), float(macro_f1(counts))))
        if by == "theme" or themes_too:
            shown = [theme if by == "theme" else f"{name} {theme}" for theme in tested.themes]
            found += list(zip(shown, gold.sum(axis=0).tolist(), f1(counts).tolist(), strict=True))
    return found


def leaderboard_grid(standings: Sequence[Standing], resampling: Resampling) -> Grid:
    """Return the leaderboard as a table."""
    sure = percent(resampling.confidence)
    columns = ["run", "id", "model", "macro F1", sure, "to the best", f"{sure} of it", "p", "p (permuted)"]
    rows = []
    for one in standings:
        test = ["best" if one is standings[0] else "other data", "", "", "", ""]
        if one.difference is not None:
            d = one.difference
            ps = [figure(d.p), figure(d.p_permutation)]
            test = [f"{d.estimate:+.3f}", span(d.low, d.high, "+.3f"), *ps, one.differs or ""]
        costs = [figure(one.fit_s, 1), figure(one.blocks_per_s, 0), figure(one.megabytes, 1)]
        rows.append([one.run, one.id[:8], one.model, figure(one.macro_f1), span(one.low, one.high), *test, *costs])
    title = f"{standings[0].blocks} blocks in {standings[0].stories} stories"
    note = (
        f"differs: both tests say so at {1 - resampling.confidence:.3g}, by Holm's correction for the number of runs; "
        "unsure: one does. The best was chosen on these blocks, which flatters it a little."
    )
    compared = any(one.difference for one in standings)
    return Grid(title, [*columns, "differs", "fit s", "blocks/s", "MB"], rows, note if compared else "")


def slice_grid(entries: Sequence[Entry], by: str) -> Grid:
    """Return the F1 of every run by slice as a table."""
    names = [f"{entry.run.label} {entry.run.id[:4]}" for entry in entries]
    rows = []
    for row in slice_figures(entries, by):
        support = f"{row['support']}" + (" (few)" if row["support"] < SMALL else "")
        rows.append([row["slice"], *(figure(row["f1"].get(entry.run.id)) for entry in entries), support])
    return Grid(f"F1 by {by}", [by, *names, "support"], rows)
