"""A corpus gives each block with what stands around it, and its parts keep that."""

from __future__ import annotations

import json
from pathlib import Path

from paratheme.corpus.load import CorpusSettings, load_corpus
from paratheme.documents.context import Context
from paratheme.themes.theme_set import ThemeSet


def test_headings_and_furniture_are_no_examples_and_no_text_of_the_document(tmp_path: Path, themes: ThemeSet) -> None:
    rows = [("heading", "Siege"), ("paragraph", "one"), ("boilerplate", "Share"), ("paragraph", "two")]
    table = tmp_path / "x.jsonl"
    lines = [{"document": "d", "kind": kind, "text": text, "themes": []} for kind, text in rows]
    table.write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
    corpus = load_corpus(CorpusSettings(path=str(table)), themes)
    assert corpus.texts == ["one", "two"]
    assert corpus.passages.contexts == [Context(("one", "two"), 0, True), Context(("one", "two"), 1, True)]
    assert corpus.take([1]).passages.contexts == [corpus.passages.contexts[1]]


def test_rows_without_a_document_stand_alone(tmp_path: Path, themes: ThemeSet) -> None:
    table = tmp_path / "x.jsonl"
    table.write_text("".join(f"{json.dumps({'text': text, 'themes': []})}\n" for text in ("one", "two")), "utf-8")
    contexts = load_corpus(CorpusSettings(path=str(table)), themes).passages.contexts
    assert all(one.is_alone for one in contexts)
