"""Tables of separated values, as spreadsheets and scripts write them."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice

from paratheme.errors import ParathemeError

SEPARATORS = ",;\t|"
NO_SEPARATOR = "\x1f"  # in no text: for tables of one column, whose texts may hold all the others
SEPARATOR_LINE = re.compile(r'\ufeff?"?sep=(.)"?[ \t]*(?:\r\n|\r|\n)', re.IGNORECASE)  # as Excel writes and reads it
LOOKED_AT = 200  # rows that tell the separator
Row = tuple[int, list[str]]  # the line it begins in, and its cells
Reading = Callable[[str, str], Iterator[Row]]


def read_separated(text: str, place: str, separator: str = "") -> tuple[list[str], list[list[str]]]:
    r"""Read the header and the rows of a table.

    Tried in turn until every row has as many cells as the header: quotes as RFC 4180 has them, blanks after
    separators, backslash escapes, and last quotation marks that are a part of the text (``"Enough", she said.``)
    where they do not enclose a cell.

    Parameters
    ----------
    text : str
        The file's text. A first line such as ``sep=;`` says the separator.
    place : str
        What error messages call the table.
    separator : str, optional
        Between cells; told by the header and the first rows where it is not given.

    Returns
    -------
    header : list of str
    rows : list of list of str
        Each as long as the header; blank lines are passed over.

    Raises
    ------
    ParathemeError
        If there is no header, two columns have one name, or a row is longer or shorter than the header.
    """
    csv.field_size_limit(sys.maxsize)
    said = SEPARATOR_LINE.match(text)
    body = text[said.end() :] if said else text.removeprefix("\ufeff")
    if not body.strip():
        raise ParathemeError(f"{place}: is empty; save the table again")
    separator = said[1] if said else separator or _separator(body)
    read, odd = _best_reading(body, separator)
    header = _names(read[0][1], place)
    if odd:
        row, line, found = odd
        line += 1 if said else 0
        remedy = f"put a text that holds {separator!r} in quotation marks" if found > len(header) else "complete it"
        raise ParathemeError(
            f"{place}, row {row} (line {line}): {found} cells where the header has {len(header)}; {remedy}"
        )
    return header, [cells[: len(header)] for _, cells in read[1:]]


def _best_reading(text: str, separator: str) -> tuple[list[Row], tuple[int, int, int] | None]:
    """The first reading in which every row is as long as the header; else the one with the fewest odd rows."""
    best: list[Row] = []
    fewest, first_odd = sys.maxsize, None
    for reading in _readings(text, separator):
        try:
            rows = [(line, cells) for line, cells in reading(text, separator) if cells]
        except csv.Error:
            continue
        width = _width(rows[0][1])
        odd = [
            (number, line, len(cells))
            for number, (line, cells) in enumerate(rows)
            if len(cells) < width or any(cells[width:])
        ]
        if not odd:
            return rows, None
        if len(odd) < fewest:
            best, fewest, first_odd = rows, len(odd), odd[0]
    return best, first_odd


def _readings(text: str, separator: str) -> list[Reading]:
    standard = partial(_standard, quote=_quote(text, separator))
    escaped = [partial(standard, escape="\\"), partial(standard, escape="\\", quoting=csv.QUOTE_NONE)]
    # in a TSV a quotation mark is most often a part of the text, and hardly a cell holds a tab and a line break
    return [
        *([_lines] if separator == "\t" else []),
        standard,
        partial(standard, blanks=True),
        *(escaped if "\\" in text else []),
        _lines,
        _lenient,
    ]


def _standard(
    text: str, separator: str, quote: str = '"', escape: str | None = None, quoting: int = 0, blanks: bool = False
) -> Iterator[Row]:
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=separator,
        quotechar=quote,
        escapechar=escape,
        quoting=quoting,  # type: ignore[arg-type,unused-ignore]
        skipinitialspace=blanks,
        strict=True,
    )
    line = 1
    for cells in reader:
        yield line, cells
        line = reader.line_num + 1


def _lines(text: str, separator: str) -> Iterator[Row]:
    """Each line a row."""
    cell = _cell_pattern(separator, r"[^\"\r\n]")
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        yield number, [_unquoted(found[0]) for found in cell.finditer(line)] if line else []


def _lenient(text: str, separator: str) -> Iterator[Row]:
    """Quotation marks enclose a cell where they begin and end it, and are text elsewhere."""
    cell = _cell_pattern(separator, '[^"]')
    at, line = 0, 1
    while at < len(text):
        began, cells = line, []
        while True:
            found = cell.match(text, at)
            assert found  # an empty cell is one
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
        yield began, cells if cells != [""] else []


def _cell_pattern(separator: str, inside: str) -> re.Pattern[str]:
    mark = re.escape(separator)
    after = rf"(?={mark}|\r|\n|\Z)"
    return re.compile(rf'(?:(?<={mark})|(?<=[\r\n])|\A)(?: *+"(?:{inside}|"")*+" *+{after}|[^\r\n{mark}]*+{after})')


def _unquoted(cell: str) -> str:
    inner = cell.strip(" ")
    enclosed = len(inner) > 1 and inner[0] == inner[-1] == '"' and '"' not in inner[1:-1].replace('""', "")
    return inner[1:-1].replace('""', '"') if enclosed else cell


def _separator(text: str) -> str:
    """The separator that makes the first rows as long as the header, and the header longest."""

    def merit(separator: str) -> tuple[float, int]:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, quotechar=_quote(text, separator))
        header, *rows = islice(filter(None, reader), LOOKED_AT)
        alike = sum(len(row) == len(header) for row in rows) / len(rows) if rows else 1.0
        return (alike, len(header)) if len(header) > 1 else (-1.0, 1)

    best = max(SEPARATORS, key=merit)
    return best if merit(best)[1] > 1 else NO_SEPARATOR


def _quote(text: str, separator: str) -> str:
    """The apostrophe where every name in the header stands between two."""
    header = text.lstrip().splitlines()[0].split(separator)
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
