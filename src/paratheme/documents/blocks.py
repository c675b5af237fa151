"""Files -> blocks, each a record: what every command that reads documents goes through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from paratheme.documents.limits import read_ahead
from paratheme.documents.readers import Document, DocumentError, DocumentFile
from paratheme.documents.segmentation import segment


def read_blocks(
    files: Iterable[DocumentFile], failures: list[str], repairs: list[str] | None = None
) -> Iterator[dict[str, Any]]:
    """Read documents and cut them into blocks, going on past files that cannot be read.

    Yields `document, index, start, end, kind, language, text` of each block, in order; what could not be read is added
    to `failures`, what was guessed or left out so that the rest could be read to `repairs`, a line each.
    """
    for group in read_groups(files, failures, repairs):
        yield from group


def read_groups(
    files: Iterable[DocumentFile], failures: list[str], repairs: list[str] | None = None, workers: int = 1
) -> Iterator[list[dict[str, Any]]]:
    """Yield the blocks of each file together, as `read_blocks` yields them; none of a file that cannot be read.

    With more `workers` than one, so many processes read ahead.
    """
    files = list(files)
    for file, document in zip(files, read_ahead(files, workers), strict=True):
        if isinstance(document, DocumentError):
            failures.append(str(document))
            yield []
            continue
        if repairs is not None:
            repairs += [f"{file.path}: {phrase}" for phrase in document.repairs]
        yield list(_blocks(document))


def _blocks(document: Document) -> Iterator[dict[str, Any]]:
    about = {key: value for key, value in (("title", document.title), ("date", document.date)) if value}
    for index, block in enumerate(segment(document)):
        where = {key: value for key, value in asdict(block).items() if value is not None}
        text = document.text[block.start : block.end]
        yield {"document": document.name, "index": index, **where, "text": text, **about}
