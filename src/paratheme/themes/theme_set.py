"""The theme set, and the lexicon that its words make.

A theme set is configuration: what the themes are called, what counts for them, and the words that speak of
them. The words do two jobs: by themselves they are a classifier, and matched in a text they are hints to
another one. A theme without words has neither and works all the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from paratheme.documents.normalise import normalise
from paratheme.errors import ParathemeError
from paratheme.themes.stream import Stream

Words = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Theme:
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

    id: str
    names: Mapping[str, str] = field(default_factory=dict)
    definition: str = ""
    words: Words = field(default_factory=dict)
    weak: Words = field(default_factory=dict)
    near: Words = field(default_factory=dict)
    exclude: Words = field(default_factory=dict)

    def name(self, language: str) -> str:
        """Return the theme's name in `language`, or its id where it has none."""
        return self.names.get(language, self.id)


@dataclass(frozen=True)
class ThemeSet:
    """The themes that paragraphs are filed by, in the order of every label and score array.

    Attributes
    ----------
    name : str
        What the set is called.
    themes : tuple of Theme
        The themes.
    stream : Stream or None
        What the texts that will be filed are like; None: like the labelled ones.
    """

    name: str
    themes: tuple[Theme, ...]
    stream: Stream | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the themes, in order."""
        return tuple(theme.id for theme in self.themes)

    @classmethod
    def from_file(cls, path: str | Path) -> ThemeSet:
        """Read a theme set from a YAML file.

        Parameters
        ----------
        path : str or Path
            A file of the form that `to_dict` returns. Without a name the set is called as the file is.

        Raises
        ------
        ParathemeError
            When the file is no YAML or no theme set; one line that names the file, the theme and the remedy.
        """
        import yaml  # type: ignore[import-untyped,unused-ignore]

        path = Path(path)
        try:
            data = yaml.safe_load(path.read_text(encoding="utf-8"))
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise ParathemeError(f"{path}: not readable as YAML: {' '.join(str(error).split())}") from error
        if isinstance(data, dict):
            data = {"name": path.stem, **data}
        return cls.from_dict(data, source=str(path))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], source: str = "theme set") -> ThemeSet:
        """Check plain data, as YAML and JSON give it, and make a theme set of it.

        Parameters
        ----------
        data : mapping
            `name` and `themes`, a list of mappings with the attributes of `Theme`; only `id` must be there.
        source : str, default="theme set"
            What error messages call the data, such as the file it came from.

        Raises
        ------
        ParathemeError
            When the data is no theme set; one line that names the source, the theme and the remedy.
        """
        if not isinstance(data, Mapping) or not isinstance(data.get("themes"), Sequence) or not data["themes"]:
            raise ParathemeError(f"{source}: no themes; list at least one under 'themes:'")
        _refuse_unknown_keys(data, cls, source)
        themes = [_theme(entry, f"{source}: theme {number}") for number, entry in enumerate(data["themes"], 1)]
        ids = [theme.id for theme in themes]
        for theme_id in ids:
            if ids.count(theme_id) > 1:
                raise ParathemeError(f"{source}: theme '{theme_id}' stands twice; give each theme an id of its own")
        return cls(str(data.get("name", "")), tuple(themes), _stream(data.get("stream"), ids, source))

    def to_dict(self) -> dict[str, Any]:
        """Return the set as plain data that JSON and YAML can hold; `from_dict` takes it back."""
        stream = asdict(self.stream) if self.stream else None
        return {"name": self.name, "stream": stream, "themes": [_plain(asdict(theme)) for theme in self.themes]}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return list(value) if isinstance(value, tuple) else value


def _refuse_unknown_keys(data: Mapping[str, Any], cls: type, where: str) -> None:
    known = [entry.name for entry in fields(cls)]
    for key in data:
        if key not in known:
            raise ParathemeError(f"{where}: unknown key '{key}'; the keys are {', '.join(known)}")


def _theme(entry: Any, where: str) -> Theme:
    if not isinstance(entry, Mapping) or "id" not in entry:
        raise ParathemeError(f"{where}: no id; write each theme as a mapping with an 'id:'")
    theme_id = entry["id"]
    if not isinstance(theme_id, str) or not re.fullmatch(r"[a-z0-9_]+", theme_id):
        raise ParathemeError(f"{where}: id '{theme_id}'; use lower-case letters, digits and underscores only")
    where = f"{where.rsplit(' ', 1)[0]} '{theme_id}'"
    _refuse_unknown_keys(entry, Theme, where)
    names = _by_language(entry.get("names"), where, "names")
    for language, name in names.items():
        if not isinstance(name, str):
            raise ParathemeError(f"{where}: names: '{language}' is no text; write the name in quotes")
    lists = {key: _words(entry.get(key), where, key) for key in ("words", "weak", "near", "exclude")}
    return Theme(theme_id, names, str(entry.get("definition") or "").strip(), **lists)


def _stream(entry: Any, ids: Sequence[str], source: str) -> Stream | None:
    if entry is None:
        return None
    stated = {key: value for key, value in entry.items() if value is not None} if isinstance(entry, Mapping) else {}
    priors = stated.pop("priors", {})
    if set(stated) not in ({"prior"}, {"prior", "word_recall", "word_precision"}):
        raise ParathemeError(
            f"{source}: stream states prior, and if you like priors, word_recall and word_precision; or it is null"
        )
    if not isinstance(priors, Mapping) or set(priors) - set(ids):
        raise ParathemeError(f"{source}: stream: priors name themes and how often they occur, such as {ids[0]}: 0.02")
    for key, value in [*stated.items(), *priors.items()]:
        if not (isinstance(value, float) and 0 < value < 1):
            raise ParathemeError(f"{source}: stream: {key} '{value}'; write a number between 0 and 1")
    return Stream(**stated, priors=dict(priors))


def _by_language(value: Any, where: str, key: str) -> dict[str, Any]:
    if value is not None and not isinstance(value, Mapping):
        raise ParathemeError(f"{where}: {key} is no mapping; put a language code before each entry, such as 'en:'")
    for language in value or {}:
        # YAML reads the code of Norwegian, no, as false.
        if not isinstance(language, str):
            raise ParathemeError(f"{where}: {key}: language '{language}' is no text; put the code in quotes")
    return dict(value or {})


def _words(value: Any, where: str, key: str) -> Words:
    words = {}
    for language, listed in _by_language(value, where, key).items():
        if isinstance(listed, str) or not isinstance(listed, Sequence):
            raise ParathemeError(f"{where}: {key}: '{language}' is no list; write its words as [one, two]")
        for word in listed:
            if not isinstance(word, str) or not re.search(r"[^\W\d_]", normalise(word)):
                raise ParathemeError(
                    f"{where}: {key}: '{language}' lists '{word}', no word; put it in quotes or drop it"
                )
            if re.search(r"\s[|)]", word):
                raise ParathemeError(
                    f"{where}: {key}: '{language}' lists '{word}', a space before | or ) is lost; write it outside"
                )
            if word.count("(") != word.count(")"):
                raise ParathemeError(
                    f"{where}: {key}: '{language}' lists '{word}', brackets that do not pair; add or drop one"
                )
        words[language] = tuple(listed)
    return words
