"""A document that takes too much is named and left out; the others go on."""

from __future__ import annotations

import os
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest

from paratheme.documents import limits
from paratheme.documents.blocks import read_blocks
from paratheme.documents.document import Document
from paratheme.documents.encodings import DocumentError
from paratheme.documents.limits import Limits, read_ahead, read_within
from paratheme.documents.readers import DocumentFile, find, read
from paratheme.errors import UsageError
from tests.documents.examples import MATAR, RAIN, written

FREE = Limits(megabytes=50, seconds=60, memory_megabytes=2000)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.md", f"---\ntitle: Rain\ndate: 2024-01-02\n---\n# {MATAR}\n\n{RAIN}\n"),
        ("a.html", f"<html><body><article><h1>{MATAR}</h1><p>{RAIN}</p></article></body></html>"),
        ("a.txt", RAIN),
    ],
)
def test_a_document_is_the_same_within_limits(name: str, text: str, tmp_path: Path) -> None:
    file = written(tmp_path, name, text)
    assert read_within(file, "named", FREE) == read(file, "named")


def test_what_cannot_be_read_is_told_the_same_within_limits(tmp_path: Path) -> None:
    for name, content in (("a.md", b""), ("b.pdf", b"%PDF-1.4 nothing"), ("c.docx", b"PK"), ("d.html", b"%PDF-")):
        file = written(tmp_path, name, content)
        with pytest.raises(DocumentError) as here:
            read(file)
        with pytest.raises(DocumentError) as apart:
            read_within(file, name, FREE)
        assert str(apart.value) == str(here.value)


def test_a_file_that_is_too_large_is_not_opened(tmp_path: Path) -> None:
    file = tmp_path / "large.pdf"
    with file.open("wb") as opened:
        opened.truncate(3 * 10**9)  # takes no space
    with pytest.raises(
        DocumentError, match=r"large\.pdf: 3,000 MB, more than the 50 MB of limits\.megabytes; split it"
    ):
        read_within(file, "large.pdf", FREE)


def test_a_document_that_takes_too_long_is_left_out_and_the_next_is_read(tmp_path: Path) -> None:
    slow, next_one = written(tmp_path, "slow.md", f"{RAIN}\n\n" * 50_000), written(tmp_path, "next.md", RAIN)
    with pytest.raises(DocumentError, match=r"slow\.md: takes more than the 1e-06 s of limits\.seconds"):
        read_within(slow, "slow.md", Limits(megabytes=50, seconds=1e-6, memory_megabytes=2000))
    assert read_within(next_one, "next.md", FREE).text.strip() == RAIN


def bomb(path: Path, megabytes: int) -> Path:
    """A small PDF whose one page unpacks to much."""
    packed = zlib.compress(b"BT (x) Tj ET " * (megabytes * 10**6 // 13), 9)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<<>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed),
    ]
    data, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj%s endobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    data += b"xref\n0 5\n0000000000 65535 f \n%strailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        table,
        len(data),
    )
    path.write_bytes(data)
    return path


def test_a_bomb_is_left_out_and_the_others_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb(tmp_path / "bomb.pdf", 400)
    written(tmp_path, "next.md", RAIN)
    monkeypatch.setattr(limits, "limits", lambda: Limits(megabytes=50, seconds=20, memory_megabytes=300))
    failures: list[str] = []
    records = list(read_blocks(find([tmp_path]), failures))
    assert [record["document"] for record in records] == ["next.md"]
    (failure,) = failures
    assert failure.startswith(f"{tmp_path / 'bomb.pdf'}: takes more than the ")


def test_a_word_file_that_is_a_zip_bomb_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "bomb.docx"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<w:document>" + b" " * 10**8)
    with pytest.raises(DocumentError, match="unpacks to 95 MB"):
        read_within(file, "bomb.docx", FREE)


def test_limits_of_the_working_directory_take_the_place_of_those_that_ship(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert limits.limits() == FREE
    written(tmp_path, "conf/limits.yaml", "megabytes: 0.00001\nseconds: 5\nmemory_megabytes: 500\n")
    assert limits.limits().seconds == 5
    failures: list[str] = []
    assert not list(read_blocks([DocumentFile(written(tmp_path, "a.txt", RAIN), "a.txt")], failures))
    assert "more than the 1e-05 MB of limits.megabytes" in failures[0]


def test_limits_that_are_changed_hold_from_then_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for moment, seconds in ((1, 5), (2, 7)):
        file = written(tmp_path, "conf/limits.yaml", f"megabytes: 1\nseconds: {seconds}\nmemory_megabytes: 500\n")
        os.utime(file, (moment, moment))
        assert limits.limits().seconds == seconds


def test_a_limit_that_cannot_be_is_refused_with_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, "conf/limits.yaml", "megabytes: 5\nseconds: -1\nmemory_megabytes: 500\n")
    with pytest.raises(UsageError, match=r"limits\.yaml, line 2: seconds=-1: give a number above 0"):
        limits.limits()


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 3])
def test_documents_come_in_order_however_many_processes_read(workers: int, tmp_path: Path) -> None:
    for number in range(9):
        written(tmp_path, f"{number}.md", f"{RAIN} {number}")
    written(tmp_path, "4.md", b"")
    files = find([tmp_path])
    outcomes = list(read_ahead(files, workers))
    assert isinstance(outcomes.pop(4), DocumentError)
    assert [one.name for one in outcomes if isinstance(one, Document)] == [f.name for f in files if f.name != "4.md"]


@pytest.mark.slow
def test_reading_ahead_leaves_no_process_behind_where_nobody_reads_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = []
    begin = limits._Reader._begun

    def noted(reader: limits._Reader) -> Any:
        begun.append(begin(reader))
        return begun[-1]

    monkeypatch.setattr(limits._Reader, "_begun", noted)
    for number in range(20):
        written(tmp_path, f"{number:02}.md", f"{RAIN}\n\n" * 2000)
    outcomes = read_ahead(find([tmp_path]), 2)
    next(outcomes)
    outcomes.close()  # type: ignore[attr-defined]
    assert len(begun) >= 2
    assert all(process.poll() is not None for process in begun)
