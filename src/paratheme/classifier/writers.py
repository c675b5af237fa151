"""Formats that filed blocks are written in, one writer each: a window of blocks after the other."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections.abc import Sequence
from typing import Any, Protocol

from paratheme.classifier.columns import Columns, as_text, plain
from paratheme.corpus.lines import LINE_BREAKS
from paratheme.corpus.separated_values import COMPUTED
from paratheme.corpus.tables import is_missing

Record = dict[str, Any]
# Where a formula begins for a spreadsheet that parts cells at semicolons or tabs, as it does in French and German.
CELL_OF_OTHERS = re.compile(r"(?<=[;\t\r\n])(?=[=@＝＠]|[+＋－-][^\W\d])")
NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?")  # computes nothing
ROW_GROUP = 20_000  # blocks of a Parquet file that are written at once


class Sink(Protocol):
    """What bytes can be written to."""

    def write(self, data: bytes, /) -> Any:
        """Write some bytes."""


class Writer(Protocol):
    """Writes filed blocks into a file that it does not close."""

    loss: str = ""  # what the format cannot keep, in a phrase, once it is known

    def write(self, records: Sequence[Record]) -> None:
        """Write some blocks."""

    def close(self) -> None:
        """Write what belongs at the end."""


class JsonLinesWriter(Writer):
    """An object a line. What is no number (NaN, Infinity) is null.

    Parameters
    ----------
    file : file of bytes
    """

    def __init__(self, file: Sink) -> None:
        self.file = file

    def write(self, records: Sequence[Record]) -> None:
        """Write some blocks."""
        lines = (json.dumps(plain(record), ensure_ascii=False, allow_nan=False, default=str) for record in records)
        text = "".join(f"{line.translate(LINE_BREAKS)}\n" for line in lines)
        self.file.write(text.encode("utf-8", "backslashreplace"))  # half a character as JSON escapes it

    def close(self) -> None:
        """Nothing belongs at the end."""


class SeparatedWriter(Writer):
    """CSV or TSV that opens right in a spreadsheet.

    It begins with a byte order mark, and a text that begins with ``=``, ``+``, ``-``, ``@``, a tab or a carriage
    return has an apostrophe before it, so that nothing in it is executed.

    Parameters
    ----------
    file : file of bytes
    columns : Columns
    separator : str
    begun : bool
        Whether the file has its header already.
    """

    def __init__(self, file: Sink, columns: Columns, separator: str = ",", begun: bool = False) -> None:
        self.file, self.columns, self.separator = file, columns, separator
        if not begun:
            self._write([columns.names], "\ufeff")

    def write(self, records: Sequence[Record]) -> None:
        """Write some blocks."""
        joined = ({**record, "themes": ";".join(record["themes"])} for record in records)
        self._write([list(self.columns.values(record)) for record in joined])

    def close(self) -> None:
        """Nothing belongs at the end."""

    def _write(self, rows: Sequence[Sequence[Any]], before: str = "") -> None:
        text = io.StringIO(before, newline="")
        text.seek(len(before))
        csv.writer(text, delimiter=self.separator).writerows(map(_cell, row) for row in rows)
        self.file.write(text.getvalue().encode("utf-8", "replace"))


class ParquetWriter(Writer):
    """Parquet: a column ``score_THEME`` of numbers for each theme.

    Columns of a table that came with the texts keep their types; those of several types become text.

    Parameters
    ----------
    file : file of bytes
    columns : Columns
    """

    def __init__(self, file: Sink, columns: Columns) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        self.columns, self.kept = columns, list[Record]()
        self.schema = pa.schema(list(zip(columns.names, columns.types(), strict=True)))
        self.writer = pq.ParquetWriter(file, self.schema)

    def write(self, records: Sequence[Record]) -> None:
        """Write some blocks, once there are enough of them."""
        self.kept += records
        if len(self.kept) >= ROW_GROUP:
            self._write()

    def close(self) -> None:
        """Write the last blocks, and where everything stands."""
        if self.kept:
            self._write()
        self.writer.close()

    def _write(self) -> None:
        import pyarrow as pa

        values = zip(*map(self.columns.values, self.kept), strict=True)
        arrays = [_array(column, field.type) for column, field in zip(values, self.schema, strict=True)]
        self.writer.write_table(pa.Table.from_arrays(arrays, schema=self.schema))
        self.kept = []


class Gzipped:
    """Packs each piece that is written by itself, so that a file can end behind any of them.

    Parameters
    ----------
    file : file of bytes
    """

    def __init__(self, file: Sink) -> None:
        self.file = file

    def write(self, data: bytes, /) -> None:
        """Write a piece."""
        self.file.write(gzip.compress(data, mtime=0))


def _array(values: Sequence[Any], kind: Any) -> Any:
    import pyarrow as pa

    given = [None if is_missing(value) else value for value in values]
    if pa.types.is_string(kind):
        given = [None if value is None else as_text(value) for value in given]
    return pa.array(given, kind)


def _cell(value: Any) -> Any:
    """A cell that a spreadsheet shows and does not execute."""
    if is_missing(value):
        return ""
    if isinstance(value, int | float):
        return value
    text = CELL_OF_OTHERS.sub("'", as_text(value))
    return f"'{text}" if text.startswith(COMPUTED) and not NUMBER.fullmatch(text) else text
