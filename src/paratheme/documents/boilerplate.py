"""Whether a block is furniture of its page, by its words; they stand in ``boilerplate.yaml``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from paratheme.documents.normalise import normalise
from paratheme.errors import load_yaml

LONGEST = 260  # a page repeats itself in short lines; beyond so many characters it is the article that speaks
LONGEST_SHORT_LINE = 100
LONGEST_NOTICE = 700
LONGEST_LEAD = 60  # of the line above a list of other articles
LONGEST_HEADLINE = 140  # of another article, named below this one
LAST_BLOCKS = 3  # among which long notices to the reader stand
NEAR_AN_EDGE = 5  # so many blocks of the article at most stand before, or behind, what tells of the page
MAY_SPEAK = ("", "paragraph", "numbered", "list_item", "caption")  # kinds of what may tell of the page
SENTENCE_END = tuple(".!?…。؟۔।")
CLOSING = " »”\"'’)*_"

WORDS = load_yaml(Path(__file__).with_suffix(".yaml"))


@lru_cache(maxsize=256)
def folded(text: str) -> str:
    """A block as the patterns are spelt; several rules ask for the same one."""
    return normalise(text, fold_case=True)


def any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    """One pattern of several, spelt as the text will be that it is matched against."""
    joined = "|".join(f"(?:{normalise(pattern)})" for pattern in patterns)
    for name in ("networks", "mail"):
        joined = joined.replace(f"{{{name}}}", normalise(WORDS[name]))
    return re.compile(joined)


class Phrases:
    """Patterns of some sorts of furniture, in all languages.

    Most are tied to the beginning of a block: those are tried once, and not again at each of its letters.
    """

    def __init__(self, sorts: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        patterns = [p for languages in sorts.values() for listed in languages.values() for p in listed]
        alternatives = [part for pattern in patterns for part in split_alternatives(pattern)]
        self.first = any_of(part for part in alternatives if part.startswith("^"))
        self.anywhere = any_of([part for part in alternatives if not part.startswith("^")] or ["(?!)"])

    def are_in(self, block: str) -> bool:
        """Whether a folded block holds one."""
        return self.first.match(block) is not None or self.anywhere.search(block) is not None


def split_alternatives(pattern: str) -> list[str]:
    """The alternatives of a pattern, outside of its groups and classes of characters."""
    parts, depth, in_class = [""], 0, False
    for token in re.findall(r"\\.|.", pattern):
        if in_class or token == "[":
            in_class = token != "]"
        else:
            depth += (token == "(") - (token == ")")
        if token == "|" and not depth and not in_class:
            parts.append("")
        else:
            parts[-1] += token
    return parts


# What may stand before the first word: marks of emphasis and quotation, arrows, pictographs; a bullet alone is none.
AHEAD = re.compile(r"^(?:[-•*] )?(?:[*_]{1,3}(?=\S)|> |[←-⇿▲▶►▼◀◄☀-✒✕-➠\U0001F300-\U0001FAFF]\ufe0f? ?)+")
EMPHASIS = "*_"

NEAR_EDGES = WORDS["near_edges"]
PHRASES, EDGE_PHRASES = Phrases(WORDS["phrases"]), Phrases(NEAR_EDGES)
SHORT_LINES = Phrases(WORDS["short_lines"])
# Of these sorts are the long notices below an article.
NOTICES = Phrases({sort: {**WORDS["phrases"], **NEAR_EDGES}[sort] for sort in ("comments", "cookies", "rights")})
READ_ALSO = Phrases({"read also": WORDS["phrases"]["read also"]})
RIGHTS = Phrases({"rights": WORDS["phrases"]["rights"]})
NETWORK = any_of(["{networks}"])

# Names are told from words by their capitals, which folding takes away: matched against the text as it is.
NAME = r"(?:[^\W\d_a-zà-ÿа-яё][\w.'’-]*|de|du|da|do|dos|van|von|der|al|el|bin|and|et|y|e|i|и|our|notre)"
BYLINE = re.compile(
    r"^[*_]{0,2}(?:By|BY|Par|PAR|Por|POR|Oleh|Na|Yazan:?|Автор:?|Текст:?|Posted by|Written by|Publié par|Escrito por"
    rf"|Authors? ?:|Auteure? ?:|Autora? ?:|Penulis ?:|Mwandishi ?:|Text:|Texto:|Texte ?:)(?: {NAME}){{1,8}}"
    r"(?: ?[,|–—·-] ?.{0,60})?$"
)
ARABIC_BYLINE = re.compile(r"^(?:بقلم|كتب|كتبت|الكاتب|المحرر) ?(?::|-|–|/) ?(?:\S+ ?){1,6}$|^بقلم (?:\S+ ?){1,5}$")


# A name of two words or more, and what its owner is: by capitals, or where a script has none by the length of the name.
CAPITALISED = re.compile(rf"(?:(?:Dr|Prof)\.? )?{NAME}(?: {NAME}){{1,5}}, ")
WITHOUT_CASE = re.compile("(?:[\u0620-\u06ff\u200c]+[.]? ){1,4}[\u0620-\u06ff\u200c]+(?:،| [ـ–—-]) ")
ROLE = any_of([rf"(?:[\w'-]+ ){{0,2}}(?:{'|'.join(WORDS['roles'].values())})(?![\w'-])[^:]*$"])


def words_of(text: str) -> str:
    """A block as the patterns are spelt, without the marks of emphasis that close it."""
    return folded(text).rstrip(EMPHASIS)


def is_boilerplate(text: str) -> bool:
    """Whether a block is furniture of the page by its words, wherever it stands.

    True for newsletter prompts, sharing and cookie lines, links to other articles, notices of rights, shortcodes,
    source lines, bylines and their like.
    """
    if len(text) > LONGEST:
        return False
    text = AHEAD.sub("", text)
    block = words_of(text)
    if BYLINE.match(" ".join(text.split())) or ARABIC_BYLINE.match(block):
        return True
    short = len(block) <= LONGEST_SHORT_LINE and not block.endswith(SENTENCE_END)
    if short and (len(NETWORK.findall(block)) >= 2 or SHORT_LINES.are_in(block) or is_name_and_role(text)):
        return True
    return PHRASES.are_in(block)


def is_name_and_role(text: str) -> bool:
    """Whether a line says who wrote, and what they are: "Ada Lum, professor of history"."""
    name = CAPITALISED.match(text) or WITHOUT_CASE.match(text)
    return name is not None and ROLE.match(folded(text[name.end() :])) is not None


def speaks_of_its_page(text: str) -> bool:
    """Whether a block tells of the page, as such blocks do near the beginning or the end of a document.

    True for notes on the author, corrections, who paid for a report or wrote it, how to cite it, and their like.
    """
    return len(text) <= LONGEST and EDGE_PHRASES.are_in(words_of(AHEAD.sub("", text)))


def leads_to_other_articles(text: str) -> bool:
    """Whether a line is the title of a list of other articles: "Read also", "Related stories:"."""
    return len(text) <= LONGEST_LEAD and READ_ALSO.are_in(folded(AHEAD.sub("", text)))


def is_bare_lead(text: str) -> bool:
    """Whether nothing but the lead itself stands in a line: "Read also:", not "Read also: Ten wells"."""
    return len(text.split()) <= 5 and ":" not in text.rstrip(f": {EMPHASIS}")


def is_notice(text: str) -> bool:
    """Whether a block at the end of a page states rights, rules for comments or what is stored of the reader."""
    return len(text) <= LONGEST_NOTICE and NOTICES.are_in(folded(text))


def mark_notices(texts: Sequence[str], kinds: list[str]) -> None:
    """Mark what tells of the page: among the first and the last blocks, and long notices at the end."""
    for index in range(max(len(texts) - LAST_BLOCKS, 1), len(texts)):
        if kinds[index] in ("", "paragraph") and is_notice(texts[index]):
            kinds[index] = "boilerplate"
    for places in (range(len(texts)), reversed(range(len(texts)))):
        passed = 0  # furniture that is found is not counted
        for index in places:
            if kinds[index] in MAY_SPEAK and speaks_of_its_page(texts[index]):
                kinds[index] = "boilerplate"
            passed += kinds[index] != "boilerplate"
            if passed == NEAR_AN_EDGE:
                break


def mark_other_articles(texts: Sequence[str], kinds: list[str]) -> None:
    """Mark the headlines under "Read also"."""
    below = False
    for index, text in enumerate(texts):
        headline = kinds[index] in ("", "list_item", "paragraph") and len(text) <= LONGEST_HEADLINE
        if below and headline and not text.rstrip(CLOSING).endswith(SENTENCE_END):
            kinds[index] = "boilerplate"
        elif kinds[index] != "boilerplate":
            below = False
        if kinds[index] in ("boilerplate", "heading") and leads_to_other_articles(text):
            below = is_bare_lead(text)
