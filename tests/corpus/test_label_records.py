"""Labels by way of doccano and Argilla: what was said comes back, and what no longer fits its text is refused."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from paratheme.corpus.label_file import BlockLabel, write_json_lines
from paratheme.corpus.label_records import (
    NONE,
    argilla_records,
    doccano_records,
    is_argilla,
    is_doccano,
    read_argilla,
    read_doccano,
)
from paratheme.corpus.label_studio_tasks import tasks_of
from paratheme.corpus.labels import ThemeNames
from paratheme.errors import ParathemeError
from paratheme.themes.theme import Theme
from paratheme.themes.theme_set import ThemeSet
from tests.corpus.label_examples import THEMES, TIME, label, labels

NAMES = ThemeNames(ThemeSet(name="desk", themes=tuple(Theme(id=theme) for theme in THEMES)))


def answered_in_doccano(said: Sequence[BlockLabel]) -> list[dict[str, Any]]:
    """What doccano exports: metadata beside id, text, label and comments."""
    records = doccano_records([one.block for one in said], "v1")
    for number, (record, one) in enumerate(zip(records, said, strict=True)):
        record |= {"id": number, "label": list(one.themes) or [NONE], "Comments": []}
    return records


def read_lines(records: list[dict[str, Any]], annotator: str = "amal") -> list[BlockLabel]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "all.jsonl"
        write_json_lines(file, records)
        assert is_doccano(file)
        return read_doccano(file, NAMES, annotator, TIME)


def read_list(records: list[dict[str, Any]]) -> list[BlockLabel]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "records.json"
        file.write_text(json.dumps(records), "utf-8")
        assert is_argilla(file)
        return read_argilla(file, NAMES, TIME)


@given(said=labels().filter(bool))
def test_labels_come_back_from_doccano(said: list[BlockLabel]) -> None:
    said = [replace(one, source="annotator", annotator="amal", guide="v1") for one in said]
    assert read_lines(answered_in_doccano(said)) == said


@given(said=labels().filter(bool))
def test_labels_come_back_from_argilla_by_who_said_them(said: list[BlockLabel]) -> None:
    said = [replace(one, source="annotator", guide="v1") for one in said]
    records = argilla_records([one.block for one in said], [], "v1")
    for record, one in zip(records, said, strict=True):
        answer = {"value": list(one.themes) or [NONE], "user_id": one.annotator}
        record |= {"responses": {"themes": [answer]}, "status": "completed", "_server_id": "x"}
    assert read_list(records) == said


def test_a_block_without_an_answer_says_nothing() -> None:
    block = label().block
    assert read_lines(doccano_records([block], "v1")) == []
    assert read_list(argilla_records([block], [label()], "v1")) == []


def test_weak_labels_are_suggestions_in_argilla_with_their_probabilities() -> None:
    weak = label(source="weak", annotator="words", probabilities={"gaza": 0.9, "sudan": 0.1})
    (record,) = argilla_records([weak.block], [weak], "v1")
    assert record["suggestions"] == {"themes": {"value": ["gaza"], "score": [0.9], "agent": "weak words"}}


def test_a_text_that_was_changed_is_refused_with_its_line() -> None:
    (record,) = answered_in_doccano([label()])
    with pytest.raises(ParathemeError, match=r"all\.jsonl, line 1: text or place of a\.txt 0-19 is not what"):
        read_lines([{**record, "text": "Bombs fell on Rafah"}])
    with pytest.raises(ParathemeError, match=r"line 1: was not made by"):
        read_lines([{"text": "Bombs", "label": ["gaza"]}])


def test_none_beside_a_theme_and_labels_of_nobody_are_refused() -> None:
    (record,) = answered_in_doccano([label()])
    with pytest.raises(ParathemeError, match="none beside gaza; drop one"):
        read_lines([{**record, "label": ["gaza", NONE]}])
    with pytest.raises(ParathemeError, match="add --annotator NAME"):
        read_lines([record], annotator="")


def test_files_of_others_are_told_apart(tmp_path: Path) -> None:
    ours, tasks = tmp_path / "l.jsonl", tmp_path / "t.json"
    write_json_lines(ours, [label().to_dict()])
    tasks.write_text(json.dumps(tasks_of([label().block], [], "v1")), "utf-8")
    assert not is_doccano(ours)
    assert not is_argilla(tasks)
