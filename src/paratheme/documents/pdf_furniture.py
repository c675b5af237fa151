"""Running heads, page numbers and footnotes of a PDF: what stands at the edges of its pages beside the text."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from paratheme.documents.pdf_glyphs import Sheet
from paratheme.documents.pdf_layout import Line, extent, tokens_of
from paratheme.documents.pdf_rows import Row, base_of

EDGE_ROWS = 3  # rows at the top or the foot of a page that may be furniture
EDGE = 0.15  # of the page's height
FEWEST_REPEATS = 2
REPEATED = 0.2  # of the pages
SAME_HEIGHT = 4.0  # points
SMALLER = 0.93  # times the size of the text: a footnote
FEW_PAGES = 10  # of a short document, in which a running head may stand once
DIGITS = re.compile(r"\d+")
NUMBER = re.compile(r"\d{1,4}")
PAGE_NUMBER = re.compile(
    r"\W*(?:(?:pages?|p\.|seite|página|sayfa|صفحة|ص|صفحه|עמוד)\W*)?(?:\d{1,4}|[ivxlc]{1,7})"
    r"(?:\W*(?:/|\||of|sur|de|من|von|از)\W*\d{1,4})?\W*",
    re.IGNORECASE,
)
# What browsers print at the edges of a sheet: date and time, the address, how many sheets.
PRINTED = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4},? \d{1,2}:\d\d.*|(?:https?|file)://\S+(?:\s+\d+/\d+)?")
NOTE_MARK = re.compile(r"\(?\[?(?:[0-9⁰¹²³⁴-⁹]{1,3}|[٠-٩]{1,3}|[*†‡§]+)[\])]?[.)]?\s*\S")

Number = tuple[bool, int, int]  # whether at the top, how much more than its page's, whether at the left of odd pages


@dataclass
class Page:
    """A page as rows: its text, and what is furniture."""

    sheet: Sheet
    rows: list[Row]
    head: list[Row]
    foot: list[Row]


def without_furniture(sheets: Sequence[tuple[Sheet, list[Row]]]) -> list[Page]:
    """Take running heads and page numbers out of the rows of all pages."""
    seen: Counter[tuple[str, bool, int]] = Counter()
    for sheet, rows in sheets:
        seen.update({key for row, top in edges_of(sheet, rows) for key in keys_of(sheet, row, top=top)})
    facing = of_facing_pages(sheets)
    least = max(FEWEST_REPEATS, REPEATED * len(sheets))
    pages = []
    for sheet, rows in sheets:
        page = Page(sheet, rows, [], [])
        for top, taken in ((True, page.head), (False, page.foot)):
            for row, at_top in edges_of(sheet, rows):
                repeated = max(seen[key] for key in keys_of(sheet, row, top=top)) >= least and len(sheets) > 1
                if at_top == top and (repeated or id(row) in facing or stands_alone(sheet, row)):
                    taken.append(row)
        furniture = {id(row) for row in [*page.head, *page.foot]}
        page.rows = [row for row in rows if id(row) not in furniture]
        pages.append(page)
    return pages


def edges_of(sheet: Sheet, rows: Sequence[Row]) -> list[tuple[Row, bool]]:
    """The first and last rows of a page that may be furniture, and whether they stand at its top."""
    top = [(row, True) for row in rows[:EDGE_ROWS] if base_of(row) <= EDGE * sheet.height]
    return top + [(row, False) for row in rows[-EDGE_ROWS:] if base_of(row) >= (1 - EDGE) * sheet.height]


def keys_of(sheet: Sheet, row: Row, *, top: bool) -> list[tuple[str, bool, int]]:
    """What makes a row the same on two pages: its letters, any number for another, and its height, give or take."""
    text = DIGITS.sub("#", plain_of(row))
    place = base_of(row) if top else sheet.height - base_of(row)
    step = int(place // SAME_HEIGHT)
    return [(text, top, step), (text, top, step + 1)]


def plain_of(row: Row) -> str:
    """The letters of a row as they stand."""
    return "".join(tokens_of(row))


def numbers_of(sheet: Sheet, rows: Sequence[Row]) -> Iterator[tuple[Row, Number, bool]]:
    """The first and the last row of a page, if a number stands at one end alone; whether at the right."""
    for row, top in edges_of(sheet, rows):
        if row is not rows[0 if top else -1] or len(DIGITS.findall(plain_of(row))) != 1:
            continue
        for at in (0, -1):
            text = plain_of(row[at:][:1])
            if NUMBER.fullmatch(text) and len(row) > 1:
                yield row, (top, int(text) - sheet.number, (sheet.number + at) % 2), at == -1


def of_facing_pages(sheets: Sequence[tuple[Sheet, list[Row]]]) -> set[int]:
    """The rows whose number runs with that of the page, at the left of pages on one side and the right of the others.

    As running heads are in a short document, each on one page only.
    """
    found = [one for sheet, rows in sheets for one in numbers_of(sheet, rows)] if len(sheets) <= FEW_PAGES else []
    left, right = ({number for _, number, at_right in found if at_right == side} for side in (False, True))
    return {id(row) for row, number, _ in found if number in left & right}


def stands_alone(sheet: Sheet, row: Row) -> bool:
    """Whether a row at a page's edge is furniture by its own letters: a page number, a browser's line."""
    text = plain_of(row).strip()
    if PRINTED.fullmatch(text):
        return True
    left, right = extent([row])
    short = right - left <= 0.3 * sheet.width
    return short and any(PAGE_NUMBER.fullmatch(way) is not None for way in (text, text[::-1]))


def split_notes(lines: Sequence[Line], body: float) -> tuple[list[Line], list[Line]]:
    """The lines of a page without its footnotes, and these: small lines at a column's foot that begin with a mark."""
    columns: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        columns[line.column].append(line)
    text: list[Line] = []
    notes: list[Line] = []
    for column in columns.values():
        cut = len(column)
        while cut and column[cut - 1].size <= SMALLER * body:
            cut -= 1
        while cut < len(column) and not NOTE_MARK.match(column[cut].text):
            cut += 1
        if any(line.size > SMALLER * body for line in lines):
            text += column[:cut]
            notes += column[cut:]
        else:
            text += column
    return text, notes


def opens_note(line: Line) -> bool:
    """Whether a line of a footnote begins one."""
    return NOTE_MARK.match(line.text) is not None
