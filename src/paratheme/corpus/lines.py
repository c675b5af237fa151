"""The lines of a file of text, as often as need be: from the disk where it is in UTF-8, from memory elsewhere."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, cast

from paratheme.documents.encodings import SAMPLE, SIGNATURES, decode, is_json, is_text
from paratheme.errors import ParathemeError, first_line

AT_ONCE = 1 << 20  # bytes
LINE_BREAKS = {ord(char): f"\\u{ord(char):04x}" for char in "\x85\u2028\u2029"}  # many programs end a line at these


def bytes_of(path: Path) -> bytes:
    """Return a file's bytes, unpacked where its name ends in ``.gz``.

    Raises
    ------
    ParathemeError
        If there is no such file, or it cannot be read.
    """
    return b"".join(_chunks(path))


def open_lines(path: Path) -> tuple[Callable[[str], Iterator[str]], tuple[str, ...]]:
    r"""Find out how a file becomes text.

    Parameters
    ----------
    path : Path
        Text in any encoding that is read in documents, perhaps packed by gzip. What is in UTF-8 from its first byte
        to its last is never held in memory; the rest is.

    Returns
    -------
    lines : callable
        Takes what ends a line, ``"\n"`` or, for ``\r`` and ``\r\n`` too, ``""``; returns the lines with their ends.
    repairs : tuple of str
        What was guessed or replaced, a phrase each.

    Raises
    ------
    ParathemeError
        If there is no such file, or it cannot be read or is not text.
    """
    if _is_utf8(path):
        return lambda ends: _utf8_lines(path, ends), ()
    text, repairs = decode(bytes_of(path), path)
    return lambda ends: io.StringIO(text, newline=ends), repairs


def _open(path: Path) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(path)) if path.suffix.lower() == ".gz" else path.open("rb")


def _chunks(path: Path) -> Iterator[bytes]:
    if not path.is_file():
        raise ParathemeError(f"{path}: no such file; check the path")
    try:
        with _open(path) as file:
            while chunk := file.read(AT_ONCE):
                yield chunk
    except (OSError, EOFError, zlib.error) as error:
        raise ParathemeError(f"{path}: cannot be read ({first_line(error)}); save it again") from error


def _utf8_lines(path: Path, ends: str) -> Iterator[str]:
    with _open(path) as file:
        yield from io.TextIOWrapper(file, "utf-8-sig", newline=ends)


def _is_utf8(path: Path) -> bool:
    """Whether `decode` would take a file for UTF-8 without a doubt."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    chunks = _chunks(path)
    head = next(chunks, b"")
    if b"\0" in head[:SAMPLE] or head.startswith(tuple(SIGNATURES)):
        return False
    try:
        if not is_text(decoder.decode(head)) and not is_json(path):
            return False
        for chunk in chunks:
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
