"""Labelled blocks as one table, and what identifies them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from paratheme.corpus.corpus import Corpus
from paratheme.themes.theme import Theme
from paratheme.themes.theme_set import ThemeSet
from tests.corpus.examples import load, write_lines


def corpus_of(folder: Path, themes: ThemeSet, rows: list[Any]) -> Corpus:
    return load(write_lines(folder / "t.jsonl", rows), themes)


def four_blocks(folder: Path, themes: ThemeSet) -> Corpus:
    rows = [{"text": text, "themes": ["gaza"] if text in "ac" else [], "story": text.upper()} for text in "abcd"]
    return corpus_of(folder, themes, [{**row, "language": "en", "part": "train"} for row in rows])


def test_blocks_can_be_read_column_by_column(tmp_path: Path, themes: ThemeSet) -> None:
    corpus = four_blocks(tmp_path, themes)
    assert len(corpus) == 4
    assert (corpus.texts, corpus.stories) == (["a", "b", "c", "d"], ["A", "B", "C", "D"])
    assert (corpus.languages, corpus.parts) == (["en"] * 4, ["train"] * 4)
    assert corpus.labels.tolist() == [[1, 0, 0], [0, 0, 0], [1, 0, 0], [0, 0, 0]]
    assert corpus.labels.dtype == np.int64


def test_some_of_the_blocks_are_a_corpus_in_the_order_asked_for(tmp_path: Path, themes: ThemeSet) -> None:
    corpus = four_blocks(tmp_path, themes)
    some = corpus.take(np.array([2, 1]))
    assert (some.texts, some.stories, some.labels[:, 0].tolist()) == (["c", "b"], ["C", "B"], [1, 0])
    assert (some.name, some.themes, some.single_label) == (corpus.name, corpus.themes, corpus.single_label)
    assert len(corpus.take(np.array([], np.int64))) == 0


def test_the_same_blocks_can_tell_other_stories(tmp_path: Path, themes: ThemeSet) -> None:
    corpus = four_blocks(tmp_path, themes)
    other = corpus.with_stories(["x", "x", "y", "y"])
    assert (other.stories, other.texts, other.parts) == (["x", "x", "y", "y"], corpus.texts, corpus.parts)
    assert corpus.stories == ["A", "B", "C", "D"]


def test_the_fingerprint_stays_that_of_what_was_loaded(tmp_path: Path, themes: ThemeSet) -> None:
    corpus = four_blocks(tmp_path, themes)
    assert corpus.take(np.array([0])).fingerprint == corpus.fingerprint
    assert corpus.with_stories(["x"] * 4).fingerprint == corpus.fingerprint


def test_the_fingerprint_is_of_the_content_and_not_of_its_order(tmp_path: Path, themes: ThemeSet) -> None:
    rows = [{"text": text, "themes": ["gaza"], "language": "en", "story": text} for text in "abc"]
    original = corpus_of(tmp_path, themes, rows).fingerprint
    assert corpus_of(tmp_path, themes, rows[::-1]).fingerprint == original
    for change in ({"text": "z"}, {"themes": []}, {"language": "fr"}, {"story": "z"}, {"part": "test"}):
        assert corpus_of(tmp_path, themes, [{**rows[0], **change}, *rows[1:]]).fingerprint != original, change


def test_the_fingerprint_depends_on_the_theme_set(tmp_path: Path, themes: ThemeSet) -> None:
    rows = [{"text": "a", "themes": ["gaza"], "language": "en"}]
    more = ThemeSet(name="desk", themes=(*themes.themes, Theme(id="budget")))
    assert corpus_of(tmp_path, themes, rows).fingerprint != corpus_of(tmp_path, more, rows).fingerprint


def test_a_text_that_stands_twice_with_different_themes_is_found(tmp_path: Path, themes: ThemeSet) -> None:
    rows = [
        {"text": "same  text", "themes": ["gaza"], "document": "one"},
        {"text": "same text", "themes": ["gaza", "sudan"], "document": "two"},
        {"text": "agreed", "themes": ["gaza"], "document": "three"},
        {"text": "agreed", "themes": ["gaza"], "document": "four"},
    ]
    (found,) = corpus_of(tmp_path, themes, rows).contradictions()
    assert found == {"text": "same text", "documents": ["one", "two"], "themes": [["gaza"], ["gaza", "sudan"]]}
