"""Tables of texts: CSV, TSV, JSON, Parquet and Excel files."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from paratheme.corpus.excel_sheet import read_excel, told_of_sheets
from paratheme.corpus.lines import bytes_of, open_lines
from paratheme.corpus.parquet_table import open_parquet
from paratheme.corpus.separated_values import LINES_OF_TITLE, open_separated
from paratheme.errors import ParathemeError, first_line

TABLE_SUFFIXES = (".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".parquet", ".xlsx")  # and each with .gz
ALSO = {".jsonlines": ".jsonl", ".tab": ".tsv", ".psv": ".csv", ".pq": ".parquet", ".xlsm": ".xlsx"}
HALF_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")


def table_suffix(path: Path) -> str:
    """The suffix that says what kind of table a file is, in small letters and without ``.gz``; empty for others."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    kinds = suffixes[:-1] if suffixes[-1:] == [".gz"] else suffixes
    kind = ALSO.get(kinds[-1], kinds[-1]) if kinds else ""
    return kind if kind in TABLE_SUFFIXES else ""


@dataclass(frozen=True)
class Table:
    """A table that is read row by row, as often as need be.

    Attributes
    ----------
    columns : list of str or None
        Their names; None where each row says its own, in JSON.
    rows : callable
        Returns the rows, in the file's order, as dictionaries by column name.
    repairs : tuple of str
        What was guessed or replaced when bytes became text, a line each.
    classes : mapping of str to sequence of str
        Names of classes, by the column that holds their numbers, where the table says them (Parquet of the hub).
    """

    columns: list[str] | None
    rows: Callable[[], Iterator[dict[str, Any]]]
    repairs: tuple[str, ...] = ()
    classes: Mapping[str, Sequence[str]] = field(default_factory=dict)


def open_table(path: Path) -> Table:
    """Open a table, its columns as they are; text cells of CSV stay text.

    Parameters
    ----------
    path : Path
        A file ending in one of `TABLE_SUFFIXES`, in any case, perhaps with ``.gz``; text in any encoding that is
        read in documents. Of an Excel file the first sheet is read, of JSON an array of objects. JSON Lines, CSV and
        TSV in UTF-8, and Parquet, are read from the disk as they are asked for, others into memory.

    Returns
    -------
    Table

    Raises
    ------
    ParathemeError
        If the file is missing or is no such table; names the line or row where there is one. What is wrong in a line
        of JSON is told when the rows are read.
    """
    kind = table_suffix(path)
    if kind == ".parquet":
        return Table(*open_parquet(path))
    if kind == ".xlsx":
        columns, cells, told = read_excel(bytes_of(path), path)
        repairs = tuple(f"{path}: {phrase}" for phrase in told)
        return Table(columns, lambda: (dict(zip(columns, row, strict=True)) for row in cells), repairs)
    lines, guessed = open_lines(path)
    repairs = tuple(f"{path}: {phrase}" for phrase in guessed)
    if kind in (".csv", ".tsv"):
        columns, rows, named = open_separated(lambda: lines(""), str(path), "\t" if kind == ".tsv" else "")
        repairs += tuple(f"{path}: {phrase}" for phrase in named)
        return Table(columns, lambda: (dict(zip(columns, row, strict=True)) for row in rows()), repairs)
    if kind == ".json":
        records = _json("".join(lines("\n")), path)
        return Table(None, lambda: iter(records), repairs)
    return Table(None, lambda: (record for _, record in _json_lines(lines("\n"), path)), repairs)


def read_rows(path: Path) -> tuple[list[dict[str, Any]], list[str]]:
    """Read a table at once.

    Parameters
    ----------
    path : Path
        As for `open_table`.

    Returns
    -------
    rows : list of dict
        In the file's order, by column name; None where another row of JSON has a column and this one has not; names of
        classes for their numbers.
    repairs : list of str
        What was guessed or replaced when the file was read, a line each.

    Raises
    ------
    ParathemeError
        If the file is missing or is no such table; names the line or row where there is one.
    """
    table = open_table(path)
    rows = [{**row, **{name: _named(row[name], table.classes[name]) for name in table.classes}} for row in table.rows()]
    columns = dict.fromkeys(str(name) for row in rows for name in row)
    return [{**columns, **{str(name): value for name, value in row.items()}} for row in rows], list(table.repairs)


def _named(value: Any, classes: Sequence[str]) -> Any:
    """The name of a class for its number, and those of a list; None for a number below 0, which is no class."""
    if isinstance(value, list):
        return [_named(number, classes) for number in value]
    if not isinstance(value, int) or value >= len(classes):
        return value
    return classes[value] if value >= 0 else None


def is_missing(value: Any) -> bool:
    """Whether a cell holds nothing: None, or one of the values that pandas puts for it."""
    if value is None or isinstance(value, str | int | list | dict):
        return value is None
    import pandas as pd

    return pd.api.types.is_scalar(value) and bool(pd.isna(value))


def check_text(value: Any, column: str, setting: str, place: str) -> None:
    """Refuse an object where a text should stand; `setting` is what names the column, `place` the row.

    Raises
    ------
    ParathemeError
        Says what there is to name.
    """
    if isinstance(value, dict):
        inner = " or ".join(f"{column}.{key}" for key in list(value)[:3])
        told = f"{column!r} holds an object, not a text; set {setting}={inner or 'another column'}"
        raise ParathemeError(f"{place}: {told}")


