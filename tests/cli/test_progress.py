"""What is said while a training runs, and where it is kept."""

from __future__ import annotations

import logging
from io import StringIO
from pathlib import Path

import pytest
from tqdm import tqdm

from paratheme.cli.progress import LineHandler
from paratheme.training.compose import run_jobs


class Terminal(StringIO):
    """A screen that says it is one."""

    def isatty(self) -> bool:
        return True


def test_stages_are_kept_dated_in_the_log_of_the_run_and_errors_stand_alone_without_a_terminal(
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
    assert (said.out, said.err) == ("", "")  # no terminal: errors stand alone
    (log,) = tmp_path.glob("outputs/*/*/train.log")
    assert log.read_text("utf-8").endswith("[paratheme.training.job][INFO] - Reading 3 blocks\n")


def test_a_line_stands_above_the_bar_and_not_in_it() -> None:
    screen = Terminal()
    handler = LineHandler(screen)
    with tqdm(total=2, file=screen, desc="Encoding") as bar:
        handler.emit(logging.LogRecord("paratheme", logging.INFO, "", 0, "one stage", None, None))
        bar.update(2)
    lines = screen.getvalue().replace("\r", "\n").split("\n")
    assert "one stage" in lines
    assert any(line.startswith("Encoding") for line in lines)


def test_a_warning_is_said_without_a_terminal_too() -> None:
    screen = StringIO()
    LineHandler(screen).emit(logging.LogRecord("paratheme", logging.WARNING, "", 0, "95 MB to fetch", None, None))
    assert screen.getvalue() == "95 MB to fetch\n"


def test_a_line_that_cannot_be_written_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging, "raiseExceptions", False)
    closed = Terminal()
    closed.close()
    LineHandler(closed).emit(logging.LogRecord("paratheme", logging.INFO, "", 0, "one stage", None, None))
