"""Makers of PDFs: by hand, and by the programs that people use."""

from __future__ import annotations

import functools
import io
import shutil
import subprocess
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

Text = tuple[float, float, str]


def pdf_of(*pages: Sequence[Text], size: float = 10, box: tuple[int, int] = (595, 842)) -> bytes:
    """A PDF by hand: pages of lines, each with its place in points, in a font of 8-bit characters."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>")
    kids = []
    for lines in pages:
        drawn = "".join(f"BT /F1 {size} Tf {x} {y} Td ({text}) Tj ET\n" for x, y, text in lines)
        objects.append(f"<< /Length {len(drawn.encode('cp1252'))} >>\nstream\n{drawn}endstream")
        resources = f"/Resources << /Font << /F1 3 0 R >> >> /Contents {len(objects)} 0 R"
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {box[0]} {box[1]}] {resources} >>")
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


def dejavu() -> str:
    """A font with Latin, Arabic and Hebrew letters that a package of the tests brings along."""
    matplotlib = pytest.importorskip("matplotlib")
    return str(Path(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSans.ttf")


def drawn_by_reportlab(path: Path, lines: Sequence[tuple[float, float, str]], size: int = 10) -> None:
    """A page of lines in a font of many scripts: each from its left, or to its right where that is below 0."""
    canvas = pytest.importorskip("reportlab.pdfgen.canvas")
    from reportlab.pdfbase import pdfmetrics, ttfonts

    pdfmetrics.registerFont(ttfonts.TTFont("font", dejavu()))
    page = canvas.Canvas(str(path))
    page.setFont("font", size)
    for x, y, text in lines:
        if x < 0:
            page.drawRightString(-x, y, text)
        else:
            page.drawString(x, y, text)
    page.save()


def wrapped(paragraphs: Sequence[str], width: int = 70) -> list[list[str]]:
    """The lines of paragraphs."""
    return [textwrap.wrap(paragraph, width, break_on_hyphens=False) for paragraph in paragraphs]


def by_fpdf(path: Path, paragraphs: Sequence[str], *, shaped: bool = True) -> None:
    """Made by fpdf2, which shapes letters with HarfBuzz, or sets them as they come."""
    fpdf = pytest.importorskip("fpdf")
    pytest.importorskip("uharfbuzz")
    pdf = fpdf.FPDF()
    pdf.add_page()
    pdf.add_font("font", fname=dejavu())
    pdf.set_font("font", size=12)
    pdf.set_text_shaping(shaped)
    for paragraph in paragraphs:
        pdf.multi_cell(0, 7, paragraph, align="R" if shaped else "L", new_x="LMARGIN", new_y="NEXT")
        pdf.ln(5)
    pdf.output(str(path))


def by_reportlab(path: Path, paragraphs: Sequence[str]) -> None:
    """Made by ReportLab, from letters that were shaped and reordered before."""
    canvas = pytest.importorskip("reportlab.pdfgen.canvas")
    bidi = pytest.importorskip("bidi.algorithm")
    reshaper = pytest.importorskip("arabic_reshaper")
    from reportlab.pdfbase import pdfmetrics, ttfonts

    pdfmetrics.registerFont(ttfonts.TTFont("font", dejavu()))
    page = canvas.Canvas(str(path))
    page.setFont("font", 11)
    height = 790
    for lines in wrapped(paragraphs):
        for line in lines:
            page.drawRightString(540, height, bidi.get_display(reshaper.reshape(line), base_dir="R"))
            height -= 15
        height -= 12
    page.save()


def by_matplotlib(path: Path, paragraphs: Sequence[str], *, fonttype: int = 3) -> None:
    """Made by Matplotlib, which shapes letters and sets each line by its first one."""
    matplotlib = pytest.importorskip("matplotlib")
    from matplotlib.figure import Figure

    with matplotlib.rc_context({"pdf.fonttype": fonttype, "font.family": "DejaVu Sans"}):
        figure = Figure(figsize=(8, 6))
        height = 0.95
        for lines in wrapped(paragraphs):
            for line in lines:
                figure.text(0.95, height, line, ha="right", size=9)
                height -= 0.035
            height -= 0.04
        figure.savefig(path)


def page_of(paragraphs: Sequence[str], direction: str = "rtl") -> str:
    """A web page of paragraphs."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return f'<meta charset="utf-8"><body dir="{direction}" style="font: 14px DejaVu Sans">{body}</body>'


def by_chromium(path: Path, paragraphs: Sequence[str]) -> None:
    """Printed from a browser."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no Chromium here")
    page = path.with_suffix(".html")
    page.write_text(page_of(paragraphs), encoding="utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--print-to-pdf={path}"]
    subprocess.run([program, *options, page.as_uri()], capture_output=True, timeout=120, check=False)
    if not path.exists():
        pytest.skip("Chromium prints nothing here")


def by_libreoffice(path: Path, paragraphs: Sequence[str]) -> None:
    """Exported from a Word file by LibreOffice."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("no LibreOffice here")
    docx = pytest.importorskip("docx")
    from docx.oxml import OxmlElement

    document = docx.Document()
    for text in paragraphs:
        paragraph = document.add_paragraph()
        run = paragraph.add_run(text)
        paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
        run._r.get_or_add_rPr().append(OxmlElement("w:rtl"))
    document.save(str(path.with_suffix(".docx")))
    command = [
        program,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(path.parent),
        str(path.with_suffix(".docx")),
    ]
    subprocess.run(command, capture_output=True, timeout=180, check=False)
    if not path.exists():
        pytest.skip("LibreOffice exports nothing here")


PROGRAMS: dict[str, Callable[[Path, Sequence[str]], None]] = {
    "Chromium": by_chromium,
    "LibreOffice": by_libreoffice,
    "ReportLab": by_reportlab,
    "fpdf2": by_fpdf,
    "fpdf2 without shaping": functools.partial(by_fpdf, shaped=False),
    "Matplotlib": by_matplotlib,
    "Matplotlib with TrueType fonts": functools.partial(by_matplotlib, fonttype=42),
}
