"""Tables of separated values, as spreadsheets and scripts write them."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
from itertools import islice

from paratheme.errors import ParathemeError

SEPARATORS = ",;\t|"
END_OF_FILE = "\x1a"  # that CP/M and its heirs put behind a text
NO_SEPARATOR = "\x1f"  # in no text: for tables of one column, whose texts may hold all the others
SEPARATOR_LINE = re.compile(r'\ufeff?"?sep=(.)"?[ \t]*(?:\r\n|\r|\n)', re.IGNORECASE)  # as Excel writes and reads it
COMPUTED = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")  # what a spreadsheet computes opens so
LOOKED_AT = 200  # rows that tell the separator
Row = tuple[int, list[str]]  # the line it begins in, and its cells
Lines = Callable[[], Iterable[str]]  # a table's lines from the first, each with its end; read as often as need be
Reading = Callable[[Iterable[str], str], Iterator[Row]]


def read_separated(text: str, place: str, separator: str = "") -> tuple[list[str], list[list[str]]]:
    """Read the header and the rows of a table at once, as `open_separated` does one after the other."""
    header, rows = open_separated(lambda: io.StringIO(text, newline=""), place, separator)
    return header, list(rows())


def open_separated(
    lines: Lines, place: str, separator: str = ""
) -> tuple[list[str], Callable[[], Iterator[list[str]]]]:
    r"""Find out how a table is to be read, from its first line to its last, and return its header and its rows.

    Tried in turn until every row has as many cells as the header (or one more, its number in quotation marks, as R
    writes it): quotes as RFC 4180 has them, blanks after separators, backslash escapes, and last quotation marks that
    are a part of the text (``"Enough", she said.``) where they do not enclose a cell. No more than a row is held in
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
    reading, odd = _best_reading(body, separator)
    header = _names(next(_rows(reading, body, separator))[1], place)
    if odd:
        row, line, found = odd
        line += 1 if said else 0
        remedy = f"put a text that holds {separator!r} in quotation marks" if found > len(header) else "complete it"
        raise ParathemeError(
            f"{place}, row {row} (line {line}): {found} cells where the header has {len(header)}; {remedy}"
        )
    return header, lambda: (cells[: len(header)] for _, cells in islice(_rows(reading, body, separator), 1, None))


def _body(lines: Lines, has_separator_line: bool) -> Iterator[str]:
    """The lines from the header on."""
    rest = iter(lines())
    first = next(rest, "")
    if not has_separator_line:
        yield first.removeprefix("\ufeff")
    yield from rest


def _rows(reading: Reading, body: Lines, separator: str) -> Iterator[Row]:
    mark = re.escape(separator)
    null = re.compile(rf"(?:(?<={mark})|^)\\N(?={mark}|\r|\n|\Z)")  # an empty cell, as MySQL and PostgreSQL write it
    lines = (null.sub("", line) if "\\N" in line else line for line in body())
    return ((line, cells) for line, cells in reading(lines, separator) if len(cells) > 1 or _says(cells))


def _says(cells: Sequence[str]) -> bool:
    return any(cell.strip(f" {END_OF_FILE}") for cell in cells)


def _best_reading(body: Lines, separator: str) -> tuple[Reading, tuple[int, int, int] | None]:
    """The first reading in which every row is as long as the header; else the one with the fewest odd rows.

    With it comes the first odd row: its number, its line, how many cells it has.
    """
    best: Reading = _lines
    fewest, first_odd = sys.maxsize, None
    for reading in _readings(body, separator):
        count, numbered, first = 0, 0, None
        try:
            rows = _rows(reading, body, separator)
            width = _width(next(rows)[1])
            for number, (line, cells) in enumerate(rows, start=1):
                if len(cells) < width or any(cells[width:]):
                    count, first = count + 1, first or (number, line, len(cells))
                    numbered += len(cells) == width + 1 and cells[0] == str(number)
        except csv.Error:
            continue
        if not count:
            return reading, None
        if count == numbered == number and _begins_quoted(body):
            return partial(_numbered, reading), None
        if count < fewest:
            best, fewest, first_odd = reading, count, first
    return best, first_odd


def _readings(body: Lines, separator: str) -> Iterator[Reading]:
    standard = partial(_standard, quote=_quote(body, separator))
    yield standard
    if separator == "\t":  # where a quotation mark is most often a part of the text
        yield _lines
    yield partial(standard, blanks=True)
    if any("\\" in line for line in body()):
        yield partial(standard, escape="\\")
        yield partial(standard, escape="\\", quoting=csv.QUOTE_NONE)
    yield _lenient
    yield _lines


