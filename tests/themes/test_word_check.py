"""What words find in documents, and which get in each other's way."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from paratheme.themes.theme import Theme
from paratheme.themes.theme_set import ThemeSet
from paratheme.themes.word_check import Overlap, WordCheck, check_words

THEMES = ThemeSet(
    themes=(
        Theme(
            id="cholera",
            words={"en": ("cholera", "(well|wells) were chlorinated"), "ar": ("كوليرا",)},
            weak={"en": ("rehydration",)},
            near={"en": ("water",)},
            exclude={"en": ("Love in the Time of Cholera",)},
        ),
        Theme(id="food", words={"en": ("water*", "polling ... bread")}),
        Theme(id="elections", words={"en": ("polling station*",)}),
        Theme(id="harbours"),
    )
)
TEXTS = [
    "CHOLERA was found in the water of two wells.",
    "They read Love in the Time of Cholera.",
    "Les cas de choléra augmentent.",
    "وصول لقاح الكوليرا إلى المدينة",
    "Polling stations sold bread.",
]


def texts_of(check: WordCheck) -> dict[str, int]:
    return {f"{hits.theme}/{hits.word}": hits.texts for hits in check.words}


def test_every_word_is_counted_once_a_text_and_never_inside_an_exclusion() -> None:
    assert texts_of(check_words(THEMES, TEXTS)) == {
        "cholera/cholera": 2,
        "cholera/(well|wells) were chlorinated": 0,
        "cholera/كوليرا": 1,
        "cholera/rehydration": 0,
        "cholera/water": 1,
        "food/water*": 1,
        "food/polling ... bread": 1,
        "elections/polling station*": 1,
    }


def test_an_example_is_spelled_as_the_document_spells_it() -> None:
    for text in ("Les cas de choléra augmentent.", "حملة ضدّ الكُولِيرا في المدينة", "CHOLÉRA"):
        found = [hits for hits in check_words(THEMES, [text]).words if hits.theme == "cholera" and hits.texts]
        assert [hits.example for hits in found] == [text]


def test_words_are_told_with_language_what_they_do_and_an_example() -> None:
    words = {hits.word: hits for hits in check_words(THEMES, TEXTS).words}
    assert (words["cholera"].language, words["cholera"].sort) == ("en", "decides")
    assert (words["rehydration"].sort, words["water"].sort) == ("counts half", "is near")
    assert words["cholera"].example == "CHOLERA was found in the water of two…"
    assert words["كوليرا"].example == "وصول لقاح الكوليرا إلى المدينة"
    assert words["rehydration"].example == ""


def test_a_word_that_another_theme_finds_too_and_a_theme_without_words_are_told() -> None:
    themes = ThemeSet(
        themes=(
            Theme(id="aid", words={"en": ("food aid", "convoy")}),
            Theme(id="food", words={"en": ("food", "bread")}),
            Theme(id="harbours", near={"en": ("convoy",)}),
        )
    )
    check = check_words(themes, [])
    assert check.overlaps == [Overlap("aid", "food aid", "food", ("food",))]
    assert check.without_words == ["harbours"]
    assert [hits.word for hits in check.of("harbours")] == ["convoy"]


@given(st.lists(st.sampled_from(TEXTS)))
def test_a_word_that_decides_is_found_where_the_lexicon_finds_it(texts: list[str]) -> None:
    themes = ThemeSet(themes=(Theme(id="cholera", words={"en": ("cholera",)}),))
    (hits,) = check_words(themes, texts).words
    assert hits.texts == themes.lexicon.hits(texts).sum()
