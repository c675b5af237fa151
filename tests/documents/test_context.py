"""What stands around a block: its title and heading, the blocks before and after it, and its document."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from paratheme.documents.context import ALONE, BEFORE, Context, Passages, passages_of

TEXT_KINDS = ("paragraph", "list_item")


def block(text: str, kind: str = "paragraph", document: str = "a", **more: Any) -> dict[str, Any]:
    return {"document": document, "kind": kind, "text": text, **more}


def test_a_block_has_title_heading_neighbours_and_document() -> None:
    blocks = [block("Siege", "heading"), block("one"), block("Share this", "boilerplate"), block("Water", "heading")]
    blocks += [block("two"), block("three", "list_item")]
    passages = passages_of(blocks, TEXT_KINDS)
    assert list(passages) == ["Siege", "one", "Share this", "Water", "two", "three"]
    one, two = passages.contexts[1], passages.contexts[4]
    assert (one.title, one.before, one.after) == (("Siege",), (), ("two",))
    assert (two.title, two.before, two.after) == (("Siege", "Water"), ("one",), ("three",))
    assert two.document == ("one", "two", "three")
    assert passages.contexts[2].before == ("one",), "furniture has neighbours and is none"


def test_the_documents_own_title_goes_before_its_first_heading() -> None:
    blocks = [block("Above", title="The title"), block("A heading", "heading", title="The title"), block("below")]
    contexts = passages_of(blocks, TEXT_KINDS).contexts
    assert contexts[0].title == ("The title",)
    assert contexts[2].title == ("The title", "A heading")


def test_blocks_of_other_documents_are_no_context_and_order_follows_their_place() -> None:
    blocks = [block("second", start=9), block("other", document="b"), block("first", start=0)]
    contexts = passages_of(blocks, TEXT_KINDS).contexts
    assert contexts[0].before == ("first",)
    assert contexts[1] == Context((), ("other",), 0, True)


def test_texts_alone_are_passages_without_a_document() -> None:
    passages = Passages.of(["a", "b"])
    assert passages.contexts == [ALONE, ALONE]
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
        assert len(context.before) <= BEFORE
        assert text not in (*context.before, *context.after)
        assert not context.is_text or context.document[context.position] == text
