"""What stands above a Markdown text about it: title, date and settings, in the ways that site generators write them."""

from __future__ import annotations

import html
import json
import re
import string
import tomllib
from dataclasses import dataclass
from typing import Any

import yaml

# The words by which site generators, blog engines and note-taking programs call what they know of a page.
KNOWN_KEY = re.compile(
    "aliases|author|authors|categories|category|copyright|cover|created|createddate|date|date_published"
    "|description|draft|excerpt|featured|headline|id|identifier|image|images|keywords|lang|language"
    "|lastmod|layout|linktitle|markdown content|metatitle|modified|permalink|post_date|post_title|pubdate|publishdate"
    "|published|published time|slug|source|sourceurl|status|subtitle|summary|tag|tags|template|title|topics|translation"
    "|type|updated|url|url source|weight",
    re.IGNORECASE,
)
TITLE_KEYS = ("title", "post_title", "headline", "metatitle", "linktitle")
DATE_KEYS = (
    *("date", "post_date", "pubdate", "publishdate", "date_published", "published", "published time"),
    *("created", "createddate"),
)
LONGEST_PARSED = 20_000  # characters; what is longer is read line by line

# A setting is a line of its own: key, colon (TOML: equals sign), value. Nikola puts two full stops before it.
SETTING = re.compile(
    r"(?:\.\. )?(?P<key>URL Source|Published Time|Markdown Content|[A-Za-z][\w.-]*)[ \t]*(?P<sign>[:=])"
    r"(?:[ \t]+(?P<value>\S.*)|[ \t]*)$"
)
LINES = re.compile(r"[^\r\n]*(?:\r\n?|\n|$)")
OPENINGS = {"---": re.compile(r"-{3,}|\.{3}"), "+++": re.compile(r"\+{3,}"), "<!--": re.compile("-->")}
FEWEST_SETTINGS = 2  # of which none is known by name


@dataclass(frozen=True)
class FrontMatter:
    """How far it goes, in code points from the beginning of the text, and what it says of the document."""

    end: int = 0
    title: str = ""
    date: str = ""


def read_front_matter(text: str) -> FrontMatter:
    """Find the front matter of a text: YAML, TOML or JSON, a comment, or bare lines of settings at its beginning.

    What stands between two rules but sets nothing (an article that begins with a rule) is none.
    """
    start = len(text) - len(text.lstrip(string.whitespace + "\ufeff"))
    if text.startswith("{", start):
        return of_json(text, start)
    first = LINES.match(text, start)
    assert first is not None  # every place of a text begins a line, perhaps an empty one
    opening = first[0].strip()
    fence = opening[:4] if opening.startswith("<!--") else opening[:3] if opening.strip("-+") == "" else ""
    if fence in OPENINGS:
        return of_fence(text, first.end(), OPENINGS[fence])
    return of_bare_lines(text, start)


def of_fence(text: str, start: int, closing: re.Pattern[str]) -> FrontMatter:
    """Front matter from below its opening line to its closing one."""
    for line in LINES.finditer(text, start):
        if closing.fullmatch(line[0].strip()):
            settings = settings_of(text[start : line.start()], toml=closing is OPENINGS["+++"])
            return stating(line.end(), settings) if settings else FrontMatter()
    return FrontMatter()


def of_bare_lines(text: str, start: int) -> FrontMatter:
    """Settings without anything around them: the first of them is one that is known by name."""
    settings: dict[str, Any] = {}
    end = 0
    for line in LINES.finditer(text, start):
        setting = SETTING.match(line[0].strip())
        if setting and setting["sign"] == ":" and KNOWN_KEY.fullmatch(setting["key"]):
            settings[setting["key"].lower()] = bare(setting["value"] or "")
            end = line.end()
        elif line[0].strip() or not line[0]:
            break
    return stating(end, settings)


def of_json(text: str, start: int) -> FrontMatter:
    """A JSON object on lines of its own."""
    try:
        settings, end = json.JSONDecoder().raw_decode(text[: start + LONGEST_PARSED], start)
    except (ValueError, RecursionError):
        return FrontMatter()
    settings = lower(settings)
    return stating(end, settings) if settings and (end == len(text) or text[end] in "\r\n") else FrontMatter()


def settings_of(inside: str, *, toml: bool) -> dict[str, Any]:
    """The settings between the fences; none, if it is not settings that stand there."""
    lines = [line for line in inside.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    unindented = [line for line in lines if not line[0].isspace() and not line.startswith("- ")]
    found = [setting for line in unindented if (setting := SETTING.match(line.rstrip()))]
    if not found or 2 * len(found) < len(unindented):
        return {}
    by_line = {setting["key"].lower(): bare(setting["value"] or "") for setting in found}
    if len(by_line) < FEWEST_SETTINGS and not any(map(KNOWN_KEY.fullmatch, by_line)):
        return {}
    return by_line | parsed(inside, toml=toml)  # what a parser makes nothing of still has its lines


def parsed(inside: str, *, toml: bool) -> dict[str, Any]:
    """The settings as their language has them; none where it is broken, as quotes inside of quotes break it."""
    try:
        if len(inside) > LONGEST_PARSED:
            return {}
        # The base loader leaves dates and numbers as they are written.
        return lower(tomllib.loads(inside) if toml else yaml.load(inside, Loader=yaml.BaseLoader))
    except (ValueError, yaml.YAMLError, RecursionError):
        return {}


def lower(settings: object) -> dict[str, Any]:
    """Settings with their keys in small letters."""
    return {str(key).lower(): value for key, value in settings.items()} if isinstance(settings, dict) else {}


def bare(value: str) -> str:
    """A value without its quotes; the mark of a value that follows on other lines is none."""
    value = value.strip()
    if value in ("", ">", "|", ">-", "|-"):
        return ""
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def stating(end: int, settings: dict[str, Any]) -> FrontMatter:
    """Front matter with the title and the date that its settings give."""

    def first(keys: tuple[str, ...]) -> str:
        values = (settings.get(key) for key in keys)
        plain = (value for value in values if not isinstance(value, dict | list | bool | None))
        flat = (" ".join(html.unescape(str(value)).split()) for value in plain)
        return next((value for value in flat if value and value not in ("true", "false", "null", "~")), "")

    return FrontMatter(end, first(TITLE_KEYS), first(DATE_KEYS))
