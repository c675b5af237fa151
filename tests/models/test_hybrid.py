"""What the linear layer reads of the themes' words."""

from __future__ import annotations

import math

import pytest

from paratheme.models.hybrid import HybridModel
from paratheme.models.settings import EncoderSettings
from paratheme.models.word_recall import WordRecall
from paratheme.themes.theme import Theme
from paratheme.themes.theme_set import ThemeSet

THEMES = ThemeSet(
    themes=(
        Theme(id="food", words={"en": ("famine", "hunger")}, weak={"en": ("bread",)}, near={"en": ("meal",)}),
        Theme(id="wordless"),
    )
)


def model_of(themes: ThemeSet, **parameters: float) -> HybridModel:
    model = HybridModel(EncoderSettings(), themes, **parameters)  # type: ignore[arg-type]
    model.recall_ = WordRecall({"en": 0.75}, 0.5)
    return model


def test_each_theme_tells_whether_its_words_decide_how_many_there_are_and_what_hints_there_are() -> None:
    texts = ["famine and hunger", "bread", "a meal", "The rain fell on the town the whole night"]
    read = model_of(THEMES, word_weight=6.0)._extra_features(texts)
    assert read[:, 1::2].any() == 0, "a theme without words tells nothing"
    decide, many, weak, any_word, absent = read[:, ::2].T.tolist()
    assert decide == [6, 0, 0, 0]
    assert many == [4, 1, 0.5, 0]
    assert weak == [0, 6, 0, 0]
    assert any_word == [6, 6, 6, 0]
    assert absent == [0, 0, 0, pytest.approx(6 * math.log(0.25))]


def test_more_than_three_words_say_no_more() -> None:
    themes = ThemeSet(themes=(Theme(id="a", words={"en": tuple("bcdefg")}),))
    read = model_of(themes, word_weight=1.0)._extra_features(["b c d", "b c d e f g"])
    assert read[0].tolist() == read[1].tolist() == [1, 1, 0, 1, 0]


def test_no_texts_have_no_features() -> None:
    assert model_of(THEMES)._extra_features([]).shape == (0, 10)
