"""Filed blocks as an Excel workbook."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Any

from paratheme.classifier.columns import Columns, as_text
from paratheme.classifier.writers import Sink, Writer
from paratheme.corpus.tables import is_missing
from paratheme.errors import UsageError

MOST_ROWS = 1_048_576  # of a sheet, its header among them
LONGEST = 32_767  # UTF-16 code units of a cell
MOST_DIGITS = 10**15  # beyond them Excel rounds a whole number
WIDTHS = {"document": 24, "text": 80, "themes": 24}  # of columns, in characters
# What XML cannot hold is written as Excel itself writes it, and what would be read as such a code too.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
HALF_CHARACTER = re.compile("[\ud800-\udfff]")


class ExcelWriter(Writer):
    """A workbook, written row by row: scores as numbers, right-to-left texts from the right.

    Nothing in a cell is computed, whatever it begins with. Further sheets follow where one is full.

    Parameters
    ----------
    file : file of bytes
    columns : Columns

    Attributes
    ----------
    loss : str
        What could not be kept, in a phrase; empty where all was.
    """

    def __init__(self, file: Sink, columns: Columns) -> None:
        from openpyxl import Workbook

        self.file, self.columns, self.names, self.cut = file, columns, columns.names, 0
        self.book = Workbook(write_only=True)
        self._begin_sheet()

    def write(self, records: Sequence[dict[str, Any]]) -> None:
        """Write some blocks."""
        for record in records:
            if self.rows == MOST_ROWS:
                self._begin_sheet()
            values = self.columns.values({**record, "themes": ";".join(record["themes"])})
            self._append([self._cell(value, name) for value, name in zip(values, self.names, strict=True)])

    def close(self) -> None:
        """Write the workbook."""
        self.book.save(self.file)

    def _begin_sheet(self) -> None:
        from openpyxl.utils import get_column_letter

        self.sheet: Any = self.book.create_sheet("filed" if not self.book.worksheets else None)
        self.rows = 0
        self.sheet.freeze_panes = "A2"
        for number, name in enumerate(self.names, start=1):
            self.sheet.column_dimensions[get_column_letter(number)].width = WIDTHS.get(name, 12)
        self._append([self._cell(name) for name in self.names])

    def _append(self, cells: Sequence[Any]) -> None:
        self.sheet.append(cells)
        self.rows += 1

    def _cell(self, value: Any, column: str = "") -> Any:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment

        if is_missing(value) or value in (math.inf, -math.inf):
            return None
        if isinstance(value, bool | float) or (isinstance(value, int) and abs(value) < MOST_DIGITS):
            return value
        text = self._writable(as_text(value))
        cell = WriteOnlyCell(self.sheet, text)
        cell.data_type = "s"  # never a formula
        cell.quotePrefix = True  # nor one after it was edited
        from_right = is_right_to_left(text)
        if from_right or column == "text":
            side, order = ("right", 2) if from_right else (None, 0)
            wrapped = column == "text"
            cell.alignment = Alignment(horizontal=side, vertical="top", wrap_text=wrapped, readingOrder=order)
        return cell

    def _writable(self, text: str) -> str:
        text = UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", HALF_CHARACTER.sub("\ufffd", text))
        units = text.encode("utf-16-le")
        if len(units) <= 2 * LONGEST:
            return text
        self.cut += 1
        self.loss = f"texts cut where a cell of Excel ends: {self.cut}; other formats keep all of them"
        return units[: 2 * LONGEST].decode("utf-16-le", "ignore")


def check_openpyxl() -> None:
    """Raise `UsageError` where the library that writes workbooks is not installed."""
    from importlib.util import find_spec

    if find_spec("openpyxl") is None:
        raise UsageError("Excel files need openpyxl; pip install 'paratheme[xlsx]'")


def is_right_to_left(text: str) -> bool:
    """Whether most letters of a text are written from right to left."""
    directions = Counter(map(unicodedata.bidirectional, text))
    return directions["R"] + directions["AL"] > directions["L"]
