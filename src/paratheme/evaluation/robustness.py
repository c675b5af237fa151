"""How robust a classifier is: its macro-F1 on perturbed texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from sklearn.metrics import f1_score

from paratheme.documents.perturb import PERTURBATIONS
from paratheme.types import Labels


def macro_f1_under_perturbation(
    decide: Callable[[Sequence[str]], Labels], texts: Sequence[str], Y: Labels, limit: int = 100, seed: int = 0
) -> dict[str, float]:
    """Return macro-F1 on the same texts as they are (``unchanged``) and under each of `PERTURBATIONS`.

    Of more texts `limit` are drawn (0: nothing is done). `decide` gives decisions of 0 and 1, shape (n, themes), and is
    called once, with distinct texts. The mean is over the themes that the drawn texts have; empty where there are none.
    """
    rows = np.sort(np.random.default_rng(seed).permutation(len(texts))[:limit])
    present = Y[rows].any(axis=0)
    if not present.any():
        return {}
    drawn = [texts[row] for row in rows]
    versions = {"unchanged": drawn} | {name: perturb(drawn, seed) for name, perturb in PERTURBATIONS.items()}
    distinct = list(dict.fromkeys(text for version in versions.values() for text in version))
    decision_of = dict(zip(distinct, decide(distinct), strict=True))
    scores = {}
    for name, version in versions.items():
        y_pred = np.array([decision_of[text] for text in version])
        scores[name] = float(f1_score(Y[rows][:, present], y_pred[:, present], average="macro", zero_division=0))
    return scores
