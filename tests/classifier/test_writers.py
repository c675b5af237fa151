"""Filed blocks as JSON Lines, CSV and Parquet."""

from __future__ import annotations

import gzip
import json
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paratheme import ThemeClassifier
from paratheme.classifier.columns import OWN, Columns
from paratheme.classifier.writers import Gzipped, JsonLinesWriter, SeparatedWriter
from tests.classifier.filed import filed, read_csv, record, written


def test_csv_has_a_column_a_score_and_joins_themes(document: Path, classifier: ThemeClassifier) -> None:
    rows = read_csv(written(filed(classifier, document), "csv"))
    assert list(rows[0]) == [*OWN[:-1], "score_gaza", "score_sudan", "score_food_security"]
    assert [row["themes"] for row in rows] == ["", "gaza", "sudan", ""]
    assert all(0 <= float(row["score_gaza"]) <= 1 for row in rows)


def test_csv_carries_the_columns_of_a_table_and_leaves_cells_empty_where_rows_have_none(
    tmp_path: Path, classifier: ThemeClassifier
) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "Gaza famine", "id": 7}\n{"text": "Gaza", "note": "n"}\n', "utf-8")
    rows = read_csv(written(filed(classifier, path), "csv"))
    assert [(row["themes"], row["id"], row["note"]) for row in rows] == [
        ("gaza;food_security", "7", ""),
        ("gaza", "", "n"),
    ]


def test_parquet_holds_what_json_lines_hold(document: Path, classifier: ThemeClassifier) -> None:
    records = filed(classifier, document)
    file = BytesIO(written(records, "parquet"))
    frame = pd.read_parquet(file)
    row_themes = ("gaza", "sudan", "food_security")
    assert {str(frame[f"score_{theme}"].dtype) for theme in row_themes} == {"float64"}
    rows = frame.to_dict("records")
    found = [
        {key: value for key, value in row.items() if not key.startswith("score_")}
        | {"themes": list(row["themes"]), "scores": {theme: row[f"score_{theme}"] for theme in row_themes}}
        for row in rows
    ]
    assert found == [json.loads(line) for line in written(records, "jsonl").splitlines()]


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_no_blocks_are_written_as_none(form: str) -> None:
    assert len(written([], form).splitlines()) == (1 if form == "csv" else 0)


def test_parquet_takes_columns_of_every_type_and_of_several() -> None:
    records = [
        record(
            n=1, f=1, mixed=1, tags=["a"], odd=["a", 1], nested={"a": [1]}, big=10**30, some=None, when=date(2024, 5, 1)
        ),
        record(n=2, f=0.5, mixed="b", tags=[], odd=[], nested={}, big=1, when=None),
        record(n=None, mixed=True, ok=True, score_gaza="mine"),
    ]
    file = BytesIO(written(records, "parquet"))
    found = pq.read_table(file).to_pylist()
    assert [row["n"] for row in found] == [1, 2, None]
    assert [row["f"] for row in found] == [1.0, 0.5, None]
    assert [row["mixed"] for row in found] == ["1", "b", "true"]
    assert [row["tags"] for row in found] == [["a"], [], None]
    assert [row["odd"] for row in found] == ['["a", 1]', "[]", None]
    assert [row["nested"] for row in found] == ['{"a": [1]}', "{}", None]
    assert [row["big"] for row in found] == [str(10**30), "1", None]
    assert [(row["some"], row["ok"]) for row in found] == [(None, None), (None, None), (None, True)]
    assert [row["when"] for row in found] == [date(2024, 5, 1), None, None]
    assert [(row["score_gaza"], row["given_score_gaza"]) for row in found] == [(0.5, None), (0.5, None), (0.5, "mine")]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(blacklist_categories=("Cs",))),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=2), inner, max_size=3),
    max_leaves=6,
)


@given(st.lists(VALUES, min_size=1, max_size=4))
def test_whatever_a_table_holds_can_be_written_in_every_form(values: list[Any]) -> None:
    records = [record(value=value) for value in values]
    for line in written(records, "jsonl").splitlines():
        json.loads(line, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
    assert len(read_csv(written(records, "csv"))) == len(values)
    file = BytesIO(written(records, "parquet"))
    assert pq.read_table(file).num_rows == len(values)


def test_what_is_no_number_is_null_in_json() -> None:
    (line,) = written([record(a=float("nan"), b=[float("inf")], c={"d": float("-inf")})], "jsonl").splitlines()
    assert {key: json.loads(line)[key] for key in "abc"} == {"a": None, "b": [None], "c": {"d": None}}


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_nothing_in_csv_is_executed_by_a_spreadsheet(sign: str) -> None:
    one = record(text=f"{sign}1+1", document=f"{sign}d", note=f"{sign}n", n=-5)
    (row,) = read_csv(written([one], "csv"))
    assert (row["text"], row["document"], row["note"]) == (f"'{sign}1+1", f"'{sign}d", f"'{sign}n")
    assert row["n"] == "-5"
    assert f"'{sign}h" in read_csv(written([record(**{f"{sign}h": 1})], "csv"))[0]


@pytest.mark.parametrize("separator", [";", "\t", "\n"])
def test_nothing_is_executed_where_a_spreadsheet_parts_cells_at_other_signs(separator: str) -> None:
    (row,) = read_csv(written([record(text=f"Two wells{separator}=1+1{separator}-5{separator}+A1")], "csv"))
    assert row["text"] == f"Two wells{separator}'=1+1{separator}-5{separator}'+A1"
    (row,) = read_csv(written([record(text="Two wells; -5 in all; A=B;C")], "csv"))
    assert row["text"] == "Two wells; -5 in all; A=B;C"


def test_numbers_of_a_table_stay_numbers_in_csv() -> None:
    given = {"lon": "-73.9", "growth": "+12", "score": "-2,5e-05", "sum": "-1+1", "price": Decimal("1.50")}
    (row,) = read_csv(written([record(**given)], "csv"))
    assert {name: row[name] for name in given} == {**given, "sum": "'-1+1", "price": "1.50"}


def test_objects_in_csv_are_json() -> None:
    (row,) = read_csv(written([record(tags=["é", "b"], about={"a": None})], "csv"))
    assert (row["tags"], row["about"]) == ('["é", "b"]', '{"a": null}')


def test_a_file_that_was_begun_goes_on_without_a_second_header() -> None:
    columns, first, second = Columns(["gaza"]), BytesIO(), BytesIO()
    SeparatedWriter(first, columns).write([record(text="a")])
    SeparatedWriter(second, columns, begun=True).write([record(text="b")])
    assert [row["text"] for row in read_csv(first.getvalue() + second.getvalue())] == ["a", "b"]


def test_each_piece_of_a_packed_file_is_packed_by_itself() -> None:
    file = BytesIO()
    writer = JsonLinesWriter(Gzipped(file))
    writer.write([record(text="a")])
    length = len(file.getvalue())
    writer.write([record(text="b")])
    lines = [json.loads(line)["text"] for line in gzip.decompress(file.getvalue()).splitlines()]
    assert lines == ["a", "b"]
    assert json.loads(gzip.decompress(file.getvalue()[:length]))["text"] == "a"


def test_half_a_character_can_be_written() -> None:
    (line,) = written([record(text="a\udce9")], "jsonl").splitlines()
    assert json.loads(line)["text"] == "a\udce9"
    assert read_csv(written([record(text="a\udce9")], "csv"))[0]["text"] == "a?"
