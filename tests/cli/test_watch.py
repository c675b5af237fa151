"""`paratheme watch`: what is typed reaches the comparison, and its tests are shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from paratheme.evaluation.movement import Moved
from paratheme.training import watch as module
from tests.cli.conftest import Command

TESTS = [
    Moved("theme gaza", 0.1, 0.3, 0.2, 0.5, 0.001, 0.002, True, "10.0% of the blocks were filed under it, now 30.0%"),
    Moved("languages", 0.5, 0.5, 0.0, float("nan"), 0.9, 0.9, False, "most of it: fr"),
]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What comparisons were asked for; nothing is read. They find what the name of NEW says."""
    given: list[Any] = []

    def watch(*asked: Any) -> module.Watched:
        given.append(asked[:6])
        moved = asked[1] == "moved"
        tests = TESTS if moved else TESTS[1:]
        failures = ["broken.txt: is no PDF"] if asked[1] == "broken" else []
        return module.Watched(moved, tests, (20, 1000), (10, 300), "m", "abc", None, failures)

    monkeypatch.setattr(module, "watch", watch)
    return given


def test_what_was_typed_reaches_it(asked: list[Any], command: Command) -> None:
    typed = ["--model", "m", "--themes", "t", "--text-column", "body", "--level", "0.01", "--permutations", "99"]
    command("watch", "a", "b", *typed)
    command("watch", "a", "b")
    settings = module.WatchSettings(level=0.01, permutations=99)
    assert asked == [("a", "b", "m", "t", "body", settings), ("a", "b", None, None, "text", module.WatchSettings())]


def test_tests_are_shown_and_what_moved_is_said(asked: list[Any], command: Command) -> None:
    said = command("watch", "a", "moved")
    assert said.out.startswith("300 blocks in 10 documents against 1,000 blocks in 20 documents")
    assert ["theme", "gaza", "0.100", "0.300", "0.500", "0.001", "0.002", "yes"] in said.lines
    assert ["languages", "0.500", "0.500", "-", "0.900", "0.900"] in said.lines
    assert said.out.splitlines()[-3:] == [
        "theme gaza: 10.0% of the blocks were filed under it, now 30.0%",
        "moved",
        "run    runs:/abc",
    ]
    assert "not moved" in command("watch", "a", "b").out.splitlines()


def test_a_json_file_holds_all_of_it(asked: list[Any], tmp_path: Path, command: Command) -> None:
    file = tmp_path / "watch.json"
    assert command("watch", "a", "moved", "-o", file).out.splitlines() == ["moved", "run    runs:/abc"]
    written = json.loads(file.read_text("utf-8"))
    assert (written["moved"], written["model"], written["new"]) == (True, "m", [10, 300])
    assert [test["effect"] for test in written["tests"]] == [0.5, None]
    assert "--force overwrites it" in command("watch", "a", "moved", "-o", file, status=2).err
    assert "end its name in .json" in command("watch", "a", "b", "-o", tmp_path / "watch.csv", status=2).err
    assert len(asked) == 1  # what is wrong with the file is told before anything is read


def test_what_cannot_be_read_is_named(asked: list[Any], command: Command) -> None:
    assert command("watch", "a", "broken", status=1).err == "paratheme: broken.txt: is no PDF\n"
    said = command("watch", "a", "b", "--level", "2", status=2)
    assert said.err.startswith("paratheme: level=2.0: ")
