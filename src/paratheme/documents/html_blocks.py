"""A web page -> all blocks of text that it shows, in order, with what the markup says of each.

One walk over the tree that keeps its own stack: the time grows with the page, however deep its elements nest.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from paratheme.documents.html_furniture import BOX_NAMES, is_furniture, is_unseen, names_of
from paratheme.documents.html_tables import (
    BLOCK_TAGS,
    Element,
    holds_tables,
    is_table_of_tables,
    rows_of,
    tags,
    text_of,
)
from paratheme.documents.segmentation import blocks_of_lines, lines_of
from paratheme.documents.table_rows import lays_out_a_page, lines_of_rows

CONTAINERS = tags("article aside body div footer form header main nav section td")
KIND_OF_TAG = {
    **dict.fromkeys(["h1", "h2", "h3", "h4", "h5", "h6"], "heading"),
    "figcaption": "caption",
    "caption": "caption",
}
SUBHEADINGS = tags("h2 h3 h4 h5 h6")
LONGEST_SUBHEADING = 90  # characters of one that ends as a sentence
# What a few words in it are; they look like headings.
KIND_OF_WORDS = {"dd": "list_item", "pre": "paragraph", "address": "boilerplate"}
SHORTEST_ALT = 40  # shorter texts for a picture name it ("logo", "photo 3"), longer ones tell what is on it
WHOLE_SENTENCE = re.compile(r"[.!?؟…。！？।۔][»”\"'’)\]]*$")


@dataclass
class Block:
    """A block of a page.

    Attributes
    ----------
    text : str
        As it is to be read; of a row of a table with the heads of the columns.
    kind : str
        What the markup says it is.
    shown : str
        As it stands on the page.
    tag : str
        The innermost element that decides its kind.
    container : int
        Which part of the page holds it, from 1.
    region : int
        Which piece of furniture holds it; 0 for none.
    article : int
        Which article of the page holds it, the outermost; 0 for none.
    linked : int
        How many of its characters are links.
    opens_item : bool
        Whether it is the first of its list item.
    """

    text: str
    kind: str
    shown: str
    tag: str
    container: int
    region: int
    article: int = 0
    linked: int = 0
    opens_item: bool = False


@dataclass(frozen=True)
class Frame:
    """What holds inside an element that is open."""

    tag: str = ""
    kind: str = ""
    container: int = 0
    region: int = 0
    article: int = 0
    pre: bool = False
    link: bool = False
    item: int = 0


@dataclass
class Page:
    """What a page shows, and its furniture.

    Attributes
    ----------
    blocks : list of Block
    regions : list of Element
        The furniture; a block's `region` counts from 1 here.
    containers : list of str
        Tag and class of each part, empty where it has no class; a block's `container` counts from 1 here.
    """

    blocks: list[Block] = field(default_factory=list)
    regions: list[Element] = field(default_factory=list)
    buffer: list[str] = field(default_factory=list)
    linked: int = 0
    containers: list[str] = field(default_factory=list)
    articles: int = 0
    items: int = 0
    begun: set[int] = field(default_factory=set)
    alternatives: list[str] = field(default_factory=list)  # texts for pictures, to stand after the block they are in

    def enter(self, element: Element, outer: Frame) -> Frame:
        """What holds inside an element."""
        tag = element.tag
        kind, container, region, item = outer.kind, outer.container, outer.region, outer.item
        boxed = tag == "aside" and BOX_NAMES.search(names_of(element)) is not None
        if tag in CONTAINERS and not boxed:
            container = len(self.containers) + 1
            self.containers.append(f"{tag} {element.get('class')}" if element.get("class") else "")
        if not region and not boxed and is_furniture(element):
            self.regions.append(element)
            region = len(self.regions)
        if tag == "li":
            self.items += 1
            kind, item = "list_item", self.items
        elif tag in ("article", "section", "table", "ul", "ol", "dl"):
            kind, item = "", 0
        elif tag == "blockquote" and not kind:
            kind = "paragraph"
        elif tag in KIND_OF_TAG:
            kind = KIND_OF_TAG[tag]
        own = tag if tag in BLOCK_TAGS else outer.tag
        pre = outer.pre or tag in ("pre", "listing", "xmp")
        article = outer.article
        if tag == "article" and not article:
            self.articles += 1
            article = self.articles
        return Frame(own, kind, container, region, article, pre, outer.link or tag == "a", item)

    def add(self, text: str | None, frame: Frame) -> None:
        """Add text that is shown inside an element."""
        if text:
            shown = text if frame.pre else re.sub(r"[ \t\r\n\f]+", " ", text)
            self.buffer.append(shown)
            self.linked += len(shown.strip()) if frame.link else 0

    def flush(self, frame: Frame) -> None:
        """End a block."""
        text, linked = "".join(self.buffer), self.linked
        self.buffer, self.linked = [], 0
        if text.strip():
            for part in parts_of(text, frame):
                opens = frame.item > 0 and frame.item not in self.begun
                self.begun.add(frame.item)
                kind = frame.kind if frame.kind != "list_item" or opens else ""
                if not kind and frame.tag in ("p", "blockquote") and is_sentence(part):
                    kind = "paragraph"
                elif frame.tag in SUBHEADINGS and len(part) > LONGEST_SUBHEADING and WHOLE_SENTENCE.search(part):
                    kind = "paragraph"  # the lead
                elif not kind and not WHOLE_SENTENCE.search(part):
                    kind = KIND_OF_WORDS.get(frame.tag, "")
                share = min(linked, len(part))
                self.blocks.append(self.block(part, kind, frame, linked=share, opens_item=opens))
        for text in self.alternatives:
            self.blocks.append(self.block(text, "caption", frame, tag="img"))
        self.alternatives = []

    def block(self, text: str, kind: str, frame: Frame, **told: Any) -> Block:
        """A block where a frame holds it."""
        where = {"shown": text, "tag": frame.tag, "container": frame.container, "region": frame.region}
        return Block(text, kind, **{**where, "article": frame.article, **told})

    def table(self, element: Element, frame: Frame) -> bool:
        """Add the rows of a table that holds data; False, and nothing done, for one that only lays out the page."""
        nested = holds_tables(element)
        if element.get("role") in ("presentation", "none") or (nested and not is_table_of_tables(element)):
            return False
        rows, head_rows = rows_of(element)
        linked = len(rows) == 1 and next(element.iterdescendants("a"), None) is not None  # a menu
        if linked or lays_out_a_page(rows, 0 if nested else head_rows):
            return False
        for caption in element.iterchildren("caption"):
            self.add(text_of(caption), frame)
            self.flush(replace(frame, tag="caption", kind="caption"))
        shown = [" ".join(cell.text for cell in row if cell.text) for row in rows]
        shown = [line for line in shown if line]
        lines = lines_of_rows(rows, head_rows)
        for line, source in zip(lines, shown[len(shown) - len(lines) :], strict=True):
            self.blocks.append(self.block(line, "table_row", frame, tag="tr", shown=source))
        return True


def read_page(root: Element) -> Page:
    """All blocks that a page shows.

    Parameters
    ----------
    root : lxml.html.HtmlElement

    Returns
    -------
    Page
        Furniture that holds half of the page or more, as a form around everything does, is none.
    """
    from lxml import etree

    page, frames = Page(), [Frame()]
    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        tag, frame = element.tag, frames[-1]
        if event in ("comment", "pi"):
            page.add(element.tail, frame)
            continue
        if event == "start":
            inner = page.enter(element, frame)
            frames.append(inner)
            if tag in BLOCK_TAGS:
                page.flush(frame)
            if tag == "br":
                page.buffer.append("\n")
            elif tag == "img":
                alternative = " ".join((element.get("alt") or "").split())
                page.alternatives += [alternative] if len(alternative) >= SHORTEST_ALT and " " in alternative else []
            if is_unseen(element) or (tag == "table" and page.table(element, inner)):
                walk.skip_subtree()
            else:
                page.add(element.text, inner)
        else:
            inner = frames.pop()
            if tag in BLOCK_TAGS:
                page.flush(inner)
            page.add(element.tail, frames[-1])
    page.flush(frames[-1])
    sizes = Counter[int]()
    for block in page.blocks:
        sizes[block.region] += len(block.text)
    typed = [block for block in page.blocks if block.tag == "pre"]
    if 2 * sum(len(block.text) for block in typed) >= sizes.total():  # a page around a plain text, with its titles
        for block in typed:
            block.kind = ""
    large = {region for region, size in sizes.items() if region and 2 * size >= sizes.total()}
    for region in large:
        page.regions[region - 1].tag = "div"
        page.regions[region - 1].attrib.clear()
    return page if not large else read_page(root)


def parts_of(text: str, frame: Frame) -> Iterator[str]:
    """The blocks of an element's text; lines that `br` breaks are blocks, unless they were wrapped by width."""
    if "\n" not in text or frame.kind not in ("", "paragraph"):
        yield " ".join(text.split())
        return
    for start, end in blocks_of_lines(text, lines_of(text)):
        yield " ".join(text[start:end].split())


def is_sentence(text: str) -> bool:
    """Whether a paragraph of the markup is one: a long one, or a whole sentence; others may be headings or bylines."""
    return len(text) > 200 or (len(text) > 60 and WHOLE_SENTENCE.search(text) is not None)
