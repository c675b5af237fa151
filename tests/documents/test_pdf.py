"""The text of a PDF, its lines joined to paragraphs again."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from paratheme.documents.readers import read
from tests.documents.examples import refusal, written


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
