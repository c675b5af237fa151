"""The letters that the glyphs of a PDF stand for, by what the file says of its fonts."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

from pdfminer.encodingdb import EncodingDB
from pdfminer.pdffont import PDFUnicodeNotDefined

LOST = "\ufffd"  # a glyph of which the file does not say what letter it is
# Letters as glyphs, by their place in the word, and ligatures; in text they are plain letters.
PRESENTATION_FORM = re.compile("[\ufb00-\ufdfb\ufe70-\ufefc]+")
REVERSED_LIGATURE = re.compile("[\u0622\u0623\u0625\u0627]\u0644")  # lam-alef as some programs write its two letters
SPACES = re.compile(r"[\s\u00a0]+")
SYMBOLS = re.compile("symbol|wingding|webding|dingbat", re.IGNORECASE)
DINGBATS = re.compile("wingding|webding|dingbat", re.IGNORECASE)  # fonts without letters
# Codes of the usual encoding that name no letter: the specification has bullets there, and ReportLab writes the first.
WIN_ANSI = EncodingDB.get_encoding("WinAnsiEncoding")
UNUSED_CODES = frozenset([0x7F, 0x81, 0x8D, 0x8F, 0x90, 0x9D])


def letters_of(font: Any, cid: int, name: str) -> str:
    """The letters that a font says a glyph stands for."""
    encoding, told = getattr(font, "cid2unicode", None), getattr(font, "unicode_map", None)
    try:
        text = str(font.to_unichr(cid))
    except PDFUnicodeNotDefined:
        return "•" if cid in UNUSED_CODES and encoding == WIN_ANSI else LOST
    if encoding and not told and DINGBATS.search(name) and not text.isspace():
        return "•"  # the letter is that of another font
    return plain(text, symbols=SYMBOLS.search(name) is not None)


@lru_cache(maxsize=4096)
def plain(text: str, *, symbols: bool) -> str:
    """What a font says a glyph is, as text: plain letters, one space for white space, `LOST` for nothing known."""
    text = PRESENTATION_FORM.sub(lambda form: unicodedata.normalize("NFKC", form[0]).strip(), text)
    text = SPACES.sub(" ", text)
    if len(text) > 1:
        text = REVERSED_LIGATURE.sub(lambda pair: pair[0][::-1], text) if len(text) == 2 else text.strip()
    out = ""
    for character in text:
        if "\uf020" <= character <= "\uf0ff":  # a font of symbols: as a bullet they are used most
            character = chr(ord(character) - 0xF000) if "\uf021" <= character <= "\uf07e" and not symbols else "•"
        elif unicodedata.category(character) in ("Cc", "Co", "Cn", "Cs"):
            character = LOST
        out += character
    return out
