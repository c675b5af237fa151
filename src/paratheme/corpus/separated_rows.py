"""Ways of reading lines as rows of separated cells."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache

Row = tuple[int, list[str]]  # the line it begins in, and its cells
ESCAPE = re.compile(r"\\([bfnrtv\\])")  # of PostgreSQL
ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}
Reading = Callable[[Iterable[str], str], Iterator[Row]]


def standard_rows(
    lines: Iterable[str],
    separator: str,
    quote: str = '"',
    escape: str | None = None,
    quoting: int = 0,
    blanks: bool = False,
) -> Iterator[Row]:
    """Quotes as RFC 4180 has them or, as Python's `csv` takes them, escapes and blanks after separators."""
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


def rows_of_lines(lines: Iterable[str], separator: str) -> Iterator[Row]:
    """Each line a row."""
    for number, line in enumerate(lines, start=1):
        yield number, _cells(line, separator)


def copied_rows(lines: Iterable[str], separator: str) -> Iterator[Row]:
    """Each line a row, its line breaks and tabs as PostgreSQL's COPY escapes them."""
    for number, line in enumerate(lines, start=1):
        cells = line.rstrip("\r\n").split(separator)
        yield number, [ESCAPE.sub(lambda escape: ESCAPED[escape[1]], cell) for cell in cells]


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


def lenient_rows(lines: Iterable[str], separator: str) -> Iterator[Row]:
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


def named_rows(reading: Reading, lines: Iterable[str], separator: str) -> Iterator[Row]:
    """Rows with their names, for which R's header has none."""
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
