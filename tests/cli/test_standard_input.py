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
