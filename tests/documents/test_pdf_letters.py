"""What letters the glyphs of a PDF's fonts stand for."""

from __future__ import annotations

import pytest
from pdfminer.encodingdb import EncodingDB
from pdfminer.pdffont import PDFUnicodeNotDefined

from paratheme.documents.pdf_letters import LOST, letters_of


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
