"""Web pages: the headline and the article, with kinds from the markup, without the page's furniture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from paratheme.documents.document import Document, Pieces
from paratheme.documents.encodings import DocumentError, decode
from paratheme.documents.html_article import SHARE, SHINGLE, Article, article_of, squeezed, words_of
from paratheme.documents.html_blocks import Block, Page, read_page
from paratheme.documents.html_tables import Element
from paratheme.documents.html_tree import article_in_data, parsed, show_noscript

LITTLE_TEXT = 600  # characters: on a page with less, telling article from furniture is guesswork

LONGEST_TITLE = 400
MOST_OF_TITLE = 0.3  # a page's title often goes on with the site's name
NEAR = 3  # blocks
FEWEST_ALIKE = 3


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
    if size_of(page) < LITTLE_TEXT and show_noscript(root):
        page = read_page(root)
    if not page.blocks:
        return document_in_data(root, path, repairs)
    stated = stated_title(root)[:LONGEST_TITLE]
    article = article_of(root)
    little = size_of(page) < LITTLE_TEXT
    chosen = [] if little else choose(page, article, stated or article.title[:LONGEST_TITLE])
    lost = not little and not chosen
    pieces = Pieces()
    for block in chosen or unique_captions(page.blocks, ""):
        kind = "boilerplate" if block.region else block.kind
        pieces.add(f"- {block.text}" if block.opens_item and block.kind == "list_item" else block.text, kind)
    if lost and pieces.texts:
        repairs = (*repairs, "no article was found on the page, so all of it was read")
    headlines = (block.text for block in chosen if block.tag in ("h1", "h2") and says(block, stated))
    return pieces.document(next(headlines, article.title), article.date, repairs)


def size_of(page: Page) -> int:
    """How much text a page shows, in characters."""
    return sum(len(block.text) for block in page.blocks)


def document_in_data(root: Element, path: Path, repairs: Sequence[str]) -> Document:
    """The article that a page without text tells search engines.

    Raises
    ------
    DocumentError
        If there is none, but programs that would put text on the page.
    """
    title, lines = article_in_data(root)
    if not lines and root.find(".//script") is not None:
        raise DocumentError(
            f"{path}: has no text, its programs load it; save the page again from a browser that shows it"
        )
    pieces = Pieces()
    if title:
        pieces.add(title, "heading")
    for line in lines:
        pieces.add(line, "")
    return pieces.document(title, "", tuple(repairs))


def stated_title(root: Element) -> str:
    """The title in the head of a page, where the site's name may stand beside the headline."""
    for meta in root.iter("meta"):
        if "og:title" in (meta.get("property"), meta.get("name")) and meta.get("content"):
            return str(meta.get("content"))
    return next((title.text or "" for title in root.iter("title")), "")


def choose(page: Page, article: Article, title: str) -> list[Block]:
    """The article's blocks, its headline, and what stands among them that the extraction left out."""
    blocks = page.blocks
    inside = [article.holds(block) for block in blocks]
    anchors = [
        index
        for index, block in enumerate(blocks)
        if inside[index] and not block.region and len(words_of(block.shown)) >= 2 * SHINGLE and not says(block, title)
    ]
    if not anchors:
        return []
    if blocks[anchors[0]].article:
        further = further_articles(blocks)
        anchors = sorted({*anchors, *further})
        inside = [found or index in further for index, found in enumerate(inside)]
    top = headline(blocks, title, anchors[0])
    start = anchors[0] if top is None else top
    first, last = next((index for index in anchors if index > start), start), max(anchors[-1], start)
    homes = homes_of(page, anchors)
    while top is None and start and opens_section(blocks[start - 1], homes):
        start -= 1
    chosen = []
    for index, block in enumerate(blocks):
        few = len(words_of(block.shown)) < SHINGLE
        near = start - NEAR <= index <= last + NEAR
        found = inside[index] and (near or not few)
        if index < start:  # above the headline: kickers and menus, seldom the lead
            found = found and (top is None or block.kind == "paragraph")
        if not found and start < index < first:
            found = belongs(block, homes) or (block.kind == "paragraph" and is_text(block))  # the lead, not the byline
        elif not found and first < index < last:
            apart = not few and not block.linked  # a callout
            found = is_text(block) and (apart or belongs(block, homes)) and not says_again(blocks, index)
        elif index == last + 1:  # the end of a list or a table, messages without a full stop
            found = found or (block.container in homes and is_text(block) and (block.kind != "" or not few))
            last += found or not is_text(block)
        if index in (top, start) or found:
            chosen.append(block)
    return unique_captions(chosen, title)


def homes_of(page: Page, anchors: Sequence[int]) -> set[int]:
    """The parts of the page that hold the article, and those of a class that three of them have, as messages do."""
    homes = {page.blocks[index].container for index in anchors}
    alike = Counter(page.containers[home - 1] for home in homes if home)
    common = {name for name, count in alike.items() if name and count >= FEWEST_ALIKE}
    return homes | {place for place, name in enumerate(page.containers, start=1) if name in common}


def further_articles(blocks: Sequence[Block]) -> set[int]:
    """Where the paragraphs of all articles of a page stand; one that has a single paragraph announces a page."""
    found = [
        index
        for index, block in enumerate(blocks)
        if block.article
        and not block.region
        and block.kind == "paragraph"
        and 4 * block.linked <= len(block.text)
        and not says_again(blocks, index)
    ]
    sizes = Counter(blocks[index].article for index in found)
    return {index for index in found if sizes[blocks[index].article] > 1}


def belongs(block: Block, homes: set[int]) -> bool:
    """Whether a block that the extraction left out is of the article by its markup and its place."""
    return is_text(block) and (
        block.kind in ("caption", "table_row")
        or (block.container in homes and block.kind in ("heading", "list_item", "paragraph"))
    )


def is_text(block: Block) -> bool:
    """Whether a block is neither furniture nor mostly links."""
    return not block.region and 2 * block.linked <= len(block.text)


def says_again(blocks: Sequence[Block], index: int) -> bool:
    """Whether one of the blocks below begins with all that a paragraph says, as the caption of a film does."""
    if blocks[index].kind != "paragraph":
        return False
    said = squeezed(blocks[index].shown)
    return any(squeezed(other.shown).startswith(said) for other in blocks[index + 1 : index + 1 + NEAR])


def opens_section(block: Block, homes: set[int]) -> bool:
    """Whether a block above the text is the heading of its part of the page."""
    return block.kind == "heading" and block.container in homes and is_text(block)


def headline(blocks: Sequence[Block], title: str, first: int) -> int | None:
    """Where the headline stands.

    At the heading that says most of the page's title, at the last h1 above the text, or at what says it unmarked.
    """
    above = [index for index, block in enumerate(blocks[: first + NEAR]) if not block.region]
    marked = [index for index in above if blocks[index].tag in ("h1", "h2")]
    mains = [index for index in marked if blocks[index].tag == "h1" and index <= first]
    place = says_most(blocks, marked, title)
    if place is None:
        place = mains[-1] if mains else says_most(blocks, [index for index in above if index < first], title)
    return place


def says_most(blocks: Sequence[Block], places: Iterable[int], title: str) -> int | None:
    """Which of some blocks says most of the page's title; None where none says much."""
    wanted = set(words_of(title))
    most, place = MOST_OF_TITLE, None
    for index in places:
        if says(blocks[index], title):
            said = len(wanted.intersection(words_of(blocks[index].shown))) / len(wanted)
            if said > most:
                most, place = said, index
    return place


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
