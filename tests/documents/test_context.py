"""A block in its document: the blocks of text around it, in their order."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from paratheme.documents.context import ALONE, Context, Passages, passages_of

TEXT_KINDS = ("paragraph", "list_item")


def block(text: str, kind: str = "paragraph", document: str = "a", **more: Any) -> dict[str, Any]:
    return {"document": document, "kind": kind, "text": text, **more}


def test_headings_and_furniture_have_a_place_among_the_text_and_are_none() -> None:
    blocks = [block("Siege", "heading"), block("one"), block("Share this", "boilerplate"), block("two", "list_item")]
    passages = passages_of(blocks, TEXT_KINDS)
    assert list(passages) == ["Siege", "one", "Share this", "two"]
    assert {context.document for context in passages.contexts} == {("one", "two")}
    assert [(context.position, context.is_text) for context in passages.contexts] == [
        (0, False),
        (0, True),
        (1, False),
        (1, True),
    ]


def test_blocks_of_other_documents_are_no_context_and_order_follows_their_place() -> None:
    blocks = [block("second", start=9), block("other", document="b"), block("first", start=0)]
    contexts = passages_of(blocks, TEXT_KINDS).contexts
    assert contexts[0] == Context(("first", "second"), 1, True)
    assert contexts[1] == Context(("other",), 0, True)
    assert [context.is_alone for context in contexts] == [False, True, False]


def test_texts_alone_are_passages_without_a_document() -> None:
    passages = Passages.of(["a", "b"])
    assert passages.contexts == [ALONE, ALONE]
    assert ALONE.is_alone
    assert Passages.of(passages) is passages


@given(
    st.lists(st.tuples(st.sampled_from(["paragraph", "heading", "boilerplate"]), st.sampled_from("ab")), max_size=30)
)
def test_some_passages_keep_the_context_that_they_had(rows: list[tuple[str, str]]) -> None:
    blocks = [block(f"text {i}", kind, document, start=i) for i, (kind, document) in enumerate(rows)]
    passages = passages_of(blocks, TEXT_KINDS)
    assert len(passages) == len(blocks)
    some = passages[::2]
    assert list(some.contexts) == list(passages.contexts)[::2]
    for text, context in zip(passages, passages.contexts, strict=True):
        assert not context.is_text or context.document[context.position] == text
