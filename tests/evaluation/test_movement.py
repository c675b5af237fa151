"""A stream that has not moved is found to have moved as seldom as is said, and one that has is found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kstest

from paratheme.evaluation.movement import Moved, movement
from paratheme.evaluation.streams import Document, Stream

THEMES = ("gaza", "sudan")
WORDS = [f"{a}{b}" for a in "abcdefghij" for b in "klmnopqrst"]
TESTS = ["theme gaza", "theme sudan", "languages", "kinds", "unseen words", "distance"]


def document(name: str, random: np.random.Generator, share: float = 0.3, **other: Any) -> Document:
    """A document of some blocks that are alike: all about a theme, or none."""
    blocks = int(random.integers(3, 12))
    about = Counter({theme: blocks for theme in THEMES if random.random() < share})
    words = Counter(random.choice(WORDS, 10 * blocks).tolist())
    language = "en" if random.random() < 0.5 else "ar"
    made = Document(
        name, about, Counter({language: blocks}), words, Counter({"paragraph": blocks, "heading": 1}), blocks
    )
    return replace(made, **other)


def stream(seed: Any, documents: int = 30, make: Callable[..., Document] = document, **known: Any) -> Stream:
    random = np.random.default_rng(seed)
    found = [make(f"d{i:03}.txt", random, **known) for i in range(documents)]
    return Stream(found, [(one.name, "") for one in found for _ in range(one.blocks)])


def vectors(first: Stream, second: Stream, shift: float = 0.0, seed: int = 0) -> Any:
    """Vectors that are alike within a document."""
    random = np.random.default_rng([seed, 7])
    parts = []
    for side, by in ((first, 0.0), (second, shift)):
        for one in side.documents:
            parts.append(random.normal(by, 1, 4) + random.normal(0, 0.2, (one.blocks, 4)))
    return np.concatenate(parts)


def compared(
    first: Stream, second: Stream, shift: float = 0.0, permutations: int = 199, seed: int = 0
) -> dict[str, Moved]:
    found = movement(first, second, THEMES, vectors(first, second, shift, seed), 0.05, permutations, seed)
    assert [one.what for one in found] == TESTS
    return {one.what: one for one in found}


def test_where_nothing_moved_every_p_is_as_likely_as_any_other_though_blocks_of_a_document_are_alike() -> None:
    found = [compared(stream([i, 0]), stream([i, 1]), permutations=99, seed=i) for i in range(80)]
    for what in TESTS:
        ps = np.array([one[what].p for one in found])
        assert np.mean(ps <= 0.2) <= 0.35
        if what in ("theme gaza", "languages", "distance"):  # the others have few values
            assert kstest(ps, "uniform").pvalue > 0.001
    assert np.mean([any(test.moved for test in one.values()) for one in found]) <= 0.1


MOVES: dict[str, dict[str, Any]] = {
    "theme gaza": {"themes": Counter({"sudan": 2})},
    "languages": {"languages": Counter({"fr": 5})},
    "kinds": {"kinds": Counter({"list_item": 5})},
    "unseen words": {"words": Counter({"drought": 40, "aa": 2})},
}


@pytest.mark.parametrize("what", MOVES)
def test_what_moved_is_found_with_its_size_and_a_line_that_says_it(what: str) -> None:
    found = compared(stream(0), stream(1, **MOVES[what]), permutations=199)
    assert found[what].moved
    assert found[what].p == 1 / 200
    assert found[what].p_holm == pytest.approx(6 / 200)
    assert abs(found[what].effect) > 0.2
    named = {"theme gaza": "%", "languages": "fr", "kinds": "list_item", "unseen words": "drought"}
    assert named[what] in found[what].told
    assert not found["distance"].moved


def test_texts_that_lie_elsewhere_are_found() -> None:
    found = compared(stream(0), stream(1), shift=1.5)
    assert found["distance"].moved
    assert 0 < found["distance"].effect <= 1
    assert "times as far apart" in found["distance"].told
    assert not found["languages"].moved


def test_a_pile_against_itself_has_not_moved() -> None:
    one = stream(0)
    found = movement(one, one, THEMES, np.tile(vectors(one, Stream()), (2, 1)), permutations=99)
    assert [test.statistic for test in found] == pytest.approx([0] * 6, abs=1e-8)
    assert [test.p for test in found] == [1.0] * 6


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(5, 12), st.integers(5, 12))
def test_figures_are_what_they_are_said_to_be(seed: int, before: int, after: int) -> None:
    first, second = stream([seed, 0], before), stream([seed, 1], after)
    found = compared(first, second, permutations=99, seed=seed)
    for one in found.values():
        assert 1 / 100 <= one.p <= one.p_holm <= 1
        assert one.moved == (one.p_holm <= 0.05)
    for what, side in (("baseline", first), ("new", second)):
        share = sum(one.themes["gaza"] for one in side.documents) / side.blocks
        assert getattr(found["theme gaza"], what) == pytest.approx(share)
    known = {word for one in first.documents for word in one.words}
    counts = Counter(word for one in second.documents for word in one.words.elements())
    unseen = sum(number for word, number in counts.items() if word not in known)
    assert found["unseen words"].new == pytest.approx(unseen / counts.total())
    assert -1e-9 <= found["distance"].effect <= 1
