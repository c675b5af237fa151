"""A paragraph in its document: the title and heading above it, and the blocks around it.

What a block is about may be said above it: "the hospital had emptied its last generator" is about Gaza under a title
that says so. What reads texts as evidence can therefore be given passages: texts with what stands around them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self, overload

BEFORE = 3  # blocks before a block that are read with it


@dataclass(frozen=True)
class Context:
    """Where a block stands in its document.

    Attributes
    ----------
    title : tuple of str
        The document's title and the heading above the block, as far as there are.
    document : tuple of str
        The blocks of text of the document, in order; shared by all of them.
    position : int
        The block's own place among these, or that of the next one where it is no block of text itself.
    is_text : bool
        Whether it is one of them.
    """

    title: tuple[str, ...] = ()
    document: tuple[str, ...] = ()
    position: int = 0
    is_text: bool = False

    @property
    def before(self) -> tuple[str, ...]:
        """Up to three blocks of text before it, the nearest last."""
        return self.document[max(0, self.position - BEFORE) : self.position]

    @property
    def after(self) -> tuple[str, ...]:
        """The block of text that follows, if one does."""
        following = self.position + self.is_text
        return self.document[following : following + 1]


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
        With `document`, `kind`, `text` and, if known, `start` and the document's `title`.
    text_kinds : collection of str
        The kinds that are the text of a document; headings are titles, and what is neither is no context.

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
        title, heading, position = str(blocks[rows[0]].get("title") or ""), "", 0
        for row in rows:
            is_text = blocks[row]["kind"] in text_kinds
            above = tuple(dict.fromkeys(filter(None, (title, heading))))
            contexts[row] = Context(above, document, position, is_text)
            if blocks[row]["kind"] == "heading":
                heading = str(blocks[row]["text"])
                title = title or heading
            position += is_text
    return Passages([str(block["text"]) for block in blocks], contexts)
