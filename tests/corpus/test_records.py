"""Rows of tables become records, or are refused by file and row."""

from __future__ import annotations

from typing import Any

import pytest

from paratheme.corpus.labels import ThemeNames
from paratheme.corpus.records import Columns, Record, table_records
from paratheme.errors import ParathemeError
from paratheme.themes.theme_set import ThemeSet


def of_rows(rows: list[dict[str, Any]], themes: ThemeSet, **known: Any) -> list[Record]:
    columns, separator = known.pop("columns", Columns()), known.pop("separator", ";")
    return table_records(rows, "t.csv", columns, separator, ThemeNames(themes), [], known)


def themes_of(records: list[Record]) -> list[list[str]]:
    return [record["themes"] for record in records]


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


def test_a_rejected_label_is_not_there_and_an_ignored_row_is_left_out(themes: ThemeSet) -> None:
    answers = [
        ("The well is dry.", "gaza", "accept"), ("Trams run.", "gaza", "reject"), ("Wind.", "sudan", "ignore"),
        ("The well is dry.", "sudan", "reject"), ("A village.", "gaza; sudan", "reject"),
    ]  # fmt: skip
    rows = [{"text": text, "label": label, "answer": answer} for text, label, answer in answers]
    told: list[str] = []
    records = table_records(rows, "t.jsonl", Columns(themes="label"), ";", ThemeNames(themes), told)
    assert [(record["text"], record["themes"]) for record in records] == [
        ("The well is dry.", ["gaza"]), ("Trams run.", []),
    ]  # fmt: skip
    (line,) = told
    assert line.startswith("t.jsonl: 2 rows left out that were ignored")
    assert line.endswith("the first is row 3")


def test_rows_that_say_nothing_of_themes_are_told_and_empty_ones_are_not(themes: ThemeSet) -> None:
    told: list[str] = []
    rows = [{"text": "x", "themes": given} for given in ("gaza", [], "", "none", None, float("nan"))]
    records = table_records(rows, "t.jsonl", Columns(), ";", ThemeNames(themes), told)
    assert themes_of(records) == [["gaza"], [], [], [], [], []]
    (line,) = told
    assert line.startswith("t.jsonl: 2 rows have no value in 'themes', the first is row 5")


def test_other_words_in_a_column_of_answers_say_nothing(themes: ThemeSet) -> None:
    rows: list[dict[str, Any]] = [
        {"text": "The well.", "themes": "gaza", "answer": answer} for answer in ("reject", "no", "")
    ]
    assert themes_of(of_rows(rows, themes)) == [["gaza"]] * 3


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
    ("yes", "no"),
    [
        *(("WAHR", "FALSCH"), ("VERDADERO", "FALSO"), ("ИСТИНА", "ЛОЖЬ"), ("DOĞRU", "YANLIŞ"), ("doğru", "yanlış")),
        *(("صحيح", "خطأ"), ("1,0", "0,0"), ("☑", "☐"), ("١", "٠"), ("Sí", "No"), ("VRAI", "FAUX")),
    ],
)
def test_yes_and_no_may_be_said_as_spreadsheets_of_other_languages_do(yes: str, no: str, themes: ThemeSet) -> None:
    rows = [{"text": "t", "gaza": yes, "sudan": no, "food_security": ""}]
    assert themes_of(of_rows(rows, themes, columns=Columns(themes=None))) == [["gaza"]]


