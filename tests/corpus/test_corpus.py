"""Labelled blocks from folders, tables and datasets, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from paratheme.corpus.corpus import Columns, Corpus, CorpusSettings, load_corpus
from paratheme.errors import ParathemeError
from paratheme.themes.theme_set import Theme, ThemeSet

TEXT = "Title here\n\nGaza was hit.\n\nAid for Sudan 😀 came.\n"


def write_lines(path: Path, records: list[Any]) -> Path:
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), "utf-8")
    return path


def label(start: int, end: int, *themes: str, kind: str = "paragraph", document: str = "a") -> dict[str, Any]:
    return {"document": document, "start": start, "end": end, "kind": kind, "themes": list(themes)}


LABELS = [label(0, 10, kind="heading"), label(12, 25, "gaza"), label(27, 47 + 1, "sudan", "food_security")]


def folder_with(folder: Path, labels: list[Any], about: list[Any] | None = None) -> Path:
    (folder / "documents").mkdir()
    (folder / "documents" / "a.txt").write_text(TEXT, "utf-8")
    write_lines(folder / "labels.jsonl", labels)
    if about is not None:
        write_lines(folder / "documents.jsonl", about)
    return folder


def load(path: Path, themes: ThemeSet, **known: Any) -> Corpus:
    return load_corpus(CorpusSettings(path=str(path), **known), themes)


def theme_names(corpus: Corpus) -> list[list[str]]:
    return [[theme for theme, given in zip(corpus.themes.ids, row, strict=True) if given] for row in corpus.labels]


# Folders with standoff labels


def test_blocks_of_a_folder_are_views_on_its_documents(tmp_path: Path, themes: ThemeSet) -> None:
    about = [{"document": "a", "language": "en", "genre": "news", "layout": "blank", "story": "S1"}]
    corpus = load(folder_with(tmp_path, LABELS, about), themes)
    assert corpus.texts == ["Gaza was hit.", "Aid for Sudan 😀 came."]
    assert corpus.texts == [TEXT[block["start"] : block["end"]] for block in corpus.blocks]
    assert theme_names(corpus) == [["gaza"], ["sudan", "food_security"]]
    assert corpus.blocks[0] | {"text": "", "themes": []} == {
        "document": "a", "start": 12, "end": 25, "kind": "paragraph", "language": "en", "genre": "news",
        "layout": "blank", "story": "S1", "part": "", "text": "", "themes": [],
    }  # fmt: skip


def test_the_language_of_a_document_that_nobody_described_is_found(tmp_path: Path, themes: ThemeSet) -> None:
    text = "Les combats ont repris dans la région et des milliers de familles ont fui vers le sud."
    (tmp_path / "a.txt").write_text(text, "utf-8")
    write_lines(tmp_path / "labels.jsonl", [label(0, len(text), "sudan")])
    assert load(tmp_path, themes).languages == ["fr"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (label(12, 25, "mars"), "unknown theme 'mars'; the theme set has gaza, sudan, food_security"),
        (label(12, 25, kind="paragrph"), "unknown kind 'paragrph'; there are paragraph, heading"),
        (label(12, 999), "12-999 lies outside a"),
        (label(-1, 5), "-1-5 lies outside a"),
        (label(25, 25), "25-25 lies outside a"),
        ({**label(0, 5), "start": "0"}, "0-5 lies outside a"),
        (label(0, 5, document="b"), "there is no document 'b'"),
        ({"document": "a", "start": 0, "end": 5, "kind": "paragraph"}, "'themes' is missing"),
    ],
)
def test_a_wrong_label_is_refused_by_file_and_line(tmp_path: Path, themes: ThemeSet, wrong: Any, said: str) -> None:
    folder_with(tmp_path, [])
    good = json.dumps(LABELS[1])
    (tmp_path / "labels.jsonl").write_text(f"{good}\n\n{json.dumps(wrong)}\n", "utf-8")
    with pytest.raises(ParathemeError) as caught:
        load(tmp_path, themes)
    assert f"{tmp_path / 'labels.jsonl'}, line 3: {said}" in str(caught.value)


def test_a_document_that_cannot_be_read_is_named(tmp_path: Path, themes: ThemeSet) -> None:
    folder_with(tmp_path, LABELS)
    (tmp_path / "documents" / "a.txt").write_bytes(b"%PDF-1.4 not text")
    with pytest.raises(ParathemeError, match=r"a\.txt: is a PDF"):
        load(tmp_path, themes)


def test_the_seed_corpus_is_the_default() -> None:
    themes = ThemeSet.from_file(Path(__file__).parents[2] / "conf" / "themes" / "oic.yaml")
    corpus = load_corpus(CorpusSettings(), themes)
    assert corpus.labels.sum(axis=0).min() > 0
    assert len(set(corpus.languages)) >= 3
    assert all(corpus.blocks["story"])


# Tables


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "tsv", "parquet"])
def test_a_table_is_the_same_corpus_in_every_format(tmp_path: Path, themes: ThemeSet, suffix: str) -> None:
    rows = [
        {"text": "Gaza, again", "themes": "gaza; food_security", "language": "en", "story": "S1"},
        {"text": "rien", "themes": "", "language": "fr", "story": "S2"},
    ]
    path = tmp_path / f"t.{suffix}"
    if suffix == "jsonl":
        write_lines(path, rows)
    elif suffix == "parquet":
        pd.DataFrame(rows).to_parquet(path)
    else:
        pd.DataFrame(rows).to_csv(path, sep="\t" if suffix == "tsv" else ",", index=False)
    corpus = load(path, themes)
    assert theme_names(corpus) == [["gaza", "food_security"], []]
    assert (corpus.texts, corpus.languages) == (["Gaza, again", "rien"], ["en", "fr"])
    assert corpus.blocks["document"][:] == ["t-1", "t-2"]


def test_themes_may_be_lists_ids_or_names_in_any_language_and_case(tmp_path: Path, themes: ThemeSet) -> None:
    rows = [{"text": "x", "themes": given} for given in (["Soudan", "غزة"], "FOOD SECURITY", ["food-security"], "gaza")]
    corpus = load(write_lines(tmp_path / "t.jsonl", rows), themes)
    assert theme_names(corpus) == [["gaza", "sudan"], ["food_security"], ["food_security"], ["gaza"]]


def test_a_cell_that_is_not_there_counts_as_empty(tmp_path: Path, themes: ThemeSet) -> None:
    rows = [{"text": "a", "themes": ["gaza"], "story": 7}, {"text": "b"}, {"themes": ["gaza"]}, {"text": None}]
    corpus = load(write_lines(tmp_path / "t.jsonl", rows), themes)
    assert corpus.texts == ["a", "b"]
    assert theme_names(corpus) == [["gaza"], []]
    assert corpus.blocks["story"][:] == ["7", ""]


@pytest.mark.parametrize("themes_column", [None, {"gaza": "about_gaza", "sudan": "sudan"}])
def test_each_theme_may_have_a_column_of_its_own(tmp_path: Path, themes: ThemeSet, themes_column: Any) -> None:
    gaza = "about_gaza" if themes_column else "gaza"
    path = tmp_path / "t.csv"
    path.write_text(f"text,{gaza},sudan,food_security\na,1,no,0\nb,false,YES,\nc,x,1.0,0.0\n", "utf-8")
    corpus = load(path, themes, columns=Columns(themes=themes_column))
    assert theme_names(corpus) == [["gaza"], ["sudan"], ["gaza", "sudan"]]


@pytest.mark.parametrize(
    ("content", "columns", "said"),
    [
        ("body,themes\na,gaza\n", {}, "row 1: no column 'text'; set corpus.columns.text"),
        ("text\na\n", {}, "row 1: no column 'themes'; set corpus.columns.themes"),
        ("text,gaza\na,1\n", {"themes": None}, "row 1: no column 'sudan' for theme 'sudan'"),
        ("text,gaza,sudan,food_security\na,1,maybe,0\n", {"themes": None}, "row 1: 'maybe' is neither 0 nor 1"),
        ("text,themes\na,gaza\nb,mars\n", {}, "row 2: unknown theme 'mars'"),
        ("text,themes,kind\na,gaza,Paragraf\n", {}, "row 1: unknown kind 'Paragraf'"),
        ("text,themes\n , \n", {}, "no labelled block in it"),
    ],
)
def test_a_wrong_table_is_refused_by_file_and_row(
    tmp_path: Path, themes: ThemeSet, content: str, columns: Any, said: str
) -> None:
    path = tmp_path / "t.csv"
    path.write_text(content, "utf-8")
    with pytest.raises(ParathemeError) as caught:
        load(path, themes, columns=Columns(**columns))
    assert str(caught.value).startswith(str(path))
    assert said in str(caught.value)


def test_headings_and_boilerplate_of_a_table_are_no_examples(tmp_path: Path, themes: ThemeSet) -> None:
    kinds = ("paragraph", "heading", "list_item", "caption", "boilerplate")
    rows = [{"text": kind, "themes": [], "kind": kind} for kind in kinds]
    assert load(write_lines(tmp_path / "t.jsonl", rows), themes).texts == ["paragraph", "list_item", "caption"]


@pytest.mark.parametrize("given", [[], ["gaza", "sudan"]])
def test_exclusive_topics_want_exactly_one_theme(tmp_path: Path, themes: ThemeSet, given: list[str]) -> None:
    path = write_lines(tmp_path / "t.jsonl", [{"text": "a", "themes": given, "document": "d9"}])
    assert len(load(path, themes).texts) == 1
    with pytest.raises(ParathemeError, match=rf"document d9: {len(given)} themes, but corpus\.exclusive=true"):
        load(path, themes, exclusive=True)


# Datasets


def test_a_local_dataset_has_a_folder_a_language_and_a_table_a_part(tmp_path: Path, themes: ThemeSet) -> None:
    for language in ("eng_Latn", "fra_Latn"):
        (tmp_path / language).mkdir()
        for part in ("train", "dev"):
            (tmp_path / language / f"{part}.tsv").write_text(f"text\tcategory\n{language} {part}\tgaza\n", "utf-8")
    settings = {"languages": {"eng_Latn": "eng", "fra_Latn": "fra"}, "parts": {"train": "train", "dev": "valid"}}
    corpus = load(tmp_path, themes, columns=Columns(themes="category"), exclusive=True, **settings)
    assert corpus.texts == ["eng_Latn train", "eng_Latn dev", "fra_Latn train", "fra_Latn dev"]
    assert corpus.languages == ["eng", "eng", "fra", "fra"]
    assert corpus.blocks["part"][:] == ["train", "valid", "train", "valid"]
    with pytest.raises(ParathemeError, match=r"eng_Latn: no table 'test'; see corpus\.languages, \.parts"):
        load(tmp_path, themes, **{**settings, "parts": {"test": "test"}})


def test_what_is_neither_there_nor_on_the_hub_is_refused_in_one_line(themes: ThemeSet) -> None:
    with pytest.raises(ParathemeError, match=r"corpus\.path=no/such: no file or folder") as caught:
        load(Path("no/such"), themes)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_table_is_refused(tmp_path: Path, themes: ThemeSet) -> None:
    (tmp_path / "t.xlsx").touch()
    with pytest.raises(ParathemeError, match=r"t\.xlsx: no corpus"):
        load(tmp_path / "t.xlsx", themes)


# The corpus as a whole


def corpus_of(folder: Path, themes: ThemeSet, rows: list[Any]) -> Corpus:
    return load(write_lines(folder / "t.jsonl", rows), themes)


def test_the_fingerprint_is_of_the_content_and_not_of_its_order(tmp_path: Path, themes: ThemeSet) -> None:
    rows = [{"text": text, "themes": ["gaza"], "language": "en", "story": text} for text in "abc"]
    original = corpus_of(tmp_path, themes, rows).fingerprint
    assert corpus_of(tmp_path, themes, rows[::-1]).fingerprint == original
    for change in ({"text": "z"}, {"themes": []}, {"language": "fr"}, {"story": "z"}, {"part": "test"}):
        assert corpus_of(tmp_path, themes, [{**rows[0], **change}, *rows[1:]]).fingerprint != original, change


def test_the_fingerprint_depends_on_the_theme_set(tmp_path: Path, themes: ThemeSet) -> None:
    rows = [{"text": "a", "themes": ["gaza"], "language": "en"}]
    more = ThemeSet("desk", (*themes.themes, Theme("budget")))
    assert corpus_of(tmp_path, themes, rows).fingerprint != corpus_of(tmp_path, more, rows).fingerprint


def test_a_text_that_stands_twice_with_different_themes_is_found(tmp_path: Path, themes: ThemeSet) -> None:
    rows = [
        {"text": "same  text", "themes": ["gaza"], "document": "one"},
        {"text": "same text", "themes": ["gaza", "sudan"], "document": "two"},
        {"text": "agreed", "themes": ["gaza"], "document": "three"},
        {"text": "agreed", "themes": ["gaza"], "document": "four"},
    ]
    (found,) = corpus_of(tmp_path, themes, rows).contradictions()
    assert found == {"text": "same text", "documents": ["one", "two"], "themes": [["gaza"], ["gaza", "sudan"]]}


def test_class_numbers_of_a_dataset_become_names_one_or_many() -> None:
    from datasets import ClassLabel, Dataset, Features, Sequence, Value

    from paratheme.corpus.corpus import _with_names

    names = ClassLabel(names=["gaza", "sudan"])
    features = Features({"text": Value("string"), "one": names, "many": Sequence(names)})
    rows = Dataset.from_list([{"text": "a", "one": 1, "many": [0, 1]}, {"text": "b", "one": 0, "many": []}], features)
    found = [(row["one"], row["many"]) for row in _with_names(rows)]
    assert found == [("sudan", ["gaza", "sudan"]), ("gaza", [])]
