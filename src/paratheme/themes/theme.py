"""One theme: its names, its definition, and the words that speak of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from paratheme.documents.normalise import normalise
from paratheme.errors import WrongEntry
from paratheme.types import Settings

LANGUAGE = re.compile(r"[a-z]{2,3}([-_][A-Za-z0-9]+)*")  # ISO 639, perhaps with a script or a country


def _by_language(value: Any) -> dict[str, Any]:
    if value is not None and not isinstance(value, Mapping):
        raise ValueError("is no mapping; put a language code before each entry, such as 'en:'")
    for language in value or {}:
        # YAML reads the code of Norwegian, no, as false.
        if not isinstance(language, str):
            raise ValueError(f"language '{language}' is no text; put the code in quotes")
        if not LANGUAGE.fullmatch(language):
            raise WrongEntry(f"'{language}' is no code of a language; write its code, such as en or fr", (language,))
    return dict(value or {})


def _names(value: Any) -> dict[str, str]:
    for language, name in (names := _by_language(value)).items():
        if not isinstance(name, str):
            raise ValueError(f"'{language}' is no text; write the name in quotes")
    return names


def _word_list(value: Any) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise ValueError("is no list; write the words as [one, two]")
    for word in value:
        if not isinstance(word, str) or not re.search(r"[^\W\d_]", normalise(word)):
            raise ValueError(f"'{word}' is no word; put it in quotes or drop it")
        if re.search(r"\s[|)]", word):
            raise ValueError(f"'{word}': a space before | or ) is lost; write it outside")
        if word.count("(") != word.count(")"):
            raise ValueError(f"'{word}': brackets that do not pair; add or drop one")
    return tuple(value)


def _theme_id(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[a-z0-9_]+", value):
        raise ValueError(f"'{value}' is no id; use lower-case letters, digits and underscores only")
    return value


WORD_LISTS = ("exclude", "words", "weak", "near")  # a theme's, each by language
WordList = Annotated[tuple[str, ...], BeforeValidator(_word_list)]
Words = Annotated[dict[str, WordList], BeforeValidator(_by_language)]


class Theme(Settings):
    """One theme.

    Attributes
    ----------
    id : str
        Lower-case letters, digits and underscores: the theme's name in labels, metrics and scores.
    names : mapping of str to str
        Language code to the name shown to readers. A theme without names is called by its id.
    definition : str
        What counts for the theme, in a sentence or two.
    words : mapping of str to tuple of str
        Language code to the words that decide for the theme; `Lexicon` tells how they are written.
    weak : mapping of str to tuple of str
        Words that count half: two different ones decide.
    near : mapping of str to tuple of str
        Words that most texts of the theme have, and many others: they decide nothing, but where all are
        missing the theme is unlikely.
    exclude : mapping of str to tuple of str
        Phrases inside which no word counts.
    """

    id: Annotated[str, BeforeValidator(_theme_id)]
    names: Annotated[dict[str, str], BeforeValidator(_names)] = Field(default_factory=dict)
    definition: Annotated[str, BeforeValidator(lambda value: str(value or "").strip())] = ""
    words: Words = Field(default_factory=dict)
    weak: Words = Field(default_factory=dict)
    near: Words = Field(default_factory=dict)
    exclude: Words = Field(default_factory=dict)

    def name(self, language: str) -> str:
        """Return the theme's name in `language`, or its id where it has none."""
        return self.names.get(language, self.id)
