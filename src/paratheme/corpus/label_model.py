"""Votes of labelling functions -> how likely each theme is, and how far each function can be believed.

The model is that of Dawid and Skene, 1979, "Maximum likelihood estimation of observer error-rates using the EM
algorithm", for one theme at a time: whether a block carries the theme is not known; each function says so, or denies
it, or abstains; given the truth the functions err independently, each at rates of its own. The truth and the rates are
estimated in turn. Rates are drawn a little towards those of a function that is better than chance (a maximum a
posteriori estimate), so that one that hardly votes is not believed blindly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from paratheme.types import Floats, Labels

Votes = npt.NDArray[np.int8]  # shape (blocks, functions, themes): 1 for a theme, 0 against it, ABSTAIN
ABSTAIN = -1
# Votes as if seen before, right and wrong ones. Where the theme is not, which is nearly everywhere, few speak of it: a
# function that did so one time in five would be wrong about most of a rare theme.
WHERE_IT_IS, WHERE_IT_IS_NOT = (8.0, 2.0), (38.0, 2.0)
SHARE_SEEN = 2.0  # blocks with and without the theme as if seen before, so that its share is never 0 or 1
ROUNDS, SETTLED = 200, 1e-6


@dataclass(frozen=True)
class LabelModel:
    """What was learned of the functions for one theme.

    Attributes
    ----------
    share : float
        How many blocks carry the theme.
    sensitivity, specificity : ndarray, shape (functions,)
        How often a function that votes is right where the theme is, and where it is not.
    """

    share: float
    sensitivity: Floats
    specificity: Floats

    @classmethod
    def fit(cls, votes: npt.NDArray[np.int8]) -> LabelModel:
        """Learn from votes of shape (blocks, functions) by expectation maximisation, from the majority's vote on."""
        voted = votes != ABSTAIN
        P = (np.where(voted, votes, 0).sum(axis=1) + 0.5) / (voted.sum(axis=1) + 1.0)
        some = voted.any(axis=1)
        for _ in range(ROUNDS):
            model = cls._of(votes, P, some)
            before, P = P, model.predict_proba(votes)
            if np.abs(P - before).max(initial=0) < SETTLED:
                break
        return cls._of(votes, P, some)

    @classmethod
    def _of(cls, votes: npt.NDArray[np.int8], P: Floats, some: npt.NDArray[np.bool_]) -> LabelModel:
        for_it, against = (votes == 1).astype(np.float64), (votes == 0).astype(np.float64)
        sensitivity = (P @ for_it + WHERE_IT_IS[0]) / (P @ (for_it + against) + sum(WHERE_IT_IS))
        specificity = ((1 - P) @ against + WHERE_IT_IS_NOT[0]) / ((1 - P) @ (for_it + against) + sum(WHERE_IT_IS_NOT))
        share = (P[some].sum() + SHARE_SEEN / 2) / (some.sum() + SHARE_SEEN)
        return cls(float(share), sensitivity, specificity)

    def predict_proba(self, votes: npt.NDArray[np.int8]) -> Floats:
        """Return how likely the theme is, shape (blocks,)."""
        for_it, against = (votes == 1).astype(np.float64), (votes == 0).astype(np.float64)
        log_odds = np.log(self.share) - np.log1p(-self.share)
        log_odds = log_odds + for_it @ np.log(self.sensitivity / (1 - self.specificity))
        log_odds = log_odds + against @ np.log((1 - self.sensitivity) / self.specificity)
        return np.asarray(1 / (1 + np.exp(-log_odds)))


@dataclass(frozen=True)
class VoteFigures:
    """How a function votes.

    Attributes
    ----------
    function, theme : str
    language : str
        Empty for all languages together.
    coverage : float
        The share of blocks on which it votes.
    overlap, conflict : float
        The share on which another one votes too, and on which another one votes otherwise.
    accuracy : float
        How often its votes are right, as the label model has it; NaN where it never votes.
    gold_accuracy : float
        How often they are right by gold labels; NaN where there are none.
    """

    function: str
    theme: str
    language: str
    coverage: float
    overlap: float
    conflict: float
    accuracy: float
    gold_accuracy: float


def combine(votes: Votes) -> Floats:
    """Return how likely each theme is, shape (blocks, themes)."""
    themes = range(votes.shape[2])
    columns = [LabelModel.fit(votes[:, :, theme]).predict_proba(votes[:, :, theme]) for theme in themes]
    return np.stack(columns, axis=1)


def figures(
    votes: Votes,
    P: Floats,
    functions: Sequence[str],
    themes: Sequence[str],
    languages: Sequence[str],
    gold: Labels | None = None,
) -> list[VoteFigures]:
    """Return how each function votes on each theme, in all languages together and in each.

    Parameters
    ----------
    votes : ndarray, shape (blocks, functions, themes)
    P : ndarray, shape (blocks, themes)
        What `combine` made of them.
    functions, themes, languages : sequence of str
        Names of functions and themes; the language of each block.
    gold : ndarray, shape (blocks, themes), optional
        1 and 0, and `ABSTAIN` where nobody knows.
    """
    of_language = np.array(languages, dtype=object)
    several = sorted(set(languages)) if len(set(languages)) > 1 else []
    found = []
    for t, theme in enumerate(themes):
        for language in ["", *several]:
            rows = of_language == language if language else np.ones(len(votes), bool)
            some, truth = votes[rows, :, t], None if gold is None else gold[rows, t]
            for f, function in enumerate(functions):
                found.append(_figures(some, f, P[rows, t], truth, (function, theme, language)))
    return found


def _figures(
    votes: npt.NDArray[np.int8], f: int, P: Floats, gold: npt.NDArray[np.int64] | None, named: tuple[str, str, str]
) -> VoteFigures:
    own, others = votes[:, f], np.delete(votes, f, axis=1)
    voted = own != ABSTAIN
    beside = voted & (others != ABSTAIN).any(axis=1)
    against = voted & ((others != ABSTAIN) & (others != own[:, None])).any(axis=1)
    right = np.where(own == 1, P, 1 - P)
    known = voted & (gold != ABSTAIN) if gold is not None else np.zeros(len(own), bool)
    in_gold = float((own[known] == gold[known]).mean()) if gold is not None and known.any() else np.nan
    accuracy = float(right[voted].mean()) if voted.any() else np.nan
    return VoteFigures(*named, float(voted.mean()), float(beside.mean()), float(against.mean()), accuracy, in_gold)
