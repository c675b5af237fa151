"""The glyphs of a PDF's page as rows of words, from the top, marks and raised letters put where they belong."""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median

from paratheme.documents.pdf_glyphs import Glyph, are_marks
from paratheme.documents.pdf_initials import with_initials
from paratheme.documents.pdf_order import direction

SAME_ROW = 0.35  # of the letters' size: what stands no further apart is one row
WORD_GAP, WORD_GAP_WITH_SPACES = 0.18, 0.3  # of the size, where the file writes no spaces and where it does
SPACED_OUT = 1.8  # times the usual gap between letters: a gap between words that are s p a c e d
THIN = 0.05  # of the size: the width of a mark
VOWELS = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652"
HANGS = 1.5  # letter sizes: so far above their base letters of a hanging hand may stand
RAISED = 0.88  # of the size of the letters beside them: raised letters are smaller
BULLET_GAP = 2.5  # letter sizes between the bullet of a list and its text
SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass
class Word:
    """Glyphs without a gap."""

    glyphs: list[Glyph]
    left: float
    right: float


Row = list[Word]


def base_of(row: Row) -> float:
    """Where a row stands: as most of its glyphs."""
    return Counter(glyph.base for word in row for glyph in word.glyphs).most_common(1)[0][0]


def size_of(row: Row) -> float:
    """The size of a row's letters."""
    return median(glyph.size for word in row for glyph in word.glyphs)


def rows_of(glyphs: Sequence[Glyph]) -> list[Row]:
    """Rows of words, from the top."""
    glyphs = with_marks(with_initials(levelled(glyphs)))
    letters = [glyph for glyph in glyphs if not glyph.is_mark]
    rows: list[list[Glyph]] = []
    start = 0.0
    for glyph in sorted(letters, key=lambda glyph: glyph.base):
        if rows and glyph.base - start <= SAME_ROW * min(glyph.size, rows[-1][0].size):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
            start = glyph.base
    rows = with_raised([row for row in rows if any(glyph.text != " " for glyph in row)])
    put_marks(rows, [glyph for glyph in glyphs if glyph.is_mark])
    return [words for row in rows if (words := words_of(row))]


