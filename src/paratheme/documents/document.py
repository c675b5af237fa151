"""A document as it was read: its text, and what its format says of it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Piece:
    """A piece of text that the format of a file marks off: a block, whatever the layout of its lines.

    Attributes
    ----------
    start, end : int
        Where it stands in the document's text, in code points; the end is exclusive.
    kind : str
        What its markup says it is, one of `paratheme.documents.block_kinds.KINDS`; empty where it says nothing.
    page : int or None
        The page it begins on, from 1, in formats that have pages.
    """

    start: int
    end: int
    kind: str = ""
    page: int | None = None


@dataclass(frozen=True)
class Document:
    """One document.

    Attributes
    ----------
    name : str
        The path from the folder that was named, with forward slashes, or the file's name.
    text : str
        Of text and Markdown files, exactly what the file holds, line endings included, without a byte order mark; of
        other files what the page shows, a piece a line.
    pieces : tuple of Piece or None
        In the order of the text, without overlaps; None: plain text, to be cut by its layout.
    title, date : str
        As the document itself states them (front matter); empty where it does not.
    repairs : tuple of str
        What was guessed or replaced so that it could be read, a phrase each.
    """

    name: str
    text: str
    pieces: tuple[Piece, ...] | None = None
    title: str = ""
    date: str = ""
    repairs: tuple[str, ...] = ()


@dataclass
class Pieces:
    """Puts a document together from its pieces, a line each."""

    texts: list[str] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    length: int = 0

    def add(self, text: str, kind: str = "", page: int | None = None) -> None:
        """Add a piece; one of white space alone is left out."""
        if text := text.strip():
            start = self.length + bool(self.texts)
            self.texts.append(text)
            self.length = start + len(text)
            self.pieces.append(Piece(start, self.length, kind, page))

    def document(self, title: str = "", date: str = "", repairs: tuple[str, ...] = ()) -> Document:
        """Return the document, without a name."""
        return Document("", "\n".join(self.texts), tuple(self.pieces), title, date, repairs)
