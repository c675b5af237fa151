"""Documents become records of blocks; a file that cannot be read stops nothing."""

from __future__ import annotations

from pathlib import Path

from paratheme.documents.blocks import read_blocks
from paratheme.documents.readers import DocumentFile, find
from tests.documents.examples import MATAR, RAIN, written


def test_blocks_come_in_the_order_of_files_and_text_each_with_what_is_known_of_it(tmp_path: Path) -> None:
    written(tmp_path, "in/a.txt", f"أمطار\n{MATAR}")
    written(tmp_path, "in/b.txt", RAIN)
    failures: list[str] = []
    records = list(read_blocks(find([tmp_path]), failures))
    assert [list(record) for record in records] == [
        ["document", "index", "start", "end", "kind", "language", "text"],
    ] * 3
    assert [(record["document"], record["index"], record["text"]) for record in records] == [
        *(("in/a.txt", 0, "أمطار"), ("in/a.txt", 1, MATAR), ("in/b.txt", 0, RAIN)),
    ]
    assert records[1] == {
        "document": "in/a.txt",
        "index": 1,
        "start": 6,
        "end": 6 + len(MATAR),
        "kind": "paragraph",
        "language": "ar",
        "text": MATAR,
    }
    assert failures == []


def test_what_cannot_be_read_is_told_in_a_line_and_the_others_are_read(tmp_path: Path) -> None:
    written(tmp_path, "a.txt", b"")
    written(tmp_path, "b.txt", b"%PDF-1.4 not text")
    written(tmp_path, "c.txt", RAIN)
    failures: list[str] = []
    assert [record["document"] for record in read_blocks(find([tmp_path]), failures)] == ["c.txt"]
    assert [line.partition(": ")[0] for line in failures] == [str(tmp_path / "a.txt"), str(tmp_path / "b.txt")]
    assert "is empty" in failures[0]
    assert not any("\n" in line for line in failures)


def test_what_was_guessed_is_told_by_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, "a.txt", RAIN.encode().replace(b"a", b"\xff", 1))
    repairs: list[str] = []
    assert list(read_blocks(find([tmp_path]), [], repairs))
    assert repairs
    assert all(line.startswith(f"{path}: ") for line in repairs)


def test_a_document_is_called_as_its_file_was_found(tmp_path: Path) -> None:
    path = written(tmp_path, "a.txt", RAIN)
    (record,) = read_blocks([DocumentFile(path, "north/rain")], [])
    assert record["document"] == "north/rain"


def test_files_are_read_one_at_a_time_as_their_blocks_are_asked_for(tmp_path: Path) -> None:
    files = [DocumentFile(written(tmp_path, "a.txt", RAIN), "a"), DocumentFile(tmp_path / "gone.txt", "gone")]
    failures: list[str] = []
    blocks = read_blocks(files, failures)
    assert next(blocks)["document"] == "a"
    assert failures == []
    assert list(blocks) == []
    assert len(failures) == 1
