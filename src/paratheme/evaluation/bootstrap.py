"""Confidence intervals by bootstrap over stories, and two tests for the difference of two runs.

Blocks of one story resemble each other, so whole stories are drawn. All figures here are F1, which depends on
the counts of true positives, false positives and false negatives alone: a draw is one product of matrices.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import Field

from paratheme.types import Floats, Labels, Settings, Share

Weights = npt.NDArray[np.float32]
FEWEST_STORIES = 5  # with fewer, drawing them again says nothing: there is no interval
TOLERANCE = 1e-12  # differences below this are rounding
JACKKNIFE_CELLS = 2_000_000  # numbers held at once while standard errors are made


class Resampling(Settings):
    """How stories are resampled.

    Attributes
    ----------
    n_resamples : int
        How often stories are drawn again, with replacement.
    confidence : float
        The share of the resamples that an interval spans.
    seed : int
        The same seed draws the same.
    """

    n_resamples: int = Field(1000, ge=1)
    confidence: Share = 0.95
    seed: int = Field(0, ge=0)


@dataclass(frozen=True)
class Difference:
    """The difference of two runs in macro-F1, over the same stories.

    Attributes
    ----------
    estimate : float
        The second run's figure less the first's.
    low, high : float
        Its bootstrap-t interval.
    p : float
        Two-sided, by paired bootstrap-t.
    p_permutation : float
        Two-sided, by approximate randomisation: the cross-check.
    """

    estimate: float
    low: float
    high: float
    p: float
    p_permutation: float


def story_counts(Y: Labels, y_pred: Labels, stories: Sequence[str]) -> Floats:
    """Count true positives, false positives and false negatives of each theme in each story.

    Shape (stories, themes, 3), stories in alphabetical order.
    """
    names, story = np.unique(np.asarray(stories, dtype=str), return_inverse=True)
    return total_by(story, len(names), block_counts(Y, y_pred))


def block_counts(Y: Labels, y_pred: Labels) -> Floats:
    """Count as `story_counts` does, each block by itself: shape (n, themes, 3)."""
    return np.stack([Y & y_pred, (1 - Y) & y_pred, Y & (1 - y_pred)], axis=2).astype(np.float64)


def total_by(group: npt.NDArray[np.int64], groups: int, counts: Floats) -> Floats:
    """Add up the counts of each group's rows, shape (groups, themes, 3)."""
    total = np.zeros((groups, *counts.shape[1:]))
    np.add.at(total, group, counts)
    return total


def draw(stories: int, resampling: Resampling) -> Weights:
    """Return how often each draw takes each story, shape (draws, stories); every draw takes `stories` in all."""
    random = np.random.default_rng(resampling.seed)
    weights = np.empty((resampling.n_resamples, stories), np.float32)  # exact: whole numbers below 2 to the 24th
    for one in weights:
        one[:] = np.bincount(random.integers(0, stories, stories), minlength=stories)
    return weights


def f1(counts: Floats) -> Floats:
    """Return F1 from counts, shape (..., 3) -> (...); NaN without an example and without a decision."""
    hits = 2 * counts[..., 0]
    among = hits + counts[..., 1] + counts[..., 2]
    scores: Floats = np.divide(hits, among, out=np.full(among.shape, np.nan), where=among > 0)
    return scores


def macro_f1(counts: Floats) -> Floats:
    """Return the mean F1 of the themes that occur or are given, shape (..., themes, 3) -> (...)."""
    return _quiet(np.nanmean, f1(counts), axis=-1)


def drawn(counts: Floats, weights: Weights) -> Floats:
    """Return the counts of every draw, shape (draws, themes, 3)."""
    flat = weights @ counts.reshape(len(counts), -1).astype(np.float32)
    return flat.reshape(len(weights), *counts.shape[1:]).astype(np.float64)


def interval(values: Floats, confidence: float) -> tuple[Floats, Floats]:
    """Return the percentile interval over the first axis (Efron and Tibshirani, 1993, chapter 13).

    NaN stands where a draw has no value, and comes out where no draw has one.
    """
    tail = (1 - confidence) / 2
    low, high = _quiet(np.nanquantile, values, [tail, 1 - tail], axis=0)
    return low, high


def interval_of_f1(counts: Floats, weights: Weights, confidence: float) -> tuple[Floats, Floats]:
    """Return the interval of each theme's F1 and, last, of macro-F1, from counts of shape (stories, themes, 3).

    NaN where fewer than `FEWEST_STORIES` stories have an example of the theme, or a decision for it.
    """
    draws = drawn(counts, weights)
    low, high = interval(np.column_stack([f1(draws), macro_f1(draws)]), confidence)
    concerned = counts.sum(axis=2) > 0
    stories = np.append(concerned.sum(axis=0), (concerned.sum(axis=1) > 0).sum())
    return np.where(stories < FEWEST_STORIES, np.nan, low), np.where(stories < FEWEST_STORIES, np.nan, high)


