"""Tables of texts: JSON lines, CSV, TSV and Parquet files, read and written."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paratheme.errors import ParathemeError, first_line

if TYPE_CHECKING:
    import pandas as pd

TABLE_SUFFIXES = (".jsonl", ".csv", ".tsv", ".parquet")
HALF_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")


def read_table(path: Path) -> pd.DataFrame:
    """Read a table, its columns as they are; text cells of CSV stay text.

    Parameters
    ----------
    path : Path
        A file ending in one of `TABLE_SUFFIXES`, UTF-8.

    Returns
    -------
    pandas.DataFrame
        One row a record, in the file's order.

    Raises
    ------
    ParathemeError
        If the file is missing or is no such table; names the line where there is one.
    """
    import pandas as pd

    if not path.is_file():
        raise ParathemeError(f"{path}: no such file")
    try:
        if path.suffix == ".jsonl":
            # as objects: a number stays what it is where another line has none
            return pd.DataFrame(read_json_lines(path), dtype=object)
        if path.suffix == ".parquet":
            return pd.read_parquet(path)
        return pd.read_csv(
            path, sep=_separator(path), encoding="utf-8-sig", dtype=str, keep_default_na=False, quoting=0
        )
    except UnicodeDecodeError as error:
        raise ParathemeError(f"{path}: byte {error.start} is not UTF-8; save the table as UTF-8") from error
    except (ValueError, OSError) as error:
        raise ParathemeError(f"{path}: not a readable {path.suffix[1:]} table ({first_line(error)})") from error


def records_of(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a table's rows as dictionaries by column name."""
    return [{str(key): _plain(value) for key, value in row.items()} for row in table.to_dict("records")]


def is_missing(value: Any) -> bool:
    """Whether a cell holds nothing: None, or one of the values that pandas puts for it."""
    import pandas as pd

    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))


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
    records = []
    try:
        # not splitlines(): U+2028 inside a JSON string ends no record
        lines = path.read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ParathemeError(f"{path}: cannot be read as UTF-8 text ({first_line(error)})") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError as error:
            raise ParathemeError(f"{path}, line {number}: not JSON ({first_line(error)})") from error
        if HALF_CHARACTER.search(line):
            record = _mended(record)
        if not isinstance(record, dict):
            raise ParathemeError(f"{path}, line {number}: not a JSON object; write one object a line")
        records.append((number, record))
    return records


def _plain(value: Any) -> Any:
    """Return Parquet's arrays as lists."""
    import numpy as np

    return value.tolist() if isinstance(value, np.ndarray) else value


def _mended(record: Any) -> Any:
    """Replace halves of characters (a cut emoji), which no file can hold and no tokenizer takes."""
    text = json.dumps(record, ensure_ascii=False)
    return json.loads(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def _separator(path: Path) -> str:
    if path.suffix == ".tsv":
        return "\t"
    with path.open(encoding="utf-8-sig") as file:
        header = file.readline()
    return max(",;\t", key=header.count)
