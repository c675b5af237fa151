"""``paratheme serve``: what is wrong is told before it begins; it ends with what is in hand, and leaves nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from paratheme.cli.serve import tokens_of
from paratheme.errors import UsageError
from tests.cli.conftest import Command

pytestmark = pytest.mark.slow

TOKEN = "a-secret-that-is-long"
PROCESSES = Path("/proc")


def heed_signals() -> None:
    """Let signals end the process even where the tests themselves run behind ``nohup`` or ``&``."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def started(model: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "paratheme", "serve", "--port", "0", "--model", str(model), *options],
        env={**os.environ, "PARATHEME_TOKEN": TOKEN},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_signals,
    )


def ask(address: str, question: Any = None) -> tuple[int, Any]:
    data = None if question is None else json.dumps(question).encode()
    headers = {"content-type": "application/json", "authorization": f"Bearer {TOKEN}"}
    try:
        with urllib.request.urlopen(urllib.request.Request(address, data, headers), timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


@pytest.fixture
def server(model: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A service, and where it answers, from when it is ready."""
    process = started(model, "--token-env", "PARATHEME_TOKEN")
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    while ask(f"{address}/ready")[0] != 200:
        assert process.poll() is None
    yield process, address
    process.kill()


def test_it_answers_where_it_says_and_its_token_is_never_printed(
    server: tuple[subprocess.Popen[str], str], model: Path
) -> None:
    process, address = server
    assert address.startswith("http://127.0.0.1:")
    status, answer = ask(f"{address}/predict", {"texts": ["Bombs fell on Gaza"]})
    assert (status, answer["model"], answer["predictions"][0]["themes"]) == (200, str(model), ["gaza"])
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(f"{address}/model", timeout=60)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, "")
    assert "Ctrl-C ends it\n" in err
    assert f"filing with {model} (lexicon, themes desk" in err
    assert "Traceback" not in err
    assert TOKEN not in err


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_finishes_what_is_in_hand_and_leaves_nothing(
    server: tuple[subprocess.Popen[str], str], end: signal.Signals, tmp_path: Path
) -> None:
    process, address = server
    answers: list[tuple[int, Any]] = []
    question = {"texts": [f"Bombs fell on Gaza, number {i}, " * 20 for i in range(2000)]}
    asking = threading.Thread(target=lambda: answers.append(ask(f"{address}/predict", question)))
    asking.start()
    while in_hand(address) == 0 and not answers:
        pass
    process.send_signal(end)
    out, err = process.communicate(timeout=60)
    asking.join(60)
    assert (process.returncode, out, [status for status, _ in answers]) == (0, "", [200])
    assert len(answers[0][1]["predictions"]) == 2000
    assert "Traceback" not in err
    with pytest.raises(OSError):
        ask(f"{address}/health")


def in_hand(address: str) -> float:
    request = urllib.request.Request(f"{address}/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        lines = answer.read().decode().splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("paratheme_requests_in_hand "))


def test_a_model_that_cannot_be_loaded_ends_it_with_one_line(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    process = started(tmp_path / "empty")
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    last = err.splitlines()[-1]
    assert last == f"paratheme: {tmp_path / 'empty'}: no saved classifier (no classifier.json in it)"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--max-megabytes", "0"], "max_megabytes=0.0: give a number above 0 and up to 1000"),
        (["--max-texts", "0"], "max_texts=0: give a whole number of at least 1"),
        (["--port", "70000"], "--port 70000: there are ports from 0 to 65535"),
        (["--token-env", "NOWHERE"], "--token-env NOWHERE: is not set; give it a secret of at least 16"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_loaded(command: Command, options: list[str], said: str) -> None:
    assert said in command("serve", *options, status=2).err


def test_a_token_that_can_be_guessed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHORT", "secret")
    monkeypatch.setenv("LONG", f" {TOKEN}\n")
    assert tokens_of(["LONG"]) == [TOKEN]
    with pytest.raises(UsageError, match=r"--token-env SHORT: holds 6 characters"):
        tokens_of(["LONG", "SHORT"])


def test_a_missing_extra_is_told_with_how_to_install_it(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("paratheme.cli.serve.find_spec", lambda name: None if name == "python_multipart" else name)
    said = command("serve", status=2).err
    assert said == "paratheme: the service needs python-multipart; pip install 'paratheme[serve]'\n"
