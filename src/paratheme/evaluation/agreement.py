"""How far annotators agree: Cohen's and Fleiss' kappa and Krippendorff's alpha, with intervals over documents.

All three are made of counts that add up over blocks, so an interval is a product of matrices: documents are drawn
again, their counts added, and the statistic made of the sums.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from paratheme.corpus.label_file import BY_PEOPLE, BlockLabel, Place
from paratheme.evaluation.bootstrap import FEWEST_STORIES, Resampling, draw, interval
from paratheme.types import Floats

Ratings = npt.NDArray[np.int64]  # shape (units, raters): a category from 0 on, MISSING where there is none
MISSING = -1


def cohen_kappa(first: Ratings, second: Ratings, categories: int = 2) -> float:
    """Return the agreement of two raters beyond chance; NaN where both use one category only.

    Cohen, 1960, "A coefficient of agreement for nominal scales". Units that one of them left out do not count.
    """
    return float(_cohen(_confusions(first, second, categories).sum(axis=0)))


def fleiss_kappa(ratings: Ratings, categories: int = 2) -> float:
    """Return the agreement of several raters beyond chance, over the units that all of them rated.

    Fleiss, 1971, "Measuring nominal scale agreement among many raters".
    """
    counts = _counts(ratings, categories)
    return float(_fleiss(_fleiss_sums(counts, ratings.shape[1]).sum(axis=0)))


def krippendorff_alpha(ratings: Ratings, categories: int = 2) -> float:
    """Return the reliability of nominal data, from any number of raters, with units that some left out.

    Krippendorff, 2011, "Computing Krippendorff's alpha-reliability", section C; NaN where all ratings are one
    category.
    """
    return float(_alpha(_coincidences(_counts(ratings, categories)).sum(axis=0)))


@dataclass(frozen=True)
class Agreement:
    """How far annotators agree on a theme.

    Attributes
    ----------
    theme : str
    language : str
        Empty for all languages together.
    blocks : int
        Labelled by two annotators or more.
    cohen : float
        The mean of Cohen's kappa over pairs of annotators.
    fleiss : float
        Over the blocks that all annotators labelled; NaN where there are none.
    alpha : float
    low, high : float
        The interval of alpha over documents; NaN where there are too few.
    """

    theme: str
    language: str
    blocks: int
    cohen: float
    fleiss: float
    alpha: float
    low: float
    high: float


@dataclass(frozen=True)
class Said:
    """What annotators said of blocks, those that two of them labelled or more.

    Attributes
    ----------
    annotators : list of str
    labels : list of dict of str to BlockLabel
        For each block, by annotator.
    """

    annotators: list[str]
    labels: list[dict[str, BlockLabel]]

    @classmethod
    def of(cls, labels: Sequence[BlockLabel]) -> Said:
        """Gather what annotators said; adjudicated, weak and model labels are no annotator's."""
        blocks: dict[Place, dict[str, BlockLabel]] = {}
        for label in labels:
            if label.source == "annotator":
                blocks.setdefault(label.block.place, {})[label.annotator] = label
        several = [said for _, said in sorted(blocks.items()) if len(said) > 1]
        return cls(sorted({name for said in several for name in said}), several)

    @property
    def disagreements(self) -> list[dict[str, BlockLabel]]:
        """The blocks of which not all said the same."""
        return [said for said in self.labels if len({label.themes for label in said.values()}) > 1]

    def ratings(self, theme: str) -> Ratings:
        """Return whether each annotator gave a theme to each block."""
        found = np.full((len(self.labels), len(self.annotators)), MISSING, np.int64)
        for row, said in enumerate(self.labels):
            for column, name in enumerate(self.annotators):
                if name in said:
                    found[row, column] = theme in said[name].themes
        return found


def agreement(said: Said, themes: Sequence[str], resampling: Resampling) -> list[Agreement]:
    """Return how far annotators agree on each theme: in all languages together and, where several are, in each."""
    blocks = [next(iter(labels.values())).block for labels in said.labels]
    languages = np.array([block.language for block in blocks], dtype=object)
    documents = np.array([block.document for block in blocks], dtype=object)
    several = sorted(set(languages)) if len(set(languages)) > 1 else []
    found = []
    for theme in themes:
        ratings = said.ratings(theme)
        for language in ["", *several]:
            rows = languages == language if language else np.ones(len(blocks), bool)
            found.append(_agreement(theme, language, ratings[rows], documents[rows], resampling))
    return found


