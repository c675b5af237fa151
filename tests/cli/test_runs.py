"""`paratheme runs`: every run, whatever became of it, the newest first."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from paratheme.cli.runs import age, list_runs
from paratheme.tracking import log
from paratheme.tracking.open_run import open_run
from paratheme.tracking.registry import set_champion, version_of_run
from paratheme.tracking.store import connect
from tests.cli.conftest import Command


@pytest.fixture
def listed(workplace: SimpleNamespace, log_test: Any) -> SimpleNamespace:
    """A champion with figures, a run that failed, and an evaluation."""
    connect(workplace.uri, "tests")
    good = log_test("good", {"themes": "desk", "corpus": "news"})
    workplace.client.log_metric(good, "test/macro_f1", 0.75)
    workplace.client.log_metric(good, "size/megabytes", 12.34)
    version = version_of_run(good)
    assert version is not None
    set_champion(version)
    with pytest.raises(ValueError, match="boom"), open_run("broken", "training", {}):
        raise ValueError("boom")
    with open_run("measured", "evaluation", {}):
        log.log_metrics({"macro_f1": 0.5}, "test")
    return SimpleNamespace(good=good)


def test_runs_are_listed_with_what_became_of_them(listed: SimpleNamespace, command: Command) -> None:
    said = command("runs", "--limit", "2")
    title, _, _, *rows = said.lines
    assert title == ["Runs,", "the", "newest", "first"]
    assert rows[0][0] == "broken"
    assert rows[0][2:] == ["-", "failed", "now", "-"]
    assert rows[1] == ["good", listed.good[:8], "desk", "news", "0.750", "finished", "now", "champion", "12.3"]
    assert "| good |" in command("runs", "--markdown").out


def test_evaluations_are_listed_where_all_are_wanted(listed: SimpleNamespace, command: Command) -> None:
    assert "measured" not in command("runs").out
    assert "measured" in command("runs", "--all").out
    assert [(row.name, row.macro_f1, row.is_champion) for row in list_runs(1, everything=True)] == [
        ("measured", 0.5, False)
    ]


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(59, "now"), (60, "1 min"), (3599, "59 min"), (7200, "2 h"), (86400, "1 day"), (200_000, "2 days")],
)
def test_an_age_is_told_in_its_largest_unit(seconds: float, told: str) -> None:
    assert age(seconds) == told
