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

OTHER_SEPARATORS = (";", ",", "|", "/", "،", "؛", "\n", "\t", "#")
BETWEEN_WORDS = ("+", "&", " ")  # may also stand inside the name of a theme
# Words for no theme, as `_folded` writes them.
NO_THEME = frozenset(
    [
        *("none", "noneoftheabove", "na", "nan", "null", "nil", "nothing", "notapplicable", "empty"),
        *("notheme", "nothemes", "nolabel", "nolabels", "unlabeled", "unlabelled", "nocategory", "uncategorized"),
        *("aucun", "aucune", "aucuntheme", "aucunedecesreponses", "sanstheme", "sansobjet", "neant", "rien", "vide"),
        *("ninguno", "ninguna", "nessuno", "nenhum", "keine", "нет", "hicbiri", "yok", "tidakada", "hakuna"),
        *("لاشيء", "لايوجد", "بدون", "بلا", "بدونتصنيف", "بدونموضوع", "بلاموضوع", "هيچ", "هيچكدام", "كويينهيں"),
    ]
)
DASHES = frozenset("-–—−_./")
# Where Label Studio puts what was chosen.
LISTED_UNDER = ("choices", "labels", "hypertextlabels", "paragraphlabels", "taxonomy")
# As NumPy prints arrays: ['a' 'b'], which Python would read as one word.
WORDS_WITHOUT_COMMAS = re.compile(r"""\[\s*(?:'[^']*'|"[^"]*")(?:\s+(?:'[^']*'|"[^"]*"))+\s*\]""")
OF_R = re.compile(r"(?:c|list)\((.*)\)|character\(0\)", re.DOTALL)  # as R writes it
OF_SET = re.compile(r"(?:frozen)?set\((.*)\)", re.DOTALL)  # as Python writes it
PREFIXED = re.compile(r"__label__([^\s,;|]+)")  # as fastText writes it
# Marks of letters that many leave out when they type, and the sign that stretches an Arabic word.
MARKS = re.compile("[\u0300-\u036f\u0640\u064b-\u065f\u0670]+")
ONE_LETTER = str.maketrans("ىیةہکı", "ييههكi")  # letters that are typed for one another
WORD = re.compile(r"""'([^']*)'|"([^"]*)\"""")


class UnknownTheme(ParathemeError):
    """A label that names no theme of the theme set."""


class ThemeNames:
    """What labels may call each theme: its id, or one of its display names.

    Accents, hamzas, spaces and hyphens may be left out where only one theme is called so.
    """

    def __init__(self, themes: ThemeSet) -> None:
        self.ids = themes.ids
        self._id_of = {_key(name): theme.id for theme in themes.themes for name in theme.names.values()}
        self._id_of |= {_key(id): id for id in themes.ids}
        called = [(_folded(name), theme.id) for theme in themes.themes for name in (theme.id, *theme.names.values())]
        of_several = {name for name, id in called if any(name == other and id != its for other, its in called)}
        self._id_of_folded = {name: id for name, id in called if name not in of_several | NO_THEME}

    def know(self, label: Any) -> bool:
        """Whether a label names a theme."""
        return self._theme(label) is not None

    def _theme(self, label: Any) -> str | None:
        return self._id_of.get(_key(str(label))) or self._id_of_folded.get(_folded(str(label)))

    def resolve(self, labels: Iterable[Any], place: str, remedy: str = "write one of these") -> list[str]:
        """Return the ids that labels name, sorted, each once; words for no theme name none.

        Raises
        ------
        UnknownTheme
            If a label is neither; says what there is, and `remedy`.
        """
        ids = set()
        for label in labels:
            if theme := self._theme(label):
                ids.add(theme)
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
    word = "".join(sign for sign in str(label).strip() if unicodedata.category(sign) != "Cf")  # that nobody sees
    return set(word) <= DASHES or word == "#N/A N/A" or _folded(_key(word)) in NO_THEME  # the second as pandas has it


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
    if of_r := OF_R.fullmatch(text):
        return _split(of_r[1] or "", ",")
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


def _folded(label: str) -> str:
    """A label as it is compared where it is typed otherwise: without marks, spaces, hyphens and hidden signs."""
    text = MARKS.sub("", unicodedata.normalize("NFKD", label.casefold())).translate(ONE_LETTER)
    return "".join(sign for sign in text if unicodedata.category(sign) not in ("Cc", "Cf", "Pc", "Pd", "Zs"))
