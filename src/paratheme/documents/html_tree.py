"""A web page -> the tree of its elements, and what a page that shows little text has elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from paratheme.documents.html_tables import BLOCK_TAGS, Element, tags, text_of

# A parser gives up on elements nested deeper than it expects, and loses what is inside them.
MOST_DEPTH = 80
TAG = re.compile(r"<!--|-->|<(/?)([a-z][a-z0-9]*)[^<>]*>?", re.IGNORECASE)
UNPARSED = {"<!--": "-->", "script": "/script", "style": "/style"}  # what follows is no markup until its end
# Elements that end by themselves, or hold only text or nothing, nest no deeper however often they stand.
FLAT_TAGS = tags(
    "area base br col colgroup dd dt embed hr img input li link meta option p param source tbody td tfoot th thead "
    "tr track wbr html head body h1 h2 h3 h4 h5 h6 figcaption"
)
CELL_TAGS = tags("tbody td tfoot th thead tr")
SHORTEST_ARTICLE = 300  # characters: a request to let programs run is shorter
SHORTEST_PARAGRAPH = 60  # characters in an element of a page's own: what is shorter stands in a line of text


def parsed(page: str) -> Element | None:
    """The tree of a page; None where nothing in it is markup or text."""
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    try:  # as bytes: lxml refuses a str that declares an encoding
        root = html.document_fromstring(flattened(page.replace("\0", "")).encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None
    for element in root.iter():
        if isinstance(element.tag, str) and "-" in element.tag:
            name_custom(element)
    return root


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


def name_custom(element: Element) -> None:
    """Call an element that only the page's programs know by what it does: hold a paragraph, or other elements."""
    text = (element.text or "").strip()
    if len(text) >= SHORTEST_PARAGRAPH:
        element.tag = "p"
    elif any(child.tag in BLOCK_TAGS or "-" in str(child.tag) for child in element):
        element.tag = "div"


def show_noscript(root: Element) -> bool:
    """Take what a page shows where no program runs for its text; whether there is any."""
    hidden = [element for element in root.iter("noscript") if len(text_of_parts(element)) >= SHORTEST_ARTICLE]
    for element in hidden:
        element.tag = "div"
    return bool(hidden)


def text_of_parts(element: Element) -> str:
    """What the elements inside an element say."""
    return " ".join(text_of(child) for child in element)


def article_in_data(root: Element) -> tuple[str, list[str]]:
    """The headline and the lines of the article that a page tells search engines (JSON-LD, schema.org)."""
    for script in root.iter("script"):
        if "ld+json" not in (script.get("type") or ""):
            continue
        try:
            data = json.loads(script.text or "", strict=False)
        except (ValueError, RecursionError):
            continue
        for found in objects_of(data):
            body, title = found.get("articleBody"), found.get("headline")
            if isinstance(body, str) and body.strip():
                lines = [" ".join(line.split()) for line in re.split(r"[\r\n]+", body)]
                return title if isinstance(title, str) else "", [line for line in lines if line]
    return "", []


def objects_of(data: Any) -> Iterator[dict[str, Any]]:
    """The objects within a JSON value."""
    waiting = [data]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield one
        if isinstance(one, dict | list):
            waiting += list(one.values() if isinstance(one, dict) else one)
