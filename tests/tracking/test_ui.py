"""How the MLflow UI opens: the saved view, the charts and the note of an experiment."""

from __future__ import annotations

import json

from paratheme.tracking import ui


def test_an_experiment_is_given_only_the_tags_that_it_lacks() -> None:
    given = ui.experiment_tags({})
    assert set(given) == {"mlflow.experimentKind", "mlflow.note.content", ui.SAVED_VIEW}
    assert ui.experiment_tags(given) == {}
    assert "mlflow.note.content" not in ui.experiment_tags({"mlflow.note.content": "ours"})


def test_the_saved_view_shows_trained_runs_the_best_first_with_their_headline_figures() -> None:
    view = json.loads(ui.experiment_tags({})[ui.SAVED_VIEW])
    state = json.loads(view["state"])
    assert view["name"] == "Leaderboard"
    assert (state["searchFilter"], state["orderByAsc"]) == ("tags.kind = 'training'", False)
    assert state["orderByKey"] in state["selectedColumns"]
    assert state["compareRunCharts"][0]["metricKey"] == "test/macro_f1"
    assert {chart["metricSectionId"] for chart in state["compareRunCharts"]} == {
        section["uuid"] for section in state["compareRunSections"]
    }


def test_the_page_of_the_runs_opens_on_the_saved_view() -> None:
    page = ui.runs_page("http://127.0.0.1:5000", "7")
    assert page.startswith("http://127.0.0.1:5000/#/experiments/7/runs?")
    assert page.endswith(f"viewStateShareKey={ui.VIEW}")
    assert ui.SAVED_VIEW.endswith(f".{ui.VIEW}")
