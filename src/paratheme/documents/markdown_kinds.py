"""What the marks inside a line of Markdown say of it: links alone, a picture, all bold, all italic."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from paratheme.documents.captions import LONGEST_CAPTION
from paratheme.documents.line_forms import CLAUSE_END, LONGEST_HEADING, SENTENCE_END

DEEPEST = 20  # containers within each other, as CommonMark's own preset has it
LONGEST_SEEN = 4000  # characters; what is longer is an article's paragraph whatever its marks
LONGEST_LINK = 200  # a link that says more is a paragraph that was linked
LONGEST_LABEL, LONGEST_CRUMB = 40, 40
LONGEST_CREDIT = 100  # beside a picture on its line

MARKS = re.compile(r"[\[<*_!{\\]|https?:|www\.|&")  # without one of them a line is just text
OPENING_MARKS = re.compile(r"(?:[ \t]*(?:>|[-+*](?=\s)|\d{1,9}[.)](?=\s)|\[\^[^\]\s]+\]:|\[[ xX]\](?=\s)))+[ \t]*")
QUOTE_MARKS = re.compile(r"(?<=\n)[ \t]*>[> \t]*")
# A line that is nothing but a generator's own words: [[wiki link]], {{< shortcode >}}, {% tag %}, {: .class}, ::: box,
# [!NOTE], [TOC]
MACHINE = re.compile(
    r"(?:(?:!?\[\[[^\[\]]*\]\]|\{\{[^{}]*\}\}|\{%[^{}]*%\}|\{:?[.#:][^{}]*\}|\[![\w-]+\][-+]?|\[toc\])\s*)+|:{3,}.*",
    re.IGNORECASE,
)
ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>]+", re.IGNORECASE)
LINK, LINK_END = "\x02", "\x03"
LINKED = re.compile(f"{LINK}([^{LINK_END}]*){LINK_END}")
LABEL = re.compile(rf"\W*\w[^:：]{{0,{LONGEST_LABEL}}}[:：]\W*")
BETWEEN_CRUMBS = re.compile(r"\s[/·•»›>→←‹«]\s|(?:(?<!\s)\s++)?\|\s*")
WORD = re.compile(r"[^\W_]")
PICTURE_FILE = re.compile(
    r"\S+\.(?:jpe?g|png|gif|webp|svg|avif)|(?:img|dsc|image|photo|screenshot)[-_ ]?\d*", re.IGNORECASE
)
EMPHASIS_TAGS = {"em": "italic", "i": "italic", "small": "italic", "strong": "bold", "b": "bold"}
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*+)[^>]*?(/?)>")


@cache
def parser(*, fences: bool = True) -> MarkdownIt:
    """CommonMark with tables and footnotes; text that is set in by four columns is text, for archives indent theirs."""
    made = MarkdownIt("commonmark", {"maxNesting": DEEPEST}).enable("table").disable("code")
    made.use(footnote_plugin, inline=False, move_to_end=False)
    made.core.ruler.enableOnly(["normalize", "block"])  # what is inside of lines is looked at line by line
    # nobody follows links here, and in UTF-8, as they are written for that, not every text can be
    made.normalizeLink = made.normalizeLinkText = str  # type: ignore[method-assign,assignment]
    return made if fences else made.disable("fence")


@dataclass
class Shown:
    """What a line shows: its text, with links between `LINK` and `LINK_END`, and the texts of its pictures."""

    text: str = ""
    pictures: list[str] = field(default_factory=list)
    open: dict[str, int] = field(default_factory=lambda: {"link": 0, "bold": 0, "italic": 0})
    plain: set[str] = field(default_factory=set)  # of "bold" and "italic": what some of its words are not

    def add(self, token: Token) -> None:
        """Take in the next token of the line."""
        if token.type == "html_inline":
            self.add_tag(token.content)
        elif token.type == "image":
            self.pictures.append(" ".join(token.content.split()))
        elif token.type in ("softbreak", "hardbreak"):
            self.text += " "
        elif token.type in ("link_open", "link_close"):
            self.turn("link", token.nesting)
        elif token.type in ("strong_open", "strong_close", "em_open", "em_close"):
            self.turn("bold" if token.type.startswith("strong") else "italic", token.nesting)
        elif token.content:
            self.text += token.content.replace(LINK, " ").replace(LINK_END, " ")
            if WORD.search(token.content):
                self.plain |= {mark for mark in ("bold", "italic") if not self.open[mark]}

    def add_tag(self, content: str) -> None:
        """Take in a tag of HTML."""
        tag = TAG.fullmatch(content)
        name = tag[2].lower() if tag else ""
        if name == "br":
            self.text += " "
        elif tag and name == "img":
            shown = re.search(r"\balt\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", content, re.IGNORECASE)
            self.pictures.append((shown[1] or shown[2] or "").strip() if shown else "")
        elif tag and not tag[3] and (name == "a" or name in EMPHASIS_TAGS):
            self.turn("link" if name == "a" else EMPHASIS_TAGS[name], -1 if tag[1] else 1)

    def turn(self, mark: str, step: int) -> None:
        """Open or close a link or an emphasis."""
        before = self.open[mark]
        self.open[mark] = max(0, before + step)
        if mark == "link" and bool(before) != bool(self.open[mark]):
            self.text += LINK if step > 0 else LINK_END


def shown_by(text: str, env: dict[str, Any]) -> Shown:
    """What a line shows."""
    tokens: list[Token] = []
    parser().inline.parse(text, parser(), env, tokens)
    shown = Shown()
    for token in tokens:
        shown.add(token)
    shown.text += LINK_END if shown.open["link"] else ""
    shown.text = " ".join(shown.text.split())
    return shown


def marked_as(text: str, env: dict[str, Any]) -> str:
    """What a line is by its marks.

    Returns
    -------
    {"", "picture", "blank picture", "furniture", "title", "sentence", "italic"}
        "blank picture": one of which nothing is said; "furniture": links or a generator's words alone, or nothing to
        read; "title": short and all bold; "sentence": all bold too, but no title; "italic": short and all italic.
        Nothing where the marks say nothing.
    """
    if not WORD.search(text):
        return "furniture"
    if len(text) > LONGEST_SEEN or not MARKS.search(text):
        return ""
    text = QUOTE_MARKS.sub("", text[opening.end() :] if (opening := OPENING_MARKS.match(text)) else text).strip()
    if MACHINE.fullmatch(text):
        return "furniture"
    shown = shown_by(text, env)
    beside = LINKED.sub("", shown.text)
    if shown.pictures and len(beside) <= LONGEST_CREDIT and text.startswith(("!", "[!", "<")):
        told = any(is_caption(alt) for alt in shown.pictures) or WORD.search(beside)
        return "picture" if told else "blank picture"
    if is_furniture(shown.text):
        return "furniture"
    words = LINKED.sub(r"\1", shown.text).strip()
    if "bold" not in shown.plain:
        unquoted = words.rstrip(" »”\"'’)")
        title = len(words) <= LONGEST_HEADING and not unquoted.endswith(SENTENCE_END + CLAUSE_END)
        return "title" if title else "sentence"
    return "italic" if "italic" not in shown.plain and len(words) <= LONGEST_CAPTION else ""


def is_caption(alt: str) -> bool:
    """Whether the text of a picture says something about it: more than a word, and no file's name."""
    return not PICTURE_FILE.fullmatch(alt) and (len(alt.split()) > 1 or (bool(WORD.search(alt)) and not alt.isascii()))


def is_furniture(shown: str) -> bool:
    """Whether a line shows links alone, links behind a label, or a row of links and short words between strokes."""
    marked = with_addresses(shown)
    links = LINKED.findall(marked)
    if not links or any(len(link) > LONGEST_LINK for link in links):
        return not WORD.search(shown)
    outside = LINKED.sub("", marked)
    if not WORD.search(outside) or LABEL.fullmatch(outside):
        return True
    crumbs = [crumb for crumb in BETWEEN_CRUMBS.split(marked) if WORD.search(crumb)]
    short = len(crumbs) > 1 and all(len(crumb) <= LONGEST_CRUMB for crumb in crumbs)
    return short and any(LINKED.fullmatch(crumb) for crumb in crumbs) and not marked.endswith(SENTENCE_END)


def with_addresses(shown: str) -> str:
    """A line with the addresses in it marked as links too."""
    parts = LINKED.split(shown)
    return "".join(
        f"{LINK}{part}{LINK_END}" if index % 2 else ADDRESS.sub(f"{LINK}x{LINK_END}", part)
        for index, part in enumerate(parts)
    )
