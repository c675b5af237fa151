"""Web pages: the headline and the article, with kinds from the markup, without the page's furniture."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from paratheme.documents.document import Document, Pieces
from paratheme.documents.encodings import decode
from paratheme.documents.html_blocks import Block, read_page
from paratheme.documents.html_tables import BLOCK_TAGS, Element, tags

LITTLE_TEXT = 600  # characters: on a page with less, telling article from furniture is guesswork

# A parser gives up on elements nested deeper than it expects, and loses what is inside them.
MOST_DEPTH = 80
TAG = re.compile(r"<!--|-->|<(/?)([a-z][a-z0-9]*)[^<>]*>?", re.IGNORECASE)
UNPARSED = {"<!--": "-->", "script": "/script", "style": "/style"}  # what follows is no markup until its end
# Elements that end by themselves, or hold nothing, nest no deeper however often they stand.
FLAT_TAGS = tags(
    "area base br col colgroup dd dt embed hr img input li link meta option p param source tbody td tfoot th thead "
    "tr track wbr html head body"
)
CELL_TAGS = tags("tbody td tfoot th thead tr")

SHINGLE = 4  # words in a row by which a block is found again in the article
SHARE = 0.7
LONGEST_TITLE = 400
MOST_OF_TITLE = 0.3  # a page's title often goes on with the site's name
NEAR = 3  # blocks
WORD = re.compile(r"\w+")


@dataclass
class Article:
    """What the extraction takes for the article of a page.

    Attributes
    ----------
    title, date : str
        As the page states them.
    shingles : set of tuple of str
        Its words, four in a row.
    lines : set of str
        Its lines and cells, for blocks of fewer words.
    """

    title: str = ""
    date: str = ""
    shingles: set[tuple[str, ...]] = field(default_factory=set)
    lines: set[str] = field(default_factory=set)

    def holds(self, block: Block) -> bool:
        """Whether a block is in the article."""
        words = words_of(block.shown)
        if len(words) < SHINGLE:
            return squeezed(block.shown) in self.lines
        found = [shingle in self.shingles for shingle in shingles_of(words)]
        return sum(found) >= SHARE * len(found)


def read_html(path: Path) -> Document:
    """Read a web page.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Document
        The headline, the article, its tables, lists and captions, in the order of the page. Of comments, menus, related
        stories and other furniture, what the extraction took for article is kept as boilerplate. A page with little
        text, or on which no article is found, is read whole.
    """
    text, repairs = decode(path.read_bytes(), path)
    root = parsed(text)
    if root is None:
        return Document("", "")
    page = read_page(root)
    stated = stated_title(root)[:LONGEST_TITLE]
    article = article_of(root)
    little = sum(len(block.text) for block in page.blocks) < LITTLE_TEXT
    chosen = [] if little else choose(page.blocks, article, stated or article.title[:LONGEST_TITLE])
    lost = not little and not chosen
    pieces = Pieces()
    for block in chosen or unique_captions(page.blocks, ""):
        kind = "boilerplate" if block.region else block.kind
        pieces.add(f"- {block.text}" if block.opens_item and block.kind == "list_item" else block.text, kind)
    if lost and pieces.texts:
        repairs = (*repairs, "no article was found on the page, so all of it was read")
    headlines = (block.text for block in chosen if block.tag in ("h1", "h2") and says(block, stated))
    return pieces.document(next(headlines, article.title), article.date, repairs)


def parsed(page: str) -> Element | None:
    """The tree of a page; None where nothing in it is markup or text."""
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    try:  # as bytes: lxml refuses a str that declares an encoding
        return html.document_fromstring(flattened(page.replace("\0", "")).encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None


def flattened(page: str) -> str:
    """The page without the tags that nest too deep; what they held stays."""
    depth, until, cut = 0, "", -1

    def kept(match: re.Match[str]) -> str:
        nonlocal depth, until, cut
        end, name = match[1], (match[2] or match[0]).lower()
        if until:
            until = "" if f"{end or ''}{name}" == until else until
            return match[0]
        until = "" if end else UNPARSED.get(name, "")
        nests = match[2] is not None and name not in FLAT_TAGS and not match[0].endswith("/>")
        depth += nests and not end
        too_deep = depth > MOST_DEPTH and (nests or name in CELL_TAGS) and not until
        depth = max(depth - (nests and bool(end)), 0)
        if not too_deep:
            return match[0]
        again, cut = cut == match.start(), match.end()
        return "<br>" * (name in BLOCK_TAGS and not again)

    return TAG.sub(kept, page)


def stated_title(root: Element) -> str:
    """The title in the head of a page, where the site's name may stand beside the headline."""
    for meta in root.iter("meta"):
        if "og:title" in (meta.get("property"), meta.get("name")) and meta.get("content"):
            return str(meta.get("content"))
    return next((title.text or "" for title in root.iter("title")), "")


