"""Inputs that other tools read wrongly, where they are kept beside the project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from paratheme.classifier.columns import Columns
from paratheme.classifier.inputs import TableInput
from paratheme.corpus.corpus import Corpus
from paratheme.corpus.load import CorpusSettings, load_corpus
from paratheme.documents.readers import read
from paratheme.errors import ParathemeError
from paratheme.themes.theme_set import ThemeSet

CASES = Path(__file__).parents[3] / "shared" / "cases"
THEMES = ThemeSet.from_file(Path(__file__).parents[2] / "conf" / "themes" / "oic.yaml")

pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="no cases here")


def rows_of_table(path: Path) -> list[dict[str, Any]]:
    table = TableInput(path)
    table.check(Columns())
    return [row for group in table.groups([]) for row in group]


def corpus_of(case: str, **known: Any) -> Corpus:
    return load_corpus(CorpusSettings(path=str(CASES / case), **known), THEMES)


@pytest.mark.parametrize("name", ["caps", "comma", "jsonlist", "nonelabel", "pylist"])
def test_labels_as_lists(name: str) -> None:
    assert corpus_of(f"15-labels-as-lists/{name}.csv").labels.sum(axis=0)[:3].tolist() == [21, 21, 21]


@pytest.mark.parametrize("name", ["commaspace", "pipe"])
def test_labels_with_other_separators(name: str) -> None:
    assert corpus_of(f"15-labels-as-lists/{name}.csv").labels.sum(axis=0)[:3].tolist() == [21, 42, 21]


@pytest.mark.parametrize(("name", "said"), [("labelcol", "columns.themes"), ("onehot", "columns.themes='{gaza"),
                                             ("other", "corpus.separator")])  # fmt: skip
def test_labels_that_need_a_setting(name: str, said: str) -> None:
    with pytest.raises(ParathemeError) as caught:
        corpus_of(f"15-labels-as-lists/{name}.csv")
    assert said in str(caught.value)


def test_an_export_of_label_studio() -> None:
    assert corpus_of("16-label-studio/project-1.csv").labels[0].sum() == 2


@pytest.mark.parametrize("name", ["crlf", "nfd", "withdir", "backslash"])
def test_standoff_offsets(name: str) -> None:
    corpus = corpus_of(f"26-standoff-offsets/{name}")
    assert len(corpus) == 32
    assert all(text[-1] == "." for text in corpus.texts)


def test_a_folder_a_topic() -> None:
    with pytest.raises(ParathemeError, match=r"sport: unknown theme 'sport'; .*name the folder"):
        corpus_of("28-folder-layouts/by_topic")


def test_languages_of_short_rows() -> None:
    rows = rows_of_table(CASES / "20-lang-short-rows" / "headlines.csv")
    assert [row["language"] for row in rows] == ["ar", "fr", "en", "ar", "fr", "en", "ur", "fa"]
    assert corpus_of("20-lang-short-rows/short_train.csv").languages == ["en", "fr", "ar"] * 24


def test_tables() -> None:
    assert len(list(rows_of_table(CASES / "17-csv-quotes" / "open_quote.tsv"))) == 6
    with pytest.raises(ParathemeError, match="row 1"):
        list(rows_of_table(CASES / "17-csv-quotes" / "more_everywhere.csv"))
    for name in ("NEWS.CSV", "news.TSV", "news.JSONL", "news.ndjson", "news.json", "news.csv.gz", "news.xlsx"):
        (row,) = rows_of_table(CASES / "18-suffix-case" / name)
        assert row["text"].startswith("In Gaza")
    for name, language in (("excel_ar", "ar"), ("excel_fr", "fr")):
        rows = list(rows_of_table(CASES / "13-csv-cp1252" / f"{name}.csv"))
        assert [row["language"] for row in rows] == [language] * 2


@pytest.mark.parametrize(("name", "replaced"), [("badbyte", 1), ("french", 5)])
def test_wrong_bytes(name: str, replaced: int) -> None:
    document = read(CASES / "08-txt-one-bad-byte" / f"{name}.txt")
    assert document.text.count("\ufffd") == replaced
    assert document.repairs
