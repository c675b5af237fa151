"""The glyphs of a page as rows of words."""

from __future__ import annotations

from pathlib import Path

import pytest

from paratheme.documents.pdf_glyphs import Glyph
from paratheme.documents.pdf_rows import Row, put_bullets, rows_of
from paratheme.documents.readers import read
from tests.documents.pdf_makers import by_chromium, dejavu, drawn_by_reportlab


def glyphs(text: str, left: float, base: float) -> list[Glyph]:
    return [Glyph(letter, left + 6 * at, left + 6 * at + 5.5, base, 10, bold=False) for at, letter in enumerate(text)]


def shown(rows: list[Row]) -> list[list[str]]:
    return [["".join(glyph.text for glyph in word.glyphs) for word in row] for row in rows]


def test_a_bullet_stands_with_the_item_that_is_closest_whatever_column_stands_beside() -> None:
    left, right = rows_of(glyphs("beside", 15, 104)), rows_of(glyphs("item", 75, 104))
    put_bullets([*left, *right], [Glyph("•", 63, 67, 100, 4, bold=False)])
    assert shown([*left, *right]) == [["beside"], ["•", "item"]]


def test_a_bullet_of_text_that_reads_from_the_right_stands_behind_its_row() -> None:
    rows = rows_of(glyphs("item", 60, 104))
    put_bullets(rows, [Glyph("•", 90, 94, 100, 4, bold=False)])
    assert shown(rows) == [["item", "•"]]


@pytest.mark.parametrize(("left", "base"), [(10, 100), (46, 110), (46, 90)])
def test_a_dot_that_stands_beside_no_row_is_no_bullet(left: float, base: float) -> None:
    rows = rows_of(glyphs("item", 60, 104))
    put_bullets(rows, [Glyph("•", left, left + 4, base, 4, bold=False)])
    assert shown(rows) == [["item"]]


def test_letters_that_hang_above_the_base_of_their_line_stay_in_it(tmp_path: Path) -> None:
    """As Nastaliq sets them: each word begins high and ends on the base."""
    pytest.importorskip("reportlab")
    from reportlab.pdfbase import pdfmetrics, ttfonts

    pdfmetrics.registerFont(ttfonts.TTFont("font", dejavu()))
    said = ["قالت مريم إن القرية بقيت من دون ماء منذ شهر", "وطلبت من الناس مدرسة ومخبزا قبل فصل الشتاء."]
    drawn = []
    for line, base in zip(said, (780.0, 760.0), strict=True):
        x = 300.0
        for word in line.split()[::-1]:
            for at, letter in enumerate(word[::-1]):
                drawn.append((x, base + min(3 * at, 9), letter))
                x += pdfmetrics.stringWidth(letter, "font", 10)
            drawn.append((x, base, " "))
            x += pdfmetrics.stringWidth(" ", "font", 10)
    drawn_by_reportlab(tmp_path / "a.pdf", drawn)
    assert read(tmp_path / "a.pdf").text.replace("\n", " ") == " ".join(said)


def test_nastaliq_as_a_browser_prints_it_is_read(tmp_path: Path) -> None:
    said = ["تھرپارکر کے کسان کہتے ہیں کہ فصل تباہ ہو گئی ہے اور بچے بیمار ہیں۔", "پینے کا پانی نہیں پہنچا۔"]
    by_chromium(tmp_path / "a.pdf", [f'<span style="font-family: Noto Nastaliq Urdu">{text}</span>' for text in said])
    if b"Nastaliq" not in (tmp_path / "a.pdf").read_bytes():
        pytest.skip("no Nastaliq here")
    assert read(tmp_path / "a.pdf").text.replace("\n", " ") == " ".join(said)
