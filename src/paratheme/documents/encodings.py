"""Bytes -> text: which encoding a text file or a web page is in."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from paratheme.errors import ParathemeError

BYTE_ORDER_MARKS = (  # UTF-32 first: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
DECLARED_CHARSET = re.compile(
    rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w.:-]+)|^\s*<\?xml[^>]+encoding=[\"']([\w.:-]+)", re.IGNORECASE
)
# As browsers do: who declares these means the Windows code page that extends them.
MEANT = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254"}
GUESSED = ["cp1256", "cp1252"]  # 8-bit encodings of Arabic and of French and English
SIGNATURES = {
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a ZIP or Word file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}
MOST_CONTROL_CHARACTERS = 0.02
SAMPLE = 100_000  # bytes or characters looked at to tell what a file is


class DocumentError(ParathemeError):
    """A file cannot be read; the message names the file, the reason and the remedy in one line."""


def decode(data: bytes, path: Path) -> str:
    """Bytes -> text, by the surest sign first."""
    kind = next((kind for signature, kind in SIGNATURES.items() if data.startswith(signature)), None)
    if kind:
        raise DocumentError(f"{path}: is {kind}, not text; give it the suffix that belongs to it")
    for encoding in encodings(data):
        try:
            text = data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        if is_text(text):
            return text
    raise DocumentError(f"{path}: is not text in an encoding known here; save it as UTF-8")


def encodings(data: bytes) -> Iterator[str]:
    """The encodings to try: byte order mark, evident UTF-16, UTF-8, what the page declares, the likeliest."""
    yield from (encoding for mark, encoding in BYTE_ORDER_MARKS if data.startswith(mark))
    if b"\0" in data:  # spaces and line breaks of UTF-16 hold one at even or at odd places
        spaces = {"utf-16-le": (b" \0", b"\n\0"), "utf-16-be": (b"\0 ", b"\0\n")}
        beginning = data[:SAMPLE]
        pairs = [beginning[at : at + 2] for at in range(0, len(beginning) - 1, 2)]
        for encoding, space_and_break in spaces.items():
            if sum(map(pairs.count, space_and_break)) > len(pairs) / 50:
                yield encoding
    yield "utf-8"
    declared = DECLARED_CHARSET.search(data[:4096])
    if declared:
        try:
            named = codecs.lookup((declared[1] or declared[2]).decode("ascii")).name
            yield MEANT.get(named, named)
        except LookupError:
            pass
    from charset_normalizer import from_bytes

    guess = from_bytes(data, cp_isolation=GUESSED, threshold=1.0).best()
    yield from [guess.encoding] if guess else []
    yield from GUESSED[::-1]


def is_text(text: str) -> bool:
    """Whether decoded bytes are something to read: hardly a control character, and no unassigned ones."""
    sample = text[:SAMPLE]
    strange = sum(unicodedata.category(character) in ("Cc", "Cn") for character in sample)
    strange -= sum(map(sample.count, "\t\n\v\f\r\x85"))
    return strange <= MOST_CONTROL_CHARACTERS * len(sample)
