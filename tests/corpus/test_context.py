"""A corpus gives each block with what stands around it, and its parts keep that."""

from __future__ import annotations

import json
from pathlib import Path

from paratheme.corpus.load import CorpusSettings, load_corpus
from paratheme.themes.theme_set import ThemeSet


def test_headings_are_titles_of_the_blocks_below_and_no_examples(tmp_path: Path, themes: ThemeSet) -> None:
    rows = [("heading", "Siege"), ("paragraph", "one"), ("boilerplate", "Share"), ("paragraph", "two")]
    table = tmp_path / "x.jsonl"
    lines = [{"document": "d", "kind": kind, "text": text, "themes": []} for kind, text in rows]
    table.write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
    corpus = load_corpus(CorpusSettings(path=str(table)), themes)
    assert corpus.texts == ["one", "two"]
    assert [(one.title, one.before, one.after) for one in corpus.passages.contexts] == [
        (("Siege",), (), ("two",)),
        (("Siege",), ("one",), ()),
    ]
    assert corpus.take([1]).passages.contexts == [corpus.passages.contexts[1]]


def test_rows_without_a_document_stand_alone(tmp_path: Path, themes: ThemeSet) -> None:
    table = tmp_path / "x.jsonl"
    table.write_text("".join(f"{json.dumps({'text': text, 'themes': []})}\n" for text in ("one", "two")), "utf-8")
    contexts = load_corpus(CorpusSettings(path=str(table)), themes).passages.contexts
    assert [(one.before, one.after) for one in contexts] == [((), ()), ((), ())]
