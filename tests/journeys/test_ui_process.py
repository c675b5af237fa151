"""``paratheme ui`` as a process: it answers before it says where, is quiet, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from paratheme.cli.ui import free_port

HERE = "127.0.0.1"
PROCESSES = Path("/proc")


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


def test_a_taken_port_ends_the_command_with_one_line(folder: Path) -> None:
    with socket.socket() as listening:
        listening.bind((HERE, 0))
        listening.listen()
        taken = listening.getsockname()[1]
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
