"""Labels of folders and rows of tables become records, or are refused by file and line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from paratheme.corpus.records import Columns, Record, ThemeNames, standoff_records, table_records
from paratheme.errors import ParathemeError
from paratheme.themes.theme_set import ThemeSet
from tests.corpus.examples import LABELS, TEXT, folder_with, label


def of_folder(folder: Path, themes: ThemeSet) -> list[Record]:
    return standoff_records(folder, ThemeNames(themes))


def of_rows(rows: list[dict[str, Any]], themes: ThemeSet, **known: Any) -> list[Record]:
    columns, separator = known.pop("columns", Columns()), known.pop("separator", ";")
    return table_records(rows, "t.csv", columns, separator, ThemeNames(themes), known)


def themes_of(records: list[Record]) -> list[list[str]]:
    return [record["themes"] for record in records]


# Names of themes


def test_a_theme_may_be_called_by_its_id_or_its_name_in_any_language_and_case(themes: ThemeSet) -> None:
    names = ThemeNames(themes)
    for given in (["Soudan", "غزة"], ["gaza", "SUDAN"], ["Gaza", "sudan", "Soudan"]):
        assert names.resolve(given, "here") == ["gaza", "sudan"]
    assert names.resolve(["food-security"], "here") == names.resolve(["Food  security"], "") == ["food_security"]
    assert names.resolve([], "here") == []


def test_a_theme_that_nobody_knows_is_refused_with_those_there_are(themes: ThemeSet) -> None:
    with pytest.raises(ParathemeError, match=r"here: unknown theme 'mars'; the theme set has gaza, sudan, food"):
        ThemeNames(themes).resolve(["gaza", "mars"], "here")


# Folders with standoff labels


def test_blocks_of_a_folder_are_views_on_its_documents(tmp_path: Path, themes: ThemeSet) -> None:
    about = [{"document": "a", "language": "en", "genre": "news", "layout": "blank", "story": "S1"}]
    first, second = of_folder(folder_with(tmp_path, LABELS, about), themes)
    assert first == {
        "document": "a", "start": 12, "end": 25, "kind": "paragraph", "language": "en", "genre": "news",
        "layout": "blank", "story": "S1", "text": "Gaza was hit.", "themes": ["gaza"],
    }  # fmt: skip
    assert second["text"] == TEXT[second["start"] : second["end"]] == "Aid for Sudan 😀 came."
    assert second["themes"] == ["food_security", "sudan"]


def test_what_nobody_says_of_a_document_is_empty(tmp_path: Path, themes: ThemeSet) -> None:
    for record in of_folder(folder_with(tmp_path, LABELS), themes):
        assert {record[key] for key in ("language", "genre", "layout", "story")} == {""}


@pytest.mark.parametrize("name", ["a", "a.txt"])
@pytest.mark.parametrize("folder", ["documents", "."])
def test_a_document_is_found_with_its_suffix_and_without_beside_the_labels_or_below_documents(
    tmp_path: Path, themes: ThemeSet, name: str, folder: str
) -> None:
    folder_with(tmp_path, [label(12, 25, "gaza", document=name)], documents=folder)
    (record,) = of_folder(tmp_path, themes)
    assert (record["document"], record["text"]) == (name, "Gaza was hit.")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (label(12, 25, "mars"), "unknown theme 'mars'; the theme set has gaza, sudan, food_security"),
        (label(12, 25, kind="paragrph"), "unknown kind 'paragrph'; there are paragraph, heading"),
        (label(12, 999), "12-999 lies outside a"),
        (label(-1, 5), "-1-5 lies outside a"),
        (label(25, 25), "25-25 lies outside a"),
        ({**label(0, 5), "start": "0"}, "0-5 lies outside a"),
        (label(0, 5, document="b"), "there is no document 'b'"),
        ({"document": "a", "start": 0, "end": 5, "kind": "paragraph"}, "'themes' is missing"),
    ],
)
def test_a_wrong_label_is_refused_by_file_and_line(tmp_path: Path, themes: ThemeSet, wrong: Any, said: str) -> None:
    folder_with(tmp_path, [])
    good = json.dumps(LABELS[1])
    (tmp_path / "labels.jsonl").write_text(f"{good}\n\n{json.dumps(wrong)}\n", "utf-8")
    with pytest.raises(ParathemeError) as caught:
        of_folder(tmp_path, themes)
    assert f"{tmp_path / 'labels.jsonl'}, line 3: {said}" in str(caught.value)


def test_a_document_that_cannot_be_read_is_named(tmp_path: Path, themes: ThemeSet) -> None:
    folder_with(tmp_path, LABELS)
    (tmp_path / "documents" / "a.txt").write_bytes(b"%PDF-1.4 not text")
    with pytest.raises(ParathemeError, match=r"a\.txt: is a PDF"):
        of_folder(tmp_path, themes)


# Tables


def test_a_row_says_what_a_block_is(themes: ThemeSet) -> None:
    row = {"text": "Gaza, again", "themes": "gaza; food_security", "language": "en", "story": "S1", "part": "test"}
    row |= {"document": "d", "kind": "caption", "genre": "news", "layout": "blank"}
    (record,) = of_rows([row], themes)
    assert record == {**row, "start": 0, "end": 11, "themes": ["food_security", "gaza"]}


def test_columns_and_the_separator_may_be_called_otherwise(themes: ThemeSet) -> None:
    columns = Columns(text="body", themes="topic", language="lang")
    (record,) = of_rows([{"body": "x", "topic": "gaza|sudan", "lang": "fr"}], themes, columns=columns, separator="|")
    assert (record["text"], record["themes"], record["language"]) == ("x", ["gaza", "sudan"], "fr")


def test_where_the_table_does_not_say_the_rest_of_the_corpus_does(themes: ThemeSet) -> None:
    rows = [{"text": "x", "themes": []}, {"text": "y", "themes": [], "language": "fr", "part": "test"}]
    found = of_rows(rows, themes, language="en", part="train")
    assert [(record["language"], record["part"]) for record in found] == [("en", "train"), ("fr", "test")]


def test_a_block_without_a_document_is_one_of_its_own_and_without_a_kind_a_paragraph(themes: ThemeSet) -> None:
    found = of_rows([{"text": "x", "themes": []}, {"text": "y", "themes": []}], themes)
    assert [record["document"] for record in found] == ["t-1", "t-2"]
    assert {record["kind"] for record in found} == {"paragraph"}


def test_themes_may_be_lists_texts_or_a_single_id(themes: ThemeSet) -> None:
    given = (["Soudan", "غزة"], "FOOD SECURITY", ("food-security",), "gaza;;sudan ;", "", None, float("nan"))
    assert themes_of(of_rows([{"text": "x", "themes": one} for one in given], themes)) == [
        ["gaza", "sudan"], ["food_security"], ["food_security"], ["gaza", "sudan"], [], [], [],
    ]  # fmt: skip


def test_a_row_without_text_is_no_block(themes: ThemeSet) -> None:
    rows: list[dict[str, Any]] = [
        {"text": None, "themes": []},
        {"text": " \n", "themes": []},
        {"text": "x", "themes": []},
    ]
    assert [record["text"] for record in of_rows(rows, themes)] == ["x"]


@pytest.mark.parametrize("themes_column", [None, {"gaza": "about_gaza", "sudan": "sudan"}])
def test_each_theme_may_have_a_column_of_its_own(themes: ThemeSet, themes_column: Any) -> None:
    gaza = "about_gaza" if themes_column else "gaza"
    values = [("1", "no", 0), (False, "YES", None), ("x", 1.0, "0.0")]
    rows = [{"text": "t", gaza: a, "sudan": b, "food_security": c} for a, b, c in values]
    found = of_rows(rows, themes, columns=Columns(themes=themes_column))
    assert themes_of(found) == [["gaza"], ["sudan"], ["gaza", "sudan"]]


@pytest.mark.parametrize(
    ("row", "columns", "said"),
    [
        ({"body": "a", "themes": "gaza"}, {}, "no column 'text'; set corpus.columns.text"),
        ({"text": "a"}, {}, "no column 'themes'; set corpus.columns.themes"),
        ({"text": "a", "gaza": 1}, {"themes": None}, "no column 'sudan' for theme 'sudan'; set corpus.columns.themes"),
        ({"text": "a", "x": 1}, {"themes": {"gaza": "y"}}, "no column 'y' for theme 'gaza'"),
        ({"text": "a", "x": "maybe"}, {"themes": {"gaza": "x"}}, "'maybe' is neither 0 nor 1"),
        ({"text": "a", "themes": "mars"}, {}, "unknown theme 'mars'"),
        ({"text": "a", "themes": "", "kind": "Paragraf"}, {}, "unknown kind 'Paragraf'; there are paragraph"),
    ],
)
def test_a_wrong_row_is_refused_by_its_number(row: dict[str, Any], columns: Any, said: str, themes: ThemeSet) -> None:
    good = {"text": "good", "themes": "", "gaza": 0, "sudan": 0, "food_security": 0, "x": 0, "y": 0}
    with pytest.raises(ParathemeError) as caught:
        of_rows([good, row], themes, columns=Columns(**columns))
    assert str(caught.value).startswith(f"t.csv, row 2: {said}")


def test_headings_and_boilerplate_are_no_examples(themes: ThemeSet) -> None:
    kinds = ("paragraph", "heading", "list_item", "caption", "boilerplate")
    rows = [{"text": kind, "themes": [], "kind": kind} for kind in kinds]
    assert [record["text"] for record in of_rows(rows, themes)] == ["paragraph", "list_item", "caption"]
