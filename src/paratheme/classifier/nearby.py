"""What the rest of a document says of each of its blocks."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.signal import lfilter

from paratheme.documents.context import Passages
from paratheme.types import Floats

REACH = 5.0  # blocks: one that stands so much further away counts 1/e of a nearer one
SILENT = 4.0  # blocks without any theme that stand around too: one neighbour alone says little


def texts_to_score(passages: Passages) -> list[str]:
    """Return the distinct texts of passages and of the documents they stand in."""
    documents = {id(one.document): one.document for one in passages.contexts}
    return list(dict.fromkeys([*passages, *(text for document in documents.values() for text in document)]))


def nearby(passages: Passages, scores: Mapping[str, Floats], reach: float = REACH, silent: float = SILENT) -> Floats:
    """Return the mean score of the other blocks of each passage's document, the nearer ones counting more.

    A block at a distance of `d` blocks counts ``exp(-d / reach)``; some silent blocks count with them, so that a
    document of two blocks says less than one of twenty.

    Parameters
    ----------
    passages : Passages
    scores : mapping of str to ndarray, shape (themes,)
        The scores of texts; those of a document that are missing do not count.
    reach, silent : float
        In blocks; ``experiments/reach.py`` measures others.

    Returns
    -------
    ndarray of float64, shape (n, themes)
        NaN where no other block is known: the passage stands alone.
    """
    themes = len(next(iter(scores.values()), ()))
    around = np.full((len(passages), themes), np.nan)
    sums: dict[int, tuple[Floats, Floats]] = {}
    for row, one in enumerate(passages.contexts):
        if one.is_alone:
            continue
        if id(one.document) not in sums:
            sums[id(one.document)] = _weighted_sums(one.document, scores, themes, reach)
        own, others = sums[id(one.document)]
        total = others[one.position] + (0 if one.is_text else own[one.position])
        if total[-1] > 0:
            around[row] = total[:-1] / (total[-1] + silent)
    return around


def _weighted_sums(
    document: tuple[str, ...], scores: Mapping[str, Floats], themes: int, reach: float
) -> tuple[Floats, Floats]:
    """Return each block's scores, and the weighted sums of the others'; the last column has 1 and the weights.

    Shape (blocks + 1, themes + 1): the last row is the place behind the last block.
    """
    own = np.zeros((len(document) + 1, themes + 1))
    for place, text in enumerate(document):
        if text in scores:
            own[place] = *scores[text], 1
    decay = np.exp(-1 / reach)
    before = lfilter([0, decay], [1, -decay], own, axis=0)
    after = lfilter([0, decay], [1, -decay], own[::-1], axis=0)[::-1]
    return own, before + after
