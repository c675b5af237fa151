"""Furniture that is told by its form, in any script."""

from __future__ import annotations

import pytest

from paratheme.documents.furniture import (
    entries_of_lists,
    is_furniture,
    is_trail,
    length_of_front_matter,
    without_notes,
)
from tests.documents.examples import BIR, MATAR, PLUIE, PUITS, RAIN, WELL, kinds_in


@pytest.mark.parametrize(
    "line",
    [
        *(
            "https://example.org/rain",
            "<https://example.org/rain>",
            "Link: www.example.org/rain",
            "[1]: /files/rain.pdf",
        ),
        *(
            "[The report](https://example.org/r) | [All reports](https://example.org)",
            '<br><a href="/r">The report</a>',
        ),
        *("![](spacer.gif)", "* * *", "---", "&nbsp;", '<img src="a.png">'),
        *("desk@example.org", "Tel.: +33 1 23 45 67 89", "@the_well", "#rain #wells", "Tags: #rain"),
        "— The Well (@thewell) March 5, 2024",
        *(
            "Home > World > Africa",
            "Water ✦ Wells ✦ Rain",
            "أخبار < أفريقيا < آبار",
            "THE-WELL.ORG",
            "Accueil › Monde",
            "أخبار | أفريقيا",
            "Главная · Мир · Африка",
            "Print · Share",
        ),
        *(
            "12 March 2024",
            "Dosso, 12 mars 2024",
            "2024-03-12",
            "12.03.2024, 10:15",
            "١٢ مارس ٢٠٢٤",
            "14 March, 06.10 GMT",
        ),
        *(
            "Xai-Xai, 6 de Setembro",
            "5 Kasım 2025",
            "۲۳ اردیبهشت ۱۴۰۳",
            "20 اکتوبر 2025",
            "3 марта 2025 года",
            "20 Novemba 2025",
        ),
    ],
)
def test_lines_that_say_nothing_of_their_own_are_furniture(line: str) -> None:
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        *(RAIN, WELL, PLUIE, PUITS, MATAR, BIR),
        "Thursday 9 October",
        "What the two villages did on 12 March 2024",
        "On 12 March 2024 the two wells were opened.",
        "The report is at https://example.org/rain, where the committee keeps its maps of the wells.",
        "The committee [drew a map](https://example.org/map) of the wells.",
        "Two wells reopened near #Dosso, says the committee",
        "- Ten sacks / six sacks",
        "« Le puits est à nous »",
        "| Village | Wells |",
        "06:40 Power cut in the port",
        "Rain in the east: the wells are full",
    ],
)
def test_what_an_article_says_is_none(line: str) -> None:
    assert not is_furniture(line)


@pytest.mark.parametrize(
    ("lines", "length"),
    [
        (["---", "title: Rain", "date: 2024-03-12", "tags:", "- wells", "---", RAIN], 6),
        (["+++", 'title = "Rain"', "+++", RAIN], 3),
        (["Title: Rain", "Date: 2024-03-12", RAIN], 2),
        (["Title: Rain", RAIN], 0),
        (["---", RAIN, "---"], 0),
        (["---"], 0),
        (["Amina: who shares the well?", "Issa: two villages do."], 0),
        ([], 0),
    ],
)
def test_a_front_matter_is_found_with_fences_and_without(lines: list[str], length: int) -> None:
    assert length_of_front_matter(lines) == length


@pytest.mark.parametrize(
    "line", ["Gaza | The wells are closed", "غزة | المجاعة تنتشر في القطاع", "Sudan > Rain comes late again"]
)
def test_a_place_and_a_title_are_no_trail(line: str) -> None:
    assert not is_trail(line)


@pytest.mark.parametrize(
    "line", ["Home | World", "World news > Middle East > Gaza", "Print · Share", "الرئيسية | أخبار العالم"]
)
def test_sections_and_buttons_are_one(line: str) -> None:
    assert is_trail(line)


@pytest.mark.parametrize(
    "lines",
    [
        ["[03/05/2026, 10:12:33] Ada: The wells are dry", "[03/05/2026, 10:13:01] Paul: Since when, do you know?"] * 2,
        ["3 May 2026 - Wells run dry", "4 May 2026 - Tram returns", "12:30 - Well closed for repair"],
        ["The army retakes a bridge | Reuters", "The last bakery closes | AFP", "Tram line opens in Lyon | Le Puits"],
        ["Dosso | Two wells run dry", "Lyon | The tram is back", "Nyala | No bread since May"],
    ],
)
def test_dated_lines_and_headlines_that_are_many_are_what_is_said(lines: list[str]) -> None:
    assert entries_of_lists(lines) == set(range(len(lines)))
    assert "boilerplate" not in kinds_in(*lines)


@pytest.mark.parametrize("lines", [["Home | World", "Print | Share", "About | Terms"], [RAIN, "12 March 2024", WELL]])
def test_menus_and_a_date_are_none(lines: list[str]) -> None:
    assert not entries_of_lists(lines)


@pytest.mark.parametrize("mark", ["[2]", "[^2]", "²", "[1][12]", " <sup>3</sup>", "12", "†"])
@pytest.mark.parametrize("text", [WELL, PUITS, BIR, "He said: “The well is dry.”"])
def test_marks_of_footnotes_are_no_part_of_how_a_block_ends(text: str, mark: str) -> None:
    assert without_notes(text + mark) == text
    assert kinds_in("Rain in the east", RAIN, text + mark, RAIN)[2] == kinds_in("Rain in the east", RAIN, text, RAIN)[2]


@pytest.mark.parametrize("text", ["It costs 2.5", "[1]", "Article 12", "Rain in 2024"])
def test_numbers_of_the_text_stay(text: str) -> None:
    assert without_notes(text) == text
