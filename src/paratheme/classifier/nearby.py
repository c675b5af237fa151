"""What the rest of a document says of each of its blocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.signal import lfilter

from paratheme.documents.context import Passages
from paratheme.types import Floats

REACH = 5.0  # blocks: one that stands so much further away counts 1/e of a nearer one
SILENT = 4.0  # blocks without any theme that stand around too: one neighbour alone says little
CLEAREST = 3  # blocks by which is told what the document as a whole is about
VIEWS = 2  # what `nearby` returns of a theme: near the block, and in the document


def texts_to_score(passages: Passages) -> list[str]:
    """Return the distinct texts of passages and of the documents they stand in."""
    documents = {id(one.document): one.document for one in passages.contexts}
    return list(dict.fromkeys([*passages, *(text for document in documents.values() for text in document)]))


def nearby(
    passages: Passages,
    scores: Mapping[str, Floats],
    reach: float = REACH,
    silent: float = SILENT,
    clearest: int = CLEAREST,
) -> Floats:
    """Return what the other blocks of each passage's document are about: near it, and at their clearest.

    Near it is the mean score, the nearer blocks counting more: one at a distance of `d` blocks counts
    ``exp(-d / reach)``; some silent blocks count with them, so that a document of two blocks says less than one of
    twenty. At their clearest is the mean of the highest scores, wherever they stand; where fewer blocks are known than
    it is the mean of, the missing ones count as 0.

    Parameters
    ----------
    passages : Passages
    scores : mapping of str to ndarray, shape (themes,)
        The scores of texts; those of a document that are missing do not count.
    reach, silent : float
        In blocks; ``experiments/reach.py`` measures others.
    clearest : int
        How many scores are the highest.

    Returns
    -------
    ndarray of float64, shape (n, themes, 2)
        NaN where no other block is known: the passage stands alone.
    """
    themes = len(next(iter(scores.values()), ()))
    around = np.full((len(passages), themes, VIEWS), np.nan)
    seen: dict[int, _Document] = {}
    for row, one in enumerate(passages.contexts):
        if one.is_alone:
            continue
        if id(one.document) not in seen:
            seen[id(one.document)] = _Document.of(one.document, scores, themes, reach, clearest)
        document = seen[id(one.document)]
        own = document.scores[one.position]
        total = document.others[one.position] + (0 if one.is_text else own)
        if total[-1] > 0:
            around[row, :, 0] = total[:-1] / (total[-1] + silent)
            around[row, :, 1] = document.clearest_but(own[:-1] if one.is_text else None) / clearest
    return around


@dataclass(frozen=True)
class _Document:
    """A document's blocks as they were scored.

    Attributes
    ----------
    scores, others : ndarray, shape (blocks + 1, themes + 1)
        Each block's scores, and the weighted sums of the others'; the last column has 1 and the weights, the last row
        is the place behind the last block.
    highest : ndarray, shape (clearest + 1, themes)
        The highest scores of each theme, falling.
    """

    scores: Floats
    others: Floats
    highest: Floats

    @classmethod
    def of(
        cls, document: tuple[str, ...], scores: Mapping[str, Floats], themes: int, reach: float, clearest: int
    ) -> Self:
        """Gather them."""
        own = np.zeros((len(document) + 1, themes + 1))
        for place, text in enumerate(document):
            if text in scores:
                own[place] = *scores[text], 1
        decay = np.exp(-1 / reach)
        before = lfilter([0, decay], [1, -decay], own, axis=0)
        after = lfilter([0, decay], [1, -decay], own[::-1], axis=0)[::-1]
        ranked = np.zeros((clearest + 1, themes))
        ranked[: len(own)] = -np.sort(-own[:, :-1], axis=0)[: clearest + 1]
        return cls(own, before + after, ranked)

    def clearest_but(self, own: Floats | None) -> Floats:
        """Return the sum of each theme's highest scores, without those of one block."""
        if own is None:
            return np.asarray(self.highest[:-1].sum(axis=0))
        among = own >= self.highest[-2]
        return np.asarray(np.where(among, self.highest.sum(axis=0) - own, self.highest[:-1].sum(axis=0)))
