"""Choosing the champion: a run's model takes the place of the present one if it is no worse anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from paratheme.errors import ParathemeError
from paratheme.evaluation.bootstrap import (
    Difference,
    Resampling,
    block_counts,
    compare_macro_f1,
    draw,
    drawn,
    interval,
    macro_f1,
    story_counts,
    total_by,
)
from paratheme.evaluation.format import SMALL, format_confidence, format_interval
from paratheme.evaluation.slices import MACRO, parts
from paratheme.tracking import runs
from paratheme.tracking.leaderboard import TestedRun, tested_run
from paratheme.tracking.registry import Version, champions, version_of_run
from paratheme.tracking.runs import LoggedRun
from paratheme.types import Floats, Rows

ROUNDING = 1e-9
MOST_SETTINGS = 4  # to name in an error
RESAMPLING = Resampling()
CONFIDENCE = format_confidence(RESAMPLING.confidence)


@dataclass(frozen=True)
class SliceComparison:
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
    def enough(self) -> bool:
        """Whether a figure of its own can be relied on."""
        return self.concerned >= SMALL

    @property
    def decisive(self) -> bool:
        """Whether it has a say; that of everything together always has: a small test is no reason to take the worse."""
        return self.enough or self.slice == MACRO

    def is_worse(self, margin: float) -> bool:
        """Tell whether the run loses more than the margin, with enough to decide by."""
        return self.decisive and self.difference < -margin - ROUNDING


@dataclass(frozen=True)
class Standing:
    """A run next to the champion of its theme set.

    Attributes
    ----------
    version : Version
        Of the run's model.
    champion : Version
    macro_f1 : float
        The champion's, on the common test; NaN where there is none.
    difference : Difference or None
        What the run gains in macro-F1 on a test that both took; None where there is none.
    """

    version: Version
    champion: Version
    macro_f1: float
    difference: Difference | None

    @property
    def is_better(self) -> bool:
        """Whether the run is better beyond chance, by both tests."""
        d, level = self.difference, 1 - RESAMPLING.confidence
        return d is not None and d.estimate > 0 and max(d.p, d.p_permutation) <= level


def against_champion(run_id: str) -> Standing | None:
    """Compare a run with the champion of its theme set; None where its model is the champion, or not registered."""
    version = version_of_run(run_id)
    champion = champions().get(version.name) if version else None
    if version is None or champion is None or champion == version:
        return None
    try:
        mine, theirs = common_test(runs.find_run(f"runs:/{run_id}"), champion)
    except ParathemeError:
        return Standing(version, champion, np.nan, None)
    stories = theirs.predictions.stories
    before, after = (story_counts(one.predictions.y_true, one.predictions.y_pred, stories) for one in (theirs, mine))
    difference = compare_macro_f1(before, after, RESAMPLING)
    return Standing(version, champion, float(macro_f1(before.sum(axis=0))), difference)


def common_test(candidate: LoggedRun, champion: Version) -> tuple[TestedRun, TestedRun]:
    """Return a test that both the candidate and the champion took: their runs' own, or evaluations of them.

    Raises
    ------
    ParathemeError
        If there is none that is fair; names what to evaluate.
    """
    mine = [candidate, *(run for run in runs.tests_of(candidate.trained_by) if run.id != candidate.id)]
    try:
        theirs = {run.tested_on: run for run in reversed(runs.tests_of(champion.run_id))}
    except ParathemeError as error:
        raise ParathemeError(
            f"the champion {champion.uri} cannot be compared with: the run that trained it is gone; "
            "--force --reason TEXT promotes all the same"
        ) from error
    pairs = [(own, theirs[own.tested_on]) for own in mine if own.tested_on in theirs]
    if fair := [pair for pair in pairs if not any(run.seen_in_training for run in pair)]:
        return tested_run(fair[0][0]), tested_run(fair[0][1])
    if pairs:
        told = max(pairs[0], key=lambda run: run.seen_in_training)
        raise ParathemeError(
            f"{told.label} was trained on {told.seen_in_training} of the blocks it was tested on, which is no fair "
            "test; let both be tested on a corpus that neither was trained on"
        )
    named = f"the champion {champion.uri} and run {candidate.name} ({candidate.id[:8]})"
    trained = [run for run in theirs.values() if run.id == champion.run_id]
    differing = _differing_settings(candidate, trained[0]) if trained else ""
    raise ParathemeError(
        f"{named} were tested on different data{differing}; train the run again with the champion's, or evaluate both "
        f"on one CORPUS: paratheme evaluate {champion.uri} CORPUS, paratheme evaluate {candidate.trained_by[:8]} CORPUS"
    )


def _differing_settings(candidate: LoggedRun, champion: LoggedRun) -> str:
    """Return what the two runs' tests do not share, in brackets, or nothing."""
    keys = sorted(key for key in {*candidate.params, *champion.params} if key.startswith(("corpus.", "split.")))
    pairs = [(key, candidate.params.get(key, "nothing"), champion.params.get(key, "nothing")) for key in keys]
    told = [f"{key} is {mine}, the champion's {theirs}" for key, mine, theirs in pairs if mine != theirs]
    if not told and candidate.tags.get("data_fingerprint") != champion.tags.get("data_fingerprint"):
        told = ["texts, labels or themes of the corpus are others"]
    return f" ({'; '.join(told[:MOST_SETTINGS])})" if told else ""


