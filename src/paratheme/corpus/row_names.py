"""Names of rows, for which a table's header has no name, as R writes them."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from paratheme.corpus.separated_rows import Row

Lines = Callable[[], Iterable[str]]  # a table's lines from the first, each with its end; read as often as need be
GUESSED = "each row has one cell more than the header; the first is read as the row's name"
# What headers call a column of numbers, in small letters: rows that begin with a number need no further name.
OF_NUMBERS = frozenset(["", "#", "id", "ids", "_id", "index", "key", "n", "nr", "nr.", "no", "no.", "num", "number"])
OF_NUMBERS |= {"n°", "numéro", "numero", "nummer", "row", "row_id", "rowid", "uid", "رقم", "الرقم"}


def told_of_names(rows: Iterator[Row], lines: Lines, separator: str) -> tuple[str, ...] | None:
    """What is to be told where each row begins with its name; None where it does not.

    The name is in quotation marks, as the header and all texts are, or each row's own number before a tab or in
    quotation marks. Where the last cells of all rows are empty they may also be what a separator at the end of each
    line leaves; where the texts would come out shorter than what stands before them, the row has a cell too many.

    Parameters
    ----------
    rows : iterator
        Of the table, the header first.
    lines : callable
        Returns the table's lines.
    separator : str
        Between cells.
    """
    header = [name.strip().casefold() for name in next(rows)[1]]
    sizes = [0] * (len(header) + 1)  # of columns
    numbered, number = True, 0
    for number, (_, cells) in enumerate(rows, start=1):
        if len(cells) != len(sizes):
            return None
        numbered = numbered and cells[0] == str(number)
        sizes = [size + len(cell) for size, cell in zip(sizes, cells, strict=True)]
    if not number or not header[-1] or sizes[0] >= sum(sizes[1:]):
        return None
    if "text" in header and sizes[header.index("text")] > sizes[header.index("text") + 1]:
        return None
    first, second = islice((line for line in lines() if line.strip()), 2)
    if not sizes[-1] and second.rstrip("\r\n").endswith(separator):
        return None
    has_numbers = not OF_NUMBERS.isdisjoint(header)
    if first.startswith('"') and second.startswith('"'):
        told = () if numbered and not has_numbers else (GUESSED,)
        return told if any(_quotes_texts(lines, separator, escape) for escape in (None, "\\")) else None
    return (GUESSED,) if numbered and not has_numbers and (separator == "\t" or second.startswith('"')) else None


def _quotes_texts(lines: Lines, separator: str, escape: str | None) -> bool:
    """Whether each cell without quotation marks is a number, a date, empty or a word of R's own, as R quotes texts."""
    mark, comma = re.escape(separator), "" if separator == "," else ","  # of decimals, in half of Europe
    no_text = re.compile(rf"(?:(?<={mark})|^)(?:NA|TRUE|FALSE|[-0-9][-+:. 0-9e{comma}]*+|)(?={mark}|\r|\n|\Z)")
    numbers = (no_text.sub("0", line) if line.strip() else line for line in lines())
    try:
        for _ in csv.reader(numbers, delimiter=separator, escapechar=escape, quoting=csv.QUOTE_NONNUMERIC, strict=True):
            pass
    except (csv.Error, ValueError):
        return False
    return True
