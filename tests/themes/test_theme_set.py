"""Theme sets as configuration."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from paratheme.errors import UsageError, validated
from paratheme.themes.theme import Theme
from paratheme.themes.theme_set import Deployment, ThemeSet

SHIPPED = Path(__file__).parents[2] / "conf" / "themes" / "oic.yaml"

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
SHARES = st.floats(0.01, 0.99)
THEME_SETS = st.builds(
    ThemeSet,
    name=st.text(),
    themes=st.lists(THEMES, min_size=1, max_size=3, unique_by=lambda theme: theme.id).map(tuple),
    deployment=st.none() | st.builds(Deployment, prior=SHARES, word_recall=SHARES, word_precision=SHARES),
)


@given(THEME_SETS)
def test_a_theme_set_survives_the_way_through_json(theme_set: ThemeSet) -> None:
    assert validated(ThemeSet, json.loads(json.dumps(theme_set.to_dict()))) == theme_set


def test_a_theme_needs_no_more_than_an_id(tmp_path: Path) -> None:
    path = tmp_path / "desk.yaml"
    path.write_text("themes: [{id: budget}]")
    theme_set = ThemeSet.from_file(path)
    assert (theme_set.name, theme_set.ids, theme_set.themes[0].name("fr")) == ("desk", ("budget",), "budget")
    assert theme_set.lexicon.matrix(["The budget"]).tolist() == [[0.0]]
    assert theme_set.lexicon.matched("The budget") == {}


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ("themes: []", "line 1: themes: no themes; list at least one"),
        ("[]", "line 1: themes: no themes; list at least one"),
        ("", "line 1: themes: no themes; list at least one"),
        ("name: desk", "line 1: themes is missing"),
        ("themes: [a]", "line 1: themes[1]=a: give a mapping"),
        ("themes: [{id: a}, {id: a}]", "line 1: themes[a]: theme 'a' stands twice; give each theme an id of its own"),
        ("themes: [{id: A b}]", "themes[A b].id: 'A b' is no id; use lower-case letters"),
        ("themes: [{names: {en: A}}]", "themes[1].id is missing"),
        ("themes: [{id: a, word: {en: [b]}}]", "there is no setting themes[a].word; did you mean words? there are id"),
        ("themes: [{id: a}]\ntheme: b", "line 2: there is no setting theme; did you mean themes? there are name"),
        ("name: 7\nthemes: [{id: a}]", "line 1: name=7: give text"),
        ("themes: [{id: a, words: [b]}]", "themes[a].words: is no mapping; put a language code"),
        ("themes: [{id: a, words: {en: b}}]", "themes[a].words.en: is no list"),
        ("themes: [{id: a, words: {en: [1988]}}]", "themes[a].words.en: '1988' is no word; put it in quotes"),
        ("themes: [{id: a, exclude: {en: ['*']}}]", "themes[a].exclude.en: '*' is no word"),
        ("themes: [{id: a, names: {no: b}}]", "themes[a].names: language 'False' is no text; put the code in quotes"),
        ("themes: [{id: a, words: {en: ['(b|c']}}]", "themes[a].words.en: '(b|c': brackets"),
        ("themes: [{id: a, words: {en: ['(b |)c']}}]", "'(b |)c': a space before | or ) is lost"),
        ("themes:\n- id: a\n- id: b\n- id: a", "line 4: themes[a]: theme 'a' stands twice"),
        ("themes:\n- id: a\n  words:\n    english: [b]", "line 4: themes[a].words.english: 'english' is no code of a"),
        ("themes:\n- id: a\n  definition: Rain: all", "line 3: not readable as YAML: a colon within a value"),
        ("themes: [", "line 1: not readable as YAML"),
        ("themes:\n\t- id: a", "line 2: not readable as YAML: a tab; indent with spaces"),
    ],
)
def test_a_bad_file_is_refused_in_one_line_that_names_it_and_the_remedy(
    tmp_path: Path, written: str, complaint: str
) -> None:
    path = tmp_path / "themes.yaml"
    path.write_text(written)
    with pytest.raises(UsageError) as error:
        ThemeSet.from_file(path)
    assert complaint in str(error.value)
    assert str(error.value).startswith(f"{path}, line ")
    assert "\n" not in str(error.value)


def test_the_line_of_what_is_wrong_is_named(tmp_path: Path) -> None:
    path = tmp_path / "themes.yaml"
    path.write_text("name: desk\nthemes:\n  - id: a\n  - id: b\n    names:\n      en: B\n    words: [c]\n")
    with pytest.raises(UsageError) as error:
        ThemeSet.from_file(path)
    assert str(error.value).startswith(f"{path}, line 7: themes[b].words: is no mapping")


def test_the_words_of_a_theme_set_are_compiled_once() -> None:
    themes = ThemeSet(themes=(Theme(id="a", words={"en": ("famine",)}),))
    assert themes.lexicon is themes.lexicon
    assert themes.lexicon.hits(["famine", "rain"]).tolist() == [[1], [0]]


# What the texts are like that will be filed


def test_a_set_without_the_words_of_a_language_finds_those_of_the_others_only() -> None:
    theme = Theme(id="a", words={"en": ("famine",), "tr": ("kıtlık",)}, weak={"tr": ("ekmek",)}, near={"tr": ("un",)})
    themes = ThemeSet(name="desk", themes=(theme,), deployment=Deployment(prior=0.1))
    texts = ["famine", "kıtlık", "ekmek", "un"]
    assert themes.lexicon.matrix(texts)[:, 0].tolist() == [1, 1, 0.5, 0.25]
    less = themes.without_words("tr")
    assert less.lexicon.matrix(texts)[:, 0].tolist() == [1, 0, 0, 0]
    assert (less.name, less.deployment, themes.themes[0].words.keys()) == ("desk", themes.deployment, {"en", "tr"})


def test_a_theme_s_own_prior_goes_before_that_of_all() -> None:
    deployment = Deployment(prior=0.1, priors={"b": 0.01})
    assert (deployment.prior_of("a"), deployment.prior_of("b")) == (0.1, 0.01)


@pytest.mark.parametrize(
    ("deployment", "said"),
    [
        ("{prior: 0.1, word_recall: 0.9}", "deployment: word_recall and word_precision go together; state both or"),
        ("{prior: 0.1, word_recall: 0.9, word_precision: 2}", "deployment.word_precision=2: give a number above 0"),
        ("{prior: 0}", "deployment.prior=0: give a number above 0 and below 1"),
        ("{word_recall: 0.9, word_precision: 0.9}", "deployment.prior is missing"),
        ("{prior: 0.1, priors: {b: 0.2}}", "deployment: priors: there is no theme 'b'; there are a"),
        ("{prior: 0.1, alone: {prior: 0.1, priors: {b: 0.2}}}", "deployment: priors: there is no theme 'b'"),
        ("{prior: 0.1, alone: {prior: 0}}", "deployment.alone.prior=0: give a number above 0 and below 1"),
        (
            "{prior: 0.1, alone: {prior: 0.1, alone: {prior: 0.1}}}",
            "deployment: alone: stands inside another; state it",
        ),
        ("{prior: 0.1, trust: 0.2}", "there is no setting deployment.trust; there are prior, word_recall"),
        ("yes", "deployment=true: give a mapping"),
    ],
)
def test_a_deployment_that_cannot_be_is_refused(tmp_path: Path, deployment: str, said: str) -> None:
    path = tmp_path / "set.yaml"
    path.write_text(f"themes: [{{id: a}}]\ndeployment: {deployment}\n", "utf-8")
    with pytest.raises(UsageError) as error:
        ThemeSet.from_file(path)
    assert str(error.value).startswith(f"{path}, line 2: {said}")


# The set that ships


def test_the_shipped_set_is_complete() -> None:
    shipped, data = ThemeSet.from_file(SHIPPED), yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    assert validated(ThemeSet, shipped.to_dict()) == shipped
    assert shipped.deployment is not None
    for theme in data["themes"]:
        assert set(theme["names"]) == {"ar", "fr", "en"}
        assert set(theme["words"]) == {"ar", "fr", "en", "es", "fa", "id", "pt", "ru", "sw", "tr", "ur"}
        assert theme["definition"]
