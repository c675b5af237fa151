"""The copy of a text that features are made from.

Stored text is never changed: labels and predictions point into it by code point. What reads a text as
evidence (the lexicon, TF-IDF, near-copy detection) reads a normalised copy instead, in which spellings that
mean the same look the same.
"""

from __future__ import annotations

import re
import unicodedata

_DIGITS = "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"
# Letters that share a sound and are exchanged in careless typing. Letters that carry a hamza or a madda
# (آ أ إ ؤ ئ) need no entry: decomposed, they are a plain letter and a mark, and the marks are dropped.
_ARABIC_LETTERS = {
    "ى": "ي",
    "ی": "ي",
    "ې": "ي",
    "ے": "ي",
    "ة": "ه",
    "ە": "ه",
    "ہ": "ه",
    "ھ": "ه",
    "ک": "ك",
    "ٱ": "ا",
}
_CHARACTERS = str.maketrans(
    {
        **{digit: str(value) for digits in _DIGITS for value, digit in enumerate(digits)},
        **_ARABIC_LETTERS,
        **dict.fromkeys("‘’‚‛ʼʻʿʾ′´`", "'"),
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        "٫": ".",
        "٬": ",",
        "œ": "oe",
        "Œ": "OE",
        "æ": "ae",
        "Æ": "AE",
        "ـ": None,
    }
)
_ARABIC_MARKS = "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u08d3-\u08ff"
# Accents go from Latin letters only: й is no и, and Indic vowel signs are letters in all but name.
_MARKS = re.compile(f"[{_ARABIC_MARKS}]+|(?<=[A-Za-z])[\u0300-\u036f]+")
_ARABIC_DIACRITICS = re.compile(f"[{_ARABIC_MARKS}]+")
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff]+")
_SPACE = re.compile(r"(?:\s|&nbsp;)+")
# A lower-case word of two letters or more that runs into a capital has lost a space ("auTchad", "onFriday");
# one letter ("iPhone", "mRNA") or a capital before it ("McDonald", "WhatsApp") is how the word is spelt.
_GLUED = re.compile(r"(?<!\w)(?<!\w[.-])([a-z]{2,})(?=[A-Z][A-Za-z])")
_GLUED_TO_A_GRAVE = re.compile(r"(?<!\w)à(?=[A-ZÀ-Þ]\w)")


def normalise(text: str, *, fold_case: bool = False) -> str:
    r"""Return `text` as features should see it.

    Compatibility forms are composed (NFKC); tatweel, Arabic diacritics and Latin accents go, and so do
    zero-width and bidirectional marks; variants of one Arabic letter become one (every alef ا, ya and alef
    maqsura ي, ta marbuta ه, waw and ya that carry a hamza و and ي); Arabic and Persian digits become ASCII;
    quotation marks, apostrophes and hyphens have one shape each; words glued where a link began are set
    apart; runs of white space become one space. Doing it twice changes nothing.

    Parameters
    ----------
    text : str
        Any text.
    fold_case : bool, default=False
        Whether case is folded too. Names are recognised by their capitals, so the lexicon leaves it off.

    Returns
    -------
    str
        The normalised copy. Its offsets are not those of `text`.

    Examples
    --------
    >>> normalise("auTchad,  l’État «\u00a0uni\u00a0»")
    'au Tchad, l\'Etat " uni "'
    >>> normalise("وِلايـة تبسّة ٢٠٢٤")
    'ولايه تبسه 2024'
    """
    text = unicodedata.normalize("NFKC", text)
    text = _INVISIBLE.sub("", text)
    text = _GLUED_TO_A_GRAVE.sub("a ", text)
    text = _MARKS.sub("", unicodedata.normalize("NFD", text))
    text = unicodedata.normalize("NFKC", text.translate(_CHARACTERS))
    text = _GLUED.sub(r"\1 ", text)
    if fold_case:
        text = unicodedata.normalize("NFKC", _MARKS.sub("", unicodedata.normalize("NFD", text.casefold())))
    return _SPACE.sub(" ", text).strip()


def clean(text: str) -> str:
    r"""Return `text` as a pretrained encoder should see it: as people write, without what scraping left.

    As `normalise`, but accents, letter variants and typography stay: the encoder was trained on them.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        The cleaned copy.

    Examples
    --------
    >>> clean("auTchad,\u00a0l’État  وِلايـة")
    'au Tchad, l’État ولاية'
    """
    # half a surrogate pair, as broken JSON brings, is no character that a tokenizer takes
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).replace("ـ", "")
    text = _GLUED_TO_A_GRAVE.sub("à ", _ARABIC_DIACRITICS.sub("", text))
    return _SPACE.sub(" ", _GLUED.sub(r"\1 ", text)).strip()
