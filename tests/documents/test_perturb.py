"""Noises are deterministic, empty nothing, and change what they say they change."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paratheme.documents.normalise import normalise
from paratheme.documents.perturb import NOISES, macro_f1_under_noise

TEXTS = [
    "The army said on Friday, 3 May, that 35 people in the Gaza Strip were wounded near a school.",
    "Le gouvernement de l'État a annoncé, mardi 12 mars, que la famine menace la région du Darfour.",
    "أعلنت المنظّمة أن المجاعةَ تهدّد السودان في عام ٢٠٢٤، وقالت إن الوضع صعب في جميع المخيمات.",
] * 5
ARABIC = st.text("ابتثجحخدذرزسشصضطظعغفقكلمنهويةىءآأإؤئ ،؟.٠١٢٣\u064e\u0651", min_size=1)
ANYTHING = st.lists(st.text(min_size=1) | ARABIC, max_size=5)
every_noise = pytest.mark.parametrize("name", NOISES)


@every_noise
@settings(max_examples=50, deadline=None)
@given(texts=ANYTHING, seed=st.integers(0, 99))
def test_noise_follows_from_text_and_seed_and_empties_no_text(name: str, texts: list[str], seed: int) -> None:
    noisy = NOISES[name](texts, seed)
    assert noisy == NOISES[name](texts, seed)
    assert noisy == [NOISES[name]([text], seed)[0] for text in texts]
    assert [bool(text.strip()) for text in noisy] == [bool(text.strip()) for text in texts]


@every_noise
def test_every_noise_changes_ordinary_text(name: str) -> None:
    distinct = [f"{text} {number}" for number, text in enumerate(TEXTS)]
    changed = [a != b for a, b in zip(distinct, NOISES[name](distinct, 0), strict=True)]
    assert sum(changed) >= len(distinct) / 2


@pytest.mark.parametrize("name", ["glued_words", "misread_letters", "translated_words", "other_digits"])
def test_another_seed_gives_other_noise(name: str) -> None:
    assert NOISES[name](TEXTS, 1) != NOISES[name](TEXTS, 2)


@pytest.mark.parametrize("name", ["upper_case", "lower_case"])
@settings(max_examples=50, deadline=None)
@given(text=ARABIC)
def test_case_leaves_arabic_untouched(name: str, text: str) -> None:
    assert NOISES[name]([text], 0) == [text]


@settings(max_examples=50, deadline=None)
@given(text=st.text(min_size=1))
def test_gluing_takes_spaces_only(text: str) -> None:
    (glued,) = NOISES["glued_words"]([text], 0)
    assert glued.replace(" ", "") == text.replace(" ", "")


def test_marks_go_tatweel_comes_and_the_normalised_text_stays() -> None:
    noisy = NOISES["marks"](TEXTS, 0)
    assert "ـ" in "".join(NOISES["marks"]([f"{TEXTS[2]} {number}" for number in range(20)], 0))
    assert list(map(normalise, noisy)) == list(map(normalise, TEXTS))
    assert not [letter for letter in "".join(noisy) if unicodedata.combining(letter)]
    assert NOISES["marks"](["Été à l'œuvre", "أَخْبارُ آخِرِ"], 0) == ["Ete a l'œuvre", "أخبار آخر"]


@settings(max_examples=50, deadline=None)
@given(text=st.text(alphabet="abc 0123456789٠١٢٣٤٥٦٧٨٩", min_size=1))
def test_every_digit_becomes_another_of_its_script(text: str) -> None:
    (noisy,) = NOISES["other_digits"]([text], 0)
    for before, after in zip(text, noisy, strict=True):
        assert (before != after) == before.isdigit()
        assert before.isascii() == after.isascii()


@settings(max_examples=50, deadline=None)
@given(words=st.lists(st.sampled_from(["aid", "the", "un", "camp", "غزة", "المخيم"]), min_size=1))
def test_translation_keeps_every_word_that_is_no_article(words: list[str]) -> None:
    (noisy,) = NOISES["translated_words"]([" ".join(["aid", *words])], 0)
    kept = sorted(word.removeprefix("ال") for word in noisy.split() if word not in ("the", "un"))
    assert kept == sorted(word.removeprefix("ال") for word in ["aid", *words] if word not in ("the", "un"))


def test_punctuation_becomes_space() -> None:
    assert NOISES["no_punctuation"](["L'État, dit-il : « non ».", "قال: نعم، حقا؟"], 0) == [
        "L État dit il non",
        "قال نعم حقا",
    ]


def test_letters_are_misread_and_digits_and_most_letters_stay() -> None:
    text = "supplies of 1234 tonnes reached the villages " * 20
    (noisy,) = NOISES["misread_letters"]([text], 0)
    assert noisy.count("1234") == 20
    assert 0.3 < np.mean([a == b for a, b in zip(text.split(), noisy.split(), strict=False)]) < 0.98


# Macro-F1 under noise


def shouting(texts: Sequence[str]) -> Any:
    """Decide for the first theme where a text has a capital, never for the others."""
    return np.array([[int(text != text.lower()), 0, 0] for text in texts])


def test_macro_f1_is_given_for_each_noise_over_the_themes_that_are_there() -> None:
    texts, Y = ["A", "B", "c"], np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0]])
    found = macro_f1_under_noise(shouting, texts, Y)
    assert set(found) == {"unchanged", *NOISES}
    assert found["unchanged"] == pytest.approx((1 + 0) / 2)  # nobody has the third theme
    assert found["upper_case"] == pytest.approx(0.8 / 2)
    assert found["lower_case"] == 0


def test_no_more_texts_are_drawn_than_asked_for_and_all_are_decided_at_once() -> None:
    calls: list[list[str]] = []

    def decide(texts: Sequence[str]) -> Any:
        calls.append(list(texts))
        return shouting(texts)

    texts, Y = [f"Text {number:02}" for number in range(30)], np.ones((30, 3), np.int64)
    first = macro_f1_under_noise(decide, texts, Y, limit=5)
    assert first == macro_f1_under_noise(decide, texts, Y, limit=5)
    assert len(calls) == 2
    assert calls[0] == calls[1]
    assert len(set(calls[0])) == len(calls[0]) <= 5 * (len(NOISES) + 1)
    assert len([text for text in calls[0] if text.isupper()]) == 5


def test_no_texts_and_no_themes_give_no_figures() -> None:
    assert macro_f1_under_noise(shouting, ["A"], np.array([[1, 0, 0]]), limit=0) == {}
    assert macro_f1_under_noise(shouting, ["A"], np.array([[0, 0, 0]])) == {}
