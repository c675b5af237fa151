"""The MLflow UI: the columns of its runs table, its first charts, and what is said above them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

VIEW = "leaderboard"  # the key of the saved view in the UI's address
SAVED_VIEW = f"mlflow.sharedViewState.{VIEW}"  # the experiment tag in which the UI keeps a saved view
NAME, CREATED = "attributes.`Run Name`", "runDateAndNestInfo"  # the UI's own first columns, which stand still
WIDTHS = {  # pixels; in this order, so that beside the UI's open assistant at 1280 pixels a run has its figure
    NAME: 170,
    CREATED: 130,
    "metrics.`test/macro_f1`": 105,
    "tags.`model`": 90,
    "tags.`corpus`": 90,
    "metrics.`test/macro_average_precision`": 105,
    "metrics.`test/support`": 90,
    "metrics.`cv/macro_f1`": 90,
    "tags.`split`": 90,
    "params.`seed`": 60,
    "metrics.`time/fit_s`": 80,
    "metrics.`speed/blocks_per_s`": 90,
    "metrics.`size/megabytes`": 90,
    "duration": 80,  # which the UI always shows
}
COLUMNS = tuple(column for column in WIDTHS if "." in column and column != NAME)
SECTION = "headline"  # the first charts, before those that the UI makes of every metric
CHARTS = ("test/macro_f1", "test/macro_average_precision", "cv/macro_f1", "test/macro_ece", "time/fit_s")
NOTE = """\
Each run is one classifier; `test/macro_f1` is its F1 on texts it never saw. The arrow opens more.

The F1 is the mean over the themes (`cv/macro_f1`: over folds too). Beside it stand what a run is (`model`), what it
learned from (`corpus`, `split`) and what it costs (`time/fit_s`, `speed/blocks_per_s`, `size/megabytes`).

A run's page has F1 by theme and language under `test/f1/`, and among its artifacts pictures (`plots/`), wrong decisions
(`errors.json`) and the `model_card.md`.

The view *Leaderboard* (top right, *Views*) has the trained runs, the best first; clear its filter to see single folds
(`tags.kind = 'fold'`), trials of a search and evaluations on other data too.
"""  # the UI shows its first line, and the rest when it is opened
MODEL_NOTE = (
    "Files paragraphs by theme. Each version's page is its model card; the alias `champion` marks the version that "
    "`paratheme predict` uses when none is named."
)


def experiment_tags(known: Mapping[str, str]) -> dict[str, str]:
    """Return the tags an MLflow experiment lacks for its page to open well.

    A tag that is there stays as it is, but for the saved view where another release wrote it.

    Parameters
    ----------
    known : mapping of str to str
        The tags it has.
    """
    view = _saved_view()
    tags = {
        # the columns for trained models, not those for language-model traces
        "mlflow.experimentKind": "custom_model_development",
        "mlflow.note.content": NOTE,
        SAVED_VIEW: view,
    }
    lacking = {key: value for key, value in tags.items() if not known.get(key)}
    return {**lacking, SAVED_VIEW: view} if _is_older(known.get(SAVED_VIEW, ""), view) else lacking


def runs_page(address: str, experiment_id: str) -> str:
    """Return the address of an experiment's runs, the best first, in the UI at `address`."""
    return f"{address}/#/experiments/{experiment_id}/runs?workflowType=machine_learning&viewStateShareKey={VIEW}"


def _bars(metric: str) -> dict[str, Any]:
    """Return the settings of a chart with a bar for each run."""
    return {
        "type": "BAR",
        "uuid": f"{SECTION}-{metric}",
        "metricKey": metric,
        "metricSectionId": SECTION,
        "runsCountToCompare": 10,
        "deleted": False,
        "isGenerated": False,
    }


def _is_older(kept: str, view: str) -> bool:
    """Tell whether a view is another release's, and not one that was saved in the UI."""
    try:
        return kept != view and json.loads(kept).get("updatedAt") == 0
    except (ValueError, AttributeError):  # none, or nothing that we wrote
        return False


def _saved_view() -> str:
    state: dict[str, Any] = {
        "searchFilter": "tags.kind = 'training'",  # without folds, trials, and evaluations of what is trained
        "orderByKey": "metrics.`test/macro_f1`",
        "orderByAsc": False,
        "startTime": "ALL",
        "lifecycleFilter": "Active",
        "datasetsFilter": [],
        "modelVersionFilter": "All Runs",
        "selectedColumns": list(COLUMNS),
        "columnOrder": list(WIDTHS),
        "columnWidths": WIDTHS,
        "runsHiddenMode": "FIRST_10_RUNS",
        "viewMaximized": False,
        "runListHidden": False,
        "useGroupedValuesInCharts": True,
        "hideEmptyCharts": True,
        "groupBy": None,
        "groupsExpanded": {},
        "isAccordionReordered": True,
        "compareRunSections": [{"uuid": SECTION, "name": SECTION, "display": True, "isReordered": False, "columns": 1}],
        "compareRunCharts": [_bars(metric) for metric in CHARTS],
        "globalLineChartConfig": {"xAxisKey": "step", "lineSmoothness": 0, "selectedXAxisMetricKey": ""},
    }
    return json.dumps({"name": "Leaderboard", "createdAt": 0, "updatedAt": 0, "state": json.dumps(state)})
