"""Bytes -> text: which encoding a text file or a web page is in."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from paratheme.errors import ParathemeError

WIDE = ["utf_16_le", "utf_16_be", "utf_32_le", "utf_32_be"]  # encodings of which plain text holds zero bytes
DECLARED_CHARSET = re.compile(
    rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w.:-]+)|^\s*<\?xml[^>]+encoding=[\"']([\w.:-]+)", re.IGNORECASE
)
# As browsers do: who declares these means the Windows code page that extends them.
MEANT = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254"}
# 8-bit encodings of Arabic, of French and English, and of Russian; Turkish is told from Western by its letters
LIKELY = {"cp1256": "Windows-1256 (Arabic)", "cp1252": "Windows-1252 (Western)", "cp1251": "Windows-1251 (Cyrillic)"}
GUESSED = {**LIKELY, "cp1254": "Windows-1254 (Turkish)"}
TURKISH = re.compile(rb"[\xd0\xdd\xde\xf0\xfd\xfe]")  # its six letters, where Western has those of Icelandic, ...
ICELANDIC = re.compile(rb"[\xc1\xc6\xcd\xd3\xda\xe1\xe6\xed\xf3\xfa]")  # ... which has these no less often
MARKED = {"utf_8": "utf-8-sig", "utf_16": "utf-16", "utf_32": "utf-32"}
SIGNATURES = {
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a ZIP or Word file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}
MOST_CONTROL_CHARACTERS = 0.02
BESIDE_LATIN = re.compile(rb"[A-Za-z][\xc0-\xff]|[\xc0-\xff][A-Za-z]")  # é in a word: Cyrillic has none beside it
REPLACEMENT = "\ufffd"
BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
SAMPLE = 100_000  # bytes or characters looked at to tell what a file is


class DocumentError(ParathemeError):
    """A file cannot be read; the message names the file, the reason and the remedy in one line."""


def decode(data: bytes, path: Path) -> tuple[str, tuple[str, ...]]:
    """Bytes -> text, by the surest sign first, and what had to be guessed or replaced, a phrase each.

    What is UTF-8 but for some bytes stays UTF-8, with U+FFFD for each of those.
    """
    kind = next((kind for signature, kind in SIGNATURES.items() if data.startswith(signature)), None)
    if kind:
        raise DocumentError(f"{path}: is {kind}, not text; give it the suffix that belongs to it")
    for encoding, sure in encodings(data):
        try:
            text, whole = data.decode(encoding), True
        except (UnicodeDecodeError, LookupError):
            if not sure:
                continue
            text, whole = data.decode(encoding, "replace"), False
        said = encoding == "utf-8-sig" or (encoding == "utf-8" and is_json(path))  # by its mark, or by its name
        if is_text(text) or (whole and said):
            return text, repairs(text, data, encoding, whole)
    raise DocumentError(f"{path}: is not text in an encoding known here; save it as UTF-8")


def encodings(data: bytes) -> Iterator[tuple[str, bool]]:
    """The encodings to try, and whether each is sure even where bytes are wrong in it.

    By byte order mark, evident UTF-16, UTF-8, what the page declares, the likeliest.
    """
    from charset_normalizer import from_bytes
    from charset_normalizer.utils import identify_sig_or_bom

    marked = MARKED.get(identify_sig_or_bom(data)[0] or "")
    if marked:
        yield marked, True
    elif b"\0" in data[:SAMPLE]:
        wide = from_bytes(data[: SAMPLE // 4 * 4], cp_isolation=WIDE).best()
        yield from [(wide.encoding, True)] if wide else []
    yield "utf-8", is_mostly_utf8(data)
    declared = declared_by(data)
    if declared:
        yield declared, False
    likely = [encoding for encoding in LIKELY if encoding != "cp1251" or not BESIDE_LATIN.search(data)]
    guess = from_bytes(data[:SAMPLE], cp_isolation=likely, threshold=1.0).best()
    if guess and guess.encoding == "cp1252" and is_turkish(data):
        yield "cp1254", False
    yield from [(guess.encoding, False)] if guess else []
    yield from (("cp1252", False), ("cp1256", False))


def declared_by(data: bytes) -> str:
    """The encoding that a page says it is in; empty where it says none that is known."""
    declared = DECLARED_CHARSET.search(data[:4096])
    try:
        named = codecs.lookup((declared[1] or declared[2]).decode("ascii")).name if declared else ""
    except LookupError:
        return ""
    return MEANT.get(named, named)


def is_turkish(data: bytes) -> bool:
    """Whether Western text has the letters of Turkish where Icelandic has others."""
    return len(TURKISH.findall(data)) > 4 * len(ICELANDIC.findall(data))


def is_mostly_utf8(data: bytes) -> bool:
    """Whether at least as many characters are in UTF-8 as bytes are wrong: others hardly ever look like UTF-8."""
    text = data.decode("utf-8", "replace")
    beyond_ascii = sum(map(len, BEYOND_ASCII.findall(text)))
    return beyond_ascii >= 2 * text.count(REPLACEMENT)


def repairs(text: str, data: bytes, encoding: str, whole: bool) -> tuple[str, ...]:
    """What was guessed or replaced when bytes became text."""
    if not whole:
        line = text.count("\n", 0, text.index(REPLACEMENT)) + 1
        count = text.count(REPLACEMENT)
        return (f"{count} wrong byte{'s' * (count > 1)} became {REPLACEMENT}, the first in line {line}",)
    if encoding in GUESSED and encoding != declared_by(data):
        return (f"taken to be in {GUESSED[encoding]}; save it as UTF-8 if it reads wrong",)
    return ()


def is_json(path: Path) -> bool:
    """Whether a file is JSON by its name: that is UTF-8 (RFC 8259), whatever characters stand in it."""
    return bool({".json", ".jsonl", ".ndjson"} & {suffix.lower() for suffix in path.suffixes[-2:]})


def is_text(text: str) -> bool:
    """Whether decoded bytes are something to read: hardly a control character, and no unassigned ones."""
    sample = text[:SAMPLE]
    strange = sum(unicodedata.category(character) in ("Cc", "Cn") for character in sample)
    strange -= sum(map(sample.count, "\t\n\v\f\r\x85"))
    return strange <= MOST_CONTROL_CHARACTERS * len(sample)
