"""Probabilities -> decisions: calibration, and a threshold for each theme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize, minimize_scalar
from scipy.special import expit, logit, softmax
from sklearn.metrics import precision_recall_curve

Scores = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]

CLIP = 1e-6
HALF_TRUST = 100  # with this many positives the data's own best threshold weighs half


@dataclass(frozen=True)
class Thresholds:
    """How raw probabilities become calibrated ones, and calibrated ones decisions.

    Attributes
    ----------
    slope, word, intercept : ndarray, shape (themes,)
        Platt scaling on the logit of each theme: ``expit(slope * logit(p) + word * w + intercept)``
        (Platt, 1999, "Probabilistic outputs for support vector machines"), where `w` is 1 if a word of the
        theme stands in the text, else -1; 0 for a model that reads no words.  Slope and word are learned from
        all themes together, for a single one has few examples; the intercepts differ by how far the log-odds
        of a theme's prior lie from those of its mean raw probability, which carries the training rate already.
        For exclusive topics ``slope`` is one inverse temperature (Guo et al., 2017) for all.
    threshold : ndarray, shape (themes,)
        A theme is given where its calibrated probability reaches this; not used for exclusive topics.
    prior : ndarray, shape (themes,)
        How often each theme occurs in the texts that the probabilities are calibrated for.
    exclusive : bool
        Whether each text carries exactly one theme.
    """

    slope: npt.NDArray[np.float64]
    word: npt.NDArray[np.float64]
    intercept: npt.NDArray[np.float64]
    threshold: npt.NDArray[np.float64]
    prior: npt.NDArray[np.float64]
    exclusive: bool = False

    @classmethod
    def fit(
        cls,
        P: Scores,
        Y: Labels,
        exclusive: bool = False,
        weights: npt.NDArray[np.float64] | None = None,
        words: Labels | None = None,
    ) -> Self:
        """Learn from raw probabilities that were predicted for texts the model did not see.

        Parameters
        ----------
        P : ndarray, shape (n, themes)
            Raw probabilities.
        Y : ndarray of 0 and 1, shape (n, themes)
            The labels.
        exclusive : bool
            Whether each text carries exactly one theme.
        weights : ndarray, shape (n, themes), optional
            What each text counts for each theme, in calibration and in the choice of its threshold, as
            `paratheme.themes.stream.weights` gives it; None: 1.
        words : ndarray of 0 and 1, shape (n, themes), optional
            Whether a word of the theme stands in the text.

        Returns
        -------
        Thresholds
        """
        themes = Y.shape[1]
        weights = np.ones(Y.shape) if weights is None else weights
        rate = np.clip(np.average(Y, axis=0, weights=weights), CLIP, 1 - CLIP)
        slope, word, intercept, threshold = np.ones(themes), np.zeros(themes), np.zeros(themes), np.full(themes, 0.5)
        if exclusive:
            return cls(slope * _inverse_temperature(P, Y), word, intercept, threshold, rate, True)
        known = np.flatnonzero((Y.min(axis=0) == 0) & (Y.max(axis=0) == 1))  # themes that are there, and not always
        if len(known):
            logits = _logits(P[:, known])
            signs = np.zeros(logits.shape) if words is None else _signs(words[:, known])
            signs *= signs.max(axis=0) > 0  # a theme without words is judged without them
            raw_rate = np.clip(P[:, known].mean(axis=0, dtype=np.float64), CLIP, 1 - CLIP)
            offset = np.log(_odds(rate[known]) / _odds(raw_rate))
            slope[known], weight_of_word, base = _platt(logits, signs, offset, Y[:, known], weights[:, known])
            word[known] = weight_of_word * signs.any(axis=0)
            intercept[known] = base + offset
            fitted = cls(slope, word, intercept, threshold, rate)
            scores = fitted.calibrate(P, words)
            for theme in known:
                threshold[theme] = best_threshold(scores[:, theme], Y[:, theme], weights[:, theme])
        return cls(slope, word, intercept, threshold, rate)

    def for_prior(self, prior: Mapping[int, float]) -> Thresholds:
        """Return the same, calibrated for texts in which some themes occur more or less often.

        Parameters
        ----------
        prior : mapping of int to float
            Column of a theme -> how often it occurs, between 0 and 1.  The log-odds move by the difference
            (Saerens, Latinne and Decaestecker, 2002); the thresholds stay.

        Raises
        ------
        ValueError
            If a prior is not between 0 and 1, or the topics are exclusive.
        """
        if self.exclusive or not all(0 < value < 1 for value in prior.values()):
            raise ValueError("a prior lies between 0 and 1, and exclusive topics have none")
        intercept, stated = self.intercept.copy(), self.prior.copy()
        for theme, value in prior.items():
            if self.prior[theme] in (CLIP, 1 - CLIP):
                raise ValueError("a theme that was never, or always, there when thresholds were learned has no prior")
            intercept[theme] += np.log(_odds(value) / _odds(stated[theme]))
            stated[theme] = value
        return replace(self, intercept=intercept, prior=stated)

    def calibrate(self, P: Scores, words: Labels | None = None) -> Scores:
        """Return calibrated probabilities, float32, shape (n, themes).

        Parameters
        ----------
        P : ndarray, shape (n, themes)
            Raw probabilities.
        words : ndarray of 0 and 1, shape (n, themes), optional
            As in `fit`; must be given where `reads_words` is true.
        """
        if self.exclusive:
            return np.asarray(softmax(self.slope * np.log(np.clip(P, CLIP, 1)), axis=1), np.float32)
        logits = self.slope * _logits(P) + self.intercept
        if self.reads_words:
            assert words is not None, "calibrated with words, to be used with words"
            logits += self.word * _signs(words)
        return np.asarray(expit(logits), np.float32)

    @property
    def reads_words(self) -> bool:
        """Whether calibration depends on the themes' words in the text."""
        return bool(self.word.any())

    def decide(self, calibrated: Scores) -> Labels:
        """Return 0/1 decisions, shape (n, themes)."""
        if self.exclusive:
            return np.asarray(np.eye(calibrated.shape[1])[calibrated.argmax(axis=1)], np.int64)
        return np.asarray(calibrated >= self.threshold, np.int64)

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return {
            "slope": self.slope.tolist(),
            "word": self.word.tolist(),
            "intercept": self.intercept.tolist(),
            "threshold": self.threshold.tolist(),
            "prior": self.prior.tolist(),
            "exclusive": self.exclusive,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Take back what `to_dict` gave."""
        slope, word, intercept, threshold, prior = (
            np.asarray(data[name], np.float64) for name in ("slope", "word", "intercept", "threshold", "prior")
        )
        return cls(slope, word, intercept, threshold, prior, bool(data["exclusive"]))


def best_threshold(
    calibrated: npt.NDArray[Any], y: npt.NDArray[np.int64], weight: npt.NDArray[np.float64] | None = None
) -> float:
    """Return the threshold of best F1, drawn towards one half where positives are few.

    The data's own optimum weighs ``n / (n + 100)``; `n` is the effective number of positives, fewer than there
    are where some weigh much more than others (Kish, 1965, "Survey sampling").
    """
    precision, recall, cuts = precision_recall_curve(y, calibrated, sample_weight=weight)
    f1 = 2 * precision * recall / np.maximum(precision + recall, CLIP)
    best = int(f1[:-1].argmax())
    below = cuts[best - 1] if best else 0.0
    own = (cuts[best] + below) / 2  # halfway to the next lower score: the same decisions, more slack
    counts = (np.ones(len(y)) if weight is None else weight)[y == 1]
    positives = counts.sum() ** 2 / (counts**2).sum()
    trust = positives / (positives + HALF_TRUST)
    return float(trust * own + (1 - trust) / 2)


def _logits(P: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    return np.asarray(logit(np.clip(P.astype(np.float64), CLIP, 1 - CLIP)))


def _odds(rate: Any) -> Any:
    return rate / (1 - rate)


def _signs(words: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    return np.where(words > 0, 1.0, -1.0)


def _platt(
    logits: npt.NDArray[np.float64],
    signs: npt.NDArray[np.float64],
    offset: npt.NDArray[np.float64],
    Y: Labels,
    weights: npt.NDArray[np.float64],
) -> tuple[float, float, float]:
    """Return slope, word and intercept for all themes together, beside an offset for each theme."""
    X = np.c_[logits.ravel(), signs.ravel()]
    y, weight, beside = Y.ravel(), weights.ravel(), np.broadcast_to(offset, Y.shape).ravel()

    def loss(parameters: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        scores = X @ parameters[:2] + parameters[2] + beside
        error = weight * (expit(scores) - y)
        value = weight @ (np.logaddexp(0, scores) - y * scores)
        # the weak penalty keeps the slope finite where the classes are separable
        penalised = np.array([*parameters[:2], 0.0])
        return value + penalised @ penalised / 2, np.array([*(error @ X), error.sum()]) + penalised

    found = minimize(loss, np.zeros(3), jac=True, method="L-BFGS-B", bounds=[(1e-3, None), (0, None), (None, None)])
    slope, word, intercept = map(float, found.x)
    return slope, word, intercept


def _inverse_temperature(P: Scores, Y: Labels) -> float:
    logs, topic = np.log(np.clip(P, CLIP, 1)), Y.argmax(axis=1)

    def loss(log_temperature: float) -> float:
        scaled = softmax(np.exp(log_temperature) * logs, axis=1)[np.arange(len(topic)), topic]
        return float(-np.log(np.clip(scaled, CLIP, 1)).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-3, 3), method="bounded").x))
