"""What the words of a theme set find in documents, and where they get in each other's way."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from paratheme.documents.normalise import normalise
from paratheme.documents.phrases import whole_words
from paratheme.themes.theme import Theme, Words
from paratheme.themes.theme_set import ThemeSet
from paratheme.themes.word_list import WordList, choices, masked, word_of

SORTS = {"words": "decides", "weak": "counts half", "near": "is near"}  # lists of a theme: what their words do
AROUND = 30  # letters of an example on either side of the word


@dataclass(frozen=True)
class WordHits:
    """What one word finds.

    Attributes
    ----------
    theme : str
        The theme's id.
    word, language, sort : str
        As it is written in the theme set, under which language, and what it does: a value of `SORTS`.
    texts : int
        In how many texts it stands.
    example : str
        The first of them, around the word; empty where there is none.
    """

    theme: str
    word: str
    language: str
    sort: str
    texts: int
    example: str


@dataclass(frozen=True)
class Overlap:
    """A word of one theme that is found as a word of another one, too."""

    theme: str
    word: str
    other: str
    other_words: tuple[str, ...]


@dataclass(frozen=True)
class WordCheck:
    """What `check_words` found.

    Attributes
    ----------
    words : list of WordHits
        Every word of every theme, in the order of the theme set.
    overlaps : list of Overlap
    without_words : list of str
        Ids of themes that have no word that decides or counts half.
    """

    words: list[WordHits]
    overlaps: list[Overlap]
    without_words: list[str]

    def of(self, theme: str) -> list[WordHits]:
        """Return the words of a theme."""
        return [hits for hits in self.words if hits.theme == theme]


def check_words(themes: ThemeSet, texts: Sequence[str]) -> WordCheck:
    """Look for every word of a theme set in texts, and among the words of its other themes.

    A word inside one of its theme's exclusions is not found, as in `Lexicon`.
    """
    cleaned = [normalise(text) for text in texts]
    words = [hits for theme in themes.themes for hits in _hits(theme, texts, cleaned)]
    without = [theme.id for theme in themes.themes if not any([*theme.words.values(), *theme.weak.values()])]
    return WordCheck(words, list(_overlaps(themes)), without)


def _hits(theme: Theme, texts: Sequence[str], cleaned: Sequence[str]) -> Iterator[WordHits]:
    exclude = WordList(theme.exclude).pattern
    seen = [masked(text, exclude.finditer(text)) for text in cleaned] if exclude else cleaned
    for key, sort in SORTS.items():
        listed: Words = getattr(theme, key)
        together = WordList(listed).pattern
        if together is None:
            continue
        rows = [row for row, text in enumerate(seen) if together.search(text)]  # where any stands: far fewer texts
        for language, word in ((language, word) for language, ones in listed.items() for word in ones):
            pattern = WordList({language: (word,)}).pattern
            assert pattern is not None
            found = [(row, match) for row in rows if (match := pattern.search(seen[row]))]
            example = _example(texts[found[0][0]], found[0][1]) if found else ""
            yield WordHits(theme.id, word, language, sort, len(found), example)


def _example(text: str, match: re.Match[str]) -> str:
    """Return a text around a match in its normalised copy, as the document spells it."""
    ((start, end),) = whole_words(text, [match.span()])
    begin, end = max(0, start - AROUND), end + AROUND
    shown = " ".join(text[begin:end].split())
    return f"{'…' * (begin > 0)}{shown}{'…' * (end < len(text))}"


def _overlaps(themes: ThemeSet) -> Iterator[Overlap]:
    patterns = {theme.id: WordList(_deciding(theme)).pattern for theme in themes.themes}
    for theme in themes.themes:
        for word in dict.fromkeys(word for words in _deciding(theme).values() for word in words):
            for other, pattern in patterns.items():
                if other == theme.id or pattern is None:
                    continue
                samples = [normalise(re.sub(r"\s*\.\.\.\s*", " ", one).replace("*", "")) for one in choices(word)]
                matches = [match for sample in samples for match in pattern.finditer(sample)]
                if matches:
                    told = dict.fromkeys(word_of(match) for match in matches)
                    yield Overlap(theme.id, word, other, tuple(told))


def _deciding(theme: Theme) -> Words:
    languages = dict.fromkeys([*theme.words, *theme.weak])
    return {language: (*theme.words.get(language, ()), *theme.weak.get(language, ())) for language in languages}
