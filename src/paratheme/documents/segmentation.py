"""Document -> blocks: where each block stands, what kind it is, in which language.

Offsets are sacred. A block is a view on the text, in code points: ``text[block.start:block.end]`` is exactly
what stands there; nothing is normalised or rewritten.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from paratheme.documents.block_kinds import KINDS, kinds_of
from paratheme.documents.document import Document, Piece
from paratheme.documents.furniture import without_notes
from paratheme.documents.language import languages_of
from paratheme.documents.line_forms import is_list_item, is_sentence

__all__ = ["KINDS", "Block", "segment"]

# Every character that Unicode lets end a line; a form feed ends the page, so the line too.
LINE_BREAK = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")

# What a reader does not see: white space, control characters (NUL is what a broken converter leaves for a
# space), soft hyphens, direction marks, joiners, byte order marks. No block begins or ends on one of these.
STAMP = re.compile(r"\[?\d{1,4}[./-]\d{1,2}[./-]\d{2,4},? \d{1,2}[:.]\d{2}")
VISIBLE = re.compile("[^\\s\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")

# Text editors and mail programs wrap between about 60 and 80 columns, converters and programmers' editors up to 120,
# printers at 132; wider lines are left by no wrapping.
NARROWEST_WRAP, USUAL_WRAP, WIDEST_WRAP = 40, 100, 132
MOST_WIDTHS = 12  # that are tried: a few lines may be longer than the text was wrapped
# Of the lines of a wrapped text that have a neighbour below, nearly all are as full as they can be (all, in
# the training documents); fewer where paragraphs follow each other without a blank line, since the last line
# of a paragraph stops short. The short lines of other texts are full by accident only.
LEAST_SHARE_OF_FULL_LINES = 0.65
# Lines too long for the wrapping (an address, a table row) are rare in a wrapped text.
MOST_OVERLONG_LINES = 0.2
# Of the broken lines of running text two in three begin with a small letter, in German and in lists of names fewer.
LEAST_SHARE_OF_SMALL_LETTERS = 0.25
ENOUGH_FULL_LINES = 6  # to be no accident where no capitals tell titles from broken lines

LETTER_OR_DIGIT = re.compile(r"[^\W_]")
ANSWERED = re.compile(r">(?![ \t]*\d)")  # a number may be greater than another
QUOTED = re.compile(r"^(?:>[ \t]?)+")  # how mail marks the lines that it answers


@dataclass(frozen=True)
class Block:
    """A paragraph, heading, list item, table row, caption or piece of boilerplate.

    Attributes
    ----------
    start, end : int
        Where it stands in the document's text, in code points; the end is exclusive.
    kind : {"paragraph", "heading", "list_item", "table_row", "caption", "boilerplate"}
        What it is.
    language : str
        ISO 639-1 code; ``"und"`` where the document has no letter at all.
    page : int or None
        The page it begins on, from 1, in formats that have pages.
    """

    start: int
    end: int
    kind: str
    language: str
    page: int | None = None


@dataclass(frozen=True)
class Line:
    """The visible part of a line, and what the wrapping of lines is recognised by."""

    start: int
    end: int
    width: int  # columns from the beginning of the line, indentation included
    first_word: int  # columns of its first word
    follows: bool  # the line above it is not blank
    is_item: bool  # opens a list item
    is_ended: bool  # ends as sentences do


def segment(document: Document | str) -> list[Block]:
    r"""Cut a document into blocks.

    What the format of a file marks off is a block. In plain text a blank line always ends a block; a single line
    break ends one too, unless the text is hard-wrapped and the line above was broken only because the next word found
    no room on it.

    Parameters
    ----------
    document : Document or str
        A text alone is plain text, with any line endings.

    Returns
    -------
    list of Block
        In the order of the text, without overlaps. Of plain text they hold every visible character together, and each
        begins and ends with one.

    Examples
    --------
    >>> [(block.kind, block.language) for block in segment("Harvest report\\n\\nRain came late this year.")]
    [('heading', 'en'), ('paragraph', 'en')]
    """
    text, pieces = (document, None) if isinstance(document, str) else (document.text, document.pieces)
    if pieces is None:
        pieces = tuple(Piece(start, end) for start, end in blocks_of_lines(text, lines_of(text)))
    texts = [text[piece.start : piece.end] for piece in pieces]
    kinds = kinds_of(texts, [piece.kind for piece in pieces])
    return [
        Block(piece.start, piece.end, kind, language, piece.page)
        for piece, kind, language in zip(pieces, kinds, languages_of(texts), strict=True)
    ]


def lines_of(text: str) -> list[Line]:
    """The lines on which something can be seen."""
    lines: list[Line] = []
    position, follows = 0, False
    for end_of_line in [*(match.span() for match in LINE_BREAK.finditer(text)), (len(text), len(text))]:
        raw = text[position : end_of_line[0]]
        seen = VISIBLE.search(raw)
        if seen:
            last = len(raw) - 1
            while not VISIBLE.match(raw, last):
                last -= 1
            body = raw[seen.start() : last + 1]
            first_word = len(re.split("[ \t]", QUOTED.sub("", body, count=1), maxsplit=1)[0])  # no-break spaces hold
            start = position + seen.start()
            ended = is_sentence(without_notes(body))
            lines.append(Line(start, start + len(body), last + 1, first_word, follows, opens(body), ended))
        follows = seen is not None
        position = end_of_line[1]
    return lines


def opens(line: str) -> bool:
    """Whether a line opens a block by itself: a list item, or a message of a chat with its date and time."""
    return is_list_item(line) or STAMP.match(line) is not None


def blocks_of_lines(text: str, lines: Sequence[Line]) -> list[tuple[int, int]]:
    """Spans of blocks: lines, or runs of lines that hard wrapping has torn apart."""
    wrap = wrap_width(text, lines)
    spans: list[tuple[int, int]] = []
    for above, line in zip([None, *lines], lines, strict=False):
        if above and wrap and line.follows and is_full(above, line, wrap) and continues(text, above, line):
            spans[-1] = (spans[-1][0], line.end)
        else:
            spans.append((line.start, line.end))
    return spans


def wrap_width(text: str, lines: Sequence[Line]) -> int | None:
    """The column at which a hard-wrapped text was wrapped; None when it was not.

    Of several widths that the text may have been wrapped at, the one at which most lines are full: a line that is none
    of the wrapped ones (a byline, a menu) may be a little longer.
    """
    widths = Counter(line.width for line in lines)
    overlong = sum(count for width, count in widths.items() if width > WIDEST_WRAP)
    below = [(above, line) for above, line in pairwise(lines) if line.follows and not line.is_item]
    best, most = None, 0
    for width in sorted((width for width in widths if width <= WIDEST_WRAP), reverse=True)[:MOST_WIDTHS]:
        if width < NARROWEST_WRAP or overlong > MOST_OVERLONG_LINES * len(lines):
            break
        if (full := full_lines(text, below, width)) > most:
            best, most = width, full
        overlong += widths[width]
    return best


def full_lines(text: str, below: Sequence[tuple[Line, Line]], width: int) -> int:
    """Count the lines that are as full as a width lets them be; 0 unless nearly all are, and go on as broken lines do.

    `below` has each line that follows another without a blank line, behind that one.

    A line that ends with a sentence tells nothing: where wrapping is none, so does a paragraph. Nor does one that is
    short: it belongs to a letterhead, a signature, an address.
    """
    pairs = [pair for pair in below if not pair[0].is_ended and width / 2 <= pair[0].width <= width]
    full = [line for above, line in pairs if is_full(above, line, width)]
    fewest = 1 if width <= USUAL_WRAP else 2
    if len(full) < max(fewest, LEAST_SHARE_OF_FULL_LINES * len(pairs)):
        return 0
    # Titles below each other may happen to be as wide as each other; but each begins as a title, and none ends as a
    # sentence.
    cased = [small for line in full if (small := begins_small(text, line)) is not None]
    if cased:
        wrapped = sum(cased) >= LEAST_SHARE_OF_SMALL_LETTERS * len(cased)
    else:
        wrapped = len(full) >= ENOUGH_FULL_LINES or any(line.is_ended for line in full)
    return sum(is_full(above, line, width) for above, line in below) if wrapped else 0


def begins_small(text: str, line: Line) -> bool | None:
    """Whether a line begins with a small letter; None for digits, scripts without case and lines in capitals."""
    letter = LETTER_OR_DIGIT.search(text, line.start, line.end)
    if not letter or letter[0].upper() == letter[0].lower():
        return None
    small = letter[0].islower()
    return small if small or not text[line.start : line.end].isupper() else None


def is_full(above: Line, line: Line, width: int) -> bool:
    """Whether the first word of a line would not have found room on the line above it."""
    return above.width <= width < above.width + 1 + line.first_word


def is_quoted(text: str, line: Line) -> bool:
    """Whether a mail marks a line as one that it answers."""
    return ANSWERED.match(text, line.start) is not None


def continues(text: str, above: Line, line: Line) -> bool:
    """Whether a line goes on with the block above.

    What looks like a list item may be a number or a dash that happened to come first on its line.
    """
    if is_quoted(text, line) != is_quoted(text, above):  # an answer, and what it answers
        return False
    if not line.is_item:
        return True
    opening, last = text[line.start], text[above.end - 1]
    if opening == "–":
        return last not in ":;؛"
    return (opening == "(" or opening.isalnum()) and last not in ".!?:;؟؛…"
