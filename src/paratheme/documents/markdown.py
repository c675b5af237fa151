"""Markdown -> pieces, with the kinds that its marks give; the text stays the file's own, so offsets point into it.

A piece is a visible line with its marks, or several lines that belong together: markup says which lines may (a
paragraph, an item, a heading), and inside of them the layout decides as in plain text, for archives that were scraped
from pages put a paragraph on each line without a blank line between.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from markdown_it.token import Token

from paratheme.documents.document import Document, Piece
from paratheme.documents.encodings import decode
from paratheme.documents.front_matter import read_front_matter
from paratheme.documents.line_forms import LONGEST_TITLE, SENTENCE_END
from paratheme.documents.markdown_kinds import WORD, marked_as, parser
from paratheme.documents.segmentation import Line, continues, is_full, lines_of, wrap_width

CONTAINERS = ("bullet_list", "ordered_list", "blockquote", "footnote_reference")
UNDERLINES = ("=", "-")
LEAVES = ("paragraph", "heading", "fence", "html_block", "hr", "tr")
LINE_END = re.compile(r"\r\n?|\n")  # what ends a line of Markdown; other breaks may stand inside of one
FENCE = re.compile(r"[> \t]*(?:[-*+][ \t]+|\d{1,9}[.)][ \t]+)*(`{3,}|~{3,})")
DEFINITION = re.compile(r"[> \t]*\[[^\]]+\]:")
ATX = re.compile(r"#{1,6}\s")
HARD_BREAK = re.compile(r"(?:\\|<br\s*/?>)\Z", re.IGNORECASE)
STANDS_APART = re.compile(r"[> \t]*(?:!\[|\[!\[|<)")  # a picture or a tag begins a line, whatever the wrapping
# Each part stops before its own beginning, so that what is never closed is read over once.
UNSEEN = re.compile(
    r"<!--(?:(?!<!--).)*?-->|<(script|style|svg)\b(?:(?!<\1\b).)*?</\1\s*>|<[/a-z!?][^<>]*>|&(?:[a-z]{2,8}|#x?[\da-f]{1,6});",
    re.DOTALL | re.IGNORECASE,
)
TAG = re.compile(r"<(/?)(h[1-6]|li|figcaption|t[rdh])\b", re.IGNORECASE)
# The others are headings.
TAG_KINDS = {"li": "list_item", "figcaption": "caption", "tr": "table_row", "td": "table_row", "th": "table_row"}
KINDS_OF_MARKS = {
    "blank picture": "boilerplate",
    "furniture": "boilerplate",
    "title": "heading",
    "sentence": "paragraph",
}


@dataclass
class Leaf:
    """Lines that the markup holds together: where they stand, as what, of which kind, in which outermost list."""

    start: int
    end: int
    type: str
    kind: str = ""
    list: int = 0
    markup: str = ""


@dataclass
class Part:
    """A piece in the making: where it stands, in which leaf, its kind, and what its marks say of it."""

    start: int
    end: int
    leaf: Leaf
    kind: str = ""
    marks: str = ""


def read_markdown(path: Path) -> Document:
    """Read a Markdown file.

    Parameters
    ----------
    path : Path
        The file, in any encoding that `decode` knows.

    Returns
    -------
    Document
        Its text as it stands in the file, its pieces, and what the front matter gives as title and date.
    """
    text, repairs = decode(path.read_bytes(), path)
    return markdown_document(text, repairs)


def markdown_document(text: str, repairs: tuple[str, ...] = ()) -> Document:
    """The document that a Markdown text is, without a name."""
    about = read_front_matter(text)
    lines = lines_of(text)
    body = [line for line in lines if line.start >= about.end]
    pieces = [Piece(line.start, line.end, "boilerplate") for line in lines[: len(lines) - len(body)]]
    pieces += [Piece(part.start, part.end, part.kind) for part in parts_of(text, body, about.end)]
    return Document("", text, tuple(pieces), about.title, about.date, repairs)


def parts_of(text: str, lines: Sequence[Line], start: int) -> list[Part]:
    """The pieces below the front matter."""
    env: dict[str, Any] = {}
    leaves = leaves_of(text, start, env)
    shown = without_markup(text, leaves)
    parts = [
        part for part in cut(text, lines, leaves) if part.leaf.type != "rest" or WORD.search(text, part.start, part.end)
    ]
    for part in parts:
        looked_at = part.leaf.type in ("paragraph", "html_block")
        part.marks = marked_as(text[part.start : part.end], env) if looked_at else ""
        part.kind = kind_of(part, text, shown)
    return settled(text, parts)


def leaves_of(text: str, start: int, env: dict[str, Any]) -> list[Leaf]:
    """What the parser finds, in order; `env` takes up the definitions of references."""
    body = text[start:]
    starts = [start, *(start + match.end() for match in LINE_END.finditer(body)), len(text), len(text)]
    tokens = parser().parse(body, env)
    last = next((token for token in reversed(tokens) if token.map), None)
    if last and last.map and last.type == "fence":
        closing = FENCE.match(text, starts[last.map[1] - 1])
        if last.map[1] - last.map[0] == 1 or not (closing and closing[1].startswith(last.markup)):
            tokens = parser(fences=False).parse(body, env)  # all below a fence that is never closed would be code
    leaves = walk(tokens, starts)
    return [part for leaf in leaves for part in (underlined(text, leaf) if leaf.markup in UNDERLINES else [leaf])]


def underlined(text: str, leaf: Leaf) -> list[Leaf]:
    """A heading without the line below it; or a paragraph and a rule, between which somebody left no blank line."""
    last = max(text.rfind("\n", leaf.start, leaf.end - 1), text.rfind("\r", leaf.start, leaf.end - 1)) + 1
    title = text[leaf.start : last].rstrip()
    if len(title) <= LONGEST_TITLE and not title.endswith(SENTENCE_END):
        return [replace(leaf, end=last)]
    return [replace(leaf, end=last, type="paragraph"), replace(leaf, start=last, type="hr")]


def walk(tokens: Sequence[Token], starts: Sequence[int]) -> Iterator[Leaf]:
    """The leaves among the tokens, each with its kind by the containers that it stands in."""
    lone = lone_numbers(tokens)
    containers: list[str] = []
    items: list[str] = []  # of each open item, the kind of the next that is seen of it
    lists, in_head = 0, False
    for token in tokens:
        name = token.type.removesuffix("_open").removesuffix("_close")
        if name in CONTAINERS:
            lists += token.nesting > 0 and "_list" in name and not any("_list" in container for container in containers)
            containers = [*containers, name] if token.nesting > 0 else containers[:-1]
        elif name == "list_item":
            items = [*items, "" if id(token) in lone else "list_item"] if token.nesting > 0 else items[:-1]
        elif name in ("thead", "tbody"):
            in_head = name == "thead"
        elif name in LEAVES and token.map:
            kind = items[-1] if items else "paragraph" if containers else ""
            if name == "tr" and in_head:
                name = "head"
            number = lists if any("_list" in container for container in containers) else 0
            yield Leaf(starts[token.map[0]], starts[token.map[1]], name, kind, number, token.markup)
            items = ["paragraph"] * len(items)


def lone_numbers(tokens: Sequence[Token]) -> set[int]:
    """Ids of the items that are alone in a list and whose number is not 1: "21. yüzyılda" begins a sentence."""
    items: list[list[Token]] = []
    lone: set[int] = set()
    for token in tokens:
        if token.type.endswith("_list_open"):
            items.append([])
        elif token.type == "list_item_open":
            items[-1].append(token)
        elif token.type.endswith("_list_close"):
            last = items.pop()
            lone |= {id(item) for item in last if len(last) == 1 and item.info not in ("", "1")}
    return lone


def without_markup(text: str, leaves: Sequence[Leaf]) -> str:
    """The text with its tags, comments and entities blanked, wherever the markup lets them be some."""
    done: list[str] = []
    position = 0
    for leaf in leaves:
        if leaf.type in ("html_block", "paragraph") and leaf.start >= position:
            blanked = UNSEEN.sub(lambda match: " " * len(match[0]), text[leaf.start : leaf.end])
            done += [text[position : leaf.start], blanked]
            position = leaf.end
    return "".join([*done, text[position:]])


def cut(text: str, lines: Sequence[Line], leaves: Sequence[Leaf]) -> Iterator[Part]:
    """Parts of whole lines; those of a paragraph together where the layout says that they are one."""
    begins = [leaf.start for leaf in leaves]
    placed: list[tuple[Line, Leaf]] = []
    for line in lines:
        at = bisect_right(begins, line.start) - 1
        inside = at >= 0 and line.start < leaves[at].end
        before = placed[-1][1] if placed else None
        if inside:
            leaf = leaves[at]
        else:  # what lies between leaves: definitions of references, empty items
            leaf = before if before and before.type == "rest" and line.follows else Leaf(line.start, line.end, "rest")
        placed.append((replace(line, follows=line.follows and leaf is before), leaf))
    wrap = wrap_width(text, [line for line, leaf in placed if leaf.type in ("paragraph", "html_block")])
    part: Part | None = None
    above: Line | None = None
    for line, leaf in placed:
        if part and above and leaf is part.leaf and belongs(text, above, line, leaf, wrap):
            part.end = line.end
        else:
            if part:
                yield part
            part = Part(line.start, line.end, leaf)
        above = line
    if part:
        yield part


def belongs(text: str, above: Line, line: Line, leaf: Leaf, wrap: int | None) -> bool:
    """Whether a line is one piece with the line above it, of the same leaf."""
    if leaf.type in ("fence", "heading"):
        return True
    apart = STANDS_APART.match(text, line.start) or STANDS_APART.match(text, above.start)
    if apart or leaf.type not in ("paragraph", "html_block"):
        return False
    if wrap and is_full(above, line, wrap) and continues(text, above, line):
        return True
    # Wrapped by hand: a sentence that a small letter goes on with. Scripts without capitals cannot tell.
    return (
        text[line.start : line.end].lstrip("> ")[:1].islower()
        and not above.is_ended
        and text[above.end - 1] != ":"
        and not line.is_item
    )


def kind_of(part: Part, text: str, shown: str) -> str:
    """The kind that its own markup gives a part; empty where it says nothing."""
    own, leaf = text[part.start : part.end], part.leaf
    if part.marks == "picture":  # of which the text stands in its mark
        return "caption"
    if leaf.type in ("fence", "hr") or not WORD.search(shown, part.start, part.end) or FENCE.match(own):
        return "boilerplate"
    if leaf.type == "rest":
        return "boilerplate" if DEFINITION.match(text, leaf.start) else ""
    if leaf.type == "heading" or ATX.match(own):
        return "" if len(own) > LONGEST_TITLE and own.endswith(SENTENCE_END) else "heading"
    if leaf.type in ("tr", "head"):
        return "" if "|" not in own else "heading" if leaf.type == "head" else "table_row"
    tags: list[tuple[str, str]] = []  # in front of the first word
    if leaf.type == "html_block":
        first = WORD.search(shown, part.start, part.end)
        tags = TAG.findall(text, part.start, first.start() if first else part.end)
    opened = tags[-1][1].lower() if tags and not tags[-1][0] else ""
    if opened in TAG_KINDS:
        return TAG_KINDS[opened]
    if part.marks in KINDS_OF_MARKS and not (part.marks == "title" and leaf.kind == "list_item"):
        return KINDS_OF_MARKS[part.marks]
    return "heading" if opened else leaf.kind if leaf.type != "html_block" else ""


def settled(text: str, parts: Sequence[Part]) -> list[Part]:
    """The parts, with what only their neighbours tell: broken lines, captions, titles, lists of links."""
    done: list[Part] = []
    for part in parts:
        above = done[-1] if done else None
        if above and above.leaf is part.leaf and part.leaf.kind == "list_item" and part.kind == "list_item":
            part.kind = ""  # a line below an item, without a blank line between: of the item or not
        if above and part.marks == "italic" and above.marks in ("picture", "blank picture"):
            part.kind = "caption"
        opens = above and above.marks == "title" and text[above.start : above.end].rstrip("*_ ").endswith((":", "："))
        if above and opens and part.kind == "list_item":
            above.kind = "paragraph"  # a sentence that the list goes on with
        if above and is_broken(text, above, part):
            above.end = part.end
        else:
            done.append(part)
    if done and done[-1].marks == "title":  # a signature: no title without anything below
        done[-1].kind = done[-1].leaf.kind
    with_text = {part.leaf.list for part in done if part.marks != "furniture"}
    for part in done:
        if part.marks == "furniture" and part.leaf.kind == "list_item" and part.leaf.list in with_text:
            part.kind = "list_item"
    return done


def is_broken(text: str, above: Part, part: Part) -> bool:
    """Whether a hard break parts two lines of ordinary text, as in a poem or an address."""
    if above.leaf is not part.leaf or above.marks or part.marks or above.leaf.type != "paragraph":
        return False
    return (
        text.startswith("  ", above.end)
        or HARD_BREAK.search(text, max(above.start, above.end - 8), above.end) is not None
    )
