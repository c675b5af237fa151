"""Tables of separated values, as spreadsheets and scripts write them."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from itertools import islice

from paratheme.corpus.row_names import Lines, told_of_names
from paratheme.corpus.separated_rows import (
    ESCAPE,
    Reading,
    Row,
    copied_rows,
    lenient_rows,
    named_rows,
    rows_of_lines,
    standard_rows,
)
from paratheme.errors import ParathemeError

SEPARATORS = ",;\t|"
END_OF_FILE = "\x1a"  # that CP/M and its heirs put behind a text
NO_SEPARATOR = "\x1f"  # in no text: for tables of one column, whose texts may hold all the others
SEPARATOR_LINE = re.compile(r'\ufeff?"?sep=(.)\1*"?[ \t]*(?:\r\n|\r|\n)', re.IGNORECASE)  # as Excel writes and reads it
COMPUTED = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")  # what a spreadsheet computes opens so
ESCAPES = r"its \n and \t are read as line breaks and tabs, as PostgreSQL writes them; where they are none, write \\n"
LOOKED_AT = 200  # rows that tell the separator
LINES_OF_TITLE = 10  # at most, above a header


def read_separated(text: str, place: str, separator: str = "") -> tuple[list[str], list[list[str]]]:
    """Read the header and the rows of a table at once, as `open_separated` does one after the other."""
    header, rows, _ = open_separated(lambda: io.StringIO(text, newline=""), place, separator)
    return header, list(rows())


def open_separated(
    lines: Lines, place: str, separator: str = ""
) -> tuple[list[str], Callable[[], Iterator[list[str]]], tuple[str, ...]]:
    r"""Find out how a table is to be read, from its first line to its last, and return its header and its rows.

    Tried in turn until every row has as many cells as the header (or one more, the row's name, as R writes it):
    quotes as RFC 4180 has them, blanks after separators, backslash escapes, and last quotation marks that are a
    part of the text (``"Enough", she said.``) where they do not enclose a cell. No more than a row is held in
    memory, but where the last of these is tried.

    Parameters
    ----------
    lines : callable
        Returns the table's lines, each with its end. A first line such as ``sep=;`` says the separator.
    place : str
        What error messages call the table.
    separator : str, optional
        Between cells; told by the header and the first rows where it is not given.

    Returns
    -------
    header : list of str
    rows : callable
        Returns the rows, each as long as the header; blank lines are passed over.
    told : tuple of str
        What was guessed, a phrase each.

    Raises
    ------
    ParathemeError
        If there is no header, two columns have one name, or a row is longer or shorter than the header.
    """
    csv.field_size_limit(sys.maxsize)
    said = SEPARATOR_LINE.fullmatch(next(iter(lines()), ""))
    body = partial(_body, lines, said is not None)
    if not any(line.strip() for line in body()):
        raise ParathemeError(f"{place}: is empty; save the table again")
    separator = said[1] if said else separator or _separator(body)
    reading, odd, told = _best_reading(body, separator)
    header = _names(next(_rows(reading, body, separator))[1], place)
    if odd:
        row, line, found = odd
        line += 1 if said else 0
        counts = f"{found} cells where the header has {len(header)}"
        remedy = _remedy(odd, len(header), separator)
        raise ParathemeError(f"{place}, row {row} (line {line}): {counts}; {remedy}")

    def rows() -> Iterator[list[str]]:
        return (cells[: len(header)] for _, cells in islice(_rows(reading, body, separator), 1, None))

    return header, rows, told


def _remedy(odd: tuple[int, int, int], width: int, separator: str) -> str:
    """What to do where a row (its number, its line, how many cells it has) is not as long as the header."""
    row, _, found = odd
    if found < width:
        return "complete it"
    if width == 1:
        return "if a title stands above the header, remove it"
    remedy = f"put a text that holds {separator!r} in quotation marks"
    if row == 1 and found == width + 1:
        remedy += "; where each row begins with its name, name that column in the header (in R: row.names=FALSE)"
    return remedy


def _body(lines: Lines, has_separator_line: bool) -> Iterator[str]:
    """The lines from the header on."""
    rest = iter(lines())
    first = next(rest, "")
    if not has_separator_line:
        yield first.removeprefix("\ufeff")
    yield from rest


@cache
def _null(separator: str) -> re.Pattern[str]:
    r"""An empty cell, as MySQL and PostgreSQL write it: ``\N``."""
    mark = re.escape(separator)
    return re.compile(rf"(?:(?<={mark})|^)\\N(?={mark}|\r|\n|\Z)")


def _is_copied(body: Lines) -> bool:
    """Whether PostgreSQL wrote a table (COPY): with empty cells of its kind, and escapes.

    Each backslash is one, and no cell stands in quotation marks.
    """
    has_empty = has_escape = False
    for line in body():
        if '"' in line and any(
            len(cell) > 1 and cell[0] == cell[-1] == '"' for cell in line.rstrip("\r\n").split("\t")
        ):
            return False
        if "\\" in line:
            left = _null("\t").sub("", line)
            rest = ESCAPE.sub("", left)
            has_empty, has_escape = has_empty or left != line, has_escape or rest != left
            if "\\" in rest:
                return False
    return has_empty and has_escape


def _rows(reading: Reading, body: Lines, separator: str) -> Iterator[Row]:
    null = _null(separator)
    lines = (null.sub("", line) if "\\N" in line else line for line in body())
    return ((line, cells) for line, cells in reading(lines, separator) if len(cells) > 1 or _says(cells))


def _says(cells: Sequence[str]) -> bool:
    return any(cell.strip(f" {END_OF_FILE}") for cell in cells)


def _best_reading(body: Lines, separator: str) -> tuple[Reading, tuple[int, int, int] | None, tuple[str, ...]]:
    """The first reading in which every row is as long as the header; else the one with the fewest odd rows.

    With it comes the first odd row (its number, its line, how many cells it has), and what was guessed.
    """
    best: Reading = rows_of_lines
    fewest, first_odd = sys.maxsize, None
    for reading in _readings(body, separator):
        count, first = 0, None
        try:
            told = told_of_names(_rows(reading, body, separator), body, separator)
            if told is not None:
                return partial(named_rows, reading), None, told
            rows = _rows(reading, body, separator)
            width = _width(next(rows)[1])
            for number, (line, cells) in enumerate(rows, start=1):
                if len(cells) < width or any(cells[width:]):
                    count, first = count + 1, first or (number, line, len(cells))
        except csv.Error:
            continue
        if not count:
            return reading, None, (ESCAPES,) if reading is copied_rows else ()
        if count < fewest:
            best, fewest, first_odd = reading, count, first
    return best, first_odd, ()


def _readings(body: Lines, separator: str) -> Iterator[Reading]:
    if separator == "\t" and _is_copied(body):
        yield copied_rows
    standard = partial(standard_rows, quote=_quote(body, separator))
    yield standard
    if separator == "\t":  # where a quotation mark is most often a part of the text
        yield rows_of_lines
    yield partial(standard, blanks=True)
    if any("\\" in line for line in body()):
        yield partial(standard, escape="\\")
        yield partial(standard, escape="\\", quoting=csv.QUOTE_NONE)
    yield lenient_rows
    yield rows_of_lines


def _begins_quoted(body: Lines) -> bool:
    """Whether the first row begins with its number in quotation marks."""
    return next(islice(body(), 1, 2), "").startswith('"1"')


def _separator(body: Lines) -> str:
    """The separator that makes the first rows as long as the header, and the header longest."""

    def merit(separator: str) -> tuple[float, int]:
        reader = csv.reader(body(), delimiter=separator, quotechar=_quote(body, separator))
        header, *rows = islice(filter(None, reader), LOOKED_AT)
        alike = sum(len(row) == len(header) for row in rows) / len(rows) if rows else 1.0
        return (alike, len(header)) if len(header) > 1 else (-1.0, 1)

    def numbers_rows(separator: str) -> bool:
        """Whether each row of a table of one column begins with its number, for which the header has no name."""
        reader = csv.reader(body(), delimiter=separator)
        header, *rows = islice(filter(None, reader), LOOKED_AT)
        return len(header) == 1 and all(len(row) == 2 and row[0] == str(at) for at, row in enumerate(rows, start=1))

    best = max(SEPARATORS, key=merit)
    if merit(best)[1] > 1:
        return best
    return next(filter(numbers_rows, SEPARATORS), NO_SEPARATOR) if _begins_quoted(body) else NO_SEPARATOR


def _quote(body: Lines, separator: str) -> str:
    """The apostrophe where every name in the header stands between two."""
    header = next(line.strip() for line in body() if line.strip()).split(separator)
    return "'" if all(re.fullmatch(r"\s*'[^']*'\s*", name) for name in header) else '"'


def _width(header: Sequence[str]) -> int:
    return max([number for number, name in enumerate(header, start=1) if name.strip()], default=1)


def _names(header: Sequence[str], place: str) -> list[str]:
    """The names of columns; one without a name gets its number, empty ones at the end are no columns."""
    names = [name.strip() or f"Unnamed: {number}" for number, name in enumerate(header[: _width(header)])]
    check_names(names, place)
    return names


def check_names(names: Sequence[str], place: str) -> None:
    """Refuse a table of which two columns have one name."""
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ParathemeError(f"{place}: two columns are called {twice!r}; rename one of them")
