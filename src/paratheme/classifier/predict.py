"""Blocks in, filed blocks out: a window of whole documents after the other, so that memory stays flat."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from paratheme.classifier.inputs import Group, Inputs, Place, Record, TableInput, Window
from paratheme.classifier.prediction import Predicts
from paratheme.corpus.corpus import LABELLED_KINDS, TITLE_KINDS
from paratheme.documents.context import Context, Passages, passages_of

WINDOW = 1024  # blocks that are filed together, or more: with less, batches of texts of one length are not full
HEADLINES = "has headings and no text below them; they are filed"


def windows(groups: Iterable[tuple[Place, Group]], size: int = WINDOW) -> Iterator[Window]:
    """Yield as many groups at once as have `size` blocks, none of them divided."""
    window: Window = []
    blocks = 0
    for one in groups:
        window.append(one)
        blocks += len(one[1])
        if blocks >= size:
            yield window
            window, blocks = [], 0
    if window:
        yield window


def kinds_filed(group: Group, file_headings: bool = False) -> tuple[str, ...]:
    """Return the kinds of a group's blocks that may carry themes; headings do where there is no other text."""
    return (*LABELLED_KINDS, *TITLE_KINDS) if file_headings or has_headings_alone(group) else LABELLED_KINDS


def label(
    groups: Sequence[Group], classifier: Predicts, file_headings: bool = False, explain: bool = False
) -> list[str]:
    """Add themes and scores to blocks, in place; headings and boilerplate have scores but carry no themes.

    Parameters
    ----------
    groups : sequence of list of dict
        Each is read with what else is in its group.
    classifier : Predicts
    file_headings : bool
        Whether headings carry themes too, as those of a document without other text always do: they are a list of
        headlines.
    explain : bool
        Whether to add `reasons` to blocks too: theme -> why it is carried.

    Returns
    -------
    list of str
        The documents whose headings were filed by themselves, a line each.
    """
    records = [record for group in groups for record in group]
    texts: list[str] = []
    contexts: list[Context] = []
    can_carry: list[bool] = []
    for group in groups:
        read = passages_of(group, LABELLED_KINDS)
        texts += read.texts
        contexts += read.contexts
        carrying = kinds_filed(group, file_headings)
        can_carry += [record["kind"] in carrying for record in group]
    asked = [explain and can for can in can_carry]
    predictions = classifier.predict(Passages(texts, contexts), explain=asked)
    for record, can, prediction in zip(records, can_carry, predictions, strict=True):
        record["themes"] = prediction.themes if can else []
        record["scores"] = {theme: round(score, 6) for theme, score in prediction.scores.items()}
        if explain:
            record["reasons"] = {theme: reason.to_dict() for theme, reason in prediction.reasons.items()}
    return told_of_headings(groups, file_headings)


def told_of_headings(groups: Sequence[Group], file_headings: bool = False) -> list[str]:
    """Return the documents whose headings are filed by themselves, a line each."""
    alone = [] if file_headings else [group for group in groups if has_headings_alone(group)]
    return [f"{group[0]['document']}: {HEADLINES}" for group in alone]


def file_inputs(inputs: Inputs, classifier: Predicts) -> Iterator[Record]:
    """Yield the blocks of documents and the rows of tables, filed."""
    for window in windows(inputs.groups()):
        groups = [group for _, group in window]
        label(groups, classifier)
        for group in groups:
            yield from group


def has_headings_alone(group: Group) -> bool:
    """Tell whether a document has headings and no text below them, so that they are filed."""
    kinds = {record["kind"] for record in group}
    return not kinds & {*LABELLED_KINDS} and bool(kinds & {*TITLE_KINDS})


@dataclass
class Tally:
    """What was filed.

    Attributes
    ----------
    blocks, filed : int
        How many there are, and how many of them carry a theme.
    tables, documents : int
        Where they come from.
    themes : Counter of str
        How many blocks carry each.
    last : int
        The input that was counted last.
    """

    blocks: int = 0
    filed: int = 0
    tables: int = 0
    documents: int = 0
    themes: Counter[str] = field(default_factory=Counter)
    last: int = -1

    @classmethod
    def from_dict(cls, counted: Mapping[str, Any]) -> Tally:
        """Return what `to_dict` made a mapping of."""
        return cls(**{**counted, "themes": Counter(counted.get("themes", {}))})

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {**vars(self), "themes": dict(self.themes)}

    def add(self, window: Window, inputs: Inputs) -> None:
        """Count the groups of a window."""
        for place, group in window:
            if place.done != self.last:
                self.last = place.done
                if isinstance(inputs.found[place.done], TableInput):
                    self.tables += 1
                else:
                    self.documents += 1
            self.blocks += len(group)
            self.filed += sum(bool(record["themes"]) for record in group)
            self.themes.update(theme for record in group for theme in record["themes"])

    def __str__(self) -> str:
        """Return it in a line, such as ``61 blocks of 5 documents, 14 filed: sudan 5, gaza 4``."""
        places = [_counted(self.documents, "document")] if self.documents or not self.tables else []
        places += [_counted(self.tables, "table")] if self.tables else []
        listed = ", ".join(f"{theme} {count:,}" for theme, count in self.themes.most_common())
        themes = f": {listed}" if listed else ""
        return f"{_counted(self.blocks, 'block')} of {' and '.join(places)}, {self.filed:,} filed{themes}"


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
