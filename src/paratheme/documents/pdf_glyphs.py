"""The glyphs of a PDF: what stands where on a page, each once, with the letters that it stands for.

Why pdfminer.six: of the three libraries that were compared (on files of Chromium, LibreOffice, fpdf2, ReportLab,
Matplotlib), it alone keeps a glyph and its letters together. A lam-alef is one glyph of two letters, and order can be
mended only between glyphs, never inside one; pypdfium2, faster by far, gives its letters singly and in its own order
("اإلغاثة" for "الإغاثة"); pdfplumber is pdfminer.six and a dictionary for each glyph, and puts no line in logical
order. python-bidi goes from logical to visual order only, which is the other way (the tests use it for that).
"""

from __future__ import annotations

import logging
import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from pdfminer.pdfdevice import PDFTextDevice
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.utils import apply_matrix_pt, decode_text

from paratheme.documents.pdf_letters import LOST, Fonts, letters_of, plain
from paratheme.documents.pdf_rules import Rule, rules_of

BOLD = re.compile("bold|black|heavy|demi", re.IGNORECASE)
SAME_PLACE = 0.12  # of the letters' size: fake bold and shadows stand so near to the letter that they double
LARGEST_DOT = 9.0  # points: a bullet that is drawn, not written
MOST_SHAPES = 2000
ALIKE = 0.2  # points by which shapes as large as each other may differ
STEPS = ("m", "l", "h")  # of a path of straight lines
STRAIGHT = 5  # degrees: a scan is askew by so much


@dataclass(slots=True)
class Glyph:
    """A glyph: its letters in logical order, and where it stands, in points from the page's left and top."""

    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool

    @property
    def is_mark(self) -> bool:
        """Whether it is nothing but marks that stand on a letter."""
        return are_marks(self.text)


@lru_cache(maxsize=4096)
def are_marks(text: str) -> bool:
    """Whether a text is nothing but marks that stand on a letter."""
    return text != "" and all(unicodedata.category(character) == "Mn" for character in text)


@dataclass
class Sheet:
    """A page: the glyphs in the direction in which most of them are set, and those set across it.

    Attributes
    ----------
    number : int
        From 1.
    width, height : float
        In points, as the glyphs are set.
    glyphs, aside : list of Glyph
        In the order of the file.
    picture : float
        How much of the page its largest picture covers.
    paths : int
        How many lines and shapes are drawn on it; one as large as that before it (dots of a leader) does not count.
    dots : list of Glyph
        Small shapes that may be bullets.
    rules : list of Rule
        Lines along the page's edges, from its left and top.
    program : str
        What made the file, as it says itself.
    """

    number: int
    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    aside: list[Glyph] = field(default_factory=list)
    picture: float = 0.0
    paths: int = 0
    dots: list[Glyph] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    program: str = ""

    @property
    def letters(self) -> list[Glyph]:
        """The glyphs that are not white space."""
        return [glyph for glyph in self.glyphs if glyph.text != " "]


class Gatherer(PDFTextDevice):  # type: ignore[misc]
    """Takes from pdfminer.six what a page draws."""

    def __init__(self, resources: PDFResourceManager) -> None:
        super().__init__(resources)
        self.drawn: list[tuple[int, Glyph]] = []
        self.spans: list[tuple[str, int]] = []  # what open spans stand for, where the file says it; their first glyph
        self.picture, self.paths, self.shapes = 0.0, 0, 0
        self.size = (0.0, 0.0)  # of the last shape
        self.dots: list[Glyph] = []
        self.rules: list[Rule] = []

    def begin_tag(self, tag: object, props: Any = None) -> None:
        """Keep what a span stands for (/ActualText)."""
        said = props.get("ActualText") if isinstance(props, dict) else None
        self.spans.append((decode_text(said) if isinstance(said, bytes) else "", len(self.drawn)))

    def end_tag(self) -> None:
        """Take what a span stands for where its glyphs do not say it themselves, or where it is a soft hyphen."""
        if not self.spans:
            return
        said, start = self.spans.pop()
        glyphs = [glyph for _, glyph in self.drawn[start:]]
        told = "".join(glyph.text for glyph in glyphs)
        if glyphs and said and (LOST in told or said == "\u00ad" or (said.strip() and not told.strip())):
            glyphs[0].text = plain(said, symbols=False)
            wide = [glyph for glyph in glyphs if glyph.right > glyph.left] or glyphs  # dots take no room
            glyphs[0].left = min(glyph.left for glyph in wide)
            glyphs[0].right = max(glyph.right for glyph in wide)
            del self.drawn[start + 1 :]

    def paint_path(self, state: object, stroke: bool, fill: bool, evenodd: bool, path: Sequence[Any]) -> None:
        """Count a shape; keep the rules in it, and a small filled one, which may be the bullet of a list."""
        self.shapes += 1
        if self.shapes > MOST_SHAPES:
            return
        points = [step[at : at + 2] for step in path for at in range(1, len(step) - 1, 2)]
        places = [apply_matrix_pt(self.ctm, point) for point in points]
        if places and all(step[0] in STEPS for step in path):
            self.rules += rules_of([*places, *places[:1]] if path[-1][0] == "h" else places, stroked=stroke)
        if places:
            left, right = min(x for x, _ in places), max(x for x, _ in places)
            low, high = min(y for _, y in places), max(y for _, y in places)
            size = right - left, high - low
            self.paths += math.dist(size, self.size) > ALIKE
            self.size = size
            if fill and 1 < right - left < LARGEST_DOT and abs((right - left) / (high - low or 1) - 1) < 0.3:
                self.dots.append(Glyph("•", left, right, -(low + high) / 2, high - low, bold=False))

    def render_image(self, name: str, stream: object) -> None:
        """Keep the size of the largest picture, in square points."""
        a, b, c, d, _, _ = self.ctm
        self.picture = max(self.picture, abs(a * d - b * c))

    def render_char(
        self,
        matrix: Sequence[float],
        font: Any,
        fontsize: float,
        scaling: float,
        rise: float,
        cid: int,
        ncs: object,
        graphicstate: object,
    ) -> float:
        """Keep a glyph, in the coordinates of its own direction; return how far it moves the pen."""
        a, b, c, d, e, f = matrix
        advance = float(font.char_width(cid) * fontsize * scaling)
        across = math.hypot(a, b) or 1.0
        cosine, sine = a / across, b / across
        x, y = e + c * rise, f + d * rise
        left, base = x * cosine + y * sine, x * sine - y * cosine
        name = str(getattr(font, "fontname", ""))
        text = letters_of(font, cid, name)
        size = abs(fontsize) * math.hypot(c, d)
        if text and size:
            edges = sorted((left, left + advance * across))
            glyph = Glyph(text, edges[0], edges[1], base, size, BOLD.search(name) is not None)
            self.drawn.append((straightened(math.degrees(math.atan2(sine, cosine))), glyph))
        return advance


