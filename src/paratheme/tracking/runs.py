"""Runs found by what a person types, and what they were tested on."""

from __future__ import annotations

import re
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from paratheme.errors import ParathemeError, UsageError
from paratheme.evaluation.predictions import FILE, Predictions
from paratheme.tracking.registry import CHAMPION, PREFIX, find_version
from paratheme.tracking.store import existing_store, search_runs

TESTED = "test_fingerprint"  # the tag of runs that hold predictions: what they were tested on
LOGGED_MODEL = "logged_model"  # the tag of runs that kept their classifier: its address in MLflow
SOURCE = "source_run_id"  # the tag of evaluation runs: the run that trained what they evaluated
LOOKED_THROUGH = 300  # of the newest runs


@dataclass(frozen=True)
class LoggedRun:
    """A finished run.

    Attributes
    ----------
    id, name : str
    tags, params : dict of str to str
    metrics : dict of str to float
    """

    id: str
    name: str
    tags: dict[str, str] = field(default_factory=dict)
    metrics: dict[str, float] = field(default_factory=dict)
    params: dict[str, str] = field(default_factory=dict)

    @property
    def tested_on(self) -> str:
        """The fingerprint of the blocks that it was tested on; empty where it kept no predictions."""
        return self.tags.get(TESTED, "")

    @property
    def trained_by(self) -> str:
        """The id of the run that trained its model: its own, or that of the run whose model it evaluated."""
        return self.tags.get(SOURCE, self.id)

    @property
    def seen_in_training(self) -> int:
        """How many of the blocks it was tested on its model was trained on."""
        return int(self.tags.get("seen_in_training", "0"))

    @property
    def label(self) -> str:
        """What tables call it: the run's name, or which model it evaluated on what."""
        evaluated = self.tags.get("evaluated_model")
        return f"{evaluated} on {self.tags.get('corpus', '')}" if evaluated else self.name


def find_run(name: str) -> LoggedRun:
    """Find a run by what a person types.

    That is a run's name (the newest finished run of that name), its id or a beginning of it that no other run has,
    ``runs:/ID``, ``champion``, or a registered model (``models:/paratheme@champion``): the run that trained it.

    Raises
    ------
    ParathemeError
        If there is none, more than one, or one that did not finish.
    """
    if name == CHAMPION:
        name = f"models:/{PREFIX}@{CHAMPION}"
    if name.startswith("models:/"):
        name = f"runs:/{find_version(name).run_id}"
    uri = re.fullmatch(r"runs:/([^/]+)(?:/.*)?", name)
    name = uri[1] if uri else name
    quoted = name.replace("'", "")
    matches = [] if uri else search_runs(f"attributes.run_name = '{quoted}' and attributes.status = 'FINISHED'", 2)
    if len(matches) > 1:
        chosen = matches[0].info.run_id[:8]
        print(f"paratheme: more than one run is called {name}; taking the newest, {chosen}", file=sys.stderr)
        matches = matches[:1]
    if not matches and re.fullmatch(r"[0-9a-f]{4,32}", name):
        matches = search_runs(f"attributes.run_id LIKE '{name}%'", 2)
    if not matches:
        raise ParathemeError(f"there is no finished run {name!r}; `paratheme runs` lists them")
    if len(matches) > 1:
        raise ParathemeError(f"more than one run's id begins with {name}; give more of it")
    if matches[0].info.status != "FINISHED":
        raise ParathemeError(f"run {name} is {matches[0].info.status.lower()}; only a finished run can be compared")
    return _logged(matches[0])


def newest_tested(limit: int) -> tuple[list[LoggedRun], list[str]]:
    """Return the newest finished runs that kept their predictions, newest first, and what is to be told of others.

    The single folds of a divided corpus are left out; the run that joins them counts.

    Raises
    ------
    ParathemeError
        If there is none.
    """
    if limit < 1:
        raise UsageError(f"--limit {limit}: at least 1")
    finished = f"attributes.status = 'FINISHED' and tags.{TESTED} != ''"
    runs = [run for run in map(_logged, search_runs(finished, LOOKED_THROUGH)) if "fold" not in run.tags]
    if not runs:
        raise ParathemeError("there is no finished run with predictions to compare; run `paratheme train`")
    told = [f"the {limit} newest of {len(runs)} runs; --limit shows more"] if len(runs) > limit else []
    return runs[:limit], told


def tests_of(run_id: str) -> list[LoggedRun]:
    """Return every test of the model that a run trained: the run itself, then evaluations of it, newest first."""
    filters = f"attributes.status = 'FINISHED' and tags.{SOURCE} = '{run_id}'"
    runs = [find_run(f"runs:/{run_id}"), *map(_logged, search_runs(filters, 100))]
    return [run for run in runs if run.tested_on]


def costs_of(run: LoggedRun) -> dict[str, float]:
    """Return the metrics of the run that trained a run's model: an evaluation's own say nothing of its costs."""
    if run.trained_by == run.id:
        return run.metrics
    trained = search_runs(f"attributes.run_id = '{run.trained_by}'", 1)
    return _logged(trained[0]).metrics if trained else run.metrics


def predictions_of(run: LoggedRun) -> Predictions:
    """Return what a run was tested on and what it said.

    Raises
    ------
    ParathemeError
        If it kept none.
    """
    import mlflow
    from mlflow.exceptions import MlflowException

    if not run.tested_on:
        raise ParathemeError(
            f"run {run.name} ({run.id[:8]}) kept no predictions; `paratheme evaluate runs:/{run.id} CORPUS` makes some"
        )
    with existing_store(), tempfile.TemporaryDirectory() as folder:
        try:
            file = mlflow.artifacts.download_artifacts(f"runs:/{run.id}/{FILE}", dst_path=folder)
        except (MlflowException, OSError) as error:
            raise ParathemeError(f"run {run.name} ({run.id[:8]}): its {FILE} cannot be read; is it deleted?") from error
        return Predictions.read(Path(file))


def _logged(run: Any) -> LoggedRun:
    data = run.data
    return LoggedRun(run.info.run_id, run.info.run_name, dict(data.tags), dict(data.metrics), dict(data.params))
