"""Which words of which theme stand in a text."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paratheme.themes.lexicon import Lexicon
from paratheme.themes.theme import Theme
from paratheme.themes.theme_set import ThemeSet

SHIPPED = Path(__file__).parents[2] / "conf" / "themes" / "oic.yaml"


def lexicon(*words: str, exclude: tuple[str, ...] = (), weak: tuple[str, ...] = ()) -> Lexicon:
    return Lexicon([Theme(id="theme", words={"en": words}, weak={"en": weak}, exclude={"en": exclude})])


def found(words: Lexicon, text: str) -> list[str]:
    return words.matched(text).get("theme", [])


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
    st.text(alphabet="abcAZغزةال *.-'|", min_size=1).filter(
        lambda word: any(map(str.isalpha, word)) and " |" not in word
    ),
    st.text(),
)
def test_any_word_can_be_sought(word: str, text: str) -> None:
    lexicon(word).matched(text)


def test_words_near_a_theme_count_a_quarter_where_nothing_else_stands() -> None:
    theme = Theme(id="theme", words={"en": ("famine",)}, weak={"en": ("bread",)}, near={"en": ("food", "meal*")})
    found = Lexicon([theme]).matrix(["food and meals", "bread as food", "famine, no food", "rain"])
    assert found[:, 0].tolist() == [0.25, 0.5, 1.0, 0.0]


def test_words_decide_from_one_on_whether_strong_or_two_weak_ones() -> None:
    hits = lexicon("famine", weak=("bread", "food")).hits(["famine", "bread", "bread and food", "rain"])
    assert hits.tolist() == [[1], [0], [1], [0]]
    assert hits.dtype == np.int64


def test_every_theme_has_a_column_and_tells_its_own_words() -> None:
    themes = [Theme(id="a", words={"en": ("famine",)}), Theme(id="b"), Theme(id="c", words={"fr": ("pain",)})]
    assert Lexicon(themes).hits(["famine, pain", ""]).tolist() == [[1, 0, 1], [0, 0, 0]]
    assert Lexicon(themes).matched("Famine, pain") == {"a": ["famine"], "c": ["pain"]}


def normalised(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list to which the texts come that are read from now on."""
    read: list[str] = []
    monkeypatch.setattr("paratheme.themes.lexicon.normalise", lambda text: read.append(text) or text)
    return read


def test_a_text_is_read_once_for_a_model_and_its_calibration(monkeypatch: pytest.MonkeyPatch) -> None:
    words, read = lexicon("famine"), normalised(monkeypatch)
    assert words.matrix(["famine", "rain", "famine"]).tolist() == [[1.0], [0.0], [1.0]]
    assert words.hits(["rain", "famine"]).tolist() == [[0], [1]]
    assert read == ["famine", "rain"]


def test_what_is_remembered_of_texts_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("paratheme.themes.lexicon.REMEMBERED", 2)
    words, read = lexicon("famine"), normalised(monkeypatch)
    for _ in range(2):
        assert words.hits(["a", "b", "c", "famine"])[:, 0].tolist() == [0, 0, 0, 1]
    assert len(read) == 8


def test_a_copy_and_one_sent_to_another_process_find_the_same() -> None:
    words = lexicon("famine", weak=("bread",))
    before = words.matrix(["famine", "bread"])
    for other in (copy.deepcopy(words), pickle.loads(pickle.dumps(words))):
        assert (other.matrix(["famine", "bread"]) == before).all()


# The set that ships


@pytest.fixture(scope="module")
def shipped() -> ThemeSet:
    return ThemeSet.from_file(SHIPPED)


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
def test_the_shipped_words_know_the_names_in_the_news(shipped: ThemeSet, text: str, themes: str) -> None:
    row = shipped.lexicon.matrix([text])[0]
    assert [theme for theme, count in zip(shipped.ids, row, strict=True) if count >= 1] == themes.split()
