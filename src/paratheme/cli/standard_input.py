"""Standard input, where ``-`` is named among files."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from paratheme.corpus.separated_values import SEPARATOR_LINE
from paratheme.errors import ParathemeError, UsageError

DASH = "-"
BEGINNING = 4096  # bytes
PAGE = re.compile(r"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
OF_DOCUMENTS = ("txt", "md", "html", "pdf", "docx")
KINDS = (*OF_DOCUMENTS, "jsonl", "csv", "tsv", "json", "parquet", "xlsx")


@contextmanager
def standard_input(
    paths: Sequence[str],
    kind: str | None,
    tell: Callable[[str], None] = lambda line: None,
    text_column: str | None = None,
) -> Iterator[tuple[list[str], Callable[[str], str]]]:
    """Put what comes on standard input into a file, called ``stdin`` with a suffix, while it is read.

    Parameters
    ----------
    paths : sequence of str
        What was typed; ``-`` stands for standard input.
    kind : str or None
        One of `KINDS`, the suffix that a file like it would have; None: what it begins like, or else plain text.
    tell : callable
        Is told what standard input was taken for, where that is not plain text.
    text_column : str or None
        Where the texts of a table stand; None: it is no table.

    Yields
    ------
    paths : list of str
        What is to be read.
    known : callable
        Takes a message, and returns it without the folder of that file, which nobody knows.

    Raises
    ------
    UsageError
        If a kind is said where nothing is read from standard input.
    ParathemeError
        If nothing comes on it.
    """
    if DASH not in paths:
        if kind is not None:
            raise UsageError("--format-in says what standard input is; name it as -")
        yield list(paths), str
        return
    with TemporaryDirectory() as folder:

        def known(message: str) -> str:
            return message.replace(f"{folder}{os.sep}", "")

        file = Path(folder, "stdin")
        with file.open("wb") as taken:
            shutil.copyfileobj(sys.stdin.buffer, taken)
        if not file.stat().st_size:
            raise ParathemeError("standard input is empty; nothing was piped into this command")
        if kind is None and (kind := guessed(file, text_column)) != "txt":
            tell(f"standard input begins like {kind}, and is read so; --format-in txt reads it as plain text")
        file = file.rename(file.with_suffix(f".{kind}"))
        try:
            yield [str(file) if path == DASH else path for path in paths], known
        except ParathemeError as error:
            raise type(error)(known(str(error))) from error


def guessed(file: Path, text_column: str | None = None) -> str:
    """Return one of `KINDS` that a file begins like; plain text where there is no certain sign of another.

    With a `text_column` it may be a table, which has such a column.
    """
    with file.open("rb") as opened:
        beginning = opened.read(BEGINNING) + opened.readline()
    if beginning.startswith(b"%PDF-"):
        return "pdf"
    text = beginning.decode("utf-8-sig", "replace")
    if PAGE.match(text):
        return "html"
    line = text.splitlines()[0] if text.strip() and text_column else ""
    for kind, part in (("jsonl", line), ("json", file if text.lstrip()[:1] in ("[", "{") else "")):
        if text_column and _holds_rows(part, text_column):
            return kind
    separators = [("csv", ","), ("csv", ";"), ("tsv", "\t")]
    if text_column and (said := SEPARATOR_LINE.match(text)):
        line, separators = next(iter(text[said.end() :].splitlines()), ""), [("csv", said[1])]
    for kind, separator in separators:
        names = next(csv.reader([line], delimiter=separator), [])
        if len(names) > 1 and text_column in names:
            return kind
    return "txt"


def _holds_rows(source: str | Path, text_column: str) -> bool:
    """Whether JSON, or a file of it, is an object with a column, or an array that begins with one."""
    try:
        data = json.loads(source if isinstance(source, str) else source.read_text("utf-8-sig"))
    except (ValueError, RecursionError):
        return False
    if isinstance(data, list) and isinstance(source, Path):
        data = next(iter(data), None)
    return isinstance(data, dict) and text_column in data
