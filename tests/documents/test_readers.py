from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

from paratheme.documents.readers import SUFFIXES, Document, DocumentError, find, folder_of, read

ARABIC = "أعلنت وزارة الزراعة أن محصول القمح هذا العام أقل من المتوقع.\nوقال المزارعون إن الأمطار تأخرت أسبوعين."
FRENCH = "L’été a été très sec à Dosso ; les éleveurs s’inquiètent déjà.\nLes pâturages sont épuisés."
ENGLISH = "The harvest was late this year.\nFarmers said that the rains came two weeks after the usual date."
LONG = "The port authority said that the ship carried nine thousand tonnes of sorghum for the north. " * 4


def written(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(DocumentError) as caught:
        read(path)
    message = str(caught.value)
    assert path.name in message
    assert "\n" not in message
    assert ";" in message, "a message names the remedy after the reason"
    return message


# ---------------------------------------------------------------- finding


def test_folders_are_searched_with_all_below_them_in_a_fixed_order(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.md", "a/b/c.HTML", "x.pdf", "y.docx", "w.htm"):
        written(tmp_path, name, "x")
    found = find([tmp_path])
    assert [path.relative_to(tmp_path).as_posix() for path in found] == [
        *("a/b/c.HTML", "a/z.md", "b.txt", "w.htm", "x.pdf", "y.docx"),
    ]


def test_hidden_files_and_files_of_other_kinds_are_passed_over_in_folders(tmp_path: Path) -> None:
    for name in (".hidden.txt", ".git/a.txt", "picture.png", "good.txt"):
        written(tmp_path, name, "x")
    assert [path.name for path in find([tmp_path])] == ["good.txt"]


def test_a_folder_inside_a_hidden_folder_can_be_named(tmp_path: Path) -> None:
    written(tmp_path, ".cache/pages/a.txt", "x")
    assert len(find([tmp_path / ".cache" / "pages"])) == 1


def test_a_file_that_is_named_twice_is_found_once(tmp_path: Path) -> None:
    path = written(tmp_path, "a.txt", "x")
    assert find([path, tmp_path, path]) == [path]


def test_a_path_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="no such file"):
        find([tmp_path / "missing"])


def test_a_named_file_of_an_unknown_kind_is_an_error_that_lists_the_known_ones(tmp_path: Path) -> None:
    path = written(tmp_path, "a.xyz", "x")
    with pytest.raises(DocumentError, match=r"a\.xyz.*convert it.*\.docx"):
        find([path])
    assert ".docx" in refusal(path)


def test_a_document_is_named_from_the_folder_that_was_named(tmp_path: Path) -> None:
    path = written(tmp_path, "north/a.txt", "Text.")
    assert read(path, folder=folder_of(path, [tmp_path])) == Document("north/a.txt", "Text.")
    assert read(path, folder=folder_of(path, [path])) == Document("a.txt", "Text.")


# ---------------------------------------------------------------- text and its encodings


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *((text, encoding) for text in (ARABIC, FRENCH, ENGLISH) for encoding in ("utf-8", "utf-8-sig", "utf-16")),
        *((text, encoding) for text in (ARABIC, FRENCH, ENGLISH) for encoding in ("utf-16-le", "utf-16-be")),
        *((text, "utf-32") for text in (ARABIC, FRENCH, ENGLISH)),
        (ARABIC, "cp1256"),
        (FRENCH, "cp1252"),
        (FRENCH.replace("’", "'"), "latin-1"),
        ("Café", "latin-1"),
        ("مرحبا", "cp1256"),
    ],
)
def test_text_is_read_in_every_encoding_in_use(tmp_path: Path, text: str, encoding: str) -> None:
    assert read(written(tmp_path, "a.txt", text.encode(encoding))).text == text


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


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.pdf", "a.docx"])
def test_an_empty_file_is_refused(tmp_path: Path, name: str) -> None:
    assert "empty" in refusal(written(tmp_path, name, b""))


@pytest.mark.parametrize("data", [b" \r\n\t\n", b"\xef\xbb\xbf", b"\0\0\0"])
def test_a_file_without_a_visible_character_is_refused(tmp_path: Path, data: bytes) -> None:
    refusal(written(tmp_path, "a.txt", data))


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


