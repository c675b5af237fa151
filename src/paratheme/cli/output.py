"""Where filed blocks go, and in which format: what is wrong with that is told before any work begins."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from paratheme.classifier.columns import Columns, DocumentColumns
from paratheme.classifier.excel import ExcelWriter, check_openpyxl
from paratheme.classifier.report import ReportWriter
from paratheme.classifier.unfinished import Unfinished
from paratheme.classifier.writers import Gzipped, JsonLinesWriter, ParquetWriter, SeparatedWriter, Sink, Writer
from paratheme.errors import UsageError

if TYPE_CHECKING:
    from paratheme.classifier.classifier import ThemeClassifier

SUFFIXES = {
    "table": (".txt",),
    "jsonl": (".jsonl", ".ndjson"),
    "csv": (".csv",),
    "tsv": (".tsv",),
    "parquet": (".parquet",),
    "xlsx": (".xlsx",),
    "html": (".html", ".htm"),
}
FORMATS = tuple(SUFFIXES)
EXPLAINED = ("jsonl", "html")  # formats that reasons can be written in
UNITS = ("block", "document")  # what there is a row of
BY_PIECES = ("jsonl", "csv", "tsv")  # formats of which a part can be gone on with, and packed


@dataclass(frozen=True)
class Output:
    """A file or standard output, and its format.

    Attributes
    ----------
    path : Path or None
        None: standard output.
    form : str
        One of `FORMATS`.
    language : str
        Of a report.
    by : str
        One of `UNITS`.
    """

    path: Path | None
    form: str
    language: str = "en"
    by: str = "block"

    @property
    def is_regular(self) -> bool:
        """Whether it is written under another name first: no device or pipe."""
        return self.path is not None and (self.path.is_file() or not self.path.exists())

    @property
    def is_packed(self) -> bool:
        """Whether its name says that it is packed by gzip."""
        return self.path is not None and self.path.suffix.lower() == ".gz"

    def columns(self) -> Columns:
        """Return its columns, as far as they are known before anything is read."""
        return DocumentColumns() if self.by == "document" else Columns()

    def target(self) -> Unfinished | Straight:
        """Return what bytes are written to."""
        if self.path is None or not self.is_regular:
            return Straight(self.path)
        return Unfinished(self.path.resolve(), self.form in BY_PIECES)

    def writer(self, file: IO[bytes], columns: Columns, classifier: ThemeClassifier, begun: bool = False) -> Writer:
        """Return what writes the format."""
        sink: Sink = Gzipped(file) if self.is_packed else file
        if self.form == "html":
            return ReportWriter(sink, classifier, self.language)
        if self.form == "jsonl":
            return JsonLinesWriter(sink)
        if self.form in ("csv", "tsv"):
            return SeparatedWriter(sink, columns, "," if self.form == "csv" else "\t", begun)
        if self.form == "parquet":
            return ParquetWriter(sink, columns)
        return ExcelWriter(sink, columns) if self.form == "xlsx" else TableWriter(sink if self.path else None, self.by)


class Straight:
    """Standard output, or a device or pipe: what is written there cannot be taken back or gone on with.

    Parameters
    ----------
    path : Path or None
        None: standard output.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path

    def noted(self) -> dict[str, Any]:
        """Nothing is noted."""
        return {}

    def check(self, note: Mapping[str, Any], made_of: Mapping[str, str]) -> None:
        """Nothing is gone on with."""

    def open(self, length: int = 0) -> IO[bytes]:
        """Return the file."""
        self.file: IO[bytes] = self.path.open("wb") if self.path else sys.stdout.buffer
        return self.file

    def take_note(self, note: Mapping[str, Any]) -> None:
        """Let be seen what was written."""
        self.file.flush()

    def finish(self) -> None:
        """Write what is still kept, and close what is not standard output."""
        self.file.flush()
        if self.path:
            self.file.close()

    def give_up(self) -> str:
        """There is nothing to go on with."""
        return ""


