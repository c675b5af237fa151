"""From a corpus to parts: blocks get stories, stories fall on one side, and a part that stays empty is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from paratheme.corpus.load import load_corpus
from paratheme.errors import ParathemeError
from paratheme.training.data import parts_of_documents, prepare, with_stories
from tests.training.conftest import TRANSLATIONS, Composed, written

Rows = list[dict[str, Any]]


def test_the_corpus_is_divided_by_story_as_the_split_says(composed: Composed) -> None:
    data = prepare(composed("split=kfold", "split.k=4"))
    assert [fold.name for fold in data.folds] == ["fold-1", "fold-2", "fold-3", "fold-4"]
    for fold in data.folds:
        parts = [set(data.corpus.take(rows).stories) for rows in (fold.train, fold.valid, fold.test)]
        assert sum(map(len, parts)) == len(set.union(*parts)) == len(set(data.corpus.stories))
        assert len(fold.labelled) == len(fold.train) + len(fold.valid)
    assert data.pairs == [], "every block has its story already"


def test_where_a_corpus_names_no_stories_copies_are_looked_for(composed: Composed, rows: Rows, tmp_path: Path) -> None:
    bare = [{**row, "story": "", "document": f"d{i}"} for i, row in enumerate(rows)]
    bare += [{**bare[0], "document": "copy", "text": f"{bare[0]['text']}!"}]
    data = prepare(composed(f"corpus.path={written(bare, tmp_path / 'copies.jsonl')}"))
    assert {"copy", "d0"} in [{pair.first, pair.second} for pair in data.pairs]
    assert {pair.reason for pair in data.pairs} == {"copy"}
    story = dict(zip(data.corpus.blocks["document"], data.corpus.stories, strict=True))
    assert story["copy"] == story["d0"]
    assert all(data.corpus.stories)


def test_translations_are_looked_for_with_the_encoder_where_the_split_wants_it(
    composed: Composed, rows: Rows, tmp_path: Path
) -> None:
    path = f"corpus.path={written([{**row, 'story': ''} for row in rows], tmp_path / 'unnamed.jsonl')}"
    config, without = composed(path, TRANSLATIONS), composed(path)
    corpus = load_corpus(config.corpus, config.themes)
    for settings, found in (
        ((config.split, config.encoder), True),
        ((without.split, config.encoder), False),
        ((), False),
    ):
        grouped, pairs = with_stories(corpus, *settings)
        assert all(grouped.stories)
        assert ("translation" in {pair.reason for pair in pairs}) is found


def test_a_division_that_is_given_is_taken_as_it_is(composed: Composed, rows: Rows, tmp_path: Path) -> None:
    parts = ("train", "valid", "test")
    parted = [{**row, "story": "", "part": parts[i % 3]} for i, row in enumerate(rows)]
    path = written(parted, tmp_path / "parts.jsonl")
    data = prepare(composed(f"corpus.path={path}", "split=given"))
    (fold,) = data.folds
    assert [rows.tolist() for rows in (fold.train, fold.valid, fold.test)] == [
        np.arange(start, len(parted), 3).tolist() for start in range(3)
    ]
    assert data.pairs == []
    with pytest.raises(
        ParathemeError, match=r"split=given: no row has 'train' in its part column; set corpus\.columns"
    ):
        prepare(composed("split=given"))


@pytest.mark.parametrize("split", ["holdout", "kfold", "leave_language_out"])
def test_a_corpus_too_small_for_its_split_is_refused(
    composed: Composed, rows: Rows, tmp_path: Path, split: str
) -> None:
    path = written(rows[:2], tmp_path / "small.jsonl")
    with pytest.raises(ParathemeError, match=rf"too small for split\.strategy={split}: a part stays empty \(2 blocks"):
        prepare(composed(f"split={split}", f"corpus.path={path}"))


def test_a_corpus_that_is_not_there_is_refused(composed: Composed) -> None:
    with pytest.raises(ParathemeError, match=r"/no/such\.jsonl: no such file"):
        prepare(composed("corpus.path=/no/such.jsonl"))


def test_the_parts_of_the_documents_are_told_for_measuring_elsewhere(composed: Composed, rows: Rows) -> None:
    parts = parts_of_documents(composed())
    assert set(parts) == {row["document"] for row in rows}
    assert set(parts.values()) == {"train", "valid", "test"}
    story = {row["document"]: row["story"] for row in rows}
    assert all(parts[one] == parts[other] for one in parts for other in parts if story[one] == story[other])
    assert json.dumps(parts) == json.dumps(parts_of_documents(composed())), "and the same every time"