def gold(labels: Sequence[BlockLabel]) -> tuple[list[BlockLabel], int]:
    """Return what is settled: what was adjudicated, and what all annotators of a block say, two or more.

    Returns
    -------
    labels : list of BlockLabel
        One a block. Those that all annotators agree on are adjudicated by ``agreed``, at the time of the last.
    open : int
        How many blocks are not settled: annotators disagree, or only one labelled them.
    """
    blocks: dict[Place, list[BlockLabel]] = {}
    for label in labels:
        if label.source in BY_PEOPLE:
            blocks.setdefault(label.block.place, []).append(label)
    settled, unsettled = [], 0
    for said in blocks.values():
        adjudicated = [label for label in said if label.source == "adjudicated"]
        if adjudicated:
            settled.append(max(adjudicated, key=lambda label: label.time))
        elif len(said) > 1 and len({label.themes for label in said}) == 1:
            last = max(said, key=lambda label: label.time)
            settled.append(BlockLabel(last.block, last.themes, "adjudicated", "agreed", last.time, last.guide))
        else:
            unsettled += 1
    return settled, unsettled


def disagreement_record(said: Mapping[str, BlockLabel]) -> dict[str, Any]:
    """Return a block of which annotators say different things, with what each says."""
    block = next(iter(said.values())).block
    return {**vars(block), "said": {name: list(label.themes) for name, label in sorted(said.items())}}


def _agreement(
    theme: str, language: str, ratings: Ratings, documents: npt.NDArray[Any], resampling: Resampling
) -> Agreement:
    counts = _counts(ratings, 2)
    pairs = [cohen_kappa(ratings[:, a], ratings[:, b]) for a, b in combinations(range(ratings.shape[1]), 2)]
    known = [kappa for kappa in pairs if not np.isnan(kappa)]
    coincidences = _coincidences(counts)
    names, document = np.unique(documents.astype(str), return_inverse=True)
    by_document = np.zeros((len(names), 4))
    np.add.at(by_document, document, coincidences.reshape(-1, 4))
    low = high = np.nan
    if len(names) >= FEWEST_STORIES:
        drawn = draw(len(names), resampling).astype(np.float64) @ by_document
        low, high = map(float, interval(_alpha(drawn.reshape(-1, 2, 2)), resampling.confidence))
    return Agreement(
        theme,
        language,
        int((counts.sum(axis=1) > 1).sum()),
        float(np.mean(known)) if known else np.nan,
        float(_fleiss(_fleiss_sums(counts, ratings.shape[1]).sum(axis=0))),
        float(_alpha(coincidences.sum(axis=0))),
        low,
        high,
    )


def _counts(ratings: Ratings, categories: int) -> Floats:
    """Return how many raters put each unit in each category, shape (units, categories)."""
    return np.stack([(ratings == category).sum(axis=1) for category in range(categories)], axis=1).astype(np.float64)


def _confusions(first: Ratings, second: Ratings, categories: int) -> Floats:
    """Return where each unit stands in the table of two raters, shape (units, categories, categories)."""
    each = np.arange(categories)
    both = (first[:, None, None] == each[:, None]) & (second[:, None, None] == each)
    return np.asarray(both, np.float64)


def _cohen(table: Floats) -> Floats:
    share = table / max(table.sum(), 1)
    expected = share.sum(axis=0) @ share.sum(axis=1)
    return _beyond(np.trace(share), expected)


def _fleiss_sums(counts: Floats, raters: int) -> Floats:
    """Return of each unit that all rated: 1, the share of pairs that agree, and the share of each category."""
    whole = counts[counts.sum(axis=1) == raters]
    pairs = (whole * (whole - 1)).sum(axis=1) / max(raters * (raters - 1), 1)
    return np.column_stack([np.ones(len(whole)), pairs, whole / max(raters, 1)])


def _fleiss(sums: Floats) -> Floats:
    units = max(sums[0], 1)
    return _beyond(sums[1] / units, ((sums[2:] / units) ** 2).sum()) if sums[0] else np.asarray(np.nan)


def _coincidences(counts: Floats) -> Floats:
    """Return what each unit adds to the coincidence matrix, shape (units, categories, categories)."""
    pairs = counts[:, :, None] * counts[:, None, :] - np.einsum("uc,cd->ucd", counts, np.eye(counts.shape[1]))
    others = counts.sum(axis=1) - 1  # a value that nobody else's stands beside pairs with none
    shares = np.divide(pairs, others[:, None, None], out=np.zeros_like(pairs), where=others[:, None, None] > 0)
    return np.asarray(shares, np.float64)


def _alpha(coincidences: Floats) -> Floats:
    """Return alpha of coincidence matrices, shape (..., categories, categories)."""
    totals = coincidences.sum(axis=-1)
    n = totals.sum(axis=-1)
    agreed = np.trace(coincidences, axis1=-2, axis2=-1)
    by_chance = (totals * (totals - 1)).sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(((n - 1) * agreed - by_chance) / (n * (n - 1) - by_chance))


def _beyond(observed: Any, expected: Any) -> Floats:
    return np.asarray((observed - expected) / (1 - expected) if expected < 1 else np.nan)
