"""Words and phrases of texts, whole in every script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paratheme.documents.normalise import normalise
from paratheme.documents.phrases import phrases, whole_words, without, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Bombs fell on Gaza, again.", ["Bombs", "fell", "on", "Gaza", "again"]),
        ("l’État d'El-Fasher «double» 3.5", ["l’État", "d'El-Fasher", "double", "3.5"]),
        ("غزّة، والمستشفى؟", ["غزّة", "والمستشفى"]),
        ("भूख से हिंसा।", ["भूख", "से", "हिंसा"]),
        ("این می\u200cشود", ["این", "می\u200cشود"]),
        ("<b>Sudan</b>", ["b", "Sudan", "b"]),
        ("苏丹的饥荒，加沙", ["苏丹", "的饥", "荒", "加沙"]),
        ("น้ำมัน", ["น้ำ", "มัน"]),
        (" - … \n", []),
    ],
)
def test_words_are_whole_in_every_script(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in words(text)] == found


@given(st.text("aé ,.غّ苏\n-", max_size=60), st.integers(1, 5))
def test_phrases_hold_every_word_once_and_no_comma(text: str, length: int) -> None:
    spans = phrases(text, [], most=5, length=length)
    held = [word for word in words(text) for start, end in spans if start <= word[0] and word[1] <= end]
    assert held == words(text)
    assert all("," not in text[start:end] for start, end in spans)


def test_words_that_are_apart_are_phrases_of_their_own() -> None:
    text = "one two Gaza three four"
    found = phrases(text, [(8, 12), (10, 12)], most=10, length=3)
    assert [text[slice(*span)] for span in found] == ["one two", "Gaza", "three four"]


def test_a_long_text_has_longer_phrases_and_not_more() -> None:
    assert len(phrases("word " * 1000, [], most=32, length=3)) == 32


@pytest.mark.parametrize(
    ("text", "word", "whole"),
    [
        ("Le prix à Gaza.", "Gaza", "Gaza"),
        ("<p>La  fin&eacute;e</p> de «Gaza»", "Gaza", "Gaza"),
        ("في غزّة، ورفح", "غزه", "غزّة"),
        ("في غزّة، ورفح", "رفح", "ورفح"),
        ("crise auTchad hier", "Tchad", "auTchad"),
        ("据报道苏丹的饥荒", "苏丹", "苏丹"),
    ],
)
def test_a_place_in_the_normalised_copy_leads_to_whole_words_of_the_text(text: str, word: str, whole: str) -> None:
    start = normalise(text).index(word)
    (span,) = whole_words(text, [(start, start + len(word))])
    assert text[slice(*span)] == whole


def test_what_is_left_out_leaves_a_space() -> None:
    assert without("one two three", [(8, 13), (0, 3)]) == "  two  "
