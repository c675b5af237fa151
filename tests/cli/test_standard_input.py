"""Standard input is a file while it is read."""

from __future__ import annotations

import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from paratheme.cli.standard_input import standard_input
from paratheme.errors import ParathemeError, UsageError


@pytest.fixture(autouse=True)
def _input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(b"\xff\x00")))


@pytest.mark.parametrize(("kind", "name"), [(None, "stdin.txt"), ("csv", "stdin.csv")])
def test_it_is_read_byte_by_byte_into_a_file_of_its_kind(kind: str | None, name: str) -> None:
    with standard_input(["a", "-"], kind) as (paths, known):
        file = Path(paths[1])
        assert (paths[0], file.name, file.read_bytes()) == ("a", name, b"\xff\x00")
        assert known(f"{file}: is empty") == f"{name}: is empty"
    assert not file.exists()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("<!DOCTYPE html><p>x", "html"),
        ('\ufeff\n<?xml version="1.0"?>\n<!-- saved -->\n<HTML lang="ar">', "html"),
        ("<p>A tag alone is no page</p>", "txt"),
        ("id,text,date\na,b,c\n", "csv"),
        ("id;text\n", "csv"),
        ("id\ttext\n", "tsv"),
        ("SEP=|\r\nid|text\r\n7|The well\r\n", "csv"),
        ('\ufeff"sep=;"\ntext;id\nThe well;7\n', "csv"),
        ("sep=;\nThe well; the text\n", "txt"),
        ("text\nalone\n", "txt"),
        ("He sent the text, and left.\n", "txt"),
        ('{"text": "a"}\n{"text": "b"}\n', "jsonl"),
        (f'{{"text": "{"غزة " * 2000}"}}\n{{"text": "b"}}\n', "jsonl"),
        ('{"title": "a"}\n', "txt"),
        ('[{"text": "a", "id": 1}]', "json"),
        ('[\n {"text": "a"},\n {"text": "b"}\n]\n', "json"),
        ("[1]\n", "txt"),
        ("%PDF-1.7\n", "pdf"),
        ("Plain.\n", "txt"),
    ],
)
def test_what_begins_like_another_kind_is_read_so_and_that_is_told(
    text: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(text.encode())))
    said: list[str] = []
    with standard_input(["-"], None, said.append, "text") as (paths, _):
        assert Path(paths[0]).suffix == f".{kind}"
    told = f"standard input begins like {kind}, and is read so; --format-in txt reads it as plain text"
    assert said == ([] if kind == "txt" else [told])


def test_where_no_table_is_read_none_is_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(b"id,text\na,b\n")))
    with standard_input(["-"], None) as (paths, _):
        assert Path(paths[0]).name == "stdin.txt"


def test_an_error_names_it_without_its_folder() -> None:
    with pytest.raises(ParathemeError, match=r"^stdin\.txt: broken$"), standard_input(["-"], None) as (paths, _):
        raise ParathemeError(f"{paths[0]}: broken")


def test_nothing_on_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(b"")))
    with pytest.raises(ParathemeError, match=r"^standard input is empty; "), standard_input(["-"], None):
        pass


def test_where_it_is_not_named_it_is_not_read() -> None:
    with standard_input(["a"], None) as (paths, known):
        assert (paths, known("x")) == (["a"], "x")
    assert sys.stdin.buffer.read() == b"\xff\x00"
    with pytest.raises(UsageError, match="name it as -"), standard_input(["a"], "csv"):
        pass
