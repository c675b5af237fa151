"""What of a web page is not its text, as the markup says or names it."""

from __future__ import annotations

import re

from paratheme.documents.html_tables import BLOCK_TAGS, UNSEEN, Element, tags

# Parts of a page that are not its text, by what they are ...
HEADING_TAGS = tags("h1 h2 h3 h4 h5 h6")
FURNITURE_TAGS = tags("aside button dialog footer form menu nav select textarea")
FURNITURE_ROLES = tags("alert alertdialog complementary contentinfo dialog menu menubar navigation search")
# ... or by how people name them; whole words of class and id.
FURNITURE_NAMES = re.compile(
    r"(?:^|[\s_-])(?:comments?|commentlist|comment-?form|respond|disqus|related(?!-to)|recirc\w*|recommend\w*|trending|popular"
    r"|most-?read|read-?more|also-?read|share|sharing|share-?(?:bar|buttons?|links?)|sharedaddy|social|socials?-?\w*|follow-us"
    r"|cookies?|cookie-?\w+|consent|gdpr|newsletter|subscribe|subscription|signup|breadcrumbs?|navbar|nav|navigation"
    r"|menu|sidebar|side-bar|footer|widget-area|(?<![_-])widget(?![_-])|advert\w*|ads?(?!-(?:enabled|free))"
    r"|sponsored|promo|pagination|pager|skip-?links?|tags|tag-?(?:list|cloud)|post-?tags|login|search-?form"
    r"|outbrain|taboola)(?=$|[\s_-])"
)
# What is read out by a machine and not shown.
SPOKEN_NAMES = re.compile(r"(?:^|[\s_-])(?:screen-reader-\w+|sr-only|visually-?hidden)(?=$|[\s_-])")
# Boxes beside the text that are of the article.
BOX_NAMES = re.compile(
    r"(?:^|[\s_-])(?:(?:fact|info|key|text)-?box|facts?|key-?(?:facts|points|figures)|pull-?quote|timeline|explainer"
    r"|highlights?|background|encadr[eé]\w*|chiffres|rep[eè]res)(?=$|[\s_-])"
)
NAMED_WHOLE = frozenset(["html", "body", "main", "article"])  # their classes tell of the page: "has-sidebar"


def is_unseen(element: Element) -> bool:
    """Whether what an element holds is not shown; a headline that is only read out is the page's all the same."""
    tag = element.tag
    if tag in UNSEEN or not isinstance(tag, str):
        return True
    outer = element.getparent()
    headline = outer is not None and outer.tag in HEADING_TAGS
    return tag == "span" and not headline and SPOKEN_NAMES.search(names_of(element)) is not None


def is_furniture(element: Element) -> bool:
    """Whether an element is marked or named as furniture of the page."""
    tag = element.tag
    if tag in FURNITURE_TAGS or element.get("role") in FURNITURE_ROLES or element.get("hidden") is not None:
        return True
    if tag in NAMED_WHOLE or tag not in BLOCK_TAGS:
        return False
    if re.search(r"display\s*:\s*none", element.get("style") or ""):
        return True
    return FURNITURE_NAMES.search(names_of(element)) is not None


def names_of(element: Element) -> str:
    """The class and the id of an element, in lower case, words parted by hyphens."""
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", names).lower()