@pytest.mark.skipif(sys.platform == "win32", reason="no such permissions there")
def test_a_file_that_cannot_be_opened_is_refused_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "a.txt").symlink_to(tmp_path / "gone")
    assert "No such file" in refusal(tmp_path / "a.txt")


# ---------------------------------------------------------------- web pages


def test_a_page_gives_its_article_a_line_for_each_part_and_no_navigation(tmp_path: Path) -> None:
    page = f"""<html><head><title>Port</title><script>var x = 1;</script></head><body>
      <nav><ul><li><a href="/">Home</a></li><li><a href="/news">World news</a></li></ul></nav>
      <article><h1>Grain ship reaches port</h1><p>{LONG}</p><h2>Prices in the markets</h2><p>{LONG}</p>
      <ul><li>Sorghum costs 600 pounds a sack</li><li>Wheat costs 900 pounds a sack</li></ul></article>
      <footer>Privacy <a href="/terms">Terms of use</a></footer></body></html>"""
    lines = read(written(tmp_path, "a.html", page)).text.split("\n")
    assert lines == [
        *("Grain ship reaches port", LONG.strip(), "Prices in the markets", LONG.strip()),
        *("- Sorghum costs 600 pounds a sack", "- Wheat costs 900 pounds a sack"),
    ]


def test_a_page_with_little_text_is_not_read_as_empty(tmp_path: Path) -> None:
    page = "<html><head><title>T</title><style>p {}</style></head><body><h1>Notice</h1>"
    page += "<!-- no --><p>The well<br>is "
    page += "<b>closed</b>.</p><script>x()</script><ul><li>Use the pump</li></ul></body></html>"
    assert read(written(tmp_path, "a.htm", page)).text.split("\n") == [
        "Notice",
        "The well",
        "is closed.",
        "- Use the pump",
    ]


def test_a_page_without_text_is_refused(tmp_path: Path) -> None:
    assert "empty" in refusal(written(tmp_path, "a.html", "<html><body><script>x()</script></body></html>"))


def test_an_xml_declaration_does_not_stop_a_page_from_being_read(tmp_path: Path) -> None:
    page = '<?xml version="1.0" encoding="utf-8"?><html><body><p>Été</p></body></html>'
    assert read(written(tmp_path, "a.html", page)).text == "Été"


# ---------------------------------------------------------------- Word files


def test_a_word_file_gives_headings_paragraphs_items_and_cells_in_order(tmp_path: Path) -> None:
    import docx

    file = docx.Document()
    file.add_heading("تقرير الحالة", 1)
    file.add_paragraph("The rains came late.")
    file.add_paragraph("Sorghum", style="List Bullet")
    file.add_paragraph("Millet", style="List Number")
    table = file.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Camp", "Abéché"
    file.add_paragraph("")
    file.add_paragraph("The end.")
    file.save(str(tmp_path / "a.docx"))
    assert read(tmp_path / "a.docx").text.split("\n") == [
        *("تقرير الحالة", "The rains came late.", "- Sorghum", "- Millet", "Camp", "Abéché", "The end."),
    ]


def test_a_merged_cell_is_read_once(tmp_path: Path) -> None:
    import docx

    file = docx.Document()
    table = file.add_table(rows=1, cols=3)
    table.cell(0, 0).merge(table.cell(0, 2)).text = "Total"
    file.save(str(tmp_path / "a.docx"))
    assert read(tmp_path / "a.docx").text == "Total"


@pytest.mark.parametrize("data", [b"not a zip file", b"PK\x03\x04 cut off", b"PK\x05\x06" + bytes(18)])
def test_a_damaged_word_file_is_refused(tmp_path: Path, data: bytes) -> None:
    assert "no Word file" in refusal(written(tmp_path, "a.docx", data))


# ---------------------------------------------------------------- PDF


