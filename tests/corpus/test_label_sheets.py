"""Labels by way of a spreadsheet come back as they were, and what was changed on the way is refused."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given

from paratheme.corpus.label_file import BlockLabel
from paratheme.corpus.label_sheets import plain, read_sheet, safe, sheet_rows, write_csv, write_xlsx
from paratheme.corpus.labels import ThemeNames
from paratheme.corpus.separated_values import COMPUTED
from paratheme.errors import ParathemeError
from paratheme.themes.theme_set import ThemeSet
from tests.corpus.label_examples import label, labels, texts

WRITERS = {".csv": write_csv, ".xlsx": write_xlsx}


def there_and_back(said: list[BlockLabel], themes: ThemeSet, suffix: str) -> list[BlockLabel]:
    blocks = list(dict.fromkeys(one.block for one in said))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"sheet{suffix}"
        file.write_bytes(WRITERS[suffix](sheet_rows(blocks, said, themes.ids), themes.ids))
        return read_sheet(file, ThemeNames(themes), "2030-01-01", "another")


def in_order(said: list[BlockLabel]) -> list[BlockLabel]:
    return sorted(said, key=lambda one: one.key)


@pytest.mark.parametrize("suffix", WRITERS)
@given(said=labels())
def test_labels_come_back_from_a_sheet_as_they_were(themes: ThemeSet, suffix: str, said: list[BlockLabel]) -> None:
    assert in_order(there_and_back(said, themes, suffix)) == in_order(said)


@given(text=texts)
def test_no_text_is_computed_and_each_comes_back(text: str) -> None:
    assert not safe(text).startswith(COMPUTED)
    assert plain(safe(text)) == text


def test_a_row_that_is_not_done_says_nothing(themes: ThemeSet) -> None:
    weak = label(source="weak", probabilities={"gaza": 0.9, "sudan": 0.1})
    (row,) = sheet_rows([weak.block], [weak], themes.ids)
    assert (row["gaza"], row["done"], row["suggested"]) == ("x", "", "gaza 0.90; sudan 0.10")
    assert there_and_back([weak], themes, ".csv") == []


def changed(tmp_path: Path, themes: ThemeSet, column: str, value: str) -> Path:
    file = tmp_path / "sheet.csv"
    said = label()
    file.write_bytes(write_csv(sheet_rows([said.block], [said], themes.ids), themes.ids))
    header, row = csv.reader(file.read_text("utf-8-sig").splitlines())
    row[header.index(column)] = value
    with file.open("w", newline="") as out:
        csv.writer(out).writerows([header, row])
    return file


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("text", "Bombs fell on Giza.", "row 1: text or place of a.txt 0-19 is not what was exported"),
        ("start", "1", "row 1: text or place of a.txt 1-19 is not"),
        ("end", "", "row 1: end is ''"),
        ("gaza", "perhaps", "row 1: 'perhaps' under gaza; write x"),
        ("time", "yesterday", "row 1: time 'yesterday' is none"),
    ],
)
def test_what_was_changed_is_refused_with_file_and_row(
    tmp_path: Path, themes: ThemeSet, column: str, value: str, told: str
) -> None:
    file = changed(tmp_path, themes, column, value)
    with pytest.raises(ParathemeError, match=r"sheet\.csv, ") as error:
        read_sheet(file, ThemeNames(themes), "2030-01-01", "v1")
    assert told in str(error.value)


def test_a_row_of_nobody_is_refused_and_takes_the_name_that_is_given(tmp_path: Path, themes: ThemeSet) -> None:
    file = changed(tmp_path, themes, "annotator", "")
    with pytest.raises(ParathemeError, match="add --annotator NAME"):
        read_sheet(file, ThemeNames(themes), "2030-01-01", "v1")


def test_an_export_filled_in_by_hand_has_time_guide_and_annotator_of_its_import(
    tmp_path: Path, themes: ThemeSet
) -> None:
    block = label().block
    (row,) = sheet_rows([block], [], themes.ids)
    file = tmp_path / "sheet.csv"
    file.write_bytes(write_csv([{**row, "done": "x", "sudan": "1"}], themes.ids))
    said = read_sheet(file, ThemeNames(themes), "2030-01-01", "v9", "ben")
    assert said == [BlockLabel(block, ("sudan",), "annotator", "ben", "2030-01-01", "v9")]


def test_a_text_that_an_excel_cell_cannot_hold_is_refused(themes: ThemeSet) -> None:
    long = label("غ" * 40_000)
    rows = sheet_rows([long.block], [long], themes.ids)
    with pytest.raises(ParathemeError, match=r"a\.txt 0-40000: longer than an Excel cell; export as \.csv"):
        write_xlsx(rows, themes.ids)


def test_a_workbook_that_another_program_saves_again_is_the_same(tmp_path: Path, themes: ThemeSet) -> None:
    odd = ["=1+1", "'=1+1", "12/03/2024", "TRUE", "0012", "two\nlines", "a\rb", "_x000D_", "غزة 5", "x\x0by", "_x005F_"]
    said = [label(text, start=100 * at) for at, text in enumerate(odd)]
    file = tmp_path / "sheet.xlsx"
    file.write_bytes(write_xlsx(sheet_rows([one.block for one in said], said, themes.ids), themes.ids))
    book = openpyxl.load_workbook(file)
    assert all(cell.data_type != "f" for row in book.worksheets[0].iter_rows() for cell in row)
    book.save(file)
    assert read_sheet(file, ThemeNames(themes), "2030-01-01", "another") == said
