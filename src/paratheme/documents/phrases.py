"""The words and phrases of a text, whole words in every script, as offsets into it."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from paratheme.documents.normalise import normalise

Span = tuple[int, int]  # where something begins and ends, in code points; the end is exclusive

# What stands between these is a word with marks, joiners, apostrophes and hyphens in it: "l'État", "El-Fasher", "3.5".
_CHUNK = re.compile(r"""[^\s<>&;,!?"()\[\]{}«»“”…،؛؟。，、]+""")
# Scripts that put no space between words: Han, Kana, Thai, Lao, Khmer, Burmese.
_SPACELESS = re.compile("[\u0e01-\u0edf\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_PIECE = 2  # letters that are taken for a word there


def words(text: str) -> list[Span]:
    """Return the words of a text without the punctuation around them.

    Marks, joiners and apostrophes never divide one. In a script without spaces two letters, with their marks, are
    taken for one.
    """
    found = []
    for chunk in _CHUNK.finditer(text):
        if _SPACELESS.search(chunk[0]):
            found += [(chunk.start() + start, chunk.start() + end) for start, end in _pieces(chunk[0])]
            continue
        letters = [place for place in range(*chunk.span()) if _is_letter(text[place])]
        if letters:
            found.append((letters[0], letters[-1] + 1))
    return found


def phrases(text: str, apart: Iterable[Span], most: int, length: int) -> list[Span]:
    """Cut a text into phrases that no punctuation divides.

    Parameters
    ----------
    text : str
    apart : iterable of Span
        What is a phrase of its own, such as a theme's word.
    most : int
        How many phrases there are of the rest, about; phrases get longer where `length` words make too many.
    length : int
        How many words a phrase has.

    Returns
    -------
    list of Span
        In order; those of `apart` that overlap are joined.
    """
    own = _joined(apart)
    rest = [word for word in words(text) if not any(word[0] < end and start < word[1] for start, end in own)]
    length = max(length, -(-len(rest) // most))
    found: list[Span] = []
    count = 0
    for start, end in rest:
        between = text[found[-1][1] : start] if found else "."
        if count < length and not between.strip():
            found[-1] = found[-1][0], end
            count += 1
        else:
            found.append((start, end))
            count = 1
    return sorted(own + found)


def whole_words(text: str, places: Iterable[Span]) -> list[Span]:
    """Return the whole words of a text in which places of its normalised copy lie.

    Parameters
    ----------
    text : str
    places : iterable of Span
        Offsets into ``normalise(text)``.
    """
    found, known = [], words(text)

    def length(end: int) -> int:
        return len(normalise(text[:end]))

    for start, end in places:
        first = bisect_left(range(len(text)), start + 1, key=length) - 1
        last = bisect_left(range(len(text)), end, key=length)
        while first < last and text[first].isspace():
            first += 1
        if not _SPACELESS.search(text[first:last]):
            touched = [word for word in known if word[0] < last and first < word[1]]
            first = min([first, *(word[0] for word in touched)]) if touched else first
            last = max([last, *(word[1] for word in touched)]) if touched else last
        found.append((max(first, 0), last))
    return _joined(found)


def without(text: str, spans: Iterable[Span]) -> str:
    """Return a text with a space for each of some spans."""
    for start, end in sorted(spans, reverse=True):
        text = f"{text[:start]} {text[end:]}"
    return text


def _joined(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _pieces(chunk: str) -> Iterator[Span]:
    start, letters = 0, 0
    for place, char in enumerate(chunk):
        mark = unicodedata.category(char)[0] == "M"
        if not _is_letter(char) or (letters == _PIECE and not mark):
            if letters:
                yield start, place
            start, letters = place, 0
        if not _is_letter(char):
            start = place + 1
        elif not mark:
            letters += 1
    if letters:
        yield start, len(chunk)


def _is_letter(char: str) -> bool:
    return unicodedata.category(char)[0] in "LMN"
