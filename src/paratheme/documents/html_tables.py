"""Elements of a web page that stand on lines of their own, and the cells of its tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from paratheme.documents.table_rows import Cell

Element = Any  # of lxml, which has no types
MOST_CELLS = 200  # that one may fill, or that are kept track of in a row; a page may say anything


def tags(names: str) -> frozenset[str]:
    """A set of names that are written one after another."""
    return frozenset(names.split())


BLOCK_TAGS = tags(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol optgroup option p pre section "
    "select summary table tbody td tfoot th thead tr ul"
)
UNSEEN = tags(
    "applet audio canvas datalist embed head iframe math noscript object rp rt script style svg template title video"
)
PARTS_OF_CELLS = tags("p li h1 h2 h3 h4 h5 h6 pre dd")


def text_of(element: Element) -> str:
    """What an element shows, on one line."""
    from lxml import etree

    texts: list[str] = []
    hidden = 0
    for event, part in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        unseen = part.tag in UNSEEN or not isinstance(part.tag, str)
        if event == "start":
            hidden += unseen
            texts += [" "] if part.tag in BLOCK_TAGS or part.tag == "br" else []
            texts += [part.text or ""] if not hidden else []
        else:
            hidden -= unseen and event == "end"
            texts += [" "] if part.tag in BLOCK_TAGS else []
            texts += [part.tail or ""] if not hidden and part is not element else []
    return " ".join("".join(texts).split())


def holds_tables(table: Element) -> bool:
    """Whether there are tables in a table."""
    return next(table.iterdescendants("table"), None) is not None


def is_table_of_tables(table: Element) -> bool:
    """Whether a table with others in its cells names its rows or columns, as one of data does, and they hold none."""
    named = any(next(row.iterchildren("th"), None) is not None for row in own_rows(table))
    return named and not any(map(holds_tables, table.iterdescendants("table")))


def own_rows(table: Element) -> Iterator[Element]:
    """The rows of a table without those of tables in it."""
    for part in table.iterchildren("tr", "thead", "tbody", "tfoot"):
        yield from (part,) if part.tag == "tr" else part.iterchildren("tr")


def rows_of(table: Element) -> tuple[list[list[Cell]], int]:
    """The cells of a table, merged ones once, and how many rows at its top are heads; a table in a cell is its text."""
    rows: list[list[Cell]] = []
    filled: dict[int, int] = {}  # column -> rows that a cell of a row above still fills
    head_rows = 0
    for row in own_rows(table) if holds_tables(table) else table.iterdescendants("tr"):
        cells: list[Cell] = []
        heads = data = column = 0
        below: dict[int, int] = {}
        for cell in row.iterchildren("td", "th"):
            while filled.get(column, 0):
                column += 1
            span = number_of(cell.get("colspan"))
            text = text_of(cell)
            blocks = sum(part.tag in PARTS_OF_CELLS for part in cell.iter())
            lists = any(part.tag in ("li", "h1", "h2", "h3") for part in cell.iter())
            bold = next(cell.iterchildren("b", "strong"), None)
            marked = cell.tag == "th" or (bold is not None and text_of(bold) == text)
            heads, data = heads + (cell.tag == "th"), data + (cell.tag == "td" and bool(text))
            cells.append(Cell(text, column, span, max(1, blocks) + lists, marked))
            if (down := number_of(cell.get("rowspan"))) > 1 and column < MOST_CELLS:
                below |= dict.fromkeys(range(column, column + span), down)
            column += span
        filled = {column: left - 1 for column, left in (filled | below).items() if left > 1}
        in_head = row.getparent().tag == "thead" or (heads > 1 and not data)
        head_rows += in_head and head_rows == len(rows)
        rows.append(cells)
    return rows, head_rows


def number_of(value: str | None) -> int:
    """How many rows or columns a cell fills."""
    return min(max(int(value[:9]), 1), MOST_CELLS) if value and value.isascii() and value.isdigit() else 1
