"""The theme words as a classifier: the baseline that everything else must beat."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np
from scipy.special import logit
from sklearn.base import BaseEstimator

from paratheme.themes.lexicon import Lexicon
from paratheme.themes.theme_set import ThemeSet
from paratheme.types import Floats, Labels, Scores, Vectors

MANY = 3  # words of one theme: more say no more


class LexiconModel(BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """A theme counts where one of its words stands; how sure that makes us is learned from the labels.

    The probability of a theme is its rate among the training texts that have, or have not, one of the
    theme's words (with add-one smoothing): two numbers per theme.

    Parameters
    ----------
    themes : ThemeSet
        The theme set with its words.
    single_label : bool
        Whether each text carries exactly one theme.
    """

    def __init__(self, themes: ThemeSet, single_label: bool = False) -> None:
        self.themes = themes
        self.single_label = single_label

    def fit(
        self,
        texts: Sequence[str],
        Y: Labels,
        valid: tuple[Sequence[str], Labels] | None = None,
        checkpoints: Path | None = None,
    ) -> Self:
        """Learn the two rates of each theme; `valid` and `checkpoints` are not used."""
        hit = self.themes.lexicon.hits(texts)
        with_word = (Y * hit).sum(axis=0) + 1.0, hit.sum(axis=0) + 2.0
        without = (Y * (1 - hit)).sum(axis=0) + 1.0, (1 - hit).sum(axis=0) + 2.0
        self.rate_with_word_ = with_word[0] / with_word[1]
        # a word never speaks against its theme, however few the examples
        self.rate_without_ = np.minimum(without[0] / without[1], self.rate_with_word_ * 0.99)
        return self

    def predict_proba(self, texts: Sequence[str]) -> Scores:
        """Return probabilities, float32, shape (n, themes)."""
        rates = np.where(self.themes.lexicon.hits(texts) > 0, self.rate_with_word_, self.rate_without_)
        if self.single_label:
            rates = rates / rates.sum(axis=1, keepdims=True)
        return np.asarray(rates, np.float32)

    def word_logits(self, texts: Sequence[str]) -> Floats:
        """Return what the themes' words add to each raw logit, shape (n, themes)."""
        scale = np.log if self.single_label else logit
        difference = scale(self.rate_with_word_) - scale(self.rate_without_)
        return np.asarray(self.themes.lexicon.hits(texts) * difference, np.float64)

    def save(self, folder: Path) -> None:
        """Write the learned rates (JSON); the words are in the constructor's arguments."""
        rates = {"with_word": self.rate_with_word_.tolist(), "without": self.rate_without_.tolist()}
        (folder / "rates.json").write_text(json.dumps(rates), "utf-8")

    def load(self, folder: Path) -> Self:
        """Read what `save` wrote."""
        rates = json.loads((folder / "rates.json").read_text("utf-8"))
        self.rate_with_word_ = np.array(rates["with_word"])
        self.rate_without_ = np.array(rates["without"])
        return self


def word_features(lexicon: Lexicon, texts: Sequence[str], weight: float) -> Vectors:
    """Return which themes' words stand in each text, for a linear layer, shape (n, 4 * themes).

    For each theme: does a word decide for it, how many do, is there only a weak one, is there any at all.
    """
    count = lexicon.matrix(texts)
    features = [count >= 1, np.minimum(count, MANY) / MANY, count == 0.5, count > 0]
    return (weight * np.hstack(features)).astype(np.float32)
