"""The lexicon: which words of which theme stand in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from paratheme.documents.normalise import normalise
from paratheme.themes.theme import Theme, Words
from paratheme.types import Labels

NEAR = 0.25  # what words near a theme count, one or many


class Lexicon:
    """Finds the words of each theme in texts.

    Every word is sought in every text, whatever its language: scripts keep most languages apart, and texts
    quote names of other languages. Words are compared as `normalise` leaves them, so accents, Arabic letter
    variants and typography need no entries of their own. In an entry

    - a lower-case word or phrase is found in any case, as a whole;
    - a single word with a capital is a name: found with its capital, in ALL CAPS or as a #hashtag, and also
      where scraping glued a neighbour to it ("en Ghanay compris", "auTchadet", "#SaveGhana");
    - a word or phrase in ALL CAPS is an acronym and found so only;
    - in a phrase, a space or hyphen stands for a space, a hyphen, a quotation mark or nothing;
    - an Arabic word is found behind the particles و ف ب ك ل and the article, which it need not have, and where
      scraping glued من في عن إلى على to it; written with the article it is found with the article only;
    - ``*`` stands for any letters; in a script without spaces write ``*苏丹*``;
    - ``...`` between words stands for up to ten words of the same sentence;
    - ``(one|other)`` stands for either.

    Parameters
    ----------
    themes : sequence of Theme
        The themes whose words are sought.
    """

    def __init__(self, themes: Sequence[Theme]) -> None:
        self._matchers = [_Matcher(theme) for theme in themes]

    def matrix(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Count the words of each theme.

        Parameters
        ----------
        texts : sequence of str of length n
            Paragraphs as they stand in their documents.

        Returns
        -------
        ndarray of float32 of shape (n, themes)
            How many different words matched, a weak one counting half: 1 and above decides for the theme; a
            quarter where only words stand that are near the theme.
        """
        counts = np.zeros((len(texts), len(self._matchers)), dtype=np.float32)
        for row, text in enumerate(texts):
            cleaned = normalise(text)
            for column, matcher in enumerate(self._matchers):
                strong, weak = matcher(cleaned)
                counts[row, column] = len(strong) + len(weak) / 2 or NEAR * matcher.is_near(cleaned)
        return counts

    def hits(self, texts: Sequence[str]) -> Labels:
        """Return whether words in each text decide for each theme, 0 or 1, shape (n, themes)."""
        return (self.matrix(texts) >= 1).astype(np.int64)

    def matched(self, text: str) -> dict[str, list[str]]:
        """Tell which words of which theme stand in a text.

        Parameters
        ----------
        text : str
            A paragraph.

        Returns
        -------
        dict of str to list of str
            Theme id to its words in lower case, as `normalise` spells them, strong before weak; only themes
            with words found, among them those whose single weak word does not decide.
        """
        cleaned = normalise(text)
        words_of = {matcher.theme_id: list(chain(*matcher(cleaned))) for matcher in self._matchers}
        return {theme_id: words for theme_id, words in words_of.items() if words}


class _Matcher:
    """The compiled words of one theme."""

    def __init__(self, theme: Theme) -> None:
        self.theme_id = theme.id
        self._strong = compiled(theme.words)
        self._weak = compiled(theme.weak)
        self._near = compiled(theme.near)
        self._exclude = compiled(theme.exclude)

    def __call__(self, text: str) -> tuple[dict[str, None], dict[str, None]]:
        """Return the different strong and weak words in a normalised text, in order of appearance."""
        if self._exclude:
            text = self._exclude.sub(mask, text)
        strong = _distinct(self._strong, text)
        # What has decided for the theme must not count a second time as a hint of it.
        weak = _distinct(self._weak, self._strong.sub(mask, text) if self._strong else text)
        return strong, weak

    def is_near(self, text: str) -> bool:
        """Tell whether a normalised text has a word that is near the theme."""
        if self._exclude:
            text = self._exclude.sub(mask, text)
        return self._near is not None and self._near.search(text) is not None


def mask(match: re.Match[str]) -> str:
    """Return what stands for a match, as long as it is and no word, where it must not count."""
    return "\n" * len(match[0])


def _distinct(pattern: re.Pattern[str] | None, text: str) -> dict[str, None]:
    if pattern is None:
        return {}
    return dict.fromkeys(match[match.lastindex or 0].lower() for match in pattern.finditer(text))


# From entries to one regular expression. Hundreds of alternatives tried one after the other at every letter
# would be slow; put together in a tree by their common beginnings, they cost little more than one.
# A step of the tree is a letter, or one of the expressions below.

