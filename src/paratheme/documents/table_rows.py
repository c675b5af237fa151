"""Rows of a table -> lines that can be read alone, each cell behind the head of its column; which lines are rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest

LONGEST_HEAD = 60  # characters; longer cells are no heads of columns
LONGEST_CELL = 300  # beyond that a cell holds whole paragraphs: the table lays out a page
MOST_COLUMNS = 1000  # that a cell may span; a page can say any number
SENTENCE_END = tuple(".!?؟…;؛:,،")
FEWEST_TYPED_ROWS = 3
RULER = re.compile(r"[\s|:+=–—-]+")  # the line between the head of a typed table and its rows
SHORTEST_RULER = 5
BLANKS = re.compile(r" {2,}|\t+")
NUMBER = re.compile(r"\D{0,12}\d")  # an amount may stand behind its currency or a word


@dataclass(frozen=True)
class Cell:
    """A cell of a table, merged cells once.

    Attributes
    ----------
    text : str
        All of it, on one line.
    column : int
        The column it begins in, from 0.
    span : int
        How many columns it fills.
    parts : int
        Blocks of text in it; a list or a heading in a cell counts as many.
    marked : bool
        Whether it is marked as a head, or set in bold.
    """

    text: str
    column: int
    span: int = 1
    parts: int = 1
    marked: bool = False


Row = Sequence[Cell]


def lays_out_a_page(rows: Sequence[Row], head_rows: int = 0) -> bool:
    """Whether a table only places text on a page: one column of cells, one row of more than labels, or paragraphs.

    Parameters
    ----------
    rows : sequence of sequence of Cell
    head_rows : int, default 0
        Rows at the top that the format marks as heads; a table with heads holds data.
    """
    filled = [[cell for cell in row if cell.text] for row in rows]
    filled = [row for row in filled if row]
    if max(map(len, filled), default=0) < 2:
        return True
    whole = any(cell.parts > 2 or len(cell.text) > LONGEST_CELL for row in filled for cell in row)
    return not head_rows and (whole or (len(filled) < 2 and not all(map(is_label, filled[0]))))


def is_label(cell: Cell) -> bool:
    """Whether a cell holds a few words, and neither a list nor a heading."""
    return cell.parts == 1 and len(cell.text) <= LONGEST_HEAD and not cell.text.endswith(SENTENCE_END)


def lines_of_rows(rows: Sequence[Row], head_rows: int = 0) -> list[str]:
    """The rows of a table as lines, ``Head: cell; Head: cell``.

    Parameters
    ----------
    rows : sequence of sequence of Cell
    head_rows : int, default 0
        How many rows at the top the format marks as heads; where it marks none, the first row is taken for one if it
        looks like one.

    Returns
    -------
    list of str
        Rows of heads are in the other lines, and stand alone only where there is no other row. Empty cells are left
        out, and rows without any text.
    """
    rows = [row for row in rows if any(cell.text for cell in row)]
    if not head_rows and looks_like_heads(rows):
        head_rows = 1
    if head_rows >= len(rows):
        head_rows = 0
    heads: dict[int, list[str]] = {}
    for row in rows[:head_rows]:
        for cell in row:
            for column in range(cell.column, cell.column + min(cell.span, MOST_COLUMNS)):
                if cell.text and cell.text not in heads.setdefault(column, []):
                    heads[column].append(cell.text)
    return [line_of_row(row, {column: " ".join(texts) for column, texts in heads.items()}) for row in rows[head_rows:]]


def line_of_row(row: Row, heads: dict[int, str]) -> str:
    """One row; a cell that fills several columns belongs to none of their heads."""
    cells = []
    for cell in row:
        if cell.text:
            head = heads.get(cell.column, "").rstrip(" :") if cell.span == 1 else ""
            cells.append(f"{head}: {cell.text}" if head else cell.text)
    return "; ".join(cells)


def looks_like_heads(rows: Sequence[Row]) -> bool:
    """Whether a first row that nothing marks names the columns: short labels, above cells that are of another kind."""
    if len(rows) < 2:
        return False
    first = [cell for cell in rows[0] if cell.text]
    names = [cell.text for cell in first]
    if len(first) < 2 or len(set(names)) < len(names):
        return False
    if any(len(name) > LONGEST_HEAD or name.endswith(SENTENCE_END) or is_figure(name) for name in names):
        return False
    if all(cell.marked for cell in first):
        return True
    below: dict[int, list[str]] = {}
    for row in rows[1:]:
        for cell in row:
            below.setdefault(cell.column, []).append(cell.text)
    return any(
        texts and sum(map(is_figure, texts)) > len(texts) / 2 for texts in (below.get(cell.column) for cell in first)
    )


def is_figure(text: str) -> bool:
    """Whether a cell holds a number, an amount or a date rather than words."""
    digits = sum(character.isdigit() for character in text)
    return digits > 0 and digits >= sum(character.isalpha() for character in text)


def typed_rows(texts: Sequence[str], sentences: Sequence[bool]) -> list[int]:
    """Which lines of a document are rows of a table that somebody typed: ``Wells | 12 | drilled``.

    Three or more below each other between the first and the last sentence, cut by ``|`` into as many cells each, with a
    column that holds a number in most rows: the lines of links at the head and the foot of a page are none. With a line
    of dashes below the head two are enough, and runs of blanks part the cells too.
    """
    prose = [row for row, ends in enumerate(sentences) if ends]
    inside = range(prose[0], prose[-1]) if prose else range(0)
    cells = [cells_of(text) for text in texts]
    rulers = {row for row, text in enumerate(texts) if len(text) >= SHORTEST_RULER and RULER.fullmatch(text)}
    sizes = [len(of_row) for of_row in cells]
    for ruler in sorted(rulers - {0}):  # below it cells may be empty
        row = ruler + 1
        while row < len(texts) and row not in rulers and 1 < sizes[row] <= sizes[ruler - 1] and not sentences[row]:
            sizes[row] = sizes[ruler - 1]
            row += 1
    found: list[int] = []
    for size, places in groupby((row for row in range(len(texts)) if row not in rulers), lambda row: sizes[row]):
        rows = list(places)
        ruled = len(rows) > 1 and rows[0] + 1 in rulers
        if not ruled:
            rows = [row for row in rows if row in inside and "|" in texts[row]]
        if size < 2 or len(rows) < (2 if ruled else FEWEST_TYPED_ROWS):
            continue
        if any(is_prose(cell) for row in rows for cell in cells[row][:-1]):
            continue
        columns = zip_longest(*(cells[row] for row in rows), fillvalue="")
        counted = (
            max(sum(NUMBER.match(cell) is not None for cell in column) for column in columns) > (len(rows) - ruled) / 2
        )
        if counted or (ruled and rows[0] in inside and rows[-1] in inside):
            found += rows
    return found


def cells_of(text: str) -> list[str]:
    """The cells of a typed row."""
    bare = text.strip()
    return [cell.strip() for cell in (bare.strip("|").split("|") if "|" in bare else BLANKS.split(bare))]


def is_prose(cell: str) -> bool:
    """Whether a cell holds a sentence, or is as long as one."""
    return len(cell) > LONGEST_CELL or cell.endswith((".", "!", "?", "؟", "…", "۔"))
