"""Theme sets as configuration, and the words that speak of a theme."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from paratheme.errors import ParathemeError
from paratheme.themes.lexicon import Lexicon
from paratheme.themes.theme_set import Theme, ThemeSet

SHIPPED = Path(__file__).parents[2] / "conf" / "themes" / "oic.yaml"


def lexicon(*words: str, exclude: tuple[str, ...] = (), weak: tuple[str, ...] = ()) -> Lexicon:
    theme = Theme("theme", words={"en": words}, weak={"en": weak}, exclude={"en": exclude})
    return Lexicon(ThemeSet("test", (theme,)))


def found(words: Lexicon, text: str) -> list[str]:
    return words.matched(text).get("theme", [])


# Theme sets

LANGUAGES = st.sampled_from(["ar", "fr", "en", "no"])
WORDS = st.dictionaries(
    LANGUAGES, st.lists(st.sampled_from(["Gaza", "famin*", "غزة", "a ... b"])).map(tuple), max_size=2
)
THEMES = st.builds(
    Theme,
    id=st.text("abc09_", min_size=1),
    names=st.dictionaries(LANGUAGES, st.text()),
    definition=st.text().map(str.strip),
    words=WORDS,
    weak=WORDS,
    exclude=WORDS,
)
THEME_SETS = st.builds(
    ThemeSet,
    name=st.text(),
    themes=st.lists(THEMES, min_size=1, max_size=3, unique_by=lambda theme: theme.id).map(tuple),
)


@given(THEME_SETS)
def test_a_theme_set_survives_the_way_through_json(theme_set: ThemeSet) -> None:
    assert ThemeSet.from_dict(json.loads(json.dumps(theme_set.to_dict()))) == theme_set


def test_a_theme_needs_no_more_than_an_id(tmp_path: Path) -> None:
    path = tmp_path / "desk.yaml"
    path.write_text("themes: [{id: budget}]")
    theme_set = ThemeSet.from_file(path)
    assert (theme_set.name, theme_set.ids, theme_set.themes[0].name("fr")) == ("desk", ("budget",), "budget")
    assert Lexicon(theme_set).matrix(["The budget"]).tolist() == [[0.0]]
    assert Lexicon(theme_set).matched("The budget") == {}


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ("themes: []", "no themes; list at least one"),
        ("[]", "no themes; list at least one"),
        ("themes: [{id: a}, {id: a}]", "theme 'a' stands twice"),
        ("themes: [{id: A b}]", "theme 1: id 'A b'; use lower-case letters"),
        ("themes: [{names: {en: A}}]", "theme 1: no id"),
        ("themes: [{id: a, word: {en: [b]}}]", "theme 'a': unknown key 'word'; the keys are id, names"),
        ("themes: [{id: a}]\ntheme: b", "unknown key 'theme'; the keys are name, themes"),
        ("themes: [{id: a, words: [b]}]", "theme 'a': words is no mapping; put a language code"),
        ("themes: [{id: a, words: {en: b}}]", "theme 'a': words: 'en' is no list"),
        (
            "themes: [{id: a, words: {en: [1988]}}]",
            "theme 'a': words: 'en' lists '1988', no word; put it in quotes",
        ),
        ("themes: [{id: a, exclude: {en: ['*']}}]", "theme 'a': exclude: 'en' lists '*', no word"),
        ("themes: [{id: a, names: {no: b}}]", "language 'False' is no text; put the code in quotes"),
        ("themes: [{id: a, words: {en: ['(b|c']}}]", "theme 'a': words: 'en' lists '(b|c', brackets"),
        ("themes: [{id: a, words: {en: ['(b |)c']}}]", "lists '(b |)c', a space before | or ) is lost"),
        ("themes: [", "not readable as YAML"),
    ],
)
def test_a_bad_file_is_refused_in_one_line_that_names_it_and_the_remedy(
    tmp_path: Path, written: str, complaint: str
) -> None:
    path = tmp_path / "themes.yaml"
    path.write_text(written)
    with pytest.raises(ParathemeError) as error:
        ThemeSet.from_file(path)
    assert complaint in str(error.value)
    assert str(error.value).startswith(f"{path}: ")
    assert "\n" not in str(error.value)


# Words


@pytest.mark.parametrize("text", ["Famine looms", "FAMINE", "la famine,", "«famine»", "post-famine"])
def test_a_word_is_found_in_any_case(text: str) -> None:
    assert found(lexicon("famine"), text) == ["famine"]


def test_a_word_is_found_as_a_whole_unless_a_star_lengthens_it() -> None:
    assert not found(lexicon("famine"), "famines")
    assert found(lexicon("famine*"), "famines") == ["famines"]
    assert found(lexicon("*malnutri*"), "undermalnutrition")
    assert not found(lexicon("ration"), "operation, rations")


@pytest.mark.parametrize("text", ["in Gaza.", "GAZA", "#gaza", "#Gaza", "Gaza's"])
def test_a_name_is_found_with_its_capital_in_capitals_and_as_a_hashtag(text: str) -> None:
    assert found(lexicon("Gaza"), text)


@pytest.mark.parametrize("text", ["gaza", "Gazania", "Gazastan", "GAZANIA"])
def test_a_name_is_not_found_in_other_words(text: str) -> None:
    assert not found(lexicon("Gaza"), text)


@pytest.mark.parametrize(
    "text",
    ["en Gazay compris", "inGaza", "deGazaet", "#SaveGazaNow", "àGaza", "GazaStrip", "dansGaza", "فيGaza"],
)
def test_a_name_is_found_where_scraping_glued_a_neighbour_to_it(text: str) -> None:
    assert found(lexicon("Gaza"), text)


@pytest.mark.parametrize(
    ("name", "inside", "alone"),
    [("Рим", "Римма Иванова", "в Рим"), ("Paris", "Parisø", "Paris的"), ("Αθήνα", "Αθήναι", "στην Αθήνα")],
)
def test_a_name_ends_where_its_script_says(name: str, inside: str, alone: str) -> None:
    assert not found(lexicon(name), inside)
    assert found(lexicon(name), alone)


def test_a_script_without_spaces_needs_asterisks() -> None:
    assert found(lexicon("*苏丹*"), "苏丹武装部队表示")


def test_an_acronym_is_found_in_capitals_only() -> None:
    assert found(lexicon("PAM"), "le PAM (Rome)")
    assert not found(lexicon("PAM"), "Pam, pam, PAMELA")


@pytest.mark.parametrize("text", ["Khan Younès", "khan-younes", "KHAN YOUNES", "#KhanYounes", "in Khan Younesand"])
def test_the_words_of_a_phrase_may_be_joined_in_any_way(text: str) -> None:
    assert found(lexicon("Khan Younes"), text)


def test_a_phrase_does_not_cross_a_sentence() -> None:
    assert not found(lexicon("food aid"), "They need food. Aid comes late")
    assert not found(lexicon("burn* ... Quran"), "A house burnt. The Quran was saved")


def test_three_dots_stand_for_up_to_ten_words() -> None:
    words = lexicon("burn* ... Quran")
    assert found(words, "burned, in public, a copy of the Quran")
    assert found(words, "burn Quran")
    assert not found(words, "burn a b c d e f g h i j k Quran")


def test_alternatives_in_brackets_are_all_sought() -> None:
    words = lexicon("(hate|attack*) ... (mosque|Muslim*)")
    assert all(found(words, f"{verb} on {place}") for verb in ("hate", "attacks") for place in ("mosque", "Muslims"))
    assert not found(words, "hate speech")


@pytest.mark.parametrize(
    "text",
    [
        "سودان",
        "وسودان",
        "والسودان",
        "بالسودان",
        "للسودان",
        "وللسودان",
        "فالسودان",
        "كالسودان",
        "السُّودان",
        "الســودان",
    ],
)
def test_an_arabic_word_is_found_behind_particles_and_the_article(text: str) -> None:
    assert found(lexicon("سودان"), text) == ["سودان"]


def test_an_arabic_word_with_the_article_is_found_with_the_article_only() -> None:
    words = lexicon("السودان")
    assert found(words, "وللسودان")
    assert found(words, "بالسودان")
    assert not found(words, "سودان")


def test_arabic_letter_variants_and_glued_neighbours_do_not_hide_a_word() -> None:
    assert found(lexicon("غزة"), "وبغزه")
    assert found(lexicon("أفغانستان"), "في افغانستانو بناتها")
    assert found(lexicon("قندهار"), "قندهارالقديمة")
    assert found(lexicon("حرق ... مصحف"), "حرق نسخة من المصحف")
    assert not found(lexicon("رفح"), "انحرفحتى")
    assert found(lexicon("غزة"), "نزحوا منغزة") == found(lexicon("غزة"), "وفيغزة") == ["غزه"]
    assert found(lexicon("السودان"), "فيالسودان")
    assert not found(lexicon("السودان"), "فيسودان")


def test_words_inside_an_excluded_phrase_do_not_count() -> None:
    words = lexicon("Sudan*", "السودان", exclude=("South Sudan*", "جنوب السودان"))
    assert not found(words, "South Sudanese, South-Sudan وجنوب السودان")
    assert found(words, "South Sudan and Sudan") == ["sudan"]


def test_different_words_count_once_each_and_weak_ones_half() -> None:
    words = lexicon("famine", "hunger", weak=("bread", "food*"))
    counts = words.matrix(["", "bread", "bread, Bread and food", "Famine! famine", "hunger, famine, bread"])
    assert counts.dtype == np.float32
    assert counts.tolist() == [[0.0], [0.5], [1.0], [1.0], [2.5]]


def test_a_weak_word_inside_a_strong_phrase_does_not_count_again() -> None:
    assert lexicon("food aid", weak=("food",)).matrix(["food aid"]).tolist() == [[1.0]]


@given(st.lists(st.text(), max_size=5))
def test_the_matrix_has_a_row_a_text_and_a_column_a_theme(texts: list[str]) -> None:
    counts = lexicon("famine").matrix(texts)
    assert counts.shape == (len(texts), 1)
    assert (counts >= 0).all()


@given(
    st.text(alphabet="abcAZغزةال *.-'|", min_size=1).filter(lambda word: any(map(str.isalpha, word))),
    st.text(),
)
def test_any_word_can_be_sought(word: str, text: str) -> None:
    lexicon(word).matched(text)


# The set that ships


@pytest.fixture(scope="module")
def shipped() -> Lexicon:
    return Lexicon(ThemeSet.from_file(SHIPPED))


def test_the_shipped_set_is_complete(shipped: Lexicon) -> None:
    data: dict[str, Any] = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    assert ThemeSet.from_dict(shipped.theme_set.to_dict()) == shipped.theme_set
    for theme in data["themes"]:
        assert set(theme["names"]) == set(theme["words"]) == {"ar", "fr", "en"}
        assert theme["definition"]


@pytest.mark.parametrize(
    ("text", "themes"),
    [
        ("RSF shelling of Abu Shouk and Zamzam camp near Al-Fashir", "sudan"),
        ("Les FSR ont bombardé El‑Obeid", "sudan"),
        ("مقتل العشرات في قصف للدعم السريع على الفاشر", "sudan"),
        ("Girls in Kandahar and Mazar-i-Sharif", "afghanistan"),
        ("وللأفغانيات الحق في التعليم، تقول يوناما", "afghanistan"),
        ("Tents were pitched in Khan Younis and al-Mawasi", "gaza"),
        ("دخول شاحنات عبر معبر كرم أبو سالم", "gaza"),
        ("Des djihadistes du GSIM ont attaqué un poste près de Djibo", "counter_terrorism"),
        ("قتلت حركة الشباب سبعة جنود", "counter_terrorism"),
        ("Two million people are in IPC Phase 4", "food_security"),
        ("يعاني الأطفال من سوء التغذية الحاد", "food_security"),
        ("A mosque was vandalised with hateful slogans", "islamophobia"),
        ("أدانت المنظمة حرق نسخة من المصحف الشريف", "islamophobia"),
        ("Une femme perçue comme musulmane a été agressée", "islamophobia"),
        ("Floods in South Sudan displaced thousands; le Soudan du Sud; جنوب السودان", ""),
        ("La province de Gaza, au Mozambique, a un nouveau pont", ""),
        ("The Ministers prayed at the mosque with Muslims of the capital", ""),
    ],
)
def test_the_shipped_words_know_the_names_in_the_news(shipped: Lexicon, text: str, themes: str) -> None:
    row = shipped.matrix([text])[0]
    assert [theme for theme, count in zip(shipped.theme_set.ids, row, strict=True) if count >= 1] == themes.split()


def test_words_near_a_theme_count_a_quarter_where_nothing_else_stands() -> None:
    theme = Theme("theme", words={"en": ("famine",)}, weak={"en": ("bread",)}, near={"en": ("food", "meal*")})
    found = Lexicon(ThemeSet("test", (theme,))).matrix(["food and meals", "bread as food", "famine, no food", "rain"])
    assert found[:, 0].tolist() == [0.25, 0.5, 1.0, 0.0]


@pytest.mark.parametrize(
    ("stream", "said"),
    [
        ("{prior: 0.1, word_recall: 0.9}", "stream states prior, and if you like"),
        ("{prior: 0.1, word_recall: 0.9, word_precision: 2}", "stream: word_precision '2'"),
        ("yes", "stream states"),
    ],
)
def test_a_stream_that_is_not_stated_in_full_is_refused(tmp_path: Path, stream: str, said: str) -> None:
    file = tmp_path / "set.yaml"
    file.write_text(f"themes: [{{id: a}}]\nstream: {stream}\n", "utf-8")
    with pytest.raises(ParathemeError, match=said):
        ThemeSet.from_file(file)
