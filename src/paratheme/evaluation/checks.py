"""Behavioural checks as data, and how a classifier does on them.

In the manner of CheckList (Ribeiro, Wu, Guestrin and Singh, 2020, "Beyond accuracy: behavioral testing of NLP
models with CheckList"). ``conf/checks/suites/oic.yaml`` tells how checks are written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from paratheme.errors import UsageError, load_yaml, validated
from paratheme.paths import shipped
from paratheme.types import Settings

if TYPE_CHECKING:
    import pandas as pd

    from paratheme.classifier.classifier import Prediction

SUITES = "checks/suites"  # in conf/
MARGIN = 0.05  # a score that moves less has not moved
COLUMNS = ["name", "kind", "theme", "language", "text", "variant", "expected", "got", "failed"]
_SLOT = re.compile(r"\{(\w+)\}")


class CheckSettings(Settings):
    """What a trained classifier is put through besides its test set.

    Attributes
    ----------
    suites : list of str
        Names of suites that ship with paratheme, such as ``oic``, or paths of YAML files.
    perturbed_texts : int
        On how many test texts it is scored under perturbations; 0: none.
    """

    suites: list[str]
    perturbed_texts: int = Field(ge=0)


def _texts(empty: bool) -> Callable[[Any], tuple[str, ...]]:
    def read(value: Any) -> tuple[str, ...]:
        if not isinstance(value, Sequence) or isinstance(value, str) or not value:
            raise ValueError("no list; write it as [one, two]")
        for text in value:
            if not isinstance(text, str) or not (text.strip() or empty):
                raise ValueError(f"{text!r} is no text; put it in quotes")
        return tuple(value)

    return read


def _code(value: Any) -> str:
    if not isinstance(value, str):  # YAML reads the code of Norwegian, no, as false
        raise ValueError(f"{value!r} is no text; put the code in quotes")
    return value


Texts = Annotated[tuple[str, ...], BeforeValidator(_texts(empty=False))]
Fillers = Annotated[tuple[str, ...], BeforeValidator(_texts(empty=True))]


@dataclass(frozen=True)
class Case:
    """A check on one text, or on a text and the variant that it is compared with."""

    check: Check
    text: str
    variant: str = ""


class _AnyCheck(Settings):
    """One expectation and the texts to try it on.

    Attributes
    ----------
    name : str
        What is checked; a name may stand again in another language or for other themes.
    themes : tuple of str
        The themes that are looked at, each by itself.
    language : str
    texts : tuple of str
        Texts, with ``{slots}`` or without.
    slots : mapping of str to tuple of str
        Slot to its fillers; with several slots every combination is tried.
    """

    name: str
    themes: Texts
    language: Annotated[str, BeforeValidator(_code)]
    texts: Texts
    slots: dict[str, Fillers] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _slots_are_used(self) -> Self:
        used = {name for text in self.texts for name in _SLOT.findall(text)}
        if used != set(self.slots):
            name = min(used ^ set(self.slots))
            raise ValueError(f"slot '{name}' stands only in {'texts' if name in used else 'slots'}; add or drop it")
        return self

    def filled(self, template: str) -> list[str]:
        """Return a text with every combination of its slots' fillers."""
        names = list(dict.fromkeys(_SLOT.findall(template)))
        texts = []
        for fillers in product(*(self.slots[name] for name in names)):
            chosen = dict(zip(names, fillers, strict=True))
            texts.append("".join(chosen[part] if i % 2 else part for i, part in enumerate(_SLOT.split(template))))
        return texts


class MinimumFunctionality(_AnyCheck):
    """The themes are given, or not given.

    Attributes
    ----------
    expected : bool
        Whether they are.
    """

    kind: Literal["minimum_functionality"]
    expected: bool

    def cases(self) -> Iterator[Case]:
        """Write out every text."""
        yield from (Case(self, text) for template in self.texts for text in self.filled(template))

    def judge(self, theme: str, first: Prediction, second: Prediction) -> tuple[str, str, bool]:
        """Return what was expected, what was got, and whether that is a failure."""
        given = theme in first.themes
        return _word(self.expected), f"{_word(given)} ({first.scores[theme]:.2f})", given is not self.expected


class Invariance(_AnyCheck):
    """A text's first filling is decided as its other fillings are."""

    kind: Literal["invariance"]

    @model_validator(mode="after")
    def _texts_have_variants(self) -> Self:
        if any(len(self.filled(text)) < 2 for text in self.texts):
            raise ValueError("a text without a variant; give it a slot with two fillers or more")
        return self

    def cases(self) -> Iterator[Case]:
        """Write out every text with each of its variants."""
        for first, *others in map(self.filled, self.texts):
            yield from (Case(self, first, variant) for variant in others)

    def judge(self, theme: str, first: Prediction, second: Prediction) -> tuple[str, str, bool]:
        """Return what was expected, what was got, and whether that is a failure."""
        before, after = theme in first.themes, theme in second.themes
        return _word(before), f"{_word(after)} ({_moved(theme, first, second)})", after is not before


