"""What is asked of MLflow, and what is said when it has no answer."""

from __future__ import annotations

import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from paratheme import ThemeClassifier
from paratheme.errors import ParathemeError
from paratheme.tracking import log as tracking


@pytest.fixture(scope="module")
def mlflow(workplace: SimpleNamespace) -> Any:
    return tracking.connect(workplace.uri, "tests")


def finished(mlflow: Any, run_id: str) -> Any:
    return mlflow.get_run(run_id)


def test_a_run_that_ends_well_is_finished(mlflow: Any) -> None:
    with tracking.run("good", {"model": "tfidf"}) as run:
        pass
    found = finished(mlflow, run.info.run_id)
    assert (found.info.status, found.info.run_name, found.data.tags["model"]) == ("FINISHED", "good", "tfidf")
    assert mlflow.active_run() is None


def test_a_run_that_an_error_ends_is_failed_and_says_why(mlflow: Any) -> None:
    with pytest.raises(ValueError, match="boom"), tracking.run("bad", {}) as run:
        raise ValueError("boom")
    found = finished(mlflow, run.info.run_id)
    assert (found.info.status, found.data.tags["error"]) == ("FAILED", "ValueError: boom")
    assert mlflow.active_run() is None


def test_a_run_that_an_interrupt_ends_is_killed(mlflow: Any) -> None:
    with pytest.raises(KeyboardInterrupt), tracking.run("stopped", {}) as run:
        raise KeyboardInterrupt
    assert finished(mlflow, run.info.run_id).info.status == "KILLED"
    assert mlflow.active_run() is None


def test_an_error_in_a_nested_run_fails_both(mlflow: Any) -> None:
    with pytest.raises(ValueError), tracking.run("parent", {}) as parent, tracking.run("child", {}, nested=True) as one:
        raise ValueError("boom")
    child = finished(mlflow, one.info.run_id)
    assert child.data.tags["mlflow.parentRunId"] == parent.info.run_id
    assert {child.info.status, finished(mlflow, parent.info.run_id).info.status} == {"FAILED"}


def test_settings_become_flat_parameters_and_a_file(mlflow: Any) -> None:
    settings = {
        "seed": 1,
        "themes": {"name": "desk", "themes": [{"id": "gaza"}]},
        "model": {"C": 0.5, "class_weight": None},
        "corpus": {"columns": {"themes": {"gaza": "a"}}, "parts": {}, "path": "x" * 7000},
    }
    with tracking.run("settings", {}) as run:
        tracking.log_settings(settings)
    params = finished(mlflow, run.info.run_id).data.params
    assert len(params.pop("corpus.path")) == 6000
    assert (params["themes"], params["model.C"], params["model.class_weight"]) == ("desk", "0.5", "None")
    assert params["corpus.parts"] == "{}"
    text = mlflow.artifacts.load_text(f"runs:/{run.info.run_id}/config.yaml")
    assert "- id: gaza" in text


def test_metrics_and_learning_curves_have_their_prefix(mlflow: Any) -> None:
    with tracking.run("metrics", {}) as run:
        tracking.log_metrics({"macro_f1": 0.5, "f1/gaza": 0.25}, "test")
        tracking.log_history([{"loss": 2.0, "epoch": 1.0, "step": 5}, {"loss": 1.0, "epoch": 2.0, "step": 10}])
    found = finished(mlflow, run.info.run_id).data.metrics
    assert (found["test/macro_f1"], found["test/f1/gaza"], found["learning/loss"]) == (0.5, 0.25, 1.0)
    history = mlflow.MlflowClient().get_metric_history(run.info.run_id, "learning/loss")
    assert [(point.step, point.value) for point in history] == [(1, 2.0), (2, 1.0)]


@pytest.mark.parametrize("uri", ["runs:/0123456789abcdef0123456789abcdef", "models:/paratheme/99", "models:/other@x"])
def test_a_model_that_is_not_there_is_refused_in_one_line_with_the_store(
    mlflow: Any, workplace: SimpleNamespace, uri: str
) -> None:
    with pytest.raises(ParathemeError) as caught:
        ThemeClassifier.load(uri)
    assert str(caught.value).startswith(uri)
    assert f"no such model in {workplace.uri}" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_store_without_a_model_says_to_train_first(mlflow: Any) -> None:
    with pytest.raises(ParathemeError, match="run `paratheme train` first or give --model"):
        ThemeClassifier.load()


def test_looking_for_a_model_makes_no_store(
    mlflow: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workplace: SimpleNamespace
) -> None:
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path / 'none.db'}")
    try:
        with pytest.raises(ParathemeError, match=r"there is no .*none\.db; run `paratheme train` first"):
            ThemeClassifier.load()
        with pytest.raises(ParathemeError, match=r"there are no runs yet: no .*none\.db"):
            tracking.open_ui("127.0.0.1", 5000)
    finally:
        mlflow.set_tracking_uri(workplace.uri)
    assert list(tmp_path.iterdir()) == []


def test_the_ui_of_a_server_is_its_own_address(
    mlflow: Any, workplace: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    mlflow.set_tracking_uri("http://localhost:9")
    try:
        assert tracking.open_ui("127.0.0.1", 5000) == 0
    finally:
        mlflow.set_tracking_uri(workplace.uri)
    assert "http://localhost:9" in capsys.readouterr().out


def test_a_store_that_does_not_answer_is_named(
    mlflow: Any, workplace: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    try:
        with pytest.raises(ParathemeError, match=r"http://127\.0\.0\.1:9 does not answer .*tracking\.uri") as caught:
            tracking.connect("http://127.0.0.1:9", "tests")
    finally:
        tracking.connect(workplace.uri, "tests")
    assert "\n" not in str(caught.value)


def test_the_commit_is_that_of_the_working_directory_or_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert tracking.git_commit() == ""


def test_an_empty_table_is_not_logged(mlflow: Any) -> None:
    import pandas as pd

    with tracking.run("tables", {}) as run:
        tracking.log_table(pd.DataFrame(), "empty.json")
        tracking.log_table(pd.DataFrame({"a": [1, math.pi]}), "full.json")
    assert [file.path for file in mlflow.MlflowClient().list_artifacts(run.info.run_id)] == ["full.json"]
