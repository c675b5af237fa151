"""Labelled blocks: one `datasets.Dataset` with typed features."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from paratheme.documents.context import Passages
from paratheme.themes.theme_set import ThemeSet
from paratheme.types import Labels, Rows

if TYPE_CHECKING:
    from datasets import Dataset

LABELLED_KINDS = ("paragraph", "list_item", "table_row", "caption")
TITLE_KINDS = ("heading",)  # they carry no label and tell what the blocks below them are about


@dataclass(frozen=True)
class Corpus:
    """Labelled blocks.

    Attributes
    ----------
    name : str
    blocks : datasets.Dataset
        One row a block: `document, start, end, kind, language, genre, layout, story, part, text, themes`;
        an empty `story` means that nobody said which story it tells.
    themes : ThemeSet
    single_label : bool
        Whether each block carries exactly one theme.
    fingerprint : str
        A hash of texts, languages, stories and labels as they were loaded, whatever the order of the rows.
    around : Passages or None
        The blocks with what stands around each in its document; None: each stands alone.
    """

    name: str
    blocks: Dataset
    themes: ThemeSet
    single_label: bool = False
    fingerprint: str = field(default="", compare=False)
    around: Passages | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if not self.fingerprint:
            object.__setattr__(self, "fingerprint", self._hash())

    def __len__(self) -> int:
        return len(self.blocks)

    @cached_property
    def texts(self) -> list[str]:
        """The blocks' texts."""
        return list(self.blocks["text"])

    @cached_property
    def passages(self) -> Passages:
        """The blocks' texts, each with what stands around it in its document."""
        return self.around or Passages.of(self.texts)

    @cached_property
    def languages(self) -> list[str]:
        """The blocks' languages."""
        return list(self.blocks["language"])

    @cached_property
    def stories(self) -> list[str]:
        """The story that each block tells."""
        return list(self.blocks["story"])

    @cached_property
    def parts(self) -> list[str]:
        """The part that the corpus itself puts each block in: ``train``, ``valid``, ``test`` or nothing."""
        return list(self.blocks["part"])

    @cached_property
    def labels(self) -> Labels:
        """0/1, shape (n, themes)."""
        labels = np.zeros((len(self), len(self.themes.ids)), np.int64)
        for row, themes in enumerate(self.blocks["themes"]):
            labels[row, themes] = 1
        return labels

    def take(self, rows: Rows) -> Self:
        """Return some of the blocks, in the order of `rows`."""
        return replace(self, blocks=self.blocks.select(rows), around=self.passages.take(rows))

    def with_stories(self, stories: Sequence[str]) -> Self:
        """Return the same blocks with another story for each."""
        blocks = self.blocks.remove_columns("story").add_column("story", list(stories))
        return replace(self, blocks=blocks)

    def contradictions(self) -> list[dict[str, Any]]:
        """Return texts that stand more than once, with different themes: `text`, `documents`, `themes`."""
        rows_of: dict[str, list[int]] = {}
        for row, text in enumerate(self.texts):
            rows_of.setdefault(" ".join(text.split()), []).append(row)
        contradicting = []
        for text, rows in rows_of.items():
            labellings = Counter(tuple(np.array(self.themes.ids)[self.labels[row] > 0]) for row in rows)
            if len(labellings) > 1:
                documents = [self.blocks[row]["document"] for row in rows]
                themes = [list(labelling) for labelling in labellings]
                contradicting.append({"text": text, "documents": documents, "themes": themes})
        return contradicting

    def _hash(self) -> str:
        columns = zip(self.texts, self.languages, self.stories, self.parts, self.labels.tolist(), strict=True)
        rows = sorted(json.dumps(row, ensure_ascii=True) for row in columns)
        return hashlib.sha256("\n".join([*self.themes.ids, *rows]).encode()).hexdigest()[:16]
