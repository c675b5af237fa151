"""Documents or tables in, labelled blocks out."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from paratheme.classifier.classifier import ThemeClassifier
from paratheme.corpus.corpus import LABELLED_KINDS
from paratheme.corpus.tables import TABLE_SUFFIXES, is_missing, read_table, records_of
from paratheme.documents.readers import DocumentError, find, folder_of, read
from paratheme.documents.segmentation import languages_of, segment
from paratheme.errors import ParathemeError

Record = dict[str, Any]
OWN = ("document", "index", "start", "end", "kind", "language", "text", "themes", "scores")
OURS = ("index", "start", "end", "kind", "themes", "scores")  # where tables have a say: document and language
RLI, LRI, PDI = "\u2067", "\u2066", "\u2069"  # Unicode's isolates: neighbours do not reorder what stands between


def run(
    paths: Sequence[str],
    model: str | None,
    form: str,
    output: Path | None,
    prior: Mapping[str, float] | None = None,
) -> int:
    """What ``paratheme predict`` does.

    Parameters
    ----------
    paths : sequence of str
        Documents and folders of them, or tables.
    model : str or None
        As in `ThemeClassifier.load`.
    form : {"table", "jsonl", "csv", "parquet"}
    output : Path or None
        Where to write; None: standard output.
    prior : mapping of str to float, optional
        As in `ThemeClassifier.with_prior`.

    Returns
    -------
    int
        The exit status: 1 when a file could not be read, which is then named on standard error; else 0.
    """
    if form == "parquet" and output is None and sys.stdout.isatty():
        raise ParathemeError("parquet is no text; give --output FILE")
    # find what is wrong with the paths before the model is loaded
    tables = [Path(path) for path in paths if Path(path).suffix in TABLE_SUFFIXES and not Path(path).is_dir()]
    named = [path for path in paths if Path(path) not in tables]
    documents = find(named) if named else []
    failures: list[str] = []
    records = list(_records(tables, documents, named, failures))
    for failure in failures:
        print(f"paratheme: {failure}", file=sys.stderr)
    if records or not failures:
        label(records, ThemeClassifier.load(model).with_prior(prior or {}))
        write(records, form, output)
    return 1 if failures else 0


def label(records: Sequence[Record], classifier: ThemeClassifier) -> None:
    """Add themes and scores to blocks, in place; headings and boilerplate have scores but carry no themes.

    Parameters
    ----------
    records : sequence of dict
        With `text` and `kind`.
    classifier : ThemeClassifier
    """
    predictions = classifier.predict([record["text"] for record in records])
    for record, prediction in zip(records, predictions, strict=True):
        record["themes"] = prediction.themes if record["kind"] in LABELLED_KINDS else []
        record["scores"] = {theme: round(score, 6) for theme, score in prediction.scores.items()}


def write(records: Sequence[Record], form: str, output: Path | None) -> None:
    """Write labelled blocks in one of the formats, to a file or to standard output."""
    if form == "parquet":
        import pandas as pd

        frame = pd.DataFrame([{**r, "scores": json.dumps(r["scores"])} for r in records])
        frame.to_parquet(output if output else sys.stdout.buffer)
        return
    file = output.open("w", encoding="utf-8", newline="") if output else sys.stdout
    try:
        {"table": _write_table, "jsonl": _write_json_lines, "csv": _write_csv}[form](records, file)
    finally:
        if output:
            file.close()


def _records(
    tables: Sequence[Path], documents: Sequence[Path], named: Sequence[str], failures: list[str]
) -> Iterator[Record]:
    for path in tables:
        try:
            yield from rows_of_table(path)
        except ParathemeError as error:
            failures.append(str(error))
    for path in documents:
        try:
            document = read(path, folder=folder_of(path, named))
        except DocumentError as error:
            failures.append(str(error))
            continue
        for index, block in enumerate(segment(document.text)):
            where = {"document": document.name, "index": index, "start": block.start, "end": block.end}
            text = document.text[block.start : block.end]
            yield {**where, "kind": block.kind, "language": block.language, "text": text}


def rows_of_table(path: Path) -> Iterator[Record]:
    """Yield a table's rows as blocks, in order, with their own columns passed through.

    Parameters
    ----------
    path : Path
        A table with a column `text`.

    Raises
    ------
    ParathemeError
        If there is no such column, or the file is no table.
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


def _write_table(records: Sequence[Record], file: IO[str]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(file=file, width=None if file.isatty() else 120)
    for document in dict.fromkeys(record["document"] for record in records):
        table = Table(box=box.SIMPLE_HEAD, title=Text(str(document)), title_justify="left", expand=True)
        table.add_column("block", style="dim", no_wrap=True)
        table.add_column("themes", ratio=1)
        table.add_column("text", ratio=3)
        for record in (record for record in records if record["document"] == document):
            themes = Text(justify="left")
            for theme in record["themes"]:
                themes.append(f"{theme} {record['scores'][theme]:.2f}\n", style="bold green")
            themes.rstrip()
            table.add_row(f"{record['index']} {record['kind']}", themes, _Shown(record))
        console.print(table)


class _Shown:
    """A block's text in a cell of the terminal: no control characters, each line's direction kept to itself."""

    def __init__(self, record: Record) -> None:
        from rich.text import Text

        printable = "".join(c if c.isprintable() else " " for c in str(record["text"]))
        short = printable if len(printable) <= 200 else printable[:199] + "…"
        self.text = Text(short, style="" if record["themes"] else "dim")
        directions = Counter(unicodedata.bidirectional(c) for c in short)
        self.right_to_left = directions["R"] + directions["AL"] > directions["L"]

    def __rich_console__(self, console: Any, options: Any) -> Iterator[Any]:
        from rich.text import Text

        for line in self.text.wrap(console, options.max_width):
            line.rstrip()
            gap = " " * (options.max_width - line.cell_len) if self.right_to_left else ""
            yield Text.assemble(gap, RLI if self.right_to_left else LRI, line, PDI)
