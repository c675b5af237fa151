"""Filed blocks as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from paratheme.classifier import excel
from paratheme.classifier.columns import Columns
from paratheme.classifier.excel import ExcelWriter
from paratheme.corpus.tables import read_rows
from tests.classifier.filed import record


def written(records: Sequence[dict[str, Any]]) -> tuple[bytes, str]:
    columns, file = Columns(["gaza"]), BytesIO()
    for one in records:
        columns.see(one)
    writer = ExcelWriter(file, columns)
    writer.write(records)
    writer.close()
    return file.getvalue(), writer.loss


def cells(records: Sequence[dict[str, Any]], sheet: int = 0) -> list[dict[str, Any]]:
    rows = openpyxl.load_workbook(BytesIO(written(records)[0])).worksheets[sheet].iter_rows()
    names = [cell.value for cell in next(rows)]
    return [dict(zip(names, row, strict=True)) for row in rows]


def test_scores_are_numbers_and_what_comes_along_keeps_its_type() -> None:
    (row,) = cells([record(n=3, ok=True, big=10**20, nothing=None, infinite=float("inf"), tags=["a"])])
    assert (row["score_gaza"].value, row["score_gaza"].data_type) == (0.5, "n")
    assert [row[name].value for name in ("n", "ok", "big", "nothing", "infinite", "tags")] == [
        *(3, True, "1" + "0" * 20, None, None, '["a"]'),
    ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", "=HYPERLINK(1)"])
def test_nothing_is_computed_and_texts_stay_what_they_are(text: str) -> None:
    (row,) = cells([record(text=text, **{"=note": text})])
    for name in ("text", "=note"):
        assert (row[name].value, row[name].data_type, row[name].quotePrefix) == (text, "s", True)


def test_a_text_from_right_to_left_stands_so() -> None:
    arabic, english = cells([record(text="اندلعت اشتباكات قرب Khartoum"), record(text="Fighting near الخرطوم")])
    assert (arabic["text"].alignment.readingOrder, arabic["text"].alignment.horizontal) == (2, "right")
    assert (english["text"].alignment.readingOrder, english["text"].alignment.horizontal) == (0, None)


def test_what_xml_cannot_hold_is_written_as_excel_writes_it() -> None:
    (row,) = cells([record(text="a\x0bb\ud83d\uffff _x0041_ c")])
    assert row["text"].value == "a_x000B_b\ufffd_xFFFF_ _x005F_x0041_ c"


def test_a_text_that_is_too_long_for_a_cell_is_cut_between_characters_and_that_is_said() -> None:
    fits, long = "x" * 32_767, "x" + "😀" * 20_000
    data, loss = written([record(text=fits), record(text=long)])
    sheet = openpyxl.load_workbook(BytesIO(data)).worksheets[0]
    assert (sheet["G2"].value, sheet["G3"].value) == (fits, long[: 1 + 16_383])
    assert loss.startswith("texts cut where a cell of Excel ends: 1;")
    assert written([record(text=fits)])[1] == ""


def test_further_sheets_follow_where_one_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel, "MOST_ROWS", 3)
    records = [record(text=str(number)) for number in range(5)]
    found = [[row["text"].value for row in cells(records, sheet)] for sheet in range(3)]
    assert found == [["0", "1"], ["2", "3"], ["4"]]


def test_a_workbook_can_be_read_as_a_table_again(tmp_path: Path) -> None:
    (tmp_path / "t.xlsx").write_bytes(written([record(text="=1+1")])[0])
    assert [row["text"] for row in read_rows(tmp_path / "t.xlsx")[0]] == ["=1+1"]
