"""The glyphs of a page as rows of words."""

from __future__ import annotations

import pytest

from paratheme.documents.pdf_glyphs import Glyph
from paratheme.documents.pdf_rows import Row, put_bullets, rows_of


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
