"""What letters the glyphs of a PDF's fonts stand for."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import pytest
from pdfminer.encodingdb import EncodingDB
from pdfminer.pdffont import PDFUnicodeNotDefined

from paratheme.documents.pdf_letters import LOST, FontTable, letters_of
from paratheme.documents.readers import read
from tests.documents.examples import refusal
from tests.documents.pdf_makers import by_chromium


class Font:
    """A font that names its letters by an encoding, or by a table of its own."""

    def __init__(self, encoding: str, table: dict[int, str] | None = None) -> None:
        self.cid2unicode = EncodingDB.get_encoding(encoding)
        self.unicode_map = table

    def to_unichr(self, cid: int) -> str:
        try:
            return (self.unicode_map or self.cid2unicode)[cid]
        except KeyError as error:
            raise PDFUnicodeNotDefined(None, cid) from error


@pytest.mark.parametrize(
    ("encoding", "code", "text"),
    [
        ("WinAnsiEncoding", 0x7F, "•"),
        ("WinAnsiEncoding", 0x95, "•"),
        ("WinAnsiEncoding", 0x01, LOST),
        ("StandardEncoding", 0x7F, LOST),
    ],
)
def test_codes_of_the_usual_encoding_that_name_no_letter_are_bullets(encoding: str, code: int, text: str) -> None:
    assert letters_of(Font(encoding), code, "Helvetica") == text


def test_fonts_of_signs_have_no_letters_unless_they_say_which() -> None:
    plain, told = Font("StandardEncoding"), Font("StandardEncoding", {ord("l"): "●", ord("a"): "a"})
    assert [letters_of(plain, ord(letter), "ZapfDingbats") for letter in "l n"] == ["•", " ", "•"]
    assert [letters_of(told, ord(letter), "ABCDEF+ZapfDingbats") for letter in "la"] == ["●", "a"]
    assert letters_of(plain, ord("l"), "Helvetica") == "l"


def table_of(segments: list[tuple[int, int, int, int]], glyphs: list[int]) -> bytes:
    """A font of nothing but its table: segments with first and last letter, shift and place of the glyphs."""
    fields = list(zip(*segments, strict=True))
    numbers = [2 * len(segments), 0, 0, 0, *fields[1], 0, *fields[0], *fields[2], *fields[3], *glyphs]
    body = struct.pack(f">2H{len(numbers) + 1}H", 4, 0, 0, *numbers)
    return struct.pack(">4s4H4s3L", b"true", 1, 0, 0, 0, b"cmap", 0, 28, 0) + struct.pack(">4HL", 0, 1, 3, 1, 12) + body


def test_the_table_of_a_font_names_the_first_letter_of_each_glyph() -> None:
    """Segments whose glyphs stand in a list, each at its own place, and one whose glyphs are its letters, shifted."""
    segments = [(0x41, 0x43, 0, 8), (0x61, 0x62, 10, 12), (0x70, 0x71, 0x10000 - 0x20, 0), (0xFFFF, 0xFFFF, 1, 0)]
    font = FontTable("font", io.BytesIO(table_of(segments, [5, 0, 7, 1, 0x10000 - 5])))
    assert font.create_unicode_map().cid2unichr == {5: "A", 7: "C", 11: "a", 0x50: "p", 0x51: "q"}


SAID = ["قالت أم خالد إن القوم ينتظرون في السوق منذ الفجر.", "The mayor said the wells are dry again."]


def without_letters(path: Path, *, mapped: bool) -> None:
    """Take out what a file says of the letters of its fonts."""
    pypdf = pytest.importorskip("pypdf")
    writer = pypdf.PdfWriter(clone_from=path)
    for font in writer.pages[0]["/Resources"]["/Font"].values():
        del font.get_object()["/ToUnicode"]
        if mapped:
            codes = pypdf.generic.StreamObject()
            codes.set_data(bytes(4000))
            font.get_object()["/DescendantFonts"][0].get_object()[pypdf.generic.NameObject("/CIDToGIDMap")] = (
                writer._add_object(codes)
            )
    writer.write(path)


def test_letters_that_only_the_font_knows_are_read_from_it(tmp_path: Path) -> None:
    by_chromium(tmp_path / "a.pdf", SAID)
    without_letters(tmp_path / "a.pdf", mapped=False)
    assert read(tmp_path / "a.pdf").text.split("\n") == SAID


def test_letters_of_codes_that_a_file_maps_are_not_guessed(tmp_path: Path) -> None:
    by_chromium(tmp_path / "a.pdf", SAID)
    without_letters(tmp_path / "a.pdf", mapped=True)
    assert "OCR" in refusal(tmp_path / "a.pdf")
