"""The text of a PDF: its lines, joined to paragraphs again.

A PDF knows glyphs and places, no paragraphs. What ends a paragraph on paper is seen here too: a line that stops short,
an indented one, a wider gap, another size of letters, or the mark of a list item. Columns, order of letters and
furniture are seen to by `pdf_layout`, `pdf_order` and `pdf_furniture`.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from paratheme.documents.divided_words import joined
from paratheme.documents.document import Document, Pieces
from paratheme.documents.encodings import DocumentError
from paratheme.documents.line_forms import is_list_item
from paratheme.documents.pdf_direction import INDENT, put_in_order
from paratheme.documents.pdf_furniture import Page, opens_note, split_notes, without_furniture
from paratheme.documents.pdf_glyphs import Sheet, sheets
from paratheme.documents.pdf_layout import Line, extent, line_of
from paratheme.documents.pdf_letters import LOST
from paratheme.documents.pdf_rows import Row, rows_of
from paratheme.documents.pdf_tables import lines_and_tables

SHORT_OF_MARGIN = 0.1  # of the column's width: a line that ends so far from the margin may end its paragraph, ...
FAR_SHORT = 0.25  # ... and so far, even if its sentence goes on
DEEPEST_INDENT = 6.0  # letter sizes
FEWEST_LINES = 3  # that tell how wide text is
NARROWEST = 12.0  # letter sizes: what is narrower is no column of text
WIDER_GAP = 1.3  # times the usual distance of lines
FAR_APART = 2.2  # letter sizes: seldom the distance of lines
OTHER_SIZE = 0.1  # of the letters' size
LARGER = 1.15  # times the size of the text: a heading
LONGEST_HEADING = 200
UNREADABLE = 0.2  # of the letters of a page: it is no better than a picture
FEW_LETTERS, LARGE_PICTURE, MANY_PATHS = 100, 0.5, 500  # a page of a picture (or of outlines) and a stamp
SENTENCE_END = re.compile(r"[.!?؟:؛…][\"'»”’)\]⁰¹²³⁴-⁹]*$")
SETS_LINES = re.compile("matplotlib", re.IGNORECASE)  # each by its first letter
OCR = "run text recognition (OCR) on it first"


@dataclass
class Block:
    """Lines that belong together."""

    lines: list[Line]
    text: str
    kind: str = ""


def read_pdf(path: Path) -> Document:
    """Read a PDF.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    Document
        Paragraphs, headings, list items, rows of tables and footnotes as pieces; running heads and page numbers as
        "boilerplate"; without text where the pages hold none.

    Raises
    ------
    DocumentError
        If no page has letters that can be read.
    """
    found: list[tuple[Sheet, list[Row]]] = []
    scanned: list[int] = []
    unknown: list[int] = []
    blank = 0
    for sheet in sheets(path):
        letters = sheet.letters
        lost = sum(LOST in glyph.text for glyph in letters)
        if lost > UNREADABLE * len(letters):
            unknown.append(sheet.number)
            continue
        if len(letters) < FEW_LETTERS and (sheet.picture >= LARGE_PICTURE or sheet.paths >= MANY_PATHS):
            scanned.append(sheet.number)
        blank += not letters
        found.append((sheet, rows_of(sheet.glyphs)))
        sheet.glyphs = []  # the rows hold what is needed of them
    if unknown and len(unknown) + blank + len(scanned) >= len(found) + len(unknown):
        raise DocumentError(f"{path}: does not say which letters its glyphs stand for; {OCR}")
    if scanned and all(sheet.number in scanned or not rows for sheet, rows in found):
        return Document("", "")
    pages = without_furniture(found)
    repairs = [f"{naming(scanned)} only a picture, not read"] if scanned else []
    if unknown:
        repairs.append(f"{naming(unknown)} letters that the file does not tell, not read")
    return document_of(pages, repairs)


def naming(pages: Sequence[int]) -> str:
    """Pages by their numbers, and that they hold something."""
    runs: list[list[int]] = []
    for page in pages:
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    named = ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
    return f"page{'s' * (len(pages) > 1)} {named} hold{'s' * (len(pages) == 1)}"


def document_of(pages: Sequence[Page], repairs: list[str]) -> Document:
    """A document of the pages that can be read."""
    body = [lines_and_tables(page.rows, page.sheet) for page in pages]
    heads = [[whole(row, page) for row in page.head] for page in pages]
    feet = [[whole(row, page) for row in page.foot] for page in pages]
    aside = [[whole(row, page) for row in rows_of(page.sheet.aside)] for page in pages]
    drawn = [[*top, *text, *foot, *rest] for top, text, foot, rest in zip(heads, body, feet, aside, strict=True)]
    put_in_order(drawn, by_first=any(SETS_LINES.search(page.sheet.program) for page in pages))
    sizes = Counter[float]()
    for line in (line for lines in body for line in lines):
        sizes[round(2 * line.size) / 2] += len(line.text)
    usual = max(sizes, key=lambda size: (sizes[size], -size), default=10.0)
    parted = [split_notes(lines, usual) for lines in body]
    blocks = blocks_of([line for text, _ in parted for line in text], usual)
    pieces = Pieces()
    at = 0
    for page, (_, notes), top, foot, rest in zip(pages, parted, heads, feet, aside, strict=True):
        number = page.sheet.number
        for line in top:
            pieces.add(line.text, "boilerplate", number)
        while at < len(blocks) and blocks[at].lines[0].page <= number:
            pieces.add(blocks[at].text, blocks[at].kind, blocks[at].lines[0].page)
            at += 1
        for note in notes_of(notes):
            pieces.add(note, "", number)
        pieces.add(" ".join(line.text for line in rest), "boilerplate", number)
        for line in foot:
            pieces.add(line.text, "boilerplate", number)
    if lost := sum(text.count(LOST) for text in pieces.texts):
        repairs.append(f"{lost} letters that the file does not tell, replaced by {LOST}")
    return pieces.document(repairs=tuple(repairs))


def whole(row: Row, page: Page) -> Line:
    """A row that no column bounds."""
    return line_of(row, [], page.sheet.number, -1, extent([row]))


def notes_of(lines: Sequence[Line]) -> Iterator[str]:
    """Footnotes, each from its mark on."""
    note = ""
    for line in lines:
        if opens_note(line) and note:
            yield note
            note = ""
        note = joined(note, line.text) if note else line.text
    if note:
        yield note


def blocks_of(lines: Sequence[Line], usual: float) -> list[Block]:
    """Join lines that belong to one paragraph, and tell headings and rows of tables."""
    blocks: list[Block] = []
    gaps = usual_gaps(lines)
    extents = extents_of(lines, gaps)
    for line in lines:
        if blocks and not blocks[-1].lines[0].cells and goes_on(blocks[-1], line, gaps, extents):
            blocks[-1].text = joined(blocks[-1].text, line.text)
            blocks[-1].lines.append(line)
        else:
            blocks.append(Block([line], line.text, "table_row" if line.cells else ""))
    blocks = [part for block in blocks for part in (titles_of(block) if lists_titles(block, usual) else [block])]
    some_bold = 2 * sum(len(line.text) for line in lines if line.bold) < sum(len(line.text) for line in lines)
    for at, block in enumerate(blocks):
        larger = block.lines[0].size >= LARGER * usual
        bold = some_bold and all(line.bold for line in block.lines) and not SENTENCE_END.search(block.text)
        heads = at + 1 < len(blocks) and any(character.isalpha() for character in block.text)
        if not block.kind and heads and len(block.text) <= LONGEST_HEADING and (larger or bold):
            block.kind = "" if is_list_item(block.text) and not larger else "heading"
    return blocks


def lists_titles(block: Block, usual: float) -> bool:
    """Whether a block is a list of titles that happen to be as wide as each other, not one title in large letters."""
    first, *further = block.lines
    if len(further) < 2 or first.size >= LARGER * usual or SENTENCE_END.search(block.text) or is_list_item(block.text):
        return False
    return all(line.text[:1].isupper() and not line.text.isupper() for line in further)


def titles_of(block: Block) -> list[Block]:
    """Each line of a block by itself."""
    return [Block([line], line.text) for line in block.lines]


def usual_gaps(lines: Sequence[Line]) -> dict[float, float]:
    """The usual distance of lines by the size of their letters: that of the closer ones, as within paragraphs."""
    gaps: dict[float, list[float]] = {}
    for above, line in itertools.pairwise(lines):
        gap = line.base - above.base
        if (above.page, above.column) == (line.page, line.column) and gap > 0.8 * line.size:
            gaps.setdefault(round(line.size), []).append(gap)
    return {size: sorted(found)[len(found) // 5] for size, found in gaps.items()}


def is_below(above: Line, line: Line, gaps: dict[float, float]) -> bool:
    """Whether a line stands below another at the usual distance."""
    together = (above.page, above.column) == (line.page, line.column)
    return together and line.base - above.base <= WIDER_GAP * gaps.get(round(line.size), line.size)


def extents_of(lines: Sequence[Line], gaps: dict[float, float]) -> dict[int, tuple[float, float, int]]:
    """Of each line, how far those that follow each other with it reach, and how many they are.

    Text beside a picture is narrower than its page.
    """
    groups: list[list[Line]] = []
    for line in lines:
        if groups and is_below(groups[-1][-1], line, gaps):
            groups[-1].append(line)
        else:
            groups.append([line])
    return {
        id(line): (min(one.left for one in group), max(one.right for one in group), len(group))
        for group in groups
        for line in group
    }


def goes_on(block: Block, line: Line, gaps: dict[float, float], extents: dict[int, tuple[float, float, int]]) -> bool:
    """Whether a line goes on with the block above it."""
    above = block.lines[-1]
    if line.cells or is_list_item(line.text) or abs(line.size - above.size) > OTHER_SIZE * max(line.size, above.size):
        return False
    if line.bold != above.bold and len(block.lines) == 1 and (line.bold or not SENTENCE_END.search(above.text)):
        return False
    ended = SENTENCE_END.search(above.text) is not None
    together = (above.page, above.column) == (line.page, line.column)
    if together and not is_below(above, line, gaps):
        return False
    if not ended and (line.text[:1].islower() or above.text.endswith(("-", "\u00ad"))):
        return True
    if ended and (not together or line.base - above.base > FAR_APART * line.size):
        return False
    left, right, many = extents[id(above)]
    narrow = right - left < NARROWEST * line.size
    if not together or (many < FEWEST_LINES and (ended or narrow)) or (ended and above.guessed):
        left, right = above.margins
    room = above.left - left if above.rtl else right - above.right
    found_room = room > line.first[line.rtl] + 0.2 * line.size  # for the next word
    opens = ended or line.text[:1].isupper()  # as a sentence or a title does
    if found_room and room > (SHORT_OF_MARGIN if opens else FAR_SHORT) * (right - left):
        return False
    return not (together and is_indented(line) and not is_indented(above) and not is_list_item(block.text))


def is_indented(line: Line) -> bool:
    """Whether a line begins as the first of a paragraph does."""
    indent = line.margins[1] - line.right if line.rtl else line.left - line.margins[0]
    return INDENT * line.size < indent < DEEPEST_INDENT * line.size