def pdf_of(*pages: list[tuple[float, float, str]], size: float = 10) -> bytes:
    """A PDF by hand: pages of lines, each with its place in points, in a font of 8-bit characters."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>")
    kids = []
    for lines in pages:
        drawn = "".join(f"BT /F1 {size} Tf {x} {y} Td ({text}) Tj ET\n" for x, y, text in lines)
        objects.append(f"<< /Length {len(drawn.encode('cp1252'))} >>\nstream\n{drawn}endstream")
        resources = f"/Resources << /Font << /F1 3 0 R >> >> /Contents {len(objects)} 0 R"
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] {resources} >>")
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, content in enumerate(objects, 1):
        places.append(out.tell())
        out.write(f"{number} 0 obj\n{content}\nendobj\n".encode("cp1252"))
    start = out.tell()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode())
    out.write(f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode())
    return out.getvalue()


FIRST = [
    "Les pluies sont venues en retard cette saison dans",
    "tout le nord du pays, ont dit les éleveurs inter-",
    "rogés lundi.",
]
SECOND = ["Le prix du mil a doublé en un mois sur le marché de", "Dosso, où les sacs manquent."]


def test_lines_of_a_pdf_are_joined_to_paragraphs(tmp_path: Path) -> None:
    lines = [(50.0, 800.0 - 12 * at, text) for at, text in enumerate([*FIRST, *SECOND, "- Mil", "- Sorgho"])]
    assert read(written(tmp_path, "a.pdf", pdf_of(lines))).text.split("\n") == [
        (
            "Les pluies sont venues en retard cette saison dans tout le nord du pays, ont dit les "
            "éleveurs interrogés lundi."
        ),
        "Le prix du mil a doublé en un mois sur le marché de Dosso, où les sacs manquent.",
        *("- Mil", "- Sorgho"),
    ]


def test_a_paragraph_of_a_pdf_goes_on_over_the_page_and_page_numbers_are_dropped(tmp_path: Path) -> None:
    pages = [
        [(50.0, 800.0, FIRST[0]), (280.0, 40.0, "1")],
        [(50.0, 800.0, FIRST[1]), (50.0, 788.0, FIRST[2]), (280.0, 40.0, "2")],
    ]
    assert read(written(tmp_path, "a.pdf", pdf_of(*pages))).text.count("\n") == 0


def test_arabic_in_a_pdf_comes_in_the_order_in_which_it_is_read(tmp_path: Path) -> None:
    bidi = pytest.importorskip("bidi.algorithm")
    reshaper = pytest.importorskip("arabic_reshaper")
    matplotlib = pytest.importorskip("matplotlib")
    from matplotlib.figure import Figure

    said = "وصلت القافلة الأولى إلى المدينة في 12 مارس بعد أن انتظرت في Kabul نحو 3 أسابيع"
    with matplotlib.rc_context({"pdf.fonttype": 42}):
        figure = Figure()
        figure.text(0.95, 0.9, bidi.get_display(reshaper.reshape(said), base_dir="R"), ha="right", size=8)
        figure.savefig(tmp_path / "a.pdf")
    assert read(tmp_path / "a.pdf").text == said


def test_an_encrypted_pdf_is_refused(tmp_path: Path) -> None:
    pypdf = pytest.importorskip("pypdf")
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf_of([(50.0, 800.0, "Secret")])))
    writer.encrypt("word", algorithm="RC4-128")
    writer.write(tmp_path / "a.pdf")
    assert "encrypted" in refusal(tmp_path / "a.pdf")


@pytest.mark.parametrize("data", [b"not a PDF at all", b"%PDF-1.4\n%%EOF", pdf_of([(50.0, 800.0, "Cut")])[:200]])
def test_a_damaged_pdf_is_refused(tmp_path: Path, data: bytes) -> None:
    refusal(written(tmp_path, "a.pdf", data))


def test_a_pdf_without_text_is_refused_with_advice_to_recognise_it(tmp_path: Path) -> None:
    assert "OCR" in refusal(written(tmp_path, "a.pdf", pdf_of([])))


def test_reading_text_loads_none_of_the_heavy_libraries(tmp_path: Path) -> None:
    path = written(tmp_path, "a.txt", ENGLISH)
    program = (
        "import sys; from paratheme.documents import read; "
        f"read({str(path)!r}); print({{'trafilatura', 'pdfplumber', 'docx', 'lxml'}} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_every_known_suffix_is_named() -> None:
    assert set(SUFFIXES) == {".txt", ".md", ".html", ".htm", ".pdf", ".docx"}
