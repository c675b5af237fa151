"""`paratheme segment`: blocks as JSON lines, or a measurement on labelled documents."""

from __future__ import annotations

import json
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from paratheme.training import data
from tests.cli.conftest import Command

RAIN = "Heavy rain fell on the hills for three days, and the road to the coast was cut in four places."
MATAR = "هطلت أمطار غزيرة على التلال ثلاثة أيام متواصلة، وانقطع الطريق إلى الساحل في أربعة مواضع مختلفة."


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A labelled folder of two documents, one in English and one in Arabic."""
    (tmp_path / "documents").mkdir()
    entries, labels = [], []
    for name, text, language in (("a", RAIN, "en"), ("b", MATAR, "ar")):
        (tmp_path / "documents" / f"{name}.txt").write_text(text, encoding="utf-8")
        entries.append({"document": name, "language": language, "layout": "blank"})
        labels.append({"document": name, "start": 0, "end": len(text), "kind": "paragraph"})
    (tmp_path / "documents.jsonl").write_text("\n".join(map(json.dumps, entries)))
    (tmp_path / "labels.jsonl").write_text("\n".join(map(json.dumps, labels)))
    return tmp_path


def test_blocks_are_printed_and_what_cannot_be_read_is_named(tmp_path: Path, command: Command) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(f"أمطار\n{MATAR}", encoding="utf-8")
    (tmp_path / "in" / "b.txt").write_bytes(b"")
    (tmp_path / "in" / "c.txt").write_text(RAIN, encoding="utf-8")
    said = command("segment", tmp_path, status=1)
    lines = [json.loads(line) for line in said.out.splitlines()]
    assert [list(line) for line in lines] == [["document", "index", "start", "end", "kind", "language", "text"]] * 3
    assert [(line["document"], line["index"], line["text"]) for line in lines] == [
        ("in/a.txt", 0, "أمطار"),
        ("in/a.txt", 1, MATAR),
        ("in/c.txt", 0, RAIN),
    ]
    assert "أمطار" in said.out
    assert said.err.count("\n") == 1
    assert said.err.startswith("paratheme: ")
    assert "b.txt: is empty" in said.err


def test_what_was_guessed_in_a_document_is_told_and_is_no_failure(tmp_path: Path, command: Command) -> None:
    page = tmp_path / "page.txt"
    page.write_bytes("À midi, la route de la côte était coupée en quatre endroits.".encode("cp1252"))
    said = command("segment", page)
    assert said.err.startswith(f"paratheme: {page}: taken to be in Windows-1252")
    assert json.loads(said.out)["text"].startswith("À midi")


def test_a_document_may_come_on_standard_input(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(f"# Rain\n\n{RAIN}".encode())))
    blocks = [json.loads(line) for line in command("segment", "-", "--format-in", "md").out.splitlines()]
    assert [(block["document"], block["kind"]) for block in blocks] == [
        ("stdin.md", "heading"),
        ("stdin.md", "paragraph"),
    ]


def test_what_a_folder_holds_beside_documents_is_counted(tmp_path: Path, command: Command) -> None:
    (tmp_path / "a.txt").write_text(RAIN, encoding="utf-8")
    (tmp_path / "b.csv").write_text("x", encoding="utf-8")
    assert command("segment", tmp_path).err == f"paratheme: {tmp_path}: passed over 1 file: 1 .csv\n"


def test_without_anything_to_read_it_says_what_to_name(command: Command) -> None:
    assert "--evaluate CORPUS" in command("segment", status=2).err


def test_the_part_that_was_asked_for_is_measured(
    corpus: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str | None] = []

    def parts_of_documents(config: data.Config) -> dict[str, str]:
        asked.append(config.corpus.path)
        return {"a": "train", "b": "test"}

    monkeypatch.setattr(data, "parts_of_documents", parts_of_documents)
    shown = command("segment", "--evaluate", corpus).out
    assert asked == [str(corpus)]
    assert "language ar" in shown
    assert "language en" not in shown
    assert "1.000" in shown


def test_all_documents_can_be_measured(corpus: Path, command: Command) -> None:
    shown = command("segment", "--evaluate", corpus, "--part", "all").out
    assert "language ar" in shown
    assert "language en" in shown


def test_measuring_on_a_folder_that_is_no_corpus_is_an_error(tmp_path: Path, command: Command) -> None:
    said = command("segment", "--evaluate", tmp_path, "--part", "all", status=1)
    assert "labels.jsonl" in said.err
    assert said.err.count("\n") == 1


def test_measuring_on_what_is_not_there_is_wrong_usage(tmp_path: Path, command: Command) -> None:
    assert "no such file or folder" in command("segment", "--evaluate", tmp_path / "nowhere", status=2).err


def test_a_summary_tells_what_was_read_refused_and_repaired(tmp_path: Path, command: Command) -> None:
    (tmp_path / "a.txt").write_text(f"{RAIN}\n\n{MATAR}", encoding="utf-8")
    (tmp_path / "b.txt").write_bytes("À midi, la route de la côte était coupée en quatre endroits.".encode("cp1252"))
    (tmp_path / "c.pdf").write_bytes(b"no PDF")
    said = command("segment", "--summary", tmp_path, status=1)
    assert said.out.startswith("2 of 3 documents read, 3 blocks\n")
    assert f"Refused:\n  {tmp_path / 'c.pdf'}: is damaged or no PDF" in said.out
    assert f"Repaired:\n  {tmp_path / 'b.txt'}: taken to be in Windows-1252" in said.out
    (header,) = [line.split() for line in said.out.splitlines() if "paragraph" in line]
    assert header == ["paragraph", "blocks", "language"]
    assert {tuple(line.split()[:2]) for line in said.out.splitlines() if line.startswith("          1")} == {("1", "1")}
    assert said.err == ""


def test_a_summary_of_what_reads_well_is_short(tmp_path: Path, command: Command) -> None:
    (tmp_path / "a.txt").write_text(RAIN, encoding="utf-8")
    said = command("segment", "--summary", tmp_path)
    assert said.out.startswith("1 of 1 documents read, 1 blocks\n")
    assert "Refused" not in said.out
    assert "Repaired" not in said.out


def test_a_folder_without_documents_is_said_to_be_one(tmp_path: Path, command: Command) -> None:
    (tmp_path / "table.csv").write_text("text\nRain\n")
    assert f"{tmp_path}: no documents there; there should be .txt" in command("segment", tmp_path, status=1).err


def test_of_a_table_it_is_said_which_command_takes_it(tmp_path: Path, command: Command) -> None:
    (tmp_path / "table.CSV").write_text("text\nRain\n")
    said = command("segment", tmp_path / "table.CSV", status=1)
    assert "a table's rows are blocks already; `paratheme predict " in said.err
