"""The theme words as a classifier."""

from __future__ import annotations

import numpy as np
import pytest

from paratheme.models.lexicon import LexiconModel
from paratheme.themes.theme import Theme
from paratheme.themes.theme_set import ThemeSet

THEMES = ThemeSet(themes=(Theme(id="food", words={"en": ("famine",)}), Theme(id="wordless")))


def test_a_theme_is_as_likely_as_it_was_among_texts_with_its_words() -> None:
    texts, food = ["famine"] * 8 + ["rain"] * 18, [1] * 6 + [0] * 2 + [1] * 1 + [0] * 17
    P = LexiconModel(THEMES).fit(texts, np.array([food, [0] * 26]).T).predict_proba(["famine"])
    assert P[:, 0].tolist() == pytest.approx([7 / 10])


def test_without_a_word_it_is_less_likely_as_far_as_the_words_find_it() -> None:
    rain = "The rain fell on the town the whole night"
    texts, food = [f"{rain} and famine"] * 80 + [rain] * 180, [1] * 60 + [0] * 20 + [1] * 10 + [0] * 170
    model = LexiconModel(THEMES).fit(texts, np.array([food, [0] * 260]).T)
    recall, false_alarms, odds = model.recall_.by_language["en"], 21 / 192, 71 / 191
    without = odds * (1 - recall) / (1 - false_alarms)
    assert model.predict_proba([rain])[0, 0] == pytest.approx(without / (1 + without), rel=1e-4)


def test_a_word_never_speaks_against_its_theme() -> None:
    P = LexiconModel(THEMES).fit(["famine", "rain"], np.array([[0, 0], [1, 0]])).predict_proba(["famine", "rain"])
    assert P[0, 0] > P[1, 0]