@pytest.mark.parametrize(
    ("row", "columns", "said"),
    [
        ({"body": "a", "themes": "gaza"}, {}, "no column 'text' (there are body, themes); set corpus.columns.text"),
        ({"text": "a"}, {}, "no column 'themes' (there are text); set corpus.columns.themes"),
        ({"text": "a", "gaza": 1}, {"themes": None}, "no column 'sudan' for theme 'sudan'; set corpus.columns.themes"),
        ({"text": "a", "x": 1}, {"themes": {"gaza": "y"}}, "no column 'y' for theme 'gaza'"),
        ({"text": "a", "x": "maybe"}, {"themes": {"gaza": "x"}}, "'maybe' in column 'x' is neither 0 nor 1"),
        ({"text": "a", "themes": "mars"}, {}, "unknown theme 'mars'"),
        ({"text": "a", "themes": "", "kind": "Paragraf"}, {}, "unknown kind 'Paragraf'; there are paragraph"),
    ],
)
def test_a_wrong_row_is_refused_by_its_number(row: dict[str, Any], columns: Any, said: str, themes: ThemeSet) -> None:
    good = {"text": "good", "themes": "", "gaza": 0, "sudan": 0, "food_security": 0, "x": 0, "y": 0}
    with pytest.raises(ParathemeError) as caught:
        of_rows([good, row], themes, columns=Columns(**columns))
    assert str(caught.value).startswith(f"t.csv, row 2: {said}")


def test_boilerplate_is_left_out_and_headings_are_kept_as_titles(themes: ThemeSet) -> None:
    kinds = ("paragraph", "heading", "list_item", "caption", "boilerplate")
    rows = [{"text": kind, "themes": [], "kind": kind} for kind in kinds]
    assert [record["text"] for record in of_rows(rows, themes)] == ["paragraph", "heading", "list_item", "caption"]


def test_a_column_named_none_is_left_unread(themes: ThemeSet) -> None:
    rows = [{"text": kind, "themes": [], "kind": kind} for kind in ("paragraph", "boilerplate")]
    found = of_rows(rows, themes, columns=Columns(kind="none"))
    assert [(record["text"], record["kind"]) for record in found] == [
        ("paragraph", "paragraph"),
        ("boilerplate", "paragraph"),
    ]


def test_a_column_may_stand_inside_another(themes: ThemeSet) -> None:
    row = {"article": {"body": "x", "tags": ["gaza"]}, "meta": {"lang": "fr"}}
    columns = Columns(text="article.body", themes="article.tags", language="meta.lang")
    (record,) = of_rows([row], themes, columns=columns)
    assert (record["text"], record["themes"], record["language"]) == ("x", ["gaza"], "fr")


@pytest.mark.parametrize(
    ("given", "part"),
    [
        ("Training", "train"),
        ("dev", "valid"),
        ("validation", "valid"),
        ("TEST", "test"),
        ("fold 1", "fold 1"),
        ("", ""),
    ],
)
def test_parts_may_be_called_as_people_call_them(given: str, part: str, themes: ThemeSet) -> None:
    (record,) = of_rows([{"text": "x", "themes": "", "part": given}], themes)
    assert record["part"] == part


def test_an_unknown_theme_in_a_table_is_refused_with_the_settings_that_help(themes: ThemeSet) -> None:
    with pytest.raises(ParathemeError, match=r"row 1: unknown theme 'a & b'.*corpus\.separator \(now ';'\).*columns"):
        of_rows([{"text": "x", "themes": "a & b"}], themes)


@pytest.mark.parametrize("numbers", [0, [0, 2], "1"])
def test_numbers_of_classes_are_told(numbers: Any, themes: ThemeSet) -> None:
    with pytest.raises(ParathemeError, match=r"unknown theme .*these are numbers of classes: put the names"):
        of_rows([{"text": "a", "themes": numbers}], themes)


def test_where_columns_are_called_as_themes_the_setting_is_written_out(themes: ThemeSet) -> None:
    with pytest.raises(ParathemeError, match=r"corpus\.columns\.themes='\{gaza: Gaza, sudan: sudan\}'"):
        of_rows([{"text": "x", "Gaza": 1, "sudan": 0}], themes)


def test_an_object_where_a_text_should_stand_is_refused_with_what_to_name(themes: ThemeSet) -> None:
    with pytest.raises(ParathemeError, match=r"row 1: 'text' holds an object, not a text; set corpus\.columns\.text="):
        of_rows([{"text": {"body": "One", "title": "T"}, "themes": []}], themes)
