"""A page of a PDF as lines in reading order: columns found before lines, rows of tables told apart.

Columns are parted by a corridor of white that passes by several rows and has prose on both sides; what stands above,
below or between them (a heading across the page) is read in its place. A table has such corridors too, but its cells
are no prose: its rows are read whole.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from paratheme.documents.pdf_glyphs import Glyph
from paratheme.documents.pdf_lists import CELL_GAP, put_points, with_marks_joined, without_lone_bullets
from paratheme.documents.pdf_order import direction, is_rtl
from paratheme.documents.pdf_rows import Row, base_of, put_bullets, size_of

CORRIDOR = 0.8  # letter sizes: the narrowest white between columns
FEWEST_ROWS = 3  # on each side of a corridor
NARROWEST_COLUMN = 11  # letter sizes
FULL, LEAST_FULL = 0.7, 0.5  # a row of prose fills so much of its column, and so many rows do
FEWEST_WORDS = 2  # of prose without a wide gap; cells of a table have fewer
FAR = 3  # letter sizes of white above a row: it is no part of the columns there
FEWEST_TABLE_ROWS = 3
FEW_ROWS = 4
WIDEST_MARGIN = 0.25  # of the page


@dataclass
class Line:
    """A line on a page.

    Attributes
    ----------
    tokens : list of str
        Its glyphs from left to right, a space between words.
    cells : list of list of list of str
        The same, by cell of a table and line of the cell; empty where the line is no row of one.
    page, column : int
        Where it stands; columns count from the one that is read first, over the whole page.
    left, right, base, size : float
        In points; the base counts from the top of the page.
    first : tuple of float
        How wide its leftmost and its rightmost word are.
    margins : tuple of float
        Left and right of its column.
    guessed : bool
        Whether the column has so few lines that the margins are a guess from the page's.
    bold : bool
        Whether all its letters are.
    text : str
        In the order in which it is read; rtl: whether that is from the right.
    """

    tokens: list[str]
    page: int
    left: float
    right: float
    base: float
    size: float
    first: tuple[float, float]
    bold: bool
    column: int = 0
    margins: tuple[float, float] = (0.0, 0.0)
    guessed: bool = False
    cells: list[list[list[str]]] = field(default_factory=list)
    text: str = ""
    rtl: bool = False


@dataclass
class Region:
    """Rows of one column, or of the whole width of a page."""

    rows: list[Row]
    margins: tuple[float, float]


def lines_of(rows: Sequence[Row], page: int, width: float, dots: Sequence[Glyph] = ()) -> list[Line]:
    """The lines of a page of some width in reading order, with those dots that are bullets of lists."""
    rows, bullets = without_lone_bullets(rows)
    if not rows:
        return []
    rtl = is_rtl(direction(glyph.text) for row in rows for word in row for glyph in word.glyphs) or False
    lines: list[Line] = []
    regions = regions_of(list(rows), margins_of(rows, width, rtl=rtl), rtl=rtl)
    put_bullets([row for region in regions for row in region.rows], [*dots, *bullets])
    for column, region in enumerate(regions):
        put_points(region.rows)
        cells = cells_of(region.rows)
        for row, parts in zip(region.rows, cells, strict=True):
            line = line_of(row, parts, page, column, region.margins)
            line.guessed = len(rows) <= FEW_ROWS
            lines.append(line)
    return lines


def margins_of(rows: Sequence[Row], width: float, *, rtl: bool) -> tuple[float, float]:
    """Where lines begin and end; with few lines none may be full, and the page's other margin tells."""
    left, right = extent(rows)
    if len(rows) > FEW_ROWS:
        return left, right
    margin = width - right if rtl else left
    if margin > WIDEST_MARGIN * width:
        return left, right
    return (min(left, margin), right) if rtl else (left, max(right, width - margin))


