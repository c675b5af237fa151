"""What each labelled text counts, so that what is learned from it holds for the texts that will be filed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from paratheme.themes.theme_set import Deployment
from paratheme.types import Floats, Labels

FEW = 3  # texts: fewer of one sort are not blown up to speak for all of it


def deployment_weights(
    deployment: Deployment | None, ids: Sequence[str], Y: Labels, words: Labels | None = None
) -> Floats:
    """Return what each labelled text counts for each theme in calibration, so that it holds in deployment.

    Where a theme set states how often its themes occur in the texts that will be filed, and how far its words can
    be trusted there, the labelled texts are weighed accordingly (importance weighting; Shimodaira, 2000, "Improving
    predictive inference under covariate shift by weighting the log-likelihood function").

    Parameters
    ----------
    deployment : Deployment or None
        What is stated; None: nothing.
    ids : sequence of str
        The themes.
    Y : ndarray of 0 and 1, shape (n, themes)
        The labels.
    words : ndarray of 0 and 1, shape (n, themes), optional
        Whether a word of the theme stands in the text. Without it only the priors count.

    Returns
    -------
    ndarray of float64, shape (n, themes)
        1 on average for each theme; all 1 where nothing is stated.
    """
    weight = np.ones(Y.shape)
    if deployment is None:
        return weight
    for column, theme in enumerate(ids):
        prior, y = deployment.prior_of(theme), Y[:, column]
        if not 0 < y.sum() < len(y):
            continue
        w = np.zeros(len(y)) if words is None else words[:, column]
        if deployment.word_recall is None or deployment.word_precision is None or not w.any():
            sorts = [(prior, y == 1), (1 - prior, y == 0)]
        else:
            named = prior * deployment.word_recall
            in_passing = min(named * (1 / deployment.word_precision - 1), (1 - prior) / 2)
            sorts = [
                (named, (y == 1) & (w == 1)),
                (prior - named, (y == 1) & (w == 0)),
                (in_passing, (y == 0) & (w == 1)),
                (1 - prior - in_passing, (y == 0) & (w == 0)),
            ]
        for share, which in sorts:
            weight[which, column] = share / max(which.sum(), FEW)
        for share, which in ((prior, y == 1), (1 - prior, y == 0)):  # the prior holds whatever sorts are missing
            weight[which, column] *= share * len(y) / weight[which, column].sum()
    return weight
