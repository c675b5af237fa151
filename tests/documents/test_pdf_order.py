"""Glyphs as they stand on paper, brought into the order in which they are read."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from paratheme.documents.pdf_order import logical, stands_mirrored, told_by_sense

ARABIC = ["وصلت", "القافلة", "إلى", "السوق،", "الخبز:", "قال", "(الوزير)", "«لا خبز»", "أمس.", "وقال"]
HEBREW = ["השיירה", "הגיעה", "(לעיר)", "אתמול,"]
LATIN = ["Kabul", "Port Sudan", "UNICEF", "World Food Programme (WFP)", "Covid 19", "3G"]
NUMBERS = ["12", "1,500", "3.5", "12:30", "45%", "2023-2024", "٤٥", "12/03/2024"]


def on_paper(text: str) -> list[str]:
    """The characters of a line from left to right, as the bidirectional algorithm sets it."""
    bidi = pytest.importorskip("bidi.algorithm")
    return list(bidi.get_display(text, base_dir="R"))


def spread(words: list[str], between: list[str]) -> str:
    """Words of a right-to-left script with one of something else after each."""
    return " ".join(word for pair in zip(words, between, strict=False) for word in pair) + " نهاية"


@given(
    st.lists(st.sampled_from(ARABIC), min_size=1, max_size=9), st.lists(st.sampled_from([*LATIN, *NUMBERS]), max_size=9)
)
@example(["وصلت", "إلى"], ["2023-2024", "World Food Programme (WFP)"])
def test_what_a_line_of_arabic_says_is_found_from_its_paper(words: list[str], between: list[str]) -> None:
    said = spread(words, between)
    assert logical(on_paper(said), rtl=True) == said


@given(
    st.lists(st.sampled_from(HEBREW), min_size=1, max_size=9), st.lists(st.sampled_from([*LATIN, *NUMBERS]), max_size=9)
)
def test_what_a_line_of_hebrew_says_is_found_from_its_paper(words: list[str], between: list[str]) -> None:
    said = spread(words, between).replace("نهاية", "סוף")
    assert logical(on_paper(said), rtl=True) == said


@given(st.text(alphabet="ابجد אב ab 12 ٣ .,-%()«»", max_size=20))
def test_whatever_stands_on_paper_no_glyph_is_lost(paper: str) -> None:
    def letters(text: str) -> list[str]:
        return sorted(character for character in text if character not in "()«»")

    for rtl in (True, False):
        assert letters(logical(list(paper), rtl=rtl)) == letters(paper)
        assert len(logical(list(paper), rtl=rtl)) == len(paper)


def test_a_number_after_a_line_of_arabic_reads_as_after_its_last_word() -> None:
    assert logical(list("2024-2023"), rtl=True, before="AL") == "2023-2024"
    assert logical(list("2023-2024"), rtl=True) == "2023-2024"


def test_arabic_inside_a_latin_line_is_turned_round_where_it_stands() -> None:
    assert logical(list("The word " + "سلام عليكم"[::-1] + " (peace) is old."), rtl=False) == (
        "The word سلام عليكم (peace) is old."
    )


def test_brackets_that_are_told_by_their_sense_come_out_like_those_told_by_their_shape() -> None:
    said = "قال (الوزير) أمس"
    by_shape = on_paper(said)
    by_sense = [{"(": ")", ")": "("}.get(glyph, glyph) for glyph in by_shape]
    assert told_by_sense([by_sense])
    assert not told_by_sense([by_shape])
    assert logical(by_shape, rtl=True) == logical(by_sense, rtl=True) == said


def test_a_bracket_without_its_partner_goes_by_the_others_of_the_file() -> None:
    assert logical(list("قال (الوزير"[::-1]), rtl=True, by_sense=True) == "قال (الوزير"
    assert logical(list("قال (الوزير"[::-1].replace("(", ")")), rtl=True, by_sense=False) == "قال (الوزير"


def test_letters_that_only_end_words_tell_whether_the_paper_is_mirrored() -> None:
    said = "وصلت القافلة الأولى إلى المدينة"
    assert stands_mirrored([list(said)])
    assert not stands_mirrored([list(said[::-1])])
    assert not stands_mirrored([list("Kabul")])


def test_digits_of_two_sets_that_touch_are_one_number() -> None:
    assert logical([*"رفن", " ", *"۱۳۹٦", " ", *"لاس"], rtl=True) == "سال ۱۳۹٦ نفر"
    assert logical([*"۱۲٬۳٤", " ", *"لاس"], rtl=True) == "سال ۱۲٬۳٤"
