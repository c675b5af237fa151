"""What calibration learns from: labelled texts that a model did not learn from, as it reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import expit, softmax

from paratheme.classifier.calibration import CLIP, Calibration, clipped_logit
from paratheme.types import Floats, Labels, Rows, Scores


@dataclass(frozen=True)
class Observed:
    """Labelled texts as a model reads them; each attribute as in `Calibration.fit`.

    Attributes
    ----------
    P : ndarray, shape (n, themes)
    labels : ndarray of 0 and 1, shape (n, themes)
    single_label : bool
    weights, weights_alone : ndarray, shape (n, themes)
    words : ndarray, shape (n, themes), or None
    around : ndarray, shape (n, themes, 2), or None
    """

    P: Scores
    labels: Labels
    single_label: bool
    weights: Floats
    weights_alone: Floats
    words: Floats | None = None
    around: Floats | None = None

    def take(self, rows: Rows) -> Observed:
        """Return some of the texts."""
        words, around = (None if values is None else values[rows] for values in (self.words, self.around))
        weights, weights_alone = self.weights[rows], self.weights_alone[rows]
        return Observed(self.P[rows], self.labels[rows], self.single_label, weights, weights_alone, words, around)

    def __add__(self, other: Observed) -> Observed:
        """Return both together; what one of them lacks they both lack."""
        names = ("P", "labels", "weights", "weights_alone", "words", "around")
        pairs = {name: (getattr(self, name), getattr(other, name)) for name in names}
        joined: dict[str, Any] = {
            name: None if any(one is None for one in pair) else np.concatenate(pair) for name, pair in pairs.items()
        }
        return Observed(single_label=self.single_label, **joined)

    def calibration(self) -> Calibration:
        """Return what calibration learns from them."""
        return Calibration.fit(
            self.P, self.labels, self.single_label, self.weights, self.words, self.around, self.weights_alone
        )


def without_words(P: Scores | Floats, word_logits: Floats, single_label: bool = False) -> Floats:
    """Return raw probabilities without what the themes' words, or their absence, add to their logits."""
    if single_label:
        return np.asarray(softmax(np.log(np.clip(P, CLIP, 1)) - word_logits, axis=1))
    return np.asarray(expit(clipped_logit(np.asarray(P)) - word_logits))
