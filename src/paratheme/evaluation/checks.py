"""Behavioural checks as data: what a classifier must do, whatever it scores on the test part.

In the manner of CheckList (Ribeiro, Wu, Guestrin and Singh, 2020, "Beyond accuracy: behavioral testing of NLP
models with CheckList"). ``conf/checks/suites/oic.yaml`` tells how checks are written; `behaviour` tries
them on a classifier.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path
from typing import Any

from paratheme.errors import ParathemeError
from paratheme.paths import shipped

KINDS = {  # kind -> the keys that say what is expected, beside those that every check has
    "minimum_functionality": ("expected",),
    "invariance": (),
    "directional": ("add", "score"),
}
DIRECTIONS = ("rises", "falls")
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Check:
    """One expectation and the texts to try it on.

    Attributes
    ----------
    name : str
        What is checked; a name may stand again in another language or for other themes.
    kind : str
        A key of `KINDS`.
    themes : tuple of str
        The themes that are looked at, each by itself.
    language : str
    texts : tuple of str
        Texts, with ``{slots}`` or without.
    slots : mapping of str to tuple of str
        Slot to its fillers; with several slots every combination is tried.
    expected : bool or None
        Minimum functionality: whether the themes are given.
    add : tuple of str
        Directional: sentences that are put behind each text, one at a time.
    score : str
        Directional: what the themes' score then does, ``rises`` or ``falls``.
    """

    name: str
    kind: str
    themes: tuple[str, ...]
    language: str
    texts: tuple[str, ...]
    slots: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    expected: bool | None = None
    add: tuple[str, ...] = ()
    score: str = ""


@dataclass(frozen=True)
class Case:
    """A check on one text, or on a text and the variant that it is compared with."""

    check: Check
    text: str
    variant: str = ""


def load(suites: Sequence[str]) -> list[Check]:
    """Read suites of checks.

    Parameters
    ----------
    suites : sequence of str
        Names of suites that ship with paratheme, such as ``oic``, or paths of YAML files.

    Raises
    ------
    ParathemeError
        If a file is missing or a check not well formed; one line that names the file, the check and the remedy.
    """
    import yaml  # type: ignore[import-untyped,unused-ignore]

    folder = shipped("conf") / "checks" / "suites"
    names = sorted(path.stem for path in folder.glob("*.yaml"))
    checks = []
    for suite in suites:
        path = folder / f"{suite}.yaml" if suite in names else Path(suite)
        if not path.is_file():
            raise ParathemeError(f"{suite}: no such file of checks; give a path, or one of {', '.join(names)}")
        try:
            data = yaml.safe_load(path.read_text("utf-8"))
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise ParathemeError(f"{path}: not readable as YAML: {' '.join(str(error).split())}") from error
        checks += parse(data, str(path))
    return checks


def parse(data: Any, source: str) -> list[Check]:
    """Make checks of plain data, as YAML gives it.

    Parameters
    ----------
    data : mapping
        `checks`, a list of mappings with the attributes of `Check`.
    source : str
        What error messages call the data, such as the file it came from.

    Raises
    ------
    ParathemeError
        If a check is not well formed; one line that names the source, the check and the remedy.
    """
    if not isinstance(data, Mapping) or not isinstance(data.get("checks"), list):
        raise ParathemeError(f"{source}: no checks; list them under 'checks:'")
    return [_check(entry, f"{source}: check {number}") for number, entry in enumerate(data["checks"], 1)]


def expand(checks: Sequence[Check]) -> list[Case]:
    """Write out every text of every check, in order.

    Parameters
    ----------
    checks : sequence of Check

    Returns
    -------
    list of Case
        An invariance check's first filling of a text is what its other fillings are compared with.
    """
    cases = []
    for check in checks:
        for template in check.texts:
            filled = list(_filled(template, check.slots))
            if check.kind == "invariance":
                cases += [Case(check, filled[0], variant) for variant in filled[1:]]
            elif check.kind == "directional":
                cases += [Case(check, text, f"{text} {sentence}") for text in filled for sentence in check.add]
            else:
                cases += [Case(check, text) for text in filled]
    return cases


def applicable(checks: Sequence[Check], themes: Sequence[str]) -> tuple[list[Check], list[str]]:
    """Keep what can be asked of a theme set; return it and the themes of `checks` that the set lacks."""
    kept = [replace(check, themes=tuple(theme for theme in check.themes if theme in themes)) for check in checks]
    lacking = {theme for check in checks for theme in check.themes} - set(themes)
    return [check for check in kept if check.themes], sorted(lacking)


def _filled(template: str, slots: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    names = list(dict.fromkeys(_SLOT.findall(template)))
    for fillers in product(*(slots[name] for name in names)):
        chosen = dict(zip(names, fillers, strict=True))
        yield "".join(chosen[part] if i % 2 else part for i, part in enumerate(_SLOT.split(template)))


def _check(entry: Any, where: str) -> Check:
    if not isinstance(entry, Mapping) or not isinstance(entry.get("name"), str):
        raise ParathemeError(f"{where}: no name; write each check as a mapping with a 'name:'")
    where = f"{where} '{entry['name']}'"
    kind = entry.get("kind")
    if kind not in KINDS:
        raise ParathemeError(f"{where}: kind {kind!r}; the kinds are {', '.join(KINDS)}")
    required = ["name", "kind", "themes", "language", "texts", *KINDS[kind]]
    if missing := [key for key in required if key not in entry]:
        raise ParathemeError(f"{where}: no '{missing[0]}'; a check of this kind has {', '.join(required)}")
    if unknown := [key for key in entry if key not in (*required, "slots")]:
        raise ParathemeError(f"{where}: '{unknown[0]}' is no key of this kind, which has {', '.join(required)}, slots")
    slots = entry.get("slots") or {}
    if not isinstance(slots, Mapping):
        raise ParathemeError(f"{where}: slots is no mapping; write it as {{slot: [one, two]}}")
    lists = {key: _texts(entry[key], key, where) for key in ("themes", "texts", "add") if key in entry}
    known = {str(slot): _texts(fillers, f"slots: {slot}", where, empty=True) for slot, fillers in slots.items()}
    if not isinstance(entry["language"], str):  # YAML reads the code of Norwegian, no, as false
        raise ParathemeError(f"{where}: language {entry['language']!r} is no text; put the code in quotes")
    if kind == "minimum_functionality" and not isinstance(entry["expected"], bool):
        raise ParathemeError(f"{where}: expected: {entry['expected']!r}; write true or false")
    if kind == "directional" and entry["score"] not in DIRECTIONS:
        raise ParathemeError(f"{where}: score: {entry['score']!r}; write {' or '.join(DIRECTIONS)}")
    used = {name for text in lists["texts"] for name in _SLOT.findall(text)}
    if used != set(known):
        name = min(used ^ set(known))
        raise ParathemeError(
            f"{where}: slot '{name}' stands only in {'texts' if name in used else 'slots'}; add or drop it"
        )
    if kind == "invariance" and any(len(list(_filled(text, known))) < 2 for text in lists["texts"]):
        raise ParathemeError(f"{where}: a text without a variant; give it a slot with two fillers or more")
    return Check(**{**{key: entry[key] for key in required}, **lists, "slots": known})


def _texts(value: Any, key: str, where: str, empty: bool = False) -> tuple[str, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        raise ParathemeError(f"{where}: {key} is no list; write it as [one, two]")
    for text in value:
        if not isinstance(text, str) or not (text.strip() or empty):
            raise ParathemeError(f"{where}: {key}: {text!r} is no text; put it in quotes")
    return tuple(value)
