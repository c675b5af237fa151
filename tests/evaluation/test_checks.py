"""Behavioural checks: the ones that ship, how they are read, and how they are written out."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from paratheme.errors import ParathemeError
from paratheme.evaluation.checks import KINDS, Case, Check, applicable, expand, load, parse
from paratheme.themes.theme_set import ThemeSet

CONF = Path(__file__).parents[2] / "conf"
LANGUAGES = ("ar", "en", "fr")


@pytest.fixture(scope="module")
def shipped() -> list[Check]:
    return load(["oic"])


@pytest.fixture(scope="module")
def oic() -> tuple[str, ...]:
    return ThemeSet.from_file(CONF / "themes" / "oic.yaml").ids


def check(kind: str = "minimum_functionality", **changes: Any) -> dict[str, Any]:
    given: dict[str, dict[str, Any]] = {
        "minimum_functionality": {"expected": True},
        "invariance": {"texts": ["a {x}"], "slots": {"x": ["b", "c"]}},
        "directional": {"add": ["more"], "score": "rises"},
    }
    plain = {"name": "one", "kind": kind, "language": "en", "themes": ["gaza"], "texts": ["a"]}
    return {**plain, **given.get(kind, {}), **changes}


def checks_of(*entries: dict[str, Any]) -> list[Check]:
    return parse({"checks": list(entries)}, "mine.yaml")


# The checks that ship


def test_every_shipped_check_speaks_of_a_theme_that_ships(shipped: list[Check], oic: tuple[str, ...]) -> None:
    assert {theme for check in shipped for theme in check.themes} == set(oic)
    assert applicable(shipped, oic) == (shipped, [])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_theme_has_every_kind_of_check_in_every_language(
    shipped: list[Check], oic: tuple[str, ...], language: str
) -> None:
    there = {
        (theme, check.kind, check.expected) for check in shipped if check.language == language for theme in check.themes
    }
    wanted = {("minimum_functionality", True), ("minimum_functionality", False), ("invariance", None)}
    wanted |= {("directional", None)}
    assert {(theme, *one) for theme in oic for one in wanted} - there == set()


def test_no_shipped_text_is_tried_twice_for_the_same_theme_and_kind(shipped: list[Check]) -> None:
    tried = Counter(
        (case.check.kind, theme, case.text, case.variant) for case in expand(shipped) for theme in case.check.themes
    )
    assert [key for key, times in tried.items() if times > 1] == []
    texts = [text for check in shipped if check.kind != "directional" for text in check.texts]
    assert len(texts) == len(set(texts))


def test_the_shipped_texts_are_few_enough_to_try_after_every_training(shipped: list[Check]) -> None:
    texts = {text for case in expand(shipped) for text in (case.text, case.variant) if text}
    assert 200 < len(texts) <= 350


def test_the_shipped_texts_are_in_their_languages_script_and_leave_no_slot_open(shipped: list[Check]) -> None:
    for case in expand(shipped):
        for text in filter(None, (case.text, case.variant)):
            assert bool(re.search("[\u0600-\u06ff]", text)) == (case.check.language == "ar"), text
            assert not set(text) & set("{}"), text


# Reading


def test_a_suite_of_ones_own_adds_to_those_that_ship(shipped: list[Check], tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(
        "checks:\n- {name: n, kind: minimum_functionality, language: en, themes: [x], expected: true, texts: [a]}\n"
    )
    assert load(["oic", str(mine)]) == [
        *shipped,
        Check("n", "minimum_functionality", ("x",), "en", ("a",), expected=True),
    ]
    assert load([]) == []


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("text", "check 1: no name; write each check as a mapping"),
        (check(kind="guess"), f"check 1 'one': kind 'guess'; the kinds are {', '.join(KINDS)}"),
        (
            {k: v for k, v in check().items() if k != "expected"},
            "check 1 'one': no 'expected'; a check of this kind has",
        ),
        (check(add=["b"]), "'add' is no key of this kind"),
        (check(themes="gaza"), r"themes is no list; write it as \[one, two\]"),
        (check(texts=[12]), "texts: 12 is no text; put it in quotes"),
        (check(texts=[]), "texts is no list"),
        (check(language=False), "language False is no text; put the code in quotes"),
        (check(expected="yes please"), "expected: 'yes please'; write true or false"),
        (check("directional", score="up"), "score: 'up'; write rises or falls"),
        (check(texts=["a {place}"]), "slot 'place' stands only in texts; add or drop it"),
        (check(slots={"place": ["b"]}), "slot 'place' stands only in slots; add or drop it"),
        (check(slots=["place"]), "slots is no mapping"),
        (check("invariance", slots={"x": ["b"]}), "a text without a variant; give it a slot with two fillers"),
    ],
)
def test_a_check_that_is_not_well_formed_is_refused_in_one_line(entry: Any, said: str) -> None:
    with pytest.raises(ParathemeError, match=said) as error:
        checks_of(entry)
    assert str(error.value).startswith("mine.yaml: check 1")
    assert len(str(error.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "no such file of checks; give a path, or one of oic"),
        ("checks: [", "not readable as YAML"),
        ("- one", "no checks; list them under 'checks:'"),
    ],
)
def test_a_file_that_holds_no_checks_is_refused(content: str | None, said: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ParathemeError, match=said):
        load([str(path)])


# Writing out


def test_slots_are_filled_in_every_combination_and_in_order() -> None:
    (one,) = checks_of(check(texts=["{x}{y}", "{x} only"], slots={"x": ["a", "b"], "y": ["1", "2"]}))
    assert [case.text for case in expand([one])] == ["a1", "a2", "b1", "b2", "a only", "b only"]


def test_a_filler_may_be_empty_and_is_not_itself_filled() -> None:
    (one,) = checks_of(check("invariance", texts=["to{x}Gaza {x}"], slots={"x": [" ", "", "{x}"]}))
    assert [(case.text, case.variant) for case in expand([one])] == [
        ("to Gaza  ", "toGaza "),
        ("to Gaza  ", "to{x}Gaza {x}"),
    ]


def test_a_directional_check_puts_each_sentence_behind_each_text() -> None:
    (one,) = checks_of(check("directional", texts=["a", "b"], add=["1", "2"]))
    assert expand([one]) == [Case(one, "a", "a 1"), Case(one, "a", "a 2"), Case(one, "b", "b 1"), Case(one, "b", "b 2")]


def test_checks_of_themes_that_the_theme_set_lacks_are_left_out_and_named() -> None:
    both, other = checks_of(check(themes=["gaza", "trade"]), check(themes=["health"]))
    kept, lacking = applicable([both, other], ["gaza"])
    assert [one.themes for one in kept] == [("gaza",)]
    assert lacking == ["health", "trade"]
