"""The short form of `make chaos`: a few faults of most kinds, and nothing is lost of it."""

from __future__ import annotations

import re
import sys

import pytest

from tests.journeys.conftest import ROOT, run


@pytest.mark.parametrize(
    "fault", ["SIGKILL", "server dies", "hostile models", "hostile documents", "patterns", "fuzzed"]
)
def test_nothing_is_lost_of_a_few_faults(fault: str) -> None:
    command = (sys.executable, "-m", "tests.chaos", "--short", "--only", fault)
    done = run(*command, cwd=ROOT, environment={"PYTHONPATH": str(ROOT / "src")})
    ((_, injected, survived, lost, _),) = (re.split(r"\s{2,}", line) for line in done.stdout.splitlines()[1:])
    assert (survived, lost) == (injected, "0")