def line_of(row: Row, parts: list[Row], page: int, column: int, margins: tuple[float, float]) -> Line:
    """A row as a line."""
    left, right = extent([row])
    return Line(
        tokens=tokens_of(row),
        cells=[[tokens_of(part)] for part in parts],
        page=page,
        column=column,
        left=left,
        right=right,
        base=base_of(row),
        size=size_of(row),
        first=(row[0].right - row[0].left, row[-1].right - row[-1].left),
        bold=all(glyph.bold for word in row for glyph in word.glyphs),
        margins=margins,
    )


def tokens_of(row: Row) -> list[str]:
    """The glyphs of a row from left to right, a space between words."""
    tokens: list[str] = []
    for word in row:
        tokens += [" "] * bool(tokens) + [glyph.text for glyph in word.glyphs]
    return tokens


def extent(rows: Sequence[Row]) -> tuple[float, float]:
    """Where rows begin and end."""
    words = [word for row in rows for word in row]
    return min(word.left for word in words), max(word.right for word in words)


def regions_of(rows: list[Row], margins: tuple[float, float], *, rtl: bool) -> list[Region]:
    """Cut rows into columns, and what stands above and below them, in reading order."""
    found = best_cut(rows)
    if found is None:
        return [Region(rows, margins)]
    start, stop, left, right = found
    halves = [left, right][:: -1 if rtl else 1]
    regions = regions_of(rows[:start], margins, rtl=rtl) if start else []
    for half in halves:
        regions += regions_of(half, extent(half), rtl=rtl)
    return regions + (regions_of(rows[stop:], margins, rtl=rtl) if stop < len(rows) else [])


def best_cut(rows: list[Row], *, inner: bool = False) -> tuple[int, int, list[Row], list[Row]] | None:
    """The corridor that passes by most rows: the rows it begins and ends at, and what stands left and right of it.

    Inside one side of another (`inner`), both sides are to be columns themselves.
    """
    if len(rows) < FEWEST_ROWS:
        return None
    size = median(size_of(row) for row in rows)
    bases = [base_of(row) for row in rows]
    best: tuple[int, int, list[Row], list[Row]] | None = None
    most = 0
    tried = set[tuple[int, ...]]()
    for place in places_of(rows, size):
        for start, stop in free_stretches(rows, place, size):
            if stop - start <= most:
                continue
            start, stop = trimmed(rows, bases, place, start, stop, FAR * size)
            sides = [
                [side for row in rows[start:stop] if (side := [word for word in row if (word.left < place) == first])]
                for first in (True, False)
            ]
            same = start, stop, *map(len, sides[0])
            if stop - start <= most or same in tried:
                continue
            if all(is_prose(side, size) or (not inner and has_columns(side, size)) for side in sides):
                best, most = (start, stop, sides[0], sides[1]), stop - start
            tried.add(same)
    return best


def places_of(rows: Sequence[Row], size: float) -> list[float]:
    """Where columns might be parted: where the white within several rows lies one above the other.

    Beside its edges, where columns are even; and in the midst of it, where the lines of both end unevenly.
    """
    narrowest = CORRIDOR * size
    white = [
        (before.right, after.left)
        for row in rows
        for before, after in itertools.pairwise(row)
        if after.left - before.right >= narrowest
    ]
    ends = [(left, right) for left, right in (extent([row]) for row in rows)]
    edges = Counter(round(left + narrowest / 2) for left in [left for left, _ in white] + [end for _, end in ends])
    edges.update(round(right - narrowest / 2) for right in [right for _, right in white] + [end for end, _ in ends])
    even = {edge for edge in edges if edges[edge] + edges[edge + 1] + edges[edge - 1] >= FEWEST_ROWS}
    changes = sorted([(left, 1) for left, _ in white] + [(right, -1) for _, right in white])
    depths = list(itertools.accumulate(change for _, change in changes))
    midst = {
        round((at + after) / 2)
        for (at, change), (after, next_change), depth in zip(changes, changes[1:], depths, strict=False)
        if change > 0 > next_change and depth >= FEWEST_ROWS
    }
    return [float(place) for place in sorted(even | midst)]


