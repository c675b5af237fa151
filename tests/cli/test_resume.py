"""`paratheme predict` is killed at any moment, goes on with --resume, and nothing is lost or written twice."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from subprocess import DEVNULL, PIPE
from typing import Any

import pytest

from paratheme.classifier import unfinished
from tests.cli.conftest import DOCUMENT, Command
from tests.cli.killed import SINGLY

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
Dies = Callable[[list[Any], int], bool]


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """A table, a document, and one that cannot be read; each group is filed and noted by itself."""
    for setting in SINGLY:
        monkeypatch.setattr(*setting)
    rows = [
        {"text": text, "document": name} for text, name in (("Rafah", None), ("x", "a"), ("y", "a"), ("bread", "b"))
    ]
    table, document, broken = tmp_path / "t.jsonl", tmp_path / "report.txt", tmp_path / "broken.txt"
    table.write_text("".join(map("{}\n".format, map(json.dumps, rows))), "utf-8")
    document.write_text(DOCUMENT, "utf-8")
    broken.write_bytes(b"%PDF-1.4")
    return [table, document, broken]


@pytest.fixture(scope="module")
def dies() -> Iterator[Dies]:
    """Whether a command is killed, in a process of its own, when it touches its files for the given time."""
    program = [sys.executable, "-m", "tests.cli.killed"]
    with subprocess.Popen(program, cwd=ROOT, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, text=True) as process:
        assert process.stdin
        assert process.stdout

        def call(typed: list[Any], moment: int) -> bool:
            print(json.dumps([list(map(str, typed)), moment]), file=process.stdin, flush=True)
            said = process.stdout.readline()
            assert said in ("killed\n", "ended\n")
            return said == "killed\n"

        yield call
        process.stdin.close()


@pytest.mark.parametrize(("name", "by"), [("out.jsonl", "block"), ("out.csv.gz", "block"), ("out.csv", "document")])
def test_killed_at_any_moment_it_goes_on_without_loss_or_repetition(
    tmp_path: Path, inbox: list[Path], model: Path, name: str, by: str, command: Command, dies: Dies
) -> None:
    output, undisturbed = tmp_path / name, tmp_path / f"undisturbed.{name}"
    typed = ["predict", *inbox, "--model", model, "--by", by, "--output"]
    summary = command(*typed, undisturbed, status=1).err.splitlines()[-2:]
    for moment in count(1):
        killed = dies([*typed, output], moment)
        if not output.exists():
            assert command(*typed, output, "--resume", status=1).err.splitlines()[-2:] == summary
        assert output.read_bytes() == undisturbed.read_bytes()
        output.unlink()
        if not killed:
            break
    assert moment > 15


@pytest.fixture
def interrupted(tmp_path: Path, inbox: list[Path], model: Path, dies: Dies) -> list[Any]:
    """What was typed when a command was killed in the middle."""
    typed = ["predict", *inbox, "--model", model, "--output", tmp_path / "out.csv"]
    assert dies(typed, 9)
    assert (tmp_path / "out.csv.part.json").exists()
    return typed


def test_what_was_interrupted_is_not_thrown_away_unasked(
    tmp_path: Path, interrupted: list[Any], command: Command
) -> None:
    part = tmp_path / "out.csv.part"
    before = part.read_bytes()
    assert "--resume goes on with it, --force begins anew" in command(*interrupted, status=2).err
    assert part.read_bytes() == before
    command(*interrupted, "--force", status=1)
    assert not part.exists()


def test_with_other_inputs_options_or_another_model_it_does_not_go_on(
    tmp_path: Path, interrupted: list[Any], model: Path, command: Command
) -> None:
    def said(typed: list[Any]) -> str:
        return command(*typed, "--resume", status=2).err.splitlines()[-1]

    begun = f"paratheme: {tmp_path / 'out.csv.part'}: was begun with other "
    assert said([*interrupted, "--prior", "gaza=0.5"]) == f"{begun}options; --force begins anew"
    assert said(interrupted[:1] + interrupted[2:]) == f"{begun}inputs; --force begins anew"
    (tmp_path / "other").symlink_to(model)
    other = [tmp_path / "other" if word == model else word for word in interrupted]
    assert said(other) == f"{begun}model; --force begins anew"


def test_an_interrupt_says_how_to_go_on(
    tmp_path: Path, inbox: list[Path], model: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(self: unfinished.Unfinished, note: Any) -> None:
        whole(self, note)
        raise KeyboardInterrupt

    whole = unfinished.Unfinished.take_note
    monkeypatch.setattr(unfinished.Unfinished, "take_note", interrupt)
    said = command("predict", *inbox, "--model", model, "--output", tmp_path / "out.csv", status=130).err
    assert "out.csv.part; the same command with --resume goes on" in said
    said = command("predict", *inbox, "--model", model, "--output", tmp_path / "out.parquet", status=130).err
    assert "--resume" not in said
    assert not (tmp_path / "out.parquet.part").exists()


def test_where_nothing_was_begun_resume_begins(
    tmp_path: Path, inbox: list[Path], model: Path, command: Command
) -> None:
    command("predict", *inbox, "--model", model, "--output", tmp_path / "out.csv", "--resume", status=1)
    assert (tmp_path / "out.csv").exists()


def test_standard_input_cannot_be_gone_on_with(command: Command) -> None:
    assert "put it into a file" in command("predict", "-", "--output", "o.csv", "--resume", status=2).err