_LETTER = r"[^\W\d_]"
_ARABIC = re.compile("[\u0600-\u06ff]")
_BEGIN = r"(?<![^\W_])"
_WHOLE = rf"(?!{_LETTER})"
# A name in Title Case may run into a capital (#GhanaVotes), one in capitals into no letter. Letters: Latin, Greek,
# Cyrillic, which are what has capitals, and none of another script that goes on without a space.
_SMALL = "[a-z\u00df-\u052f]"
_NAME_WHOLE = f"(?:(?<={_SMALL})(?!{_SMALL})|(?<!{_SMALL})(?![A-Z]|{_SMALL}))"
_GAP = r"(?:[^\w.!?؟\n]+\w+){0,10}?[^\w.!?؟\n]+"
_JOINT = "[ '\"_-]{0,2}"
_ARABIC_GLUED_BEFORE = "(?:من|في|عن|الي|علي)?"  # as `normalise` leaves them
_ARABIC_PARTICLES = f"(?:[وف]?{_ARABIC_GLUED_BEFORE}(?:[بك]?ال|لل|[بكل])?)"
_ARABIC_PARTICLES_AND_ARTICLE = f"(?:[وف]?{_ARABIC_GLUED_BEFORE}(?:[بك]?ال|لل))"
# What follows a name is most often one of these, and hardly any other name begins with the name and ends so.
_GLUED_AFTER = (
    "(?:and|are|as|at|au|aux|but|by|dans|de|des|du|en|est|et|for|from|had|has|have|in|is|la|le|les|of|on|ont|or"
    "|ou|par|pour|que|qui|said|since|sont|sur|that|the|their|to|une|was|were|where|which|who|will|with|y)?"
)

_ARABIC_GLUED_AFTER = f"(?:و?ال{_LETTER}+|و)?"

_Tree = dict[str, Any]
_END = ""


def compiled(words: Words) -> re.Pattern[str] | None:
    """Return a pattern whose last group to match is the word without its particles; None for no words."""
    names: _Tree = {}
    folded: _Tree = {}
    inside: _Tree = {}
    arabic: _Tree = {}
    definite: _Tree = {}
    for entry in (normalise(choice) for listed in words.values() for word in listed for choice in choices(word)):
        if _ARABIC.match(entry):
            tree, spellings = (definite, [entry[2:]]) if entry.startswith("ال") else (arabic, [entry])
        elif entry.isupper():
            tree, spellings = names, [entry]
        elif entry[0].isupper() and re.fullmatch(r"\w+\*?", entry):
            tree, spellings = names, [entry, entry.upper(), f"#{entry.lower()}"]
        else:
            tree, spellings = (inside if entry.startswith("*") else folded), [entry.lower().removeprefix("*")]
        for spelling in spellings:
            _plant(tree, _steps(spelling, glued=_has_glued_neighbours(entry, spelling)))
    branches = [
        (arabic, f"{_BEGIN}{_ARABIC_PARTICLES}(%s){_WHOLE}"),
        (definite, f"{_BEGIN}{_ARABIC_PARTICLES_AND_ARTICLE}(%s){_WHOLE}"),
        (folded, f"{_BEGIN}(?i:(%s)){_WHOLE}"),
        (inside, f"(?i:(%s)){_WHOLE}"),
        (names, f"(?<![A-Z])(%s){_NAME_WHOLE}"),
    ]
    patterns = [pattern % _expression(tree) for tree, pattern in branches if tree]
    return re.compile("|".join(patterns)) if patterns else None


def choices(word: str) -> Iterator[str]:
    """Write out the alternatives in a word, the innermost first."""
    group = re.search(r"\(([^()]*)\)", word)
    if group is None:
        yield word
        return
    for choice in group[1].split("|"):
        yield from choices(word[: group.start()] + choice.strip() + word[group.end() :])


def _has_glued_neighbours(entry: str, spelling: str) -> bool:
    named = entry[0].isupper() and not entry.isupper() and spelling[0] != "#"
    return len(entry) >= 4 and (named or _ARABIC.match(entry) is not None)


def _steps(spelling: str, glued: bool) -> Iterator[str]:
    arabic = _ARABIC.match(spelling) is not None
    for part in re.findall(r"\s*\.\.\.\s*|[^\W_]|\*|.", spelling):
        if "..." in part:
            yield _GAP
            if arabic:
                yield _ARABIC_PARTICLES
        elif part == "*":
            yield f"{_LETTER}*"
        else:
            yield part if part.isalnum() or part == "#" else _JOINT
    if glued and not spelling.endswith("*"):
        yield _ARABIC_GLUED_AFTER if arabic else _GLUED_AFTER


def _plant(tree: _Tree, steps: Iterable[str]) -> None:
    for step in steps:
        tree = tree.setdefault(step, {})
    tree[_END] = {}


def _expression(tree: _Tree) -> str:
    branches = [
        (re.escape(step) if len(step) == 1 else step) + _expression(rest) for step, rest in tree.items() if step
    ]
    if not branches:
        return ""
    joined = branches[0] if len(branches) == 1 and _END not in tree else f"(?:{'|'.join(branches)})"
    return joined + "?" * (_END in tree)
