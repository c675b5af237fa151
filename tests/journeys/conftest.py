"""Journeys run the real commands in a process of their own, with the real encoder, on real input."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
Paratheme = Callable[..., subprocess.CompletedProcess[str]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.journey)


def run(
    *command: str | Path, cwd: Path, status: int = 0, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command; on another exit status than expected fail with what it said."""
    known = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "MLFLOW_TRACKING_URI")}
    known |= {"HF_HUB_OFFLINE": "1", **(environment or {})}
    done = subprocess.run(list(map(str, command)), cwd=cwd, env=known, capture_output=True, text=True, check=False)
    assert done.returncode == status, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done


def heed_interrupts() -> None:
    """Be interruptible even where the tests themselves are not, as a background job is: for ``preexec_fn``."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def uris_of(done: subprocess.CompletedProcess[str]) -> list[str]:
    """Return the URIs of the runs that a command logged."""
    return re.findall(r"^run +(runs:/\w+)$", done.stdout, re.MULTILINE)


def uri_of(done: subprocess.CompletedProcess[str]) -> str:
    """Return the URI of the one run that a command logged."""
    (uri,) = uris_of(done)
    return uri


def json_lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="session")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user's working directory, shared by the journeys: what one has trained the next one uses."""
    return tmp_path_factory.mktemp("workplace")


@pytest.fixture(scope="session")
def paratheme(workplace: Path) -> Paratheme:
    def call(*arguments: str | Path, **known: Any) -> subprocess.CompletedProcess[str]:
        return run(sys.executable, "-m", "paratheme", *arguments, **{"cwd": workplace, **known})

    return call


@pytest.fixture(scope="session")
def quick_run(paratheme: Paratheme) -> str:
    """The URI of a trained quick run; the first in its store, so the champion."""
    return uri_of(paratheme("train", "experiment=quick"))


@pytest.fixture(scope="session")
def side_by_side(quick_run: str, paratheme: Paratheme) -> dict[str, str]:
    """The URIs of three runs on the seeds, by model: the quick one, and two more that one command trained."""
    lexicon, tfidf = uris_of(paratheme("train", "-m", "model=lexicon,tfidf", "checks=none"))
    return {"frozen": quick_run, "lexicon": lexicon, "tfidf": tfidf}


@pytest.fixture(scope="session")
def seed_documents() -> Path:
    folder = SHARED / "seed_documents"
    if not folder.is_dir():
        pytest.skip("needs the real documents beside the project")
    return folder
