"""Behavioural checks: the ones that ship, how they are read, written out and tried on a classifier."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from paratheme.classifier.classifier import Prediction
from paratheme.errors import UsageError, validated
from paratheme.evaluation.checks import (
    Case,
    Check,
    MinimumFunctionality,
    Suite,
    applicable,
    failure_rates,
    load_checks,
    run_checks,
)
from paratheme.themes.theme_set import ThemeSet

CONF = Path(__file__).parents[2] / "conf"
LANGUAGES = ("ar", "en", "fr")
KINDS = "directional, invariance, minimum_functionality"


@pytest.fixture(scope="module")
def shipped() -> list[Check]:
    return load_checks(["oic"])


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


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in check().items() if name != key}


def checks_of(*entries: Any) -> list[Check]:
    return validated(Suite, {"checks": list(entries)}, source="mine.yaml").checks


def cases_of(checks: Sequence[Check]) -> list[Case]:
    return [case for check in checks for case in check.cases()]


# The checks that ship


def test_every_shipped_check_speaks_of_a_theme_that_ships(shipped: list[Check], oic: tuple[str, ...]) -> None:
    assert {theme for check in shipped for theme in check.themes} == set(oic)
    assert applicable(shipped, oic) == (shipped, [])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_theme_has_every_kind_of_check_in_every_language(
    shipped: list[Check], oic: tuple[str, ...], language: str
) -> None:
    there = {
        (theme, check.kind, getattr(check, "expected", None))
        for check in shipped
        if check.language == language
        for theme in check.themes
    }
    wanted = {("minimum_functionality", True), ("minimum_functionality", False), ("invariance", None)}
    wanted |= {("directional", None)}
    assert {(theme, *one) for theme in oic for one in wanted} - there == set()


def test_no_shipped_text_is_tried_twice_for_the_same_theme_and_kind(shipped: list[Check]) -> None:
    tried = Counter(
        (case.check.kind, theme, case.text, case.variant) for case in cases_of(shipped) for theme in case.check.themes
    )
    assert [key for key, times in tried.items() if times > 1] == []
    texts = [text for check in shipped if check.kind != "directional" for text in check.texts]
    assert len(texts) == len(set(texts))


def test_the_shipped_texts_are_few_enough_to_try_after_every_training(shipped: list[Check]) -> None:
    texts = {text for case in cases_of(shipped) for text in (case.text, case.variant) if text}
    assert 200 < len(texts) <= 350


def test_the_shipped_texts_are_in_their_languages_script_and_leave_no_slot_open(shipped: list[Check]) -> None:
    for case in cases_of(shipped):
        for text in filter(None, (case.text, case.variant)):
            assert bool(re.search("[\u0600-\u06ff]", text)) == (case.check.language == "ar"), text
            assert not set(text) & set("{}"), text


# Reading


def test_a_suite_of_ones_own_adds_to_those_that_ship(shipped: list[Check], tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(
        "checks:\n- {name: n, kind: minimum_functionality, language: en, themes: [x], expected: true, texts: [a]}\n"
    )
    added = MinimumFunctionality(
        name="n", kind="minimum_functionality", themes=["x"], language="en", texts=["a"], expected=True
    )
    assert load_checks(["oic", str(mine)]) == [*shipped, added]
    assert load_checks([]) == []


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("text", "checks[1]=text: give a mapping"),
        (without("name"), "checks[1].name is missing: give text"),
        (without("kind"), f"checks[one].kind is missing: give one of {KINDS}"),
        (check(kind="guess"), f"checks[one].kind=guess: give one of {KINDS}"),
        (without("expected"), "checks[one].expected is missing: give true or false"),
        (
            check(add=["b"]),
            "there is no setting checks[one].add; there are name, themes, language, texts, slots, kind, expected",
        ),
        (check(themes="gaza"), "checks[one].themes: no list; write it as [one, two]"),
        (check(themes=[""]), "checks[one].themes: '' is no text; put it in quotes"),
        (check(texts=[12]), "checks[one].texts: 12 is no text; put it in quotes"),
        (check(texts=[]), "checks[one].texts: no list; write it as [one, two]"),
        (check(language=False), "checks[one].language: False is no text; put the code in quotes"),
        (check(expected="yes please"), "checks[one].expected=yes please: give true or false"),
        (check("directional", score="up"), "checks[one].score=up: give one of rises, falls"),
        (check("directional", add="b"), "checks[one].add: no list; write it as [one, two]"),
        (check(texts=["a {place}"]), "checks[one]: slot 'place' stands only in texts; add or drop it"),
        (check(slots={"place": ["b"]}), "checks[one]: slot 'place' stands only in slots; add or drop it"),
        (check(slots=["place"]), "checks[one].slots=['place']: give a mapping"),
        (check(slots={"place": "b"}), "checks[one].slots.place: no list; write it as [one, two]"),
        (
            check("invariance", slots={"x": ["b"]}),
            "checks[one]: a text without a variant; give it a slot with two fillers or more",
        ),
    ],
)
def test_a_check_that_is_not_well_formed_is_refused_in_one_line(entry: Any, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        checks_of(entry)
    assert str(refused.value) == f"mine.yaml: {said}"


def test_a_suite_names_the_line_of_what_cannot_be(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    entry = "- name: {}\n  kind: minimum_functionality\n  language: {}\n  themes: [x]\n  texts: [a]\n  expected: true\n"
    mine.write_text("checks:\n" + entry.format("n", "en") + entry.format("m", "no"))
    with pytest.raises(UsageError) as refused:
        load_checks([str(mine)])
    assert str(refused.value) == f"{mine}, line 10: checks[m].language: False is no text; put the code in quotes"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, r"checks\.suites: .*mine\.yaml: no such file of checks; give a path, or oic"),
        ("checks: [", "line 1: not readable as YAML"),
        ("checks:\n\t- one", r"line 2: not readable as YAML: a tab; indent with spaces"),
        ("- one", "line 1: checks: no checks; list at least one under 'checks:'"),
        ("checks: []", "line 1: checks: no checks; list at least one under 'checks:'"),
        ("", "line 1: checks: no checks; list at least one under 'checks:'"),
        ("others: []", "line 1: checks is missing: give a list, each a mapping"),
    ],
)
def test_a_file_that_holds_no_checks_is_refused(content: str | None, said: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    if content is not None:
        path.write_text(content)
    with pytest.raises(UsageError, match=said) as refused:
        load_checks([str(path)])
    assert len(str(refused.value).splitlines()) == 1


# Writing out


def test_slots_are_filled_in_every_combination_and_in_order() -> None:
    (one,) = checks_of(check(texts=["{x}{y}", "{x} only"], slots={"x": ["a", "b"], "y": ["1", "2"]}))
    assert [case.text for case in cases_of([one])] == ["a1", "a2", "b1", "b2", "a only", "b only"]


def test_a_filler_may_be_empty_and_is_not_itself_filled() -> None:
    (one,) = checks_of(check("invariance", texts=["to{x}Gaza {x}"], slots={"x": [" ", "", "{x}"]}))
    assert [(case.text, case.variant) for case in cases_of([one])] == [
        ("to Gaza  ", "toGaza "),
        ("to Gaza  ", "to{x}Gaza {x}"),
    ]


def test_a_directional_check_puts_each_sentence_behind_each_text() -> None:
    (one,) = checks_of(check("directional", texts=["a", "b"], add=["1", "2"]))
    assert cases_of([one]) == [
        Case(one, "a", "a 1"),
        Case(one, "a", "a 2"),
        Case(one, "b", "b 1"),
        Case(one, "b", "b 2"),
    ]


def test_checks_of_themes_that_the_theme_set_lacks_are_left_out_and_named() -> None:
    both, other = checks_of(check(themes=["gaza", "trade"]), check(themes=["health"]))
    kept, lacking = applicable([both, other], ["gaza"])
    assert [one.themes for one in kept] == [("gaza",)]
    assert lacking == ["health", "trade"]


# Trying


def predictor(**scores: dict[str, float]) -> Any:
    """A classifier that knows each text's scores; a theme is given from one half."""

    def predict(texts: Sequence[str]) -> list[Prediction]:
        known = {key.replace("_", " "): value for key, value in scores.items()}
        found = [known[text] for text in texts]
        return [Prediction([theme for theme in row if row[theme] >= 0.5], row) for row in found]

    return predict


