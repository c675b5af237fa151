"""The first sheet of an Excel file as rows."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Sequence
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

from paratheme.corpus.lines import bytes_of
from paratheme.corpus.separated_values import LINES_OF_TITLE, check_names
from paratheme.errors import ParathemeError, first_line

ERRORS = ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!", "#CALC!", "#GETTING_DATA")
OLE = b"\xd0\xcf\x11\xe0"  # what old files of Office begin with, and encrypted ones
MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*ref=["']([A-Z]+\d+:[A-Z]+\d+)["']""")


def read_excel(data: bytes, path: Path) -> tuple[list[str], list[list[Any]], list[str]]:
    """Read the first sheet of an Excel file that is shown, its first row that is not empty as the header.

    Parameters
    ----------
    data : bytes
        The file.
    path : Path
        What it is called in messages.

    Returns
    -------
    names, rows : list of str, and list of list
        Dates as ISO 8601 writes them; a merged cell's value in each of the cells that it covers; the error where
        a formula failed.
    told : list of str
        Which sheet was read where there are several, and which formulas failed.

    Raises
    ------
    ParathemeError
        If it is no such file or its sheet is empty, or a program wrote its formulas without their values.
    """
    try:
        import openpyxl
    except ImportError as error:
        raise ParathemeError(f"{path}: Excel files need openpyxl; pip install 'paratheme[xlsx]'") from error
    if data.startswith(OLE):
        raise ParathemeError(f"{path}: is encrypted, or an old Excel file; save it as .xlsx, without a password")
    if data and not data.startswith(b"PK"):  # a ZIP archive
        raise ParathemeError(f"{path}: is no Excel file; name it as what it is, such as .csv, or save it as .xlsx")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that it leaves out
            book = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True)
            sheet = _first_sheet(book)
            rows = [[_cell(value) for value in row] for row in sheet.iter_rows(values_only=True)]
            with zipfile.ZipFile(BytesIO(data)) as archive:
                source = archive.read(sheet._worksheet_path)
            computes = b"<f>" in source or b"<f " in source  # to look at formulas costs reading the sheet again
            formulas = _first_sheet(openpyxl.load_workbook(BytesIO(data), read_only=True)) if computes else None
            empty = [] if formulas is None else _without_value(rows, formulas)
            width = max((at for row in rows for at, value in enumerate(row, start=1) if value is not None), default=0)
            rows = [[*row, *[None] * width][:width] for row in rows]
            filled = (sum(value is not None for value in row) for row in rows)
            in_first = next(filter(None, filled), 0)  # before merging
            _fill_merged(rows, source)
            failed = _errors_in(rows)
    except Exception as error:  # a damaged file makes the library fail in any way
        raise ParathemeError(f"{path}: not a readable xlsx table ({first_line(error)}); save it again") from error
    if empty:
        raise ParathemeError(
            f"{path}: {empty[0]} holds a formula without its value, as do all of its {len(empty)} formulas; "
            "open the file in a spreadsheet program and save it, or put values in their place"
        )
    rows = [row for row in rows if any(value is not None for value in row)]
    if not rows:
        full = [repr(other.title) for other in book.worksheets if other is not sheet and _header(other)]
        remedy = f"; put the sheet {' or '.join(full)} first" if full else ""
        raise ParathemeError(f"{path}: not a readable xlsx table (its first sheet is empty){remedy}")
    names = [str(name).strip() if name is not None else f"Unnamed: {at}" for at, name in enumerate(rows[0])]
    if len(names) > 1 and len({*names}) == in_first == 1:
        raise ParathemeError(f"{path}: {names[0]!r} stands over all columns; remove it, so that the header is first")
    check_names(names, str(path))
    others = [other.title for other in book.worksheets if other is not sheet]
    told = [f"its sheet {sheet.title!r} is read, not {', '.join(map(repr, others))}"] if others else []
    if failed:
        told.append(
            f"{len(failed)} cells hold an error, no value, the first is {failed[0]}; read as it stands: mend it"
        )
    return names, rows[1:], told


def told_of_sheets(path: Path, column: str) -> str:
    """Say which sheet of an Excel file, or which row below the first, has a column that the header that is read lacks.

    Nothing where none has it.
    """
    import openpyxl

    book = openpyxl.load_workbook(BytesIO(bytes_of(path)), read_only=True, data_only=True)
    first = _first_sheet(book)
    if column in _header(first):  # and no rows
        return ""
    for number, row in enumerate(islice(first.iter_rows(values_only=True), LINES_OF_TITLE), start=1):
        if column in [str(value).strip() for value in row]:
            return f"; its row {number} has it: remove the rows above"
    having = [repr(sheet.title) for sheet in book.worksheets if column in _header(sheet)]
    return f"; the sheet {' or '.join(having)} has it: put that sheet first" if having else ""


def _header(sheet: Any) -> list[str]:
    """The first row of a sheet that is not empty."""
    sheet.reset_dimensions()
    rows = (row for row in sheet.iter_rows(values_only=True) if any(value is not None for value in row))
    return [str(value).strip() for value in next(rows, ())]


def _first_sheet(book: Any) -> Any:
    """Return the first sheet of a workbook that is shown, whatever size it says it has: some programs say one cell."""
    sheet = next((sheet for sheet in book.worksheets if sheet.sheet_state == "visible"), book.worksheets[0])
    sheet.reset_dimensions()
    return sheet


def _fill_merged(rows: list[list[Any]], source: bytes) -> None:
    """Put the value of a merged cell, which only its first cell has, in all of them."""
    from openpyxl.worksheet.cell_range import CellRange

    for reference in MERGED.findall(source):
        place = CellRange(reference.decode("ascii"))
        first, last, left, right = place.min_row - 1, place.max_row, place.min_col - 1, place.max_col
        value = next(iter(rows[first][left:right]), None) if first < len(rows) else None
        for row in rows[first:last] if value is not None else ():
            row[left:right] = [value] * len(row[left:right])


def _errors_in(rows: list[list[Any]]) -> list[str]:
    """Return the places of cells whose formula failed, each with its error, which may also be a text that was typed."""
    from openpyxl.utils import get_column_letter

    return [
        f"{get_column_letter(at)}{number} ({value})"
        for number, row in enumerate(rows, start=1)
        for at, value in enumerate(row, start=1)
        if value in ERRORS
    ]


def _without_value(rows: Sequence[Sequence[Any]], formulas: Any) -> list[str]:
    """The places of a sheet's formulas, where none has a value: a program other than a spreadsheet wrote them."""
    empty = []
    for values, cells in zip(rows, formulas.iter_rows(), strict=True):
        for value, cell in zip(values, cells, strict=True):
            if cell.data_type == "f":
                if value is not None:
                    return []  # this one's values are stored: where there is none, it is an empty text
                empty.append(str(cell.coordinate))
    return empty


def _cell(value: Any) -> Any:
    """A date as it is written in ISO 8601, a text without Excel's escapes; all else as it is."""
    if isinstance(value, str) and "_x" in value:
        from openpyxl.utils.escape import unescape

        return unescape(value)
    return value.isoformat() if hasattr(value, "isoformat") else value
