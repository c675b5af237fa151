"""Standard input, where ``-`` is named among files."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from paratheme.errors import ParathemeError, UsageError

DASH = "-"
OF_DOCUMENTS = ("txt", "md", "html", "pdf", "docx")
KINDS = (*OF_DOCUMENTS, "jsonl", "csv", "tsv", "json", "parquet", "xlsx")


@contextmanager
def standard_input(paths: Sequence[str], kind: str | None) -> Iterator[tuple[list[str], Callable[[str], str]]]:
    """Put what comes on standard input into a file, called ``stdin`` with a suffix, while it is read.

    Parameters
    ----------
    paths : sequence of str
        What was typed; ``-`` stands for standard input.
    kind : str or None
        One of `KINDS`, the suffix that a file like it would have; None: plain text.

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

        file = Path(folder, f"stdin.{kind or 'txt'}")
        with file.open("wb") as taken:
            shutil.copyfileobj(sys.stdin.buffer, taken)
        if not file.stat().st_size:
            raise ParathemeError("standard input is empty; nothing was piped into this command")
        try:
            yield [str(file) if path == DASH else path for path in paths], known
        except ParathemeError as error:
            raise type(error)(known(str(error))) from error
