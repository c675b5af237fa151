"""Document -> blocks: where each block stands, what kind it is, in which language.

Offsets are sacred. A block is a view on the text, in code points: ``text[block.start:block.end]`` is exactly
what stands there; nothing is normalised or rewritten.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from paratheme.documents.block_kinds import KINDS, is_list_item, kinds_of

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

__all__ = ["KINDS", "Block", "segment"]

# Every character that Unicode lets end a line; a form feed ends the page, so the line too.
LINE_BREAK = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")

# What a reader does not see: white space, control characters (NUL is what a broken converter leaves for a
# space), soft hyphens, direction marks, joiners, byte order marks. No block begins or ends on one of these.
VISIBLE = re.compile("[^\\s\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")

# Text editors and mail programs wrap between about 60 and 80 columns; wider lines are left by no wrapping.
NARROWEST_WRAP, WIDEST_WRAP = 40, 100
# Of the lines of a wrapped text that have a neighbour below, nearly all are as full as they can be (all, in
# the training documents); fewer where paragraphs follow each other without a blank line, since the last line
# of a paragraph stops short. The short lines of other texts are full by accident only.
LEAST_SHARE_OF_FULL_LINES = 0.65
# Lines too long for the wrapping (an address, a table row) are rare in a wrapped text.
MOST_OVERLONG_LINES = 0.2

# Below this many letters a language is guessed among those of the document's longer blocks: taken alone, one
# in three training blocks below 20 characters is misread and 7 in 100 of those up to 40, above 80 none.
FEW_LETTERS = 60
LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class Block:
    """A paragraph, heading, list item, caption or piece of boilerplate.

    Attributes
    ----------
    start, end : int
        Where it stands in the document's text, in code points; the end is exclusive.
    kind : {"paragraph", "heading", "list_item", "caption", "boilerplate"}
        What it is.
    language : str
        ISO 639-1 code; ``"und"`` where the document has no letter at all.
    """

    start: int
    end: int
    kind: str
    language: str


@dataclass(frozen=True)
class Line:
    """The visible part of a line, and what the wrapping of lines is recognised by."""

    start: int
    end: int
    width: int  # columns from the beginning of the line, indentation included
    first_word: int  # columns of its first word
    follows: bool  # the line above it is not blank
    is_item: bool  # opens a list item


def segment(text: str) -> list[Block]:
    r"""Cut a document into blocks.

    A blank line always ends a block. A single line break ends one too, unless the text is hard-wrapped and
    the line above was broken only because the next word found no room on it.

    Parameters
    ----------
    text : str
        The document, any line endings.

    Returns
    -------
    list of Block
        In the order of the text, without overlaps. Together they hold every visible character, and each
        begins and ends with one.

    Examples
    --------
    >>> [(block.kind, block.language) for block in segment("Harvest report\\n\\nRain came late this year.")]
    [('heading', 'en'), ('paragraph', 'en')]
    """
    spans = blocks_of_lines(text, lines_of(text))
    texts = [text[start:end] for start, end in spans]
    return [
        Block(start, end, kind, language)
        for (start, end), kind, language in zip(spans, kinds_of(texts), languages_of(texts), strict=True)
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
            first_word = len(re.split("[ \t]", body, maxsplit=1)[0])  # a no-break space breaks no line
            start = position + seen.start()
            lines.append(Line(start, start + len(body), last + 1, first_word, follows, is_list_item(body)))
        follows = seen is not None
        position = end_of_line[1]
    return lines


def blocks_of_lines(text: str, lines: Sequence[Line]) -> list[tuple[int, int]]:
    """Spans of blocks: lines, or runs of lines that hard wrapping has torn apart."""
    wrap = wrap_width(lines)
    spans: list[tuple[int, int]] = []
    for above, line in zip([None, *lines], lines, strict=False):
        if above and wrap and line.follows and is_full(above, line, wrap) and continues(text, above, line):
            spans[-1] = (spans[-1][0], line.end)
        else:
            spans.append((line.start, line.end))
    return spans


def wrap_width(lines: Sequence[Line]) -> int | None:
    """The column at which a hard-wrapped text was wrapped; None when it was not."""
    fitting = [line for line in lines if line.width <= WIDEST_WRAP]
    if not fitting or len(lines) - len(fitting) > MOST_OVERLONG_LINES * len(lines):
        return None
    width = max(line.width for line in fitting)
    pairs = [
        (above, line) for above, line in pairwise(lines) if line.follows and not line.is_item and above.width <= width
    ]
    full = sum(is_full(above, line, width) for above, line in pairs)
    wrapped = width >= NARROWEST_WRAP and full > 0 and full >= LEAST_SHARE_OF_FULL_LINES * len(pairs)
    return width if wrapped else None


def is_full(above: Line, line: Line, width: int) -> bool:
    """Whether the first word of a line would not have found room on the line above it."""
    return above.width <= width < above.width + 1 + line.first_word


def continues(text: str, above: Line, line: Line) -> bool:
    """Whether a line goes on with the block above.

    What looks like a list item may be a number or a dash that happened to come first on its line.
    """
    if not line.is_item:
        return True
    opening, last = text[line.start], text[above.end - 1]
    if opening == "–":
        return last not in ":;؛"
    return (opening == "(" or opening.isalnum()) and last not in ".!?:;؟؛…"


def languages_of(texts: Sequence[str]) -> list[str]:
    """The language of each block; short ones are decided among the languages of the long ones."""
    identify = identifier()
    letters = [len(LETTER.findall(text)) for text in texts]
    found = [
        identify.classify(text)[0] if count >= FEW_LETTERS else "" for text, count in zip(texts, letters, strict=True)
    ]
    present: Counter[str] = Counter()
    for language, count in zip(found, letters, strict=True):
        if language:
            present[language] += count
    if not present and any(letters):
        present[identify.classify("\n".join(texts))[0]] = 1
    majority = present.most_common(1)[0][0] if present else "und"
    return [
        language or (nearest(identify, text, present) if count and len(present) > 1 else majority)
        for text, count, language in zip(texts, letters, found, strict=True)
    ]


def nearest(identify: LanguageIdentifier, text: str, present: Counter[str]) -> str:
    """The likeliest of the languages of a document that is written in several."""
    return next(str(language) for language, _ in identify.rank(text) if language in present)


@cache
def identifier() -> LanguageIdentifier:
    """The language identifier, loaded once.

    py3langid rather than lingua: both read every training block of 80 characters and more, and the document
    helps with the shorter ones. On sentences of SIB-200 in 13 languages py3langid is right in 99 of 100 and
    more, but for Indonesian (95), which it takes for Malay. It needs 5 MB on disk instead of 96, 0.6 s to
    load instead of 7, and a tenth of the time a block. Its model is plain arrays, read without pickle.
    """
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    loaded = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    # Only ISO 639-1: a dialect without a code of its own there is read as the language it belongs to.
    loaded.set_languages([language for language in loaded.labels if len(language) == 2])
    return loaded
