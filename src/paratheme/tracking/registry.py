"""What MLflow knows: runs found by name, what they were tested on, and the registered models' aliases."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from paratheme.errors import ParathemeError
from paratheme.evaluation.predictions import FILE, Results
from paratheme.tracking.log import CHAMPION, REGISTERED_MODEL, TESTED, connect, require_store

PREVIOUS = "previous"
MANY = 300  # of the newest runs are looked through
SOURCE = "source_run_id"  # the tag of evaluation runs: the run that trained what they evaluated
REASON = "promotion_reason"


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
    def label(self) -> str:
        """What tables call it: the run's name, or which model it evaluated on what."""
        evaluated = self.tags.get("evaluated_model")
        return f"{evaluated} on {self.tags.get('corpus', '')}" if evaluated else self.name


@dataclass(frozen=True)
class Version:
    """A registered version of the model: its number, and the run that trained it."""

    number: str
    run_id: str
    name: str = REGISTERED_MODEL

    @property
    def uri(self) -> str:
        """Such as ``models:/paratheme/3``."""
        return f"models:/{self.name}/{self.number}"


@contextmanager
def store() -> Iterator[Any]:
    """Give MLflow's client for a store that exists and answers.

    Raises
    ------
    ParathemeError
        If there is no store, or it does not answer.
    """
    import mlflow
    from mlflow.exceptions import MlflowException

    uri = connect(experiment=None).get_tracking_uri()
    require_store(uri)
    try:
        yield mlflow.MlflowClient()
    except (MlflowException, OSError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ParathemeError(f"tracking store {uri}: {reason}") from error


@dataclass(frozen=True)
class Source:
    """Where a saved classifier comes from: its address, and the run that trained it, if MLflow knows."""

    uri: str
    run_id: str = ""

    @property
    def tags(self) -> dict[str, str]:
        """What links an evaluation to that run."""
        return {SOURCE: self.run_id} if self.run_id else {}


def model_uri(model: str) -> str:
    """Return what a person typed for a model as a folder or address: a run may be called by its name."""
    if "/" in model or Path(model).exists():
        return model
    return f"runs:/{find_run(model).trained_by}"


def find_source(model: str) -> Source:
    """Return where a classifier comes from; an alias becomes the version that bears it now.

    Parameters
    ----------
    model : str
        A folder, ``runs:/...`` or ``models:/...``.
    """
    if model.startswith("models:/"):
        version = find_version(model)
        return Source(version.uri, version.run_id)
    if model.startswith("runs:/"):
        run_id = model.removeprefix("runs:/").partition("/")[0]
        version_of_it = version_of_run(run_id)
        return Source(version_of_it.uri if version_of_it else f"runs:/{run_id}", run_id)
    return Source(model)


def find_run(name: str) -> LoggedRun:
    """Find a run by what a person types.

    Parameters
    ----------
    name : str
        A run's name (the newest finished run of that name), its id or a beginning of it that no other run has,
        ``runs:/ID``, or a registered model (``models:/paratheme/3``, ``models:/paratheme@champion``): the run
        that trained it.

    Raises
    ------
    ParathemeError
        If there is none, more than one, or one that did not finish.
    """
    if name.startswith("models:/"):
        name = f"runs:/{find_version(name).run_id}"
    uri = re.fullmatch(r"runs:/([^/]+)(?:/.*)?", name)
    name = uri[1] if uri else name
    quoted = name.replace("'", "")
    found = [] if uri else _search(f"attributes.run_name = '{quoted}' and attributes.status = 'FINISHED'", 2)
    if len(found) > 1:
        chosen = found[0].info.run_id[:8]
        print(f"paratheme: more than one run is called {name}; taking the newest, {chosen}", file=sys.stderr)
        found = found[:1]
    if not found and re.fullmatch(r"[0-9a-f]{4,32}", name):
        found = _search(f"attributes.run_id LIKE '{name}%'", 2)
    if not found:
        raise ParathemeError(f"there is no finished run {name!r}; `paratheme compare` lists the newest")
    if len(found) > 1:
        raise ParathemeError(f"more than one run's id begins with {name}; give more of it")
    if found[0].info.status != "FINISHED":
        raise ParathemeError(f"run {name} is {found[0].info.status.lower()}; only a finished run can be compared")
    return _logged(found[0])


def newest_tested(limit: int) -> tuple[list[LoggedRun], list[str]]:
    """Return the newest finished runs that were tested on what the newest of them was tested on, newest first.

    The single folds of a divided corpus are left out; the run that joins them counts.

    Returns
    -------
    runs : list of LoggedRun
    left_out : list of str
        What is to be told of tested runs that are not among them.

    Raises
    ------
    ParathemeError
        If there is none.
    """
    if limit < 1:
        raise ParathemeError(f"--limit {limit}: at least 1")
    finished = "attributes.status = 'FINISHED' and tags."
    everything = [run for run in map(_logged, _search(f"{finished}{TESTED} != ''", MANY)) if _whole(run)]
    if not everything:
        raise ParathemeError("there is no finished run with predictions to compare; run `paratheme train`")
    runs = [run for run in everything if run.tested_on == everything[0].tested_on]
    left_out = []
    if others := len(everything) - len(runs):
        left_out.append(f"{others} runs were tested on other data than the newest; name runs to compare them")
    if len(runs) > limit:
        left_out.append(f"the {limit} newest of {len(runs)} runs; --limit shows more")
    return runs[:limit], left_out


def tests_of(run_id: str) -> list[LoggedRun]:
    """Return every test of the model that a run trained: the run itself, then evaluations of it, newest first."""
    filters = f"attributes.status = 'FINISHED' and tags.{SOURCE} = '{run_id}'"
    runs = [find_run(f"runs:/{run_id}"), *map(_logged, _search(filters, 100))]
    return [run for run in runs if run.tested_on]


def costs_of(run: LoggedRun) -> dict[str, float]:
    """Return the metrics of the run that trained a run's model: an evaluation's own say nothing of its costs."""
    if run.trained_by == run.id:
        return run.metrics
    found = _search(f"attributes.run_id = '{run.trained_by}'", 1)
    return _logged(found[0]).metrics if found else run.metrics


def predictions_of(run: LoggedRun) -> Results:
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
    with store(), tempfile.TemporaryDirectory() as folder:
        try:
            file = mlflow.artifacts.download_artifacts(f"runs:/{run.id}/{FILE}", dst_path=folder)
        except (MlflowException, OSError) as error:
            raise ParathemeError(f"run {run.name} ({run.id[:8]}): its {FILE} cannot be read; is it deleted?") from error
        return Results.read(Path(file))


def find_version(uri: str) -> Version:
    """Return the registered version that ``models:/NAME/3`` or ``models:/NAME@ALIAS`` names.

    Raises
    ------
    ParathemeError
        If there is none.
    """
    name, _, alias = uri.removeprefix("models:/").partition("@")
    name, _, number = name.partition("/")
    with store() as client:
        if number == "latest":
            number = str(max((int(one.version) for one in client.search_model_versions(f"name = '{name}'")), default=0))
        found = client.get_model_version_by_alias(name, alias) if alias else client.get_model_version(name, number)
        return Version(str(found.version), str(found.run_id), name)


def version_with_alias(alias: str) -> Version | None:
    """Return the registered version that bears an alias."""
    with store() as client:
        for model in client.search_registered_models(f"name = '{REGISTERED_MODEL}'"):
            if alias in model.aliases:
                return find_version(f"models:/{REGISTERED_MODEL}@{alias}")
    return None


def version_of_run(run_id: str) -> Version | None:
    """Return the newest registered version that a run trained."""
    with store() as client:
        versions = client.search_model_versions(f"name = '{REGISTERED_MODEL}' and run_id = '{run_id}'")
    numbers = sorted(int(version.version) for version in versions)
    return Version(str(numbers[-1]), run_id) if numbers else None


def crown(version: Version, former: Version | None, reason: str = "") -> None:
    """Give a version the alias champion, and the former champion the alias previous.

    Parameters
    ----------
    version : Version
    former : Version or None
    reason : str
        Why, where a person decided against the figures; kept as a tag of the version and of its run.
    """
    with store() as client:
        client.set_registered_model_alias(REGISTERED_MODEL, CHAMPION, version.number)
        if former is not None:
            client.set_registered_model_alias(REGISTERED_MODEL, PREVIOUS, former.number)
        if reason:
            client.set_model_version_tag(REGISTERED_MODEL, version.number, REASON, reason)
            client.set_tag(version.run_id, REASON, reason)


def _search(filters: str, limit: int) -> list[Any]:
    import mlflow

    with store():
        return list(
            mlflow.search_runs(
                search_all_experiments=True,
                filter_string=filters,
                order_by=["attributes.start_time DESC"],
                max_results=limit,
                output_format="list",
            )
        )


def _logged(run: Any) -> LoggedRun:
    data = run.data
    return LoggedRun(run.info.run_id, run.info.run_name, dict(data.tags), dict(data.metrics), dict(data.params))


def _whole(run: LoggedRun) -> bool:
    return "fold" not in run.tags