def compare_slices(candidate: TestedRun, champion: TestedRun, resampling: Resampling) -> list[SliceComparison]:
    """Return both runs' F1 on every theme and every language, over the same blocks and stories."""
    tests = (champion.predictions, candidate.predictions)
    names, story = np.unique(np.asarray(champion.predictions.stories), return_inverse=True)
    weights = draw(len(names), resampling)
    blocks = [block_counts(tested.y_true, tested.y_pred) for tested in tests]
    concerned = np.logical_or.reduce([tested.y_true | tested.y_pred for tested in tests])

    def comparison(name: str, support: int, rows: Rows, themes: slice) -> SliceComparison:
        stories = [total_by(story[rows], len(names), counts[rows][:, themes]) for counts in blocks]
        before, after = _completed([macro_f1(counts.sum(axis=0)) for counts in stories])
        draws = [macro_f1(drawn(counts, weights)) for counts in stories]
        low, high = interval(np.subtract(*_completed(draws[::-1])), resampling.confidence)
        enough = int(concerned[rows][:, themes].any(axis=1).sum())
        return SliceComparison(name, support, enough, float(before), float(after), float(low), float(high))

    everything = np.arange(len(story))
    compared = [comparison(MACRO, len(story), everything, slice(None))]
    for i, theme in enumerate(champion.predictions.themes):
        compared.append(comparison(theme, int(champion.predictions.y_true[:, i].sum()), everything, slice(i, i + 1)))
    for _, language, rows in [part for part in parts(champion.predictions, ["language"]) if part[0] != "all"]:
        compared.append(comparison(language, len(rows), rows, slice(None)))
    return compared


def _completed(pair: Sequence[Floats]) -> tuple[Floats, Floats]:
    """Count an F1 of 1 for the run that rightly gives nothing where the other wrongly gives something."""
    first, second = pair
    return (
        np.where(np.isnan(first) & ~np.isnan(second), 1.0, first),
        np.where(np.isnan(second) & ~np.isnan(first), 1.0, second),
    )


def worst_loss(compared: Sequence[SliceComparison], margin: float) -> str:
    """Return which slice lost most and how much, if it is more than the margin; else an empty string."""
    lost = [one for one in compared if one.is_worse(margin)]
    if not lost:
        return ""
    worst = min(lost, key=lambda one: one.difference)
    others = len(lost) - 1  # which the table above the refusal names
    chance = ", so it may be chance" if worst.high >= 0 else ""
    between = format_interval(worst.low, worst.high, "+.3f")
    return (
        f"F1 on {worst.slice} falls by {-worst.difference:.3f}, from {worst.champion:.3f} to {worst.run:.3f} (margin "
        f"{margin:g}, support {worst.support}, {CONFIDENCE} of the difference {between}{chance})"
        + (f"; {others} more of the above {'is' if others == 1 else 'are'} worse" if others else "")
    )
