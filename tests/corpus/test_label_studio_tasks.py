"""Labels by way of Label Studio come back as they were, and what no longer fits its text is refused."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as xml

import pytest
from hypothesis import given

from paratheme.corpus.label_file import BlockLabel, TextBlock
from paratheme.corpus.label_studio_tasks import HOTKEYS, labelling_config, read_tasks, tasks_of
from paratheme.corpus.labels import ThemeNames
from paratheme.errors import ParathemeError
from paratheme.themes.theme import Theme
from paratheme.themes.theme_set import ThemeSet
from tests.corpus.label_examples import label, labels


def read(tasks: Any, themes: ThemeSet) -> list[BlockLabel]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "export.json"
        file.write_text(json.dumps(tasks), "utf-8")
        return read_tasks(file, ThemeNames(themes), "2030-01-01", "another")


@given(said=labels())
def test_labels_come_back_as_they_were(themes: ThemeSet, said: list[BlockLabel]) -> None:
    tasks = tasks_of(dict.fromkeys(one.block for one in said), said, "v1")
    assert sorted(read(tasks, themes), key=lambda one: one.key) == sorted(said, key=lambda one: one.key)


@given(said=labels())
def test_every_region_holds_its_block_on_one_line(said: list[BlockLabel]) -> None:
    for task in tasks_of(dict.fromkeys(one.block for one in said), said, "v1"):
        for result in [one for spoken in (*task["annotations"], *task["predictions"]) for one in spoken["result"]]:
            value = result["value"]
            shown = task["data"]["text"][value["start"] : value["end"]]
            assert shown == value["text"]
            assert not {*shown} & {*"\n\r"}
            (block,) = (one for one in task["data"]["blocks"] if one["at"] == value["start"])
            assert len(block["text"]) == len(shown)


@pytest.fixture
def tasks() -> list[dict[str, Any]]:
    heading = TextBlock("a.txt", 0, 4, "heading", "en", "News")
    first, second = label("Bombs fell on Gaza.", start=6), label("A museum\nopened.", (), start=30)
    return tasks_of([second.block, heading, first.block], [first, second], "v1")


def test_a_task_is_a_whole_document_with_its_blocks_in_place(tasks: list[dict[str, Any]]) -> None:
    (task,) = tasks
    assert task["data"]["text"] == "News\n\nBombs fell on Gaza.\n\nA museum opened."
    regions = {one["id"] for one in task["predictions"][0]["result"]}
    assert regions == {"6-25", "30-46"}  # a heading is shown and not asked about


def test_weak_and_model_labels_are_predictions_with_scores_and_no_labels(themes: ThemeSet) -> None:
    weak = label(source="weak", annotator="words", probabilities={"gaza": 0.9, "sudan": 0.3})
    (task,) = tasks_of([weak.block], [weak], "v1")
    (prediction,) = task["predictions"]
    assert (prediction["model_version"], prediction["score"]) == ("weak words", 0.7)
    assert prediction["result"][1]["value"]["choices"] == ["gaza"]
    assert (task["annotations"], read([task], themes)) == ([], [])


def test_a_prediction_has_a_region_also_for_blocks_of_which_nothing_is_said() -> None:
    weak, other = label(source="weak", annotator="words"), label("A museum opened.", start=30)
    (task,) = tasks_of([weak.block, other.block], [weak], "v1")
    (prediction,) = task["predictions"]
    assert {one["id"] for one in prediction["result"]} == {"0-19", "30-46"}
    assert "score" not in prediction  # nobody knows how sure


def test_an_annotation_as_the_program_exports_it_is_read(tasks: list[dict[str, Any]], themes: ThemeSet) -> None:
    (task,) = tasks
    result = task["annotations"][0]["result"]
    about = {"created_at": "2026-05-01T10:00:00.123456Z", "updated_at": "2026-05-02T10:00:00.000000Z"}
    task["annotations"] = [
        {"id": 1, "completed_by": 7, **about, "was_cancelled": False, "ground_truth": False, "result": result},
        {"id": 2, "completed_by": {"id": 8, "email": "ben@desk"}, **about, "was_cancelled": True, "result": []},
    ]
    first, second = read(tasks, themes)
    assert (first.annotator, first.source, first.themes, first.guide) == ("7", "annotator", ("gaza",), "v1")
    assert first.time == "2026-05-02T10:00:00.000000Z"
    assert (second.themes, second.block.text) == ((), "A museum\nopened.")


def spoil(task: dict[str, Any], how: str) -> None:
    result = task["annotations"][0]["result"][0]
    if how == "text":
        task["data"]["text"] = task["data"]["text"].replace("Gaza", "Giza")
    elif how == "moved":
        result["value"]["end"] -= 1
    elif how == "drawn":
        result["id"] = "x1"
    elif how == "nobody":
        task["annotations"][0]["completed_by"] = None
    elif how == "theme":
        task["annotations"][0]["result"][1]["value"]["choices"] = ["giza"]
    else:
        del task["data"]["blocks"]


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ("text", "task 1: the text at a.txt 6-25 is another than was exported"),
        ("moved", "task 1: amal moved the region of a.txt 6-25"),
        ("drawn", "task 1: amal drew a region that is no block ('Bombs fell on Gaza.')"),
        ("nobody", "task 1: an annotation without completed_by"),
        ("theme", "task 1: unknown theme 'giza'"),
        ("blocks", "task 1: was not made by `paratheme label export`"),
    ],
)
def test_what_no_longer_fits_is_refused_with_file_and_task(
    tasks: list[dict[str, Any]], themes: ThemeSet, how: str, told: str
) -> None:
    spoil(tasks[0], how)
    with pytest.raises(ParathemeError, match=r"export\.json, task 1") as error:
        read(tasks, themes)
    assert told in str(error.value)


def test_a_file_that_is_no_list_of_tasks_is_refused(themes: ThemeSet) -> None:
    with pytest.raises(ParathemeError, match=r"export\.json: no list of tasks"):
        read({"data": 1}, themes)


def test_the_configuration_has_definitions_hotkeys_and_ids_whatever_they_hold() -> None:
    themes = ThemeSet(themes=tuple(Theme(id=f"t{i}", definition='"<a>" & b' if i == 0 else "") for i in range(30)))
    view = xml.fromstring(labelling_config(themes))
    choices = view.findall(".//Choice")
    assert [choice.get("value") for choice in choices] == list(themes.ids)
    assert [choice.get("hotkey") for choice in choices] == [*HOTKEYS, *[None] * 10]
    assert choices[0].get("hint") == '"<a>" & b'
    assert "plaintext" in str(view.findtext("Style"))
