"""A paragraph in its document: the blocks of text around it.

What a block is about may be said around it: "the hospital had emptied its last generator" is about Gaza on a page
about Gaza. What classifies texts can therefore be given passages: texts, each with its place in a document.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self, overload


@dataclass(frozen=True)
class Context:
    """Where a block stands in its document.

    Attributes
    ----------
    document : tuple of str
        The blocks of text of the document, in order; shared by all of them.
    position : int
        The block's own place among these, or that of the next one where it is no block of text itself.
    is_text : bool
        Whether it is one of them.
    """

    document: tuple[str, ...] = ()
    position: int = 0
    is_text: bool = False

    @property
    def is_alone(self) -> bool:
        """Whether no other block of text is in the document."""
        return len(self.document) == self.is_text


ALONE = Context()


@dataclass(frozen=True)
class Passages(Sequence[str]):
    """Texts, each with what stands around it: a sequence of the texts.

    Attributes
    ----------
    texts : sequence of str
    contexts : sequence of Context
        As many as texts; `ALONE` for a text without a document.
    """

    texts: Sequence[str]
    contexts: Sequence[Context]

    @classmethod
    def of(cls, texts: Sequence[str]) -> Self:
        """Return passages as they are, and other texts as passages without a document."""
        return texts if isinstance(texts, cls) else cls(texts, [ALONE] * len(texts))

    def take(self, rows: Iterable[int]) -> Passages:
        """Return some of the passages, each with the context that it had."""
        chosen = [int(row) for row in rows]
        return Passages([self.texts[row] for row in chosen], [self.contexts[row] for row in chosen])

    def __len__(self) -> int:
        return len(self.texts)

    @overload
    def __getitem__(self, position: int) -> str: ...

    @overload
    def __getitem__(self, position: slice) -> Passages: ...

    def __getitem__(self, position: int | slice) -> str | Passages:
        return self.take(range(len(self))[position]) if isinstance(position, slice) else self.texts[position]


def passages_of(blocks: Sequence[Mapping[str, Any]], text_kinds: Collection[str]) -> Passages:
    """Return the texts of blocks as passages.

    Parameters
    ----------
    blocks : sequence of mapping
        With `document`, `kind`, `text` and, if known, `start`.
    text_kinds : collection of str
        The kinds that are the text of a document; the others have a context and are none.

    Returns
    -------
    Passages
        As many as blocks, in their order.
    """
    rows_of: dict[str, list[int]] = {}
    for row, block in enumerate(blocks):
        rows_of.setdefault(block["document"], []).append(row)
    contexts = [ALONE] * len(blocks)
    for rows in rows_of.values():
        rows.sort(key=lambda row: blocks[row].get("start") or 0)  # rows of a table stay in their order
        document = tuple(str(blocks[row]["text"]) for row in rows if blocks[row]["kind"] in text_kinds)
        position = 0
        for row in rows:
            is_text = blocks[row]["kind"] in text_kinds
            contexts[row] = Context(document, position, is_text)
            position += is_text
    return Passages([str(block["text"]) for block in blocks], contexts)
