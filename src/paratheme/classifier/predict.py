"""Documents or tables in, labelled blocks out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from paratheme.classifier.classifier import ThemeClassifier
from paratheme.corpus.corpus import LABELLED_KINDS
from paratheme.corpus.tables import TABLE_SUFFIXES, is_missing, read_table, records_of
from paratheme.documents.blocks import read_blocks
from paratheme.documents.language import languages_of
from paratheme.documents.readers import DocumentFile, find
from paratheme.errors import ParathemeError

Record = dict[str, Any]
OWN = ("document", "index", "start", "end", "kind", "language", "text", "themes", "scores")
OURS = ("index", "start", "end", "kind", "themes", "scores")  # where tables have a say: document and language


def read_records(paths: Sequence[str], failures: list[str]) -> Iterator[Record]:
    """Yield the blocks of documents, and the rows of tables, as records; what cannot be read is added to `failures`.

    Raises
    ------
    ParathemeError
        Before anything is read: if a path does not exist or is of a kind that cannot be read.
    """
    tables = [Path(path) for path in paths if Path(path).suffix in TABLE_SUFFIXES and not Path(path).is_dir()]
    named = [path for path in paths if Path(path) not in tables]
    return _records(tables, find(named), failures)


def label(records: Sequence[Record], classifier: ThemeClassifier) -> None:
    """Add themes and scores to blocks, in place; headings and boilerplate have scores but carry no themes."""
    predictions = classifier.predict([record["text"] for record in records])
    for record, prediction in zip(records, predictions, strict=True):
        record["themes"] = prediction.themes if record["kind"] in LABELLED_KINDS else []
        record["scores"] = {theme: round(score, 6) for theme, score in prediction.scores.items()}


def write(records: Sequence[Record], form: str, file: IO[str]) -> None:
    """Write labelled blocks as ``jsonl`` or ``csv``."""
    {"jsonl": _write_json_lines, "csv": _write_csv}[form](records, file)


def write_parquet(records: Sequence[Record], file: Path | IO[bytes]) -> None:
    """Write labelled blocks as Parquet, the scores of each as JSON."""
    import pandas as pd

    pd.DataFrame([{**record, "scores": json.dumps(record["scores"])} for record in records]).to_parquet(file)


def _records(tables: Sequence[Path], files: Sequence[DocumentFile], failures: list[str]) -> Iterator[Record]:
    for path in tables:
        try:
            yield from rows_of_table(path)
        except ParathemeError as error:
            failures.append(str(error))
    yield from read_blocks(files, failures)


def rows_of_table(path: Path) -> Iterator[Record]:
    """Yield a table's rows as blocks, in order, with their own columns passed through.

    Raises
    ------
    ParathemeError
        If there is no column `text`, or the file is no table.
    """
    frame = read_table(path)
    if "text" not in frame.columns:
        raise ParathemeError(f"{path}: no column 'text' (it has {', '.join(map(str, frame.columns))}); rename one")
    texts = ["" if is_missing(text) else str(text) for text in frame["text"]]
    languages = languages_of(texts)
    rows = records_of(frame)
    for index, (row, text, language) in enumerate(zip(rows, texts, languages, strict=True)):
        passed = {key: value for key, value in row.items() if not is_missing(value)}
        # what the table itself says under our names stays, under another one
        renamed = {f"given_{key}" if key in OURS else key: value for key, value in passed.items()}
        where = {"index": index, "start": 0, "end": len(text), "kind": "paragraph"}
        yield {"document": path.name, **where, "language": language, **renamed, "text": text}


def _write_json_lines(records: Sequence[Record], file: IO[str]) -> None:
    for record in records:
        file.write(json.dumps(record, ensure_ascii=False, default=str) + "\n")


def _write_csv(records: Sequence[Record], file: IO[str]) -> None:
    import csv

    themes = list(dict.fromkeys(theme for record in records for theme in record["scores"]))
    own = [key for key in OWN if key != "scores"]
    passed = [key for key in dict.fromkeys(key for record in records for key in record) if key not in OWN]
    writer = csv.writer(file)
    writer.writerow([*own, *(f"score_{theme}" for theme in themes), *passed])
    for record in records:
        flat = {**record, "themes": ";".join(record["themes"])}
        scores = [record["scores"].get(theme, "") for theme in themes]
        writer.writerow([*(flat[key] for key in own), *scores, *(flat.get(key, "") for key in passed)])
