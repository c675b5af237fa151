"""``paratheme ui``: it answers before it says where, is quiet, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import mlflow
import pytest

from paratheme.cli.ui import free_port, serving
from paratheme.errors import ParathemeError, UsageError
from tests.cli.conftest import Command

HERE = "127.0.0.1"
PROCESSES = Path("/proc")


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which something listens."""
    with socket.socket() as listening:
        listening.bind((HERE, 0))
        listening.listen()
        yield listening.getsockname()[1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working directory with a space, an accent, and a store."""
    made = tmp_path_factory.mktemp("ui") / "Été à Paris #1"
    made.mkdir()
    code = "from paratheme.tracking.store import connect; connect()"
    subprocess.run([sys.executable, "-c", code], cwd=made, env=environment(), check=True)
    return made


def environment() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if key != "MLFLOW_TRACKING_URI"}


def heed_signals() -> None:
    """Let signals end the process even where the tests themselves run behind ``nohup`` or ``&``."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def ui(folder: Path, port: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "paratheme", "ui", "--port", str(port)],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=heed_signals,
    )


def processes_naming(text: str) -> list[str]:
    found = []
    for file in PROCESSES.glob("[0-9]*/cmdline"):
        try:
            command = file.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if text in command:
            found.append(command)
    return found


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


def test_a_taken_port_ends_the_command_with_one_line(folder: Path, taken: int) -> None:
    started = ui(folder, taken)
    out, err = started.communicate(timeout=120)
    assert (started.returncode, out, err.count("\n")) == (1, "", 1)
    assert err.startswith(f"paratheme: port {taken}: ")
    assert "--port" in err


@pytest.mark.skipif(not PROCESSES.is_dir(), reason="needs /proc to see what is left running")
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_answers_when_it_says_where_is_quiet_and_leaves_nothing(folder: Path, end: signal.Signals) -> None:
    port = free_port(HERE, 0)
    started = ui(folder, port)
    assert started.stdout is not None
    try:
        said = started.stdout.readline()
        assert said.startswith(f"runs, the best first: http://{HERE}:{port}/#/experiments/")
        with urllib.request.urlopen(f"http://{HERE}:{port}/health", timeout=30) as answer:
            assert answer.status == 200
        assert len(processes_naming(f"--port {port}")) > 1
        started.send_signal(end)
        out, err = started.communicate(timeout=60)
    finally:
        started.kill()
    assert (started.returncode, out, err) == (0, "", "starting MLflow ...\nCtrl-C ends it\n")
    assert processes_naming(f"--port {port}") == []
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]  # none of an escaped name


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