class Directional(_AnyCheck):
    """A sentence more moves the themes' score.

    Attributes
    ----------
    add : tuple of str
        Sentences that are put behind each text, one at a time.
    score : {"rises", "falls"}
    """

    kind: Literal["directional"]
    add: Texts
    score: Literal["rises", "falls"]

    def cases(self) -> Iterator[Case]:
        """Write out every text with each sentence more."""
        for template in self.texts:
            yield from (Case(self, text, f"{text} {more}") for text in self.filled(template) for more in self.add)

    def judge(self, theme: str, first: Prediction, second: Prediction) -> tuple[str, str, bool]:
        """Return what was expected, what was got, and whether that is a failure."""
        before, after = first.scores[theme], second.scores[theme]
        if self.score == "falls":
            before, after = 1 - before, 1 - after
        at_its_end = min(before, after) > 1 - MARGIN  # nowhere to go
        return self.score, _moved(theme, first, second), after - before < MARGIN and not at_its_end


Check = MinimumFunctionality | Invariance | Directional


def _listed(value: Any) -> Any:
    if not isinstance(value, list) or not value:
        raise ValueError("no checks; list at least one under 'checks:'")
    return value


class Suite(Settings):
    """A file of checks."""

    checks: Annotated[list[Annotated[Check, Field(discriminator="kind")]], BeforeValidator(_listed)]


def load_checks(suites: Sequence[str]) -> list[Check]:
    """Read suites of checks: names of those that ship with paratheme, such as ``oic``, or paths of YAML files.

    Raises
    ------
    UsageError
        If a file is missing or a check not well formed; one line that names the file, the line and the remedy.
    """
    folder = shipped("conf") / SUITES
    names = sorted(path.stem for path in folder.glob("*.yaml"))
    checks: list[Check] = []
    for suite in suites:
        path = folder / f"{suite}.yaml" if suite in names else Path(suite)
        if not path.is_file():
            raise UsageError(f"checks.suites: {suite}: no such file of checks; give a path, or {', '.join(names)}")
        data = load_yaml(path)
        checks += validated(Suite, data if isinstance(data, Mapping) else {"checks": None}, {"": path}).checks
    return checks


def applicable(checks: Sequence[Check], themes: Sequence[str]) -> tuple[list[Check], list[str]]:
    """Keep what can be asked of a theme set; return it and the themes of `checks` that the set lacks."""
    kept = [
        check.model_copy(update={"themes": tuple(theme for theme in check.themes if theme in themes)})
        for check in checks
    ]
    lacking = {theme for check in checks for theme in check.themes} - set(themes)
    return [check for check in kept if check.themes], sorted(lacking)


def run_checks(predict: Callable[[Sequence[str]], Sequence[Prediction]], checks: Sequence[Check]) -> pd.DataFrame:
    """Try checks on a classifier, whose `predict` is called once, with distinct texts.

    Returns a row for each case and theme, failures first: `name, kind, theme, language, text, variant, expected, got,
    failed`.
    """
    import pandas as pd

    cases = [case for check in checks for case in check.cases()]
    texts = list(dict.fromkeys(text for case in cases for text in (case.text, case.variant) if text))
    predicted: dict[str, Any] = dict(zip(texts, predict(texts), strict=True))
    rows = []
    for case in cases:
        check = case.check
        for theme in check.themes:
            judged = check.judge(theme, predicted[case.text], predicted[case.variant or case.text])
            rows.append((check.name, check.kind, theme, check.language, case.text, case.variant, *judged))
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.sort_values("failed", ascending=False, kind="stable", ignore_index=True)


def failure_rates(results: pd.DataFrame) -> Mapping[str, float]:
    """Return failure rates: in all (``failure_rate``), by kind, by theme and by language (``failure_rate/ar``)."""
    rates = {"failure_rate": float(results["failed"].mean())}
    for column in ("kind", "theme", "language"):
        rates |= {f"failure_rate/{value}": float(rows["failed"].mean()) for value, rows in results.groupby(column)}
    return rates


def _word(given: bool) -> str:
    return "given" if given else "not given"


def _moved(theme: str, first: Prediction, second: Prediction) -> str:
    return f"{first.scores[theme]:.2f}, then {second.scores[theme]:.2f}"
