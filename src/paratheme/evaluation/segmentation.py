"""How well segmentation agrees with labelled documents."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from paratheme.corpus.tables import read_json_lines
from paratheme.documents.document import Document
from paratheme.documents.readers import SUFFIXES, read
from paratheme.documents.segmentation import KINDS, segment
from paratheme.errors import ParathemeError


@dataclass(frozen=True)
class LabelledDocument:
    """A document and where its blocks stand.

    Attributes
    ----------
    name : str
        As in the corpus, without a suffix.
    document : Document
        As it was read.
    language, layout : str
        As in the corpus.
    kinds : mapping of (int, int) to str
        The kind of each block, by its start and end.
    format : str, default="txt"
        The suffix of its file.
    """

    name: str
    document: Document
    language: str
    layout: str
    kinds: Mapping[tuple[int, int], str]
    format: str = "txt"


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


def evaluate_segmentation(labelled: Iterable[LabelledDocument]) -> dict[str, Agreement]:
    """Segment labelled documents and compare.

    Returns ``"all"``, and one entry for each layout (``"layout wrapped"``), language (``"language ar"``) and format
    (``"format md"``).
    """
    groups: defaultdict[str, Agreement] = defaultdict(Agreement)
    for document in labelled:
        found = {(block.start, block.end): block.kind for block in segment(document.document)}
        for group in (
            "all",
            f"layout {document.layout}",
            f"language {document.language}",
            f"format {document.format}",
        ):
            groups[group].add(document, found)
    return {name: groups[name] for name in sorted(groups, key=lambda name: (name != "all", name))}


def read_labelled(corpus: Path, names: Callable[[str], bool] = lambda name: True) -> list[LabelledDocument]:
    """Read the documents of a labelled corpus whose names are wanted.

    Raises
    ------
    ParathemeError
        If a file is missing or cannot be read.
    """
    kinds: defaultdict[str, dict[tuple[int, int], str]] = defaultdict(dict)
    for label in read_json_lines(corpus / "labels.jsonl"):
        kinds[label["document"]][label["start"], label["end"]] = label["kind"]
    documents = []
    for entry in read_json_lines(corpus / "documents.jsonl"):
        if names(name := entry["document"]):
            file = file_of(corpus, name)
            language, layout, suffix = entry["language"], entry["layout"], file.suffix.lower().lstrip(".")
            documents.append(LabelledDocument(name, read(file), language, layout, kinds[name], suffix))
    return documents


def file_of(corpus: Path, name: str) -> Path:
    """The file of a document of a corpus, in whichever format it is kept."""
    for suffix in SUFFIXES:
        if (path := corpus / "documents" / f"{name}{suffix}").exists():
            return path
    raise ParathemeError(
        f"{corpus / 'documents'}: holds no file {name!r}, which documents.jsonl names; "
        f"add it as one of {', '.join(SUFFIXES)}"
    )