def text_of(value: Any) -> str:
    """Return what stands in a cell as text; bytes are UTF-8, and a list of texts is paragraphs."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return "\n".join(value)
    return str(value)


def value_at(row: Mapping[str, Any], column: str) -> tuple[bool, Any]:
    """Whether a row has a column, and what stands there; ``article.body`` is also the ``body`` of an ``article``."""
    if column in row:
        return True, row[column]
    value: Any = row
    for part in column.split("."):
        if isinstance(value, Mapping) and part in value:
            value = value[part]
        elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            return False, None
    return True, value


def check_header(path: Path, column: str) -> None:
    """Refuse a file of which another sheet, or a line below the first, has a column that its header lacks; say which.

    Raises
    ------
    ParathemeError
        Where one has it.
    """
    kind = table_suffix(path)
    if kind == ".xlsx" and (told := told_of_sheets(path, column)):
        raise ParathemeError(f"{path}: no column {column!r} in the sheet that is read{told}")
    if kind in (".csv", ".tsv"):
        for number, line in enumerate(islice(open_lines(path)[0](""), LINES_OF_TITLE), start=1):
            if number > 1 and column in [cell.strip("\"' \r\n") for cell in re.split(r"[,;|\t]", line)]:
                told = f"line {number} seems to be the header: remove the lines above it"
                raise ParathemeError(f"{path}: no column {column!r}; {told}")


def columns_told(columns: Iterable[Any], most: int = sys.maxsize) -> str:
    """Return the names of columns for a message, and what to do where a single one seems to hold several."""
    names = [str(column) for column in columns]
    told = f"{', '.join(names[:most])}{', ...' if len(names) > most else ''}"
    signs = re.findall(r"(?<=\w)\s?([,;|^~:\t])(?=\s?\w)", names[0]) if len(names) == 1 else []
    if not signs:
        return told
    return f"{names[0]!r} alone: if {signs[0]!r} stands between columns, write a first line sep={signs[0]}"


def read_json_lines(path: Path) -> list[dict[str, Any]]:
    """Read a file of JSON objects, one a line; blank lines are passed over.

    Raises
    ------
    ParathemeError
        If a line is no JSON object; names the line.
    """
    return [record for _, record in numbered_json_lines(path)]


def numbered_json_lines(path: Path) -> list[tuple[int, dict[str, Any]]]:
    """Read as `read_json_lines` does, each object with the number of its line.

    Raises
    ------
    ParathemeError
        If a line is no JSON object; names the line.
    """
    return list(_json_lines(open_lines(path)[0]("\n"), path))


def _json_lines(lines: Iterable[str], path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    # lines that end in \n: U+2028 inside a JSON string ends no record
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise ParathemeError(f"{path}, line {number}: not JSON ({first_line(error)}); {_remedy(line)}") from error
        if HALF_CHARACTER.search(line):
            record = _mended(record)
        if not isinstance(record, dict):
            raise ParathemeError(f"{path}, line {number}: not a JSON object; {_remedy(line)}")
        yield number, record


def _remedy(line: str) -> str:
    """What to do with a line that holds no JSON object."""
    if line.lstrip().startswith("["):
        return "it begins an array: let the file's name end in .json, or write one object a line"
    if line.rstrip().endswith("},"):
        return "take away the comma at its end, and at those of the other lines"
    return "write one object a line, each in one line"


def _json(text: str, path: Path) -> list[dict[str, Any]]:
    """The objects of an array, which may stand in an object of its own, as of a table that pandas wrote."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        if first_line(error).startswith("Extra data"):  # an object a line
            return [record for _, record in _json_lines(text.split("\n"), path)]
        raise ParathemeError(f"{path}: not a readable json table ({first_line(error)})") from error
    data = _mended(data) if HALF_CHARACTER.search(text) else data
    if isinstance(data, dict):
        data = _rows_of_object(data)
    for number, record in enumerate(data if isinstance(data, list) else [data], start=1):
        if not isinstance(record, dict):
            raise ParathemeError(f"{path}, row {number}: not a JSON object; write an array of objects")
    return list(data)


def _rows_of_object(data: dict[str, Any]) -> list[Any]:
    arrays = [value for value in data.values() if isinstance(value, list)]
    if {"columns", "data"} <= set(data) and len(data) <= 3:
        return [dict(zip(data["columns"], row, strict=False)) for row in data["data"]]
    is_article = isinstance(data.get("text"), str)  # with a list of its pictures, or of the names in it
    if len(arrays) == 1 and arrays[0] and not is_article and all(isinstance(row, dict) for row in arrays[0]):
        return list(arrays[0])
    if len(arrays) == len(data) and len(set(map(len, arrays))) == 1:  # an array a column
        return [dict(zip(data, values, strict=True)) for values in zip(*arrays, strict=True)]
    columns = list(data.values())
    if columns and all(isinstance(column, dict) and column.keys() == columns[0].keys() for column in columns):
        if all(map(str.isdecimal, data)) and not all(map(str.isdecimal, columns[0])):
            return columns  # an object a row, by its number
        return [{name: column[key] for name, column in data.items()} for key in columns[0]]
    return [data]


def _mended(record: Any) -> Any:
    """Replace halves of characters (a cut emoji), which no file can hold and no tokenizer takes."""
    text = json.dumps(record, ensure_ascii=False)
    return json.loads(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
