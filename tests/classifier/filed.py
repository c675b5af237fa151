"""What several tests of filing share: documents and tables read, filed and written."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from paratheme import ThemeClassifier
from paratheme.classifier.columns import Columns
from paratheme.classifier.inputs import Inputs, find_inputs
from paratheme.classifier.predict import file_inputs
from paratheme.classifier.writers import JsonLinesWriter, ParquetWriter, SeparatedWriter

DOCUMENT = """\
Gaza in the news

Bombs fell on Gaza again on Tuesday, and the hospital in Rafah was hit twice before the evening.

Les combats au Soudan gagnent la ville de Khartoum, et des milliers de familles ont pris la fuite.

The museum opened its doors on Sunday, and children played music in the garden until it was dark.
"""
THEMES = ("gaza", "sudan", "food_security")


def inputs_of(*paths: Path, text_column: str = "text") -> Inputs:
    """Find and check what there is."""
    inputs = find_inputs([str(path) for path in paths], text_column)
    inputs.check(Columns())
    return inputs


def read(*paths: Path, text_column: str = "text") -> list[dict[str, Any]]:
    """Read what can all be read."""
    inputs = inputs_of(*paths, text_column=text_column)
    records = [record for _, group in inputs.groups() for record in group]
    assert inputs.failures == []
    return records


def filed(classifier: ThemeClassifier, *paths: Path) -> list[dict[str, Any]]:
    """Read and file what can all be read."""
    inputs = inputs_of(*paths)
    records = list(file_inputs(inputs, classifier))
    assert inputs.failures == []
    return records


def written(records: Sequence[dict[str, Any]], form: str, themes: Sequence[str] = THEMES) -> bytes:
    """Write records, two at once."""
    columns = Columns(themes)
    for record in records:
        columns.see(record)
    file = BytesIO()
    writers = {
        "jsonl": lambda: JsonLinesWriter(file),
        "csv": lambda: SeparatedWriter(file, columns),
        "tsv": lambda: SeparatedWriter(file, columns, "\t"),
        "parquet": lambda: ParquetWriter(file, columns),
    }
    writer = writers[form]()
    for start in range(0, len(records), 2):
        writer.write(records[start : start + 2])
    writer.close()
    return file.getvalue()


def read_csv(data: bytes) -> list[dict[str, str]]:
    """Read CSV with its byte order mark."""
    text = data.decode("utf-8")
    assert text[0] == "\ufeff"
    return list(csv.DictReader(StringIO(text[1:], newline="")))


def record(**passed: Any) -> dict[str, Any]:
    """A filed block with what comes along."""
    own = {"document": "d", "index": 0, "start": 0, "end": 1, "kind": "paragraph", "language": "en", "text": "x"}
    return {**own, **passed, "themes": ["gaza"], "scores": {"gaza": 0.5}}
