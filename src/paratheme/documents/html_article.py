"""What an extraction library takes for the article of a web page."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from paratheme.documents.html_blocks import Block
from paratheme.documents.html_tables import Element
from paratheme.documents.normalise import INVISIBLE

SHINGLE = 4  # words in a row by which a block is found again in the article
SHARE = 0.7  # of its words, or of them four in a row
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
    """The words of a text, in lower case, without signs that are not seen, which the extraction drops."""
    return WORD.findall(INVISIBLE.sub("", text).lower())


def shingles_of(words: Sequence[str]) -> Iterable[tuple[str, ...]]:
    """Words, four in a row."""
    return zip(*(words[start:] for start in range(SHINGLE)), strict=False)


def squeezed(text: str) -> str:
    """A text without its white space and what parts its cells, in lower case."""
    return "".join(INVISIBLE.sub("", text).replace("|", " ").lower().split())
