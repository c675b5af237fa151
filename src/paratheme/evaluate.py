"""Metrics per theme, per language and both, from scikit-learn's own functions."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn import metrics as sk

Scores = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]


def evaluate(
    Y: Labels,
    P: Scores,
    decided: Labels,
    themes: Sequence[str],
    languages: Sequence[str],
    exclusive: bool = False,
) -> dict[str, float]:
    """Return every metric of one evaluation, by name.

    Parameters
    ----------
    Y, decided : ndarray of 0 and 1, shape (n, themes)
        Labels and decisions.
    P : ndarray, shape (n, themes)
        Calibrated probabilities.
    themes : sequence of str
        Theme ids, in the columns' order.
    languages : sequence of str, length n
    exclusive : bool
        Whether each text carries exactly one theme; accuracy is then given too.

    Returns
    -------
    dict of str to float
        ``macro_f1``, ``f1/THEME``, ``f1/LANGUAGE`` (macro over the themes), ``f1/LANGUAGE/THEME`` and so on.
        A theme that a language has no example of, and no decision for, is left out of that language's
        macro average.
    """
    found = _averages(Y, decided)
    found["macro_average_precision"] = _macro_average_precision(Y, P)
    precision, recall, f1, support = sk.precision_recall_fscore_support(Y, decided, average=None, zero_division=0)
    for i, theme in enumerate(themes):
        found[f"precision/{theme}"], found[f"recall/{theme}"] = precision[i], recall[i]
        found[f"f1/{theme}"], found[f"support/{theme}"] = f1[i], support[i]
        if 0 < support[i] < len(Y):
            found[f"average_precision/{theme}"] = sk.average_precision_score(Y[:, i], P[:, i])
        found[f"brier/{theme}"] = float(np.mean((P[:, i] - Y[:, i]) ** 2))
        found[f"ece/{theme}"] = expected_calibration_error(Y[:, i], P[:, i])
    if exclusive:
        found["accuracy"] = sk.accuracy_score(Y, decided)
    language = np.asarray(languages)
    for one in np.unique(language):
        rows = language == one
        found |= _of_language(str(one), Y[rows], decided[rows], themes, exclusive)
    return {name: float(value) for name, value in found.items()}


def expected_calibration_error(y: npt.NDArray[np.int64], p: npt.NDArray[Any], bins: int = 10) -> float:
    """Return the expected calibration error over bins of equal mass (Nixon et al., 2019).

    Parameters
    ----------
    y : ndarray of 0 and 1, shape (n,)
    p : ndarray, shape (n,)
        Probabilities.
    bins : int
        The number of bins.

    Returns
    -------
    float
        Mean over the texts of the distance between their bin's mean probability and its rate of positives.
    """
    order = np.argsort(p, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    return float(sum(len(part) * abs(p[part].mean() - y[part].mean()) for part in parts) / max(len(y), 1))


def _averages(Y: Labels, decided: Labels) -> dict[str, float]:
    found: dict[str, float] = {}
    for average in ("macro", "micro"):
        values = sk.precision_recall_fscore_support(Y, decided, average=average, zero_division=0)[:3]
        found |= {f"{average}_{name}": value for name, value in zip(("precision", "recall", "f1"), values, strict=True)}
    found["samples_f1"] = sk.f1_score(Y, decided, average="samples", zero_division=1)
    found["exact_match"] = float((decided == Y).all(axis=1).mean())
    found["hamming_loss"] = sk.hamming_loss(Y, decided)
    found["support"] = len(Y)
    return found


def _macro_average_precision(Y: Labels, P: Scores) -> float:
    present = Y.any(axis=0)
    if not present.any():
        return 0.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return float(sk.average_precision_score(Y[:, present], P[:, present], average="macro"))


def _of_language(language: str, Y: Labels, decided: Labels, themes: Sequence[str], exclusive: bool) -> dict[str, float]:
    f1 = sk.f1_score(Y, decided, average=None, zero_division=0)
    concerned = (Y | decided).any(axis=0)
    found = {
        f"f1/{language}": f1[concerned].mean() if concerned.any() else 1.0,
        f"support/{language}": len(Y),
    }
    for i in map(int, np.flatnonzero(concerned)):
        found[f"f1/{language}/{themes[i]}"] = f1[i]
        found[f"support/{language}/{themes[i]}"] = Y[:, i].sum()
    if exclusive:
        found[f"accuracy/{language}"] = sk.accuracy_score(Y, decided)
    return found