def article_of(root: Element) -> Article:
    """What trafilatura takes for the article, and what the page states of itself."""
    import trafilatura
    from lxml import etree

    for name in ("trafilatura", "htmldate", "courlan", "justext"):  # their doubts are no news to the user
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    etree.strip_attributes(root, "colspan", "rowspan")  # it would fill up whatever number stands there
    try:
        found = trafilatura.bare_extraction(
            root,
            include_comments=False,
            with_metadata=True,
            date_extraction_params={"original_date": True, "extensive_search": False},
        )
    except Exception:  # a page can be broken in any way; then all of it is read
        return Article()
    if found is None:
        return Article()
    text = found.text or ""
    words = words_of(text.replace("|", " "))
    cells = (cell for line in text.split("\n") for cell in (line, *line.split("|")))
    lines = {squeezed(cell.lstrip("- ")) for cell in cells}
    return Article(found.title or "", found.date or "", set(shingles_of(words)), lines - {""})


def words_of(text: str) -> list[str]:
    """The words of a text, in lower case."""
    return WORD.findall(text.lower())


def shingles_of(words: Sequence[str]) -> Iterable[tuple[str, ...]]:
    """Words, four in a row."""
    return zip(*(words[start:] for start in range(SHINGLE)), strict=False)


def squeezed(text: str) -> str:
    """A text without its white space, in lower case."""
    return "".join(text.lower().split())


def choose(blocks: Sequence[Block], article: Article, title: str) -> list[Block]:
    """The article's blocks, its headline, and what stands among them that the extraction left out."""
    inside = [article.holds(block) for block in blocks]
    anchors = [
        index
        for index, block in enumerate(blocks)
        if inside[index] and not block.region and len(words_of(block.shown)) >= 2 * SHINGLE and not says(block, title)
    ]
    if not anchors:
        return []
    top = headline(blocks, title, anchors[0])
    start = anchors[0] if top is None else top
    first, last = next((index for index in anchors if index > start), start), max(anchors[-1], start)
    homes = {blocks[index].container for index in anchors}
    chosen = []
    for index, block in enumerate(blocks):
        few = len(words_of(block.shown)) < SHINGLE
        near = start - NEAR <= index <= last + NEAR
        found = inside[index] and (near or not few)
        if index < start:  # above the headline: kickers and menus, seldom the lead
            found = found and (top is None or block.kind == "paragraph")
        if index == top or found or (start < index < last and belongs(block, homes, index < first)):
            chosen.append(block)
    return unique_captions(chosen, title)


def belongs(block: Block, homes: set[int], above: bool) -> bool:
    """Whether a block that the extraction left out is of the article by its markup and its place."""
    if block.region or 2 * block.linked > len(block.text):
        return False
    if block.kind in ("caption", "table_row"):
        return True
    if above:  # between headline and text: the lead, not the byline
        return block.kind == "paragraph"
    return block.container in homes and block.kind in ("heading", "list_item", "paragraph")


def headline(blocks: Sequence[Block], title: str, first: int) -> int | None:
    """Where the headline stands: the heading that says most of the page's title, or the last h1 above the text."""
    wanted = set(words_of(title))
    most, place = MOST_OF_TITLE, None
    for index, block in enumerate(blocks[: first + NEAR]):
        if block.tag in ("h1", "h2") and not block.region and says(block, title):
            said = len(wanted.intersection(words_of(block.shown))) / len(wanted)
            if said > most:
                most, place = said, index
    if place is not None:
        return place
    mains = [index for index, block in enumerate(blocks[: first + 1]) if block.tag == "h1" and not block.region]
    return mains[-1] if mains else None


def says(block: Block, title: str) -> bool:
    """Whether a block says the page's title or a part of it, and little else."""
    words, wanted = set(words_of(block.shown)), set(words_of(title))
    return bool(words) and len(words & wanted) >= SHARE * len(words)


def unique_captions(blocks: Sequence[Block], title: str) -> list[Block]:
    """The blocks without texts for pictures that say again what stands beside them."""
    kept = []
    for index, block in enumerate(blocks):
        if block.tag == "img":
            beside = {*words_of(title)}
            for other in (*blocks[max(0, index - NEAR) : index], *blocks[index + 1 : index + 1 + NEAR]):
                beside |= set(words_of(other.shown))
            words = set(words_of(block.shown))
            captioned = any(other.tag == "figcaption" for other in blocks[index + 1 : index + 2])
            if captioned or len(words & beside) > SHARE * len(words):
                continue
        kept.append(block)
    return kept
