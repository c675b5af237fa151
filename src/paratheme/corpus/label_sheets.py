"""Blocks as rows of a spreadsheet, CSV or Excel, and what was written there as labels: nothing lost, nothing computed.

A program that opens a table changes what it takes for a formula, a number or a date, and characters that it cannot
hold. Texts are therefore written so that it takes them for texts, and each row has a hash of its text.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from paratheme.corpus.label_file import BY_PEOPLE, BlockLabel, TextBlock, label_of
from paratheme.corpus.labels import ThemeNames
from paratheme.corpus.records import TRUTH
from paratheme.corpus.separated_values import COMPUTED
from paratheme.corpus.tables import is_missing, open_table
from paratheme.errors import ParathemeError, UsageError

BEFORE = ("document", "start", "end", "kind", "language", "text", "done")
AFTER = ("suggested", "source", "annotator", "time", "guide", "block")
GIVEN = "x"  # what stands in the column of a theme that a block carries
SHORT = 40  # code points of a text that a program may take for a number or a date
LONGEST = 32_767  # UTF-16 code units of an Excel cell
# What a table cannot hold, or its programs read otherwise: control characters but for \n, codes as Excel writes them.
UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\\\\]|_(?=x[0-9A-Fa-f]{4}_)")
CODE = re.compile(r"\\u([0-9a-f]{4})")
NOBODY: tuple[BlockLabel | None] = (None,)
WIDTHS = {"document": 20, "text": 90, "suggested": 30}


def sheet_rows(
    blocks: Iterable[TextBlock], labels: Iterable[BlockLabel], themes: tuple[str, ...]
) -> list[dict[str, Any]]:
    """Return a row for each block, or for each label that people gave it.

    Where nobody labelled a block and a weak or model label says something of it, this is written as suggested, and
    into the themes' columns.

    Raises
    ------
    UsageError
        If a theme is called as a column.
    """
    if taken := {*themes} & {*BEFORE, *AFTER}:
        raise UsageError(f"theme {min(taken)!r} is called as a column of the sheet; export as .json")
    said: dict[tuple[str, int, int], list[BlockLabel]] = {}
    for label in labels:
        said.setdefault(label.block.place, []).append(label)
    rows = []
    for block in blocks:
        its = said.get(block.place, [])
        by_people = [label for label in its if label.source in BY_PEOPLE]
        shown: Sequence[BlockLabel | None] = by_people or its[-1:] or NOBODY
        for one in shown:
            row: dict[str, Any] = {**asdict(block), "done": GIVEN if by_people else "", "block": block.digest}
            row |= {theme: GIVEN if one and theme in one.themes else "" for theme in themes}
            if one and by_people:
                row |= {key: getattr(one, key) for key in ("source", "annotator", "time", "guide")}
            elif one:
                row["suggested"] = "; ".join(f"{t} {p:.2f}" for t, p in (one.probabilities or {}).items())
            rows.append(row)
    return rows


def write_csv(rows: Iterable[Mapping[str, Any]], themes: tuple[str, ...]) -> bytes:
    """Return rows as CSV that a spreadsheet program opens right, in UTF-8 with a byte order mark."""
    columns = [*BEFORE, *themes, *AFTER]
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    writer.writerows([safe(row.get(column, "")) for column in columns] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "replace")


def write_xlsx(rows: Iterable[Mapping[str, Any]], themes: tuple[str, ...]) -> bytes:
    """Return rows as an Excel workbook of texts.

    Raises
    ------
    ParathemeError
        If a text is longer than a cell can hold.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment
    from openpyxl.utils import get_column_letter

    columns = [*BEFORE, *themes, *AFTER]
    rows = [{column: safe(row.get(column, "")) for column in columns} for row in rows]
    for row in rows:
        if len(row["text"].encode("utf-16-le")) > 2 * LONGEST:
            place = f"{plain(row['document'])} {row['start']}-{row['end']}"
            raise ParathemeError(f"{place}: longer than an Excel cell; export as .csv or .json")
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet("label")
    sheet.freeze_panes = "A2"
    for number, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDTHS.get(column, 12)
    sheet.append(columns)
    for row in rows:
        cells = []
        for column, value in row.items():
            cell = WriteOnlyCell(sheet, value)
            if isinstance(value, str):
                cell.data_type = "s"  # never a formula
                cell.number_format = "@"
            if column == "text":  # its direction of writing is that of its first letters
                cell.alignment = Alignment(vertical="top", wrap_text=True, readingOrder=0)
            cells.append(cell)
        sheet.append(cells)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def read_sheet(
    path: Path, names: ThemeNames, time: str, guide: str, annotator: str = "", source: str = "annotator"
) -> list[BlockLabel]:
    """Read the rows of a sheet that are done; the others say nothing.

    Parameters
    ----------
    path : Path
        CSV, TSV or Excel.
    names : ThemeNames
    time, guide, annotator, source : str
        Of rows that say none.

    Raises
    ------
    ParathemeError
        If a row's text is not the one that was exported, or a row cannot be read; names file and row.
    """
    labels = []
    for number, row in enumerate(open_table(path).rows(), start=1):
        place = f"{path}, row {number}"
        for column in (*BEFORE, *names.ids, "block"):
            if column not in row:
                raise ParathemeError(f"{place}: no column {column!r}; import what `paratheme label export` wrote")
        if _is_given(row["done"], place, "done"):
            said = {"source": source, "annotator": annotator, "time": time, "guide": guide}
            labels.append(_label(row, names, place, said))
    return labels


def safe(value: Any) -> Any:
    """Return a value so that no program computes or changes it; `plain` gives it back."""
    if not isinstance(value, str):
        return value
    written = UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", value)
    has_number = any(map(str.isnumeric, written))
    like_a_number = len(written) < SHORT and (has_number or written.casefold() in ("true", "false"))
    return f"'{written}" if written.startswith((*COMPUTED, "'")) or like_a_number else written


def plain(written: str) -> str:
    """Return what `safe` was given."""
    return CODE.sub(lambda found: chr(int(found[1], 16)), written.removeprefix("'"))


def _label(row: Mapping[str, Any], names: ThemeNames, place: str, defaults: Mapping[str, str]) -> BlockLabel:
    record: dict[str, Any] = {key: _text(row[key]) for key in ("document", "kind", "language", "text")}
    for key in ("start", "end"):
        try:
            record[key] = int(_text(row[key]))
        except ValueError as error:
            raise ParathemeError(f"{place}: {key} is {row[key]!r}; leave it as it was exported") from error
    record["themes"] = [theme for theme in names.ids if _is_given(row[theme], place, theme)]
    given = {key: _text(row.get(key)) for key in defaults}
    # an empty guide beside a time is the guide of a label that was exported so
    record |= given if given["time"] else {key: given[key] or default for key, default in defaults.items()}
    if not record["annotator"]:
        raise ParathemeError(f"{place}: nobody says who labelled it; add --annotator NAME")
    digest = TextBlock(*(record[key] for key in BEFORE[:-1])).digest
    if digest != _text(row["block"]):
        raise ParathemeError(
            f"{place}: text or place of {record['document']} {record['start']}-{record['end']} is not what was "
            "exported; leave these columns as they are"
        )
    return label_of(record, names, place)


def _text(value: Any) -> str:
    return "" if is_missing(value) else plain(str(value))


def _is_given(value: Any, place: str, column: str) -> bool:
    word = _text(value).strip().casefold()
    if word not in TRUTH:
        raise ParathemeError(f"{place}: {word!r} under {column}; write x, or leave it empty")
    return TRUTH[word]
