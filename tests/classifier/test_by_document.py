"""A document carries what its blocks carry, and comes out as one row."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from hypothesis import given
from hypothesis import strategies as st

from paratheme import ThemeClassifier
from paratheme.classifier.by_document import document_of
from paratheme.classifier.columns import DocumentColumns
from paratheme.classifier.writers import ParquetWriter
from tests.classifier.filed import filed, record

KINDS = st.sampled_from(["paragraph", "list_item", "heading", "boilerplate"])


def block(score: float, kind: str = "paragraph", **other: Any) -> dict[str, Any]:
    carries = score >= 0.5 and kind in ("paragraph", "list_item")
    return {**record(), "kind": kind, "themes": ["gaza"] * carries, "scores": {"gaza": score}, **other}


@given(st.lists(st.tuples(st.floats(0, 1), KINDS), min_size=1), st.randoms())
def test_it_carries_a_theme_where_its_score_reaches_what_a_block_needs(
    drawn: list[tuple[float, str]], random: Any
) -> None:
    blocks = [block(0.5, "paragraph"), *(block(*one) for one in drawn)]
    found = document_of(blocks)
    assert found["themes"] == ["gaza"] * (found["scores"]["gaza"] >= 0.5)
    assert found["counts"]["gaza"] == sum(bool(one["themes"]) for one in blocks)
    assert found["counts"]["gaza"] <= found["blocks"] <= len(blocks)
    random.shuffle(blocks)
    assert document_of(blocks) == found


def test_what_carries_no_theme_does_not_count() -> None:
    blocks = [block(0.9, "heading"), block(0.8, "boilerplate"), block(0.2)]
    assert document_of(blocks)["scores"] == {"gaza": 0.2}
    assert document_of(blocks[:2])["scores"] == {"gaza": 0.9}  # a list of headlines
    assert document_of(blocks, file_headings=True)["scores"] == {"gaza": 0.9}
    nothing = document_of(blocks[1:2])
    assert (nothing["blocks"], nothing["themes"], nothing["scores"], nothing["counts"]) == (0, [], {}, {"gaza": 0})


def test_its_language_is_that_of_most_of_its_letters() -> None:
    short, long = block(0.1, language="en", text="Yes."), block(0.1, language="fr", text="La crue a tout emporté.")
    assert document_of([short, short, long])["language"] == "fr"


def test_what_all_of_its_blocks_say_comes_along_and_nothing_of_ours_is_lost() -> None:
    columns = DocumentColumns(["gaza"])
    blocks = [block(0.9, title="Flood", page=page, blocks="theirs", id=page) for page in (1, 2)]
    for one in blocks:
        columns.see(one)
    found = document_of(blocks)
    assert (found["title"], found["given_blocks"], found["blocks"]) == ("Flood", "theirs", 2)
    assert not {"page", "id", "text", "start"} & set(found)
    file = BytesIO()
    writer = ParquetWriter(file, columns)
    writer.write([found])
    writer.close()
    (row,) = pq.read_table(file).to_pylist()
    known = {"document": "d", "language": "en", "blocks": 2, "themes": ["gaza"], "score_gaza": 0.9, "blocks_gaza": 2}
    assert row == {**known, "title": "Flood", "given_blocks": "theirs", "id": None}


def test_a_document_as_it_was_filed(classifier: ThemeClassifier, document: Path) -> None:
    blocks = filed(classifier, document)
    found = document_of(blocks)
    assert set(found["themes"]) == {theme for one in blocks for theme in one["themes"]} != set()
    assert found["blocks"] == len(blocks) - 1  # a heading
