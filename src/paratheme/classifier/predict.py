"""Documents or tables in, labelled blocks out."""

from __future__ import annotations

import json
import math
from collections.abc import Container, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from paratheme.classifier.prediction import Predicts
from paratheme.corpus.corpus import LABELLED_KINDS
from paratheme.corpus.tables import is_missing, read_table, records_of, table_suffix
from paratheme.documents.blocks import read_blocks
from paratheme.documents.context import passages_of
from paratheme.documents.language import languages_of_each
from paratheme.documents.readers import DocumentFile, find
from paratheme.errors import ParathemeError

Record = dict[str, Any]
OWN = ("document", "index", "start", "end", "kind", "language", "text", "themes", "scores")
IS_ROW = "\0row"  # the key of rows that stand in no document, until they are filed
LINE_BREAKS = {ord(char): f"\\u{ord(char):04x}" for char in "\x85\u2028\u2029"}  # many programs end a line at these
OURS = ("index", "start", "end", "kind", "themes", "scores")  # where tables have a say: document and language

EXECUTED = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # what makes a spreadsheet compute a cell


def read_records(paths: Sequence[str], failures: list[str], repairs: list[str] | None = None) -> Iterator[Record]:
    """Yield the blocks of documents, and the rows of tables, as records.

    What cannot be read is added to `failures`, what was guessed or replaced to `repairs`, a line each.

    Raises
    ------
    ParathemeError
        Before anything is read: if a path does not exist or is of a kind that cannot be read.
    """
    tables = [Path(path) for path in paths if table_suffix(Path(path)) and not Path(path).is_dir()]
    named = [path for path in paths if Path(path) not in tables]
    return _records(tables, find(named), failures, [] if repairs is None else repairs)


def label(records: Sequence[Record], classifier: Predicts) -> None:
    """Add themes and scores to blocks, in place; headings and boilerplate have scores but carry no themes."""
    blocks = [{**record, "document": id(record)} if record.pop(IS_ROW, False) else record for record in records]
    predictions = classifier.predict(passages_of(blocks, LABELLED_KINDS))
    for record, prediction in zip(records, predictions, strict=True):
        record["themes"] = prediction.themes if record["kind"] in LABELLED_KINDS else []
        record["scores"] = {theme: round(score, 6) for theme, score in prediction.scores.items()}


def write(records: Sequence[Record], form: str, file: IO[str]) -> None:
    """Write labelled blocks as ``jsonl`` or ``csv``.

    CSV opens right in a spreadsheet: it begins with a byte order mark, and a text that begins with ``=``, ``+``,
    ``-``, ``@``, a tab or a carriage return has an apostrophe before it, so that nothing in it is executed.
    In JSON, what is no number (NaN, Infinity) is null.
    """
    {"jsonl": _write_json_lines, "csv": _write_csv}[form](records, file)


