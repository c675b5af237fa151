"""The short form of `make chaos`: a few faults of every kind, and nothing is lost of it."""

from __future__ import annotations

import re
import sys

from tests.journeys.conftest import ROOT, run


def test_nothing_is_lost_of_a_few_faults_of_every_kind() -> None:
    done = run(sys.executable, "-m", "tests.chaos", "--short", cwd=ROOT, environment={"PYTHONPATH": str(ROOT / "src")})
    rows = [re.split(r"\s{2,}", line) for line in done.stdout.splitlines()[1:]]
    assert len(rows) == 5
    assert all(injected == survived and lost == "0" for _, injected, survived, lost, _ in rows)
