"""The audit finds labels that were flipped, copies labelled otherwise, rare themes and shortcuts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from paratheme.corpus.corpus import Corpus
from paratheme.corpus.load import CorpusSettings, load_corpus
from paratheme.themes.theme_set import ThemeSet
from paratheme.training.audit import (
    copies_labelled_otherwise,
    mask_words,
    out_of_fold,
    rare_themes,
    shortcuts,
    suspects,
    with_documents,
)
from paratheme.training.compose import compose


@pytest.fixture
def corpus(table: Path, themes: ThemeSet) -> Corpus:
    return load_corpus(CorpusSettings(path=str(table)), themes)


def flipped(corpus: Corpus, rows: list[int], theme: int) -> Corpus:
    def flip(record: dict[str, Any], row: int) -> dict[str, Any]:
        return {"themes": sorted({*record["themes"]} ^ {theme})} if row in rows else {}

    return Corpus(corpus.name, corpus.blocks.map(flip, with_indices=True), corpus.themes)


def test_flipped_labels_come_first(corpus: Corpus) -> None:
    config = compose(["model=tfidf"]).model_copy(update={"themes": corpus.themes})
    rows = [3, 21, 42, 60]
    wrong = flipped(corpus, rows, 1)
    P, P_masked = out_of_fold(wrong, config)
    found = suspects(wrong.labels, with_documents(wrong, P, config), corpus.themes.ids)
    assert len(found) == wrong.labels.size
    first = {(one.row, one.theme) for one in found[: len(found) // 10]}
    assert len(first & {(row, "sudan") for row in rows}) >= 3
    assert all(one.given == bool(wrong.labels[one.row, corpus.themes.ids.index(one.theme)]) for one in found)
    about_gaza = corpus.labels[:, 0] == 1
    assert P_masked[about_gaza, 0].mean() < P[about_gaza, 0].mean() - 0.03
    assert (P_masked[~about_gaza, 0] == P[~about_gaza, 0]).all()  # no word of it stands there


def test_what_remains_without_a_themes_words_is_told() -> None:
    Y = np.array([[1, 0], [1, 0], [0, 0]])
    P = np.array([[0.9, 0.1], [0.8, 0.1], [0.1, 0.1]], np.float32)
    masked = np.array([[0.9, 0.1], [0.1, 0.1], [0.1, 0.1]], np.float32)
    gaza, sudan = shortcuts(Y, P, masked, ("gaza", "sudan"))
    assert (gaza.f1, gaza.masked_f1) == (1, pytest.approx(2 / 3))
    assert np.isnan(sudan.f1)  # nothing to measure


def test_contradicted_labels_come_before_the_others() -> None:
    Y = np.array([[1], [1], [1], [0], [0], [0]])
    P = np.array([[0.9], [0.8], [0.05], [0.1], [0.2], [0.95]], np.float32)
    found = suspects(Y, P, ("gaza",))
    assert [(one.row, one.confident) for one in found[:3]] == [(2, True), (5, True), (4, False)]
    assert suspects(np.ones((2, 1), np.int64), P[:2], ("gaza",)) == []


def test_copies_with_other_labels_are_told(corpus: Corpus) -> None:
    doubled = flipped(corpus.take(np.array([*range(80), 5])), [80], 0)
    assert copies_labelled_otherwise(doubled) == [(5, 80)]
    assert copies_labelled_otherwise(corpus.take(np.array([*range(80), 5]))) == []


def test_themes_with_few_blocks_in_a_language_are_told(corpus: Corpus) -> None:
    assert rare_themes(corpus, 11) == [
        *[("en", theme, 10) for theme in ("gaza", "sudan")],
        *[("fr", theme, 10) for theme in ("gaza", "sudan")],
    ]


def test_a_theme_is_masked_without_its_words(themes: ThemeSet) -> None:
    assert mask_words(["Bombs on Gaza and Rafah", "Fighting in Sudan"], themes, 0) == [
        "Bombs on and",
        "Fighting in Sudan",
    ]
