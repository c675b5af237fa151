"""What reading costs: `python experiments/reading_cost.py`.

Documents are made here, of English and Arabic paragraphs in turn, in four sizes that are powers of ten apart. For each
format: how many documents of two pages, pages and paragraphs are read and cut into blocks in a second of one
processor, and the slope of log time against log size over all sizes (1: twice the text takes twice as long), and of its
steepest step.
"""

from __future__ import annotations

import io
import itertools
import json
import math
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import linear_regression, median

from paratheme.corpus.tables import read_rows
from paratheme.documents.readers import read
from paratheme.documents.segmentation import segment

PARAGRAPHS = (
    "Wheat prices in El Fasher tripled within a month, and families in the displacement camps say that they eat once a "
    "day. Traders blame the closed road to Kosti and the fees that armed men collect at every crossing, number {}.",
    "قالت لجنة الإغاثة إن مخازن الدقيق في غزة خالية منذ أيام، وإن الأهالي لا يجدون الخبز، "
    "وإن القافلة رقم {} لم تصل بعد.",
)
A_PAGE = 8  # paragraphs
SIZES = (8, 80, 800, 8000)  # paragraphs
DOCUMENT = 2 * A_PAGE
LEAST_SECONDS = 0.3  # a size is read again until so much time is spent


def paragraphs(count: int) -> Iterator[str]:
    """Texts that differ."""
    return (text.format(number) for text, number in zip(itertools.cycle(PARAGRAPHS), range(count), strict=False))


def text_file(count: int) -> bytes:
    """A text, its paragraphs parted by blank lines."""
    return "\n\n".join(paragraphs(count)).encode()


def markdown(count: int) -> bytes:
    """A Markdown file with a heading and a list item a page."""
    parts = [f"## Part {at}\n\n- {text}" if at % A_PAGE == 0 else text for at, text in enumerate(paragraphs(count))]
    return "\n\n".join(parts).encode()


def html(count: int) -> bytes:
    """A web page with navigation and a footer."""
    body = "".join(f"<p>{text}</p>\n" for text in paragraphs(count))
    nav, foot = "<nav><ul><li><a href='/'>Home</a></li></ul></nav>", "<footer>© 2024</footer>"
    page = f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>Report</title></head><body>{nav}<article>"
    return f"{page}<h1>A report of the week</h1>{body}</article>{foot}</body></html>".encode()


def docx_file(count: int) -> bytes:
    """A Word file."""
    import docx

    document, out = docx.Document(), io.BytesIO()
    document.add_heading("A report of the week")
    for text in paragraphs(count):
        document.add_paragraph(text)
    document.save(out)
    return out.getvalue()


def pdf(count: int) -> bytes:
    """A PDF with a running head and page numbers, its Arabic shaped."""
    from fpdf import FPDF
    from matplotlib import get_data_path

    made = FPDF()
    made.set_auto_page_break(auto=False)
    made.add_font("font", fname=f"{get_data_path()}/fonts/ttf/DejaVuSans.ttf")
    made.set_text_shaping(use_shaping_engine=True)
    texts = list(paragraphs(count))
    for number, page in enumerate((texts[at : at + A_PAGE] for at in range(0, count, A_PAGE)), 1):
        made.add_page()
        made.set_font("font", size=9)
        made.cell(0, 8, f"A report of the week – {number}", new_x="LMARGIN", new_y="NEXT")
        made.set_font("font", size=11)
        for text in page:
            made.multi_cell(0, 6, text, align="R" if text[0] > "\u0600" else "L", new_x="LMARGIN", new_y="NEXT")
            made.ln(4)
    return bytes(made.output())


def csv_file(count: int) -> bytes:
    """A table of rows with commas in them."""
    return ("id,text\n" + "".join(f'{at},"{text}"\n' for at, text in enumerate(paragraphs(count)))).encode()


def jsonl(count: int) -> bytes:
    """JSON lines."""
    return "".join(json.dumps({"text": text}) + "\n" for text in paragraphs(count)).encode()


def cut(path: Path) -> None:
    """Read a document and cut it into blocks."""
    segment(read(path))


MAKERS: dict[str, tuple[Callable[[int], bytes], Callable[[Path], object]]] = {
    "txt": (text_file, cut),
    "md": (markdown, cut),
    "html": (html, cut),
    "docx": (docx_file, cut),
    "pdf": (pdf, cut),
    "csv": (csv_file, read_rows),
    "jsonl": (jsonl, read_rows),
}


def seconds(reads: Callable[[Path], object], path: Path) -> float:
    """The processor's time of one reading, the median of as many as there is time for."""
    taken: list[float] = []
    while sum(taken) < LEAST_SECONDS:
        started = time.process_time()
        reads(path)
        taken.append(time.process_time() - started)
    return median(taken)


def main() -> None:
    """Print the table, as Markdown."""
    formats = sys.argv[1:] or list(MAKERS)
    columns = ("documents a second", "pages a second", "paragraphs a second", "slope", "steepest step")
    print(f"| format | {' | '.join(columns)} |\n| --- |{' ---: |' * len(columns)}")
    with tempfile.TemporaryDirectory() as folder:
        for name in formats:
            make, reads = MAKERS[name]
            path = Path(folder, f"a.{name}")
            path.write_bytes(make(DOCUMENT))
            reads(path)  # what is loaded once
            one = seconds(reads, path)
            times = []
            for size in SIZES:
                path.write_bytes(make(size))
                times.append(seconds(reads, path))
            logs = [math.log10(size) for size in SIZES], [math.log10(taken) for taken in times]
            slope = linear_regression(*logs).slope
            steepest = max(after - before for before, after in itertools.pairwise(logs[1]))
            rate = SIZES[-2] / times[-2]
            rates = f"{1 / one:.0f} | {rate / A_PAGE:.0f} | {rate:.0f}"
            print(f"| {name} | {rates} | {slope:.2f} | {steepest:.2f} |", flush=True)
            print(name, [f"{taken:.4f}" for taken in times], file=sys.stderr)


if __name__ == "__main__":
    main()