def _standard(
    lines: Iterable[str],
    separator: str,
    quote: str = '"',
    escape: str | None = None,
    quoting: int = 0,
    blanks: bool = False,
) -> Iterator[Row]:
    read: list[str] = []  # the lines of a row

    def noted() -> Iterator[str]:
        for line in lines:
            read.append(line)
            yield line

    reader = csv.reader(
        noted(),
        delimiter=separator,
        quotechar=quote,
        escapechar=escape,
        quoting=quoting,  # type: ignore[arg-type,unused-ignore]
        skipinitialspace=blanks,
        strict=True,
    )
    line, width = 1, 0
    for cells in reader:
        width = width or len(cells)
        if len(read) > 1 and _are_rows(read, width, separator):
            raise csv.Error("a quotation mark swallows rows")
        read.clear()
        yield line, cells
        line = reader.line_num + 1


def _lines(lines: Iterable[str], separator: str) -> Iterator[Row]:
    """Each line a row."""
    for number, line in enumerate(lines, start=1):
        yield number, _cells(line, separator)


def _cells(line: str, separator: str) -> list[str]:
    inner = line.rstrip("\r\n")
    found = _cell_pattern(separator, r"[^\"\r\n]").finditer(inner)
    return [_unquoted(cell[0]) for cell in found] if inner else []


def _are_rows(lines: Sequence[str], width: int, separator: str) -> bool:
    """Whether the lines that quotation marks hold together look like a row each: one row lost its closing one.

    Each has as many cells as the header, numbers and blanks where the first has them, and the same end.
    """
    if width < 2 or len({line[len(line.rstrip("\r\n")) :] for line in lines} - {""}) > 1:
        return False
    first, *others = ([cell.strip('"') for cell in _cells(line, separator)] for line in lines)
    return all(len(cells) == width for cells in (first, *others)) and all(
        there.isdecimal() >= here.isdecimal() and (there[:1] == " ") <= (here[:1] == " ")
        for cells in others
        for here, there in zip(first, cells, strict=True)
    )


def _lenient(lines: Iterable[str], separator: str) -> Iterator[Row]:
    """Quotation marks enclose a cell where they begin and end it, and are text elsewhere."""
    text = "".join(lines)
    cell = _cell_pattern(separator, '[^"]')
    bare = re.compile(rf"[^\r\n{re.escape(separator)}]*+")
    at, line, width = 0, 1, 0
    while at < len(text):
        began, begins, cells = line, at, []
        while True:
            found = cell.match(text, at)
            assert found  # an empty cell is one
            if "\n" in found[0]:
                ends = text.find("\n", found.end()) + 1 or len(text)
                if _are_rows(list(io.StringIO(text[begins:ends], newline="")), width, separator):
                    found = bare.match(text, at)
                    assert found
            cells.append(_unquoted(found[0]))
            at = found.end()
            line += found[0].count("\n")
            if not text.startswith(separator, at):
                break
            at += 1
        if text.startswith("\r\n", at):
            at += 1
        at += 1
        line += 1
        width = width or len(cells)
        yield began, cells if cells != [""] else []


def _begins_quoted(body: Lines) -> bool:
    """Whether the first row begins with its number in quotation marks."""
    return next(islice(body(), 1, 2), "").startswith('"1"')


def _numbered(reading: Reading, lines: Iterable[str], separator: str) -> Iterator[Row]:
    """Rows with their numbers, for which R's header has no name."""
    rows = reading(lines, separator)
    line, header = next(rows)
    yield line, ["", *header]
    yield from rows


@cache
def _cell_pattern(separator: str, inside: str) -> re.Pattern[str]:
    mark = re.escape(separator)
    after = rf"(?={mark}|\r|\n|\Z)"
    return re.compile(rf'(?:(?<={mark})|(?<=[\r\n])|\A)(?: *+"(?:{inside}|"")*+" *+{after}|[^\r\n{mark}]*+{after})')


def _unquoted(cell: str) -> str:
    inner = cell.strip(" ")
    enclosed = len(inner) > 1 and inner[0] == inner[-1] == '"' and '"' not in inner[1:-1].replace('""', "")
    return inner[1:-1].replace('""', '"') if enclosed else cell


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
