"""How offsets in a text may have been counted."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from itertools import accumulate
from typing import Any, NamedTuple

DIGITS = 18  # of an offset, at most
Width = Callable[[str, str], int]  # what a character counts, told with the one after it


class Counting(NamedTuple):
    """How offsets were counted: what characters count, and what is added to starts and ends."""

    width: Width
    to_start: int = 0
    to_end: int = 0
    needs_proof: bool = False  # tried only where several labels do not fit, or labels say what they should hold


def _one(character: str, following: str) -> int:
    return 1


def _utf16(character: str, following: str) -> int:
    return 1 + (character > "\uffff")


def _decomposed(character: str, following: str) -> int:
    return len(unicodedata.normalize("NFD", character))


def _composed(character: str, following: str) -> int:
    return int(len(unicodedata.normalize("NFC", character + following)) > 1)


def _utf8(character: str, following: str) -> int:
    return len(character.encode("utf-8", "replace"))


def _short(width: Width) -> Width:
    """Line ends as one character."""
    return lambda character, after: 0 if character == "\r" and after == "\n" else width(character, after)


def _long(width: Width) -> Width:
    """Line ends as two characters."""
    return lambda character, after: width(character, after) + (character == "\n")


# How else than in code points offsets may have been counted.
COUNTED = {
    "UTF-16 units": Counting(_utf16),
    "line ends as one character": Counting(_short(_one)),
    "UTF-16 units and line ends as one character": Counting(_short(_utf16)),
    "accents as characters of their own": Counting(_decomposed),
    "letters with their accents as one": Counting(_composed),
    "from 1 to the last character": Counting(_one, -1, 0),
    "from 1, or a byte order mark": Counting(_one, -1, -1),
    "line ends as two characters": Counting(_long(_one), needs_proof=True),
    "bytes": Counting(_utf8, needs_proof=True),
    "accents as characters of their own and line ends as one": Counting(_short(_decomposed), needs_proof=True),
    "letters with their accents, and line ends, as one": Counting(_short(_composed), needs_proof=True),
    "bytes and line ends as one": Counting(_short(_utf8), needs_proof=True),
    "bytes and line ends as two": Counting(_long(_utf8), needs_proof=True),
    "UTF-16 units and line ends as two": Counting(_long(_utf16), needs_proof=True),
}


def code_points(text: str, width: Width) -> dict[int, int]:
    """Return the code point at each offset that is counted otherwise; the first of those at one offset."""
    widths = [int(width(character, following)) for character, following in zip(text, f"{text[1:]}\0", strict=True)]
    offsets = list(accumulate(widths, initial=0))
    return {offset: at for at, offset in reversed(list(enumerate(offsets)))}


def whole_number(value: Any) -> Any:
    """Return the whole number that a text (``"12"``) or a number with a fraction (12.0) writes; all else as it is.

    Of a text the first digits count, more than any document needs: what they write lies outside all the same.
    """
    if isinstance(value, str) and value.strip().removesuffix(".0").isdecimal():
        return int(value.strip().removesuffix(".0").lstrip("0")[:DIGITS] or "0")
    return int(value) if isinstance(value, float) and value.is_integer() else value
