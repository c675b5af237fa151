"""Perturbations are deterministic, empty nothing, and change what they say they change."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paratheme.documents.normalise import normalise
from paratheme.documents.perturb import PERTURBATIONS

TEXTS = [
    "The army said on Friday, 3 May, that 35 people in the Gaza Strip were wounded near a school.",
    "Le gouvernement de l'État a annoncé, mardi 12 mars, que la famine menace la région du Darfour.",
    "أعلنت المنظّمة أن المجاعةَ تهدّد السودان في عام ٢٠٢٤، وقالت إن الوضع صعب في جميع المخيمات.",
] * 5
ARABIC = st.text("ابتثجحخدذرزسشصضطظعغفقكلمنهويةىءآأإؤئ ،؟.٠١٢٣\u064e\u0651", min_size=1)
ANYTHING = st.lists(st.text(min_size=1) | ARABIC, max_size=5)
every_perturbation = pytest.mark.parametrize("name", PERTURBATIONS)


@every_perturbation
@given(texts=ANYTHING, seed=st.integers(0, 99))
def test_a_perturbation_follows_from_text_and_seed_and_empties_no_text(name: str, texts: list[str], seed: int) -> None:
    perturbed = PERTURBATIONS[name](texts, seed)
    assert perturbed == PERTURBATIONS[name](texts, seed)
    assert perturbed == [PERTURBATIONS[name]([text], seed)[0] for text in texts]
    assert [bool(text.strip()) for text in perturbed] == [bool(text.strip()) for text in texts]


@every_perturbation
def test_every_perturbation_changes_ordinary_text(name: str) -> None:
    distinct = [f"{text} {number}" for number, text in enumerate(TEXTS)]
    changed = [a != b for a, b in zip(distinct, PERTURBATIONS[name](distinct, 0), strict=True)]
    assert sum(changed) >= len(distinct) / 2


@pytest.mark.parametrize("name", ["glued_words", "misread_letters", "translated_words", "other_digits"])
def test_another_seed_perturbs_otherwise(name: str) -> None:
    assert PERTURBATIONS[name](TEXTS, 1) != PERTURBATIONS[name](TEXTS, 2)


@pytest.mark.parametrize("name", ["upper_case", "lower_case"])
@given(text=ARABIC)
def test_case_leaves_arabic_untouched(name: str, text: str) -> None:
    assert PERTURBATIONS[name]([text], 0) == [text]


@given(text=st.text(min_size=1))
def test_gluing_takes_spaces_only(text: str) -> None:
    (glued,) = PERTURBATIONS["glued_words"]([text], 0)
    assert glued.replace(" ", "") == text.replace(" ", "")


def test_diacritics_go_tatweel_comes_and_the_normalised_text_stays() -> None:
    perturbed = PERTURBATIONS["strip_diacritics"](TEXTS, 0)
    assert "ـ" in "".join(PERTURBATIONS["strip_diacritics"]([f"{TEXTS[2]} {number}" for number in range(20)], 0))
    assert list(map(normalise, perturbed)) == list(map(normalise, TEXTS))
    assert not [letter for letter in "".join(perturbed) if unicodedata.combining(letter)]
    assert PERTURBATIONS["strip_diacritics"](["Été à l'œuvre", "أَخْبارُ آخِرِ"], 0) == ["Ete a l'œuvre", "أخبار آخر"]


@given(text=st.text(alphabet="abc 0123456789٠١٢٣٤٥٦٧٨٩", min_size=1))
def test_every_digit_becomes_another_of_its_script(text: str) -> None:
    (perturbed,) = PERTURBATIONS["other_digits"]([text], 0)
    for before, after in zip(text, perturbed, strict=True):
        assert (before != after) == before.isdigit()
        assert before.isascii() == after.isascii()


@given(words=st.lists(st.sampled_from(["aid", "the", "un", "camp", "غزة", "المخيم"]), min_size=1))
def test_translation_keeps_every_word_that_is_no_article(words: list[str]) -> None:
    (perturbed,) = PERTURBATIONS["translated_words"]([" ".join(["aid", *words])], 0)
    kept = sorted(word.removeprefix("ال") for word in perturbed.split() if word not in ("the", "un"))
    assert kept == sorted(word.removeprefix("ال") for word in ["aid", *words] if word not in ("the", "un"))


def test_punctuation_becomes_space() -> None:
    assert PERTURBATIONS["no_punctuation"](["L'État, dit-il : « non ».", "قال: نعم، حقا؟"], 0) == [
        "L État dit il non",
        "قال نعم حقا",
    ]


def test_letters_are_misread_and_digits_and_most_letters_stay() -> None:
    text = "supplies of 1234 tonnes reached the villages " * 20
    (perturbed,) = PERTURBATIONS["misread_letters"]([text], 0)
    assert perturbed.count("1234") == 20
    assert 0.3 < np.mean([a == b for a, b in zip(text.split(), perturbed.split(), strict=False)]) < 0.98
