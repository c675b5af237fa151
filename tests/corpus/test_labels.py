"""Labels are read as people keep them."""

from __future__ import annotations

from typing import Any

import pytest

from paratheme.corpus.labels import ThemeNames, labels_in
from paratheme.errors import ParathemeError
from paratheme.themes.theme_set import ThemeSet


def themes_in(value: Any, themes: ThemeSet, separator: str = ";") -> list[str]:
    names = ThemeNames(themes)
    return names.resolve(labels_in(value, separator, names, "here"), "here")


def test_a_theme_may_be_called_by_its_id_or_its_name_in_any_language_and_case(themes: ThemeSet) -> None:
    names = ThemeNames(themes)
    for given in (["Soudan", "غزة"], ["gaza", "SUDAN"], ["Gaza", "sudan", "Soudan"]):
        assert names.resolve(given, "here") == ["gaza", "sudan"]
    assert names.resolve(["food-security"], "here") == names.resolve(["Food  security"], "") == ["food_security"]
    assert names.resolve([], "here") == []


@pytest.mark.parametrize("called", ["SECURITE ALIMENTAIRE", "securite-alimentaire", "الامن الغذائي", "الأمـن الغذائيّ"])
def test_marks_hyphens_and_spaces_of_a_name_may_be_left_out(called: str) -> None:
    names = {"en": "Food security", "fr": "Sécurité alimentaire", "ar": "الأمن الغذائي"}
    themes = ThemeSet.model_validate({"name": "n", "themes": [{"id": "food_security", "names": names}, {"id": "rain"}]})
    for label in (called, f"{called}\u200b", called.replace(" ", "").replace("-", ""), "foodsecurity", "FoodSecurity"):
        assert themes_in(label, themes) == ["food_security"]


def test_a_name_that_could_be_of_two_themes_without_its_marks_is_of_neither() -> None:
    themes = ThemeSet.model_validate(
        {"name": "n", "themes": [{"id": "a", "names": {"fr": "Marché"}}, {"id": "b", "names": {"fr": "Marche"}}]}
    )
    assert (themes_in("marché", themes), themes_in("MARCHE", themes)) == (["a"], ["b"])
    with pytest.raises(ParathemeError, match="unknown theme 'mar-che'"):
        themes_in("mar-che", themes)


def test_two_themes_whose_names_make_a_third_are_two() -> None:
    themes = ThemeSet.model_validate({"name": "n", "themes": [{"id": "rain"}, {"id": "fall"}, {"id": "rainfall"}]})
    assert themes_in("rain;fall", themes) == themes_in("rain, fall", themes) == ["fall", "rain"]


def test_a_theme_that_nobody_knows_is_refused_with_those_there_are(themes: ThemeSet) -> None:
    with pytest.raises(ParathemeError, match=r"here: unknown theme 'mars'; the theme set has gaza, sudan, food"):
        ThemeNames(themes).resolve(["gaza", "mars"], "here")


@pytest.mark.parametrize(
    "cell",
    [
        "gaza;sudan",
        "gaza; Soudan ;",
        "gaza,sudan",
        "gaza, sudan",
        "Gaza | Sudan",
        "gaza/sudan",
        "غزة، Soudan",
        "gaza\nsudan",
        "['gaza', 'sudan']",
        "('gaza', 'sudan')",
        "{'gaza', 'sudan'}",
        '["gaza", "sudan"]',
        "['gaza' 'sudan']",
        "[gaza, sudan]",
        "[gaza; sudan]",
        "[gaza|Soudan]",
        "frozenset({'gaza', 'sudan'})",
        "set(['gaza', 'sudan'])",
        "__label__gaza __label__sudan",
        "__label__gaza,__label__Sudan",
        '"gaza"; "sudan"',
        '{"choices": ["gaza", "sudan"]}',
        "{'labels': ['gaza', 'sudan']}",
        '[{"choices": ["gaza"]}, {"choices": "sudan"}]',
        '{"taxonomy": [["places", "gaza"], ["sudan"]]}',
        '{"gaza": true, "sudan": 1, "food_security": 0}',
        'c("gaza", "sudan")',
        'list("gaza", "sudan")',
        "gaza#sudan",
        ["gaza", "sudan"],
        ("gaza", "Soudan"),
        {"choices": ["gaza", "sudan"]},
        "gaza; none; sudan",
    ],
)
def test_several_themes_may_be_written_in_every_usual_way(cell: Any, themes: ThemeSet) -> None:
    assert themes_in(cell, themes) == ["gaza", "sudan"]


@pytest.mark.parametrize(
    "cell",
    [
        "",
        " ",
        None,
        float("nan"),
        "none",
        "None",
        "set()",
        "[none]",
        "N/A",
        "n/a",
        "NA",
        "-",
        "—",
        "nan",
        "null",
        "aucun",
        "Aucune",
        "rien",
        *("sans objet", "no_labels", "Unlabelled", "(vide)", "нет", "بدون تصنيف", "None of the above", "#N/A N/A"),
        *("\u200b", "\u200f-", "\ufeff", "character(0)", "هیچ", "Aucun thème", "کوئی نہیں"),
        *("لا شيء", "[]", "['none']", "{}", '{"choices": []}', "[null]", [], [None], "--", "None; "),
    ],
)
def test_words_for_no_theme_are_none(cell: Any, themes: ThemeSet) -> None:
    assert themes_in(cell, themes) == []


def test_a_theme_that_is_called_as_a_word_for_none_is_a_theme() -> None:
    themes = ThemeSet.model_validate(
        {"name": "n", "themes": [{"id": "none"}, {"id": "rain", "names": {"en": "Sun, rain"}}]}
    )
    assert themes_in("none", themes) == ["none"]
    assert themes_in("Sun, rain", themes) == ["rain"]


@pytest.mark.parametrize("cell", ["gaza; mars", "gaza, mars", "['gaza', 'mars']", "mars"])
def test_an_unknown_theme_among_others_is_refused(cell: str, themes: ThemeSet) -> None:
    with pytest.raises(ParathemeError, match=r"here: unknown theme '[^']*mars'|here: unknown theme"):
        themes_in(cell, themes)


def test_an_object_that_says_no_themes_is_refused_with_the_setting(themes: ThemeSet) -> None:
    with pytest.raises(ParathemeError, match=r"here: no themes in .*corpus\.columns\.themes"):
        themes_in('{"score": 0.7}', themes)


@pytest.mark.parametrize("cell", ["[" * 50_000, "{'a':" * 5_000, "[mars", "['gaza', 'mars"])
def test_what_only_looks_like_a_list_is_refused_in_one_line(cell: str, themes: ThemeSet) -> None:
    with pytest.raises(ParathemeError):
        themes_in(cell, themes)
