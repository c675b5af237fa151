"""The theme words as a classifier: the baseline that everything else must beat."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator

from paratheme.models import Labels, Scores
from paratheme.themes.lexicon import Lexicon
from paratheme.themes.theme_set import ThemeSet


def lexicon_of(themes: dict[str, Any]) -> Lexicon:
    """Return the lexicon of a theme set, made once: that takes most of a second."""
    return _lexicon(json.dumps(themes, sort_keys=True))


def word_hits(themes: dict[str, Any], texts: Sequence[str]) -> Labels:
    """Return whether words in each text decide for each theme, 0 or 1, shape (n, themes)."""
    return (lexicon_of(themes).matrix(texts) >= 1).astype(np.int64)


@lru_cache(maxsize=4)
def _lexicon(themes: str) -> Lexicon:
    return Lexicon(ThemeSet.from_dict(json.loads(themes)))


class LexiconModel(BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """A theme counts where one of its words stands; how sure that makes us is learned from the labels.

    The probability of a theme is its rate among the training texts that have, or have not, one of the
    theme's words (with add-one smoothing): two numbers a theme.

    Parameters
    ----------
    themes : dict
        The theme set with its words, as `ThemeSet.to_dict` gives it.
    exclusive : bool
        Whether each text carries exactly one theme.
    """

    def __init__(self, themes: dict[str, Any], exclusive: bool = False) -> None:
        self.themes = themes
        self.exclusive = exclusive

    def fit(self, texts: Sequence[str], Y: Labels, valid: tuple[Sequence[str], Labels] | None = None) -> Self:
        """Learn the two rates of each theme; `valid` is not used."""
        hit = word_hits(self.themes, texts)
        with_word = (Y * hit).sum(axis=0) + 1.0, hit.sum(axis=0) + 2.0
        without = (Y * (1 - hit)).sum(axis=0) + 1.0, (1 - hit).sum(axis=0) + 2.0
        self.rate_with_word_ = with_word[0] / with_word[1]
        # a word never speaks against its theme, however few the examples
        self.rate_without_ = np.minimum(without[0] / without[1], self.rate_with_word_ * 0.99)
        return self

    def predict_proba(self, texts: Sequence[str]) -> Scores:
        """Return probabilities, float32, shape (n, themes)."""
        rates = np.where(word_hits(self.themes, texts) > 0, self.rate_with_word_, self.rate_without_)
        if self.exclusive:
            rates = rates / rates.sum(axis=1, keepdims=True)
        return np.asarray(rates, np.float32)

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
