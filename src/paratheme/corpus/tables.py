"""Tables of texts: CSV, TSV, JSON, Parquet and Excel files."""

from __future__ import annotations

import gzip
import json
import re
import warnings
import zlib
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paratheme.corpus.separated_values import check_names, read_separated
from paratheme.documents.encodings import decode
from paratheme.errors import ParathemeError, first_line

if TYPE_CHECKING:
    import pandas as pd

TABLE_SUFFIXES = (".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".parquet", ".xlsx")  # and each with .gz
HALF_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")


def table_suffix(path: Path) -> str:
    """The suffix that says what kind of table a file is, in small letters and without ``.gz``; empty for others."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    kinds = suffixes[:-1] if suffixes[-1:] == [".gz"] else suffixes
    return kinds[-1] if kinds and kinds[-1] in TABLE_SUFFIXES else ""


def read_table(path: Path) -> pd.DataFrame:
    """Read a table, its columns as they are; text cells of CSV stay text.

    Parameters
    ----------
    path : Path
        A file ending in one of `TABLE_SUFFIXES`, in any case, perhaps with ``.gz``; text in any encoding that is
        read in documents. Of an Excel file the first sheet is read, of JSON an array of objects.

    Returns
    -------
    pandas.DataFrame
        One row a record, in the file's order. What was guessed or replaced when bytes became text stands in
        ``attrs["repairs"]``, a line each.

    Raises
    ------
    ParathemeError
        If the file is missing or is no such table; names the line or row where there is one.
    """
    import pandas as pd

    data = _bytes_of(path)
    kind = table_suffix(path)
    repairs: list[str] = []
    columns: list[str] | None
    rows: list[Any]
    if kind == ".parquet":
        columns, rows = _parquet(data, path)
    elif kind == ".xlsx":
        columns, rows = _excel(data, path)
    else:
        text, told = decode(data, path) if data else ("", ())
        repairs = [f"{path}: {phrase}" for phrase in told]
        if kind in (".csv", ".tsv"):
            columns, rows = read_separated(text, str(path), "\t" if kind == ".tsv" else "")
        else:
            columns = None
            rows = _json(text, path) if kind == ".json" else [record for _, record in _json_lines(text, path)]
    # as objects: a number stays what it is where another line has none
    table = pd.DataFrame(rows, columns=columns, dtype=object)
    table.attrs["repairs"] = repairs
    return table


def records_of(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a table's rows as dictionaries by column name."""
    return [{str(key): _plain(value) for key, value in row.items()} for row in table.to_dict("records")]


def is_missing(value: Any) -> bool:
    """Whether a cell holds nothing: None, or one of the values that pandas puts for it."""
    if value is None or isinstance(value, str):
        return value is None
    import pandas as pd

    return pd.api.types.is_scalar(value) and bool(pd.isna(value))


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
    data = _bytes_of(path)
    return _json_lines(decode(data, path)[0] if data else "", path)


def _bytes_of(path: Path) -> bytes:
    if not path.is_file():
        raise ParathemeError(f"{path}: no such file; check the path")
    try:
        data = path.read_bytes()
        return gzip.decompress(data) if path.suffix.lower() == ".gz" else data
    except (OSError, EOFError, zlib.error) as error:
        raise ParathemeError(f"{path}: cannot be read ({first_line(error)}); save it again") from error


def _json_lines(text: str, path: Path) -> list[tuple[int, dict[str, Any]]]:
    records = []
    # not splitlines(): U+2028 inside a JSON string ends no record
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise ParathemeError(f"{path}, line {number}: not JSON ({first_line(error)})") from error
        if HALF_CHARACTER.search(line):
            record = _mended(record)
        if not isinstance(record, dict):
            raise ParathemeError(f"{path}, line {number}: not a JSON object; write one object a line")
        records.append((number, record))
    return records


def _json(text: str, path: Path) -> list[dict[str, Any]]:
    """The objects of an array, which may stand in an object of its own, as of a table that pandas wrote."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        if first_line(error).startswith("Extra data"):  # an object a line
            return [record for _, record in _json_lines(text, path)]
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
    if len(arrays) == 1 and all(isinstance(row, dict) for row in arrays[0]):
        return list(arrays[0])
    if len(arrays) == len(data) and len(set(map(len, arrays))) == 1:  # an array a column
        return [dict(zip(data, values, strict=True)) for values in zip(*arrays, strict=True)]
    columns = list(data.values())
    if columns and all(isinstance(column, dict) and column.keys() == columns[0].keys() for column in columns):
        return [{name: column[key] for name, column in data.items()} for key in columns[0]]
    return [data]


def _parquet(data: bytes, path: Path) -> tuple[list[str], list[list[Any]]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(BytesIO(data))
        table = table.drop_columns([name for name in table.column_names if re.fullmatch(r"__index_level_\d+__", name)])
        columns = [column.to_pylist() for column in table.columns]
    except (ValueError, OSError, pa.ArrowException) as error:
        raise ParathemeError(f"{path}: not a readable parquet table ({first_line(error)})") from error
    check_names(table.column_names, str(path))
    return table.column_names, [list(row) for row in zip(*columns, strict=True)]


def _excel(data: bytes, path: Path) -> tuple[list[str], list[list[Any]]]:
    """The first sheet of an Excel file, its first row that is not empty as the header."""
    try:
        import openpyxl
    except ImportError as error:
        raise ParathemeError(f"{path}: Excel files need openpyxl; pip install 'paratheme[xlsx]'") from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that it leaves out
            sheet = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True).worksheets[0]
            rows = [[_cell(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    except Exception as error:  # a damaged file makes the library fail in any way
        raise ParathemeError(f"{path}: not a readable xlsx table ({first_line(error)}); save it again") from error
    rows = [row for row in rows if any(value is not None for value in row)]
    if not rows:
        raise ParathemeError(f"{path}: not a readable xlsx table (its first sheet is empty)")
    width = max(number for row in rows for number, value in enumerate(row, start=1) if value is not None)
    names = [str(name).strip() if name is not None else f"Unnamed: {at}" for at, name in enumerate(rows[0][:width])]
    names += [f"Unnamed: {at}" for at in range(len(names), width)]
    check_names(names, str(path))
    return names, [[*row, *[None] * width][:width] for row in rows[1:]]


def _cell(value: Any) -> Any:
    """A date as it is written in ISO 8601; all else as it is."""
    return value.isoformat() if hasattr(value, "isoformat") else value


def _plain(value: Any) -> Any:
    """Return Parquet's arrays as lists."""
    import numpy as np

    return value.tolist() if isinstance(value, np.ndarray) else value


def _mended(record: Any) -> Any:
    """Replace halves of characters (a cut emoji), which no file can hold and no tokenizer takes."""
    text = json.dumps(record, ensure_ascii=False)
    return json.loads(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
