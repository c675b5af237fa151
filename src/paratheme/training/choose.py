"""What to label next: strategies that say how much each block would teach, and the choice of whole stories."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from paratheme.corpus.label_file import TextBlock
from paratheme.corpus.near_duplicates import group_stories
from paratheme.documents.normalise import normalise
from paratheme.types import Floats, Labels, Scores

Mask = npt.NDArray[np.bool_]
FEW = 100  # labelled blocks
FEATURES = 2**18  # hashed character n-grams, by which texts resemble each other


@dataclass(frozen=True)
class Pool:
    """Blocks to choose from, and those that are labelled already.

    Attributes
    ----------
    blocks : list of TextBlock
        All of a kind that carries labels.
    scores : ndarray, shape (blocks, themes)
        Calibrated probabilities.
    thresholds : ndarray, shape (themes,)
    labelled : ndarray of bool, shape (blocks,)
    """

    blocks: list[TextBlock]
    scores: Scores
    thresholds: Floats
    labelled: Mask

    @property
    def decisions(self) -> Labels:
        """What the classifier decides, 0 or 1, shape (blocks, themes)."""
        return (self.scores >= self.thresholds).astype(np.int64)


class Strategy(Protocol):
    """Says how much each block would teach."""

    def values(self, pool: Pool) -> Floats:
        """Return a value from 0 to 1 for each block."""


class Random:
    """Each block as much as another: what a choice has to beat."""

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed

    def values(self, pool: Pool) -> Floats:
        """Return the values."""
        return np.random.default_rng(self.seed).random(len(pool.blocks))


class Uncertainty:
    """Blocks of which the classifier is least sure: a score near its threshold (Lewis and Gale, 1994)."""

    def values(self, pool: Pool) -> Floats:
        """Return the values."""
        P, t = pool.scores.astype(np.float64), pool.thresholds
        side = np.where(t <= P, 1 - t, t)  # how far a score can be from its threshold
        return np.asarray((1 - np.abs(P - t) / np.maximum(side, 1e-9)).max(axis=1))


class Diversity:
    """Blocks unlike those that are labelled: one less the greatest cosine of character n-grams."""

    def values(self, pool: Pool) -> Floats:
        """Return the values."""
        if not pool.labelled.any():
            return np.ones(len(pool.blocks))
        X = _features([block.text for block in pool.blocks])
        return np.asarray(1 - (X @ X[np.flatnonzero(pool.labelled)].T).max(axis=1).toarray()[:, 0], np.float64)


class Balance:
    """Blocks of languages that few labelled blocks are in, and that seem to carry themes that few of them carry."""

    def values(self, pool: Pool) -> Floats:
        """Return the values."""
        languages = Counter(block.language for block, known in zip(pool.blocks, pool.labelled, strict=True) if known)
        of_language = np.array([1 / np.sqrt(1 + languages[block.language]) for block in pool.blocks])
        seen = pool.decisions[pool.labelled].sum(axis=0)
        of_theme = (pool.scores / np.sqrt(1 + seen)).max(axis=1)
        values = (of_language / of_language.max() + of_theme / max(of_theme.max(), 1e-9)) / 2
        return np.asarray(values, np.float64)


class Mixed:
    """The mean of uncertainty, diversity and balance, each by its rank among the blocks."""

    parts: Sequence[Strategy] = (Uncertainty(), Diversity(), Balance())

    def values(self, pool: Pool) -> Floats:
        """Return the values."""
        from scipy.stats import rankdata

        ranks = [rankdata(part.values(pool)) / len(pool.blocks) for part in self.parts]
        return np.asarray(np.mean(ranks, axis=0), np.float64)


class Auto:
    """Any block while few are labelled, and then the mean of the three.

    What a classifier of few labels is unsure of says little (Hacohen, Dekel and Weinshall, 2022, "Active learning on a
    budget: opposite strategies suit high and low budgets").
    """

    def values(self, pool: Pool) -> Floats:
        """Return the values."""
        strategy = Random() if pool.labelled.sum() < FEW else Mixed()
        return strategy.values(pool)


STRATEGIES: dict[str, Callable[[], Strategy]] = {
    "auto": Auto,
    "mixed": Mixed,
    "uncertainty": Uncertainty,
    "diversity": Diversity,
    "balance": Balance,
    "random": Random,
}


def choose(pool: Pool, strategy: Strategy, blocks: int) -> list[str]:
    """Choose documents, whole stories at a time, until there are enough blocks in them.

    A story of which a block is labelled is never chosen. After each choice, what resembles it is worth less.

    Parameters
    ----------
    pool : Pool
    strategy : Strategy
    blocks : int
        How many at least; fewer where there are no more.

    Returns
    -------
    list of str
        Documents, the ones that teach most first.
    """
    names = [block.document for block in pool.blocks]
    texts = [block.text for block in pool.blocks]
    stories, _ = group_stories(names, texts, [block.language for block in pool.blocks], [""] * len(names), embed=None)
    known = {story for story, labelled in zip(stories, pool.labelled, strict=True) if labelled}
    rows_of: dict[str, list[int]] = {}
    for row, story in enumerate(stories):
        if story not in known:
            rows_of.setdefault(story, []).append(row)
    values, open_stories = strategy.values(pool), sorted(rows_of)
    worth = np.array([values[rows_of[story]].mean() for story in open_stories])
    alike = _alike(texts, [rows_of[story] for story in open_stories])
    chosen: list[str] = []
    taken = 0
    for _ in open_stories:
        if taken >= blocks:
            break
        best = int(worth.argmax())
        rows = rows_of[open_stories[best]]
        taken += len(rows)
        chosen += dict.fromkeys(names[row] for row in rows)
        worth *= 1 - alike(best) / 2
        worth[best] = -1
    return chosen


def stability(before: Labels, after: Labels) -> float:
    """Return how far two classifiers decide the same of the same blocks, Cohen's kappa over all themes together.

    Where it stays at 0.99 and above from one round of labelling to the next, more labels hardly change what is decided
    (Bloodgood and Vijay-Shanker, 2009, "A method for stopping active learning based on stabilizing predictions").
    """
    from paratheme.evaluation.agreement import cohen_kappa

    return 1.0 if (before == after).all() else cohen_kappa(before.ravel(), after.ravel())


def _features(texts: Sequence[str]) -> Any:
    from sklearn.feature_extraction.text import HashingVectorizer

    hashing = HashingVectorizer(analyzer="char_wb", ngram_range=(3, 5), n_features=FEATURES, alternate_sign=False)
    return hashing.transform([normalise(text, fold_case=True) for text in texts])


def _alike(texts: Sequence[str], stories: Sequence[Sequence[int]]) -> Callable[[int], Floats]:
    """Return what tells how much every story resembles one of them, from 0 to 1."""
    X = _features([" ".join(texts[row] for row in rows) for rows in stories] or [""])
    return lambda story: np.asarray((X @ X[story].T).toarray()[:, 0], np.float64)
