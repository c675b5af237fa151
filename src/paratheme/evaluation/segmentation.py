"""Segmentation on the command line: blocks as JSON lines, or how well they agree with labelled documents."""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from paratheme.documents.readers import DocumentError, find, folder_of, read
from paratheme.documents.segmentation import KINDS, segment

PARTS = ("train", "valid", "test", "all")
MANY_FILES = 20


@dataclass(frozen=True)
class LabelledDocument:
    """A document and where its blocks stand.

    Attributes
    ----------
    name, text, language, layout : str
        As in the corpus.
    kinds : mapping of (int, int) to str
        The kind of each block, by its start and end.
    """

    name: str
    text: str
    language: str
    layout: str
    kinds: Mapping[tuple[int, int], str]


@dataclass
class Agreement:
    """Counts of labelled and found blocks, from which precision, recall and F1 follow.

    A boundary is a whole block: it counts as found when a block of exactly that start and end was found. A
    kind counts as found when block and kind are right; a labelled block whose span was not found is a miss
    of its kind, a found block that is not labelled a false alarm of its kind.
    """

    documents: int = 0
    labelled: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    right_spans: int = 0

    def add(self, document: LabelledDocument, found: Mapping[tuple[int, int], str]) -> None:
        """Count one document."""
        self.documents += 1
        self.labelled.update(document.kinds.values())
        self.found.update(found.values())
        shared = document.kinds.keys() & found.keys()
        self.right_spans += len(shared)
        self.right.update(found[span] for span in shared if found[span] == document.kinds[span])

    @property
    def boundary_f1(self) -> float:
        """F1 of exact spans."""
        return f1(self.right_spans, self.labelled.total(), self.found.total())

    def kind_f1(self, kind: str) -> float | None:
        """F1 of one kind; None where it is neither labelled nor found."""
        if not self.labelled[kind] + self.found[kind]:
            return None
        return f1(self.right[kind], self.labelled[kind], self.found[kind])

    @property
    def macro_f1(self) -> float:
        """The mean of the kinds' F1, over the kinds that occur."""
        scores = [score for kind in KINDS if (score := self.kind_f1(kind)) is not None]
        return sum(scores) / len(scores) if scores else 0.0


def f1(right: int, labelled: int, found: int) -> float:
    """The harmonic mean of precision and recall."""
    return 2 * right / (labelled + found) if labelled + found else 0.0


def evaluate(labelled: Iterable[LabelledDocument]) -> dict[str, Agreement]:
    """Segment labelled documents and compare.

    Parameters
    ----------
    labelled : iterable of LabelledDocument
        The documents.

    Returns
    -------
    dict of str to Agreement
        ``"all"``, and one entry for each layout (``"layout wrapped"``) and language (``"language ar"``).
    """
    groups: defaultdict[str, Agreement] = defaultdict(Agreement)
    for document in labelled:
        found = {(block.start, block.end): block.kind for block in segment(document.text)}
        for group in ("all", f"layout {document.layout}", f"language {document.language}"):
            groups[group].add(document, found)
    return {name: groups[name] for name in sorted(groups, key=lambda name: (name != "all", name))}


def read_labelled(corpus: Path, names: Callable[[str], bool] = lambda name: True) -> list[LabelledDocument]:
    """Read a labelled corpus.

    Parameters
    ----------
    corpus : Path
        A folder with ``documents.jsonl``, ``labels.jsonl`` and the texts as ``documents/NAME.txt``.
    names : callable, optional
        Which documents to read, by their names.

    Returns
    -------
    list of LabelledDocument

    Raises
    ------
    DocumentError
        If a file is missing or cannot be read.
    """
    kinds: defaultdict[str, dict[tuple[int, int], str]] = defaultdict(dict)
    for label in json_lines(corpus / "labels.jsonl"):
        kinds[label["document"]][label["start"], label["end"]] = label["kind"]
    return [
        LabelledDocument(
            entry["document"],
            read(corpus / "documents" / f"{entry['document']}.txt").text,
            entry["language"],
            entry["layout"],
            kinds[entry["document"]],
        )
        for entry in json_lines(corpus / "documents.jsonl")
        if names(entry["document"])
    ]


def json_lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a JSON lines file."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
        return [json.loads(line) for line in lines if line.strip()]
    except OSError as error:
        raise DocumentError(f"{path}: {error.strerror}; --evaluate takes the folder of a labelled corpus") from error
    except ValueError as error:
        raise DocumentError(f"{path}: is not JSON lines ({error}); correct that line") from error


def print_tables(groups: Mapping[str, Agreement], part: str) -> None:
    """Print boundary F1 and F1 of the kinds, for all documents and by layout and language."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"Segmentation, {part} documents: F1 of exact spans, and of spans with their kind")
    for column in ("", "documents", "blocks", "boundary", *KINDS, "macro"):
        table.add_column(column, justify="right" if column else "left")
    for name, agreement in groups.items():
        scores = [agreement.boundary_f1, *map(agreement.kind_f1, KINDS), agreement.macro_f1]
        counts = [str(agreement.documents), str(agreement.labelled.total())]
        table.add_row(name, *counts, *("-" if score is None else f"{score:.3f}" for score in scores))
    Console(width=None if sys.stdout.isatty() else 140).print(table)


def run(
    paths: Sequence[str | Path],
    evaluate_on: Path | None,
    part: str,
    *,
    parts: Callable[[Path], Mapping[str, str]] | None = None,
) -> int:
    """What ``paratheme segment`` does.

    Parameters
    ----------
    paths : sequence of str or Path
        Documents and folders of them, to be printed as JSON lines, a block a line.
    evaluate_on : Path or None
        A labelled corpus: measure on it and print tables, in place of blocks.
    part : {"train", "valid", "test", "all"}
        The part of the corpus to measure on.
    parts : callable, optional
        Gives the part of each document, by name, for the folder of a corpus. Needed for all but ``"all"``.

    Returns
    -------
    int
        The exit status: 1 when a file could not be read, which is then named on standard error; else 0.
    """
    try:
        if evaluate_on is None:
            return print_blocks(paths)
        if part == "all" or parts is None:
            labelled = read_labelled(evaluate_on)
        else:
            part_of = parts(evaluate_on)
            labelled = read_labelled(evaluate_on, lambda name: part_of.get(name) == part)
        print_tables(evaluate(labelled), part)
        return 0
    except DocumentError as error:
        print(error, file=sys.stderr)
        return 1


def print_blocks(paths: Sequence[str | Path]) -> int:
    """Print the blocks of documents as JSON lines; go on past files that cannot be read."""
    from rich.console import Console
    from rich.progress import track

    files, failed = find(paths), 0
    console = Console(stderr=True)
    silent = len(files) < MANY_FILES or not sys.stderr.isatty()
    for path in track(files, "Segmenting", console=console, disable=silent):
        try:
            document = read(path, folder=folder_of(path, paths))
        except DocumentError as error:
            print(error, file=sys.stderr)
            failed += 1
            continue
        for index, block in enumerate(segment(document.text)):
            text = document.text[block.start : block.end]
            line = {"document": document.name, "index": index, **asdict(block), "text": text}
            print(json.dumps(line, ensure_ascii=False))
    return 1 if failed else 0
