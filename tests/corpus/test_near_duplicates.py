"""Near-copies and translations without a story id are grouped into one story."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from paratheme.corpus.near_duplicates import group_stories

REPORT = (
    "The ministry said on Tuesday that three convoys had reached the northern camps, where families had been "
    "waiting for flour and clean water since the road was closed at the beginning of the month."
)
OTHER = (
    "An orchestra from the capital will play in the rebuilt concert hall next week; the tickets were sold "
    "within an hour, and a second evening is planned for those who came too late."
)
TOPICS = {"convoy": 0, "قافلة": 0, "convois": 0, "harvest": 1, "حصاد": 1, "récolte": 1, "vote": 2, "تصويت": 2}


def by_topic(texts: Sequence[str]) -> Any:
    """Unit vectors: what the text is about, and a large part that every text has."""
    vectors = np.zeros((len(texts), 4), np.float32)
    for row, text in enumerate(texts):
        vectors[row, 3] = 2
        for word, topic in TOPICS.items():
            vectors[row, topic] += word in text
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def grouped(documents: dict[str, str], languages: str = "", embed: Any = None, **known: Any) -> Any:
    named = languages.split() or ["en"] * len(documents)
    stories = known.pop("stories", [""] * len(documents))
    return group_stories(list(documents), list(documents.values()), named, stories, embed=embed, **known)


def test_a_near_copy_belongs_to_the_story_of_its_original() -> None:
    stories, pairs = grouped({"a": REPORT, "b": OTHER, "c": REPORT.replace("three", "3").upper()})
    assert stories[0] == stories[2] != stories[1]
    assert [(pair.first, pair.second, pair.reason) for pair in pairs] == [("a", "c", "copy")]
    assert 0.6 <= pairs[0].similarity <= 1


def test_copies_of_copies_are_one_story() -> None:
    stories, _ = grouped({"a": REPORT, "b": f"{REPORT} {OTHER}", "c": OTHER}, copy_similarity=0.2)
    assert len(set(stories)) == 1


def test_a_story_that_somebody_named_keeps_its_name() -> None:
    stories, pairs = grouped({"a": REPORT, "b": REPORT, "c": OTHER}, stories=["S1", "S2", ""])
    assert stories[:2] == ["S1", "S2"]
    assert stories[2] not in ("", "S1", "S2")
    assert pairs == []


def test_a_copy_without_a_story_belongs_to_its_original_s_named_one() -> None:
    stories, pairs = grouped({"a": REPORT, "b": REPORT, "c": OTHER}, stories=["S1", "", ""])
    assert stories == ["S1", "S1", "~c"]
    assert [(pair.first, pair.second) for pair in pairs] == [("a", "b")]


def test_translations_that_are_each_others_nearest_are_one_story() -> None:
    texts = {"e1": "a convoy", "e2": "the harvest", "e3": "a vote", "a1": "تصويت", "a2": "قافلة", "a3": "حصاد"}
    stories, pairs = grouped(texts, "en en en ar ar ar", by_topic)
    assert dict(zip(texts, stories, strict=True)) == {
        "e1": "~a2", "a2": "~a2", "e2": "~a3", "a3": "~a3", "e3": "~a1", "a1": "~a1"
    }  # fmt: skip
    assert {pair.reason for pair in pairs} == {"translation"}


def test_only_the_nearest_of_two_similar_texts_is_the_translation() -> None:
    about = {"e1": (1, 0, 0), "e2": (0.9, 0.4, 0), "e3": (0, 0, 1), "a1": (1, 0.05, 0), "a2": (0, 0, 1)}

    def embed(texts: Sequence[str]) -> Any:
        return np.array([about[text.split()[0]] for text in texts], np.float32)

    texts = {name: f"{name} " + name * 20 for name in about}
    _, pairs = grouped(texts, "ar ar ar en en", embed)
    assert {frozenset((pair.first, pair.second)) for pair in pairs} == {
        frozenset(("e1", "a1")),
        frozenset(("e3", "a2")),
    }


def test_without_an_encoder_translations_stay_apart() -> None:
    stories, pairs = grouped({"e1": "a convoy", "e2": "harvest", "a1": "قافلة", "a2": "حصاد"}, "en en ar ar")
    assert len(set(stories)) == 4
    assert pairs == []


def test_texts_of_one_language_are_no_translations_of_each_other() -> None:
    _, pairs = grouped({"a": "a convoy", "b": "some convoy came", "c": "the harvest"}, "en en en", by_topic)
    assert pairs == []


def test_unrelated_texts_of_two_languages_are_no_translations() -> None:
    _, pairs = grouped({"a": "a convoy", "b": "harvest", "c": "تصويت", "d": "شيء"}, "en en ar ar", by_topic)
    assert pairs == []


def test_the_blocks_of_a_document_are_looked_at_together() -> None:
    half = len(REPORT) // 2
    documents, texts = ["a", "a", "b"], [REPORT[:half], REPORT[half:], REPORT]
    stories, _ = group_stories(documents, texts, ["en"] * 3, [""] * 3, embed=None)
    assert len(set(stories)) == 1


@settings(deadline=None, max_examples=30)
@given(
    st.lists(
        st.tuples(st.sampled_from("abcd"), st.sampled_from([REPORT, OTHER, "", "convoy"]), st.sampled_from(["", "S"])),
        max_size=6,
    )
)
def test_every_row_gets_a_story_and_the_unnamed_rows_of_a_document_the_same(rows: list[tuple[str, str, str]]) -> None:
    documents, texts, given_stories = ([row[i] for row in rows] for i in range(3))
    stories, _ = group_stories(documents, texts, ["en"] * len(rows), given_stories, embed=by_topic)
    assert all(stories)
    found: dict[str, set[str]] = {}
    for document, given_story, story in zip(documents, given_stories, stories, strict=True):
        if given_story:
            assert story == given_story
        else:
            found.setdefault(document, set()).add(story)
    assert all(len(names) == 1 for names in found.values())
