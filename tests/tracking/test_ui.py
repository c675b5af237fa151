"""How MLflow's pages open: what the saved view says, and whose view and note are kept."""

from __future__ import annotations

import json
from typing import Any

from paratheme.tracking.ui import CREATED, NAME, NOTE, SAVED_VIEW, VIEW, WIDTHS, experiment_tags, runs_page

BESIDE_THE_ASSISTANT = 698 - 73  # pixels for columns at a width of 1280, after the boxes to tick


def state_of(view: str) -> Any:
    return json.loads(json.loads(view)["state"])


def test_the_headline_figure_is_the_first_column_and_seen_beside_the_open_assistant() -> None:
    columns = list(WIDTHS)
    assert columns[:3] == [NAME, CREATED, "metrics.`test/macro_f1`"]
    assert sum(WIDTHS[column] for column in columns[:5]) <= BESIDE_THE_ASSISTANT
    state = state_of(experiment_tags({})[SAVED_VIEW])
    assert state["columnOrder"] == columns
    assert set(state["selectedColumns"]) == set(columns) - {NAME, CREATED, "duration"}


def test_the_note_says_what_matters_in_the_one_line_that_is_seen() -> None:
    first, second = NOTE.splitlines()[:2]
    assert "test/macro_f1" in first
    assert len(first) <= 100
    assert second == ""


def test_a_new_experiment_gets_every_tag_and_then_none_again() -> None:
    tags = experiment_tags({})
    assert set(tags) == {"mlflow.experimentKind", "mlflow.note.content", SAVED_VIEW}
    assert experiment_tags(tags) == {}


def test_what_a_user_wrote_stays() -> None:
    tags = experiment_tags({})
    saved = json.dumps({**json.loads(tags[SAVED_VIEW]), "name": "mine", "updatedAt": 1700000000000})
    for theirs in (saved, "no JSON", "[]"):
        assert experiment_tags({**tags, "mlflow.note.content": "Ours", SAVED_VIEW: theirs}) == {}


def test_the_view_of_another_release_is_replaced() -> None:
    tags = experiment_tags({})
    older = json.dumps({**json.loads(tags[SAVED_VIEW]), "state": "{}"})
    assert experiment_tags({**tags, SAVED_VIEW: older}) == {SAVED_VIEW: tags[SAVED_VIEW]}


def test_the_saved_view_shows_trained_runs_the_best_first_with_their_headline_figures() -> None:
    view = json.loads(experiment_tags({})[SAVED_VIEW])
    state = json.loads(view["state"])
    assert view["name"] == "Leaderboard"
    assert (state["searchFilter"], state["orderByAsc"]) == ("tags.kind = 'training'", False)
    assert state["orderByKey"] in state["selectedColumns"]
    assert state["compareRunCharts"][0]["metricKey"] == "test/macro_f1"
    assert {chart["metricSectionId"] for chart in state["compareRunCharts"]} == {
        section["uuid"] for section in state["compareRunSections"]
    }


def test_the_page_of_the_runs_opens_on_the_saved_view() -> None:
    page = runs_page("http://127.0.0.1:5000", "7")
    assert page.startswith("http://127.0.0.1:5000/#/experiments/7/runs?")
    assert page.endswith(f"viewStateShareKey={VIEW}")
    assert SAVED_VIEW.endswith(f".{VIEW}")
