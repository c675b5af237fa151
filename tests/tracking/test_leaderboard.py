"""Runs side by side: the leaderboard, its tests, and what is said where a comparison would be unfair."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from paratheme.errors import ParathemeError
from paratheme.evaluation.bootstrap import Difference, Resampling
from paratheme.tracking import leaderboard as compare
from paratheme.tracking import registry
from paratheme.tracking.leaderboard import Entry, leaderboard, slice_figures
from paratheme.tracking.registry import LoggedRun

QUICK = Resampling(draws=200)


def entry(name: str, made: Any, **tags: str) -> Entry:
    return Entry(LoggedRun(name * 8, name, tags), made.in_common_order())


def test_the_best_comes_first_and_the_others_are_tested_against_it(results: Any) -> None:
    entries = [entry("bad", results(wrong=0.4)), entry("good", results(wrong=0.05)), entry("fair", results(wrong=0.1))]
    standings = leaderboard(entries, QUICK)
    assert [standing.run for standing in standings] == ["good", "fair", "bad"]
    assert standings[0].difference is None
    difference = standings[2].difference
    assert difference is not None
    assert difference.estimate == pytest.approx(standings[2].macro_f1 - standings[0].macro_f1)
    assert difference.high < 0
    assert max(difference.p, difference.p_permutation) < 0.05
    assert all(standing.low <= standing.macro_f1 <= standing.high for standing in standings)
    assert (standings[0].blocks, standings[0].stories) == (240, 40)


def test_two_runs_that_differ_by_chance_alone_do_not_differ_significantly(results: Any) -> None:
    standings = leaderboard([entry("one", results(errors=7)), entry("two", results(errors=8))], QUICK)
    difference = standings[1].difference
    assert difference is not None
    assert difference.low < 0 < difference.high
    assert min(difference.p, difference.p_permutation) > 0.05
    assert standings[1].differs == "no"


def test_the_more_runs_are_compared_the_clearer_a_difference_must_be() -> None:
    clear, unclear = Difference(-0.1, -0.2, 0.0, 0.02, 0.02), Difference(0.0, -0.1, 0.1, 0.6, 0.7)
    assert compare.differs([clear], 0.05) == ["yes"]
    assert compare.differs([clear, unclear, unclear], 0.05) == ["no", "no", "no"]
    assert compare.differs([Difference(-0.1, -0.2, 0.0, 0.2, 0.02)], 0.05) == ["unsure"]


def test_the_order_of_a_runs_rows_does_not_matter(results: Any) -> None:
    made = results()
    shuffled = type(made)(made.frame.sample(frac=1, random_state=0))
    difference = leaderboard([entry("one", made), entry("two", shuffled)], QUICK)[1].difference
    assert difference is not None
    assert (difference.estimate, difference.p) == (0, 1)


def test_a_run_tested_on_other_data_is_shown_last_untested_and_warned_about(results: Any) -> None:
    entries = [entry("other", results(wrong=0.0, data=1)), entry("one", results()), entry("two", results(wrong=0.3))]
    standings = leaderboard(entries, QUICK)
    assert [(one.run, one.same_data, one.difference is None) for one in standings] == [
        ("one", True, True),
        ("two", True, False),
        ("other", False, True),
    ]
    (warning,) = compare.warnings_about(entries, standings)
    assert warning.startswith("tested on other data than one")
    assert warning.endswith("other (otheroth)")


def test_a_run_tested_on_what_it_was_trained_on_is_warned_about(results: Any) -> None:
    entries = [entry("one", results()), entry("two", results(), seen_in_training="12")]
    (warning,) = compare.warnings_about(entries, leaderboard(entries, QUICK))
    assert "two" in warning
    assert "trained on 12 of the blocks" in warning


def test_slices_are_of_themes_of_languages_or_of_both(results: Any) -> None:
    entries = [entry("one", results(wrong={"ar": 0.0, "en": 0.2, "fr": 0.5})), entry("two", results())]
    languages = slice_figures(entries, "language")
    assert [(row["slice"], row["support"]) for row in languages] == [("ar", 80), ("en", 80), ("fr", 80)]
    assert languages[0]["f1"]["one" * 8] == 1
    assert [row["slice"] for row in slice_figures(entries, "theme")] == ["gaza", "sudan", "food_security"]
    both = [row["slice"] for row in slice_figures(entries, "language/theme")]
    assert both[:4] == ["ar macro average", "ar gaza", "ar sudan", "ar food_security"]
    with pytest.raises(ParathemeError, match="there are theme, language"):
        slice_figures(entries, "weather")


# On a store


@pytest.fixture
def runs(log_test: Any) -> SimpleNamespace:
    return SimpleNamespace(
        good=log_test("good", wrong=0.05), bad=log_test("bad", wrong=0.4), other=log_test("other", data=1)
    )


def shown(capsys: pytest.CaptureFixture[str], *names: str, by: tuple[str, ...] = (), form: str = "table") -> Any:
    capsys.readouterr()
    assert compare.run(names, by, form, QUICK) == 0
    return capsys.readouterr()


def test_runs_are_named_by_name_id_beginning_of_it_or_address(
    runs: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("good", runs.good, runs.good[:12], f"runs:/{runs.good}", f"runs:/{runs.good}/model"):
        assert registry.find_run(name).id == runs.good
    version = registry.version_of_run(runs.good)
    assert version is not None
    assert registry.find_run(version.uri).id == runs.good


@pytest.mark.parametrize("name", ["nobody", "runs:/0123456789abcdef0123456789abcdef", "deadbeef"])
def test_a_run_that_is_not_there_is_told_in_one_line(runs: SimpleNamespace, name: str) -> None:
    with pytest.raises(ParathemeError, match="there is no finished run") as caught:
        registry.find_run(name)
    assert "\n" not in str(caught.value)


def test_without_names_the_newest_data_decides_who_is_compared(
    runs: SimpleNamespace, log_test: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    log_test("again", wrong=0.1, data=1)
    log_test("again fold-1", {"fold": "fold-1"}, wrong=0.1, data=1)
    said = shown(capsys)
    lines = [line.split() for line in said.out.splitlines()]
    assert {line[0] for line in lines if len(line) > 5} - {"run", "differs:"} == {"again", "other"}
    assert "runs were tested on other data than the newest" in said.err
    capsys.readouterr()
    assert compare.run((), (), "table", QUICK, limit=1) == 0
    assert "the 1 newest of" in capsys.readouterr().err
    with pytest.raises(ParathemeError, match="--limit 0"):
        compare.run((), (), "table", QUICK, limit=0)


def test_of_runs_with_one_name_the_newest_is_taken_and_that_is_said(
    log_test: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    log_test("twin")
    newest = log_test("twin", wrong=0.3)
    assert registry.find_run("twin").id == newest
    assert f"more than one run is called twin; taking the newest, {newest[:8]}" in capsys.readouterr().err


def test_figures_that_are_none_are_null_in_json_and_other_data_is_in_no_slice(
    runs: SimpleNamespace, log_test: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    log_test("nothing", wrong=0.0, themeless=True)
    found = json.loads(shown(capsys, "nothing", form="json").out, parse_constant=pytest.fail)
    assert found["runs"][0]["macro_f1"] is None
    found = json.loads(shown(capsys, runs.good, runs.bad, runs.other, form="json", by=("theme",)).out)
    assert {len(row["f1"]) for row in found["slices"]["theme"]} == {2}


def test_the_leaderboard_is_a_table_or_markdown_or_json(
    runs: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    table = shown(capsys, runs.bad, runs.good, runs.good, by=("language",))
    lines = [line.split() for line in table.out.splitlines()]
    assert [line[:2] for line in lines if line and line[0] in ("good", "bad")] == [
        ["good", runs.good[:8]],
        ["bad", runs.bad[:8]],
    ]
    assert "F1 by language" in table.out
    assert table.err == ""
    markdown = shown(capsys, "bad", "good", form="markdown").out
    rows = [line for line in markdown.splitlines() if line.startswith("| ")]
    assert len(rows) == 4
    assert len({line.count("|") for line in rows}) == 1
    found = json.loads(shown(capsys, "bad", "good", form="json", by=("theme",)).out)
    assert [one["run"] for one in found["runs"]] == ["good", "bad"]
    assert found["runs"][1]["difference"]["p"] < 0.05
    assert [one["differs"] for one in found["runs"]] == [None, "yes"]
    assert found["runs"][0]["fit_s"] == 1.5
    assert [row["slice"] for row in found["slices"]["theme"]] == ["gaza", "sudan", "food_security"]


def test_other_data_is_warned_about_on_standard_error(
    runs: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "tested on other data" in shown(capsys, "good", "bad", "other").err


def test_a_run_without_results_says_how_to_get_some(workplace: SimpleNamespace, log_test: Any) -> None:
    from paratheme.tracking import log as tracking

    tracking.connect(workplace.uri, "tests")
    with tracking.run("bare", {}):
        pass
    with pytest.raises(ParathemeError, match="kept no predictions; `paratheme evaluate runs:/"):
        compare.run(["bare"], (), "table", QUICK)
