"""Ruled tables in PDFs: a row is a block with its cells in order, and other drawings are no tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from paratheme.documents.document import Document
from paratheme.documents.pdf import read_pdf
from paratheme.documents.pdf_rules import Rule, rules_of
from tests.documents.pdf_makers import by_chromium

ROWS = [
    ["Who", "What", "Where"],
    ["World Food Programme", "General food distribution and\nschool feeding for families", "Sudan,\nZamzam camp"],
    ["UNRWA", "Shelter, schooling in tents", "Gaza Strip,\nRafah and Khan Younis"],
    ["ICRC", "Water pumps", "Afghanistan, Herat"],
]
ABOVE, BELOW = "Partners by activity and place, as of June.", "The table is updated every month by the office."


def table_rows(document: Document) -> list[str]:
    pieces = document.pieces or ()
    return [document.text[piece.start : piece.end] for piece in pieces if piece.kind == "table_row"]


def texts(document: Document) -> list[str]:
    return [document.text[piece.start : piece.end] for piece in document.pieces or ()]


def drawn(path: Path, rows: list[list[str]], *style: Any) -> Document:
    platypus = pytest.importorskip("reportlab.platypus")
    from reportlab.lib.styles import getSampleStyleSheet

    normal = getSampleStyleSheet()["Normal"]
    table = platypus.Table(rows, style=[*style], hAlign="LEFT")
    story = [platypus.Paragraph(ABOVE, normal), table, platypus.Paragraph(BELOW, normal)]
    platypus.SimpleDocTemplate(str(path)).build(story)
    return read_pdf(path)


ALL = (0, 0), (-1, -1)
GRID = ("GRID", *ALL, 0.5, "black")
RULED = {"grid": [GRID], "thick frame": [("INNERGRID", *ALL, 0.5, "black"), ("BOX", *ALL, 2, "black")]}
OTHERS = {"frame": [("BOX", *ALL, 1, "black")], "line": [("LINEABOVE", *ALL, 1, "black")]}


@pytest.mark.parametrize("style", RULED)
def test_a_row_is_a_block_whatever_lines_its_cells_have(style: str, tmp_path: Path) -> None:
    document = drawn(tmp_path / "grid.pdf", ROWS, *RULED[style])
    expected = [" | ".join(" ".join(cell.split()) for cell in row) for row in ROWS]
    assert table_rows(document) == expected
    assert texts(document) == [ABOVE, *expected, BELOW]


def test_a_cell_over_several_rows_stands_in_one_of_them_and_an_empty_one_nowhere(tmp_path: Path) -> None:
    rows = [["Sudan", "food", "WFP"], ["", "water", "ICRC"], ["Gaza", "", "UNRWA"]]
    document = drawn(tmp_path / "span.pdf", rows, GRID, ("SPAN", (0, 0), (0, 1)), ("VALIGN", (0, 0), (-1, -1), "TOP"))
    assert table_rows(document) == ["Sudan | food | WFP", "water | ICRC", "Gaza | UNRWA"]


@pytest.mark.parametrize("style", OTHERS)
def test_a_frame_or_lines_between_rows_make_no_ruled_table(style: str, tmp_path: Path) -> None:
    document = drawn(tmp_path / "frame.pdf", [["All of one sentence that stands in a frame."]], *OTHERS[style])
    assert table_rows(document) == []


def test_a_grid_that_holds_no_text_is_no_table(tmp_path: Path) -> None:
    empty = [["Notes", "", ""], *[["", "", ""]] * 5]
    assert table_rows(drawn(tmp_path / "form.pdf", empty, GRID)) == []


def test_a_path_of_straight_lines_is_rules_and_a_slanting_one_is_none() -> None:
    assert rules_of([(0, 0), (100, 1)], stroked=True) == [Rule(False, 0.5, 0, 100)]
    assert rules_of([(0, 0), (0, 50), (80, 50)], stroked=True) == [Rule(True, 0, 0, 50), Rule(False, 50, 0, 80)]
    assert rules_of([(0, 0), (100, 60)], stroked=True) == []
    assert rules_of([(0, 0), (1, 0), (1, 90), (0, 90)], stroked=False) == [Rule(True, 0.5, 0, 90)]
    assert rules_of([(0, 0), (80, 0), (80, 60), (0, 60)], stroked=False) == []
    assert Rule(True, 3, 10, 30).from_top(100) == Rule(True, 3, 70, 90)
    assert Rule(False, 10, 0, 5).from_top(100) == Rule(False, 90, 0, 5)


def test_cells_whose_letters_nearly_touch_the_rule_between_them_stay_apart(tmp_path: Path) -> None:
    rows = [["Ward", "Beds", "Open"], ["North (a)", "1,240", "6.5"], ["Harbour", "870", "4"]]
    tight = ("LEFTPADDING", *ALL, 1.2), ("RIGHTPADDING", *ALL, 1.2)
    document = drawn(tmp_path / "tight.pdf", rows, GRID, *tight, ("ALIGN", (0, 0), (0, -1), "RIGHT"))
    assert table_rows(document) == [" | ".join(row) for row in rows]


def test_a_cell_of_arabic_is_parted_from_the_number_beside_it_as_a_browser_sets_them(tmp_path: Path) -> None:
    rows = [["الحي", "عدد الأسر", "لتر/يوم"], ["الميناء (ب)", "2,150", "7.5"], ["السوق", "640", "3"]]
    cells = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    by_chromium(
        tmp_path / "a.pdf", [f'<table border=1 cellpadding=1 style="border-collapse: collapse">{cells}</table>']
    )
    assert table_rows(read_pdf(tmp_path / "a.pdf")) == [" | ".join(row) for row in rows]
