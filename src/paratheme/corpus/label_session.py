"""Labelling block after block: whoever labels sees their own labels alone, and what they say is in the file at once."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from paratheme.corpus.corpus import LABELLED_KINDS
from paratheme.corpus.label_file import BlockLabel, Place, TextBlock, add_labels, now, read_label_file, write_label_file
from paratheme.errors import ParathemeError

if TYPE_CHECKING:
    from paratheme.corpus.labels import ThemeNames

SOURCE = "annotator"
LONGEST_NAME = 100  # letters
JOINERS = dict.fromkeys((0x200C, 0x200D), "")


class LabelSession:
    """Blocks that are labelled one after the other, by one annotator or several in turn.

    Parameters
    ----------
    blocks : sequence of TextBlock
        Whole documents; those of a kind that carries labels are labelled.
    file : Path
        The labels file; what others write into it meanwhile is kept.
    names : ThemeNames
    guide : str
        The version of the guide by which labels are given.

    Attributes
    ----------
    asked : list of TextBlock
        The blocks to be labelled, in the order in which they were given.

    Raises
    ------
    ParathemeError
        If there is nothing to label, or the file has a label of another text than now stands at its place.
    """

    def __init__(self, blocks: Sequence[TextBlock], file: Path, names: ThemeNames, guide: str) -> None:
        self.file, self.names, self.guide = file, names, guide
        self.documents: dict[str, list[TextBlock]] = {}
        for block in blocks:
            self.documents.setdefault(block.document, []).append(block)
        for document in self.documents.values():
            document.sort()
        self.asked = [block for block in blocks if block.kind in LABELLED_KINDS]
        if not self.asked:
            raise ParathemeError("no block of a kind that carries labels; headings and furniture carry none")
        self._lock = threading.Lock()
        self._seen: tuple[int, int] | None = None
        self._labels: list[BlockLabel] = []
        self._read()
        text_at = {block.place: block.text for block in blocks}
        for label in self._labels:
            if text_at.get(label.block.place, label.block.text) != label.block.text:
                raise ParathemeError(
                    f"{file}: {label.block}: {label.annotator} labelled another text than stands there now; "
                    "write to another file"
                )

    def annotators(self) -> list[str]:
        """Return who labelled any of the blocks."""
        asked = {block.place for block in self.asked}
        return sorted({one.annotator for one in self._labels if one.source == SOURCE and one.block.place in asked})

    def said_by(self, annotator: str) -> dict[Place, tuple[str, ...]]:
        """Return what an annotator said of the blocks: the themes of each one that is labelled."""
        asked = {block.place for block in self.asked}
        own = (label for label in self._labels if (label.source, label.annotator) == (SOURCE, annotator))
        return {label.block.place: label.themes for label in own if label.block.place in asked}

    def first_unlabelled(self, annotator: str) -> int:
        """Return the number of the first block that an annotator has not labelled; of the first block where all are."""
        said = self.said_by(annotator)
        return next((number for number, block in enumerate(self.asked) if block.place not in said), 0)

    def say(self, annotator: str, number: int, themes: Sequence[str] | None) -> None:
        """Write what an annotator says of a block, in place of what they said before.

        Parameters
        ----------
        annotator : str
        number : int
            Which of `asked`.
        themes : sequence of str or None
            Theme ids, none for a block without a theme; None takes back what was said.

        Raises
        ------
        OSError
            If the file cannot be written; what it holds, and what is remembered, stays as it was.
        """
        block, place = self.asked[number], f"{self.file}: {self.asked[number]}"
        with self._lock:
            self._read()
            if themes is None:
                key = (block.place, SOURCE, annotator)
                labels = [label for label in self._labels if label.key != key]
            else:
                given = tuple(self.names.resolve(themes, place))
                new = BlockLabel(block, given, SOURCE, annotator, now(), self.guide)
                labels, _ = add_labels(self._labels, [new], update=True)
            write_label_file(self.file, labels)
            self._labels, self._seen = labels, self._state()

    def close(self) -> None:
        """Wait for what is being written; nothing is written after it."""
        self._lock.acquire()

    def _read(self) -> None:
        """Read the labels file where another program wrote it since; where one deleted it, nothing is forgotten."""
        state = self._state()
        if state is not None and state != self._seen:
            self._labels, self._seen = read_label_file(self.file, self.names), state

    def _state(self) -> tuple[int, int] | None:
        try:
            found = self.file.stat()
        except FileNotFoundError:
            return None
        return found.st_mtime_ns, found.st_size


def checked_name(name: object) -> str:
    """Return the name of an annotator as labels have it.

    Raises
    ------
    ParathemeError
        If it is none.
    """
    cleaned = " ".join(str(name).split()) if isinstance(name, str) else ""
    # the joiners are letters' neighbours in Persian and Urdu names
    if not cleaned or not cleaned.translate(JOINERS).isprintable() or len(cleaned) > LONGEST_NAME:
        raise ParathemeError(f"annotator: give a name of 1 to {LONGEST_NAME} letters")
    return cleaned
