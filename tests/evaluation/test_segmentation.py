"""How segmentation is measured on labelled documents."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from paratheme.documents.document import Document
from paratheme.documents.segmentation import KINDS, segment
from paratheme.errors import ParathemeError
from paratheme.evaluation.segmentation import Agreement, LabelledDocument, evaluate_segmentation, read_labelled
from tests.documents.examples import MATAR, RAIN, WELL


@pytest.fixture
def labelled_corpus(tmp_path: Path) -> Path:
    """Two labelled documents of a paragraph each."""
    (tmp_path / "documents").mkdir()
    entries, labels = [], []
    for name, text in (("a", RAIN), ("b", MATAR)):
        (tmp_path / "documents" / f"{name}.txt").write_text(text, "utf-8")
        entries.append({"document": name, "language": "en" if name == "a" else "ar", "layout": "blank"})
        labels.append({"document": name, "start": 0, "end": len(text), "kind": "paragraph"})
    (tmp_path / "documents.jsonl").write_text("\n".join(map(json.dumps, entries)))
    (tmp_path / "labels.jsonl").write_text("\n".join(map(json.dumps, labels)))
    return tmp_path


def test_agreement_counts_exact_spans_and_spans_with_their_kind() -> None:
    text = f"Rain\n{RAIN}\n{WELL}"
    spans = [(block.start, block.end) for block in segment(text)]
    kinds = {spans[0]: "heading", spans[1]: "caption", (spans[2][0], spans[2][1] - 1): "paragraph"}
    result = evaluate_segmentation([LabelledDocument("a", Document("a.txt", text), "en", "newline", kinds)])["all"]
    assert result.boundary_f1 == pytest.approx(2 / 3)
    assert [result.kind_f1(kind) for kind in KINDS] == [0.0, 1.0, None, None, 0.0, None]
    assert result.macro_f1 == pytest.approx(1 / 3)


def test_where_nothing_was_labelled_and_nothing_found_the_figures_are_zero() -> None:
    nothing = Agreement()
    assert (nothing.boundary_f1, nothing.macro_f1, nothing.kind_f1("paragraph")) == (0.0, 0.0, None)


def test_labelled_documents_are_read_with_their_blocks(labelled_corpus: Path) -> None:
    first, second = read_labelled(labelled_corpus)
    assert (first.name, first.document.text, first.language, first.layout) == ("a", RAIN, "en", "blank")
    assert second.kinds == {(0, len(MATAR)): "paragraph"}
    assert [document.name for document in read_labelled(labelled_corpus, lambda name: name == "b")] == ["b"]


def test_documents_are_measured_together_and_by_format_layout_and_language(labelled_corpus: Path) -> None:
    groups = evaluate_segmentation(read_labelled(labelled_corpus))
    assert [(name, group.documents) for name, group in groups.items()] == [
        ("all", 2), ("format txt", 2), ("language ar", 1), ("language en", 1), ("layout blank", 2),
    ]  # fmt: skip
    assert {group.boundary_f1 for group in groups.values()} == {1.0}


def test_a_document_in_markdown_is_read_as_markdown(labelled_corpus: Path) -> None:
    folder = labelled_corpus / "documents"
    (folder / "a.txt").rename(folder / "a.md")
    first, second = read_labelled(labelled_corpus)
    assert (first.format, second.format) == ("md", "txt")
    assert first.document.pieces is not None
    assert evaluate_segmentation([first, second])["format md"].boundary_f1 == 1.0


def test_a_document_without_a_file_is_told_with_its_name(labelled_corpus: Path) -> None:
    (labelled_corpus / "documents" / "b.txt").unlink()
    with pytest.raises(ParathemeError, match="'b'"):
        read_labelled(labelled_corpus)


def test_a_folder_that_is_no_corpus_is_refused_by_what_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(ParathemeError, match=r"labels\.jsonl"):
        read_labelled(tmp_path)
