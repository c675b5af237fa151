"""The labels file: who said what of which block, and when; one label a line, in an order that keeps diffs small."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from paratheme.corpus.labels import ThemeNames
from paratheme.corpus.lines import LINE_BREAKS
from paratheme.corpus.records import check_kind
from paratheme.corpus.tables import numbered_json_lines
from paratheme.errors import ParathemeError, UsageError
from paratheme.themes.theme_set import ThemeSet

SOURCES = ("weak", "model", "annotator", "adjudicated")
BY_PEOPLE = ("annotator", "adjudicated")
Place = tuple[str, int, int]


@dataclass(frozen=True, order=True)
class TextBlock:
    """A block as labels are given to it.

    Attributes
    ----------
    document : str
    start, end : int
        Its place in the document's text, in code points.
    kind, language : str
    text : str
        What stands there.
    """

    document: str
    start: int
    end: int
    kind: str
    language: str
    text: str

    @property
    def place(self) -> Place:
        """Document, start and end."""
        return self.document, self.start, self.end

    @property
    def digest(self) -> str:
        """A short hash of place and text, by which a copy of the block is seen to be unchanged."""
        held = json.dumps([self.document, self.start, self.end, self.text])
        return hashlib.sha256(held.encode()).hexdigest()[:12]

    def __str__(self) -> str:
        """Return its place as messages name it."""
        return f"{self.document} {self.start}-{self.end}"


@dataclass(frozen=True)
class BlockLabel:
    """What somebody, or something, said of a block.

    Attributes
    ----------
    block : TextBlock
    themes : tuple of str
        Theme ids, sorted; empty where it carries none.
    source : {"weak", "model", "annotator", "adjudicated"}
    annotator : str
        Who said it: a person, a model, or the functions that voted.
    time : str
        When, as ISO 8601 has it.
    guide : str
        The version of the guide by which it was said.
    probabilities : mapping of str to float or None
        How likely each theme is, where that is known.
    """

    block: TextBlock
    themes: tuple[str, ...]
    source: str
    annotator: str
    time: str
    guide: str = ""
    probabilities: Mapping[str, float] | None = None

    @property
    def key(self) -> tuple[Place, str, str]:
        """Of which block it was said, and by whom: nobody says two things of one block."""
        return self.block.place, self.source, self.annotator

    def says_as(self, other: BlockLabel) -> bool:
        """Whether another label says the same of the same text by the same guide, whenever that was."""
        said, others = ((one.block, one.themes, one.guide, one.probabilities) for one in (self, other))
        return said == others

    def to_dict(self) -> dict[str, Any]:
        """Return it as the line of a labels file holds it."""
        record = {**asdict(self.block), "themes": list(self.themes), "source": self.source}
        record |= {"annotator": self.annotator, "time": self.time, "guide": self.guide}
        if self.probabilities is not None:
            record["probabilities"] = {theme: round(p, 4) for theme, p in sorted(self.probabilities.items())}
        return record


def guide_version(themes: ThemeSet) -> str:
    """Return what a guide is called that nobody named: the theme set and a hash of its ids and definitions."""
    told = json.dumps([[theme.id, theme.definition] for theme in themes.themes])
    return f"{themes.name or 'themes'}-{hashlib.sha256(told.encode()).hexdigest()[:8]}"


def now() -> str:
    """Return the time as labels have it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def read_label_file(path: Path, names: ThemeNames) -> list[BlockLabel]:
    """Read a labels file.

    Raises
    ------
    ParathemeError
        If a line is no label, or says of a block what another line says otherwise; names file and line.
    """
    labels: dict[tuple[Place, str, str], BlockLabel] = {}
    for number, record in numbered_json_lines(path):
        place = f"{path}, line {number}"
        label = label_of(record, names, place)
        if label.key in labels:
            raise ParathemeError(f"{place}: {label.annotator} labelled {label.block} on a line above; drop one")
        labels[label.key] = label
    return list(labels.values())


