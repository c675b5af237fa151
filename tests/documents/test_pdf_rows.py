"""The glyphs of a page as rows of words."""

from __future__ import annotations

from paratheme.documents.pdf_glyphs import Glyph
from paratheme.documents.pdf_rows import rows_of


def glyphs(text: str, left: float, base: float) -> list[Glyph]:
    return [Glyph(letter, left + 6 * at, left + 6 * at + 5.5, base, 10, bold=False) for at, letter in enumerate(text)]


def shown(glyphs_there: list[Glyph], dots: list[Glyph]) -> list[list[str]]:
    return [["".join(glyph.text for glyph in word.glyphs) for word in row] for row in rows_of(glyphs_there, dots)]


def test_a_bullet_stands_with_its_item_though_a_row_of_another_column_is_nearer() -> None:
    item, beside = glyphs("item", 60, 104), glyphs("beside", 300, 101)
    dot = Glyph("•", 46, 50, 100, 4, bold=False)
    assert shown([*item, *beside], [dot]) == [["beside"], ["•", "item"]]


def test_a_dot_that_stands_beside_nothing_is_no_bullet() -> None:
    assert shown(glyphs("item", 60, 104), [Glyph("•", 10, 14, 100, 4, bold=False)]) == [["item"]]
