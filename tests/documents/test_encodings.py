"""Text is read in whatever encoding it comes, and what is no text is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from paratheme.documents.encodings import DocumentError, decode
from paratheme.documents.readers import read
from tests.documents.examples import refusal, written

ARABIC = "أعلنت وزارة الزراعة أن محصول القمح هذا العام أقل من المتوقع.\nوقال المزارعون إن الأمطار تأخرت أسبوعين."
FRENCH = "L’été a été très sec à Dosso ; les éleveurs s’inquiètent déjà.\nLes pâturages sont épuisés."
ENGLISH = "The harvest was late this year.\nFarmers said that the rains came two weeks after the usual date."
PERSIAN = "خانه‌هاي روستا از اول تابستان بي آب مانده‌اند.\nكشاورزان مي‌گويند كه باران دو هفته دير آمد."
CHINESE = "今年的收成很晚。\n农民说，雨水比平常晚了两个星期。"
RUSSIAN = "Урожай в этом году собрали поздно.\nФермеры говорят, что дожди пришли на две недели позже обычного."


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *((text, encoding) for text in (ARABIC, FRENCH, ENGLISH) for encoding in ("utf-8", "utf-8-sig", "utf-16")),
        *((text, encoding) for text in (ARABIC, FRENCH, ENGLISH) for encoding in ("utf-16-le", "utf-16-be")),
        *((text, "utf-32") for text in (ARABIC, FRENCH, ENGLISH)),
        (ARABIC, "cp1256"),
        *((RUSSIAN, encoding) for encoding in ("cp1251", "koi8-r", "cp866", "iso8859-5")),
        (PERSIAN, "cp1256"),
        (CHINESE, "gb18030"),
        (ARABIC.replace("،", ","), "iso8859-6"),
        (FRENCH.replace("’", "'"), "mac-roman"),
        ("Os criadores já não têm água, e a estação das chuvas só começa daqui a três semanas, dizem.", "cp850"),
        (FRENCH, "cp1252"),
        (FRENCH.replace("’", "'"), "latin-1"),
        ("Café", "latin-1"),
        ("مرحبا", "cp1256"),
    ],
)
def test_text_is_read_in_every_encoding_in_use(tmp_path: Path, text: str, encoding: str) -> None:
    assert read(written(tmp_path, "a.txt", text.encode(encoding))).text == text


@pytest.mark.parametrize("text", [ARABIC, FRENCH, RUSSIAN, "The mayor’s “plan” — told in May"])
@pytest.mark.parametrize("wrong", [b"\xff", b"\x92", b"\xe9", b"\xc3", b"\xe2\x80"])
def test_a_wrong_byte_in_utf8_is_replaced_and_told_and_the_rest_stays(tmp_path: Path, text: str, wrong: bytes) -> None:
    data = text.encode()
    for place in (0, data.index(b" "), len(data)):
        document = read(written(tmp_path, "a.txt", data[:place] + wrong + data[place:]))
        assert document.text == f"{data[:place].decode()}\ufffd{data[place:].decode()}"
        line = data[:place].count(b"\n") + 1
        assert document.repairs == (f"1 wrong byte became \ufffd, the first in line {line}",)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_a_mark_decides_even_where_bytes_are_missing(tmp_path: Path, encoding: str) -> None:
    document = read(written(tmp_path, "a.txt", (FRENCH + "é").encode(encoding)[:-1]))
    assert document.text == FRENCH + "\ufffd"
    assert len(document.repairs) == 1


TURKISH = "Dün sabah limana ulaşan gemi ekmek ve ilaç taşıyordu; şehirde fırınlar kapalı, diyor bir sağlık görevlisi."
ICELANDIC = "Það var ekkert brauð í borginni í gær, sagði kona sem beið við höfnina ásamt fjölskyldu sinni og þakkaði."


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *((ARABIC, "cp1256"), (FRENCH, "cp1252"), (RUSSIAN, "cp1251"), ("“Café” – l’été", "cp1252")),
        *((TURKISH, "cp1254"), (ICELANDIC, "cp1252")),
    ],
)
def test_an_encoding_that_was_guessed_is_told(tmp_path: Path, text: str, encoding: str) -> None:
    document = read(written(tmp_path, "a.txt", text.encode(encoding)))
    assert document.text == text
    assert f"Windows-{encoding[2:]}" in document.repairs[0]


def test_an_encoding_is_told_by_the_first_letters_beyond_ascii_however_late_they_stand(tmp_path: Path) -> None:
    late = "The harvest was late this year.\n" * 5000 + ARABIC
    assert read(written(tmp_path, "a.txt", late.encode("cp1256"))).text == late


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "cp1256"])
def test_zeros_that_fill_up_the_end_of_a_file_are_no_text(tmp_path: Path, encoding: str) -> None:
    assert read(written(tmp_path, "a.txt", ARABIC.encode(encoding) + b"\0" * 5000)).text.rstrip("\0") == ARABIC


@pytest.mark.parametrize("text", [ARABIC, "A replacement \ufffd of its own"])
def test_of_whole_utf8_nothing_is_told(tmp_path: Path, text: str) -> None:
    assert read(written(tmp_path, "a.txt", text)).repairs == ()


def test_text_is_what_the_file_holds_line_endings_and_odd_characters_included(tmp_path: Path) -> None:
    text = "One\r\nTwo\rThree\u2028Four\u2029Five\n\n\n\x00 Six \t\n" + ENGLISH
    assert read(written(tmp_path, "a.md", text)).text == text


@pytest.mark.parametrize("charset", ["windows-1256", "ISO-8859-6", "iso-8859-1", "windows-1251", "utf-8"])
def test_the_charset_that_a_page_declares_is_honoured(tmp_path: Path, charset: str) -> None:
    said = {"windows-1256": ARABIC, "ISO-8859-6": "مرحبا بكم في السوق", "windows-1251": "Урожай был поздним"}
    text = said.get(charset, "L'été à Dosso — “sec”" if charset == "utf-8" else "L'été à Dosso")
    page = f'<html><head><meta charset="{charset}"></head><body><p>{text}</p></body></html>'
    assert " ".join(text.split()) in " ".join(read(written(tmp_path, "a.html", page.encode(charset))).text.split())


def test_a_page_that_declares_a_charset_wrongly_is_read_by_what_it_holds(tmp_path: Path) -> None:
    page = f'<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"><p>{ARABIC}</p>'
    assert "وزارة الزراعة" in read(written(tmp_path, "a.html", page)).text


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"%PDF-1.4 ...",
        b"PK\x03\x04...",
        bytes(range(256)) * 20,
        b"\x7fELF\2\1\1\0\0\0" * 9,
    ],
)
def test_a_binary_file_that_calls_itself_text_is_refused(tmp_path: Path, data: bytes) -> None:
    assert "not text" in refusal(written(tmp_path, "a.txt", data))


def test_a_byte_order_mark_says_utf_8_whatever_characters_stand_behind_it() -> None:
    strange = "\x7f\x80\x80\U000f0cd6"
    assert decode(b"\xef\xbb\xbf" + strange.encode(), Path("a.csv"))[0] == strange
    with pytest.raises(DocumentError, match="not text"):
        decode(strange.encode(), Path("a.csv"))


def test_json_is_utf_8_whatever_characters_stand_in_it() -> None:
    data = '{"text": "\x7f\x80\x80\U000f0cd6"}'.encode()
    assert decode(data, Path("a.jsonl"))[0] == data.decode()
    with pytest.raises(DocumentError, match="not text"):
        decode(data, Path("a.txt"))


@pytest.mark.parametrize("text", [f"{ENGLISH} 😢", f"🚋 {ARABIC} 😀😀", f"{FRENCH} 𝒜"])
def test_characters_that_databases_write_as_two_halves_are_joined(text: str) -> None:
    units = text.encode("utf-16-be")
    halves = "".join(chr(int.from_bytes(units[at : at + 2], "big")) for at in range(0, len(units), 2))
    assert decode(halves.encode("utf-8", "surrogatepass"), Path("a.txt")) == (text, ())


def test_a_zero_as_java_writes_it_is_no_wrong_byte() -> None:
    assert decode("L’été\n".encode() + b"\xc0\x80", Path("a.txt")) == ("L’été\n", ())
