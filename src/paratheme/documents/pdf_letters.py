"""The letters that the glyphs of a PDF stand for, by what the file says of its fonts."""

from __future__ import annotations

import re
import struct
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from io import BytesIO
from typing import Any, BinaryIO

from pdfminer.encodingdb import EncodingDB
from pdfminer.pdffont import PDFCIDFont, PDFUnicodeNotDefined, TrueTypeFont
from pdfminer.pdfinterp import PDFResourceManager
from pdfminer.pdftypes import PDFStream, resolve1

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


class Fonts(PDFResourceManager):  # type: ignore[misc]
    """The fonts of a file; where it does not tell their letters, the font's own table does.

    Of that table pdfminer.six takes wrong letters, and it takes codes for glyphs where the file maps them.
    """

    def get_font(self, objid: object, spec: Mapping[str, object]) -> Any:
        """Return a font."""
        font = super().get_font(objid, spec)
        guessed = isinstance(font, PDFCIDFont) and not {"DescendantFonts", "ToUnicode"} & set(spec)
        if guessed and font.cidcoding in ("Adobe-Identity", "Adobe-UCS") and font.unicode_map:
            font.unicode_map = None
            if not isinstance(resolve1(spec.get("CIDToGIDMap")), PDFStream):
                table = FontTable(font.basefont, BytesIO(font.fontfile.get_data()))
                with suppress(TrueTypeFont.CMapNotFound, struct.error):
                    font.unicode_map = table.create_unicode_map()
        return font


class FontTable(TrueTypeFont):  # type: ignore[misc]
    """What glyphs a TrueType font has for which letters."""

    def parse_cmap_format_4(self, fp: BinaryIO, char2gid: dict[int, int]) -> None:
        """Read the usual table; of letters that share a glyph, the first is to be the one."""
        (twice,) = struct.unpack(">4xH6x", fp.read(12))
        ends, _, starts, shifts = (struct.unpack(f">{size // 2}H", fp.read(size)) for size in (twice, 2, twice, twice))
        place = fp.tell()
        found: list[tuple[int, int]] = []
        for at, (offset,) in enumerate(struct.iter_unpack(">H", fp.read(twice))):
            first = max(starts[at], found[-1][0] + 1 if found else 0)
            letters = range(first, ends[at] + 1)
            glyphs: Sequence[int] = letters
            if offset and letters:
                fp.seek(place + 2 * at + offset + 2 * (first - starts[at]))
                glyphs = struct.unpack(f">{len(letters)}H", fp.read(2 * len(letters)))
            found += [(letter, (glyph + shifts[at]) % 0x10000) for letter, glyph in zip(letters, glyphs, strict=True)]
        char2gid.update((letter, glyph) for letter, glyph in reversed(found) if glyph)


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