def label_of(record: Mapping[str, Any], names: ThemeNames, place: str) -> BlockLabel:
    """Return a label of plain data, which error messages call `place`."""
    block = block_of(record, place)
    for key in ("themes", "source", "annotator", "time"):
        if key not in record:
            raise ParathemeError(f"{place}: {key!r} is missing")
    if record["source"] not in SOURCES:
        raise ParathemeError(f"{place}: unknown source {record['source']!r}; there are {', '.join(SOURCES)}")
    if not record["annotator"] or not isinstance(record["annotator"], str):
        raise ParathemeError(f"{place}: annotator is empty; say who labelled it")
    if not is_time(record["time"]):
        raise ParathemeError(f"{place}: time {record['time']!r} is none; write it as {now()}")
    if not isinstance(record["themes"], list):
        raise ParathemeError(f"{place}: themes is no list; write [] for none")
    probabilities = record.get("probabilities")
    if probabilities is not None:
        if not isinstance(probabilities, dict) or not all(_is_share(p) for p in probabilities.values()):
            raise ParathemeError(f"{place}: probabilities {probabilities!r}; give each theme a number from 0 to 1")
        names.resolve(probabilities, place)
    themes = tuple(names.resolve(record["themes"], place))
    said_by = record["source"], record["annotator"], record["time"], str(record.get("guide") or "")
    return BlockLabel(block, themes, *said_by, probabilities)


def block_of(record: Mapping[str, Any], place: str) -> TextBlock:
    """Return a block of plain data; refuse one whose text is not as long as its offsets say."""
    for key, wanted in (("document", str), ("start", int), ("end", int), ("text", str)):
        if type(record.get(key)) is not wanted:
            given = f"is {record[key]!r}" if key in record else "is missing"
            raise ParathemeError(f"{place}: {key} {given}; give {'text' if wanted is str else 'a whole number'}")
    kind = record.get("kind") or "paragraph"
    check_kind(kind, place)
    start, end, text = record["start"], record["end"], record["text"]
    if not 0 <= start < end or end - start != len(text):
        raise ParathemeError(f"{place}: {start}-{end} is not where a text of {len(text)} code points stands")
    return TextBlock(record["document"], start, end, kind, str(record.get("language") or ""), text)


def write_label_file(path: Path, labels: Iterable[BlockLabel]) -> None:
    """Write a labels file: sorted by place, source and annotator, whole or not at all."""
    ordered = sorted(labels, key=lambda label: label.key)
    write_json_lines(path, (label.to_dict() for label in ordered))


def write_json_lines(path: Path, records: Iterable[Mapping[str, Any]]) -> None:
    """Write an object a line, the whole file or nothing."""
    lines = (json.dumps(record, ensure_ascii=False, allow_nan=False).translate(LINE_BREAKS) for record in records)
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.write_bytes("".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace"))
    os.replace(unfinished, path)


def add_labels(
    old: Sequence[BlockLabel], new: Iterable[BlockLabel], update: bool = False
) -> tuple[list[BlockLabel], Counter[str]]:
    """Add labels to others.

    Parameters
    ----------
    old, new : sequence of BlockLabel
        Where both say the same, the old one stays, with its time.
    update : bool
        Whether a new label takes the place of another one that the same annotator gave the same block.

    Returns
    -------
    labels : list of BlockLabel
    changes : Counter of str
        How many were ``added``, ``unchanged`` and ``replaced``.

    Raises
    ------
    UsageError
        If a new label says otherwise than an old one, without `update`; names the first.
    """
    labels = {label.key: label for label in old}
    changes: Counter[str] = Counter(added=0, unchanged=0, replaced=0)
    for label in new:
        before = labels.get(label.key)
        if before is not None and before.says_as(label):
            changes["unchanged"] += 1
            continue
        if before is not None and not update:
            said, says = (";".join(one.themes) or "none" for one in (before, label))
            raise UsageError(
                f"{label.block}: {label.annotator} said {said} ({before.guide or 'no guide'}), now {says} "
                f"({label.guide or 'no guide'}); --update replaces what was said"
            )
        changes["added" if before is None else "replaced"] += 1
        labels[label.key] = label
    return list(labels.values()), changes


def is_time(value: Any) -> bool:
    """Whether a value is a time as ISO 8601 has it."""
    try:
        datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return True


def _is_share(value: Any) -> bool:
    return type(value) in (int, float) and 0 <= value <= 1
