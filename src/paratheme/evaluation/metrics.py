"""Metrics per theme, per language and both, from scikit-learn's own functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn import metrics as sk

from paratheme.types import Floats, Labels, Scores

FIGURES = ("precision", "recall", "f1")


def metrics_of(
    Y: Labels,
    P: Scores,
    y_pred: Labels,
    themes: Sequence[str],
    languages: Sequence[str],
    single_label: bool = False,
) -> dict[str, float]:
    """Return every metric of one test, by name.

    Parameters
    ----------
    Y, y_pred : ndarray of 0 and 1, shape (n, themes)
        Labels and decisions.
    P : ndarray, shape (n, themes)
        Calibrated probabilities.
    themes : sequence of str
        Theme ids, in the columns' order.
    languages : sequence of str, length n
    single_label : bool
        Whether each text carries exactly one theme; accuracy is then given too.

    Returns
    -------
    dict of str to float
        ``macro_f1``, ``f1/THEME``, ``f1/LANGUAGE`` (macro over the themes), ``f1/LANGUAGE/THEME`` and so on.
        A theme without an example and without a decision has no precision, recall and F1, and is no part of
        the macro average, which is NaN without any other; so it is within each language, whose name is then missing.
    """
    metrics = _averages(Y, y_pred)
    ranks = [ranking(Y[:, i], P[:, i]) for i in range(len(themes))]
    for name, ranked in zip(("average_precision", "roc_auc"), zip(*ranks), strict=True):
        known = {theme: value for theme, value in zip(themes, ranked, strict=True) if not np.isnan(value)}
        metrics[f"macro_{name}"] = float(np.mean(list(known.values()))) if known else 0.0
        metrics |= {f"{name}/{theme}": value for theme, value in known.items()}
    values = per_theme(Y, y_pred)
    for i, theme in enumerate(themes):
        metrics[f"support/{theme}"] = Y[:, i].sum()
        if not np.isnan(values[2, i]):
            metrics |= {f"{name}/{theme}": value for name, value in zip(FIGURES, values[:, i], strict=True)}
        metrics[f"brier/{theme}"] = sk.mean_squared_error(Y[:, i], P[:, i])
        metrics[f"ece/{theme}"] = expected_calibration_error(Y[:, i], P[:, i])
    for name in ("brier", "ece"):
        metrics[f"macro_{name}"] = float(np.mean([metrics[f"{name}/{theme}"] for theme in themes]))
    if single_label:
        metrics["accuracy"] = sk.accuracy_score(Y, y_pred)
    language = np.asarray(languages)
    for one in np.unique(language):
        rows = language == one
        metrics |= _language_metrics(str(one), Y[rows], y_pred[rows], themes, single_label)
    return {name: float(value) for name, value in metrics.items()}


def expected_calibration_error(y: npt.NDArray[np.int64], p: npt.NDArray[Any], bins: int = 10) -> float:
    """Return the expected calibration error over bins of equal mass (Nixon et al., 2019).

    The mean over the texts of the distance between their bin's mean probability and its rate of positives.
    """
    order = np.argsort(p, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    return float(sum(len(part) * abs(p[part].mean() - y[part].mean()) for part in parts) / max(len(y), 1))


def ranking(y: npt.NDArray[np.int64], p: npt.NDArray[Any]) -> tuple[float, float]:
    """Return average precision and ROC AUC of one theme; NaN where all texts carry it, or none does."""
    if not 0 < y.sum() < len(y):
        return float("nan"), float("nan")
    return float(sk.average_precision_score(y, p)), float(sk.roc_auc_score(y, p))


def per_theme(Y: Labels, y_pred: Labels) -> Floats:
    """Return precision, recall and F1 of each theme, shape (3, themes).

    They are NaN for a theme without an example and without a decision; precision without a decision, and recall
    without an example, are 0.
    """
    three = sk.precision_recall_fscore_support(_columns(Y), _columns(y_pred), average=None, zero_division=0)[:3]
    values = np.array(three, np.float64)[:, : Y.shape[1]]
    values[:, ~(Y | y_pred).any(axis=0)] = np.nan
    return values


def macro_average_precision(Y: npt.NDArray[Any], scores: npt.NDArray[Any]) -> float:
    """Return the mean average precision of the themes that occur; 0 where none does.

    Parameters
    ----------
    Y : ndarray of 0 and 1, shape (n, themes)
        The labels.
    scores : ndarray, shape (n, themes)
        Probabilities or anything that ranks as they do.
    """
    present = Y.any(axis=0)
    if not present.any():
        return 0.0
    return float(sk.average_precision_score(Y[:, present], scores[:, present], average="macro"))


def _averages(Y: Labels, y_pred: Labels) -> dict[str, float]:
    values = per_theme(Y, y_pred)
    concerned = ~np.isnan(values[2])
    macro = values[:, concerned].mean(axis=1) if concerned.any() else np.full(3, np.nan)
    metrics = {f"macro_{name}": value for name, value in zip(FIGURES, macro, strict=True)}
    for average, empty in (("micro", 0), ("samples", 1)):
        figures = sk.precision_recall_fscore_support(
            _columns(Y), _columns(y_pred), average=average, zero_division=empty
        )
        metrics |= {f"{average}_{name}": value for name, value in zip(FIGURES, figures[:3], strict=True)}
    metrics["exact_match"] = sk.accuracy_score(_columns(Y), _columns(y_pred))
    metrics["hamming_loss"] = sk.hamming_loss(Y.ravel(), y_pred.ravel())
    metrics["support"] = len(Y)
    return metrics


def _columns(Y: Labels) -> Labels:
    """Give a single theme an empty second column: scikit-learn takes one column for two classes."""
    return np.hstack([Y, np.zeros_like(Y)]) if Y.shape[1] == 1 else Y


def _language_metrics(
    language: str, Y: Labels, y_pred: Labels, themes: Sequence[str], single_label: bool
) -> dict[str, float]:
    f1 = per_theme(Y, y_pred)[2]
    concerned = ~np.isnan(f1)
    metrics: dict[str, Any] = {f"support/{language}": len(Y)}
    if concerned.any():
        metrics[f"f1/{language}"] = f1[concerned].mean()
    for i in map(int, np.flatnonzero(concerned)):
        metrics[f"f1/{language}/{themes[i]}"] = f1[i]
        metrics[f"support/{language}/{themes[i]}"] = Y[:, i].sum()
    if single_label:
        metrics[f"accuracy/{language}"] = sk.accuracy_score(Y, y_pred)
    return metrics
