"""Folders of labelled documents and tables, in the layouts in which people keep them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from paratheme.errors import ParathemeError
from paratheme.themes.theme_set import ThemeSet
from tests.corpus.examples import LABELS, folder_with, load, theme_names, write_lines


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def test_a_folder_a_theme_holds_a_document_a_file(tmp_path: Path, themes: ThemeSet) -> None:
    put(tmp_path / "gaza" / "0.txt", "\nFirst paragraph.\n\nSecond paragraph.\n")
    put(tmp_path / "gaza" / "2024" / "1.html", "<p>On a page</p>")
    put(tmp_path / "Food security" / "0.txt", "Le blé manque cette année au village.")
    put(tmp_path / "none" / "0.txt", "Other news")
    put(tmp_path / ".hidden" / "0.txt", "Hidden")
    corpus = load(tmp_path, themes)
    assert sorted(zip(corpus.blocks["document"], corpus.texts, map(tuple, theme_names(corpus)), strict=True)) == [
        ("Food security/0.txt", "Le blé manque cette année au village.", ("food_security",)),
        ("gaza/0.txt", "First paragraph.\n\nSecond paragraph.", ("gaza",)),
        ("gaza/2024/1.html", "On a page", ("gaza",)),
        ("none/0.txt", "Other news", ()),
    ]
    assert (corpus.blocks[1]["start"], "fr" in corpus.languages) == (1, True)


def test_a_folder_that_is_no_theme_beside_others_is_refused_with_the_remedy(tmp_path: Path, themes: ThemeSet) -> None:
    put(tmp_path / "gaza" / "0.txt", "One")
    put(tmp_path / "sport" / "0.txt", "Two")
    with pytest.raises(
        ParathemeError, match=r"sport: unknown theme 'sport'; .* name the folder as one of these, or none"
    ):
        load(tmp_path, themes)


def test_train_and_test_folders_say_the_part(tmp_path: Path, themes: ThemeSet) -> None:
    put(tmp_path / "train" / "gaza" / "0.txt", "One")
    put(tmp_path / "Test" / "gaza" / "0.txt", "Two")
    put(tmp_path / "dev" / "sudan" / "0.txt", "Three")
    corpus = load(tmp_path, themes)
    found = zip(corpus.texts, corpus.parts, corpus.blocks["document"], strict=True)
    assert sorted(found) == [
        ("One", "train", "train/gaza/0.txt"), ("Three", "valid", "dev/sudan/0.txt"), ("Two", "test", "Test/gaza/0.txt"),
    ]  # fmt: skip


def test_parts_may_be_tables_or_folders_of_tables_or_standoff_labels(tmp_path: Path, themes: ThemeSet) -> None:
    for number, layout in enumerate(("{}.csv", "{}.CSV.gz", "{}/data.csv")):
        folder = tmp_path / str(number)
        for part in ("train", "test"):
            path = folder / layout.format(part)
            if path.suffix == ".gz":
                import gzip

                path.parent.mkdir(exist_ok=True)
                path.write_bytes(gzip.compress(f"text,themes\n{part} x,gaza\n".encode()))
            else:
                put(path, f"text,themes\n{part} x,gaza\n")
        corpus = load(folder, themes)
        assert sorted(zip(corpus.texts, corpus.parts, strict=True)) == [("test x", "test"), ("train x", "train")]
    for part in ("train", "test"):
        (tmp_path / "standoff" / part).mkdir(parents=True)
        folder_with(tmp_path / "standoff" / part, LABELS)
    corpus = load(tmp_path / "standoff", themes)
    assert sorted(corpus.parts) == ["test", "test", "train", "train"]
    assert len(set(corpus.blocks["document"])) == 2


@pytest.mark.parametrize("name", ["Train_{}", "train{}", "train-0000{}-of-00002", "train-0000{}-of-00002-0a1b2c3d"])
def test_a_part_may_be_several_tables(name: str, tmp_path: Path, themes: ThemeSet) -> None:
    for number, text in enumerate(("The well", "The tram")):
        put(tmp_path / f"{name.format(number)}.csv", f"text,themes\n{text},gaza\n")
    put(tmp_path / "validation.csv", "text,themes\nThe village,gaza\n")
    expected = [("The tram", "train"), ("The village", "valid"), ("The well", "train")]
    for known in ({}, {"parts": {"train": "train", "validation": "valid"}}):
        corpus = load(tmp_path, themes, **known)
        assert sorted(zip(corpus.texts, corpus.parts, strict=True)) == expected
    put(tmp_path / "spring24.csv", "text,themes\nThe rain,gaza\n")
    assert load(tmp_path, themes, parts={"spring24": "train"}).texts == ["The rain"]


@pytest.mark.parametrize("known", [{}, {"parts": {"train": "train", "test": "test"}}])
def test_tables_of_parts_may_lie_in_a_folder_of_data(known: Any, tmp_path: Path, themes: ThemeSet) -> None:
    put(tmp_path / "README.md", "About these texts")
    for part in ("train", "test"):
        put(tmp_path / "data" / f"{part}-00000-of-00001.csv", f"text,themes\nThe {part},gaza\n")
    corpus = load(tmp_path, themes, **known)
    assert sorted(zip(corpus.texts, corpus.parts, strict=True)) == [("The test", "test"), ("The train", "train")]


def test_a_table_of_a_part_beside_folders_of_parts_is_told(
    tmp_path: Path, themes: ThemeSet, caplog: pytest.LogCaptureFixture
) -> None:
    put(tmp_path / "train" / "t.csv", "text,themes\nOne,gaza\n")
    put(tmp_path / "dev.csv", "text,themes\nTwo,gaza\n")
    said = told_of(tmp_path, themes, caplog)
    assert "dev.csv left out: beside folders that are parts; put each into a folder of its own" in said


@pytest.mark.parametrize(
    ("read", "left", "reason"),
    [
        ("data/train.csv", "a.csv", "beside data/, which is read"),
        ("data/gaza/0.txt", "more", "beside data/, which is read"),
        ("train.csv", "data", "not named as a part or a theme"),
    ],
)
def test_what_lies_beside_tables_or_a_folder_of_data_is_told(
    tmp_path: Path, themes: ThemeSet, caplog: pytest.LogCaptureFixture, read: str, left: str, reason: str
) -> None:
    put(tmp_path / read, "text,themes\nOne,gaza\n")
    put(tmp_path / left if "." in left else tmp_path / left / "test.csv", "text,themes\nTwo,gaza\n")
    put(tmp_path / "README.md", "About these texts")
    assert f"{tmp_path}: {left} left out: {reason}" in told_of(tmp_path, themes, caplog)


@pytest.mark.parametrize("layout", ["train", "train/part"])
def test_two_tables_of_one_name_are_refused(layout: str, tmp_path: Path, themes: ThemeSet) -> None:
    put(tmp_path / f"{layout}.csv", "text,themes\nThe well,gaza\n")
    put(tmp_path / f"{layout}.jsonl", '{"text": "The well", "themes": "gaza"}\n')
    with pytest.raises(ParathemeError, match=r"(\w+)\.csv and \1\.jsonl have one name; keep one of them, or number"):
        load(tmp_path, themes)


def test_the_file_of_labels_may_be_called_in_capitals(tmp_path: Path, themes: ThemeSet) -> None:
    folder_with(tmp_path, LABELS)
    (tmp_path / "labels.jsonl").rename(tmp_path / "Labels.JSONL")
    assert theme_names(load(tmp_path, themes)) == [["gaza"], ["sudan", "food_security"]]


def test_a_part_without_labels_and_a_folder_of_no_known_layout_are_told_what_to_do(
    tmp_path: Path, themes: ThemeSet
) -> None:
    put(tmp_path / "a" / "train" / "0.txt", "One")
    with pytest.raises(
        ParathemeError, match=r"train: no labelled block in it; put labels\.jsonl, tables, or a folder a"
    ):
        load(tmp_path / "a", themes)
    put(tmp_path / "b" / "sport" / "0.txt", "One")
    with pytest.raises(
        ParathemeError, match=r"b: no table 'train'; .*labels\.jsonl beside documents, or a folder a theme"
    ):
        load(tmp_path / "b", themes)


def test_blocks_of_a_document_are_told_their_language_together(tmp_path: Path, themes: ThemeSet) -> None:
    long = "The rains came two weeks late this year, and the farmers of the east sowed sorghum twice before it took."
    put(tmp_path / "a.txt", f"{long}\n\nTable")
    labels = [
        {"document": "a", "start": start, "end": end, "kind": "paragraph", "themes": []}
        for start, end in ((0, len(long)), (len(long) + 2, len(long) + 7))
    ]
    write_lines(tmp_path / "labels.jsonl", labels)
    assert load(tmp_path, themes).languages == ["en", "en"]


def told_of(folder: Path, themes: ThemeSet, caplog: pytest.LogCaptureFixture) -> str:
    caplog.clear()
    with caplog.at_level("WARNING"):
        load(folder, themes)
    return caplog.text


def test_what_is_of_no_part_and_no_theme_is_told(
    tmp_path: Path, themes: ThemeSet, caplog: pytest.LogCaptureFixture
) -> None:
    put(tmp_path / "topics" / "gaza" / "0.txt", "One")
    put(tmp_path / "topics" / "gaza" / "1.csv", "text\nTwo")
    put(tmp_path / "topics" / "loose.txt", "Three")
    put(tmp_path / "topics" / "README.md", "About these texts")
    said = told_of(tmp_path / "topics", themes, caplog)
    assert "topics: loose.txt left out: not named as a part or a theme" in said
    assert "passed over 1 file: 1 .csv" in said
    for name in ("train", "test", "more"):
        put(tmp_path / "tables" / f"{name}.csv", "text,themes\nOne,gaza\n")
    assert "tables: more.csv left out" in told_of(tmp_path / "tables", themes, caplog)
    put(tmp_path / "parts" / "train" / "t.csv", "text,themes\nOne,gaza\n ,gaza\n")
    put(tmp_path / "parts" / "extra" / "t.csv", "text,themes\nOne,gaza\n")
    said = told_of(tmp_path / "parts", themes, caplog)
    assert "parts: extra left out" in said
    assert "t.csv: 1 rows without text left out, the first is row 2" in said
