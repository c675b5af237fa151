"""Large initials beside the first lines of a paragraph."""

from __future__ import annotations

from pathlib import Path

import pytest

from paratheme.documents.pdf_glyphs import Glyph
from paratheme.documents.pdf_initials import with_initials
from paratheme.documents.pdf_rows import rows_of
from paratheme.documents.readers import read
from tests.documents.pdf_makers import by_chromium

LINES = ["he wells of the village", "have been dry since May", "and the trams stand still"]


def drawn(text: str, left: float, base: float) -> list[Glyph]:
    return [Glyph(letter, left + 6 * at, left + 6 * at + 5.5, base, 10, bold=False) for at, letter in enumerate(text)]


def page(initial: Glyph, lines: list[str], left: float = 88) -> list[str]:
    glyphs = [initial, *(glyph for at, line in enumerate(lines) for glyph in drawn(line, left, 100 + 14 * at))]
    return [" ".join("".join(glyph.text for glyph in word.glyphs) for word in row) for row in rows_of(glyphs)]


@pytest.mark.parametrize(("base", "size"), [(114, 34), (117, 39), (128, 56), (108, 30)])
def test_an_initial_beside_lines_opens_the_first_of_them(base: float, size: float) -> None:
    assert page(Glyph("T", 60, 84, base, size, bold=False), LINES) == [f"T{LINES[0]}", *LINES[1:]]


def test_an_initial_over_a_line_that_goes_on_under_it_is_none() -> None:
    lines = [*drawn(LINES[0], 88, 100), *drawn(f"THE {LINES[1]}", 64, 114)]
    initial = Glyph("T", 60, 84, 108, 30, bold=False)
    assert with_initials([initial, *lines]) == [initial, *lines]


def test_an_initial_that_a_browser_lets_float_opens_its_paragraph(tmp_path: Path) -> None:
    text = "Les puits du village sont à sec depuis le mois de mai, et les femmes marchent deux heures pour remplir "
    text += "leurs bidons à la rivière, disent les anciens. Les pluies ne viendront pas avant la fin de l'été."
    style = "float: left; font-size: 3.2em; line-height: 0.8; padding-right: 4px"
    body = f'<span dir="ltr" style="display: block"><span style="{style}">{text[0]}</span>{text[1:]}</span>'
    by_chromium(tmp_path / "a.pdf", [body])
    assert read(tmp_path / "a.pdf").text == text


def test_an_initial_that_is_a_word_stays_one() -> None:
    lines = [" well of the village", *LINES[1:]]
    assert page(Glyph("A", 60, 81, 114, 34, bold=False), lines)[0] == "A well of the village"


def test_a_large_letter_above_lines_or_inside_one_is_no_initial() -> None:
    above, inside = Glyph("B", 60, 84, 80, 34, bold=False), Glyph("B", 160, 184, 114, 34, bold=False)
    assert page(above, LINES) == ["B", *LINES]
    glyphs = [inside, *drawn("the tram to the", 64, 100), *drawn("harbour", 190, 100), *drawn("village", 190, 114)]
    assert inside in with_initials(glyphs)


def test_a_large_title_beside_small_lines_is_no_initial() -> None:
    title = [Glyph(letter, 20 + 22 * at, 40 + 22 * at, 114, 34, bold=False) for at, letter in enumerate("BUS")]
    glyphs = [*title, *(glyph for at, line in enumerate(LINES) for glyph in drawn(line, 88, 100 + 14 * at))]
    assert with_initials(glyphs) == glyphs
