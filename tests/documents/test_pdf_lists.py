"""List items of a PDF whose marks stand apart from their text."""

from __future__ import annotations

from pathlib import Path

import pytest

from paratheme.documents.pdf_glyphs import Glyph
from paratheme.documents.pdf_layout import lines_of
from paratheme.documents.pdf_rows import Word
from paratheme.documents.readers import read
from paratheme.documents.segmentation import segment
from tests.documents.pdf_makers import pdf_of

ITEMS = ["Open the nineteen wells of the valley", "Pay the drivers of the trams each week", "Guard the road"]
ABOVE = ["The elders of the village met below the old tree and", "asked the governor for three things this year."]
BELOW = ["After the rain the governor said that no well would be", "closed before the winter comes to the hills."]


def kinds(path: Path) -> list[tuple[str, str]]:
    document = read(path)
    return [(block.kind, document.text[block.start : block.end]) for block in segment(document)]


def by_hand(path: Path, marks: list[str], gap: float) -> list[tuple[str, str]]:
    lines = [(60, 780 - 14 * at, text) for at, text in enumerate(ABOVE)]
    for at, (mark, text) in enumerate(zip(marks, ITEMS, strict=True)):
        lines += [(70, 738 - 14 * at, mark), (70 + gap, 738 - 14 * at, text)]
    lines += [(60, 680 - 14 * at, text) for at, text in enumerate(BELOW)]
    path.write_bytes(pdf_of(lines))
    return kinds(path)


@pytest.mark.parametrize("gap", [12, 20])
def test_a_bullet_by_a_code_without_a_letter_opens_its_item_whatever_the_gap(tmp_path: Path, gap: float) -> None:
    found = by_hand(tmp_path / "a.pdf", ["\\177"] * 3, gap)
    assert [one for one in found if one[0] != "paragraph"] == [("list_item", f"• {item}") for item in ITEMS]


def test_bare_numbers_that_count_before_lines_open_items(tmp_path: Path) -> None:
    found = by_hand(tmp_path / "a.pdf", ["1", "2", "3"], 20)
    assert found[1:-1] == [("list_item", f"{at}. {item}") for at, item in enumerate(ITEMS, 1)]


def test_numbers_under_the_head_of_a_table_stay_in_its_rows(tmp_path: Path) -> None:
    rows = [("No.", "Village"), ("1", "Wadi"), ("2", "Hafir"), ("3", "Tell")]
    lines = [(x, 780 - 14 * at, cell) for at, row in enumerate(rows) for x, cell in zip((70, 105), row, strict=True)]
    (tmp_path / "a.pdf").write_bytes(pdf_of(lines))
    assert [text for _, text in kinds(tmp_path / "a.pdf")] == [" | ".join(row) for row in rows]


@pytest.mark.parametrize("start", ["circle", None])
def test_lists_of_reportlab_keep_their_bullets(tmp_path: Path, start: str | None) -> None:
    platypus = pytest.importorskip("reportlab.platypus")
    from reportlab.lib.styles import getSampleStyleSheet

    style = getSampleStyleSheet()["Normal"]
    items = [platypus.Paragraph(item, style) for item in ITEMS]
    listed = platypus.ListFlowable(items, bulletType="bullet", start=start)
    texts = [platypus.Paragraph(" ".join(lines), style) for lines in (ABOVE, BELOW)]
    platypus.SimpleDocTemplate(str(tmp_path / "a.pdf")).build([texts[0], listed, texts[1]])
    assert kinds(tmp_path / "a.pdf")[1:-1] == [("list_item", f"• {item}") for item in ITEMS]


def test_a_bullet_that_the_other_column_parts_from_its_line_opens_it() -> None:
    letters = [Glyph(letter, 90 + 6 * at, 95 + 6 * at, 200, 10, bold=False) for at, letter in enumerate("well")]
    rows = [[Word(letters, 90, 113)], [Word([Glyph("•", 70, 70, 202, 12, bold=False)], 70, 70)]]
    assert [line.tokens for line in lines_of(rows, 1, 400)] == [["•", " ", *"well"]]
