"""What a run keeps: parameters, figures, tables and pictures."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from matplotlib.figure import Figure

from paratheme.evaluation.evaluation import Evaluation
from paratheme.tracking import log
from paratheme.tracking.open_run import open_run
from paratheme.tracking.runs import TESTED
from paratheme.tracking.store import connect


@pytest.fixture(scope="module")
def mlflow(workplace: SimpleNamespace) -> Any:
    return connect(workplace.uri, "tests")


def files_of(workplace: SimpleNamespace, run: Any, folder: str | None = None) -> set[str]:
    return {file.path for file in workplace.client.list_artifacts(run.run_id, folder)}


def test_settings_become_flat_parameters_and_a_file(mlflow: Any) -> None:
    config = {
        "seed": 1,
        "themes": {"name": "desk", "themes": [{"id": "gaza"}]},
        "model": {"C": 0.5, "class_weight": None},
        "corpus": {"columns": {"themes": {"gaza": "a"}}, "parts": {}, "path": "x" * 7000},
    }
    with open_run("settings", "training", {}) as run:
        log.log_config(config)
    params = mlflow.get_run(run.run_id).data.params
    assert len(params.pop("corpus.path")) == 6000
    assert (params["themes"], params["model.C"], params["model.class_weight"]) == ("desk", "0.5", "None")
    assert params["corpus.parts"] == "{}"
    text = mlflow.artifacts.load_text(f"runs:/{run.run_id}/config.yaml")
    assert "- id: gaza" in text


def test_metrics_and_training_curves_have_their_prefix(mlflow: Any) -> None:
    with open_run("metrics", "training", {}) as run:
        log.log_metrics({"macro_f1": 0.5, "f1/gaza": 0.25001}, "test")
        log.log_metrics({"size/megabytes": 2.0})
        log.log_training_curve([{"loss": 2.0, "epoch": 1.0, "step": 5}, {"loss": 1.0, "epoch": 2.0, "step": 10}])
    found = mlflow.get_run(run.run_id).data.metrics
    assert (found["test/macro_f1"], found["test/f1/gaza"], found["training/loss"]) == (0.5, 0.25, 1.0)
    assert found["size/megabytes"] == 2
    history = mlflow.MlflowClient().get_metric_history(run.run_id, "training/loss")
    assert [(point.step, point.value) for point in history] == [(1, 2.0), (2, 1.0)]
    assert "training/step" not in found


def test_an_empty_table_is_not_logged(mlflow: Any, workplace: SimpleNamespace) -> None:
    with open_run("tables", "training", {}) as run:
        log.log_table(pd.DataFrame(), "empty.json")
        log.log_table(pd.DataFrame({"a": [1, math.pi]}), "full.json")
    assert files_of(workplace, run) == {"full.json"}


def test_a_test_is_kept_with_its_figures_predictions_and_tables(
    mlflow: Any, workplace: SimpleNamespace, predictions: Any
) -> None:
    made = predictions()
    evaluation = Evaluation(made, {"macro_f1": 0.5}, {"slices.json": pd.DataFrame({"f1": [0.5]})})
    with open_run("tested", "training", {}) as run:
        log.log_evaluation(evaluation, "pooled")
    found = mlflow.get_run(run.run_id)
    assert found.data.metrics == {"pooled/macro_f1": 0.5}
    assert found.data.tags[TESTED] == made.fingerprint
    assert files_of(workplace, run) == {"predictions.parquet", "slices.json"}


@pytest.mark.parametrize(("figures", "drawn"), [(True, {"plots/scores.png"}), (False, set())])
def test_pictures_are_drawn_where_they_are_wanted(
    mlflow: Any,
    workplace: SimpleNamespace,
    predictions: Any,
    monkeypatch: pytest.MonkeyPatch,
    figures: bool,
    drawn: set[str],
) -> None:
    asked: list[str | None] = []

    def draw(self: Evaluation, language: str | None = None) -> Any:
        asked.append(language)
        yield "plots/scores.png", Figure()

    monkeypatch.setattr(Evaluation, "figures", draw)
    with open_run("pictures", "training", {}) as run:
        log.log_evaluation(Evaluation(predictions(), {}), "test", figures=figures, language="ar")
    assert files_of(workplace, run, "plots") == drawn
    assert asked == ["ar"] * figures
