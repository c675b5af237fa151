"""Words that are proposed for a theme: commoner in its examples, or near in meaning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paratheme.corpus.label_file import TextBlock
from paratheme.training.word_proposals import PRIOR, contrast, propose_words, word_forms
from paratheme.types import Vectors

ABOUT = ("ballot", "candidate", "اقتراع", "vote")


def block(text: str, language: str = "en") -> TextBlock:
    return TextBlock(text[:10], 0, len(text), "paragraph", language, text)


def embed(texts: Sequence[str]) -> Vectors:
    """One direction for what is about elections, another for all texts, a third of each text's own length."""
    vectors = np.array([[float(any(word in text for word in ABOUT)), 1.0, len(text) % 3 / 10] for text in texts])
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def test_contrast_is_the_log_odds_ratio_in_standard_errors() -> None:
    found = contrast(Counter(vote=8, rain=2), Counter(vote=2, rain=88))
    seen = PRIOR * 10 / 100
    here = np.log((8 + seen) / (10 + PRIOR - 8 - seen))
    there = np.log((2 + seen) / (90 + PRIOR - 2 - seen))
    assert found["vote"] == pytest.approx((here - there) / np.sqrt(1 / (8 + seen) + 1 / (2 + seen)))
    assert found["vote"] > 0 > found["rain"]


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 50), min_size=2))
def test_a_word_as_frequent_here_as_there_stands_out_nowhere(counts: dict[str, int]) -> None:
    assert all(abs(value) < 1e-6 for value in contrast(Counter(counts), Counter(counts)).values())


def test_words_are_taken_without_article_elision_and_numbers() -> None:
    assert word_forms("L’urne et l'Élection de 2024, au XXI") == ["urne", "élection", "xxi"]
    assert word_forms("وبالانتخابات والاقتراع للناخبين إلى") == ["انتخابات", "اقتراع", "ناخبين", "إلى"]


def test_words_near_in_meaning_are_proposed_in_a_language_without_an_example() -> None:
    examples = [block("the candidate asked for a recount"), block("the candidate lost")]
    others = [block("rain fell on the fields"), block("سقط المطر", "ar"), block("فتح باب الاقتراع", "ar")]
    found = propose_words("how people vote", examples, others, ["ar", "en", "fr"], embed)
    assert [(one.word, one.language) for one in found] == [("اقتراع", "ar"), ("candidate", "en")]


def test_of_words_that_are_near_the_nearest_are_proposed_first_and_no_more_than_asked_for() -> None:
    examples = [block("ballot candidate vote voters votes"), block("rain fell")]
    others = [block(f"rain fell on field {number} and stone") for number in "abcd"]
    found = propose_words("vote", examples, others, ["en"], embed, most=2)
    assert len(found) == 2
    assert found[0].likeness >= found[1].likeness
