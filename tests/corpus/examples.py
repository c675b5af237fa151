"""Small corpora that the tests of several modules write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from paratheme.corpus.corpus import Corpus
from paratheme.corpus.load import CorpusSettings, load_corpus
from paratheme.themes.theme_set import ThemeSet

TEXT = "Title here\n\nGaza was hit.\n\nAid for Sudan 😀 came.\n"


def write_lines(path: Path, records: list[Any]) -> Path:
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), "utf-8")
    return path


def label(start: int, end: int, *themes: str, kind: str = "paragraph", document: str = "a") -> dict[str, Any]:
    return {"document": document, "start": start, "end": end, "kind": kind, "themes": list(themes)}


LABELS = [label(0, 10, kind="heading"), label(12, 25, "gaza"), label(27, 47 + 1, "sudan", "food_security")]


def folder_with(folder: Path, labels: list[Any], about: list[Any] | None = None, documents: str = "documents") -> Path:
    (folder / documents).mkdir(exist_ok=True)
    (folder / documents / "a.txt").write_text(TEXT, "utf-8")
    write_lines(folder / "labels.jsonl", labels)
    if about is not None:
        write_lines(folder / "documents.jsonl", about)
    return folder


def load(path: Path, themes: ThemeSet, **known: Any) -> Corpus:
    return load_corpus(CorpusSettings(path=str(path), **known), themes)


def theme_names(corpus: Corpus) -> list[list[str]]:
    return [[theme for theme, given in zip(corpus.themes.ids, row, strict=True) if given] for row in corpus.labels]
