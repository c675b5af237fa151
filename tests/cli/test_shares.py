"""`paratheme shares`: how large a share of a pile is about each theme."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from paratheme import ThemeClassifier
from tests.cli.conftest import Command

WORDS = ("rain", "bridge", "school", "clock", "farmer", "lamp", "court", "harbour")


@pytest.fixture
def pile(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    for number, word in enumerate(WORDS):
        place = "Gaza" if number < 6 else "Geneva"
        texts = (f"The {word} in {place} was closed, and nobody at the {word} knew why.", f"{word} {word}s " * 9)
        (folder / f"{number}.txt").write_text("\n\n".join(texts), "utf-8")
    return folder


@pytest.fixture
def knowing(model: Path, tmp_path: Path) -> Path:
    """The model, with what it is known to get wrong."""
    classifier = ThemeClassifier.load(model)
    sums = np.tile(np.array([[10, 1.0], [10, 8.0]]), (6, len(classifier.themes.ids), 1, 1)).tolist()
    classifier.about["held_out"] = {"alone": sums, "in_documents": sums, "documents": sums}
    classifier.save(tmp_path / "knowing")
    return tmp_path / "knowing"


def test_shares_are_shown_with_intervals(pile: Path, knowing: Path, command: Command) -> None:
    said = command("shares", pile, "--model", knowing, "--resamples", "50")
    assert said.lines[0][:4] == ["16", "blocks,", "8", "documents"]
    row = next(line for line in said.lines if line[0] == "gaza")
    assert row[1:4] == ["16", "6", "0.375"]
    low, high = float(row[5]), float(row[7])
    assert 0 <= low <= float(row[4]) <= high <= 1
    assert next(line for line in said.lines if line[:2] == ["en", "gaza"])[3] == "6"


def test_files_that_were_filed_give_the_same_as_the_documents(
    tmp_path: Path, pile: Path, knowing: Path, command: Command
) -> None:
    command("shares", pile, "--model", knowing, "-o", tmp_path / "first.json")
    command("predict", pile, "--model", knowing, "-o", tmp_path / "filed.csv")
    said = command("shares", tmp_path / "filed.csv", "-o", tmp_path / "second.json")
    assert said.err.startswith(f"paratheme: filed with {knowing} ")
    first, second = (json.loads((tmp_path / name).read_text("utf-8")) for name in ("first.json", "second.json"))
    assert first == second
    assert {one["unit"] for one in first["shares"]} == {"blocks", "documents"}
    command("shares", tmp_path / "filed.csv", "-o", tmp_path / "shares.csv")
    with (tmp_path / "shares.csv").open(encoding="utf-8") as file:
        assert [row["theme"] for row in csv.DictReader(file)] == [one["theme"] for one in first["shares"]]


def test_copies_are_told_and_counted_once_where_that_is_asked(pile: Path, knowing: Path, command: Command) -> None:
    (pile / "copy.txt").write_bytes((pile / "0.txt").read_bytes())

    def found(*options: str) -> Any:
        return json.loads(command("shares", pile, "--model", knowing, "--format", "json", *options).out)

    twice, once = found(), found("--once")
    assert twice["told_again"] == once["told_again"] == [["0.txt", "copy.txt"]]
    assert (twice["documents"], once["documents"]) == (9, 8)
    assert "(left out)" in command("shares", pile, "--model", knowing, "--once").out
    assert "(--once counts each once)" in command("shares", pile, "--model", knowing).out


def test_a_classifier_that_does_not_know_its_errors_counts(pile: Path, model: Path, command: Command) -> None:
    said = command("shares", pile, "--model", model)
    assert "shares are not estimated; train it again" in said.err
    assert next(line for line in said.lines if line[0] == "gaza") == ["gaza", "16", "6", "0.375", "-", "-"]


def test_files_of_two_classifiers_do_not_go_together(
    tmp_path: Path, pile: Path, model: Path, knowing: Path, command: Command
) -> None:
    for name, one in (("a.jsonl", model), ("b.jsonl", knowing)):
        command("predict", pile, "--model", one, "-o", tmp_path / name)
    said = command("shares", tmp_path / "a.jsonl", tmp_path / "b.jsonl", status=2).err
    assert "their scores are not alike; file all by one of them" in said


def test_a_classifier_that_is_elsewhere_now_is_asked_for(
    tmp_path: Path, pile: Path, knowing: Path, command: Command
) -> None:
    command("predict", pile, "--model", knowing, "-o", tmp_path / "a.jsonl")
    knowing.rename(tmp_path / "moved")
    said = command("shares", tmp_path / "a.jsonl", status=1).err
    assert said.endswith("these blocks were filed by it: name with --model where it is now\n")
    command("shares", tmp_path / "a.jsonl", "--model", tmp_path / "moved")


@pytest.mark.parametrize(
    "typed", [["-o", "s.txt"], ["-o", "s.csv", "--format", "json"], ["-o", "s.json", "--format", "table"]]
)
def test_a_file_is_called_as_its_format(pile: Path, typed: list[str], command: Command) -> None:
    assert "end its name in .json or .csv" in command("shares", pile, *typed, status=2).err


def test_what_cannot_be_read_is_named_and_the_rest_is_counted(pile: Path, knowing: Path, command: Command) -> None:
    (pile / "broken.txt").write_bytes(b"%PDF-1.4")
    said = command("shares", pile, "--model", knowing, status=1)
    assert "broken.txt" in said.err
    assert said.lines[0][:3] == ["16", "blocks,", "8"]
