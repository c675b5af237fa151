"""Choosing the champion: a run's model takes the place of the present one if it is no worse anywhere."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from paratheme import registry
from paratheme.compare import Entry, slice_figures
from paratheme.errors import ParathemeError
from paratheme.registry import LoggedRun, Version
from paratheme.report import SMALL, Grid, figure, show
from paratheme.tracking import CHAMPION

ROUNDING = 1e-9
MANY = 4  # settings to name in an error


@dataclass(frozen=True)
class Comparison:
    """A slice's F1 under the champion and under the run.

    Attributes
    ----------
    slice : str
        A theme or a language.
    support : int
        Examples of the theme, or blocks in the language.
    champion, run : float
        NaN where there is nothing to find and nothing found.
    """

    slice: str
    support: int
    champion: float
    run: float

    @property
    def difference(self) -> float:
        """What the run gains; NaN where a figure is missing."""
        return self.run - self.champion

    @property
    def decisive(self) -> bool:
        """Whether there are enough examples to decide by."""
        return self.support >= SMALL


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
    if margin < 0:
        raise ParathemeError(f"--margin {margin}: must not be below 0")
    candidate = registry.find_run(name)
    version = registry.version_of_run(candidate.trained_by)
    if version is None:
        raise ParathemeError(f"run {candidate.name} ({candidate.id[:8]}) has no registered model to promote")
    champion = registry.version_with_alias(CHAMPION)
    if champion is not None and champion.number == version.number:
        print(f"{version.uri} is the champion already")
        return 0
    if champion is not None and not reason:
        compared = compare_slices(*common_test(candidate, champion))
        show(_grid(compared, margin))
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
        If there is none; names what to evaluate.
    """
    mine = [candidate, *(run for run in registry.tests_of(candidate.trained_by) if run.id != candidate.id)]
    theirs = {run.tested_on: run for run in reversed(registry.tests_of(champion.run_id))}
    for own in mine:
        if own.tested_on in theirs:
            pair = (own, theirs[own.tested_on])
            first, second = (Entry(run, registry.predictions_of(run).in_common_order()) for run in pair)
            for entry in (first, second):
                if int(seen := entry.run.tags.get("seen_in_training", "0")):
                    said = f"{entry.run.label} was trained on {seen} of the blocks it was tested on"
                    print(f"paratheme: {said}", file=sys.stderr)
            return first, second
    named = f"the champion {champion.uri} and run {candidate.name} ({candidate.id[:8]})"
    trained = [run for run in theirs.values() if run.id == champion.run_id]
    differing = _differing_settings(candidate, trained[0]) if trained else ""
    raise ParathemeError(
        f"{named} were tested on different data{differing}; train the run again with the champion's, or let both take "
        f"a test that neither was trained on: paratheme evaluate {champion.uri} CORPUS, then paratheme evaluate "
        f"runs:/{candidate.trained_by} CORPUS"
    )


def _differing_settings(candidate: LoggedRun, champion: LoggedRun) -> str:
    """Return the settings of corpus and split that the two runs do not share, in brackets, or nothing."""
    keys = sorted(key for key in {*candidate.params, *champion.params} if key.startswith(("corpus.", "split.")))
    pairs = [(key, candidate.params.get(key, "nothing"), champion.params.get(key, "nothing")) for key in keys]
    told = [f"{key} is {mine}, the champion's {theirs}" for key, mine, theirs in pairs if mine != theirs]
    return f" ({'; '.join(told[:MANY])})" if told else ""


def compare_slices(candidate: Entry, champion: Entry) -> list[Comparison]:
    """Return both runs' F1 on every theme and every language."""
    found = []
    for by in ("theme", "language"):
        for row in slice_figures([candidate, champion], by):
            values = [row["f1"].get(entry.run.id) for entry in (champion, candidate)]
            found.append(Comparison(row["slice"], row["support"], *(np.nan if v is None else v for v in values)))
    return found


def worst_loss(compared: Sequence[Comparison], margin: float) -> str:
    """Return which slice lost most and how much, if it is more than the margin; else an empty string."""
    lost = [one for one in compared if one.decisive and one.difference < -margin - ROUNDING]
    if not lost:
        return ""
    worst = min(lost, key=lambda one: one.difference)
    others = [f"{one.slice} ({one.difference:+.3f})" for one in lost if one is not worst]
    return (
        f"F1 on {worst.slice} falls by {-worst.difference:.3f}, from {worst.champion:.3f} to {worst.run:.3f} "
        f"({worst.support} examples, margin {margin:g})" + (f"; also worse: {', '.join(others)}" if others else "")
    )


def _grid(compared: Sequence[Comparison], margin: float) -> Grid:
    rows = []
    for one in compared:
        support = f"{one.support}" + ("" if one.decisive else " (few, not decisive)")
        worse = "worse" if one.difference < -margin - ROUNDING and one.decisive else ""
        signed = "-" if np.isnan(one.difference) else f"{one.difference:+.3f}"
        rows.append([one.slice, figure(one.champion), figure(one.run), signed, support, worse])
    return Grid("F1 of the champion and of the run", ["slice", "champion", "run", "difference", "support", ""], rows)
