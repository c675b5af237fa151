"""``paratheme ui``: its port, its server, and the stores it finds."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import mlflow
import pytest

from paratheme.cli.ui import free_port, serving
from paratheme.errors import ParathemeError, UsageError
from tests.cli.conftest import Command

pytestmark = pytest.mark.slow

HERE = "127.0.0.1"
PROCESSES = Path("/proc")


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which something listens."""
    with socket.socket() as listening:
        listening.bind((HERE, 0))
        listening.listen()
        yield listening.getsockname()[1]


def test_a_free_port_is_taken_as_it_is() -> None:
    port = free_port(HERE, 0)
    assert free_port(HERE, port) == port


def test_for_a_taken_port_another_is_named(taken: int) -> None:
    with pytest.raises(ParathemeError, match=rf"port {taken}: .*; use another, such as --port \d+"):
        free_port(HERE, taken)


def test_an_address_of_another_machine_is_told() -> None:
    with pytest.raises(ParathemeError, match=r"--host 203\.0\.113\.1: .*; use an address of this machine"):
        free_port("203.0.113.1", 5000)


def test_no_port_is_wrong_usage() -> None:
    with pytest.raises(UsageError, match="0 to 65535"):
        free_port(HERE, 65536)


def test_a_server_that_does_not_start_says_why() -> None:
    said = r"did not start; it said last: \S"
    with pytest.raises(ParathemeError, match=said), serving("nonsense://store", HERE, free_port(HERE, 0)):
        pass


def test_the_ui_of_a_server_is_its_own_address(workplace: SimpleNamespace, command: Command) -> None:
    mlflow.set_tracking_uri("http://localhost:9")
    try:
        assert "http://localhost:9" in command("ui").out
    finally:
        mlflow.set_tracking_uri(workplace.uri)


def test_looking_for_runs_makes_no_store(workplace: SimpleNamespace, command: Command, tmp_path: Path) -> None:
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path / 'none.db'}")
    try:
        said = command("ui", status=1)
    finally:
        mlflow.set_tracking_uri(workplace.uri)
    assert "there are no runs yet: there is no " in said.err
    assert "none.db; run `paratheme train` first" in said.err
    assert list(tmp_path.iterdir()) == []
