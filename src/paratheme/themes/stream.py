"""What real texts are like, other than the labelled ones: stated, not learned.

A labelled corpus is richer in themes than what is filed later, most of which is about nothing, and it may hold
misleading words and wordless texts on purpose.  Where a theme set states how often its themes occur in the
stream and how far their words can be trusted there, calibration weighs the labelled texts accordingly
(importance weighting; Shimodaira, 2000, "Improving predictive inference under covariate shift by weighting the
log-likelihood function").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from paratheme.themes.theme_set import ThemeSet

Labels = npt.NDArray[np.int64]
FEW = 3  # texts: fewer of one sort are not blown up to speak for all of it


@dataclass(frozen=True)
class Stream:
    """The texts that will be filed.

    Attributes
    ----------
    prior : float
        How often a theme occurs, where `priors` does not name it.
    word_recall : float or None
        The share of a theme's texts in which one of its words stands; None: as in the labelled texts.
    word_precision : float or None
        The share of the texts with one of a theme's words that are about it, the others mention it in passing;
        stated together with `word_recall`, or neither.
    priors : mapping of str to float
        Theme id -> how often it occurs, for themes that are rarer or commoner than most.
    """

    prior: float
    word_recall: float | None = None
    word_precision: float | None = None
    priors: Mapping[str, float] = field(default_factory=dict)

    def prior_of(self, theme: str) -> float:
        """Return how often a theme occurs."""
        return self.priors.get(theme, self.prior)


def weights(themes: ThemeSet, Y: Labels, words: Labels | None = None) -> npt.NDArray[np.float64]:
    """Return what each labelled text counts for each theme in calibration.

    Parameters
    ----------
    themes : ThemeSet
    Y : ndarray of 0 and 1, shape (n, themes)
        The labels.
    words : ndarray of 0 and 1, shape (n, themes), optional
        Whether a word of the theme stands in the text. Without it only the priors count.

    Returns
    -------
    ndarray of float64, shape (n, themes)
        1 on average for each theme; all 1 where nothing is stated.
    """
    weight, stream = np.ones(Y.shape), themes.stream
    if stream is None:
        return weight
    for column, theme in enumerate(themes.ids):
        prior, y = stream.prior_of(theme), Y[:, column]
        if not 0 < y.sum() < len(y):
            continue
        w = np.zeros(len(y)) if words is None else words[:, column]
        if stream.word_recall is None or stream.word_precision is None or not w.any():
            sorts = [(prior, y == 1), (1 - prior, y == 0)]
        else:
            found = prior * stream.word_recall
            in_passing = min(found * (1 / stream.word_precision - 1), (1 - prior) / 2)
            sorts = [
                (found, (y == 1) & (w == 1)),
                (prior - found, (y == 1) & (w == 0)),
                (in_passing, (y == 0) & (w == 1)),
                (1 - prior - in_passing, (y == 0) & (w == 0)),
            ]
        for share, which in sorts:
            weight[which, column] = share / max(which.sum(), FEW)
        for share, which in ((prior, y == 1), (1 - prior, y == 0)):  # the prior holds whatever sorts are missing
            weight[which, column] *= share * len(y) / weight[which, column].sum()
    return weight
