"""How large a share of a pile is about each theme, with what is known of the classifier's errors taken into account.

A classifier misses some texts and takes others wrongly, so that the share it files is not the share there is. Its mean
score over a pile is a mixture: of what it gives, on average, to texts with the theme and to texts without. Both are
known from texts that it had not learned from, and the mixture is solved for the share: the probabilistic adjusted count
of Bella, Ferri, Hernández-Orallo and Ramírez-Quintana (2010, "Quantification via probability estimators"), after
Forman (2008, "Quantifying counts and costs via classification").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from paratheme.evaluation.bootstrap import FEWEST_STORIES, Resampling, interval
from paratheme.types import Floats, Labels, Rows

MOST_CLUSTERS = 500  # more stories or documents are put together: it changes no interval, and draws stay small
TOLD_APART = 0.01  # a classifier whose mean scores lie nearer together tells nothing of a share


@dataclass(frozen=True)
class HeldOut:
    """What a classifier scored texts that it had not learned from, in sums by story.

    Attributes
    ----------
    sums : dict of str to ndarray, shape (stories, themes, 2, 2)
        For blocks ``in_documents``, blocks that stand ``alone``, and whole ``documents``; each sort has the same
        stories. In a cell: how many texts are without the theme and with it, and the sum of their scores.
    """

    sums: Mapping[str, Floats]

    def of(self, sort: str) -> Floats | None:
        """Return the sums of a sort of texts; blocks of a sort that was not held out are taken for the other's."""
        if sort in self.sums or sort == "documents":
            return self.sums.get(sort)
        return self.sums.get("alone", self.sums.get("in_documents"))

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return {sort: np.round(sums, 4).tolist() for sort, sums in self.sums.items()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> HeldOut:
        """Take back what `to_dict` gave."""
        return cls({sort: np.asarray(sums, np.float64) for sort, sums in data.items()})


@dataclass(frozen=True)
class Seen:
    """What a classifier said of the texts of one sort in a pile.

    Attributes
    ----------
    sort : str
        As in `HeldOut`.
    texts : ndarray, shape (clusters,)
        How many there are in each document, or group of documents that tell one story.
    scores : ndarray, shape (clusters, themes)
        The sum of their scores.
    """

    sort: str
    texts: Floats
    scores: Floats


@dataclass(frozen=True)
class Estimates:
    """Shares with their intervals; NaN where nothing is known of the errors, or too little for an interval.

    Attributes
    ----------
    share, low, high : ndarray, shape (themes,)
    """

    share: Floats
    low: Floats
    high: Floats


def sums_by_story(scores: Floats, Y: Labels, story: Rows, stories: int) -> Floats:
    """Return the sums of `HeldOut` for texts of one sort; `story` is the row that each text counts in."""
    present = np.stack([1 - Y, Y], axis=-1).astype(np.float64)
    cells = np.stack([present, present * scores[..., None]], axis=-1)
    sums = np.zeros((stories, *cells.shape[1:]))
    np.add.at(sums, story, cells)
    return sums


def put_together(rows: Floats, most: int = MOST_CLUSTERS) -> Floats:
    """Add up clusters until there are at most so many; which go together depends on their order alone."""
    if len(rows) <= most:
        return rows
    joined = np.zeros((most, *rows.shape[1:]))
    np.add.at(joined, np.arange(len(rows)) % most, rows)
    return joined


def estimate(held_out: HeldOut, seen: Sequence[Seen], resampling: Resampling) -> Estimates:
    """Estimate how large a share of a pile is about each theme.

    The interval is of a Bayesian bootstrap (Rubin, 1981) over the stories that errors are known from and over the
    clusters of the pile, both as wholes: it holds the uncertainty of the errors and of which documents came.

    Parameters
    ----------
    held_out : HeldOut
    seen : sequence of Seen
        The texts of a pile, by sort; in all of them the same clusters, in the same order.
    resampling : Resampling

    Returns
    -------
    Estimates
        A share has no interval where fewer than `FEWEST_STORIES` stories have the theme, or lack it, or the pile has
        fewer clusters.
    """
    themes = seen[0].scores.shape[1]
    clusters = int((np.sum([one.texts for one in seen], axis=0) > 0).sum())
    rates = [sums for one in seen if (sums := held_out.of(one.sort)) is not None]
    if len(rates) < len(seen) or not clusters:
        return Estimates(*np.full((3, themes), np.nan))
    random = np.random.default_rng(resampling.seed)
    draws = resampling.n_resamples + 1
    of_stories = _weights(random, (draws, len(rates[0])))
    of_pile = _weights(random, (draws, len(put_together(seen[0].texts))))
    doubt = _weights(random, (draws, themes, 2))
    about, texts = np.zeros((draws, themes)), np.zeros((draws, 1))
    few = np.zeros(themes, bool)
    for one, sums in zip(seen, rates, strict=True):
        drawn = np.tensordot(of_stories, sums, 1)
        # one text more of either kind, scored one half, of a weight of its own: few texts are never quite sure
        without, with_theme = np.moveaxis((drawn[..., 1] + doubt / 2) / (drawn[..., 0] + doubt), -1, 0)
        number = of_pile @ put_together(one.texts)[:, None]
        scores = of_pile @ put_together(one.scores)
        solved = (scores - number * without) / np.maximum(with_theme - without, TOLD_APART)
        about += np.clip(solved, 0, number)
        texts += number
        known = (sums[..., 0] > 0).sum(axis=0)
        few |= (known < FEWEST_STORIES).any(axis=1)
        about[:, (known == 0).any(axis=1)] = np.nan
    shares = about / texts
    low, high = interval(shares[1:], resampling.confidence)
    unsure = few | (clusters < FEWEST_STORIES)
    low, high = np.where(unsure, np.nan, low), np.where(unsure, np.nan, high)
    return Estimates(shares[0], np.minimum(low, shares[0]), np.maximum(high, shares[0]))


def _weights(random: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """Return weights of a Bayesian bootstrap; in the first draw every one weighs the same."""
    weights = random.exponential(size=shape)
    weights[0] = 1
    return weights
