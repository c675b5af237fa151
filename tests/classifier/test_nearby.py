"""What the rest of a document says of each of its blocks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paratheme.classifier.nearby import CLEAREST, REACH, SILENT, VIEWS, nearby, texts_to_score
from paratheme.documents.context import Passages, passages_of

KINDS = st.sampled_from(["paragraph", "heading"])
SCORES = st.floats(0, 1)


def passages(kinds: list[str], document: str = "d") -> Passages:
    blocks = [{"document": document, "kind": kind, "text": f"{document}{i}"} for i, kind in enumerate(kinds)]
    return passages_of(blocks, ("paragraph",))


@given(st.lists(st.tuples(KINDS, SCORES, SCORES), min_size=1, max_size=12))
def test_nearer_blocks_and_clearer_ones_count_more_and_the_block_itself_does_not(
    rows: list[tuple[str, float, float]],
) -> None:
    read = passages([kind for kind, *_ in rows])
    scores = {text: np.array(row[1:]) for text, row in zip(read, rows, strict=True)}
    around = nearby(read, scores)
    document = [text for text, (kind, *_) in zip(read, rows, strict=True) if kind == "paragraph"]
    for text, context, found in zip(read, read.contexts, around, strict=True):
        others = [(abs(i - context.position), scores[one]) for i, one in enumerate(document) if one != text]
        if not others:
            assert np.isnan(found).all()
            continue
        weights = np.exp([-distance / REACH for distance, _ in others])
        values = np.array([row for _, row in others])
        np.testing.assert_allclose(found[:, 0], weights @ values / (weights.sum() + SILENT), atol=1e-12)
        highest = np.sort(values, axis=0)[::-1][:CLEAREST].sum(axis=0) / CLEAREST
        np.testing.assert_allclose(found[:, 1], highest, atol=1e-12)


def test_texts_without_a_document_and_documents_of_one_block_have_nothing_around() -> None:
    assert np.isnan(nearby(Passages.of(["a"]), {"a": np.ones(2)})).all()
    assert np.isnan(nearby(passages(["paragraph"]), {"d0": np.ones(2)})).all()
    assert nearby(Passages.of([]), {}).shape == (0, 0, VIEWS)


def test_blocks_that_nobody_scored_do_not_count() -> None:
    read = passages(["paragraph"] * 3)
    around = nearby(read, {"d0": np.array([0.2]), "d1": np.array([0.9])})
    weight = np.exp(-1 / REACH)
    assert around[1, 0] == pytest.approx([0.2 * weight / (weight + SILENT), 0.2 / CLEAREST])
    assert np.isnan(nearby(read, {"d0": np.array([0.2])})[0]).all()


def test_the_documents_of_some_passages_are_scored_with_them_each_text_once() -> None:
    read = passages(["paragraph", "heading", "paragraph"])
    assert texts_to_score(read[:1]) == ["d0", "d2"]
    assert texts_to_score(Passages.of(["a", "a"])) == ["a"]
