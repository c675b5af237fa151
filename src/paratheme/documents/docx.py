"""Word files: every text that a reader of the page sees, once and in order, with the kind its style gives it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from paratheme.documents.document import Document, Pieces
from paratheme.documents.docx_chunks import blocks_of_chunk
from paratheme.documents.docx_elements import alternative, attribute_of, is_contents, number, turn_field, wrapped
from paratheme.documents.docx_package import Element, Package, attribute, child, is_on, name_of
from paratheme.documents.docx_styles import Styles, stated
from paratheme.documents.encodings import DocumentError
from paratheme.documents.table_rows import LONGEST_CELL, Cell, is_label, lays_out_a_page, lines_of_rows

# Not shown, or said elsewhere: deleted and moved text, the codes of fields, a phonetic guide over the letters.
UNSEEN = frozenset(
    ["del", "moveFrom", "delText", "instrText", "delInstrText", "rPr", "pPr", "sdtPr", "sdtEndPr", "rt", "tblPr"]
)
SHOWN_AS = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011"}
NOTES = {"footnoteReference": "footnotes", "endnoteReference": "endnotes"}
# Shift and Enter breaks a line inside a paragraph; twice, or after a whole sentence, it does what Enter does.
PARAGRAPH_BREAK = re.compile(r"\n\s*\n|(?<=.{60}[.!?؟…])\s*\n")
# What holds whole paragraphs: none runs on beyond its end.
HOLDERS = frozenset(["body", "tc", "txbxContent", "footnote", "endnote", "hdr", "ftr"])
MOST_DEPTH = 60  # of tables and text boxes in each other


@dataclass(frozen=True)
class Part:
    """A block of text and its kind."""

    text: str
    kind: str
    bold: bool = False
    title: bool = False


@dataclass
class Inline:
    """What is gathered while a paragraph is read."""

    texts: list[str] = field(default_factory=list)
    bold: list[bool] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)  # "code" or "result" of each field that is open
    inside: list[Element] = field(default_factory=list)  # text boxes, to be read after the paragraph
    notes: list[tuple[str, str]] = field(default_factory=list)


class Reader:
    """Reads the parts of one Word file.

    Parameters
    ----------
    package : Package
    """

    def __init__(self, package: Package) -> None:
        self.package = package
        self.styles = Styles(package.first("styles"))
        self.notes: dict[tuple[str, str], Element] = {}
        for kind in NOTES.values():
            root = package.first(kind)
            for note in root if root is not None else ():
                if attribute(note, "type") in (None, "normal"):  # others are the lines that part notes from text
                    self.notes[kind, attribute(note, "id") or ""] = note
        self.carried: list[str] = []  # text of paragraphs whose end was deleted, which run on into the next
        self.repairs: list[str] = []  # what was not read
        self.depth = 0

    def running(self, kind: str) -> Iterator[Part]:
        """The heads or feet of pages, each text once."""
        seen: set[str] = set()
        for name in self.package.related(self.package.main, kind):
            root = self.package.xml(name)
            for part in self.content(root) if root is not None else ():
                if part.text not in seen and any(map(str.isalpha, part.text)):
                    seen.add(part.text)
                    yield Part(part.text, "boilerplate")

    def content(self, element: Element) -> Iterator[Part]:
        """The blocks of a body, a cell, a text box or a note."""
        if self.depth > MOST_DEPTH:
            raise self.package.damaged()
        self.depth += 1
        holder = name_of(element) in HOLDERS
        before, self.carried = (self.carried, []) if holder else ([], self.carried)
        for part in element:
            name = name_of(part)
            if name == "p":
                yield from self.paragraph(part)
            elif name == "tbl":
                yield from self.rest()
                yield from self.table(part)
            elif name == "altChunk":
                yield from self.rest()
                yield from self.chunk(part)
            elif name == "AlternateContent":
                yield from self.content(alternative(part))
            elif name == "sdt" and is_contents(part):
                yield from (Part(block.text, "boilerplate") for block in self.content(part))
            elif name not in UNSEEN:
                yield from self.content(part)
        if holder:
            yield from self.rest()
            self.carried = before
        self.depth -= 1

    def rest(self) -> Iterator[Part]:
        """What was carried, where no paragraph follows that it could run on into."""
        text, self.carried = "".join(self.carried).strip(), []
        if text:
            yield Part(text, "")

    def chunk(self, element: Element) -> Iterator[Part]:
        """The blocks of a page or text that the file takes in."""
        name = self.package.referred(attribute(element, "id"))
        try:
            yield from (Part(text, kind) for text, kind in blocks_of_chunk(self.package.bytes_of(name), name))
        except DocumentError as error:
            self.repairs.append(str(error))

    def paragraph(self, element: Element) -> Iterator[Part]:
        """A paragraph, then its text boxes and its notes."""
        inline = Inline()
        if not self.styles.hides(element):
            self.gather(element, inline)
        mark = child(element, "pPr", "rPr")
        if child(mark, "del") is not None or child(mark, "moveFrom") is not None:
            self.carried += inline.texts
        else:
            text = "".join([*self.carried, *inline.texts])
            self.carried = []
            kind = self.styles.kind(element, len(text))
            bold = bool(inline.bold) and all(inline.bold)
            for block in PARAGRAPH_BREAK.split(text) if kind != "heading" else [text.replace("\n", " ")]:
                if block.strip():
                    yield Part(block.strip(), kind, bold, self.styles.is_title(element))
        for box in inline.inside:
            yield from self.content(box)
        for key in inline.notes:
            note = self.notes.pop(key, None)
            if note is not None:
                yield from self.content(note)

    def gather(self, element: Element, inline: Inline) -> None:
        """Add what a paragraph, or a part of it, shows."""
        first = next(iter(element), None)  # where a run keeps its properties
        bold = first is not None and name_of(first) == "rPr" and is_on(child(first, "b"))
        for part in element:
            name = name_of(part)
            shown = "code" not in inline.fields
            if name == "t":
                if shown and part.text:
                    inline.texts.append(part.text)
                    if part.text.strip():
                        inline.bold.append(bold)
            elif name in SHOWN_AS:
                inline.texts += [SHOWN_AS[name]] if shown else []
            elif name == "fldChar":
                turn_field(inline.fields, attribute(part, "fldCharType"))
            elif name in NOTES:
                inline.notes.append((NOTES[name], attribute(part, "id") or ""))
            elif name == "txbxContent":
                inline.inside.append(part)
            elif name == "relIds":  # a diagram, whose texts stand in a part of their own
                diagram = self.package.xml(self.package.referred(attribute(part, "dm")))
                inline.inside += [diagram] if diagram is not None else []
            elif name == "AlternateContent":
                self.gather(alternative(part), inline)
            elif name not in UNSEEN and not self.is_hidden(part):
                self.gather(part, inline)

    def is_hidden(self, run: Element) -> bool:
        """Whether a run is hidden, by itself or by its style."""
        own = child(run, "rPr", "vanish")
        return is_on(own) if own is not None else attribute_of(child(run, "rPr", "rStyle")) in self.styles.hidden

    def table(self, element: Element) -> Iterator[Part]:
        """The rows of a table, or its cells one after another where it only lays out a page."""
        rows: list[list[Cell]] = []
        blocks: list[Part] = []
        head_rows = 0
        for row in wrapped(element, "tr"):
            properties = child(row, "trPr")
            if child(properties, "del") is not None:
                continue
            if is_on(child(properties, "tblHeader")) and head_rows == len(rows):
                head_rows += 1
            cells, inside = self.cells(row)
            rows.append(cells)
            blocks += inside
        nested = sum(block.kind == "table_row" for block in blocks)
        if not is_table_of_tables(rows, blocks) if nested else lays_out_a_page(rows, head_rows):
            yield from blocks
        else:
            yield from (Part(line, "table_row") for line in lines_of_rows(rows, head_rows))

    def cells(self, row: Element) -> tuple[list[Cell], list[Part]]:
        """The cells of a row, and the blocks in them."""
        skipped = child(row, "trPr", "gridBefore")
        column = number(skipped, 0)
        cells: list[Cell] = []
        inside: list[Part] = []
        for cell in wrapped(row, "tc"):
            properties = child(cell, "tcPr")
            span = number(child(properties, "gridSpan"), 1)
            goes_on = any(
                merge is not None and attribute(merge, "val") in (None, "continue")
                for merge in (child(properties, "vMerge"), child(properties, "hMerge"))
            )
            if child(properties, "cellDel") is None:
                blocks = list(self.content(cell))
                blocks = blocks if not goes_on else []
                text = " ".join(" ".join(block.text.split()) for block in blocks)
                parts = len(blocks) + any(block.kind in ("heading", "list_item") for block in blocks)
                cells.append(Cell(text, column, span, parts, all(block.bold for block in blocks)))
                inside += blocks
            column += span
        return cells, inside


def is_table_of_tables(rows: Sequence[Sequence[Cell]], blocks: Sequence[Part]) -> bool:
    """Whether a table with others in its cells holds data itself: labels, more of them than rows of the others."""
    own = [block for block in blocks if block.kind != "table_row"]
    labels = all(not block.kind and is_label(Cell(block.text, 0)) for block in own)
    short = all(len(cell.text) <= LONGEST_CELL for row in rows for cell in row)
    beside = any(sum(bool(cell.text) for cell in row) > 1 for row in rows)
    return labels and short and beside and 2 * len(own) > len(blocks)


def read_docx(path: Path) -> Document:
    """Read a Word file.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Document
        Heads of pages first and feet last, each text once; the notes of a paragraph after it; of tracked changes the
        text as if all were accepted; no comments. Rows of tables name the column of each cell. Title and date are
        those of the file's properties, unless a program put them there.

    Raises
    ------
    DocumentError
        If the file is no Word file, is damaged or encrypted, or swells when unpacked.
    """
    with Package(path) as package:
        root = package.xml(package.main)
        body = child(root, "body")
        if root is None or body is None:
            raise package.damaged()
        reader = Reader(package)
        pieces = Pieces()
        styled = ""
        for parts in (reader.running("header"), reader.content(body), reader.running("footer")):
            for part in parts:
                styled = styled or (" ".join(part.text.split()) if part.title else "")
                pieces.add(f"- {part.text}" if part.kind == "list_item" else part.text, part.kind)
        title, date = stated(package)
        return pieces.document(styled or title, date, tuple(reader.repairs))