def compare_macro_f1(first: Floats, second: Floats, resampling: Resampling) -> Difference:
    """Test the difference of two runs over the same stories.

    The paired bootstrap draws the same stories for both runs (Koehn, 2004, "Statistical significance tests for
    machine translation evaluation"). Each draw's distance from the estimate is measured in the draw's own standard
    error, by jackknife: the bootstrap-t interval and its test (Efron and Tibshirani, 1993, chapters 12 and 16), in
    its symmetric form (Hall, 1988, "On symmetric bootstrap confidence intervals"), for with a few dozen stories the
    simpler ones are too sure. Approximate randomisation exchanges the two runs'
    decisions story by story (Noreen, 1989, "Computer-intensive methods for testing hypotheses").

    Parameters
    ----------
    first, second : ndarray, shape (stories, themes, 3)
        The runs' `story_counts`, stories in the same order.
    resampling : Resampling

    Returns
    -------
    Difference
        From a single story nothing follows: the interval is NaN and the p-values are 1.
    """
    once = np.ones((1, len(first)), np.float32)
    weights = draw(len(first), resampling)
    (estimate,), (error,) = _differences(first, second, once)
    differences, errors = _differences(first, second, weights)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(np.abs(differences - estimate) <= TOLERANCE, 0.0, (differences - estimate) / errors)
        observed = 0.0 if abs(estimate) <= TOLERANCE else estimate / error
    t = np.abs(t[~np.isnan(t)])
    if not len(t) or np.isnan(observed):
        return Difference(float(estimate), np.nan, np.nan, 1.0, 1.0)
    # as far to either side: where two runs differ in few stories, the two tails by themselves are too sure
    reach = error * np.quantile(t, resampling.confidence, method="higher") if error else 0.0
    p = (1 + (t >= abs(observed) - TOLERANCE).sum()) / (1 + len(t))
    permuted = _permutation_p(first, second, resampling)
    return Difference(float(estimate), float(estimate - reach), float(estimate + reach), float(p), permuted)


def _differences(first: Floats, second: Floats, weights: Weights) -> tuple[Floats, Floats]:
    """Return the difference in macro-F1 in every draw and its standard error by jackknife, shape (draws,) each."""
    stories = len(first)
    differences = macro_f1(drawn(second, weights)) - macro_f1(drawn(first, weights))
    errors = np.empty(len(weights))
    step = max(1, JACKKNIFE_CELLS // first.size)  # draws at a time, for memory's sake
    for start in range(0, len(weights), step):
        some = weights[start : start + step]
        without = macro_f1(drawn(second, some)[:, None] - second) - macro_f1(drawn(first, some)[:, None] - first)
        without = np.where(some > 0, without, 0.0)  # a story that was not drawn cannot be left out
        mean = (some * without).sum(axis=1, keepdims=True) / stories
        errors[start : start + step] = np.sqrt((stories - 1) / stories * (some * (without - mean) ** 2).sum(axis=1))
    return differences, errors


def holm(p: Sequence[float]) -> list[float]:
    """Return p-values adjusted for their number, so that one false finding among all is as rare as the level says.

    Holm, 1979, "A simple sequentially rejective multiple test procedure".
    """
    order = np.argsort(p, kind="stable")
    stepped = np.minimum(1.0, np.asarray(p, float)[order] * (len(p) - np.arange(len(p))))
    adjusted = np.empty(len(p))
    adjusted[order] = np.maximum.accumulate(stepped)
    return [float(value) for value in adjusted]


def _permutation_p(first: Floats, second: Floats, resampling: Resampling) -> float:
    random = np.random.default_rng([resampling.seed, 1])
    exchanged = random.integers(0, 2, (resampling.n_resamples, len(first)), dtype=np.int8).astype(np.float32)
    moved = drawn(second - first, exchanged)
    differences = macro_f1(second.sum(axis=0) - moved) - macro_f1(first.sum(axis=0) + moved)
    observed = abs(float(macro_f1(second.sum(axis=0)) - macro_f1(first.sum(axis=0))))
    return float((1 + (np.abs(differences) >= observed - TOLERANCE).sum()) / (1 + resampling.n_resamples))


def _quiet(function: Callable[..., Any], *arguments: Any, **known: Any) -> Floats:
    """Call a NumPy function that warns where all values are NaN."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.asarray(function(*arguments, **known), np.float64)
