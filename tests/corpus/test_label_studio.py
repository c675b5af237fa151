"""Exports of Label Studio are read in each of its formats."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from paratheme.corpus.records import Columns
from paratheme.errors import ParathemeError
from paratheme.themes.theme_set import ThemeSet
from tests.corpus.examples import load, theme_names


def choice(*chosen: str, name: str = "topic", **more: Any) -> dict[str, Any]:
    result = {"from_name": name, "to_name": "text", "type": "choices", "value": {"choices": list(chosen)}}
    return {"id": 1, "was_cancelled": False, "result": [result] if chosen else [], **more}


def task(number: int, text: str, *annotations: Any, **data: Any) -> dict[str, Any]:
    return {"id": number, "data": {"text": text, **data}, "annotations": list(annotations)}


def written(folder: Path, tasks: Any) -> Path:
    (folder / "export.json").write_text(json.dumps(tasks, ensure_ascii=False), "utf-8")
    return folder / "export.json"


def test_a_json_export_is_its_annotated_tasks(tmp_path: Path, themes: ThemeSet) -> None:
    tasks = [
        task(1, "In Gaza and Sudan", choice("gaza", "sudan"), language="en"),
        task(2, "Rien à voir", choice()),
        task(3, "Nobody looked at it"),
        task(4, "Skipped", choice("gaza", was_cancelled=True)),
        task(5, "Two of them", choice("gaza"), choice("sudan", ground_truth=True)),
    ]
    corpus = load(written(tmp_path, tasks), themes)
    assert corpus.texts == ["In Gaza and Sudan", "Rien à voir", "Two of them"]
    assert theme_names(corpus) == [["gaza", "sudan"], [], ["sudan"]]
    assert corpus.blocks["document"][:] == ["task-1", "task-2", "task-5"]


def test_spans_are_texts_of_their_own(tmp_path: Path, themes: ThemeSet) -> None:
    def span(start: int, end: int, text: str, theme: str) -> dict[str, Any]:
        value = {"start": start, "end": end, "text": text, "labels": [theme]}
        return {"from_name": "topic", "type": "labels", "value": value}

    annotation = choice(result=[span(0, 4, "Gaza", "gaza"), span(9, 14, "Sudan", "sudan"), span(0, 4, "Gaza", "sudan")])
    corpus = load(written(tmp_path, [task(1, "Gaza and Sudan", annotation)]), themes)
    assert corpus.texts == ["Gaza", "Sudan"]
    assert theme_names(corpus) == [["gaza", "sudan"], ["sudan"]]


def test_json_min_and_csv_are_tables(tmp_path: Path, themes: ThemeSet) -> None:
    rows = [
        {"id": 1, "text": "a", "topic": {"choices": ["gaza", "sudan"]}, "annotator": 1},
        {"id": 2, "text": "b", "topic": "gaza"},
        {"id": 3, "text": "c"},
    ]
    columns = Columns(themes="topic")
    expected = [["gaza", "sudan"], ["gaza"], []]
    assert theme_names(load(written(tmp_path, rows), themes, columns=columns)) == expected
    table = tmp_path / "export.csv"
    table.write_text('id,text,topic\n1,a,"{""choices"": [""gaza"", ""sudan""]}"\n2,b,gaza\n3,c,\n', "utf-8")
    assert theme_names(load(table, themes, columns=columns)) == expected


def test_what_is_not_clear_is_refused_with_the_setting(tmp_path: Path, themes: ThemeSet) -> None:
    several = choice(result=[*choice("gaza")["result"], *choice("good", name="mood")["result"]])
    path = written(tmp_path, [task(7, "a", several)])
    with pytest.raises(
        ParathemeError, match=r"task 7: labels of several kinds \(topic, mood\); set corpus\.columns\.th"
    ):
        load(path, themes)
    assert theme_names(load(path, themes, columns=Columns(themes="topic"))) == [["gaza"]]
    with pytest.raises(ParathemeError, match=r"task 7: no text 'body' \(there are text\); set corpus\.columns\.text"):
        load(path, themes, columns=Columns(text="body", themes="topic"))


def test_what_is_left_out_is_told(tmp_path: Path, themes: ThemeSet, caplog: pytest.LogCaptureFixture) -> None:
    tasks = [task(1, "In Gaza", choice("gaza"), choice("sudan")), task(2, "Nobody looked at it")]
    with caplog.at_level("WARNING"):
        load(written(tmp_path, tasks), themes)
    assert "of 1 tasks with several annotations the first is read; mark one as ground truth" in caplog.text
    assert "1 tasks without an annotation are left out" in caplog.text


def test_a_span_without_its_text_is_found_by_its_place(tmp_path: Path, themes: ThemeSet) -> None:
    value = {"start": 3, "end": 7, "labels": ["gaza"]}
    annotation = choice(result=[{"from_name": "topic", "type": "labels", "value": value}])
    assert load(written(tmp_path, [task(1, "In Gaza today", annotation)]), themes).texts == ["Gaza"]


@pytest.mark.parametrize("kind", ["hypertextlabels", "paragraphlabels"])
def test_spans_of_pages_and_dialogues_are_read_by_their_text(tmp_path: Path, themes: ThemeSet, kind: str) -> None:
    value = {"start": "/p[1]/text()[1]", "startOffset": 3, "end": "/p[1]/text()[1]", "endOffset": 7, "text": "Gaza"}
    annotation = choice(result=[{"from_name": "topic", "type": kind, "value": {**value, kind: ["gaza"]}}])
    corpus = load(written(tmp_path, [task(1, "<p>In Gaza today</p>", annotation)]), themes)
    assert (corpus.texts, theme_names(corpus)) == (["Gaza"], [["gaza"]])


def test_spans_in_json_min_and_csv_are_texts_of_their_own(tmp_path: Path, themes: ThemeSet) -> None:
    spans = [{"start": 0, "end": 7, "labels": ["gaza"]}, {"start": 8, "end": 13, "text": "Sudan", "labels": ["sudan"]}]
    rows = [{"id": 7, "text": "In Gaza Sudan", "themes": spans}, {"id": 8, "text": "Neither"}]
    table = tmp_path / "export.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["id", "text", "themes"])
        writer.writeheader()
        writer.writerows([{**row, "themes": json.dumps(row["themes"]) if "themes" in row else ""} for row in rows])
    for path in (written(tmp_path, rows), table):
        corpus = load(path, themes)
        assert corpus.texts == ["In Gaza", "Sudan", "Neither"]
        assert theme_names(corpus) == [["gaza"], ["sudan"], []]
        assert corpus.blocks["document"][:2] == ["task-7", "task-7"]


@pytest.mark.parametrize(
    ("span", "named"),
    [
        ({"labels": "gaza"}, ["gaza"]),
        ({"labels": None}, []),
        ({"labels": []}, []),
        ({"taxonomy": [["places", "gaza"], []]}, ["gaza"]),
        ({"taxonomy": "gaza"}, ["gaza"]),
    ],
)
@pytest.mark.parametrize("is_table", [True, False])
def test_what_is_said_of_a_span_may_stand_alone_or_be_nothing(
    tmp_path: Path, themes: ThemeSet, caplog: pytest.LogCaptureFixture, span: Any, named: list[str], is_table: bool
) -> None:
    value = {"start": 0, "end": 4, **span}
    annotation = choice(result=[{"from_name": "topic", "type": "labels", "value": value}])
    rows = [{"id": 1, "text": "Gaza today", "themes": [value]}] if is_table else [task(1, "Gaza today", annotation)]
    with caplog.at_level("WARNING"):
        corpus = load(written(tmp_path, rows), themes)
    assert (corpus.texts, theme_names(corpus)) == (["Gaza"], [named])
    assert ("1 rows have no value in 'themes'" in caplog.text) == (not named)


def test_labels_of_a_span_that_are_no_text_are_refused(tmp_path: Path, themes: ThemeSet) -> None:
    rows = [{"id": 1, "text": "Gaza today", "themes": [{"start": 0, "end": 4, "labels": 7}]}]
    with pytest.raises(ParathemeError, match="row 1: unknown theme 7; the theme set has gaza"):
        load(written(tmp_path, rows), themes)


def test_a_row_without_text_has_no_spans(tmp_path: Path, themes: ThemeSet, caplog: pytest.LogCaptureFixture) -> None:
    spans = [{"start": 0, "end": 4, "labels": ["gaza"]}]
    rows = [{"text": None, "themes": spans}, {"text": "Gaza today", "themes": spans}]
    with caplog.at_level("WARNING"):
        assert load(written(tmp_path, rows), themes).texts == ["Gaza"]
    assert "1 rows without text left out, the first is row 1" in caplog.text