def levelled(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Put letters of a hanging hand (Nastaliq), which begin words above the base that they end on, on that base."""
    level: list[Glyph] = []
    start = 0
    for at, (glyph, after) in enumerate(itertools.zip_longest(glyphs, glyphs[1:])):
        follows = after and after.size == glyph.size and -0.1 <= after.left - glyph.right < glyph.size
        if follows and abs(after.base - glyph.base) < HANGS * glyph.size:
            continue
        run = glyphs[start : at + 1]
        if any(direction(one.text) == "AL" and one.base != run[0].base for one in run):
            base = Counter(one.base for one in run).most_common(1)[0][0]
            run = [replace(one, base=base) for one in run]
        level += run
        start = at + 1
    return level


def with_marks(glyphs: Iterable[Glyph]) -> list[Glyph]:
    """Put marks on their letters as far as the order of the file tells which these are.

    What shapes text draws a mark before the letter that stands right of its beginning; what does not shape draws it
    after its letter, where that ends. Of a letter and its mark, some files say both letters twice.
    """
    kept: list[Glyph] = []
    waiting: list[Glyph] = []
    for glyph in glyphs:
        thin = glyph.right - glyph.left <= THIN * glyph.size
        if glyph.is_mark or (thin and are_marks(glyph.text[1:])):
            marks = glyph.text if glyph.is_mark else glyph.text[1:]
            last = kept[-1] if kept else None
            drawn_after = last and last.text != " " and last.base == glyph.base and abs(last.right - glyph.left) < 0.05
            if last and drawn_after and not waiting and not last.text.endswith(marks):
                put_on(last, marks)
            else:
                waiting.append(replace(glyph, text=marks))
            continue
        for mark in waiting:
            reach = 0.5 * glyph.size
            if glyph.left - reach <= mark.left <= glyph.right + reach and abs(mark.base - glyph.base) <= 2 * reach:
                put_on(glyph, mark.text)
            else:
                kept.append(mark)
        waiting = []
        kept.append(glyph)
    return kept + waiting


def put_on(letter: Glyph, marks: str) -> None:
    """Add marks to a letter that has them not yet; the sign of a doubled letter is typed before its vowel."""
    if letter.text.endswith(marks):
        return
    head = letter.text.rstrip(VOWELS)
    letter.text = head + "".join(sorted(letter.text[len(head) :] + marks, key=lambda sign: sign != "\u0651"))


def with_raised(rows: list[list[Glyph]]) -> list[list[Glyph]]:
    """Put raised and lowered small letters (note numbers, ordinals) into the row at which they stand."""
    sizes = [median(glyph.size for glyph in row if glyph.text != " ") for row in rows]
    host: dict[int, int] = {}
    for at, row in enumerate(rows):
        for other in (at + 1, at - 1):
            if not 0 <= other < len(rows) or sizes[at] > RAISED * sizes[other] or other in host:
                continue
            if abs(rows[other][0].base - row[0].base) > 0.6 * sizes[other]:
                continue
            edges = sorted(glyph.right for glyph in rows[other]), sorted(glyph.left for glyph in rows[other])
            if all(touches(glyph, *edges, reach=0.4 * sizes[other]) for glyph in row if glyph.text != " "):
                host[at] = other
                break
    merged = {at: list(row) for at, row in enumerate(rows) if at not in host}
    for at, other in host.items():
        raised = rows[at][0].base < rows[other][0].base
        base = rows[other][0].base
        for glyph in rows[at]:
            text = glyph.text.translate(SUPERSCRIPT) if raised else glyph.text
            merged[other].append(replace(glyph, text=text, base=base))
    return [merged[at] for at in sorted(merged)]


def touches(glyph: Glyph, rights: list[float], lefts: list[float], reach: float) -> bool:
    """Whether a glyph stands close to one of a row, or to one raised with it."""
    at = bisect_right(rights, glyph.left + reach)
    near = at > 0 and glyph.left - rights[at - 1] <= 3 * reach
    after = bisect_left(lefts, glyph.right - reach)
    return near or (after < len(lefts) and lefts[after] - glyph.right <= reach)


def put_marks(rows: list[list[Glyph]], marks: Sequence[Glyph]) -> None:
    """Give each mark to the letter above or below which it stands."""
    bases = [row[0].base for row in rows]
    spans = [sorted((g for g in row if g.text != " "), key=lambda glyph: glyph.left) for row in rows]
    starts = [[glyph.left for glyph in row] for row in spans]
    for mark in marks:
        middle = (mark.left + mark.right) / 2
        best: tuple[float, Glyph] | None = None
        for at in range(bisect_left(bases, mark.base - mark.size), bisect_right(bases, mark.base + mark.size)):
            behind = bisect_right(starts[at], middle + 0.1 * mark.size)
            for glyph in spans[at][max(0, behind - 2) : behind + 1]:
                off = max(glyph.left - middle, middle - glyph.right, 0.0) + abs(bases[at] - mark.base)
                if best is None or off < best[0]:
                    best = off, glyph
        if best:
            put_on(best[1], mark.text)


def put_bullets(rows: Sequence[Row], dots: Sequence[Glyph]) -> None:
    """Put each dot that stands close before a row of a column, or behind one, into the row that is closest."""
    places = [(row, base_of(row), size_of(row)) for row in rows] if dots else []
    for dot in dots:
        near: list[tuple[float, float, Row, bool]] = []
        for row, base, size in places:
            if not 0 <= base - dot.base < 0.7 * size:  # it stands on the row's base or above it
                continue
            for gap, before in ((row[0].left - dot.right, True), (dot.left - row[-1].right, False)):
                if 0 < gap < BULLET_GAP * size:
                    near.append((gap, base, row, before))
        if near:
            _, base, row, before = min(near, key=lambda found: found[:2])
            word = Word([replace(dot, base=base, size=size_of(row))], dot.left, dot.right)
            row.insert(0 if before else len(row), word)


def words_of(row: list[Glyph]) -> Row:
    """The words of a row, from left to right."""
    letters = sorted((glyph for glyph in row if glyph.text != " "), key=lambda glyph: glyph.left + glyph.right)
    if not letters:
        return []
    size = median(glyph.size for glyph in letters)
    spaces = sorted((glyph.left + glyph.right) / 2 for glyph in row if glyph.text == " ")
    gaps = [after.left - before.right for before, after in itertools.pairwise(letters)]
    least = (WORD_GAP_WITH_SPACES if spaces else WORD_GAP) * size
    if len(gaps) > 3 and not spaces:
        least = max(least, SPACED_OUT * median(gaps))
    words = [Word([letters[0]], letters[0].left, letters[0].right)]
    for before, after, gap in zip(letters, letters[1:], gaps, strict=False):
        low, high = (before.left + before.right) / 2, (after.left + after.right) / 2
        if gap > least or bisect_left(spaces, high) > bisect_right(spaces, low):
            words.append(Word([after], after.left, after.right))
        else:
            words[-1].glyphs.append(after)
            words[-1].right = max(words[-1].right, after.right)
    return words
