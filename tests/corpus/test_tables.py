"""Tables of texts: what is written comes back, and what is no table is refused by file and line."""

from __future__ import annotations

import csv
import json
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paratheme.corpus.tables import is_missing, read_json_lines, read_table, records_of
from paratheme.errors import ParathemeError

TEXTS = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0\r"))
RECORDS = st.lists(st.fixed_dictionaries({"id": st.integers(0, 10**9), "text": TEXTS}), min_size=1, max_size=5)


def read_back(name: str, write: Any) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        write(path)
        return records_of(read_table(path))


@settings(deadline=None, max_examples=50)
@given(RECORDS)
def test_json_lines_come_back_as_they_were_written(records: list[dict[str, Any]]) -> None:
    lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    assert read_back("t.jsonl", lambda path: path.write_text(lines, "utf-8")) == records


@settings(deadline=None, max_examples=50)
@given(RECORDS)
def test_parquet_comes_back_as_it_was_written(records: list[dict[str, Any]]) -> None:
    assert read_back("t.parquet", pd.DataFrame(records).to_parquet) == records


@pytest.mark.parametrize("suffix", ["csv", "tsv"])
@settings(deadline=None, max_examples=50)
@given(RECORDS)
def test_cells_of_separated_values_come_back_as_text(suffix: str, records: list[dict[str, Any]]) -> None:
    def write(path: Path) -> None:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, ["id", "text"], delimiter="\t" if suffix == "tsv" else ",")
            writer.writeheader()
            writer.writerows(records)

    assert read_back(f"t.{suffix}", write) == [{"id": str(r["id"]), "text": r["text"]} for r in records]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_of_a_csv_is_told_by_its_header(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f'id{separator}text\n07{separator}"a, b; c"\n', "utf-8-sig")
    assert records_of(read_table(path)) == [{"id": "07", "text": "a, b; c"}]


@pytest.mark.parametrize("word", ["NA", "null", "None", "nan", ""])
def test_a_word_that_looks_like_nothing_stays_a_word(tmp_path: Path, word: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"id,text\n1,{word}\n", "utf-8")
    assert records_of(read_table(path))[0]["text"] == word


def test_a_number_stays_the_number_it_was_where_another_line_has_none(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text('{"text": "a", "id": 7}\n{"text": "b"}\n', "utf-8")
    first, second = records_of(read_table(path))
    assert (first["id"], type(first["id"])) == (7, int)
    assert is_missing(second["id"])


def test_lists_in_parquet_come_back_as_lists(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pd.DataFrame({"text": ["a", "b"], "themes": [["gaza", "sudan"], []]}).to_parquet(path)
    assert [record["themes"] for record in records_of(read_table(path))] == [["gaza", "sudan"], []]


@pytest.mark.parametrize("value", [None, float("nan"), pd.NA, pd.NaT])
def test_every_way_of_holding_nothing_counts_as_missing(value: Any) -> None:
    assert is_missing(value)


@pytest.mark.parametrize("value", ["", 0, False, [], ["a"], "nan"])
def test_what_is_there_is_not_missing(value: Any) -> None:
    assert not is_missing(value)


def test_a_line_separator_inside_a_text_ends_no_record(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text('{"text": "one\u2028two"}\n\n{"text": "three"}', "utf-8")
    assert [record["text"] for record in read_json_lines(path)] == ["one\u2028two", "three"]


def test_half_a_character_becomes_the_replacement_character(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text(r'{"text": "cut \ud83d here \ude00 and \ud83d\ude00, \\ud83d", "n": 1}', "utf-8")
    assert read_json_lines(path) == [{"text": "cut \ufffd here \ufffd and 😀, \\ud83d", "n": 1}]


@pytest.mark.parametrize("line", ["{", "[1]", "7", '"text"'])
def test_a_line_that_is_no_json_object_is_refused_by_its_number(tmp_path: Path, line: str) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text(f'{{"text": "a"}}\n\n{line}\n', "utf-8")
    with pytest.raises(ParathemeError, match=r"t\.jsonl, line 3: not"):
        read_table(path)


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "tsv", "parquet"])
def test_a_missing_table_is_named(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(ParathemeError, match=rf"t\.{suffix}: no such file"):
        read_table(tmp_path / f"t.{suffix}")


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "tsv", "parquet"])
def test_what_is_no_table_is_refused_in_one_line(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"t.{suffix}"
    path.write_bytes("id,text\n1,été\n".encode("cp1252"))
    with pytest.raises(ParathemeError) as caught:
        read_table(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("suffix", ["csv", "tsv", "parquet"])
def test_an_empty_file_is_refused_in_one_line(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"t.{suffix}"
    path.touch()
    with pytest.raises(ParathemeError, match=f"not a readable {suffix} table"):
        read_table(path)
