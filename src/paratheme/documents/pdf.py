"""The text of a PDF: its lines, joined to paragraphs again.

A PDF knows glyphs and places, no paragraphs. What ends a paragraph on paper is seen here too: a line that
stops short, a wider gap below it, another size of letters, or the mark of a list item.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median

from paratheme.documents.block_kinds import is_list_item

# Arabic letters as glyphs, by their place in the word; in text a letter has one code point.
PRESENTATION_FORM = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]+")
RTL_LETTER = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")

SHORT_OF_MARGIN = 0.1  # of the column's width: a line that ends so far from the margin ends its paragraph
WIDER_GAP = 1.3  # times the usual distance of lines
OTHER_SIZE = 0.75  # points
FEWEST_PAGES_FOR_RUNNING_HEADS = 3


@dataclass(frozen=True)
class Line:
    """A line on a page, left to right and top to bottom in points."""

    text: str
    page: int
    left: float
    right: float
    top: float
    size: float

    @property
    def is_rtl(self) -> bool:
        """Whether most letters are of a right-to-left script."""
        return 2 * len(RTL_LETTER.findall(self.text)) > sum(map(str.isalpha, self.text))


def read_pdf(path: Path) -> str:
    """The text of a PDF, one paragraph a line; empty where the pages hold only pictures of text.

    pdfplumber rather than pypdf: it puts the glyphs of Arabic lines, which most PDFs hold in the order seen on paper,
    back into the order in which they are read, numbers and Latin words included. It also tells where lines stand.
    """
    import pdfplumber

    lines: list[Line] = []
    with pdfplumber.open(path) as pdf:
        for number, page in enumerate(pdf.pages):
            for found in page.extract_text_lines(return_chars=True):
                text = PRESENTATION_FORM.sub(lambda form: unicodedata.normalize("NFKC", form[0]), found["text"])
                size = median(character["size"] for character in found["chars"])
                lines.append(Line(text.strip(), number, found["x0"], found["x1"], found["top"], size))
            page.close()  # frees what the page keeps of its layout
    return "\n".join(paragraphs(without_running_heads([line for line in lines if line.text])))


def without_running_heads(lines: Sequence[Line]) -> list[Line]:
    """Drop page numbers and what stands first or last on most pages."""
    pages = [[line for line in lines if line.page == page] for page in sorted({line.page for line in lines})]
    edges = [line for page in pages for line in {page[0], page[-1]}]
    seen = Counter(re.sub(r"\d+", "#", line.text) for line in edges)
    often = max(FEWEST_PAGES_FOR_RUNNING_HEADS, len(pages) / 2)
    running = {line for line in edges if seen[re.sub(r"\d+", "#", line.text)] >= often or line.text.isdigit()}
    return [line for line in lines if line not in running]


def paragraphs(lines: Sequence[Line]) -> list[str]:
    """Join lines that belong to one paragraph."""
    if not lines:
        return []
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    gaps = [below.top - above.top for above, below in pairwise(lines)]
    usual_gap = median([gap for gap in gaps if gap > 0] or [0.0])
    joined = [lines[0].text]
    for above, line, gap in zip(lines, lines[1:], gaps, strict=False):
        apart = gap > WIDER_GAP * usual_gap or abs(line.size - above.size) > OTHER_SIZE
        stops_short = (above.left - left if above.is_rtl else right - above.right) > SHORT_OF_MARGIN * (right - left)
        turned = line.page != above.page and above.text[-1] in ".!?؟:؛"
        if apart or stops_short or turned or is_list_item(line.text):
            joined.append(line.text)
        else:
            joined[-1] = join(joined[-1], line.text)
    return joined


def join(above: str, below: str) -> str:
    """Two lines as one; a word divided at the line's end becomes whole."""
    if re.search(r"[^\W\d_]\u00ad$", above) or (re.search(r"[a-zà-ÿ]-$", above) and re.match(r"[a-zà-ÿ]", below)):
        return above[:-1] + below
    return f"{above} {below}"
