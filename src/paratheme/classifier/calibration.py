"""Probabilities -> decisions: calibration, and a threshold for each theme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize, minimize_scalar
from scipy.special import expit, logit, logsumexp, softmax
from sklearn.metrics import precision_recall_curve

from paratheme.classifier.nearby import VIEWS
from paratheme.types import Floats, Labels, Scores

CLIP = 1e-6
MOST = 0.5  # share of texts in documents, from which on texts are calibrated in their documents too
SPAN = 4.0  # log-odds that a share of 0 to 1 is spread over, so that the penalty bears on all weights alike
HALF_TRUST = 100  # with this many positives the data's own best threshold weighs half


@dataclass(frozen=True)
class Calibration:
    """How raw probabilities become calibrated ones, and calibrated ones decisions.

    Attributes
    ----------
    slope, word, intercept : ndarray, shape (themes,)
        Platt scaling on the logit of each theme: ``expit(slope * logit(p) + word * w + context @ c + intercept)``
        (Platt, 1999, "Probabilistic outputs for support vector machines"), where `w` is what the theme's words
        say: 1 if one stands in the text, or else by how much their absence speaks against it in the text's language
        (`paratheme.models.word_recall`), 0 where no words of it are known.  Slope, word and context are learned
        from all themes together, for a single one has few examples; the intercepts differ by how far the log-odds
        of a theme's prior lie from those of its mean raw probability, which carries the training rate already.
        With a single label a text ``slope`` is one inverse temperature (Guo et al., 2017) for all.
    threshold : ndarray, shape (themes,)
        A theme is given where its calibrated probability reaches this; not used with a single label a text.
    prior : ndarray, shape (themes,)
        How often each theme occurs in the texts that the probabilities are calibrated for.
    single_label : bool
        Whether each text carries exactly one theme.
    context : ndarray, shape (2,)
        What the theme's probabilities in the blocks around weigh, near the text and in the document as a whole (`c`;
        see `paratheme.classifier.nearby`).
    alone : Calibration or None
        The calibration of texts that stand in no document; its thresholds are the same. None: as the others.
    """

    slope: Floats
    word: Floats
    intercept: Floats
    threshold: Floats
    prior: Floats
    single_label: bool = False
    context: Floats = field(default_factory=lambda: np.zeros(VIEWS))
    alone: Calibration | None = None

    @classmethod
    def fit(
        cls,
        P: Scores,
        Y: Labels,
        single_label: bool = False,
        weights: Floats | None = None,
        words: Floats | None = None,
        around: Floats | None = None,
        weights_alone: Floats | None = None,
    ) -> Self:
        """Learn from raw probabilities that were predicted for texts the model did not see.

        Where most texts stand in documents, each is calibrated twice: in its document, and as if it stood alone.

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
            `paratheme.classifier.deployment.deployment_weights` gives it; None: 1.
        words : ndarray, shape (n, themes), optional
            What the themes' words say of each text, as the model's `word_evidence` gives it.
        around : ndarray, shape (n, themes, 2), optional
            What the rest of its document says of each text, as `paratheme.classifier.nearby.nearby` gives it.
        weights_alone : ndarray, shape (n, themes), optional
            What each text counts where it stands alone; None: as `weights`.

        Returns
        -------
        Calibration
        """
        themes = Y.shape[1]
        weights = np.ones(Y.shape) if weights is None else weights
        weights_alone = weights if weights_alone is None else weights_alone
        if single_label:
            rate = np.clip(np.average(Y, axis=0, weights=weights), CLIP, 1 - CLIP)
            inverse = np.full(themes, _inverse_temperature(P, Y))
            return cls(inverse, np.zeros(themes), np.zeros(themes), np.full(themes, 0.5), rate, True)
        alone = cls._scaled(P, Y, weights_alone, words)
        seen = [(alone.calibrate(P, words), Y, weights_alone)]
        fitted = alone
        if around is not None and (inside := ~np.isnan(around[:, 0, 0])).mean() > MOST:
            hits = None if words is None else words[inside]
            fitted = cls._scaled(P[inside], Y[inside], weights[inside], hits, around[inside])
            seen.append((fitted.calibrate(P[inside], hits, around[inside]), Y[inside], weights[inside]))
        scores, labels, weight = (np.concatenate(parts) for parts in zip(*seen, strict=True))
        threshold = np.full(themes, 0.5)
        for theme in np.flatnonzero((labels.min(axis=0) == 0) & (labels.max(axis=0) == 1)):
            threshold[theme] = best_threshold(scores[:, theme], labels[:, theme], weight[:, theme])
        if fitted is alone:
            return replace(alone, threshold=threshold)
        return replace(fitted, threshold=threshold, alone=replace(alone, threshold=threshold))

    @classmethod
    def _scaled(cls, P: Scores, Y: Labels, weights: Floats, words: Floats | None, around: Floats | None = None) -> Self:
        """Learn the scaling, not yet the thresholds."""
        themes = Y.shape[1]
        rate = np.clip(np.average(Y, axis=0, weights=weights), CLIP, 1 - CLIP)
        slope, word, intercept, context = np.ones(themes), np.zeros(themes), np.zeros(themes), np.zeros(VIEWS)
        known = np.flatnonzero((Y.min(axis=0) == 0) & (Y.max(axis=0) == 1))  # themes that are there, and not always
        if len(known):
            logits = clipped_logit(P[:, known])
            said = np.zeros(logits.shape) if words is None else words[:, known]
            said = said * (said.max(axis=0) > 0)  # a theme without words is judged without them
            near = np.zeros((*logits.shape, VIEWS)) if around is None else around[:, known]
            raw_rate = np.clip(P[:, known].mean(axis=0, dtype=np.float64), CLIP, 1 - CLIP)
            offset = np.log(_odds(rate[known]) / _odds(raw_rate))
            features = [logits, said, *np.moveaxis(SPAN * near, 2, 0)]
            slope[known], weight_of_word, *of_context, base = _platt(features, offset, Y[:, known], weights[:, known])
            word[known] = weight_of_word * said.any(axis=0)
            intercept[known] = base + offset
            context = SPAN * np.array(of_context)
        return cls(slope, word, intercept, np.full(themes, 0.5), rate, context=context)

    def for_prior(self, prior: Mapping[int, float]) -> Calibration:
        """Return the same, calibrated for texts in which some themes (by column) occur more or less often.

        The log-odds move by the difference (Saerens, Latinne and Decaestecker, 2002); the thresholds stay.

        Raises
        ------
        ValueError
            If a prior is not between 0 and 1, or each text has a single label.
        """
        if self.single_label:
            raise ValueError("where each text has a single label there is no prior")
        if wrong := [value for value in prior.values() if not 0 < value < 1]:
            raise ValueError(f"prior {wrong[0]}: lies between 0 and 1, such as 0.3")
        intercept, stated = self.intercept.copy(), self.prior.copy()
        for theme, value in prior.items():
            if self.prior[theme] in (CLIP, 1 - CLIP):
                raise ValueError("a theme that was never, or always, there when thresholds were learned has no prior")
            intercept[theme] += np.log(_odds(value) / _odds(stated[theme]))
            stated[theme] = value
        alone = self.alone.for_prior(prior) if self.alone else None
        return replace(self, intercept=intercept, prior=stated, alone=alone)

    def calibrate(self, P: Scores, words: Floats | None = None, around: Floats | None = None) -> Scores:
        """Return calibrated probabilities, float32, shape (n, themes).

        Parameters
        ----------
        P : ndarray, shape (n, themes)
            Raw probabilities.
        words : ndarray, shape (n, themes), optional
            As in `fit`; must be given where `reads_words` is true.
        around : ndarray, shape (n, themes), optional
            As in `fit`; None: all texts stand alone.
        """
        if self.single_label:
            return np.asarray(softmax(self._scaled_logs(P), axis=1), np.float32)
        return np.asarray(expit(self.log_odds(P, words, around)), np.float32)

    def log_odds(self, P: Scores | Floats, words: Floats | None = None, around: Floats | None = None) -> Floats:
        """Return the logits of what `calibrate` returns, not rounded, shape (n, themes); parameters as there."""
        if self.single_label:
            logs = self._scaled_logs(P)
            others = [logsumexp(np.delete(logs, theme, axis=1), axis=1) for theme in range(logs.shape[1])]
            return np.asarray(logs - np.stack(others, axis=1))
        logits = (self.alone or self)._scale(P, words)
        if around is not None and (inside := ~np.isnan(around[:, 0, 0])).any():
            hits = None if words is None else words[inside]
            logits[inside] = self._scale(P[inside], hits) + around[inside] @ self.context
        return logits

    def _scaled_logs(self, P: Scores | Floats) -> Floats:
        return np.asarray(self.slope * np.log(np.clip(P, CLIP, 1)))

    def _scale(self, P: Scores | Floats, words: Floats | None) -> Floats:
        logits = self.slope * clipped_logit(P) + self.intercept
        if self.word.any():
            assert words is not None, "calibrated with words, to be used with words"
            logits += self.word * words
        return np.asarray(logits)

    @property
    def reads_words(self) -> bool:
        """Whether calibration depends on the themes' words in the text."""
        return bool(self.word.any() or (self.alone and self.alone.word.any()))

    @property
    def reads_documents(self) -> bool:
        """Whether calibration depends on what stands around a text."""
        return self.alone is not None

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
            "context": self.context.tolist(),
            "alone": self.alone.to_dict() if self.alone else None,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Take back what `to_dict` gave."""
        slope, word, intercept, threshold, prior, context = (
            np.asarray(data[name], np.float64)
            for name in ("slope", "word", "intercept", "threshold", "prior", "context")
        )
        alone = cls.from_dict(data["alone"]) if data["alone"] else None
        return cls(slope, word, intercept, threshold, prior, bool(data["single_label"]), context, alone)


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


def clipped_logit(P: npt.NDArray[Any]) -> Floats:
    """Return the logits of probabilities, those of 0 and 1 finite too."""
    return np.asarray(logit(np.clip(P.astype(np.float64), CLIP, 1 - CLIP)))


def _odds(rate: Any) -> Any:
    return rate / (1 - rate)


def _platt(features: Sequence[Floats], offset: Floats, Y: Labels, weights: Floats) -> list[float]:
    """Return a weight for each feature, the first above 0, and the intercept, on top of an offset for each theme."""
    X = np.stack([feature.ravel() for feature in features], axis=1)
    y, weight, base = Y.ravel(), weights.ravel(), np.broadcast_to(offset, Y.shape).ravel()

    def loss(parameters: Floats) -> tuple[float, Floats]:
        scores = X @ parameters[:-1] + parameters[-1] + base
        error = weight * (expit(scores) - y)
        value = weight @ (np.logaddexp(0, scores) - y * scores)
        # the weak penalty keeps the slope finite where the classes are separable
        penalised = np.array([*parameters[:-1], 0.0])
        return value + penalised @ penalised / 2, np.array([*(error @ X), error.sum()]) + penalised

    bounds = [(1e-3, None), *[(0, None)] * (len(features) - 1), (None, None)]
    fitted = minimize(loss, np.zeros(len(bounds)), jac=True, method="L-BFGS-B", bounds=bounds)
    return [float(value) for value in fitted.x]


def _inverse_temperature(P: Scores, Y: Labels) -> float:
    logs, topic = np.log(np.clip(P, CLIP, 1)), Y.argmax(axis=1)

    def loss(log_temperature: float) -> float:
        scaled = softmax(np.exp(log_temperature) * logs, axis=1)[np.arange(len(topic)), topic]
        return float(-np.log(np.clip(scaled, CLIP, 1)).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-3, 3), method="bounded").x))
