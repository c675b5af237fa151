"""The tables of a PDF's page that are ruled: their rows and cells, by the lines that are drawn around these."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from paratheme.documents.pdf_glyphs import Glyph, Sheet
from paratheme.documents.pdf_layout import Line, extent, line_of, lines_of, tokens_of
from paratheme.documents.pdf_rows import Row, Word, base_of
from paratheme.documents.pdf_rules import NEAR, Rule

ACROSS, DOWN = 0.5, 0.6  # of a table's width, of a row's height: what rules between rows, and between cells, cover
MOST_RULES = 500  # of a page; a map or a plan has more
FILLED = 0.5  # of the cells: a grid of which fewer hold text is a form, a calendar or a chart

APART = 0.1  # letter sizes: the least between letters that a rule parts

Span = tuple[float, float]


@dataclass(frozen=True)
class Table:
    """Where the rows of a table stand, and the cells of each.

    Attributes
    ----------
    left, right : float
    rows : list
        Of each row its upper and lower edge, and the places between which its cells are.
    """

    left: float
    right: float
    rows: list[tuple[float, float, list[float]]]

    @property
    def top(self) -> float:
        """Its upper edge."""
        return self.rows[0][0]

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.rows[-1][1]


def lines_and_tables(rows: Sequence[Row], sheet: Sheet) -> list[Line]:
    """Return the lines of a page in reading order; a row of a ruled table is one, whatever lines its cells have."""
    lines: list[Line] = []
    rest = list(rows)
    for table in tables_of(sheet.rules, rows):
        above = [row for row in rest if base_of(row) <= table.top]
        lines += _behind(lines, lines_of(above, sheet.number, sheet.width, sheet.dots))
        lines += _behind(lines, [_line(cells, sheet.number) for cells in cells_in(table, rest)])
        rest = [row for row in rest if base_of(row) > table.bottom + 1]
    return lines + _behind(lines, lines_of(rest, sheet.number, sheet.width, sheet.dots))


def _behind(before: Sequence[Line], lines: list[Line]) -> list[Line]:
    """Count the columns of lines from those before them on."""
    columns = before[-1].column + 1 if before else 0
    for line in lines:
        line.column += columns
    return lines


def _line(cells: list[list[Row]], page: int) -> Line:
    parts = [part for cell in cells for part in cell]
    line = line_of([word for part in parts for word in part], [], page, 0, extent(parts))
    line.cells = [[tokens_of(part) for part in cell] for cell in cells]
    return line


def tables_of(rules: Sequence[Rule], rows: Sequence[Row]) -> list[Table]:
    """Return the ruled tables of a page, from the top: those of two rows and two columns at least that hold text."""
    found = [table for group in _connected(rules) if (table := _table(group))]
    return sorted((table for table in found if _holds_text(table, rows)), key=lambda table: table.top)


def cells_in(table: Table, rows: Sequence[Row]) -> list[list[list[Row]]]:
    """Return what stands in each row of a table, by cell, as the lines of the cell; cells without text are left out."""
    told = []
    for top, bottom, places in table.rows:
        inside = [_parted(row, places) for row in rows if top < base_of(row) <= bottom + 1]
        cells = []
        for left, right in pairwise(places):
            parts = [[w for w in row if left <= (w.left + w.right) / 2 < right] for row in inside]
            cells.append([part for part in parts if part])
        told.append([cell for cell in cells if cell])
    return [cells for cells in told if cells]


def _parted(row: Row, places: Sequence[float]) -> Row:
    """Return the words of a row, those of two cells parted at the rule that stands between their letters."""
    words: Row = []
    for word in row:
        glyphs: list[Glyph] = []
        for glyph in word.glyphs:
            if glyphs and glyph.left - glyphs[-1].right >= APART * glyph.size:
                at = bisect_left(places, glyphs[-1].right)
                if at < len(places) and places[at] <= glyph.left:
                    words.append(Word(glyphs, glyphs[0].left, glyphs[-1].right))
                    glyphs = []
            glyphs.append(glyph)
        words.append(Word(glyphs, glyphs[0].left, word.right) if len(glyphs) < len(word.glyphs) else word)
    return words


def _merged(rules: Sequence[Rule]) -> list[Rule]:
    """Return rules that go on where others end as one."""
    merged: list[Rule] = []
    for upright in (True, False):
        for at, spans in _by_place([rule for rule in rules if rule.upright == upright]):
            start, reached = min(spans)
            for begin, end in sorted(spans):
                if begin > reached + NEAR:
                    merged.append(Rule(upright, at, start, reached))
                    start = begin
                reached = max(reached, end)
            merged.append(Rule(upright, at, start, reached))
    return merged


def _connected(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Return rules by the drawing that they are part of."""
    groups: list[list[Rule]] = []
    for rule in _merged(rules)[:MOST_RULES]:
        together, apart = [rule], []
        for group in groups:
            if any(rule.touches(other) for other in group):
                together += group
            else:
                apart.append(group)
        groups = [*apart, together]
    return groups


def _table(rules: Sequence[Rule]) -> Table | None:
    upright, level = ([rule for rule in rules if rule.upright == kind] for kind in (True, False))
    if not upright or len(level) < 2:
        return None
    left, right = min(rule.start for rule in level), max(rule.end for rule in level)
    edges = [at for at, spans in _by_place(level) if _covered(spans, (left, right)) >= ACROSS * (right - left)]
    rows = []
    for top, bottom in pairwise(edges):
        inner = [at for at, spans in _by_place(upright) if _covered(spans, (top, bottom)) >= DOWN * (bottom - top)]
        places = sorted([left - NEAR, *(at for at in inner if left + NEAR < at < right - NEAR), right + NEAR])
        rows.append((top, bottom, places))
    ruled = sum(len(places) > 2 for _, _, places in rows)
    return Table(left, right, rows) if ruled >= 2 else None


def _by_place(rules: Sequence[Rule]) -> list[tuple[float, list[Span]]]:
    """Return the places of rules, in order, with what is drawn at each; rules that are near are at one place."""
    places: list[tuple[float, list[Span]]] = []
    for rule in sorted(rules, key=lambda rule: rule.at):
        if places and rule.at - places[-1][0] <= NEAR:
            places[-1][1].append((rule.start, rule.end))
        else:
            places.append((rule.at, [(rule.start, rule.end)]))
    return places


def _covered(spans: Iterable[Span], within: Span) -> float:
    """Return how much of a stretch is covered by spans."""
    covered, reached = 0.0, within[0]
    for start, end in sorted(spans):
        start, end = max(start, reached), min(end, within[1])
        if end > start:
            covered, reached = covered + end - start, end
    return covered


def _holds_text(table: Table, rows: Sequence[Row]) -> bool:
    """Whether most cells hold text, and nothing stands beside the table."""
    words = [word for row in rows if table.top < base_of(row) <= table.bottom + 1 for word in row]
    if any(not table.left - NEAR <= (word.left + word.right) / 2 <= table.right + NEAR for word in words):
        return False
    cells = sum(len(places) - 1 for _, _, places in table.rows)
    return sum(map(len, cells_in(table, rows))) >= FILLED * cells
