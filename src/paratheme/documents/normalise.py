"""The copy of a text that features are made from.

Stored text is never changed: labels and predictions point into it by code point. What reads a text as
evidence (the lexicon, TF-IDF, near-copy detection) reads a normalised copy instead, in which spellings that
mean the same look the same.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable

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
INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff]+")
_SPACE = re.compile(r"\s+")
# A lower-case word of two letters or more that runs into a capital has lost a space ("auTchad", "onFriday");
# one letter ("iPhone", "mRNA") or a capital before it ("McDonald", "WhatsApp") is how the word is spelt.
_GLUED = re.compile(r"(?<!\w)(?<!\w[.-])([a-z]{2,})(?=[A-Z][A-Za-z])")
_GLUED_TO_A_GRAVE = re.compile(r"(?<!\w)à(?=[A-ZÀ-Þ]\w)")

# An entity escaped again and again (`&amp;amp;eacute;`) is read to the end at once.
_ENTITY = re.compile(
    r"&(?:(?:amp|AMP|#0{0,9}38|#[xX]0{0,9}26);)*(#[0-9]{1,9}|#[xX][0-9a-fA-F]{1,8}|[A-Za-z][A-Za-z0-9]{1,31});"
)
# As JSON writes characters. A backslash is left: it would make an escape of what follows it.
_ESCAPE = re.compile(
    r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|\\u(?![dD][89a-fA-F]|005[cC])([0-9a-fA-F]{4})"
    r"|\\([nrt\"/])"
)
_ESCAPED_BEYOND_ASCII = re.compile(r"\\u(?!00[0-9])[0-9a-fA-F]{4}")
# Only what is sure to be HTML: `a <b and c> d` and `<name@example.org>` are text.
_TAGS = (
    "a|abbr|acronym|address|article|aside|audio|b|base|bdi|bdo|big|blink|blockquote|body|br|button|canvas|caption|center"
    "|cite|code|col|colgroup|dd|del|details|dfn|dialog|div|dl|dt|em|embed|fieldset|figcaption|figure|font|footer|form"
    "|frame|frameset|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|kbd|label|legend|li|link|main|map|mark|meta|nav"
    "|nobr|noscript|object|ol|optgroup|option|p|param|path|picture|pre|q|rp|rt|ruby|s|samp|script|section|select|small"
    "|source|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|template|textarea|tfoot|th|thead|time|title|tr"
    r"|track|tt|u|ul|var|video|wbr|[a-z]+:[a-z][\w-]*|[a-z]+-[a-z][\w-]*"
)
_ATTRIBUTE = r"""[^\s=<>"'/]++\s*+=\s*+(?:"[^"<]*+"|'[^'<]*+'|[^\s"'<>]++)"""
_BARE_ATTRIBUTE = "allowfullscreen|async|checked|controls|defer|disabled|hidden|itemscope|multiple|nowrap|selected"
_TAG = re.compile(
    rf"</?(?:{_TAGS})(?:\s++(?:{_ATTRIBUTE}|(?:{_BARE_ATTRIBUTE})\b))*+\s*+/?>|<!doctype\b[^<>]*+>|<\?xml\b[^<>]*+>"
    r"|<!\[CDATA\[|\]\]>|<!--|-->",
    re.IGNORECASE,
)
_HIDDEN = (
    (re.compile("<!--"), re.compile("-->")),
    (re.compile(r"<script\b[^<>]*+>", re.IGNORECASE), re.compile(r"</script\s*+>", re.IGNORECASE)),
    (re.compile(r"<style\b[^<>]*+>", re.IGNORECASE), re.compile(r"</style\s*+>", re.IGNORECASE)),
)
_MOST_ROUNDS = 4


def normalise(text: str, *, fold_case: bool = False) -> str:
    r"""Return `text` as features should see it.

    HTML entities and JSON's escapes are decoded, and tags, comments and scripts go. Compatibility forms are
    composed (NFKC); tatweel, Arabic diacritics and Latin accents go, and so do zero-width and bidirectional marks;
    variants of one Arabic letter become one (every alef ا, ya and alef maqsura ي, ta marbuta ه, waw and ya that
    carry a hamza و and ي); Arabic and Persian digits become ASCII; quotation marks, apostrophes and hyphens have
    one shape each; words glued where a link began are set apart; runs of white space become one space. Doing it
    twice changes nothing.

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
    >>> normalise("<p>L&rsquo;arm&amp;eacute;e<br/>avance</p> si a < b")
    "L'armee avance si a < b"
    """

    def plain(text: str) -> str:
        text = _GLUED_TO_A_GRAVE.sub("a ", text)
        text = _MARKS.sub("", unicodedata.normalize("NFD", text))
        text = unicodedata.normalize("NFKC", text.translate(_CHARACTERS))
        text = _GLUED.sub(r"\1 ", text)
        if fold_case:
            text = unicodedata.normalize("NFKC", _MARKS.sub("", unicodedata.normalize("NFD", text.casefold())))
        return text

    return _without_markup(text, plain)


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

    def plain(text: str) -> str:
        text = _GLUED_TO_A_GRAVE.sub("à ", _ARABIC_DIACRITICS.sub("", text.replace("ـ", "")))
        return _GLUED.sub(r"\1 ", text)

    return _without_markup(text, plain)


def _without_markup(text: str, plain: Callable[[str], str]) -> str:
    """Decode entities, take tags out and make the rest plain, so that doing it twice changes nothing."""
    for _ in range(_MOST_ROUNDS):
        before = text
        text = INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
        if "\\u" in text and _ESCAPED_BEYOND_ASCII.search(text):
            text = INVISIBLE.sub("", unicodedata.normalize("NFKC", _ESCAPE.sub(_unescaped, text)))
        if "&" in text or "<" in text:
            text = unicodedata.normalize("NFKC", _TAG.sub(" ", _without_hidden(_ENTITY.sub(_character, text))))
            text = INVISIBLE.sub("", text)
        text = _SPACE.sub(" ", plain(text)).strip()
        # becoming plain can make markup of what was none ("&é;"), so it is looked at again where there may be some
        if text == before or not ("&" in text or "<" in text or "\\u" in text):
            return text
    return _SPACE.sub(" ", plain(re.sub(r"[&<\\]", " ", text))).strip()


def _unescaped(escape: re.Match[str]) -> str:
    high, low, single, sign = escape.groups()
    if sign:
        return sign if sign in '"/' else " "
    if high:
        return chr(0x10000 + ((int(high, 16) - 0xD800) << 10) + int(low, 16) - 0xDC00)
    character = chr(int(single, 16))
    return " " if unicodedata.category(character) == "Cc" else character


def _character(entity: re.Match[str]) -> str:
    return html.unescape(f"&{entity[1]};")


def _without_hidden(text: str) -> str:
    """Take out what a page holds but does not show; where one is never closed, no later one of its kind is."""
    for opening, closing in _HIDDEN:
        kept, at = [], 0
        while (start := opening.search(text, at)) and (end := closing.search(text, start.end())):
            kept += [text[at : start.start()], " "]
            at = end.end()
        text = "".join([*kept, text[at:]])
    return text
