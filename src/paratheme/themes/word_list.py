"""The words of one list of a theme, and the regular expressions that find them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from paratheme.documents.normalise import normalise
from paratheme.themes.theme import Words

# From entries to one regular expression. Hundreds of alternatives tried one after the other at every letter
# would be slow; put together in a tree by their common beginnings, they cost little more than one.
# A step of the tree is a letter, or one of the expressions below.

LETTER = r"[^\W\d_]"
_ARABIC = re.compile("[\u0600-\u06ff]")
_BEGIN = r"(?<![^\W_])"
_WHOLE = rf"(?!{LETTER})"
# A name in Title Case may run into a capital (#GhanaVotes), one in capitals into no letter. Letters: Latin, Greek,
# Cyrillic, which are what has capitals, and none of another script that goes on without a space.
_SMALL = "[a-z\u00df-\u052f]"
_NAME_WHOLE = f"(?!{_SMALL})(?:(?<={_SMALL})|(?![A-Z]))"
_GAP = r"(?:[^\w.!?؟\n]+\w+){0,10}?[^\w.!?؟\n]+"
JOINED = " '\"_-"  # what may stand where the words of a phrase meet
_JOINT = f"[{JOINED}]{{0,2}}"
_ARABIC_GLUED_BEFORE = "(?:من|في|عن|الي|علي)?"  # as `normalise` leaves them
_ARABIC_PARTICLES = f"(?:[وف]?{_ARABIC_GLUED_BEFORE}(?:[بك]?ال|لل|[بكل])?)"
_ARABIC_PARTICLES_AND_ARTICLE = f"(?:[وف]?{_ARABIC_GLUED_BEFORE}(?:[بك]?ال|لل))"
# What follows a name is most often one of these, and hardly any other name begins with the name and ends so.
_GLUED_AFTER = (
    "(?:and|are|as|at|au|aux|but|by|dans|de|des|du|en|est|et|for|from|had|has|have|in|is|la|le|les|of|on|ont|or"
    "|ou|par|pour|que|qui|said|since|sont|sur|that|the|their|to|une|was|were|where|which|who|will|with|y)?"
)
_ARABIC_GLUED_AFTER = f"(?:و?ال{LETTER}+|و)?"

# Where words are sought, in the order in which they are tried at one place.
_BRANCHES = {
    "arabic": f"{_BEGIN}{_ARABIC_PARTICLES}(%s){_WHOLE}",
    "definite": f"{_BEGIN}{_ARABIC_PARTICLES_AND_ARTICLE}(%s){_WHOLE}",
    "folded": f"{_BEGIN}(?i:(%s)){_WHOLE}",
    "inside": f"(?i:(%s)){_WHOLE}",
    "names": f"(?<![A-Z])(%s){_NAME_WHOLE}",
}

_Tree = dict[str, Any]
_END = ""


@dataclass(frozen=True)
class Entry:
    """A word as it is sought, with no alternatives left in it.

    Attributes
    ----------
    language : str
        Under which it is listed.
    branch : str
        How it is sought: a key of `_BRANCHES`.
    spellings : tuple of tuple of str
        Letters and expressions that follow each other, for each way to write it.
    """

    language: str
    branch: str
    spellings: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, language: str, word: str) -> Entry:
        """Read a word that `normalise` has seen."""
        if _ARABIC.match(word):
            branch, spellings = ("definite", [word[2:]]) if word.startswith("ال") else ("arabic", [word])
        elif word.isupper():
            branch, spellings = "names", [word]
        elif word[0].isupper() and re.fullmatch(r"\w+\*?", word):
            branch, spellings = "names", [word, word.upper(), f"#{word.lower()}"]
        else:
            branch, spellings = ("inside" if word.startswith("*") else "folded"), [word.lower().removeprefix("*")]
        return cls(language, branch, tuple(tuple(_steps(one, _has_glued_neighbours(word, one))) for one in spellings))

    @property
    def parts(self) -> list[set[str]]:
        """For each spelling, the runs of letters that stand wherever it stands, with nothing between joined words."""
        return [_letters(spelling) for spelling in self.spellings]


class WordList:
    """The words of one list of a theme.

    Parameters
    ----------
    words : mapping of str to tuple of str
        Language code to words; `paratheme.themes.lexicon.Lexicon` tells how they are written.
    """

    def __init__(self, words: Words) -> None:
        self.entries = [
            Entry.of(language, normalise(choice))
            for language, listed in words.items()
            for word in listed
            for choice in choices(word)
        ]
        # few of thousands of words stand in a text: each is compiled when it is first sought
        self._of_some = lru_cache(maxsize=2048)(self._compiled)

    @cached_property
    def pattern(self) -> re.Pattern[str] | None:
        """What finds all words; its last group to match is the word without particles. None for no words."""
        return self._compiled(range(len(self.entries))) if self.entries else None

    def matches(self, text: str, candidates: Sequence[int]) -> list[re.Match[str]]:
        """Return what `pattern` finds in a normalised text, in order of appearance.

        Parameters
        ----------
        text : str
            A normalised text.
        candidates : sequence of int
            The positions of the entries that may stand in it, among them all that do.
        """
        following = {entry: match for entry in candidates if (match := self._of_some((entry,)).search(text))}
        found: list[re.Match[str]] = []
        while following:
            match = self._first(text, following)
            if not match[0]:  # as a word of stars alone matches everywhere; which ones count is not told here
                return list(self.pattern.finditer(text)) if self.pattern else []
            found.append(match)
            for entry in [entry for entry, one in following.items() if one.start() < match.end()]:
                if later := self._of_some((entry,)).search(text, match.end()):
                    following[entry] = later
                else:
                    del following[entry]
        return found

    def stands_in(self, text: str, candidates: Sequence[int]) -> bool:
        """Tell whether one of the entries that may stand in a normalised text does."""
        return any(self._of_some((entry,)).search(text) for entry in candidates)

    def _first(self, text: str, following: Mapping[int, re.Match[str]]) -> re.Match[str]:
        """Return the first of the matches of entries, at one place the one that `pattern` prefers."""
        start = min(match.start() for match in following.values())
        tied = {entry: match for entry, match in following.items() if match.start() == start}
        if len({match.regs for match in tied.values()}) > 1:
            match = self._of_some(tuple(tied)).match(text, start)
            assert match is not None
            return match
        return next(iter(tied.values()))

    def _compiled(self, positions: Sequence[int]) -> re.Pattern[str]:
        """Compile some entries; alternatives at one place are tried in the order in which all would be."""
        chosen = [self.entries[position] for position in positions]
        some = order = _trees(chosen)
        if len(chosen) > 1:
            first = {spelling[:1] for entry in chosen for spelling in entry.spellings}
            order = _trees(entry for entry in self.entries if any(one[:1] in first for one in entry.spellings))
        branches = [(form, some[name], order[name]) for name, form in _BRANCHES.items() if some[name]]
        return re.compile("|".join(form % _expression(tree, whole) for form, tree, whole in branches))


def masked(text: str, matches: Iterable[re.Match[str]]) -> str:
    """Return a text in which a line break stands for every letter of the matches, where they must not count."""
    kept, at = [], 0
    for match in matches:
        kept += [text[at : match.start()], "\n" * len(match[0])]
        at = match.end()
    return "".join([*kept, text[at:]])


def word_of(match: re.Match[str]) -> str:
    """Return the word that matched, in lower case and without its particles."""
    return match[match.lastindex or 0].lower()


def choices(word: str) -> Iterator[str]:
    """Write out the alternatives in a word, the innermost first."""
    group = re.search(r"\(([^()]*)\)", word)
    if group is None:
        yield word
        return
    for choice in group[1].split("|"):
        yield from choices(word[: group.start()] + choice.strip() + word[group.end() :])


def _letters(spelling: Iterable[str]) -> set[str]:
    runs = [""]
    for step in spelling:
        if len(step) == 1:
            runs[-1] += step
        elif step != _JOINT:
            runs.append("")
    return {run for run in runs if run}


def _has_glued_neighbours(word: str, spelling: str) -> bool:
    named = word[0].isupper() and not word.isupper() and spelling[0] != "#"
    return len(word) >= 4 and (named or _ARABIC.match(word) is not None)


def _steps(spelling: str, glued: bool) -> Iterator[str]:
    arabic = _ARABIC.match(spelling) is not None
    for part in re.findall(r"\s*\.\.\.\s*|[^\W_]|\*|.", spelling):
        if "..." in part:
            yield _GAP
            if arabic:
                yield _ARABIC_PARTICLES
        elif part == "*":
            yield f"{LETTER}*"
        else:
            yield part if part.isalnum() or part == "#" else _JOINT
    if glued and not spelling.endswith("*"):
        yield _ARABIC_GLUED_AFTER if arabic else _GLUED_AFTER


def _trees(entries: Iterable[Entry]) -> dict[str, _Tree]:
    trees: dict[str, _Tree] = {branch: {} for branch in _BRANCHES}
    for entry in entries:
        for spelling in entry.spellings:
            tree = trees[entry.branch]
            for step in spelling:
                tree = tree.setdefault(step, {})
            tree[_END] = {}
    return trees


def _expression(tree: _Tree, order: _Tree) -> str:
    """Return what finds the words of a tree, which is a part of `order`, in the order of that."""
    branches = [
        (re.escape(step) if len(step) == 1 else step) + _expression(tree[step], rest)
        for step, rest in order.items()
        if step and step in tree
    ]
    if not branches:
        return ""
    joined = branches[0] if len(branches) == 1 and _END not in tree else f"(?:{'|'.join(branches)})"
    return joined + "?" * (_END in tree)
