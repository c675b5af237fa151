"""Labels as people keep them: a cell, a list or an object -> the themes that it names."""

from __future__ import annotations

import ast
import json
import re
import unicodedata
import warnings
from collections.abc import Iterable, Mapping
from typing import Any

from paratheme.corpus.tables import is_missing
from paratheme.errors import ParathemeError
from paratheme.themes.theme_set import ThemeSet

OTHER_SEPARATORS = (";", ",", "|", "/", "،", "؛", "\n", "\t")
BETWEEN_WORDS = ("+", "&", " ")  # may also stand inside the name of a theme
# Words for no theme, as `_key` writes them.
NO_THEME = frozenset(
    [
        *("none", "n_a", "na", "nan", "null", "nil", "nothing", "no_theme", "no_themes", "no_label", "unlabeled"),
        *("empty", "aucun", "aucune", "aucun_thème", "sans_thème", "néant", "rien", "ninguno", "ninguna"),
        *("لا_شيء", "لا_يوجد", "بدون", "بلا", "هیچ", "هیچ_کدام", "کوئی_نہیں"),
    ]
)
DASHES = frozenset("-–—−_./")
# Where Label Studio puts what was chosen.
LISTED_UNDER = ("choices", "labels", "hypertextlabels", "paragraphlabels", "taxonomy")
# As NumPy prints arrays: ['a' 'b'], which Python would read as one word.
WORDS_WITHOUT_COMMAS = re.compile(r"""\[\s*(?:'[^']*'|"[^"]*")(?:\s+(?:'[^']*'|"[^"]*"))+\s*\]""")
OF_SET = re.compile(r"(?:frozen)?set\((.*)\)", re.DOTALL)  # as Python writes it
PREFIXED = re.compile(r"__label__([^\s,;|]+)")  # as fastText writes it
WORD = re.compile(r"""'([^']*)'|"([^"]*)\"""")


class UnknownTheme(ParathemeError):
    """A label that names no theme of the theme set."""


class ThemeNames:
    """What labels may call each theme: its id, or one of its display names."""

    def __init__(self, themes: ThemeSet) -> None:
        self.ids = themes.ids
        self._id_of = {_key(name): theme.id for theme in themes.themes for name in theme.names.values()}
        self._id_of |= {_key(id): id for id in themes.ids}

    def know(self, label: Any) -> bool:
        """Whether a label names a theme."""
        return _key(str(label)) in self._id_of

    def resolve(self, labels: Iterable[Any], place: str, remedy: str = "write one of these") -> list[str]:
        """Return the ids that labels name, sorted, each once; words for no theme name none.

        Raises
        ------
        UnknownTheme
            If a label is neither; says what there is, and `remedy`.
        """
        ids = set()
        for label in labels:
            if self.know(label):
                ids.add(self._id_of[_key(str(label))])
            elif not is_no_theme(label):
                themes = ", ".join(self.ids)
                raise UnknownTheme(
                    f"{place}: unknown theme {label!r}; the theme set has {themes}; other themes: themes=NAME; {remedy}"
                )
        return sorted(ids)

    def separator_in(self, labels: Iterable[Any]) -> str | None:
        """Return what seems to join themes in a label that names none; None where nothing does."""
        for label in (str(label) for label in labels if not self.know(label)):
            for separator in (*OTHER_SEPARATORS, *BETWEEN_WORDS):
                parts = _split(label, separator)
                known = [part for part in parts if self.know(part)]
                if len(parts) > 1 and known and (len(known) == len(parts) or separator not in BETWEEN_WORDS):
                    return separator
        return None


def is_no_theme(label: Any) -> bool:
    """Whether a label says that there is no theme: nothing, a dash, or a word for it."""
    if is_missing(label):
        return True
    word = str(label).strip()
    return set(word) <= DASHES or _key(word) in NO_THEME


def labels_in(value: Any, separator: str, names: ThemeNames, place: str) -> list[Any]:
    """Return the labels in a cell.

    Parameters
    ----------
    value : object
        A list, an object as Label Studio writes it, or text: one label, several between separators, or a list
        as Python or JSON write it.
    separator : str
        Between labels in a text; another usual one is tried where this one leaves no known theme and the other
        one nothing but known themes.
    names : ThemeNames
    place : str
        What error messages call the cell.

    Raises
    ------
    ParathemeError
        If an object is none that says which themes were chosen.
    """
    if isinstance(value, str):
        return _in_text(value.strip(), separator, names, place)
    if isinstance(value, Mapping):
        return _in_object(value, separator, names, place)
    if isinstance(value, list | tuple | set | frozenset):
        return [
            label
            for item in value
            for label in ([item] if isinstance(item, str) else labels_in(item, separator, names, place))
        ]
    return [] if is_missing(value) else [value]


def _in_text(text: str, separator: str, names: ThemeNames, place: str) -> list[Any]:
    if text.startswith("__label__"):
        return PREFIXED.findall(text)
    if of_set := OF_SET.fullmatch(text):
        text = of_set[1]
    if text[:1] in ("[", "{", "("):
        if WORDS_WITHOUT_COMMAS.fullmatch(text):
            return [single or double for single, double in WORD.findall(text)]
        for parse in (json.loads, ast.literal_eval):
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # of backslashes in a text
                    parsed = parse(text)
                return labels_in(parsed, separator, names, place)
            except (ValueError, SyntaxError, RecursionError, MemoryError):
                continue
        if (text[0], text[-1]) in (("[", "]"), ("{", "}"), ("(", ")")):
            text = text[1:-1].strip()
            if "," in text:
                return _split(text, ",")
    if names.know(text):
        return [text]
    given = _split(text, separator)
    if not any(map(names.know, given)):
        for other in OTHER_SEPARATORS:
            labels = _split(text, other)
            if len(labels) > 1 and all(names.know(label) or is_no_theme(label) for label in labels):
                return labels
    return given


def _in_object(value: Mapping[Any, Any], separator: str, names: ThemeNames, place: str) -> list[Any]:
    for key in LISTED_UNDER:
        if key in value:
            chosen = value[key]
            if key == "taxonomy" and isinstance(chosen, list):  # each a path from the root
                chosen = [path[-1] if isinstance(path, list) and path else path for path in chosen]
            return labels_in(chosen, separator, names, place)
    if all(isinstance(given, bool | int | float) and given in (0, 1) for given in value.values()):
        return [theme for theme, given in value.items() if given]
    raise ParathemeError(f"{place}: no themes in {str(value)[:60]!r}; write them as a list, see corpus.columns.themes")


def _split(text: str, separator: str) -> list[str]:
    parts = (part.strip().strip("'\"").strip() for part in text.split(separator))
    return [part for part in parts if part]


def _key(label: str) -> str:
    return re.sub(r"[\W_]+", "_", unicodedata.normalize("NFC", label).casefold()).strip("_")