def straightened(degrees: float) -> int:
    """A direction in whole degrees, a little askew counted as straight."""
    quarter = 90 * round(degrees / 90)
    return (quarter if abs(degrees - quarter) <= STRAIGHT else round(degrees)) % 360


def sheets(path: Path) -> Iterator[Sheet]:
    """Read the pages of a PDF, one at a time.

    Raises
    ------
    Exception
        Any of pdfminer.six's, and any other, where the file is damaged.
    """
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)  # it tells each oddity of a file on standard error
    with path.open("rb") as file:
        document = PDFDocument(PDFParser(file))
        resources = Fonts()
        told = (info.get(key) for info in document.info for key in ("Producer", "Creator"))
        program = " ".join(decode_text(one) for one in told if isinstance(one, bytes))
        number = 0
        for number, page in enumerate(PDFPage.create_pages(document), 1):
            device = Gatherer(resources)
            PDFPageInterpreter(resources, device).process_page(page)
            left, bottom, right, top = page.mediabox
            size = abs(right - left), abs(top - bottom)
            sheet = sheet_of(number, size if page.rotate % 180 == 0 else size[::-1], device)
            sheet.program = program
            yield sheet
    if not number:
        raise ValueError("no page")


def sheet_of(number: int, size: tuple[float, float], device: Gatherer) -> Sheet:
    """A page from what was drawn on it."""
    width, height = size
    directions = Counter(degrees for degrees, glyph in device.drawn if glyph.text != " ")
    most = max(directions, key=lambda degrees: (directions[degrees], -degrees), default=0)
    # Where the page's own corners lie once it is turned so that most text is upright.
    turned = {0: (0.0, height), 90: (0.0, 0.0), 180: (-width, 0.0), 270: (-height, width)}.get(most, (0.0, 0.0))
    wide, high = (height, width) if most in (90, 270) else (width, height)
    sheet = Sheet(number, wide, high, picture=device.picture / (width * height or 1.0), paths=device.paths)
    if most == 0:
        sheet.dots = [replace(dot, base=dot.base + height) for dot in device.dots]
        sheet.rules = [rule.from_top(height) for rule in device.rules]
    groups: dict[int, list[Glyph]] = defaultdict(list)
    for degrees, glyph in device.drawn:
        groups[degrees].append(glyph)
    for degrees, glyphs in groups.items():
        if degrees == most:
            for glyph in glyphs:
                glyph.left, glyph.right, glyph.base = (
                    glyph.left - turned[0],
                    glyph.right - turned[0],
                    glyph.base + turned[1],
                )
            shown = [glyph for glyph in glyphs if -1 <= (glyph.left + glyph.right) / 2 <= wide + 1]
            sheet.glyphs = once([glyph for glyph in shown if most % 90 or -1 <= glyph.base <= high + glyph.size])
        else:
            sheet.aside += once(glyphs)
    return sheet


def once(glyphs: Iterable[Glyph]) -> list[Glyph]:
    """Leave out glyphs that are drawn again in their own place (fake bold, shadows)."""
    kept: list[Glyph] = []
    places: dict[tuple[str, int], list[Glyph]] = defaultdict(list)
    for glyph in glyphs:
        step = SAME_PLACE * glyph.size
        column = int(glyph.left // step)
        near = (places.get((glyph.text, column + beside), ()) for beside in (-1, 0, 1))
        if any(is_same(one, glyph, step) for there in near for one in there):
            continue
        places[glyph.text, column].append(glyph)
        kept.append(glyph)
    return kept


def is_same(one: Glyph, other: Glyph, step: float) -> bool:
    """Whether a glyph of the same letters is the same once more."""
    edges = abs(one.left - other.left), abs(one.right - other.right), abs(one.base - other.base)
    widths = abs(one.right - one.left - (other.right - other.left))
    return max(edges) <= step and widths <= step / 4
