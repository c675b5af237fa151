"""Only words whose letters stand in a text are tried, and what is found is what all words at once would find."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paratheme.documents.normalise import normalise
from paratheme.themes.stems import Stems, squeezed
from paratheme.themes.theme_set import ThemeSet
from paratheme.themes.word_list import WordList, choices

CONF = Path(__file__).parents[2] / "conf" / "themes"
PIECES = (
    "a", "b", "ab", "ba", "A", "AB", "Ab", "abba", "Abba", "i", "ı", "İ", "ß", "SS", "ς", "σ", "غزه", "ال", "وال", "من",
    "حرق", "苏丹", "é", "4", "de", "and",
)  # fmt: skip
JOINTS = (" ", " ", "-", "'", "", "#", ", ", ". ", "\n")


def spans(matches: Sequence[re.Match[str]]) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Where each match stands, with its particles and without."""
    return [(match.span(), match.span(match.lastindex or 0)) for match in matches]


def agree(lists: Sequence[WordList], text: str) -> int:
    """Check that one pass and some expressions find what the expression of all words finds; return how much."""
    text = normalise(text)
    candidates = Stems(lists).candidates(text)
    return sum(agrees(words, text, candidates.get(position, ())) for position, words in enumerate(lists))


def agrees(words: WordList, text: str, candidates: Sequence[int]) -> int:
    expected = list(words.pattern.finditer(text)) if words.pattern else []
    assert spans(words.matches(text, candidates)) == spans(expected)
    assert words.stands_in(text, candidates) == bool(expected)
    return len(expected)


def joined(pieces: Sequence[str], joints: Sequence[str]) -> str:
    return "".join(piece + joint for piece, joint in zip(pieces, joints))


def texts(longest: int) -> st.SearchStrategy[str]:
    return st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(JOINTS)), max_size=longest).map(
        lambda parts: "".join(map("".join, parts))
    )


words = st.lists(st.sampled_from([*PIECES, "*", " ", " ... ", "-"]), min_size=1, max_size=5).map("".join)
lists_of_words = st.lists(words.filter(lambda word: re.search(r"[^\W\d_]", normalise(word))), min_size=1, max_size=6)


@given(st.lists(lists_of_words, min_size=1, max_size=3), texts(12))
def test_words_are_found_as_the_expression_of_all_of_them_finds_them(lists: list[list[str]], text: str) -> None:
    agree([WordList({"en": tuple(listed)}) for listed in lists], text)


@pytest.mark.parametrize(
    ("listed", "text", "found"),
    [
        (["ab*", "a* b"], "ab abba b", ["ab", "abba"]),
        (["a b", "b c"], "a b c", ["a b"]),
        (["a*", "a", "aba"], "aba", ["aba"]),
        (["b", "a b", "b a"], "b b a b", ["b", "b a", "b"]),
        (["a* c", "ab"], "ab c", ["ab c"]),  # at one place, what stands first in the list
        (["abd", "a* c", "ab"], "ab c", ["ab"]),  # even where it is only the beginning that does
    ],
)
def test_of_words_that_overlap_the_first_is_found(listed: list[str], text: str, found: list[str]) -> None:
    words = WordList({"en": tuple(listed)})
    agree([words], text)
    assert [match[0] for match in words.matches(text, range(len(listed)))] == found


def test_a_word_of_stars_alone_does_no_harm() -> None:
    agree([WordList({"en": ("(a|*)", "ab")})], "ab a, b")


def test_the_shipped_words_are_found_as_their_expressions_find_them() -> None:
    themes = [theme for path in sorted(CONF.glob("*.yaml")) for theme in ThemeSet.from_file(path).themes]
    shipped = [WordList(getattr(theme, name)) for theme in themes for name in ("exclude", "words", "weak", "near")]
    written = [
        re.sub(r"\s*\.\.\.\s*", " of the ", choice).replace("*", "")
        for theme in themes
        for listed in (theme.words, theme.weak, theme.near, theme.exclude)
        for of_language in listed.values()
        for word in of_language
        for choice in choices(word)
    ]
    draw, stems = random.Random(0), Stems(shipped)
    ways = (str, str, str.upper, str.lower, str.title, lambda word: f"#{word}", lambda word: word[: len(word) // 2])
    found = 0
    for _ in range(60):
        some = [draw.choice(ways)(word) for word in draw.choices(written, k=8)]
        text = normalise(joined(some, draw.choices([" ", " ", ", ", "-", "", " في", "and "], k=8)))
        candidates = stems.candidates(text)
        found += sum(agrees(listed, text, candidates.get(at, ())) for at, listed in enumerate(shipped))
    assert found > 300


def test_letters_that_an_expression_takes_for_each_other_are_one_letter_to_the_stems() -> None:
    cased = [char for char in map(chr, range(0x110000)) if char.isalpha() and char.lower() != char.upper()]
    cased = [char for char in cased if normalise(char) == char]
    everything = "".join(cased)
    same = {char: re.findall(f"(?i){char}", everything) for char in cased}
    assert sum(len(others) > 1 for others in same.values()) > 1000
    assert not [(char, other) for char in cased for other in same[char] if squeezed(char) != squeezed(other)]


def test_a_text_of_broken_characters_is_read_all_the_same() -> None:
    words = WordList({"en": ("famine",)})
    assert Stems([words]).candidates("famine \ud83d") == {0: [0]}


def test_a_word_is_tried_only_where_all_its_parts_stand() -> None:
    stems = Stems([WordList({"en": ("burn* ... Quran", "food aid", "EI")}), WordList({"ar": ("غزة",)})])
    assert stems.candidates("the Quran, FOOD-AID and their وبغزه") == {0: [1, 2], 1: [0]}
    assert stems.candidates("to burn a Quran") == {0: [0]}
    assert not stems.candidates("rain")


def test_the_language_under_which_a_word_is_listed_is_known() -> None:
    words = WordList({"en": ("famine",), "fr": ("(faim|disette)",)})
    assert [entry.language for entry in words.entries] == ["en", "fr", "fr"]
