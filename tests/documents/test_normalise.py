"""What features see of a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paratheme.documents.normalise import clean, normalise
from tests.work import grows_with_its_length

PIECES = st.sampled_from(
    [
        "auSoudan",
        "àGaza",
        "É",
        "e\u0301",
        "İ",
        "ﷺ",
        "ﻻ",
        "غَزّة",
        "ـ",
        "٣",
        "&nbsp;",
        *("&amp;", "&eacute;", "&", "&#38;", "&#1571;", "lt;", "eacute;", "&œlig;", "&éacute;", ";", "＆", "\u037e"),
        *("<", ">", "<p>", "<b>", "</b>", "<br/>", "<!--", "-->", "<script>", "</script>", "＜", "p", "<p a='", "'"),
        *("\\u063a", "\\ud83d", "\\ude00", "\\", "\\u005c", "\\u003c", "u00", "\\n", "e9"),
        "\u200f",
        "’",
        "ß",
        "ﬁ",
        "Å",
        " ",
        "ab",
        "CD",
    ]
)
TEXTS = st.one_of(st.text(), st.lists(PIECES).map("".join))


@given(TEXTS, st.booleans())
def test_normalising_twice_changes_nothing(text: str, fold_case: bool) -> None:
    once = normalise(text, fold_case=fold_case)
    assert normalise(once, fold_case=fold_case) == once


@given(TEXTS)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(TEXTS)
def test_a_composed_and_a_decomposed_spelling_become_one(text: str) -> None:
    import unicodedata

    assert normalise(unicodedata.normalize("NFC", text)) == normalise(unicodedata.normalize("NFD", text))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("إِسْلَامُوفُوبْيَا", "اسلاموفوبيا"),
        ("الســـودان", "السودان"),
        ("آمال أحمد إلى ٱلله", "امال احمد الي الله"),
        ("غزة على مصطفى", "غزه علي مصطفي"),
        ("مسؤول رئيس", "مسوول رييس"),
        ("افغانستان کی", "افغانستان كي"),
        ("٢٠٢٤ و۱۴۰۳", "2024 و1403"),
        ("٩٫٤", "9.4"),
    ],
)
def test_variants_of_one_arabic_letter_become_one(written: str, read: str) -> None:
    assert normalise(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Khan Younès", "Khan Younes"),
        ("l’islamophobie", "l'islamophobie"),
        ("« sœur »", '" soeur "'),
        ("El‑Fasher", "El-Fasher"),
        ("Al\u00adFashir\u200f\ufeff", "AlFashir"),
        ("20&nbsp;; fin", "20 ; fin"),
        ("  a\n\tb\u00a0c ", "a b c"),
    ],
)
def test_typography_becomes_plain(written: str, read: str) -> None:
    assert normalise(written) == read


def test_marks_that_are_letters_in_other_scripts_stay() -> None:
    assert normalise("й") == "й"
    assert normalise("हिन्दी") == "हिन्दी"


@pytest.mark.parametrize(
    ("glued", "apart"),
    [
        ("auSoudan", "au Soudan"),
        ("àGaza", "a Gaza"),
        ("l'aide auxAfghans", "l'aide aux Afghans"),
        ("laFAO", "la FAO"),
    ],
)
def test_words_glued_at_a_capital_are_set_apart(glued: str, apart: str) -> None:
    assert normalise(glued) == apart


@pytest.mark.parametrize("word", ["McDonald", "iPhone", "eBay", "FAOSTAT", "WhatsApp", "mRNA", "UNHCR", "kWh"])
def test_words_spelt_with_a_capital_inside_stay_whole(word: str) -> None:
    assert normalise(word) == word


def test_case_is_kept_unless_folding_is_asked_for() -> None:
    assert normalise("GAZA Straße") == "GAZA Straße"
    assert normalise("GAZA Straße", fold_case=True) == "gaza strasse"


def test_an_encoder_reads_accents_and_letter_variants_but_nothing_that_scraping_left() -> None:
    assert clean("auTchad,\u00a0l’État  وِلايـة\u200f") == "au Tchad, l’État ولاية"
    assert clean("àGaza ٢٠٢٤") == "à Gaza ٢٠٢٤"


def test_half_a_character_is_replaced_for_encoders() -> None:
    assert clean("Gaza \ud83d") == "Gaza \ufffd"


# What scraping left


@pytest.mark.parametrize(
    ("scraped", "read"),
    [
        ("L&rsquo;&eacute;cole &laquo;&nbsp;ouverte&nbsp;&raquo;", 'L\'ecole " ouverte "'),
        ("&#1605;&#x62F;&#1585;&#1587;&#1577;", "مدرسه"),
        ("caf&amp;eacute; caf&amp;amp;#233;", "cafe cafe"),
        ("Salt &amp; pepper, 1 &lt; 2", "Salt & pepper, 1 < 2"),
        ("<p class='lead' id=x>One</p><p>two<br/>three</p>", "One two three"),
        (
            "One<!-- <p>hidden</p> --> two<script type=\"text/javascript\">var a = '<b>';</script> three",
            "One two three",
        ),
        ("<STYLE>p {color: red}</STYLE>One &lt;b&gt;bold&lt;/b&gt;", "One bold"),
        ('<img src="a.png" alt="a > b"/>One<o:p></o:p>', "One"),
        ("<!DOCTYPE html><html lang=en><body>One", "One"),
        ("One <!-- never closed", "One never closed"),
        (r"le bl\u00e9\n\u0022sec\u0022 \/ \u0628\u0626\u0631", 'le ble "sec" / بير'),
        (r"trams \uD83D\ude8a run\u2019s\t\u0000end \ud83d", "trams \U0001f68a run's end \\ud83d"),
    ],
)
def test_entities_and_tags_do_not_reach_features(scraped: str, read: str) -> None:
    assert normalise(scraped) == read


@pytest.mark.parametrize(
    "text",
    [
        "a < b and c > d",
        "x<y and y>z",
        "a <b and c> d",
        "<name@example.org> wrote",
        "<https://example.org/a?b=1&copy=2>",
        "AT&T; R&D",
        "I <3 it",
        "&nosuchthing;",
        r"C:\users\new, \u12 and \u0041",
    ],
)
def test_signs_that_are_no_markup_stay(text: str) -> None:
    assert normalise(text) == clean(text) == text


def test_an_encoder_reads_entities_as_people_write_them() -> None:
    assert clean("L&rsquo;&eacute;cole&nbsp;: <i>ouverte</i>") == "L’école : ouverte"


@pytest.mark.parametrize(
    "piece", ["&amp;", "&amp;#38;lt;", "<!--", "<script>", "<p ", '<p a="x ', "<<b>p>", "</", r"\ud83d", "\\"]
)
def test_markup_is_work_in_proportion_to_its_length(piece: str) -> None:
    assert grows_with_its_length(lambda count: normalise(piece * count), 2_000)
