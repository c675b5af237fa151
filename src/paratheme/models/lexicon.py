"""The theme words as a classifier: the baseline that everything else must beat."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np
from scipy.special import expit, logit
from sklearn.base import BaseEstimator

from paratheme.models.word_recall import WordRecall
from paratheme.themes.theme_set import ThemeSet
from paratheme.types import Floats, Labels, Scores

CLIP = 1e-6
RATES = ("rate", "rate_with_word", "false_alarms")


class LexiconModel(BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """A theme counts where one of its words stands; how sure that makes us is learned from the labels.

    The probability of a theme is its rate among the training texts that have one of its words (with add-one
    smoothing). Where there is none, its rate among all is lowered by Bayes' rule, as far as words miss the theme in
    the text's language (`WordRecall`): where no words are known, not at all.

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
        """Learn the rates of each theme; `valid` and `checkpoints` are not used."""
        hit = self.themes.lexicon.hits(texts)
        self.recall_ = WordRecall.fit(self.themes, texts, Y)
        self.rate_ = (Y.sum(axis=0) + 1) / (len(Y) + 2)
        # a word never speaks against its theme, however few the examples
        with_word = ((Y * hit).sum(axis=0) + 1) / (hit.sum(axis=0) + 2)
        self.rate_with_word_ = np.maximum(with_word, np.minimum(self.rate_ * 1.01, 1 - CLIP))
        self.false_alarms_ = (((1 - Y) * hit).sum(axis=0) + 1) / ((1 - Y).sum(axis=0) + 2)
        return self

    def predict_proba(self, texts: Sequence[str]) -> Scores:
        """Return probabilities, float32, shape (n, themes)."""
        rates = self._rates(texts)
        if self.single_label:
            rates = rates / rates.sum(axis=1, keepdims=True)
        return np.asarray(rates, np.float32)

    def word_logits(self, texts: Sequence[str]) -> Floats:
        """Return what the themes' words add to each raw logit, shape (n, themes)."""
        scale = np.log if self.single_label else logit
        return np.asarray(scale(self._rates(texts)) - scale(self.rate_), np.float64)

    def word_evidence(self, texts: Sequence[str]) -> Floats:
        """Return what calibration reads of the themes' words, shape (n, themes)."""
        return self.recall_.evidence(self.themes, texts)

    def save(self, folder: Path) -> None:
        """Write the learned rates (JSON); the words are in the constructor's arguments."""
        rates = {name: getattr(self, f"{name}_").tolist() for name in RATES}
        (folder / "rates.json").write_text(json.dumps(rates), "utf-8")
        self.recall_.save(folder)

    def load(self, folder: Path) -> Self:
        """Read what `save` wrote."""
        rates = json.loads((folder / "rates.json").read_text("utf-8"))
        for name in RATES:
            setattr(self, f"{name}_", np.array(rates[name]))
        self.recall_ = WordRecall.load(folder)
        return self

    def _rates(self, texts: Sequence[str]) -> Floats:
        evidence = self.word_evidence(texts)
        missed = np.minimum(evidence - np.log1p(-self.false_alarms_), 0) * (evidence < 0)
        return np.asarray(np.where(evidence > 0, self.rate_with_word_, expit(logit(self.rate_) + missed)))
