"""Runs found by what a person types, and what they were tested on."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from paratheme.errors import ParathemeError, UsageError
from paratheme.tracking.open_run import open_run
from paratheme.tracking.registry import version_of_run
from paratheme.tracking.runs import (
    LoggedRun,
    costs_of,
    find_run,
    newest_tested,
    predictions_of,
)
from paratheme.tracking.runs import tests_of as every_test_of
from paratheme.tracking.store import connect


@pytest.fixture(scope="module")
def store(workplace: SimpleNamespace) -> Any:
    return connect(workplace.uri, "tests")


def test_runs_are_named_by_name_id_beginning_of_it_or_address(log_test: Any) -> None:
    good = log_test("good")
    log_test("bad", wrong=0.4)
    version = version_of_run(good)
    assert version is not None
    for name in ("good", good, good[:12], f"runs:/{good}", f"runs:/{good}/model", version.uri):
        assert find_run(name).id == good


@pytest.mark.parametrize("name", ["nobody", "runs:/0123456789abcdef0123456789abcdef", "deadbeef", "it's"])
def test_a_run_that_is_not_there_is_told_in_one_line(log_test: Any, name: str) -> None:
    log_test("somebody")
    with pytest.raises(ParathemeError, match="there is no finished run") as caught:
        find_run(name)
    assert "\n" not in str(caught.value)


def test_of_runs_with_one_name_the_newest_is_taken_and_that_is_said(
    log_test: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    log_test("twin")
    newest = log_test("twin", wrong=0.3)
    assert find_run("twin").id == newest
    assert f"more than one run is called twin; taking the newest, {newest[:8]}" in capsys.readouterr().err


def test_a_run_that_did_not_finish_cannot_be_compared(store: Any) -> None:
    with pytest.raises(ValueError, match="boom"), open_run("failed", "training", {}) as run:
        raise ValueError("boom")
    with pytest.raises(ParathemeError, match=r"is failed; only a finished run can be compared"):
        find_run(run.run_id)


def test_every_tested_run_is_found_the_newest_first_whatever_its_data_but_no_fold(log_test: Any) -> None:
    older = log_test("older", data=7)
    ids = [log_test(name, data=8, wrong=wrong) for name, wrong in (("first", 0.1), ("second", 0.2), ("third", 0.3))]
    fold = log_test("third fold-1", {"fold": "fold-1"}, data=9)
    runs, told = newest_tested(200)
    assert [run.id for run in runs][:4] == [*ids[::-1], older]
    assert fold not in [run.id for run in runs]
    assert told == []
    newest, told = newest_tested(2)
    assert [run.id for run in newest] == ids[:0:-1]
    assert told == [f"the 2 newest of {len(runs)} runs; --limit shows more"]
    with pytest.raises(UsageError, match="--limit 0: at least 1"):
        newest_tested(0)


def test_a_store_without_a_test_has_none_to_compare(
    store: Any, empty_store: Any, tmp_path: Any, workplace: SimpleNamespace
) -> None:
    (tmp_path / "mlflow.db").write_bytes(empty_store.read_bytes())
    store.set_tracking_uri(f"sqlite:///{tmp_path / 'mlflow.db'}")
    try:
        with pytest.raises(ParathemeError, match="no finished run with predictions to compare; run `paratheme train`"):
            newest_tested(20)
    finally:
        store.set_tracking_uri(workplace.uri)


def test_a_run_keeps_its_predictions(log_test: Any, predictions: Any) -> None:
    kept = predictions_of(find_run(log_test("kept", wrong=0.2)))
    assert kept.frame.equals(predictions(wrong=0.2).frame)


def test_a_run_without_predictions_says_how_to_get_some(store: Any) -> None:
    with open_run("bare", "training", {}):
        pass
    with pytest.raises(ParathemeError, match=r"kept no predictions; `paratheme evaluate runs:/\w+ CORPUS` makes some"):
        predictions_of(find_run("bare"))


def test_predictions_that_were_deleted_are_missed_in_one_line(store: Any) -> None:
    with open_run("emptied", "training", {"test_fingerprint": "0"}):
        pass
    with pytest.raises(ParathemeError, match=r"its predictions\.parquet cannot be read; is it deleted\?") as caught:
        predictions_of(find_run("emptied"))
    assert "\n" not in str(caught.value)


def test_a_model_has_the_tests_of_its_run_and_of_every_evaluation_and_the_costs_of_its_run(log_test: Any) -> None:
    trained = log_test("trained")
    later = [log_test("evaluation", {"source_run_id": trained}, register=False, data=data) for data in (1, 2)]
    assert [run.id for run in every_test_of(trained)] == [trained, *later[::-1]]
    evaluation = find_run(later[0])
    assert evaluation.trained_by == trained
    assert costs_of(evaluation) == find_run(trained).metrics
    assert costs_of(find_run(trained))["time/fit_s"] == 1.5


def test_an_evaluation_is_called_by_what_it_evaluated() -> None:
    tags = {"evaluated_model": "models:/paratheme/1", "corpus": "news"}
    assert LoggedRun("0", "evaluation", tags).label == "models:/paratheme/1 on news"
    assert LoggedRun("0", "quick").label == "quick"
