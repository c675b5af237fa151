"""Documents are found and read, and what cannot be read is refused in one line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from paratheme.documents.blocks import read_blocks
from paratheme.documents.readers import SUFFIXES, Document, DocumentError, DocumentFile, find, read
from tests.documents.examples import refusal, written

LONG = "The port authority said that the ship carried nine thousand tonnes of sorghum for the north. " * 4

# Finding


def test_folders_are_searched_with_all_below_them_in_a_fixed_order(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.md", "a/b/c.HTML", "x.pdf", "y.docx", "w.htm"):
        written(tmp_path, name, "x")
    names = ["a/b/c.HTML", "a/z.md", "b.txt", "w.htm", "x.pdf", "y.docx"]
    assert find([tmp_path]) == [DocumentFile(tmp_path / name, name) for name in names]


def test_hidden_files_and_files_of_other_kinds_are_passed_over_in_folders(tmp_path: Path) -> None:
    for name in (".hidden.txt", ".git/a.txt", "picture.png", "good.txt"):
        written(tmp_path, name, "x")
    assert [file.name for file in find([tmp_path])] == ["good.txt"]


def test_a_folder_inside_a_hidden_folder_can_be_named(tmp_path: Path) -> None:
    written(tmp_path, ".cache/pages/a.txt", "x")
    assert len(find([tmp_path / ".cache" / "pages"])) == 1


def test_a_file_that_is_named_twice_is_found_once(tmp_path: Path) -> None:
    path = written(tmp_path, "a.txt", "x")
    assert find([path, tmp_path, path]) == [DocumentFile(path, "a.txt")]


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
    assert [read(file.path, file.name) for file in find([tmp_path])] == [Document("north/a.txt", "Text.")]
    assert [read(file.path, file.name) for file in find([path])] == [Document("a.txt", "Text.")]
    assert read(path) == Document("a.txt", "Text.")


# What is refused


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.pdf", "a.docx"])
def test_an_empty_file_is_refused(tmp_path: Path, name: str) -> None:
    assert "empty" in refusal(written(tmp_path, name, b""))


@pytest.mark.parametrize("data", [b" \r\n\t\n", b"\xef\xbb\xbf", b"\0\0\0"])
def test_a_file_without_a_visible_character_is_refused(tmp_path: Path, data: bytes) -> None:
    refusal(written(tmp_path, "a.txt", data))


@pytest.mark.skipif(sys.platform == "win32", reason="no such permissions there")
def test_a_file_that_cannot_be_opened_is_refused_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "a.txt").symlink_to(tmp_path / "gone")
    assert "No such file" in refusal(tmp_path / "a.txt")


# Web pages


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
    assert "empty" in refusal(written(tmp_path, "a.html", "<html><body><p> </p><!-- x --></body></html>"))


def test_an_xml_declaration_does_not_stop_a_page_from_being_read(tmp_path: Path) -> None:
    page = '<?xml version="1.0" encoding="utf-8"?><html><body><p>Été</p></body></html>'
    assert read(written(tmp_path, "a.html", page)).text == "Été"


# Word files


def test_a_word_file_gives_headings_paragraphs_items_and_rows_in_order(tmp_path: Path) -> None:
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
        *("تقرير الحالة", "The rains came late.", "- Sorghum", "- Millet", "Camp; Abéché", "The end."),
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


def test_reading_text_loads_none_of_the_heavy_libraries(tmp_path: Path) -> None:
    path = written(tmp_path, "a.txt", LONG)
    program = (
        "import sys; from paratheme.documents.readers import read; "
        f"read({str(path)!r}); print({{'trafilatura', 'pdfminer', 'docx', 'lxml'}} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_every_known_suffix_is_named() -> None:
    assert set(SUFFIXES) == {".txt", ".md", ".markdown", ".mdown", ".html", ".htm", ".pdf", ".docx"}


PEOPLES = Path(__file__).parents[3] / "shared"


@pytest.mark.skipif(not (PEOPLES / "cases").is_dir(), reason="no files of people here")
@pytest.mark.parametrize("folder", ["cases", "real_documents/documents"])
def test_no_library_speaks_of_a_file_and_none_ends_in_its_error(folder: str, capfd: pytest.CaptureFixture[str]) -> None:
    files = find([PEOPLES / folder])
    failures: list[str] = []
    assert list(read_blocks(files, failures))
    assert capfd.readouterr() == ("", "")
    assert all("run text recognition (OCR)" in failure for failure in failures)


@pytest.mark.parametrize("suffix", [".xls", ".ods"])
def test_a_spreadsheet_of_another_kind_is_refused_with_the_kinds_of_tables(tmp_path: Path, suffix: str) -> None:
    said = refusal(written(tmp_path, f"a{suffix}", "x"))
    assert said.endswith(f"a{suffix}: cannot read this kind of table; save it as .xlsx or .csv")
