"""A file under a temporary name, which can be gone on with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from paratheme.classifier import unfinished
from paratheme.classifier.unfinished import Unfinished, digest
from paratheme.errors import UsageError


@pytest.fixture
def begun(tmp_path: Path) -> Unfinished:
    """A file of which three bytes are noted, and two more were written."""
    one = Unfinished(tmp_path / "out.csv", resumable=True)
    one.open().write(b"abc")
    one.take_note({"made_of": {"inputs": "1", "model": "2"}, "place": [0, 3]})
    one.file.write(b"de")
    one.file.flush()
    return one


def test_what_was_not_noted_is_written_again(begun: Unfinished, tmp_path: Path) -> None:
    again = Unfinished(tmp_path / "out.csv", resumable=True)
    note = again.noted()
    assert (note["length"], note["place"]) == (3, [0, 3])
    again.open(note["length"]).write(b"DEF")
    assert not (tmp_path / "out.csv").exists()
    again.finish()
    assert (tmp_path / "out.csv").read_bytes() == b"abcDEF"
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]


def test_what_was_made_of_something_else_is_refused_by_its_name(begun: Unfinished) -> None:
    note = begun.noted()
    begun.check(note, {"inputs": "1"})
    begun.check({}, {"inputs": "3"})
    with pytest.raises(UsageError, match=r"out\.csv\.part: was begun with other inputs and model; --force"):
        begun.check(note, {"inputs": "3", "model": "4"})


@pytest.mark.parametrize("damage", ["shorter", "no json", "another format"])
def test_what_is_damaged_is_refused(begun: Unfinished, damage: str) -> None:
    if damage == "shorter":
        begun.part.write_bytes(b"ab")
    elif damage == "no json":
        begun.note.write_text("{", "utf-8")
    else:
        begun.note.write_text(json.dumps({**begun.noted(), "format": 0}), "utf-8")
    with pytest.raises(UsageError, match="is damaged"):
        begun.noted()


def test_notes_are_not_taken_all_the_time(begun: Unfinished, monkeypatch: pytest.MonkeyPatch) -> None:
    begun.take_note({"made_of": {}})
    assert begun.noted()["length"] == 3
    monkeypatch.setattr(unfinished, "SECONDS", 0.0)
    begun.take_note({"made_of": {}})
    assert begun.noted()["length"] == 5


def test_what_is_given_up_stays_where_it_is_of_use(begun: Unfinished, tmp_path: Path) -> None:
    assert "--resume" in begun.give_up()
    assert begun.is_there
    other = Unfinished(tmp_path / "out.parquet", resumable=False)
    other.open().write(b"abc")
    other.take_note({})
    assert other.give_up() == ""
    assert not other.part.exists()


def test_a_new_beginning_leaves_nothing_of_the_old(begun: Unfinished) -> None:
    begun.open()
    assert not begun.is_there
    assert begun.noted() == {}


def test_hashes_tell_data_apart() -> None:
    assert digest([1, {"a": 2}]) == digest([1, {"a": 2}]) != digest([1, {"a": 3}])


def test_on_a_full_disk_what_was_noted_stays(begun: Unfinished) -> None:
    class Full:
        def close(self) -> None:
            raise OSError("no space left")

    begun.file.close()
    begun.file = Full()  # type: ignore[assignment]
    assert "--resume" in begun.give_up()
