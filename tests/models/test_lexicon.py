"""The theme words as a classifier: two rates a theme."""

from __future__ import annotations

import numpy as np
import pytest

from paratheme.models.lexicon import LexiconModel
from paratheme.themes.theme import Theme
from paratheme.themes.theme_set import ThemeSet

THEMES = ThemeSet(themes=(Theme(id="food", words={"en": ("famine",)}), Theme(id="wordless")))


def test_a_theme_is_as_likely_as_it_was_among_texts_with_its_words_or_without() -> None:
    texts, food = ["famine"] * 8 + ["rain"] * 18, [1] * 6 + [0] * 2 + [1] * 1 + [0] * 17
    P = LexiconModel(THEMES).fit(texts, np.array([food, [0] * 26]).T).predict_proba(["famine", "rain"])
    assert P[:, 0].tolist() == pytest.approx([7 / 10, 2 / 20])


def test_a_word_never_speaks_against_its_theme() -> None:
    P = LexiconModel(THEMES).fit(["famine", "rain"], np.array([[0, 0], [1, 0]])).predict_proba(["famine", "rain"])
    assert P[0, 0] > P[1, 0]
