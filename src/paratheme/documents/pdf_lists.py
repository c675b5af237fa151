"""The marks of list items in a PDF that stand apart from their text, as a word processor's tab leaves them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from paratheme.documents.line_forms import NUMBER
from paratheme.documents.pdf_glyphs import Glyph
from paratheme.documents.pdf_rows import Row, Word, base_of, size_of

BULLETS = frozenset("•‣⁃◦▪▫■□●○◆◇➢➤✓✔")
FEWEST_ITEMS = 2
NARROWEST, WIDEST = 0.6, 4.0  # letter sizes between a number and its item
CELL_GAP = 1.1  # letter sizes between the cells of a table
SAME_EDGE = 1.0  # points
FARTHEST = 4.0  # letter sizes between lines of one list
CENTRE = 0.35  # of its size: where a bullet stands above its base


def text_of(word: Word) -> str:
    """The letters of a word as they stand."""
    return "".join(glyph.text for glyph in word.glyphs)


def marks_item(word: Word) -> bool:
    """Whether a word that stands before a line opens a list item: a bullet, a number with its point or bracket."""
    text = text_of(word)
    return text in BULLETS or NUMBER.match(f"{text} x") is not None


def without_lone_bullets(rows: Sequence[Row]) -> tuple[list[Row], list[Glyph]]:
    """The rows that hold text, and the bullets that a line of another column parts from their own, as dots."""
    alone = [all(text_of(word) in BULLETS for word in row) for row in rows]
    bullets = [
        glyph for row, is_alone in zip(rows, alone, strict=True) if is_alone for word in row for glyph in word.glyphs
    ]
    dots = [replace(glyph, base=glyph.base - CENTRE * glyph.size) for glyph in bullets]
    return [row for row, is_alone in zip(rows, alone, strict=True) if not is_alone], dots


def with_marks_joined(parts: list[Row]) -> list[Row]:
    """The parts of a row; the mark of a list item is no part by itself, but opens the one that it stands beside."""
    if len(parts) != 2:
        return parts
    first, last = parts
    opened = len(first) == 1 and marks_item(first[0])
    from_the_right = len(last) == 1 and text_of(last[0]) in BULLETS
    return [[*first, *last]] if opened or from_the_right else parts


def put_points(rows: Sequence[Row]) -> None:
    """Write the point behind bare numbers before the items of a list, which count from 1 and stand above each other.

    Parameters
    ----------
    rows : sequence of Row
        Of a column, from the top; those of a table under its heads stay as they are.
    """
    items: list[Row] = []
    for at, row in enumerate(rows):
        number = number_before(row)
        if items and base_of(row) - base_of(rows[at - 1]) > FARTHEST * size_of(row):
            number_items(items)
            items = []
        if items and number == len(items) + 1 and abs(row[1].left - items[0][1].left) <= SAME_EDGE:
            items.append(row)
        elif number == 1 and not (at and has_cell_at(rows[at - 1], row[1].left)):
            number_items(items)
            items = [row]
        elif items and row[0].left < items[0][1].left - SAME_EDGE:
            number_items(items)
            items = []
    number_items(items)


def number_before(row: Row) -> int | None:
    """The number that stands apart before a row of text; None where none does, or where more stands apart."""
    size = size_of(row)
    gaps = [after.left - before.right for before, after in pairwise(row)]
    text = text_of(row[0])
    if len(text) > 2 or not (text.isascii() and text.isdecimal()) or not gaps:
        return None
    apart = NARROWEST * size <= gaps[0] <= WIDEST * size and all(gap < CELL_GAP * size for gap in gaps[1:])
    large = row[0].glyphs[0].size >= row[1].glyphs[0].size  # those of footnotes are smaller
    return int(text) if apart and large and text_of(row[1])[0].isalpha() else None


def has_cell_at(row: Row, left: float) -> bool:
    """Whether a row that is no list item has a cell that begins at a place, as the heads of a table do."""
    if marks_item(row[0]):
        return False
    least = CELL_GAP * size_of(row)
    return any(
        abs(after.left - left) <= SAME_EDGE and after.left - before.right > least for before, after in pairwise(row)
    )


def number_items(items: Sequence[Row]) -> None:
    """Write a point behind the number before each row, if there are enough."""
    if len(items) >= FEWEST_ITEMS:
        for row in items:
            *rest, last = row[0].glyphs
            row[0] = replace(row[0], glyphs=[*rest, replace(last, text=f"{last.text}.")])
