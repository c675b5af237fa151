"""Large initials of a PDF, which stand beside the first lines of their paragraph: put before its first word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from paratheme.documents.pdf_glyphs import Glyph

LARGE = 1.8  # times the size of the text
BESIDE = 1.5  # letter sizes between an initial and the lines that begin beside it
TALL = 0.75  # of its size: how high a capital letter is
HANGS = 0.35  # of the text's size: an initial may end so much below its last line, ...
ENDS_ABOVE = 0.75  # ... and so much above it
FEWEST_LINES = 2
MOST_LARGE = 300  # letters of a page; a poster has more


def with_initials(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """The glyphs of a page, its large initials set as the first letters of their first words.

    Parameters
    ----------
    glyphs : sequence of Glyph
        In the order of the file.
    """
    letters = [glyph for glyph in glyphs if glyph.text != " "]
    usual = median(glyph.size for glyph in letters) if letters else 0.0
    large = [glyph for glyph in letters if glyph.size >= LARGE * usual]
    if len(large) > MOST_LARGE:
        return list(glyphs)
    lone = {id(glyph) for glyph in large if glyph.text.isalpha() and stands_alone(glyph, large)}
    return [as_first_letter(glyph, glyphs) if id(glyph) in lone else glyph for glyph in glyphs]


def stands_alone(glyph: Glyph, large: Sequence[Glyph]) -> bool:
    """Whether no other large letter stands near."""
    return not any(
        other is not glyph
        and abs(other.base - glyph.base) < glyph.size
        and other.left - glyph.right < glyph.size
        and glyph.left - other.right < glyph.size
        for other in large
    )


def as_first_letter(initial: Glyph, glyphs: Sequence[Glyph]) -> Glyph:
    """An initial as the first letter of the first line beside it; as it is where too few lines begin there."""
    top = initial.base - TALL * initial.size
    near = [
        glyph
        for glyph in glyphs
        if glyph.size * LARGE <= initial.size and top < glyph.base <= initial.base + ENDS_ABOVE * glyph.size
    ]
    if any(glyph.left < initial.left and initial.left - glyph.right < glyph.size for glyph in near):
        return initial  # it stands inside a line
    under = {
        round(glyph.base)
        for glyph in near
        if glyph.text != " " and glyph.right > initial.left and initial.right - glyph.left > HANGS * glyph.size
    }
    firsts: dict[int, Glyph] = {}
    for glyph in near:
        begins = -HANGS * glyph.size <= glyph.left - initial.right <= BESIDE * glyph.size
        line = round(glyph.base)
        if begins and glyph.text != " " and line not in under:
            firsts[line] = min(glyph, firsts.get(line, glyph), key=lambda one: one.left)
    if len(firsts) < FEWEST_LINES or initial.base - max(firsts) > 1 + HANGS * firsts[max(firsts)].size:
        return initial
    first = firsts[min(firsts)]
    apart = any(glyph.text == " " and glyph.base == first.base and glyph.left < first.left for glyph in near)
    place = first.left - apart * HANGS * first.size
    return replace(initial, left=place, right=place, base=first.base, size=first.size, bold=first.bold)
