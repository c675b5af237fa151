"""Web pages and plain text that a Word file takes in whole, as programs that make reports put them there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from paratheme.documents.encodings import DocumentError, decode

PAGES, TEXTS = (".html", ".htm", ".xhtml"), (".txt",)


def blocks_of_chunk(data: bytes, name: str) -> Iterator[tuple[str, str]]:
    """Yield the text and the kind of each block of a page or a text.

    Raises
    ------
    DocumentError
        If it is of another kind, or cannot be read.
    """
    suffix = Path(name).suffix.lower()
    if not data or suffix not in (*PAGES, *TEXTS):
        raise DocumentError(f"{name} in it is not read; open the file in a word processor and save it")
    text, _ = decode(data, Path(name))
    if suffix in TEXTS:
        yield from ((line.strip(), "") for line in text.splitlines() if line.strip())
        return
    from paratheme.documents.html_blocks import read_page
    from paratheme.documents.html_tree import parsed

    root = parsed(text)
    for block in read_page(root).blocks if root is not None else ():
        yield block.text, "boilerplate" if block.region else block.kind
