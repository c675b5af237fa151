"""Which way the columns and the lines of pages read, and their text in that order."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from paratheme.documents.pdf_layout import Line
from paratheme.documents.pdf_order import (
    direction,
    is_rtl,
    logical,
    reads_rtl,
    shows_ltr,
    stands_mirrored,
    told_by_sense,
)

INDENT = 0.8  # letter sizes
FEWEST_LINES = 3  # that tell which way a column reads
STOPS = (".", "!", "?", ":", "…")
TWO_SETS = re.compile(
    "[\u0660-\u0669][,./\u066b\u066c]?[\u06f0-\u06f9]|[\u06f0-\u06f9][,./\u066b\u066c]?[\u0660-\u0669]"
)
PERSIAN = {0x660 + digit: 0x6F0 + digit for digit in range(10)}
BULLET = re.compile(r"^([•‣⁃◦▪▫■□●○◆◇➢➤✓✔])(?=\S)")


def put_in_order(pages: Sequence[Sequence[Line]], *, by_first: bool) -> None:
    """Give each line its text in the order in which it is read."""
    with_digits_of_one_set([line for lines in pages for line in lines])
    every = [line.tokens for lines in pages for line in lines]
    mirrored, by_sense = stands_mirrored(every), told_by_sense(every)
    by_first = by_first or any(shows_ltr(tokens, [direction(token) for token in tokens]) for tokens in every)
    for lines in pages:
        of_column = directions_of_columns(lines)
        above: Line | None = None
        for line in lines:
            page_is_rtl = of_column[line.column]
            directions = [direction(token) for token in line.tokens]
            line.rtl = reads_rtl(line.tokens, directions, page_is_rtl=page_is_rtl, by_first=by_first)
            if page_is_rtl and not (line.rtl or by_first or {"R", "AL"} & set(directions)):
                line.rtl = is_set_from_right(line)
            near = above is not None and above.column == line.column and line.base - above.base < 2 * line.size
            before = last_letter(above.text) if near and above is not None else ""

            def said(tokens: Sequence[str], line: Line = line, before: str = before) -> str:
                if mirrored:
                    return "".join(tokens)
                return logical(tokens, rtl=line.rtl, by_sense=by_sense, before=before)

            cells = line.cells[:: -1 if line.rtl and not mirrored else 1]
            text = (" | ".join(" ".join(map(said, cell)) for cell in cells) if cells else said(line.tokens)).strip()
            line.text = BULLET.sub(r"\1 ", text)
            above = line


def with_digits_of_one_set(lines: Sequence[Line]) -> None:
    """Write Persian digits where numbers are of these and of Arabic ones.

    Fonts draw most digits of both sets the same, and programs name the first that a glyph stands for: the Arabic one.
    """
    if any(TWO_SETS.search("".join(line.tokens)) for line in lines):
        for line in lines:
            line.tokens = in_persian(line.tokens)
            line.cells = [[in_persian(tokens) for tokens in cell] for cell in line.cells]


def in_persian(tokens: Sequence[str]) -> list[str]:
    """Glyphs with Persian digits for Arabic ones."""
    return [token.translate(PERSIAN) for token in tokens]


def directions_of_columns(lines: Sequence[Line]) -> dict[int, bool]:
    """Whether each column of a page reads from right to left; one of few lines reads as its page does."""
    page_is_rtl = bool(is_rtl(direction(token) for line in lines for token in line.tokens))
    columns: defaultdict[int, list[Line]] = defaultdict(list)
    for line in lines:
        columns[line.column].append(line)
    found = {
        column: is_rtl(direction(token) for line in own for token in line.tokens)
        for column, own in columns.items()
        if len(own) >= FEWEST_LINES
    }
    return {column: page_is_rtl if (own := found.get(column)) is None else own for column in columns}


def is_set_from_right(line: Line) -> bool:
    """Whether a line of Latin letters is flush with the right margin, or has its full stop at the left."""
    left, right = line.margins
    flush = right - line.right < 0.3 * line.size and line.left - left > INDENT * line.size
    return flush or (len(line.tokens) > 1 and line.tokens[0] in STOPS and line.tokens[1].isalnum())


def last_letter(text: str) -> str:
    """The class of the last letter of a line."""
    return next((found for found in map(direction, reversed(text)) if found in ("L", "R", "AL")), "")
