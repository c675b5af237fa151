"""The tracking store: connecting to it, opening runs in it, searching it."""

from __future__ import annotations

import logging
import os
import re
import shlex
import sqlite3
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from paratheme.errors import ParathemeError, first_line
from paratheme.tracking import local_store, ui
from paratheme.types import Settings

if TYPE_CHECKING:
    from mlflow.entities import Run

os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")

EXPERIMENT = "paratheme"
SECRET = re.compile(
    r"([?&;](?:[\w-]{0,40}(?:password|token|secret|passwd|pwd|key|signature))=)[^&\s'\"]+", re.IGNORECASE
)
NOT_AWAY = ("UNAUTHENTICATED", "PERMISSION_DENIED", "INVALID_PARAMETER_VALUE", "RESOURCE_DOES_NOT_EXIST", "BAD_REQUEST")
_experiment = [EXPERIMENT]  # that new runs go to
logger = logging.getLogger(__name__)


class TrackingSettings(Settings):
    """Where runs go, and what is logged.

    Attributes
    ----------
    uri : str or None
        None: ``MLFLOW_TRACKING_URI``, or else ``mlflow.db`` and ``mlruns/`` in the working directory.
    experiment : str
        The MLflow experiment.
    log_model : bool
        Whether the classifier itself is logged and registered.
    log_figures : bool
        Whether pictures are drawn, which takes seconds a run.
    labels : str or None
        The language of theme names in pictures, such as ``ar``; None: the themes' ids.
    """

    uri: str | None
    experiment: str
    log_model: bool
    log_figures: bool
    labels: str | None


class StoreAwayError(ParathemeError):
    """The tracking store does not answer, and may later."""


def connect(uri: str | None = None, experiment: str | None = EXPERIMENT) -> Any:
    """Connect to a tracking store and return MLflow.

    Without `uri` it is ``MLFLOW_TRACKING_URI``, or else ``mlflow.db`` and ``mlruns/`` under the working directory; new
    runs go to `experiment`, None when only reading.

    Raises
    ------
    StoreAwayError
        If the store does not answer.
    ParathemeError
        If it refuses, or there can be no such store.
    """
    import mlflow
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import SQLAlchemyError

    warnings.filterwarnings("ignore", module="mlflow")
    for noisy in ("mlflow", "alembic", "alembic.runtime.migration", "urllib3"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "20")  # a training waits for it
    known = mlflow.get_tracking_uri()
    if (wanted := local_store.plain_address(uri or known)) != known:
        mlflow.set_tracking_uri(wanted)
    file = local_store.file_of(wanted)
    if experiment:
        _experiment[0] = experiment
    try:
        if file is not None and (experiment or file.exists()):
            with local_store.one_at_a_time(file):
                mlflow.MlflowClient()  # makes the tables of a new store
                local_store.follow_artifacts(file)
        if experiment:
            _refuse_deleted(experiment)
            opened = mlflow.set_experiment(experiment)
            if tags := ui.experiment_tags(opened.tags):
                mlflow.set_experiment_tags(tags)
    except (MlflowException, OSError, sqlite3.Error, SQLAlchemyError) as error:
        kind = ParathemeError if getattr(error, "error_code", "") in NOT_AWAY else StoreAwayError
        raise kind(
            f"tracking store {without_password(mlflow.get_tracking_uri())} does not answer "
            f"({without_password(first_line(error))}); check tracking.uri and MLFLOW_TRACKING_URI"
        ) from error
    return mlflow


def experiment_of_new_runs() -> str:
    """Return the name of the experiment that `connect` was given last."""
    return _experiment[0]


def _refuse_deleted(experiment: str) -> None:
    import mlflow

    there = mlflow.get_experiment_by_name(experiment)
    if there is not None and there.lifecycle_stage == "deleted":
        raise ParathemeError(f"{_deleted(there)}, or name another with tracking.experiment=NAME")


def _deleted(experiment: Any) -> str:
    """Say that an experiment was deleted, in MLflow's pages for instance, and how it comes back."""
    import mlflow

    uri = shlex.quote(without_password(mlflow.get_tracking_uri()))
    restore = f"MLFLOW_TRACKING_URI={uri} mlflow experiments restore --experiment-id {experiment.experiment_id}"
    return f"experiment {experiment.name!r} was deleted; bring it back with `{restore}`"


@contextmanager
def existing_store() -> Iterator[Any]:
    """Give MLflow's client for a store that exists and answers.

    Raises
    ------
    ParathemeError
        If there is no store (an empty one is not made only to find nothing in it), or it does not answer.
    """
    import mlflow
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import SQLAlchemyError

    uri = connect(experiment=None).get_tracking_uri()
    file = local_store.file_of(uri)
    if file is not None and not file.exists():
        raise ParathemeError(f"there are no runs yet: there is no {file}; run `paratheme train` first")
    try:
        yield mlflow.MlflowClient()
    except (MlflowException, SQLAlchemyError, OSError) as error:
        told = without_password(f"tracking store {uri}: {first_line(error)}")
        raise ParathemeError(told) from error


def search_runs(filters: str, limit: int) -> list[Run]:
    """Return runs of all experiments, the newest first; where there are none, tell experiments that were deleted."""
    import mlflow
    from mlflow.entities import ViewType

    with existing_store() as client:
        found = list(
            mlflow.search_runs(
                search_all_experiments=True,
                filter_string=filters,
                order_by=["attributes.start_time DESC"],
                max_results=limit,
                output_format="list",
            )
        )
        for experiment in client.search_experiments(view_type=ViewType.DELETED_ONLY) if not found else []:
            logger.warning("no runs; %s", _deleted(experiment))
        return found


def without_password(text: str) -> str:
    """Return a text with what is secret in addresses taken out: what stands before the host, and keys behind it.

    Addresses on a model hub, ``hf://OWNER/NAME@REVISION``, have no host and stay as they are.
    """
    return SECRET.sub(r"\1...", re.sub(r"(?<!\bhf)://\S*@", "://...@", text))


def git_commit() -> str:
    """Return the commit of the working directory; an empty string without one, or without git."""
    try:
        done = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False)
    except OSError:  # git is not installed
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
