"""What is kept of two piles of filed blocks, document by document, so that they can be compared."""

from __future__ import annotations

import hashlib
import heapq
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from paratheme.classifier.filed import name_of
from paratheme.classifier.inputs import Group
from paratheme.classifier.predict import kinds_filed
from paratheme.documents.normalise import normalise
from paratheme.documents.phrases import words
from paratheme.types import Floats

SAMPLE = 1000  # blocks of either pile whose vectors are compared


@dataclass(frozen=True)
class Document:
    """Counts over the blocks of a document.

    Attributes
    ----------
    name : str
    themes : Counter of str
        Over the blocks that may carry themes, as the other two; `kinds` are of all blocks.
    languages, words, kinds : Counter of str
    blocks : int
        How many may carry themes.
    """

    name: str
    themes: Counter[str]
    languages: Counter[str]
    words: Counter[str]
    kinds: Counter[str]
    blocks: int


@dataclass
class Stream:
    """A pile, document by document, and a sample of its blocks.

    Attributes
    ----------
    documents : list of Document
        By name; rows of tables count as one each.
    sample : list of (str, str)
        Document and text of some blocks that may carry themes; which ones depends on themselves alone.
    """

    documents: list[Document] = field(default_factory=list)
    sample: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def read(cls, groups: Iterable[Group], sample: int = SAMPLE) -> Stream:
        """Count filed blocks as they come; of texts nothing is kept but words and the sample."""
        documents: dict[str, Document] = {}
        chosen: list[tuple[int, str, str]] = []
        for group in groups:
            kinds = kinds_filed(group)
            blocks = [record for record in group if record["kind"] in kinds]
            name = name_of(group, documents)
            documents[name] = Document(
                name,
                Counter(theme for record in blocks for theme in record["themes"]),
                Counter(str(record["language"]) for record in blocks),
                Counter(word for record in blocks for word in words_of(str(record["text"]))),
                Counter(str(record["kind"]) for record in group),
                len(blocks),
            )
            for record in blocks:
                # the sample is of those with the smallest hashes, whatever the order they come in
                one = (-_hash(f"{name} {record['index']}"), name, str(record["text"]))
                (heapq.heappush if len(chosen) < sample else heapq.heappushpop)(chosen, one)
        return cls([documents[name] for name in sorted(documents)], sorted((name, text) for _, name, text in chosen))

    @property
    def blocks(self) -> int:
        """How many blocks may carry themes."""
        return sum(document.blocks for document in self.documents)


def words_of(text: str) -> list[str]:
    """Return the words of a text as they are compared: normalised, in small letters, without numbers."""
    folded = normalise(text, fold_case=True)
    found = (folded[start:end] for start, end in words(folded))
    return [word for word in found if not any(map(str.isdigit, word))]


def table_of(counts: Sequence[Counter[str]]) -> tuple[list[str], Floats]:
    """Return what is counted, in order, and an array of the counts, a row each."""
    names = sorted({name for one in counts for name in one})
    return names, np.array([[one[name] for name in names] for one in counts], np.float64).reshape(len(counts), -1)


def positions(names: Sequence[str], of: Sequence[str]) -> npt.NDArray[np.int64]:
    """Return where each name stands in a sequence without repetitions."""
    place = {name: i for i, name in enumerate(of)}
    return np.array([place[name] for name in names], np.int64)


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:8], "big")
