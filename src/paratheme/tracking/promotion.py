"""Choosing the champion: a run's model takes the place of the present one if it is no worse anywhere."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from paratheme.errors import ParathemeError
from paratheme.evaluation.bootstrap import Floats, Resampling, block_counts, draw, drawn, interval, macro_f1, total_by
from paratheme.evaluation.format import SMALL, Grid, figure, percent, show, span
from paratheme.evaluation.slices import Rows, parts
from paratheme.tracking import registry
from paratheme.tracking.leaderboard import Entry
from paratheme.tracking.log import CHAMPION
from paratheme.tracking.registry import LoggedRun, Version

ROUNDING = 1e-9
MANY = 4  # settings to name in an error
RESAMPLING = Resampling()
SURE = percent(RESAMPLING.confidence)


@dataclass(frozen=True)
class Comparison:
    """A slice's F1 under the champion and under the run.

    Attributes
    ----------
    slice : str
        A theme or a language.
    support : int
        Examples of the theme, or blocks in the language.
    concerned : int
        Blocks of the slice that have a theme (or this one), or that either run gives one.
    champion, run : float
        NaN where both have nothing to find and find nothing; 1 where only one does.
    low, high : float
        The bootstrap interval of the difference.
    """

    slice: str
    support: int
    concerned: int
    champion: float
    run: float
    low: float = np.nan
    high: float = np.nan

    @property
    def difference(self) -> float:
        """What the run gains; NaN where there is no figure."""
        return self.run - self.champion

    @property
    def decisive(self) -> bool:
        """Whether there is enough to decide by."""
        return self.concerned >= SMALL

    def is_worse(self, margin: float) -> bool:
        """Tell whether the run loses more than the margin, with enough to decide by."""
        return self.decisive and self.difference < -margin - ROUNDING


def run(name: str, margin: float, reason: str | None) -> int:
    """What ``paratheme promote RUN`` does.

    Parameters
    ----------
    name : str
        The run, as `registry.find_run` reads it.
    margin : float
        How much F1 it may lose on a theme or a language.
    reason : str or None
        Why it is promoted whatever the figures say; None: it must earn it.

    Returns
    -------
    int
        The exit status: 1 when it is refused.
    """
    if not 0 <= margin <= 1:
        raise ParathemeError(f"--margin {margin}: a difference in F1, between 0 and 1")
    candidate = registry.find_run(name)
    version = registry.version_of_run(candidate.trained_by)
    if version is None:
        raise ParathemeError(f"run {candidate.name} ({candidate.id[:8]}) has no registered model to promote")
    champion = registry.version_with_alias(CHAMPION)
    if champion is not None and champion.number == version.number:
        print(f"{version.uri} is the champion already")
        return 0
    if champion is not None and not reason:
        entries = common_test(candidate, champion)
        compared = compare_slices(*entries, RESAMPLING)
        show(_grid(compared, margin, *entries))
        if refusal := worst_loss(compared, margin):
            print(f"paratheme: not promoted: {refusal}; --force --reason TEXT overrules", file=sys.stderr)
            return 1
    registry.crown(version, champion, reason or "")
    print(f"{version.uri} is now the champion" + (f"; before: {champion.uri}" if champion else ""))
    return 0


def undo() -> int:
    """What ``paratheme promote --undo`` does: champion and previous change places; return the exit status."""
    champion, previous = (registry.version_with_alias(alias) for alias in (CHAMPION, registry.PREVIOUS))
    if champion is None or previous is None:
        raise ParathemeError("there is no previous champion to go back to")
    registry.crown(previous, champion)
    print(f"{previous.uri} is the champion again; before: {champion.uri}")
    return 0


def common_test(candidate: LoggedRun, champion: Version) -> tuple[Entry, Entry]:
    """Return a test that both the candidate and the champion took: their runs' own, or evaluations of them.

    Raises
    ------
    ParathemeError
        If there is none that is fair; names what to evaluate.
    """
    mine = [candidate, *(run for run in registry.tests_of(candidate.trained_by) if run.id != candidate.id)]
    try:
        theirs = {run.tested_on: run for run in reversed(registry.tests_of(champion.run_id))}
    except ParathemeError as error:
        raise ParathemeError(
            f"the champion {champion.uri} cannot be compared with: the run that trained it is gone; "
            "--force --reason TEXT promotes all the same"
        ) from error
    pairs = [(own, theirs[own.tested_on]) for own in mine if own.tested_on in theirs]
    if fair := [pair for pair in pairs if not any(map(_seen, pair))]:
        first, second = (Entry(run, registry.predictions_of(run).in_common_order()) for run in fair[0])
        return first, second
    if pairs:
        told = max(pairs[0], key=_seen)
        raise ParathemeError(
            f"{told.label} was trained on {_seen(told)} of the blocks it was tested on, which is no fair test; let "
            "both be tested on a corpus that neither was trained on"
        )
    named = f"the champion {champion.uri} and run {candidate.name} ({candidate.id[:8]})"
    trained = [run for run in theirs.values() if run.id == champion.run_id]
    differing = _differing_settings(candidate, trained[0]) if trained else ""
    raise ParathemeError(
        f"{named} were tested on different data{differing}; train the run again with the champion's, or let both take "
        f"a test that neither was trained on: paratheme evaluate {champion.uri} CORPUS, then paratheme evaluate "
        f"runs:/{candidate.trained_by} CORPUS"
    )


def _differing_settings(candidate: LoggedRun, champion: LoggedRun) -> str:
    """Return what the two runs' tests do not share, in brackets, or nothing."""
    keys = sorted(key for key in {*candidate.params, *champion.params} if key.startswith(("corpus.", "split.")))
    pairs = [(key, candidate.params.get(key, "nothing"), champion.params.get(key, "nothing")) for key in keys]
    told = [f"{key} is {mine}, the champion's {theirs}" for key, mine, theirs in pairs if mine != theirs]
    if not told and candidate.tags.get("data_fingerprint") != champion.tags.get("data_fingerprint"):
        told = ["texts, labels or themes of the corpus are others"]
    return f" ({'; '.join(told[:MANY])})" if told else ""