class TableWriter(Writer):
    """Tables for a reader.

    Parameters
    ----------
    file : file of bytes or None
        None: standard output, which may be a terminal.
    by : str
        One of `UNITS`.
    """

    def __init__(self, file: Sink | None, by: str = "block") -> None:
        self.file, self.by = file, by

    def write(self, records: Sequence[dict[str, Any]]) -> None:
        """Write some blocks or documents."""
        from io import StringIO

        from paratheme.cli.terminal import show_blocks, show_documents

        show = show_documents if self.by == "document" else show_blocks
        if self.file is None:
            show(records, sys.stdout)
            sys.stdout.flush()
            return
        text = StringIO()
        show(records, text)
        self.file.write(text.getvalue().encode("utf-8", "replace"))

    def close(self) -> None:
        """Nothing belongs at the end."""


def output_of(
    path: Path | None,
    form: str | None,
    force: bool,
    resume: bool,
    explain: bool = False,
    language: str | None = None,
    by: str = "block",
) -> Output:
    """Return where blocks, or documents, go.

    Raises
    ------
    UsageError
        If the folder is missing or cannot be written, the file exists and may not be overwritten, its suffix
        contradicts the format, or the format is none that is asked for here.
    """
    if path is not None and path.is_dir():
        raise UsageError(f"--output {path} is a folder; name a file in it")
    output = Output(path, _format_of(path, form), language or "en", by)
    if by == "document" and (explain or output.form == "html"):
        told = "--explain tells of blocks" if explain else "--format html shows every document with its blocks"
        raise UsageError(f"{told}; leave out --by document")
    if explain and output.form not in EXPLAINED:
        raise UsageError(
            f"--explain goes with --format {' or '.join(EXPLAINED)}; {output.form} has no place for reasons"
        )
    if language and output.form != "html":
        raise UsageError(f"--language is that of a report; leave it out with --format {output.form}")
    if output.form == "xlsx":
        check_openpyxl()
    if path is None and output.form in ("parquet", "xlsx") and sys.stdout.isatty():
        raise UsageError(f"{output.form} is no text; give --output FILE")
    if resume and not (output.is_regular and output.form in BY_PIECES):
        raise UsageError(f"--resume goes on with a file of --format {', '.join(BY_PIECES)}; give --output such a FILE")
    if path is not None:
        check_place(path, force)
    target = output.target()
    if isinstance(target, Unfinished) and target.is_there and not (resume or force):
        raise UsageError(f"{path}: one that was interrupted is there; --resume goes on with it, --force begins anew")
    return output


def _format_of(path: Path | None, form: str | None) -> str:
    if path is None:
        return form or "table"
    suffixes = [suffix.lower() for suffix in path.suffixes[-2:]]
    packed = suffixes[-1:] == [".gz"]
    suffix = "".join(suffixes[:-1] if packed else suffixes[-1:])
    said = next((name for name, known in SUFFIXES.items() if suffix in known), None)
    if said is None and form is None:
        known = ", ".join(suffix for suffixes in SUFFIXES.values() for suffix in suffixes)
        raise UsageError(f"{path}: which format is not said; end its name in one of {known}, or give --format")
    if said and form and said != form:
        raise UsageError(f"{path}: ends in {suffix}, and --format says {form}; change one of them")
    if packed and (said or form) not in BY_PIECES:
        raise UsageError(f"{path}: only {', '.join(BY_PIECES)} can be packed; leave out .gz")
    return str(said or form)


def check_place(path: Path, force: bool) -> None:
    """Raise `UsageError` where a file cannot be written, or is there and may not be overwritten."""
    folder = path.parent
    if path.is_dir():
        raise UsageError(f"{path}: is a folder; name a file")
    if not folder.is_dir():
        raise UsageError(f"{path}: there is no folder {folder}; make it first")
    if not os.access(folder if not path.exists() or path.is_file() else path, os.W_OK):
        raise UsageError(f"{path}: cannot be written; check the permissions of {folder}")
    if path.is_file() and not force:
        raise UsageError(f"{path}: exists; --force overwrites it")
