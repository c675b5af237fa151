"""`paratheme compare`: the leaderboard as a table, as Markdown and as JSON, and what makes it unfair."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from paratheme.cli import compare
from paratheme.evaluation.bootstrap import Resampling
from paratheme.tracking import leaderboard
from paratheme.tracking.open_run import open_run
from paratheme.tracking.registry import set_champion, version_of_run
from paratheme.tracking.store import connect
from tests.cli.conftest import Command, Said

QUICK = ("--resamples", "200")


@pytest.fixture
def runs(log_test: Any) -> SimpleNamespace:
    return SimpleNamespace(
        good=log_test("good", wrong=0.05), bad=log_test("bad", wrong=0.4), other=log_test("other", data=1)
    )


@pytest.fixture
def shown(command: Command) -> Any:
    def call(*arguments: str, status: int = 0) -> Said:
        return command("compare", *arguments, *QUICK, status=status)

    return call


def test_what_was_typed_reaches_it(monkeypatch: pytest.MonkeyPatch, command: Command) -> None:
    asked: list[Any] = []

    def compared(*given: Any) -> Any:
        asked.append(given)
        return [], []

    monkeypatch.setattr(compare, "compare", compared)
    command("compare", "--json")
    command("compare", "a", "b", "--limit", "3", "--json", "--resamples", "9", "--confidence", "0.9")
    assert asked == [([], Resampling(), 20), (["a", "b"], Resampling(n_resamples=9, confidence=0.9), 3)]


def test_slices_can_be_asked_for_that_the_leaderboard_has() -> None:
    assert compare.SLICED_BY == leaderboard.SLICED_BY


def test_without_names_the_newest_runs_are_compared_by_what_they_were_tested_on(
    runs: SimpleNamespace, log_test: Any, shown: Any
) -> None:
    log_test("again", wrong=0.1, data=1)
    log_test("again fold-1", {"fold": "fold-1"}, wrong=0.1, data=1)
    newest, older = ({one["run"] for one in found["runs"]} for found in json.loads(shown("--json").out)[:2])
    assert (newest, older) == ({"again", "other"}, {"good", "bad"})
    assert "the 1 newest of" in shown("--limit", "1").err
    assert "--limit 0: at least 1" in shown("--limit", "0", status=2).err


def test_a_run_that_is_named_twice_is_compared_once(runs: SimpleNamespace, shown: Any) -> None:
    said = shown(runs.bad, runs.good, runs.good[:12])
    assert [line[:2] for line in said.lines if line[0] in ("good", "bad")] == [
        ["good", runs.good[:8]],
        ["bad", runs.bad[:8]],
    ]


def test_the_leaderboard_is_a_table_or_markdown_or_json(runs: SimpleNamespace, shown: Any) -> None:
    table = shown(runs.bad, runs.good, "--by", "language", "--by", "kind")
    assert "F1 by language" in table.out
    assert "F1 by kind" in table.out
    assert "by Holm's correction" in table.out
    assert table.err == ""
    markdown = shown(runs.bad, runs.good, "--markdown").out
    rows = [line for line in markdown.splitlines() if line.startswith("| ")]
    assert len(rows) == 4
    assert len({line.count("|") for line in rows}) == 1
    (found,) = json.loads(shown(runs.bad, runs.good, "--json", "--by", "theme").out)
    assert [one["run"] for one in found["runs"]] == ["good", "bad"]
    assert found["runs"][1]["difference"]["p"] < 0.05
    assert [one["differs"] for one in found["runs"]] == [None, "yes"]
    assert found["runs"][0]["fit_s"] == 1.5
    assert [row["slice"] for row in found["slices"]["theme"]] == ["gaza", "sudan", "food_security"]


def test_the_confidence_stands_over_the_intervals(runs: SimpleNamespace, shown: Any) -> None:
    assert "90% of it" in shown(runs.bad, runs.good, "--confidence", "0.9").out


def test_figures_that_are_none_are_null_in_json_and_slices_are_of_one_test(
    runs: SimpleNamespace, log_test: Any, shown: Any
) -> None:
    log_test("nothing", wrong=0.0, themeless=True)
    (found,) = json.loads(shown("nothing", "--json").out, parse_constant=pytest.fail)
    assert found["runs"][0]["macro_f1"] is None
    both = json.loads(shown(runs.good, runs.bad, runs.other, "--json", "--by", "theme").out)
    assert [{len(row["f1"]) for row in found["slices"]["theme"]} for found in both] == [{2}, {1}]


def test_every_test_has_a_table_of_its_own_with_its_corpus_and_themes(
    runs: SimpleNamespace, log_test: Any, shown: Any
) -> None:
    named = log_test("named", {"corpus": "news", "themes": "desk"}, data=2)
    said = shown(runs.good, named, runs.bad)
    lines = said.out.splitlines()
    assert "240 blocks in 40 stories" in map(str.strip, lines)
    assert "240 blocks in 40 stories, corpus news, themes desk" in map(str.strip, lines)
    assert [line[0] for line in said.lines if line[0] in ("good", "bad", "named")] == ["good", "bad", "named"]
    assert sum("best" in line for line in said.lines if line[0] in ("good", "named")) == 2
    assert said.err == ""


def test_the_champion_is_marked(runs: SimpleNamespace, shown: Any) -> None:
    version = version_of_run(runs.bad)
    assert version is not None
    set_champion(version)
    said = shown(runs.good, runs.bad)
    assert ["champion" in line for line in said.lines if line[0] in ("good", "bad")] == [False, True]


def test_a_run_without_predictions_says_how_to_get_some(workplace: SimpleNamespace, shown: Any) -> None:
    connect(workplace.uri, "tests")
    with open_run("bare", "training", {}):
        pass
    assert "kept no predictions; `paratheme evaluate runs:/" in shown("bare", status=1).err
