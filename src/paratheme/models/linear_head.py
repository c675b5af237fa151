"""Linear heads over fixed features, and their storage in safetensors."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import expit, softmax
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from paratheme.types import Labels, Scores, Vectors


def less_sure(features: Vectors, noise: float, masking: float, seed: int) -> Vectors:
    """Return features, shape (n, features), of which a share of the rows is another text's, and a share is 0."""
    random = np.random.default_rng(seed)
    another = random.random((len(features), 1)) < noise
    features = np.where(another, features[random.permutation(len(features))], features)
    return np.where(random.random((len(features), 1)) < masking, np.float32(0), features)


class LinearHead:
    """Logistic regression, one theme against the rest, or one multinomial where each text has a single label.

    Parameters
    ----------
    C : float
        Inverse strength of the L2 penalty.
    class_weight : {"balanced"} or None
        As in `sklearn.linear_model.LogisticRegression`.
    single_label : bool
        Whether each text carries exactly one theme.
    """

    def __init__(self, C: float, class_weight: str | None, single_label: bool) -> None:
        self.C, self.class_weight, self.single_label = C, class_weight, single_label
        self.coef = np.zeros((0, 0), np.float32)
        self.intercept = np.zeros(0, np.float32)

    def fit(self, X: Any, Y: Labels) -> LinearHead:
        """Learn from features, shape (n, features), dense or sparse, and labels or probabilities, shape (n, themes)."""
        if self.single_label:
            self.coef, self.intercept = self._fit_multinomial(X, Y)
        else:
            fits = [self._fit_theme(X, Y[:, theme]) for theme in range(Y.shape[1])]
            self.coef = np.stack([coef for coef, _ in fits])
            self.intercept = np.array([intercept for _, intercept in fits], np.float32)
        return self

    def predict_proba(self, X: Any) -> Scores:
        """Return probabilities, float32, shape (n, themes)."""
        logits = X @ self.coef.T + self.intercept
        probabilities = softmax(logits, axis=1) if self.single_label else expit(logits)
        return np.asarray(probabilities, np.float32)

    def save(self, file: Path) -> None:
        """Write coefficients and intercepts to a safetensors file."""
        from safetensors.numpy import save_file

        save_file({"coef": np.ascontiguousarray(self.coef), "intercept": self.intercept}, file)

    def load(self, file: Path) -> LinearHead:
        """Read what `save` wrote."""
        from safetensors.numpy import load_file

        arrays = load_file(file)
        self.coef, self.intercept = arrays["coef"], arrays["intercept"]
        return self

    def _regression(self) -> LogisticRegression:
        return LogisticRegression(C=self.C, class_weight=self.class_weight, max_iter=1000)

    def _fit_theme(self, X: Any, y: npt.NDArray[Any]) -> tuple[Vectors, np.float32]:
        if y.min() == y.max():  # nothing to tell apart: the smoothed base rate for every text
            rate = (y.sum() + 0.5) / (len(y) + 1)
            return np.zeros(X.shape[1], np.float32), np.float32(np.log(rate / (1 - rate)))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            regression = self._regression().fit(*_weighted(X, y))
        return regression.coef_[0].astype(np.float32), np.float32(regression.intercept_[0])

    def _fit_multinomial(self, X: Any, Y: Labels) -> tuple[Vectors, Vectors]:
        topic = Y.argmax(axis=1)
        coef = np.zeros((Y.shape[1], X.shape[1]), np.float32)
        intercept = np.full(Y.shape[1], -30, np.float32)  # a topic without any example stays improbable
        seen = np.unique(topic)
        if len(seen) == 1:
            intercept[seen] = 0
            return coef, intercept
        if len(seen) == 2:  # scikit-learn then gives one row, for the second class
            second, value = self._fit_theme(X, (topic == seen[1]).astype(np.int64))
            coef[seen[1]], intercept[seen] = second, (0, value)
            return coef, intercept
        regression = self._regression().fit(X, topic)
        coef[seen], intercept[seen] = regression.coef_, regression.intercept_
        return coef, intercept


def _weighted(X: Any, y: npt.NDArray[Any]) -> tuple[Any, npt.NDArray[np.int64], Vectors | None]:
    """Return features, labels, weights: a text that is about a theme with p counts for it by p, against it by 1 - p."""
    unsure = np.flatnonzero((y > 0) & (y < 1))
    if not len(unsure):
        return X, y.astype(np.int64), None
    rows = np.concatenate([np.arange(len(y)), unsure])
    weights = np.concatenate([np.where((y > 0) & (y < 1), y, 1), 1 - y[unsure]])
    return X[rows], np.concatenate([(y > 0).astype(np.int64), np.zeros(len(unsure), np.int64)]), weights