def _seen(run: LoggedRun) -> int:
    """Return how many of the blocks it was tested on its model was trained on."""
    return int(run.tags.get("seen_in_training", "0"))


def compare_slices(candidate: Entry, champion: Entry, resampling: Resampling) -> list[Comparison]:
    """Return both runs' F1 on every theme and every language, over the same blocks and stories."""
    tests = (champion.tested, candidate.tested)
    names, story = np.unique(np.asarray(champion.tested.stories), return_inverse=True)
    weights = draw(len(names), resampling)
    blocks = [block_counts(tested.gold, tested.decided) for tested in tests]
    concerned = np.logical_or.reduce([tested.gold | tested.decided for tested in tests])

    def comparison(name: str, support: int, rows: Rows, themes: slice) -> Comparison:
        stories = [total_by(story[rows], len(names), counts[rows][:, themes]) for counts in blocks]
        before, after = _completed([macro_f1(counts.sum(axis=0)) for counts in stories])
        draws = [macro_f1(drawn(counts, weights)) for counts in stories]
        low, high = interval(np.subtract(*_completed(draws[::-1])), resampling.confidence)
        enough = int(concerned[rows][:, themes].any(axis=1).sum())
        return Comparison(name, support, enough, float(before), float(after), float(low), float(high))

    everything = np.arange(len(story))
    found = []
    for i, theme in enumerate(champion.tested.themes):
        found.append(comparison(theme, int(champion.tested.gold[:, i].sum()), everything, slice(i, i + 1)))
    for _, language, rows in [part for part in parts(champion.tested, ["language"]) if part[0] != "all"]:
        found.append(comparison(language, len(rows), rows, slice(None)))
    return found


def _completed(pair: Sequence[Floats]) -> tuple[Floats, Floats]:
    """Give 1 to whoever rightly found nothing where the other found something, so that it counts as a difference."""
    first, second = pair
    return (
        np.where(np.isnan(first) & ~np.isnan(second), 1.0, first),
        np.where(np.isnan(second) & ~np.isnan(first), 1.0, second),
    )


def worst_loss(compared: Sequence[Comparison], margin: float) -> str:
    """Return which slice lost most and how much, if it is more than the margin; else an empty string."""
    lost = [one for one in compared if one.is_worse(margin)]
    if not lost:
        return ""
    worst = min(lost, key=lambda one: one.difference)
    others = [f"{one.slice} ({one.difference:+.3f})" for one in lost if one is not worst]
    chance = ", so it may be chance" if worst.high >= 0 else ""
    between = span(worst.low, worst.high, "+.3f")
    return (
        f"F1 on {worst.slice} falls by {-worst.difference:.3f}, from {worst.champion:.3f} to {worst.run:.3f} (margin "
        f"{margin:g}, support {worst.support}, {SURE} of the difference {between}{chance})"
        + (f"; also worse: {', '.join(others)}" if others else "")
    )


def _grid(compared: Sequence[Comparison], margin: float, candidate: Entry, champion: Entry) -> Grid:
    rows = []
    for one in compared:
        support = f"{one.support}" + ("" if one.decisive else " (few, not decisive)")
        signed = "-" if np.isnan(one.difference) else f"{one.difference:+.3f}"
        worse = "worse" if one.is_worse(margin) else ""
        between = span(one.low, one.high, "+.3f")
        rows.append([one.slice, figure(one.champion), figure(one.run), signed, between, support, worse])
    tested = champion.tested
    title = f"F1 of the champion ({champion.run.label}) and of the run ({candidate.run.label})"
    title += f" on {len(tested.frame)} blocks in {len(set(tested.stories))} stories"
    return Grid(title, ["slice", "champion", "run", "difference", f"{SURE} of it", "support", ""], rows)
