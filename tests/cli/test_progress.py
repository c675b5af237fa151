"""What is said while a training runs, and where it is kept."""

from __future__ import annotations

import logging
import sys
from io import StringIO
from pathlib import Path

import pytest
from tqdm import tqdm

from paratheme.cli.progress import LineHandler
from paratheme.training.compose import run_jobs


def test_stages_are_said_a_line_each_and_kept_dated_in_the_log_of_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    job = logging.getLogger("paratheme.training.job")

    def say(*_: object) -> None:
        job.info("Reading %d blocks", 3)
        job.debug("nobody asked")
        logging.getLogger("another").info("nor this")

    run_jobs(["model=lexicon"], False, say)
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "Reading 3 blocks\n")
    (log,) = tmp_path.glob("outputs/*/*/train.log")
    assert log.read_text("utf-8").endswith("[paratheme.training.job][INFO] - Reading 3 blocks\n")


def record(message: str) -> logging.LogRecord:
    return logging.LogRecord("paratheme", logging.INFO, "", 0, message, None, None)


def test_a_line_stands_above_the_bar_and_not_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = StringIO()
    monkeypatch.setattr(sys, "stderr", screen)
    with tqdm(total=2, file=screen, desc="Encoding") as bar:
        LineHandler().emit(record("one stage"))
        bar.update(2)
    lines = screen.getvalue().replace("\r", "\n").split("\n")
    assert "one stage" in lines
    assert any(line.startswith("Encoding") for line in lines)


def test_lines_go_where_standard_error_goes_now(monkeypatch: pytest.MonkeyPatch) -> None:
    handler = LineHandler()
    for said in ("first", "second"):
        monkeypatch.setattr(sys, "stderr", screen := StringIO())
        handler.emit(record(said))
        assert screen.getvalue() == f"{said}\n"


def test_a_line_that_cannot_be_written_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging, "raiseExceptions", False)
    closed = StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stderr", closed)
    LineHandler().emit(record("one stage"))