def write_parquet(records: Sequence[Record], file: Path | IO[bytes]) -> None:
    """Write labelled blocks as Parquet: a column ``score_THEME`` of numbers for each theme.

    Columns of a table that came with the texts keep their types; those of several types become text.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    own, scores, passed = _columns(records)
    types: dict[str, Any] = dict.fromkeys(own, pa.string())
    types |= {"index": pa.int64(), "start": pa.int64(), "end": pa.int64(), "themes": pa.list_(pa.string())}
    arrays = {name: pa.array([record.get(name) for record in records], types[name]) for name in own}
    for theme, name in scores.items():
        arrays[name] = pa.array([record["scores"].get(theme) for record in records], pa.float64())
    for key, name in passed.items():
        arrays[name] = _array([record.get(key) for record in records])
    pq.write_table(pa.table(arrays), file)


def _columns(records: Sequence[Record]) -> tuple[list[str], dict[str, str], dict[str, str]]:
    """The columns of a flat table: our own; theme -> that of its scores; what came with texts -> its column."""
    own = [key for key in OWN if key != "scores"]
    themes = dict.fromkeys(theme for record in records for theme in record["scores"])
    scores = {theme: f"score_{theme}" for theme in themes}
    taken = {*own, *scores.values()}
    passed: dict[str, str] = {}
    for key in dict.fromkeys(key for record in records for key in record if key not in OWN):
        passed[key] = _free(key, taken)
        taken.add(passed[key])
    return own, scores, passed


def _free(name: str, taken: Container[str]) -> str:
    """The name, or one like it that is not taken."""
    while name in taken:
        name = f"given_{name}"
    return name


def _array(values: Sequence[Any]) -> Any:
    """A typed column; of text where values are of several types, or objects."""
    import pyarrow as pa

    values = [None if is_missing(value) else value for value in values]
    kinds = {type(value) for value in values if value is not None}
    lists_of_text = kinds == {list} and all(isinstance(item, str) for value in values for item in value or ())
    if lists_of_text or kinds == {int, float} or (len(kinds) == 1 and not kinds & {str, list, dict}):
        try:
            return pa.array(values)
        except (pa.ArrowException, TypeError, ValueError, OverflowError):
            pass  # a number of too many digits, a type that Parquet has not
    return pa.array([None if value is None else _as_text(value) for value in values], pa.string())


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(_plain(value), ensure_ascii=False, default=str)


def _plain(value: Any) -> Any:
    """What valid JSON can hold: what is no number becomes null."""
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set):
        return [_plain(inner) for inner in value]
    if hasattr(value, "item") and not isinstance(value, str):  # NumPy's scalars
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value.isoformat() if hasattr(value, "isoformat") else value


def _records(
    tables: Sequence[Path], files: Sequence[DocumentFile], failures: list[str], repairs: list[str]
) -> Iterator[Record]:
    for path in tables:
        try:
            yield from rows_of_table(path, repairs)
        except ParathemeError as error:
            failures.append(str(error))
    yield from read_blocks(files, failures, repairs)


def rows_of_table(path: Path, repairs: list[str] | None = None) -> Iterator[Record]:
    """Yield a table's rows as blocks, in order, with their own columns passed through.

    What was guessed or replaced so that it could be read is added to `repairs`, a line each.

    Raises
    ------
    ParathemeError
        If there is no column `text`, or the file is no table.
    """
    frame = read_table(path)
    if repairs is not None:
        repairs += frame.attrs["repairs"]
    if "text" not in frame.columns:
        raise ParathemeError(f"{path}: no column 'text' (it has {', '.join(map(str, frame.columns))}); rename one")
    texts = ["" if is_missing(text) else str(text) for text in frame["text"]]
    languages = languages_of_each(texts)
    rows = records_of(frame)
    for index, (row, text, language) in enumerate(zip(rows, texts, languages, strict=True)):
        passed = {key: value for key, value in row.items() if not is_missing(value)}
        # what the table itself says under our names stays, under another one
        renamed = {_free(f"given_{key}", passed) if key in OURS else key: value for key, value in passed.items()}
        where = {"index": index, "start": 0, "end": len(text), "kind": "paragraph"}
        record = {"document": path.name, **where, "language": language, **renamed, "text": text}
        yield record if "document" in passed else {**record, IS_ROW: True}


def _write_json_lines(records: Sequence[Record], file: IO[str]) -> None:
    for record in records:
        line = json.dumps(_plain(record), ensure_ascii=False, allow_nan=False, default=str)
        file.write(line.translate(LINE_BREAKS) + "\n")


def _write_csv(records: Sequence[Record], file: IO[str]) -> None:
    import csv

    own, scores, passed = _columns(records)
    file.write("\ufeff")
    writer = csv.writer(file)
    writer.writerow(map(_cell, [*own, *scores.values(), *passed.values()]))
    for record in records:
        flat = {**record, "themes": ";".join(record["themes"])}
        given = [record["scores"].get(theme) for theme in scores]
        writer.writerow(map(_cell, [*(flat[key] for key in own), *given, *(flat.get(key) for key in passed)]))


def _cell(value: Any) -> Any:
    """A cell that a spreadsheet shows and does not execute."""
    if is_missing(value):
        return ""
    if isinstance(value, int | float):
        return value
    text = _as_text(value)
    return f"'{text}" if text.startswith(EXECUTED) else text
