"""Figures by slice: per theme, language, kind, genre and length band, each with an interval for its F1."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from sklearn import metrics as sk

from paratheme.evaluation.bootstrap import (
    Resampling,
    block_counts,
    draw,
    interval_of_f1,
    story_counts,
    total_by,
)
from paratheme.evaluation.format import SMALL
from paratheme.evaluation.metrics import FIGURES, expected_calibration_error, metrics_of, per_theme, ranking
from paratheme.evaluation.predictions import Predictions
from paratheme.types import Rows

if TYPE_CHECKING:
    import pandas as pd

KINDS = ("language", "kind", "genre", "length", "fold")
LENGTHS = (100, 300, 600)  # characters; where one band ends and the next begins
MACRO = "macro average"
COLUMNS = ["slice_kind", "slice", "theme", "support", "few", "f1", "f1_low", "f1_high", "precision", "recall"]
COLUMNS += ["average_precision", "roc_auc", "brier", "ece"]


def slices(predictions: Predictions, resampling: Resampling) -> pd.DataFrame:
    """Return the figures of every theme in every slice.

    Parameters
    ----------
    predictions : Predictions
    resampling : Resampling
        For the intervals.

    Returns
    -------
    pandas.DataFrame
        Columns `slice_kind, slice, theme, support, few, f1, f1_low, f1_high, precision, recall,
        average_precision, roc_auc, brier, ece`. The first slice is ``all``; each slice ends with the theme
        ``macro average``, whose support is the number of blocks. A figure that is not defined is NaN; `few`
        marks a support below 10.
    """
    import pandas as pd

    counts = block_counts(predictions.y_true, predictions.y_pred)
    names, story = np.unique(np.asarray(predictions.stories), return_inverse=True)
    weights = draw(len(names), resampling)
    figures_of_slices = []
    for kind, name, rows in parts(predictions):
        low, high = interval_of_f1(total_by(story[rows], len(names), counts[rows]), weights, resampling.confidence)
        for i, figures in enumerate(_figures(predictions, rows)):
            bounds = {"f1_low": low[i], "f1_high": high[i], "few": figures["support"] < SMALL}
            figures_of_slices.append({"slice_kind": kind, "slice": name, **figures, **bounds})
    return pd.DataFrame(figures_of_slices, columns=COLUMNS)


def overall(predictions: Predictions, single_label: bool, resampling: Resampling) -> dict[str, float]:
    """Return what `metrics_of` gives, and intervals: ``macro_f1_low``, ``macro_f1_high``, ``f1_low/THEME`` ..."""
    p = predictions
    metrics = metrics_of(p.y_true, p.scores, p.y_pred, p.themes, p.languages, single_label)
    counts = story_counts(predictions.y_true, predictions.y_pred, predictions.stories)
    bounds = interval_of_f1(counts, draw(len(counts), resampling), resampling.confidence)
    for end, values in zip(("low", "high"), bounds, strict=True):
        metrics |= {} if np.isnan(values[-1]) else {f"macro_f1_{end}": float(values[-1])}
        known = zip(predictions.themes, values[:-1].tolist(), strict=True)
        metrics |= {f"f1_{end}/{theme}": value for theme, value in known if not np.isnan(value)}
    return metrics


def parts(predictions: Predictions, kinds: Sequence[str] = KINDS) -> Iterator[tuple[str, str, Rows]]:
    """Yield the slices of tested blocks as kind, name and row numbers; the first is all of them."""
    yield "all", "all", np.arange(len(predictions.frame))
    for kind in kinds:
        if kind == "length":
            values, names = _bands(predictions)
        elif kind in predictions.frame:
            values = np.asarray(predictions.frame[kind].fillna("").astype(str))
            names = sorted(set(values) - {""})
        else:
            continue
        for name in names:
            if len(rows := np.flatnonzero(values == name)):
                yield kind, str(name), rows


def _figures(predictions: Predictions, rows: Rows) -> Iterator[dict[str, Any]]:
    Y, P, y_pred = predictions.y_true[rows], predictions.scores[rows], predictions.y_pred[rows]
    ranks = np.array([ranking(Y[:, i], P[:, i]) for i in range(Y.shape[1])])
    brier = sk.mean_squared_error(Y, P, multioutput="raw_values")
    ece = np.array([expected_calibration_error(Y[:, i], P[:, i]) for i in range(Y.shape[1])])
    figures = np.vstack([per_theme(Y, y_pred), ranks.T, brier, ece])
    names = (*FIGURES, "average_precision", "roc_auc", "brier", "ece")
    for i, theme in enumerate(predictions.themes):
        yield {"theme": theme, "support": int(Y[:, i].sum()), **dict(zip(names, figures[:, i].tolist(), strict=True))}
    means = [float(row[~np.isnan(row)].mean()) if not np.isnan(row).all() else float("nan") for row in figures]
    yield {"theme": MACRO, "support": len(rows), **dict(zip(names, means, strict=True))}


def _bands(predictions: Predictions) -> tuple[npt.NDArray[np.str_], list[str]]:
    """Return the length band of each block, and the bands from short to long."""
    between = [f"{start}-{end - 1}" for start, end in pairwise(LENGTHS)]
    names = [f"<{LENGTHS[0]}", *between, f">={LENGTHS[-1]}"]
    return np.asarray(names)[np.searchsorted(LENGTHS, predictions.frame["length"].to_numpy(), side="right")], names
