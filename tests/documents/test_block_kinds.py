"""What kind of block each block is."""

from __future__ import annotations

import pytest

from tests.documents.examples import BIR, MATAR, PLUIE, PUITS, RAIN, WELL, kinds_in


@pytest.mark.parametrize(
    ("title", "section", "one", "two"),
    [
        ("Rain in the east", "Who shares the well", RAIN, WELL),
        ("Il pleut enfin dans l’est", "À qui le puits ?", PLUIE, PUITS),
        ("أمطار في الشرق أخيرا", "لمن البئر", MATAR, BIR),
    ],
)
def test_titles_and_section_titles_are_headings(title: str, section: str, one: str, two: str) -> None:
    assert kinds_in(title, one, section, two) == ["heading", "paragraph", "heading", "paragraph"]


@pytest.mark.parametrize("mark", ["- ", "• ", "* ", "▪ ", "– ", "1. ", "1) ", "(a) ", "٣- "])
def test_marked_lines_are_list_items(mark: str) -> None:
    assert kinds_in(RAIN, f"{mark}Ten sacks of sorghum.", f"{mark}Six sacks of millet.") == [
        *("paragraph", "list_item", "list_item"),
    ]


def test_a_numbered_title_above_its_section_is_a_heading() -> None:
    assert kinds_in(RAIN, "2. Shared wells", WELL) == ["paragraph", "heading", "paragraph"]


def test_the_speeches_of_an_interview_are_paragraphs() -> None:
    assert kinds_in("At the well", RAIN, "– Who shares the well?", "– Two villages do, in turn.") == [
        *("heading", "paragraph", "paragraph", "paragraph"),
    ]


def test_a_line_that_leads_into_a_list_is_no_heading() -> None:
    assert kinds_in(RAIN, "The villages received:", "- Ten sacks of sorghum.")[1] == "paragraph"


@pytest.mark.parametrize(
    "caption",
    [
        "Two herders at the well of Dosso. Photo: R. Issa",
        "Figure 3. Rainfall in the eastern districts, 2010-2024",
        "Deux éleveurs au puits de Dosso. © Service photo de la commune",
        "Fichier - Deux éleveurs au puits, en mars (Photo d'archives)",
        "راعيان عند البئر صباح الأحد. تصوير قسم الأخبار",
        "راعيان عند البئر ( صورة : أرشيف )",
    ],
)
def test_pictures_with_a_credit_are_captioned(caption: str) -> None:
    assert kinds_in("Rain in the east", RAIN, WELL, caption, RAIN)[3] == "caption"


def test_one_short_sentence_among_long_paragraphs_is_a_caption_but_many_are_not() -> None:
    long = f"{RAIN} {WELL}"
    short = "Two herders wait for their turn at the well of the upper village."
    assert kinds_in("Rain", long, long, short, long, long)[3] == "caption"
    assert set(kinds_in("Rain", long, short, long, short, long, short, long, long)[1:]) == {"paragraph"}