def free_stretches(rows: Sequence[Row], place: float, size: float) -> list[tuple[int, int]]:
    """The stretches of rows in which no word stands in a corridor."""
    reach = 0.45 * CORRIDOR * size
    stretches: list[tuple[int, int]] = []
    start: int | None = None
    for at, row in enumerate([*rows, None]):
        free = row is not None and not any(word.left < place + reach and word.right > place - reach for word in row)
        if free and start is None:
            start = at
        elif not free and start is not None:
            stretches.append((start, at))
            start = None
    return stretches


def trimmed(
    rows: Sequence[Row], bases: Sequence[float], place: float, start: int, stop: int, far: float
) -> tuple[int, int]:
    """A stretch without the first and last rows that stand far off on one side alone: titles, signatures."""
    two_sided = [any(word.left < place for word in row) and any(word.left > place for word in row) for row in rows]
    for at in range(start, min(start + FEWEST_ROWS, stop - 1)):
        if not any(two_sided[start : at + 1]) and bases[at + 1] - bases[at] > far:
            start = at + 1
            break
    for at in range(stop - 1, max(stop - 1 - FEWEST_ROWS, start), -1):
        if not any(two_sided[at:stop]) and bases[at] - bases[at - 1] > far:
            stop = at
            break
    return start, stop


def is_prose(rows: Sequence[Row], size: float) -> bool:
    """Whether rows are the lines of a column: enough of them, wide, and mostly full."""
    if len(rows) < FEWEST_ROWS:
        return False
    left, right = extent(rows)
    full = sum(row[-1].right - row[0].left >= FULL * (right - left) for row in rows)
    return right - left >= NARROWEST_COLUMN * size and full >= LEAST_FULL * len(rows)


def has_columns(rows: list[Row], size: float) -> bool:
    """Whether rows are those of two columns, which fill both only as far down as the shorter one goes."""
    gaps = sum(b.left - a.right >= CORRIDOR * size for row in rows for a, b in itertools.pairwise(row))
    if len(rows) < FEWEST_ROWS or sum(map(len, rows)) < FEWEST_WORDS * (len(rows) + gaps):
        return False
    left, right = extent(rows)
    found = best_cut(rows, inner=True) if right - left >= 2 * NARROWEST_COLUMN * size else None
    return found is not None and found[:2] == (0, len(rows))


def cells_of(rows: Sequence[Row]) -> list[list[Row]]:
    """The cells of each row that is a table's; none for other rows."""
    parts = [split_at_gaps(row) for row in rows]
    in_table = [False] * len(rows)
    start = 0
    for at in range(1, len(rows) + 1):
        if at < len(rows) and aligned(parts[at - 1], parts[at]):
            continue
        if at - start >= FEWEST_TABLE_ROWS:
            in_table[start:at] = [True] * (at - start)
        start = at
    return [part if inside else [] for part, inside in zip(parts, in_table, strict=True)]


def split_at_gaps(row: Row) -> list[Row]:
    """The words of a row, parted at wide gaps; none is where letters are set apart for emphasis."""
    letters = sum(len(word.glyphs) == 1 and word.glyphs[0].text.isalpha() for word in row)
    least = CELL_GAP * size_of(row) if 2 * letters <= len(row) else float("inf")
    parts: list[Row] = [[row[0]]]
    for before, after in itertools.pairwise(row):
        if after.left - before.right > least:
            parts.append([after])
        else:
            parts[-1].append(after)
    return with_marks_joined(parts)


def aligned(above: Sequence[Row], below: Sequence[Row]) -> bool:
    """Whether two rows are a table's: white between cells of the one goes on between cells of the other."""
    least = size_of(below[0])
    return any(
        min(one[1], other[1]) - max(one[0], other[0]) >= least for one in gaps_of(above) for other in gaps_of(below)
    )


def gaps_of(parts: Sequence[Row]) -> list[tuple[float, float]]:
    """The white between cells."""
    return [(before[-1].right, after[0].left) for before, after in itertools.pairwise(parts)]