@pytest.mark.parametrize(("expected", "score", "failed"), [(True, 0.9, False), (True, 0.1, True), (False, 0.9, True)])
def test_minimum_functionality_fails_where_a_theme_is_missed_or_wrongly_given(
    expected: bool, score: float, failed: bool
) -> None:
    found = run_checks(predictor(a={"gaza": score}), checks_of(check(expected=expected)))
    assert found["failed"].tolist() == [failed]


def test_invariance_fails_where_a_filling_changes_the_decision_not_where_only_the_score_moves() -> None:
    predict = predictor(a_b={"gaza": 0.9}, a_c={"gaza": 0.6}, a_d={"gaza": 0.4})
    found = run_checks(predict, checks_of(check("invariance", slots={"x": ["b", "c", "d"]})))
    assert dict(zip(found["variant"], found["failed"], strict=True)) == {"a d": True, "a c": False}


@pytest.mark.parametrize(
    ("score", "before", "after", "failed"),
    [
        ("rises", 0.1, 0.8, False),
        ("rises", 0.1, 0.11, True),
        ("rises", 0.8, 0.1, True),
        ("rises", 0.98, 0.97, False),  # nowhere to go
        ("rises", 0.99, 0.5, True),
        ("falls", 0.8, 0.1, False),
        ("falls", 0.1, 0.8, True),
        ("falls", 0.5, 0.5, True),
        ("falls", 0.02, 0.03, False),
        ("falls", 0.02, 0.5, True),
    ],
)
def test_a_directional_check_fails_where_the_score_does_not_move_as_it_should(
    score: str, before: float, after: float, failed: bool
) -> None:
    predict = predictor(a={"gaza": before}, a_more={"gaza": after})
    found = run_checks(predict, checks_of(check("directional", score=score)))
    assert found["failed"].tolist() == [failed]
    assert found["got"].tolist() == [f"{before:.2f}, then {after:.2f}"]


def test_every_theme_is_judged_by_itself_failures_first_and_each_text_is_predicted_once() -> None:
    asked: list[str] = []

    def predict(texts: Sequence[str]) -> list[Prediction]:
        asked.extend(texts)
        return [Prediction(["gaza"], {"gaza": 0.9, "sudan": 0.1}) for _ in texts]

    entries = [check(themes=["gaza", "sudan"]), check(language="fr", themes=["sudan"], expected=False)]
    found = run_checks(predict, checks_of(*entries))
    assert asked == ["a"]
    assert found[["theme", "language", "failed"]].to_numpy().tolist() == [
        ["sudan", "en", True],
        ["gaza", "en", False],
        ["sudan", "fr", False],
    ]
    assert failure_rates(found) == pytest.approx(
        {
            "failure_rate": 1 / 3,
            "failure_rate/minimum_functionality": 1 / 3,
            "failure_rate/gaza": 0,
            "failure_rate/sudan": 0.5,
            "failure_rate/en": 0.5,
            "failure_rate/fr": 0,
        }
    )
