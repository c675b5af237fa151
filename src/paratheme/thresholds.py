"""Probabilities -> decisions: calibration, and a threshold for each theme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit, softmax
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_recall_curve

Scores = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]

CLIP = 1e-6
HALF_TRUST = 50  # with this many positives the data's own best threshold weighs half


@dataclass(frozen=True)
class Thresholds:
    """How raw probabilities become calibrated ones, and calibrated ones decisions.

    Attributes
    ----------
    slope, intercept : ndarray, shape (themes,)
        Platt scaling on the logit of each theme: ``expit(slope * logit(p) + intercept)``
        (Platt, 1999, "Probabilistic outputs for support vector machines").
        For exclusive topics ``slope`` is one inverse temperature (Guo et al., 2017) for all.
    threshold : ndarray, shape (themes,)
        A theme is given where its calibrated probability reaches this; not used for exclusive topics.
    prior : ndarray, shape (themes,)
        How often each theme occurs in the texts that the probabilities are calibrated for.
    exclusive : bool
        Whether each text carries exactly one theme.
    """

    slope: npt.NDArray[np.float64]
    intercept: npt.NDArray[np.float64]
    threshold: npt.NDArray[np.float64]
    prior: npt.NDArray[np.float64]
    exclusive: bool = False

    @classmethod
    def fit(cls, P: Scores, Y: Labels, exclusive: bool = False, prior: Sequence[float | None] | None = None) -> Self:
        """Learn from raw probabilities that were predicted for texts the model did not see.

        Parameters
        ----------
        P : ndarray, shape (n, themes)
            Raw probabilities.
        Y : ndarray of 0 and 1, shape (n, themes)
            The labels.
        exclusive : bool
            Whether each text carries exactly one theme.
        prior : sequence of float or None, optional
            How often each theme occurs where the classifier will be used; None: as often as here.  The texts
            without the theme weigh accordingly, in calibration and in the choice of its threshold.

        Returns
        -------
        Thresholds
        """
        themes = Y.shape[1]
        rate = np.clip(Y.mean(axis=0), CLIP, 1 - CLIP)
        if exclusive:
            temperature = _inverse_temperature(P, Y)
            return cls(np.full(themes, temperature), np.zeros(themes), np.full(themes, 0.5), rate, True)
        stated = np.array([here if there is None else there for here, there in zip(rate, prior or rate, strict=True)])
        slope, intercept, threshold = np.ones(themes), np.zeros(themes), np.full(themes, 0.5)
        for theme in range(themes):
            y = Y[:, theme]
            if 0 < y.sum() < len(y):
                weight = np.where(y == 1, 1.0, _odds(rate[theme]) / _odds(stated[theme]))
                slope[theme], intercept[theme] = _platt(_logits(P[:, theme]), y, weight)
                calibrated = expit(slope[theme] * _logits(P[:, theme]) + intercept[theme])
                threshold[theme] = best_threshold(calibrated, y, weight)
        return cls(slope, intercept, threshold, stated)

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
            intercept[theme] += np.log(_odds(value) / _odds(stated[theme]))
            stated[theme] = value
        return replace(self, intercept=intercept, prior=stated)

    def calibrate(self, P: Scores) -> Scores:
        """Return calibrated probabilities, float32, shape (n, themes)."""
        if self.exclusive:
            return np.asarray(softmax(self.slope * np.log(np.clip(P, CLIP, 1)), axis=1), np.float32)
        return np.asarray(expit(self.slope * _logits(P) + self.intercept), np.float32)

    def decide(self, calibrated: Scores) -> Labels:
        """Return 0/1 decisions, shape (n, themes)."""
        if self.exclusive:
            return np.asarray(np.eye(calibrated.shape[1])[calibrated.argmax(axis=1)], np.int64)
        return np.asarray(calibrated >= self.threshold, np.int64)

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return {
            "slope": self.slope.tolist(),
            "intercept": self.intercept.tolist(),
            "threshold": self.threshold.tolist(),
            "prior": self.prior.tolist(),
            "exclusive": self.exclusive,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Take back what `to_dict` gave."""
        slope, intercept, threshold, prior = (
            np.asarray(data[name], np.float64) for name in ("slope", "intercept", "threshold", "prior")
        )
        return cls(slope, intercept, threshold, prior, bool(data["exclusive"]))


def best_threshold(
    calibrated: npt.NDArray[Any], y: npt.NDArray[np.int64], weight: npt.NDArray[np.float64] | None = None
) -> float:
    """Return the threshold of best F1, drawn towards what calibration implies where positives are few.

    With calibrated probabilities the threshold of best F1 is half that F1 (Lipton, Elkan and
    Naryanaswamy, 2014, "Optimal thresholding of classifiers to maximize F1 measure"); the data's own optimum
    weighs ``n / (n + 50)`` with `n` positives.
    """
    precision, recall, cuts = precision_recall_curve(y, calibrated, sample_weight=weight)
    f1 = 2 * precision * recall / np.maximum(precision + recall, CLIP)
    best = int(f1[:-1].argmax())
    below = cuts[best - 1] if best else 0.0
    own = (cuts[best] + below) / 2  # halfway to the next lower score: the same decisions, more slack
    trust = y.sum() / (y.sum() + HALF_TRUST)
    return float(trust * own + (1 - trust) * f1[best] / 2)


def _logits(P: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    return np.asarray(logit(np.clip(P.astype(np.float64), CLIP, 1 - CLIP)))


def _odds(rate: Any) -> Any:
    return rate / (1 - rate)


def _platt(
    logits: npt.NDArray[np.float64], y: npt.NDArray[np.int64], weight: npt.NDArray[np.float64]
) -> tuple[float, float]:
    # the weak penalty keeps the slope finite where the classes are separable
    regression = LogisticRegression(C=1.0).fit(logits[:, None], y, sample_weight=weight)
    slope = float(regression.coef_[0, 0])
    if slope <= 0:  # a score that says nothing, or the contrary: the base rate
        return 1e-3, float(np.log(_odds(np.average(y, weights=weight))))
    return slope, float(regression.intercept_[0])


def _inverse_temperature(P: Scores, Y: Labels) -> float:
    from scipy.optimize import minimize_scalar

    logs, topic = np.log(np.clip(P, CLIP, 1)), Y.argmax(axis=1)

    def loss(log_temperature: float) -> float:
        scaled = softmax(np.exp(log_temperature) * logs, axis=1)[np.arange(len(topic)), topic]
        return float(-np.log(np.clip(scaled, CLIP, 1)).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-3, 3), method="bounded").x))
