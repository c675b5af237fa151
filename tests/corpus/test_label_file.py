"""A labels file keeps who said what and when, in an order that keeps diffs small, and loses nothing silently."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from paratheme.corpus.label_blocks import blocks_to_label
from paratheme.corpus.label_file import BlockLabel, add_labels, guide_version, read_label_file, write_label_file
from paratheme.corpus.labels import ThemeNames
from paratheme.corpus.load import CorpusSettings, load_corpus
from paratheme.errors import ParathemeError, UsageError
from paratheme.themes.theme_set import ThemeSet
from tests.corpus.label_examples import label, labels


@given(said=labels())
def test_what_is_written_is_read_and_written_again_the_same(themes: ThemeSet, said: list[BlockLabel]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "labels.jsonl"
        write_label_file(file, said)
        written = file.read_bytes()
        back = read_label_file(file, ThemeNames(themes))
        write_label_file(file, reversed(back))
        assert sorted(back, key=lambda one: one.key) == sorted(said, key=lambda one: one.key)
        assert file.read_bytes() == written
        assert len(written.decode().splitlines()) == len(said)


def test_a_line_has_its_keys_in_one_order(tmp_path: Path) -> None:
    file = tmp_path / "labels.jsonl"
    write_label_file(file, [label(source="weak", probabilities={"sudan": 0.12345, "gaza": 1})])
    record = json.loads(file.read_text("utf-8"))
    assert list(record) == [
        *("document", "start", "end", "kind", "language", "text"),
        *("themes", "source", "annotator", "time", "guide", "probabilities"),
    ]
    assert record["probabilities"] == {"gaza": 1, "sudan": 0.1235}


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("text", "Bombs", "line 2: 0-19 is not where a text of 5 code points stands"),
        ("start", None, "line 2: start is None; give a whole number"),
        ("kind", "verse", "line 2: unknown kind 'verse'"),
        ("themes", ["giza"], "line 2: unknown theme 'giza'"),
        ("themes", "gaza", "line 2: themes is no list"),
        ("source", "me", "line 2: unknown source 'me'"),
        ("annotator", "", "line 2: annotator is empty"),
        ("time", "noon", "line 2: time 'noon' is none"),
        ("probabilities", {"gaza": 1.2}, "line 2: probabilities"),
        ("probabilities", {"giza": 0.2}, "line 2: unknown theme 'giza'"),
        ("document", "a.txt", "line 2: amal labelled a.txt 0-19 on a line above"),
    ],
)
def test_a_line_that_is_no_label_is_refused(tmp_path: Path, themes: ThemeSet, key: str, value: Any, told: str) -> None:
    first, second = label().to_dict(), label(document="b.txt").to_dict()
    file = tmp_path / "labels.jsonl"
    file.write_text("".join(f"{json.dumps(one)}\n" for one in (first, {**second, key: value})), "utf-8")
    with pytest.raises(ParathemeError, match=r"labels\.jsonl, line 2") as error:
        read_label_file(file, ThemeNames(themes))
    assert told in str(error.value)


def test_what_says_the_same_keeps_its_time() -> None:
    old = label()
    found, changes = add_labels([old], [replace(old, time="2030-01-01"), label(annotator="ben")])
    assert found[0] is old
    assert changes == {"added": 1, "unchanged": 1, "replaced": 0}


def test_nothing_is_overwritten_unless_it_is_asked_for() -> None:
    old, new = label(), label(themes=("sudan",))
    with pytest.raises(UsageError, match=r"a\.txt 0-19: amal said gaza \(v1\), now sudan \(v1\); --update replaces"):
        add_labels([old], [new])
    found, changes = add_labels([old], [new], update=True)
    assert (found, changes["replaced"]) == ([new], 1)


def test_a_guide_has_another_version_when_a_definition_changes(themes: ThemeSet) -> None:
    other = themes.themes[0].model_copy(update={"definition": "The Strip."})
    changed = themes.model_copy(update={"themes": (other, *themes.themes[1:])})
    assert guide_version(themes).startswith("desk-")
    assert guide_version(changed) != guide_version(themes)


def test_a_labels_file_is_trained_on_as_it_is(tmp_path: Path, themes: ThemeSet) -> None:
    file = tmp_path / "gold.jsonl"
    weak = label("Peace.", (), document="b.txt", source="weak", annotator="words", probabilities={"gaza": 0.2})
    write_label_file(file, [label(), weak])
    corpus = load_corpus(CorpusSettings(path=str(file)), themes)
    assert corpus.texts == ["Bombs fell on Gaza.", "Peace."]
    assert corpus.labels.tolist() == [[1, 0, 0], [0, 0, 0]]
    assert corpus.blocks["document"] == ["a.txt", "b.txt"]


def test_blocks_to_label_come_from_documents_and_tables_each_place_once(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "page.txt").write_text("Bombs fell on the city that night.\n\nIt rained.", "utf-8")
    (tmp_path / "rows.csv").write_text("text,language\nUn musée ouvre.,fr\n=1+1,en\n", "utf-8")
    failures: list[str] = []
    blocks = blocks_to_label([str(tmp_path / "folder"), str(tmp_path / "rows.csv")], failures, [])
    assert [(one.document, one.start, one.text) for one in blocks if one.document.startswith("rows")] == [
        ("rows-1", 0, "Un musée ouvre."),
        ("rows-2", 0, "=1+1"),
    ]
    page = (tmp_path / "folder" / "page.txt").read_text("utf-8")
    assert [page[one.start : one.end] for one in blocks if one.document == "page.txt"] == page.split("\n\n")
    file = tmp_path / "labels.jsonl"
    write_label_file(file, [BlockLabel(one, (), "annotator", name, "2026-01-01") for one in blocks for name in "ab"])
    assert sorted(blocks_to_label([str(file)], failures, [])) == sorted(blocks)


def test_two_texts_at_one_place_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "labels.jsonl"
    write_label_file(file, [label(), label("Bombs fell on Giza.", annotator="ben")])
    with pytest.raises(ParathemeError, match=r"a\.txt 0-19: two texts stand there"):
        blocks_to_label([str(file)], [], [])
