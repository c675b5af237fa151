"""`paratheme ui`: the UI on the store that runs go to."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import mlflow
import pytest

from paratheme.tracking.store import connect
from tests.cli.conftest import Command


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The servers that would be started."""
    commands: list[list[str]] = []

    def run(typed: list[str], **_: Any) -> Any:
        commands.append(typed)
        return SimpleNamespace(returncode=3)

    monkeypatch.setattr(subprocess, "run", run)
    return commands


def test_it_serves_the_store_and_says_where_the_runs_are(
    workplace: SimpleNamespace, command: Command, started: list[list[str]]
) -> None:
    connect(workplace.uri)
    said = command("ui", "--port", "5055", status=3)
    number = workplace.client.get_experiment_by_name("paratheme").experiment_id
    assert f"http://127.0.0.1:5055/#/experiments/{number}/runs" in said.err
    ((python, *typed),) = started
    assert python == sys.executable
    assert typed == [
        "-m",
        "mlflow",
        "ui",
        "--backend-store-uri",
        workplace.uri,
        "--host",
        "127.0.0.1",
        "--port",
        "5055",
    ]


def test_the_ui_of_a_server_is_its_own_address(
    workplace: SimpleNamespace, command: Command, started: list[list[str]]
) -> None:
    mlflow.set_tracking_uri("http://localhost:9")
    try:
        assert "http://localhost:9" in command("ui").out
    finally:
        mlflow.set_tracking_uri(workplace.uri)
    assert started == []


def test_looking_for_runs_makes_no_store(
    workplace: SimpleNamespace, command: Command, started: list[list[str]], tmp_path: Path
) -> None:
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path / 'none.db'}")
    try:
        said = command("ui", status=1)
    finally:
        mlflow.set_tracking_uri(workplace.uri)
    assert "there are no runs yet: there is no " in said.err
    assert "none.db; run `paratheme train` first" in said.err
    assert (started, list(tmp_path.iterdir())) == ([], [])
