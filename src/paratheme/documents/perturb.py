"""Text perturbations, to measure robustness: what happens to texts on their way here, done on purpose.

Each is a stated, simple stand-in for the real thing and follows from the text and a seed alone. A text stays in
its place and is never emptied.
"""

from __future__ import annotations

import random
import re
import unicodedata
import zlib
from collections.abc import Callable, Sequence

Perturbation = Callable[[Sequence[str], int], list[str]]

GLUED = 0.1  # of the spaces
MISREAD = 0.04  # of the letters
TATWEEL = 0.1  # of the places in Arabic words that can be drawn out
SWAPPED = 0.1  # of the neighbouring words
UNDETERMINED = 0.5  # of the articles

# Letters that scanning, or fingers, take for one another.
_ALIKE = (
    "l1Ii",
    "oO0",
    "eéc",
    "aàâ",
    "nm",
    "uv",
    "sz5",
    "B8",
    "بتثني",
    "جحخ",
    "دذ",
    "رز",
    "سش",
    "صض",
    "طظ",
    "عغ",
    "فق",
)
_MISREADINGS = {letter: group.replace(letter, "") for group in _ALIKE for letter in group}
_JOINING = "بتثجحخسشصضطظعغفقكلمنهي"  # Arabic letters that join the next one
_TATWEEL_PLACES = re.compile(rf"(?<=[{_JOINING}])(?=[\u0621-\u064a])")
_ARTICLES = re.compile(r"\b(?:the|an?|les?|la|une?|des|du)\s+|\b[lL]['’](?=\w)|(?<!\w)ال(?=\w{3})", re.IGNORECASE)
_DIGITS = ("0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹")
_SPACE = re.compile(r"(?<=\S) (?=\S)")


def glued_words(texts: Sequence[str], seed: int = 0) -> list[str]:
    """Drop a tenth of the spaces, as scraping does at links and line ends."""
    return _each(texts, seed, lambda text, chance: _SPACE.sub(lambda _: "" if chance.random() < GLUED else " ", text))


def strip_diacritics(texts: Sequence[str], seed: int = 0) -> list[str]:
    """Drop Arabic diacritics and Latin accents, and draw Arabic words out with tatweel."""

    def change(text: str, chance: random.Random) -> str:
        bare = [mark for mark in unicodedata.normalize("NFD", text) if not _is_droppable(mark)]
        plain = unicodedata.normalize("NFC", "".join(bare))
        return _TATWEEL_PLACES.sub(lambda _: "ـ" if chance.random() < TATWEEL else "", plain)

    return _each(texts, seed, change)


def misread_letters(texts: Sequence[str], seed: int = 0) -> list[str]:
    """Misread, drop, double or swap one letter in twenty-five, as scanners and fingers do; digits stay."""

    def change(text: str, chance: random.Random) -> str:
        letters = list(text)
        for i, letter in enumerate(letters):
            if not letter.isalpha() or chance.random() >= MISREAD:
                continue
            kind = chance.choice(("misread", "misread", "drop", "double", "swap"))
            if kind == "misread":
                letters[i] = chance.choice(_MISREADINGS.get(letter, letter))
            elif kind == "swap" and i and letters[i - 1].isalpha():
                letters[i - 1], letters[i] = letters[i], letters[i - 1]
            else:
                letters[i] = "" if kind == "drop" else letter * 2
        return "".join(letters)

    return _each(texts, seed, change)


def translated_words(texts: Sequence[str], seed: int = 0) -> list[str]:
    """Drop half of the articles and swap a tenth of the neighbouring words, as poor machine translation does."""

    def change(text: str, chance: random.Random) -> str:
        parts = re.split(
            r"(\s+)", _ARTICLES.sub(lambda found: "" if chance.random() < UNDETERMINED else found[0], text)
        )
        i = 0
        while i + 2 < len(parts):
            if parts[i] and parts[i + 2] and chance.random() < SWAPPED:
                parts[i], parts[i + 2] = parts[i + 2], parts[i]
                i += 2
            i += 2
        return "".join(parts)

    return _each(texts, seed, change)


def other_digits(texts: Sequence[str], seed: int = 0) -> list[str]:
    """Put another digit of the same script for every digit."""
    others = {digit: row.replace(digit, "") for row in _DIGITS for digit in row}

    def change(text: str, chance: random.Random) -> str:
        return "".join(chance.choice(others[letter]) if letter in others else letter for letter in text)

    return _each(texts, seed, change)


def upper_case(texts: Sequence[str], seed: int = 0) -> list[str]:
    """Put everything in CAPITALS; scripts without case stay as they are."""
    return _each(texts, seed, lambda text, _: text.upper())


def lower_case(texts: Sequence[str], seed: int = 0) -> list[str]:
    """Put everything in small letters; scripts without case stay as they are."""
    return _each(texts, seed, lambda text, _: text.lower())


def no_punctuation(texts: Sequence[str], seed: int = 0) -> list[str]:
    """Put a space for every punctuation mark, hyphens and apostrophes too."""

    def change(text: str, _: random.Random) -> str:
        bare = "".join(" " if unicodedata.category(letter).startswith("P") else letter for letter in text)
        return re.sub(" {2,}", " ", bare).strip(" ")

    return _each(texts, seed, change)


PERTURBATIONS: dict[str, Perturbation] = {
    "glued_words": glued_words,
    "strip_diacritics": strip_diacritics,
    "misread_letters": misread_letters,
    "translated_words": translated_words,
    "other_digits": other_digits,
    "upper_case": upper_case,
    "lower_case": lower_case,
    "no_punctuation": no_punctuation,
}


def _each(texts: Sequence[str], seed: int, change: Callable[[str, random.Random], str]) -> list[str]:
    """Change each text with a chance of its own, so that neither order nor neighbours matter."""
    changed = []
    for text in texts:
        chance = random.Random(seed << 32 | zlib.crc32(text.encode("utf-8", "surrogatepass")))
        after = change(text, chance)
        changed.append(after if after.strip() else text)
    return changed


def _is_droppable(letter: str) -> bool:
    """Whether a letter of a decomposed text is a diacritic; a hamza or madda is part of its letter."""
    return letter == "ـ" or (unicodedata.combining(letter) != 0 and not "\u0653" <= letter <= "\u0655")
