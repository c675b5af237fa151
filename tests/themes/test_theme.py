"""A theme says what is wrong with it in a few words."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from paratheme.errors import UsageError, validated
from paratheme.themes.theme import Theme


def test_a_theme_needs_no_more_than_an_id_and_is_called_by_it() -> None:
    theme = Theme(id="budget")
    assert theme.name("fr") == "budget"
    assert (theme.names, theme.words, theme.weak, theme.near, theme.exclude) == ({}, {}, {}, {}, {})


def test_a_theme_is_called_by_its_name_in_a_language() -> None:
    theme = Theme(id="budget", names={"fr": "Le budget"})
    assert (theme.name("fr"), theme.name("en")) == ("Le budget", "budget")


def test_what_a_file_leaves_blank_is_empty_and_lists_are_kept_as_they_stand() -> None:
    written = {"id": "a", "names": None, "definition": " What counts.\n", "words": {"en": ["b", "c d"]}, "weak": None}
    theme = validated(Theme, written)
    assert (theme.names, theme.definition, theme.weak) == ({}, "What counts.", {})
    assert theme.words == {"en": ("b", "c d")}


def test_a_theme_does_not_change() -> None:
    with pytest.raises(ValidationError):
        Theme(id="a").definition = "another"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"id": "A b"}, "id: 'A b' is no id; use lower-case letters, digits and underscores only"),
        ({"id": 7}, "id: '7' is no id"),
        ({}, "id is missing"),
        ({"id": "a", "word": {}}, "there is no setting word; did you mean words? there are id, names"),
        ({"id": "a", "words": ["b"]}, "words: is no mapping; put a language code before each entry, such as 'en:'"),
        ({"id": "a", "words": {"en": "b"}}, "words.en: is no list; write the words as [one, two]"),
        ({"id": "a", "words": {"en": [1988]}}, "words.en: '1988' is no word; put it in quotes or drop it"),
        ({"id": "a", "near": {"en": ["1988"]}}, "near.en: '1988' is no word"),
        ({"id": "a", "exclude": {"en": ["*"]}}, "exclude.en: '*' is no word"),
        ({"id": "a", "weak": {False: ["b"]}}, "weak: language 'False' is no text; put the code in quotes"),
        ({"id": "a", "names": {False: "b"}}, "names: language 'False' is no text; put the code in quotes"),
        (
            {"id": "a", "words": {"EN": ["b"]}},
            "words.EN: 'EN' is no code of a language; write its code, such as en or fr",
        ),
        ({"id": "a", "names": {"en": 7}}, "names: 'en' is no text; write the name in quotes"),
        ({"id": "a", "words": {"en": ["(b|c"]}}, "words.en: '(b|c': brackets that do not pair"),
        ({"id": "a", "words": {"en": ["(b |c)"]}}, "words.en: '(b |c)': a space before | or ) is lost"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place_and_the_remedy(wrong: Any, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        validated(Theme, wrong)
    assert str(caught.value).startswith(said)
