"""Whether a block is furniture of its page; the phrases that tell stand in ``boilerplate.yaml``."""

from __future__ import annotations

import re
from pathlib import Path

from paratheme.documents.normalise import normalise
from paratheme.errors import load_yaml

LONGEST = 260  # a page repeats itself in short lines; beyond so many characters it is the article that speaks
LONGEST_OF_NETWORKS = 100  # characters of a line that names two networks

_WORDS = load_yaml(Path(__file__).with_suffix(".yaml"))


def _compiled(pattern: str) -> re.Pattern[str]:
    for name in ("networks", "mail"):
        pattern = pattern.replace(f"{{{name}}}", _WORDS[name])
    return re.compile(pattern)


PHRASES = [_compiled(phrase) for phrases in _WORDS["phrases"].values() for phrase in phrases]
ADDRESS = _compiled(_WORDS["address"])
NETWORK = re.compile(f"(?:{_WORDS['networks']})")

# Names are told from words by their capitals, which folding takes away: matched against the text as it is.
BYLINE = re.compile(
    r"^(?:By|BY|Par|PAR|Posted by|Written by|Publié par|Author:"
    r"|Auteur ?:)(?: (?:[A-ZÀ-Ý][\w.'’-]*|de|du|van|von|al|el|and|et|our|notre)){1,8}"
    r"(?: ?[,|–—-] ?.{0,40})?$"
)
ARABIC_BYLINE = re.compile(r"^(?:بقلم|كتب|كتبت|الكاتب|المحرر) ?(?::|-|–|/) ?(?:\S+ ?){1,6}$|^بقلم (?:\S+ ?){1,5}$")


def is_boilerplate(text: str) -> bool:
    """Whether a block is furniture of the page, wherever it stands.

    True for newsletter prompts, sharing and cookie lines, links to other articles, notices of rights, shortcodes,
    source lines, bylines and their like.
    """
    if len(text) > LONGEST:
        return False
    folded = normalise(text, fold_case=True)
    if BYLINE.match(" ".join(text.split())) or ARABIC_BYLINE.match(folded):
        return True
    if len(NETWORK.findall(folded)) >= 2 and len(folded) < LONGEST_OF_NETWORKS and not folded.endswith("."):
        return True
    return any(pattern.search(folded) for pattern in PHRASES)


def speaks_to_the_reader(text: str) -> bool:
    """Whether a short line at a page's edge is the page speaking to its reader."""
    return ADDRESS.search(normalise(text, fold_case=True)) is not None
