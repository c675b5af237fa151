"""Labelled blocks are loaded from folders, tables and datasets, and what is none is refused."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from paratheme.corpus.load import CorpusSettings, load_corpus
from paratheme.corpus.records import Columns
from paratheme.errors import ParathemeError, UsageError, validated
from paratheme.themes.theme import Theme
from paratheme.themes.theme_set import ThemeSet
from tests.corpus.examples import LABELS, TEXT, folder_with, label, load, theme_names, write_lines

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
        ("body,themes\na,gaza\n", {}, "row 1: no column 'text' (there are body, themes); set corpus.columns.text"),
        ("text\na\n", {}, "row 1: no column 'themes' (there are text); set corpus.columns.themes"),
        ("text,gaza\na,1\n", {"themes": None}, "row 1: no column 'sudan' for theme 'sudan'"),
        (
            "text,gaza,sudan,food_security\na,1,maybe,0\n",
            {"themes": None},
            "row 1: 'maybe' in column 'sudan' is neither",
        ),
        (
            "text,themes\na,gaza\n",
            {"language": "lang"},
            "no column 'lang' (there are text, themes); set corpus.columns.language",
        ),
        ("text,themes\na,gaza\nb,mars\n", {}, "row 2: unknown theme 'mars'"),
        ('text,themes\na,"gaza, peace"\n', {}, "they are joined by ',': set corpus.separator=\",\""),
        ("text,themes\na,gaza sudan\n", {}, "they are joined by ' ': set corpus.separator=\" \""),
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


def test_a_workbook_whose_texts_are_in_another_sheet_is_refused_with_its_name(tmp_path: Path, themes: ThemeSet) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.worksheets[0].append(["About these wells"])
    for row in (["text", "themes"], ["The well", "gaza"]):
        (book.worksheets[1:] or [book.create_sheet("Data")])[0].append(row)
    book.save(tmp_path / "t.xlsx")
    with pytest.raises(
        ParathemeError, match=r"t\.xlsx: no column 'text' in the sheet .*; the sheet 'Data' has it: put"
    ):
        load(tmp_path / "t.xlsx", themes)


@pytest.mark.parametrize("given", [[], ["gaza", "sudan"]])
def test_texts_with_a_single_label_want_exactly_one_theme(tmp_path: Path, themes: ThemeSet, given: list[str]) -> None:
    path = write_lines(tmp_path / "t.jsonl", [{"text": "a", "themes": given, "document": "d9"}])
    assert len(load(path, themes).texts) == 1
    with pytest.raises(ParathemeError, match=rf"document d9: {len(given)} themes, but corpus\.single_label=true"):
        load(path, themes, single_label=True)


# Datasets


def test_a_local_dataset_has_a_folder_a_language_and_a_table_a_part(tmp_path: Path, themes: ThemeSet) -> None:
    for language in ("eng_Latn", "fra_Latn"):
        (tmp_path / language).mkdir()
        for part in ("train", "dev"):
            (tmp_path / language / f"{part}.tsv").write_text(f"text\tcategory\n{language} {part}\tgaza\n", "utf-8")
    settings = {"languages": {"eng_Latn": "eng", "fra_Latn": "fra"}, "parts": {"train": "train", "dev": "valid"}}
    corpus = load(tmp_path, themes, columns=Columns(themes="category"), single_label=True, **settings)
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
    (tmp_path / "t.pptx").touch()
    with pytest.raises(ParathemeError, match=r"t\.pptx: no corpus"):
        load(tmp_path / "t.pptx", themes)


def test_class_numbers_of_a_dataset_become_names_one_or_many() -> None:
    from datasets import ClassLabel, Dataset, Features, Sequence, Value

    from paratheme.corpus.load import _with_names

    names = ClassLabel(names=["gaza", "sudan"])
    features = Features({"text": Value("string"), "one": names, "many": Sequence(names)})
    rows = Dataset.from_list([{"text": "a", "one": 1, "many": [0, 1]}, {"text": "b", "one": 0, "many": []}], features)
    found = [(row["one"], row["many"]) for row in _with_names(rows)]
    assert found == [("sudan", ["gaza", "sudan"]), ("gaza", [])]


def test_what_was_guessed_or_replaced_in_a_corpus_is_told(
    tmp_path: Path, themes: ThemeSet, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "t.csv").write_bytes("text;themes\n« L’été »;gaza\n".encode("cp1252"))
    assert load(tmp_path / "t.csv", themes).texts == ["« L’été »"]
    (warned,) = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert "t.csv: taken to be in Windows-1252 (" in warned


def test_each_row_of_a_table_is_in_a_language_of_its_own(tmp_path: Path, themes: ThemeSet) -> None:
    texts = ["Le marché ouvre tôt", "The market opens early", "تفتح السوق باكرا"]
    corpus = load(write_lines(tmp_path / "t.jsonl", [{"text": text, "themes": []} for text in texts]), themes)
    assert corpus.languages == ["fr", "en", "ar"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_empty_cell_of_themes_means_none_and_a_value_that_is_not_there_is_told(
    kind: str, tmp_path: Path, themes: ThemeSet, caplog: pytest.LogCaptureFixture
) -> None:
    table = pd.DataFrame({"text": ["In Gaza", "Rain"], "themes": ["gaza", None]})
    path = tmp_path / f"t.{kind}"
    if kind == "csv":
        table.to_csv(path, index=False)
    else:
        pytest.importorskip("openpyxl")
        table.to_excel(path, index=False)
    assert theme_names(load(path, themes)) == [["gaza"], []]
    assert "have no value in 'themes'" not in caplog.text
    table.to_parquet(tmp_path / "t.parquet")
    assert theme_names(load(tmp_path / "t.parquet", themes)) == [["gaza"], []]
    assert "1 rows have no value in 'themes', the first is row 2" in caplog.text


# Settings


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"separator": ""}, "separator=: give text"),
        ({"columns": {"body": "text"}}, "there is no setting columns.body; there are text, themes, language"),
        ({"single_label": "yes"}, "single_label=yes: give true or false"),
        ({"languages": ["en"]}, "languages=['en']: give a mapping or null"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(setting: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError) as caught:
        validated(CorpusSettings, setting)
    assert str(caught.value).startswith(said)


def test_the_seeds_are_not_taken_for_labels_of_other_themes() -> None:
    own = ThemeSet(themes=(Theme(id="harbours"), Theme(id="gaza")))
    with pytest.raises(UsageError, match=r"by your themes \(harbours, gaza\): add corpus\.path=YOUR_LABELS"):
        load_corpus(CorpusSettings(), own)
