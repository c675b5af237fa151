"""Tables of texts: what is written comes back, and what is no table is refused by file and line."""

from __future__ import annotations

import csv
import gzip
import json
import re
import sys
import tempfile
import tracemalloc
import zipfile
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paratheme.corpus import lines
from paratheme.corpus.tables import (
    TABLE_SUFFIXES,
    check_header,
    columns_told,
    is_missing,
    open_table,
    read_json_lines,
    read_rows,
    table_suffix,
    value_at,
)
from paratheme.errors import ParathemeError

LETTERS = st.characters(blacklist_categories=("Cs", "Cc", "Cn"))
TEXTS = st.text(st.one_of(LETTERS, st.sampled_from('\n\t"\\;,|')))
RECORDS = st.lists(st.fixed_dictionaries({"id": st.integers(0, 10**9), "text": TEXTS}), min_size=1, max_size=5)


def read_back(name: str, write: Any) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        write(path)
        return read_rows(path)[0]


def test_a_sheet_behind_the_first_that_has_the_column_is_named(tmp_path: Path) -> None:
    import openpyxl

    file = tmp_path / "t.xlsx"
    book = openpyxl.Workbook()
    first = book.worksheets[0]
    other = book.create_sheet("Data")
    for row in ([None], ["id", "text"], [1, "The well"]):
        other.append(row)
    book.save(file)
    with pytest.raises(ParathemeError, match=r"t\.xlsx: .* \(its first sheet is empty\); put the sheet 'Data' first"):
        read_rows(file)
    first.append(["About these villages"])
    book.save(file)
    said = r"t\.xlsx: no column 'text' in the sheet that is read; the sheet 'Data' has it: put that sheet first$"
    with pytest.raises(ParathemeError, match=said):
        check_header(file, "text")
    first["B1"] = "text"
    book.save(file)
    (tmp_path / "t.csv").write_text("id\n1\n", "utf-8")
    for path, column in ((file, "text"), (file, "body"), (tmp_path / "t.csv", "text")):
        check_header(path, column)  # refuses nothing


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[\n{"text": "The well"}\n]\n', "it begins an array: let the file's name end in .json"),
        ('[{"text": "The well"}]\n', "it begins an array: let the file's name end in .json"),
        ('{"text": "The well"},\n{"text": "The tram"}\n', "take away the comma at its end"),
        ('{\n  "text": "The well"\n}\n', "write one object a line, each in one line"),
    ],
)
def test_json_that_is_not_an_object_a_line_is_told_what_to_do(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "t.jsonl"
    file.write_text(text, "utf-8")
    with pytest.raises(ParathemeError, match=r"t\.jsonl, line 1: not [^\n]*; ") as caught:
        read_rows(file)
    assert said in str(caught.value)


@pytest.mark.parametrize("sign", [",", "^", ";"])
def test_a_single_column_that_holds_several_is_told_with_the_separator(sign: str) -> None:
    assert columns_told([f"id{sign}text"]).endswith(f"stands between columns, write a first line sep={sign}")
    assert columns_told(["id", f"a{sign}b"]) == f"id, a{sign}b"
    assert columns_told(["text of a well"]) == "text of a well"
    assert columns_told(["a", "b", "c"], 2) == "a, b, ..."


@given(RECORDS)
def test_json_lines_come_back_as_they_were_written(records: list[dict[str, Any]]) -> None:
    lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    assert read_back("t.jsonl", lambda path: path.write_text(lines, "utf-8")) == records


@given(RECORDS)
def test_parquet_comes_back_as_it_was_written(records: list[dict[str, Any]]) -> None:
    assert read_back("t.parquet", pd.DataFrame(records).to_parquet) == records


@pytest.mark.parametrize("suffix", ["csv", "tsv"])
@given(RECORDS)
def test_cells_of_separated_values_come_back_as_text(suffix: str, records: list[dict[str, Any]]) -> None:
    if suffix == "tsv":  # a cell of a TSV that holds a tab and a line break is more likely one of a stray quote
        records = [{**record, "text": record["text"].replace("\t", " ")} for record in records]

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
    assert read_rows(path)[0] == [{"id": "07", "text": "a, b; c"}]


@pytest.mark.parametrize("word", ["NA", "null", "None", "nan", ""])
def test_a_word_that_looks_like_nothing_stays_a_word(tmp_path: Path, word: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"id,text\n1,{word}\n", "utf-8")
    assert read_rows(path)[0][0]["text"] == word


def test_a_number_stays_the_number_it_was_where_another_line_has_none(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text('{"text": "a", "id": 7}\n{"text": "b"}\n', "utf-8")
    first, second = read_rows(path)[0]
    assert (first["id"], type(first["id"])) == (7, int)
    assert is_missing(second["id"])


def test_numbers_of_classes_in_parquet_of_the_hub_are_their_names(tmp_path: Path) -> None:
    from datasets import ClassLabel, Dataset, Features, Sequence, Value

    path, kind = tmp_path / "t.parquet", ClassLabel(names=["rain", "wind"])
    features = Features({"text": Value("string"), "label": kind, "labels": Sequence(kind)})
    rows = [{"text": "a", "label": 1, "labels": [0, 1]}, {"text": "b", "label": -1, "labels": []}]
    Dataset.from_list(rows, features=features).to_parquet(path)
    expected = [{"text": "a", "label": "wind", "labels": ["rain", "wind"]}, {"text": "b", "label": None, "labels": []}]
    assert read_rows(path)[0] == expected
    assert list(open_table(path).rows()) == rows


@pytest.mark.parametrize(
    "features",
    [
        None, [], "label", {"label": None}, {"lost": {"_type": "ClassLabel", "names": ["rain"]}},
        *({"label": {"_type": "ClassLabel", "names": names}} for names in (None, 7, "rain", {"0": "rain"})),
    ],
)  # fmt: skip
def test_what_parquet_says_of_classes_and_cannot_be_is_passed_over(tmp_path: Path, features: Any) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    said = {"huggingface": json.dumps({"info": {"features": features}})}
    pq.write_table(pa.table({"text": ["a"], "label": [0]}).replace_schema_metadata(said), tmp_path / "t.parquet")
    assert read_rows(tmp_path / "t.parquet") == ([{"text": "a", "label": 0}], [])


def test_lists_in_parquet_come_back_as_lists(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pd.DataFrame({"text": ["a", "b"], "themes": [["gaza", "sudan"], []]}).to_parquet(path)
    assert [record["themes"] for record in read_rows(path)[0]] == [["gaza", "sudan"], []]


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
        read_rows(path)


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "tsv", "parquet"])
def test_a_missing_table_is_named(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(ParathemeError, match=rf"t\.{suffix}: no such file"):
        read_rows(tmp_path / f"t.{suffix}")


@pytest.mark.parametrize("suffix", ["jsonl", "json", "parquet", "xlsx", "csv.gz"])
def test_what_is_no_table_is_refused_in_one_line(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"t.{suffix}"
    path.write_bytes("id,text\n1,été\n".encode("cp1252"))
    with pytest.raises(ParathemeError) as caught:
        read_rows(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("suffix", ["csv", "tsv", "parquet", "json", "xlsx"])
def test_an_empty_file_is_refused_in_one_line(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"t.{suffix}"
    path.touch()
    with pytest.raises(ParathemeError, match=rf"t\.{suffix}: (is empty|not a readable {suffix} table)"):
        read_rows(path)


# Every way in which a table is kept

ROWS = [{"text": "Pluies tardives à Dosso", "themes": "rain"}, {"text": "سوق القرية", "themes": ""}]


def write_rows(path: Path) -> Path:
    kind = path.name.lower().removesuffix(".gz").rpartition(".")[2]
    frame = pd.DataFrame(ROWS)
    if kind in ("csv", "tsv"):
        data = frame.to_csv(index=False, sep="\t" if kind == "tsv" else ",").encode()
    elif kind in ("jsonl", "ndjson"):
        data = "\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS).encode()
    elif kind == "json":
        data = json.dumps(ROWS).encode()
    else:
        buffer = BytesIO()
        frame.to_excel(buffer, index=False) if kind == "xlsx" else frame.to_parquet(buffer)
        data = buffer.getvalue()
    path.write_bytes(gzip.compress(data) if path.suffix.lower() == ".gz" else data)
    return path


@pytest.mark.parametrize("kind", TABLE_SUFFIXES)
@pytest.mark.parametrize("form", ["{}", "{}.gz"])
@pytest.mark.parametrize("case", [str.lower, str.upper, str.title])
def test_a_table_is_read_by_its_suffix_in_any_case_and_packed(tmp_path: Path, kind: str, form: str, case: Any) -> None:
    path = write_rows(tmp_path / case("t.v2" + form.format(kind)))
    assert table_suffix(path) == kind
    found = [{key: value or "" for key, value in row.items()} for row in read_rows(path)[0]]
    assert found == ROWS


@pytest.mark.parametrize("name", ["t.txt", "t.gz", "csv", "t.csv.txt", "t.xls"])
def test_other_files_are_no_tables(name: str) -> None:
    assert table_suffix(Path(name)) == ""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("name", ["t.csv", "t.tsv"])
def test_tables_are_read_in_the_encodings_of_documents(tmp_path: Path, name: str, encoding: str) -> None:
    text = "id\ttext\r\n1\tL’été à Dosso\r\n2\t« Déjà ! » dit-elle\r\n"
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    rows, repairs = read_rows(path)
    assert [row["text"] for row in rows] == ["L’été à Dosso", "« Déjà ! » dit-elle"]
    assert bool(repairs) == (encoding == "cp1252")


def test_an_arabic_table_of_a_spreadsheet_is_read(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("text;themes\r\nأغلقت السوق أبوابها، أمس;rain\r\n".encode("cp1256"))
    assert read_rows(path)[0] == [{"text": "أغلقت السوق أبوابها، أمس", "themes": "rain"}]


def test_a_wrong_byte_in_a_table_is_told_with_its_file(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("id,text\n1,été\n2,caf".encode() + b"\xe9\n")
    rows, repairs = read_rows(path)
    assert [row["text"] for row in rows] == ["été", "caf\ufffd"]
    assert repairs == [f"{path}: 1 wrong byte became \ufffd, the first in line 3"]


def test_without_the_library_for_excel_its_installation_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    path = tmp_path / "t.xlsx"
    path.write_bytes(b"PK")
    with pytest.raises(ParathemeError, match=r"t\.xlsx: .*pip install 'paratheme\[xlsx\]'"):
        read_rows(path)


def test_the_first_sheet_of_an_excel_file_is_read_with_types_from_its_first_row_that_is_not_empty(
    tmp_path: Path,
) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        [],
        ["text", "n", "day"],
        ["one", 7, datetime(2024, 5, 1)],
        [],
        ["two", None, None],
        [None, None, None],
    ):
        sheet.append(row)
    book.create_sheet("other").append(["no", "no"])
    book.save(tmp_path / "t.xlsx")
    first, second = read_rows(tmp_path / "t.xlsx")[0]
    assert first == {"text": "one", "n": 7, "day": "2024-05-01T00:00:00"}
    assert second["text"] == "two"
    assert is_missing(second["n"])


def test_an_excel_file_that_says_it_is_one_cell_is_read_whole(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for row in (["text", "n"], ["one", 7], ["two", 8]):
        book.active.append(row)
    book.save(tmp_path / "whole.xlsx")
    with zipfile.ZipFile(tmp_path / "whole.xlsx") as whole, zipfile.ZipFile(tmp_path / "t.xlsx", "w") as told:
        for name in whole.namelist():
            told.writestr(name, whole.read(name).replace(b'<dimension ref="A1:B3"', b'<dimension ref="A1"'))
    assert read_rows(tmp_path / "t.xlsx")[0] == [{"text": "one", "n": 7}, {"text": "two", "n": 8}]


def test_formulas_that_a_program_wrote_without_their_values_are_refused_by_place(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for row in (["text", "n"], ["one", 7], ['="two " & B2', None]):
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    with pytest.raises(ParathemeError, match=r"t\.xlsx: A3 holds a formula without its value.* save it"):
        read_rows(tmp_path / "t.xlsx")


@pytest.mark.parametrize(
    "data",
    [
        [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}],
        {"data": [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]},
        {"a": [1, 2], "b": ["x", "y"]},
        {"a": {"0": 1, "1": 2}, "b": {"0": "x", "1": "y"}},
        {"columns": ["a", "b"], "index": [0, 1], "data": [[1, "x"], [2, "y"]]},
    ],
)
def test_rows_of_a_json_file_may_stand_in_every_usual_shape(tmp_path: Path, data: Any) -> None:
    (tmp_path / "t.json").write_text(json.dumps(data, indent=1), "utf-8")
    assert read_rows(tmp_path / "t.json")[0] == [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]


@pytest.mark.parametrize("beside", [{"entities": [{"text": "Khan"}, {"text": "UN"}]}, {"images": []}])
def test_an_article_in_a_json_file_is_the_row_whatever_lists_it_has(tmp_path: Path, beside: Any) -> None:
    article = {"title": "t", "text": "Gaza", **beside}
    (tmp_path / "t.json").write_text(json.dumps(article), "utf-8")
    (row,) = read_rows(tmp_path / "t.json")[0]
    assert row["text"] == "Gaza"


def test_json_lines_that_are_called_json_are_read_and_what_is_no_object_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    path.write_text('{"a": 1}\n{"a": 2}\n', "utf-8")
    assert read_rows(path)[0] == [{"a": 1}, {"a": 2}]
    path.write_text('[{"a": 1}, 7]', "utf-8")
    with pytest.raises(ParathemeError, match=r"t\.json, row 2: not a JSON object"):
        read_rows(path)


def test_a_dotted_path_leads_into_nested_columns() -> None:
    row = {"article": {"body": "x", "parts": [{"t": "y"}]}, "a.b": 1}
    assert value_at(row, "article.body") == (True, "x")
    assert value_at(row, "article.parts.0.t") == (True, "y")
    assert value_at(row, "a.b") == (True, 1)
    for column in ("article.none", "article.body.x", "article.parts.1", "none"):
        assert value_at(row, column) == (False, None)


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "tsv", "parquet"])
def test_a_long_table_is_never_held_in_memory(tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "AT_ONCE", 100_000)
    path = tmp_path / f"t.{suffix}"
    frame = pd.DataFrame({"text": [f"{number} {'x' * 200}" for number in range(20_000)]})
    if suffix == "jsonl":
        frame.to_json(path, orient="records", lines=True)
    elif suffix == "parquet":
        frame.to_parquet(path, row_group_size=1000)
    else:
        frame.to_csv(path, sep="\t" if suffix == "tsv" else ",", index=False)
    del frame
    tracemalloc.start()
    table = open_table(path)
    assert sum(1 for _ in table.rows()) == sum(1 for _ in table.rows()) == 20_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_500_000  # the table has four million bytes


def test_of_a_workbook_the_first_sheet_that_is_shown_is_read_and_the_others_are_told(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.title, book.active.sheet_state = "codes", "hidden"
    book.create_sheet("blocks").append(["text"])
    book["blocks"].append(["one"])
    book.create_sheet("more")
    book.active = 1
    book.save(tmp_path / "t.xlsx")
    rows, told = read_rows(tmp_path / "t.xlsx")
    assert rows == [{"text": "one"}]
    assert told == [f"{tmp_path / 't.xlsx'}: its sheet 'blocks' is read, not 'codes', 'more'"]


def test_merged_cells_and_escapes_of_a_workbook_are_read_as_they_are_shown(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (["document", "text", "n"], ["a", "one_x000D_two", 2], [None, "three", 3], ["b", "four", 4]):
        book.active.append(row)
    book.active.merge_cells("A2:A3")
    book.active.merge_cells("C4:ZZ4")
    book.save(tmp_path / "t.xlsm")
    assert read_rows(tmp_path / "t.xlsm")[0] == [
        {"document": "a", "text": "one\rtwo", "n": 2},
        {"document": "a", "text": "three", "n": 3},
        {"document": "b", "text": "four", "n": 4},
    ]


def test_names_of_rows_that_the_header_does_not_name_are_told(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('"text"\n"1","The well, dry"\n', "utf-8")
    assert read_rows(path) == ([{"Unnamed: 0": "1", "text": "The well, dry"}], [])
    path.write_text('"text","n"\n"north","The well, dry","7"\n', "utf-8")
    rows, told = read_rows(path)
    assert rows == [{"Unnamed: 0": "north", "text": "The well, dry", "n": "7"}]
    assert told == [f"{path}: each row has one cell more than the header; the first is read as the row's name"]


def test_errors_of_a_workbook_are_told(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (["text", "n"], ["#NAME?", 1], ["one #REF! two", "#DIV/0!"]):
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    rows, told = read_rows(tmp_path / "t.xlsx")
    assert rows == [{"text": "#NAME?", "n": 1}, {"text": "one #REF! two", "n": "#DIV/0!"}]
    phrase = "2 cells hold an error, no value, the first is A2 (#NAME?); read as it stands: mend it"
    assert told == [f"{tmp_path / 't.xlsx'}: {phrase}"]


def test_a_title_above_the_header_is_told(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (["Labels of the desk"], [], ["text", "themes"], ["one", "rain"]):
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    with pytest.raises(ParathemeError, match="its row 3 has it: remove the rows above"):
        check_header(tmp_path / "t.xlsx", "text")
    book.active.merge_cells("A1:B1")
    book.save(tmp_path / "t.xlsx")
    with pytest.raises(ParathemeError, match="'Labels of the desk' stands over all columns; remove it"):
        read_rows(tmp_path / "t.xlsx")
    book = openpyxl.Workbook()
    for row in ([], ["text", "text"], ["one", "two"]):
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    with pytest.raises(ParathemeError, match="two columns are called 'text'; rename one of them"):
        read_rows(tmp_path / "t.xlsx")
    (tmp_path / "t.csv").write_text('Labels of the desk\n"text",themes\none,rain\n', "utf-8")
    with pytest.raises(ParathemeError, match="no column 'text'; line 2 seems to be the header: remove the lines above"):
        check_header(tmp_path / "t.csv", "text")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
            "is encrypted, or an old Excel file; save it as .xlsx, without",
        ),
        (b"text,themes\none,rain\n", "is no Excel file; name it as what it is, such as .csv, or save it as .xlsx"),
    ],
)
def test_what_is_no_excel_file_of_today_is_told(tmp_path: Path, content: bytes, said: str) -> None:
    pytest.importorskip("openpyxl")
    (tmp_path / "t.xlsx").write_bytes(content)
    with pytest.raises(ParathemeError, match=re.escape(f"t.xlsx: {said}")):
        read_rows(tmp_path / "t.xlsx")


def test_merged_cells_of_the_last_column_are_filled_in(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (["text", "themes"], ["one", "rain"], ["two"], ["three", "wind"]):
        book.active.append(row)
    book.active.merge_cells("B2:B3")
    book.save(tmp_path / "t.xlsx")
    assert [row["themes"] for row in read_rows(tmp_path / "t.xlsx")[0]] == ["rain", "rain", "wind"]


def test_a_name_that_is_merged_over_two_columns_is_the_name_of_both(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (["text", "themes"], ["one", "rain", "wind"]):
        book.active.append(row)
    book.active.merge_cells("B1:C1")
    book.save(tmp_path / "t.xlsx")
    with pytest.raises(ParathemeError, match="two columns are called 'themes'; rename one of them"):
        read_rows(tmp_path / "t.xlsx")


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("t.tab", "text\tn\none\t1\n"),
        ("t.psv", "text|n\none|1\n"),
        ("t.jsonlines", '{"text": "one", "n": "1"}\n'),
        ("t.json", '{"0": {"text": "one", "n": "1"}}'),
        ("t.csv", '"text" "n"\n"1" "one" "1"\n'.replace(" ", ",")),
        ("t.csv", "text,n\none,1\n   \n\x1a"),
    ],
)
def test_tables_of_other_programs_are_read(tmp_path: Path, name: str, source: str) -> None:
    (tmp_path / name).write_text(source, encoding="utf-8")
    (row,) = read_rows(tmp_path / name)[0]
    assert (row["text"], row["n"]) == ("one", "1")
