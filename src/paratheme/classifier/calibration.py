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

from paratheme.themes.theme_set import ThemeSet
from paratheme.types import Floats, Labels, Scores

CLIP = 1e-6
FEW = 3  # texts: fewer of one sort are not blown up to speak for all of it
HALF_TRUST = 100  # with this many positives the data's own best threshold weighs half


@dataclass(frozen=True)
class Calibration:
    """How raw probabilities become calibrated ones, and calibrated ones decisions.

    Attributes
    ----------
    slope, word, intercept : ndarray, shape (themes,)
        Platt scaling on the logit of each theme: ``expit(slope * logit(p) + word * w + intercept)``
        (Platt, 1999, "Probabilistic outputs for support vector machines"), where `w` is 1 if a word of the
        theme stands in the text, else -1; 0 for a model that reads no words.  Slope and word are learned from
        all themes together, for a single one has few examples; the intercepts differ by how far the log-odds
        of a theme's prior lie from those of its mean raw probability, which carries the training rate already.
        With a single label a text ``slope`` is one inverse temperature (Guo et al., 2017) for all.
    threshold : ndarray, shape (themes,)
        A theme is given where its calibrated probability reaches this; not used with a single label a text.
    prior : ndarray, shape (themes,)
        How often each theme occurs in the texts that the probabilities are calibrated for.
    single_label : bool
        Whether each text carries exactly one theme.
    """

    slope: Floats
    word: Floats
    intercept: Floats
    threshold: Floats
    prior: Floats
    single_label: bool = False

    @classmethod
    def fit(
        cls,
        P: Scores,
        Y: Labels,
        single_label: bool = False,
        weights: Floats | None = None,
        words: Labels | None = None,
    ) -> Self:
        """Learn from raw probabilities that were predicted for texts the model did not see.

        Parameters
        ----------
        P : ndarray, shape (n, themes)
            Raw probabilities.
        Y : ndarray of 0 and 1, shape (n, themes)
            The labels.
        single_label : bool
            Whether each text carries exactly one theme.
        weights : ndarray, shape (n, themes), optional
            What each text counts for each theme, in calibration and in the choice of its threshold, as
            `deployment_weights` gives it; None: 1.
        words : ndarray of 0 and 1, shape (n, themes), optional
            Whether a word of the theme stands in the text.

        Returns
        -------
        Calibration
        """
        themes = Y.shape[1]
        weights = np.ones(Y.shape) if weights is None else weights
        rate = np.clip(np.average(Y, axis=0, weights=weights), CLIP, 1 - CLIP)
        slope, word, intercept, threshold = np.ones(themes), np.zeros(themes), np.zeros(themes), np.full(themes, 0.5)
        if single_label:
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

    def for_prior(self, prior: Mapping[int, float]) -> Calibration:
        """Return the same, calibrated for texts in which some themes (by column) occur more or less often.

        The log-odds move by the difference (Saerens, Latinne and Decaestecker, 2002); the thresholds stay.

        Raises
        ------
        ValueError
            If a prior is not between 0 and 1, or each text has a single label.
        """
        if self.single_label or not all(0 < value < 1 for value in prior.values()):
            raise ValueError("a prior lies between 0 and 1, and with a single label a text there is none")
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
        if self.single_label:
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
        if self.single_label:
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
            "single_label": self.single_label,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Take back what `to_dict` gave."""
        slope, word, intercept, threshold, prior = (
            np.asarray(data[name], np.float64) for name in ("slope", "word", "intercept", "threshold", "prior")
        )
        return cls(slope, word, intercept, threshold, prior, bool(data["single_label"]))


def deployment_weights(themes: ThemeSet, Y: Labels, words: Labels | None = None) -> Floats:
    """Return what each labelled text counts for each theme in calibration, so that it holds in deployment.

    Where a theme set states how often its themes occur in the texts that will be filed, and how far its words can
    be trusted there, the labelled texts are weighed accordingly (importance weighting; Shimodaira, 2000, "Improving
    predictive inference under covariate shift by weighting the log-likelihood function").

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
    weight, deployment = np.ones(Y.shape), themes.deployment
    if deployment is None:
        return weight
    for column, theme in enumerate(themes.ids):
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


def best_threshold(calibrated: npt.NDArray[Any], y: Labels, weight: Floats | None = None) -> float:
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


def _logits(P: npt.NDArray[Any]) -> Floats:
    return np.asarray(logit(np.clip(P.astype(np.float64), CLIP, 1 - CLIP)))


def _odds(rate: Any) -> Any:
    return rate / (1 - rate)


def _signs(words: Labels) -> Floats:
    return np.where(words > 0, 1.0, -1.0)


def _platt(
    logits: Floats,
    signs: Floats,
    offset: Floats,
    Y: Labels,
    weights: Floats,
) -> tuple[float, float, float]:
    """Return slope, word and intercept for all themes together, on top of an offset for each theme."""
    X = np.c_[logits.ravel(), signs.ravel()]
    y, weight, base = Y.ravel(), weights.ravel(), np.broadcast_to(offset, Y.shape).ravel()

    def loss(parameters: Floats) -> tuple[float, Floats]:
        scores = X @ parameters[:2] + parameters[2] + base
        error = weight * (expit(scores) - y)
        value = weight @ (np.logaddexp(0, scores) - y * scores)
        # the weak penalty keeps the slope finite where the classes are separable
        penalised = np.array([*parameters[:2], 0.0])
        return value + penalised @ penalised / 2, np.array([*(error @ X), error.sum()]) + penalised

    fitted = minimize(loss, np.zeros(3), jac=True, method="L-BFGS-B", bounds=[(1e-3, None), (0, None), (None, None)])
    slope, word, intercept = map(float, fitted.x)
    return slope, word, intercept


def _inverse_temperature(P: Scores, Y: Labels) -> float:
    logs, topic = np.log(np.clip(P, CLIP, 1)), Y.argmax(axis=1)

    def loss(log_temperature: float) -> float:
        scaled = softmax(np.exp(log_temperature) * logs, axis=1)[np.arange(len(topic)), topic]
        return float(-np.log(np.clip(scaled, CLIP, 1)).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-3, 3), method="bounded").x))
