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
# 8-bit encodings of Latin letters and of others, each with those of older machines: taken where the likely ones
# make no sense of a file.
LATIN = {"cp1252": "Windows-1252 (Western)", "cp1254": "Windows-1254 (Turkish)"}
OLD_LATIN = {"mac_roman": "Mac Roman (Western)", "cp850": "DOS 850 (Western)"}
OTHERS = {
    "cp1256": "Windows-1256 (Arabic)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "iso8859_6": "ISO-8859-6 (Arabic)",
    "koi8_r": "KOI8-R (Cyrillic)",
    "cp866": "DOS 866 (Cyrillic)",
    "iso8859_5": "ISO-8859-5 (Cyrillic)",
}
CHINESE = {"gb18030": "GB 18030 (Chinese)"}  # written without spaces: where all of it is Chinese by these bytes
LIKELY = ("cp1256", "cp1251")
GUESSED = {**LATIN, **OLD_LATIN, **OTHERS, **CHINESE}
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
REPLACEMENT = "\ufffd"
LEAST_CHAOS = 0.02  # of charset-normalizer's measure: what the likely encodings show beside a rare one
# How CESU-8 writes a character beyond U+FFFF, and how Java writes zero: databases and its programs keep them so.
MAYBE_CESU = re.compile(rb"\xed[\xa0-\xaf]|\xc0\x80")
SURROGATES = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")
ZERO_OF_JAVA = b"\xc0\x80"
BEYOND_ASCII_BYTE = re.compile(rb"[\x80-\xff]")
LETTER_IN_WORD = re.compile(rb"(?<=[A-Za-z])[\xc0-\xff](?=[A-Za-z])")  # in Windows' encodings, ...
SIGN_IN_WORD = re.compile(rb"(?<=[A-Za-z])[\x80-\x90\x93-\xa5](?=[A-Za-z])")  # ... and all but its apostrophes
WORD_BEYOND_ASCII = re.compile(rb"[\x80-\xff]{4,}")
CYRILLIC, CAPITAL_IN_WORD, MOST_CAPITALS_IN_WORDS = re.compile("[А-яЁё]"), re.compile("[а-яё](?=[А-ЯЁ])"), 0.05
BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
# At least four signs in a row: the usual ones, and the full-width marks between them.
CHINESE_RUN, USUAL_CHINESE, FEWEST_CHINESE = re.compile(rb"(?:[\xa1\xa3\xb0-\xf7][\xa1-\xfe]){4,}"), 0.9, 16
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
    data = SURROGATES.sub(joined, data.replace(ZERO_OF_JAVA, b"")) if MAYBE_CESU.search(data) else data
    filled_up = len(data) - len(data.rstrip(b"\0"))
    data = data[: len(data) - filled_up // 4 * 4]  # a disk's or a tape's last block; no letter of UTF-32 is cut
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


def joined(pair: re.Match[bytes]) -> bytes:
    """A character that CESU-8 writes as two halves, in UTF-8."""
    halves = pair[0].decode("utf-8", "surrogatepass")
    return halves.encode("utf-16-le", "surrogatepass").decode("utf-16-le").encode("utf-8")


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
    yield from ((encoding, False) for encoding in (*guessed(sample_of(data)), "cp1252", "cp1256"))


def guessed(sample: bytes) -> list[str]:
    """The 8-bit encodings that a text is likely to be in, the likeliest first."""
    from charset_normalizer import from_bytes

    if is_chinese(sample):
        return list(CHINESE)
    if is_latin(sample) and not is_old(sample):
        return ["cp1254"] if is_turkish(sample) else ["cp1252"]
    candidates = list(OLD_LATIN) if is_latin(sample) else [name for name in OTHERS if has_usual_capitals(sample, name)]
    if not candidates:
        return []
    guesses = list(from_bytes(sample, cp_isolation=candidates, threshold=1.0))
    usual = next((guess for guess in guesses if guess.encoding in LIKELY), None)
    if usual and usual.chaos <= guesses[0].chaos + LEAST_CHAOS:
        guesses = [usual]
    return [guess.encoding for guess in guesses]


def is_chinese(data: bytes) -> bool:
    """Whether what is beyond ASCII is long runs of double bytes, nearly all of them for usual Chinese signs."""
    beyond = len(BEYOND_ASCII_BYTE.findall(data))
    usual = sum(len(run) for run in CHINESE_RUN.findall(data))
    return beyond >= FEWEST_CHINESE and usual >= USUAL_CHINESE * beyond


def is_latin(data: bytes) -> bool:
    """Whether what is beyond ASCII stands alone among ASCII, as é does in a word, and makes hardly a word by itself."""
    return 4 * sum(map(len, WORD_BEYOND_ASCII.findall(data))) < len(BEYOND_ASCII_BYTE.findall(data))


def is_old(data: bytes) -> bool:
    """Whether the accented letters of Latin words stand where Windows has signs, and older machines had letters."""
    return len(SIGN_IN_WORD.findall(data)) > len(LETTER_IN_WORD.findall(data))


def has_usual_capitals(sample: bytes, encoding: str) -> bool:
    """Whether capitals stand where words have them: Cyrillic in a wrong encoding has them in the midst of words."""
    text = sample.decode(encoding, "replace")
    return len(CAPITAL_IN_WORD.findall(text)) <= MOST_CAPITALS_IN_WORDS * len(CYRILLIC.findall(text))


def sample_of(data: bytes) -> bytes:
    """The lines of a file that tell what it is in: those that hold more than ASCII."""
    return b"\n".join(line for line in data.splitlines() if BEYOND_ASCII_BYTE.search(line))[:SAMPLE]


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
    sample = text[:SAMPLE].rstrip("\0\x1a")  # what fills up, or ends, a file of another system
    strange = sum(unicodedata.category(character) in ("Cc", "Cn") for character in sample)
    strange -= sum(map(sample.count, "\t\n\v\f\r\x85"))
    return strange <= MOST_CONTROL_CHARACTERS * len(sample)
