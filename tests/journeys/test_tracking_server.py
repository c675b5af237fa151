"""The whole way with a tracking server: train, predict, evaluate, compare, promote; nothing lies beside the caller."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import json_lines, run, uri_of, uris_of

Command = Callable[..., subprocess.CompletedProcess[str]]
NAMES = ("lexicon", "tfidf", "joined", "joined seed 1")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an MLflow server with its own database, which hands artifacts on itself."""
    folder = tmp_path_factory.mktemp("server")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", port, "--workers", "1"]
    command += ["--backend-store-uri", f"sqlite:///{folder / 'mlflow.db'}"]
    command += ["--artifacts-destination", folder / "artifacts"]
    environment = {key: value for key, value in os.environ.items() if key != "MLFLOW_TRACKING_URI"}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            list(map(str, command)), cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/health", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(1)
    pytest.fail("the tracking server did not start")


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("caller")


@pytest.fixture(scope="module")
def command(server: str, here: Path) -> Command:
    def call(*arguments: str | Path, status: int = 0) -> subprocess.CompletedProcess[str]:
        environment = {"MLFLOW_TRACKING_URI": server}
        return run(sys.executable, "-m", "paratheme", *arguments, cwd=here, status=status, environment=environment)

    return call


@pytest.fixture(scope="module")
def trained(command: Command) -> dict[str, str]:
    """Run ids: word rules, short n-grams, and words and encoder joined, twice with nothing but another seed."""
    quick = ("checks=none", "tracking.log_figures=false")
    lexicon = command("train", "model=lexicon", *quick)
    tfidf = command("train", "name=tfidf", "model=tfidf", "model.char_ngrams=[1,2]", "model.word_ngrams=[1,1]", *quick)
    joined = ("model=hybrid_frozen", "model.thresholds_from=validation", "tracking.log_model=false", *quick)
    uris = [uri_of(lexicon), uri_of(tfidf), *uris_of(command("train", "-m", "name=joined", "seed=0,1", *joined))]
    return dict(zip(NAMES, (uri.removeprefix("runs:/") for uri in uris), strict=True))


def compared(command: Command, *names: str) -> list[dict[str, Any]]:
    """Return the rows of the comparison on the newest test data."""
    return list(json.loads(command("compare", *names, "--json").stdout)[0]["runs"])


def test_the_first_model_is_champion_and_predicts_by_address(
    trained: dict[str, str], command: Command, tmp_path: Path
) -> None:
    note = tmp_path / "note.txt"
    note.write_text("Famine threatens Darfur and Khartoum.", "utf-8")
    for model in (["--model", "models:/paratheme@champion"], ["--model", f"runs:/{trained['lexicon']}"], []):
        (block,) = json_lines(command("predict", note, "--format", "jsonl", *model).stdout)
        assert {"sudan", "food_security"} <= set(block["themes"])


def test_two_runs_that_differ_only_by_seed_do_not_differ(trained: dict[str, str], command: Command) -> None:
    _, second = compared(command, "joined", "joined seed 1")
    assert second["difference"]["estimate"] != 0
    assert second["difference"]["p"] > 0.05
    assert second["difference"]["p_permutation"] > 0.05
    assert second["differs"] == "no"


def test_short_n_grams_differ_from_words_and_encoder_joined(trained: dict[str, str], command: Command) -> None:
    best, worst = compared(command, "joined", "tfidf")
    assert (best["id"], worst["differs"]) == (trained["joined"], "yes")
    assert worst["difference"]["high"] < 0


def test_the_leaderboard_of_the_newest_data_has_intervals_and_costs(trained: dict[str, str], command: Command) -> None:
    found = compared(command)
    assert {one["id"] for one in found} == set(trained.values())
    assert all(one["low"] <= one["macro_f1"] <= one["high"] for one in found)
    assert all(one["fit_s"] and one["blocks_per_s"] and one["megabytes"] for one in found)


def test_a_model_that_is_worse_somewhere_is_refused_forced_and_undone(
    trained: dict[str, str], command: Command
) -> None:
    refused = command("promote", "tfidf", status=1)
    assert refused.stderr.startswith("paratheme: not promoted: F1 on ")
    assert "falls by" in refused.stderr
    assert refused.stderr.count("\n") == 1
    forced = command("promote", "tfidf", "--force", "--reason", "to see it")
    assert forced.stdout == "models:/paratheme/2 is now the champion; before: models:/paratheme/1\n"
    undone = command("promote", "--undo")
    assert undone.stdout == "models:/paratheme/1 is the champion again; before: models:/paratheme/2\n"


def test_an_evaluation_on_other_data_is_logged_and_compared(
    trained: dict[str, str], command: Command, tmp_path: Path
) -> None:
    rows = [
        {"text": text, "language": "en", "themes": themes}
        for text, themes in (("Rafah is shelled again.", ["gaza"]), ("Darfur burns.", ["sudan"]), ("Rain fell.", []))
    ]
    (tmp_path / "other.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    for model in ("models:/paratheme@champion", f"runs:/{trained['tfidf']}"):
        assert "on other.jsonl, every block" in command("evaluate", model, tmp_path / "other.jsonl").stdout
    assert {one["run"] for one in compared(command)} == {
        "models:/paratheme/1 on other.jsonl",
        "models:/paratheme/2 on other.jsonl",
    }


def test_nothing_is_left_with_the_caller_but_what_hydra_writes(trained: dict[str, str], here: Path) -> None:
    assert {path.name for path in here.iterdir()} <= {"outputs"}


def test_a_server_that_is_gone_is_named_in_one_line(here: Path) -> None:
    for arguments in (["compare"], ["promote", "joined"], ["evaluate", "models:/paratheme/1", "seeds"]):
        environment = {"MLFLOW_TRACKING_URI": "http://127.0.0.1:9", "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0"}
        done = run(sys.executable, "-m", "paratheme", *arguments, cwd=here, status=1, environment=environment)
        assert done.stderr.count("\n") == 1
        assert "http://127.0.0.1:9" in done.stderr
