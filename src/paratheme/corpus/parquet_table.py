"""Parquet files as rows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paratheme.corpus.lines import bytes_of
from paratheme.corpus.separated_values import check_names
from paratheme.errors import ParathemeError, first_line

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_AT_ONCE = 1000


def open_parquet(
    path: Path,
) -> tuple[list[str], Callable[[], Iterator[dict[str, Any]]], tuple[str, ...], dict[str, list[str]]]:
    """Open a Parquet file, perhaps packed by gzip.

    Returns
    -------
    columns, rows, repairs, classes
        As of `paratheme.corpus.tables.Table`.

    Raises
    ------
    ParathemeError
        If the file is missing or is none.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    if path.suffix.lower() == ".gz":
        source: Any = pa.py_buffer(bytes_of(path))
    elif path.is_file():
        source = path
    else:
        raise ParathemeError(f"{path}: no such file; check the path")

    def batches() -> Iterator[pa.Table | pa.RecordBatch]:
        try:
            with pq.ParquetFile(source if source is path else pa.BufferReader(source)) as file:
                yield file.schema_arrow.empty_table()
                yield from file.iter_batches(batch_size=ROWS_AT_ONCE)
        except (ValueError, OSError, pa.ArrowException) as error:
            raise ParathemeError(f"{path}: not a readable parquet table ({first_line(error)})") from error

    schema = next(batches()).schema
    kept = [name for name in schema.names if not re.fullmatch(r"__index_level_\d+__", name)]
    check_names(kept, str(path))
    return (
        kept,
        lambda: (row for batch in batches() for row in batch.select(kept).to_pylist()),
        (),
        _classes(schema, kept),
    )


def _classes(schema: pa.Schema, columns: Sequence[str]) -> dict[str, list[str]]:
    """The names of classes that a dataset of the hub keeps beside the columns of their numbers."""
    try:
        features = json.loads((schema.metadata or {})[b"huggingface"])["info"]["features"]
    except (KeyError, ValueError, TypeError, RecursionError):
        return {}
    classes = {}
    for name, feature in features.items() if isinstance(features, dict) else ():
        inner = feature[0] if isinstance(feature, list) and feature else feature  # of a list, in one of three ways
        inner = inner.get("feature", inner) if isinstance(inner, dict) else {}
        names = inner.get("names") if isinstance(inner, dict) and inner.get("_type") == "ClassLabel" else None
        if name in columns and names and isinstance(names, list):
            classes[name] = list(map(str, names))
    return classes
