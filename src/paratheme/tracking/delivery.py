"""From the outbox to the tracking store: in order, once, and later where the store does not answer."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from paratheme.errors import first_line
from paratheme.tracking import registry
from paratheme.tracking.dead_runs import WHY
from paratheme.tracking.logged_model import log_model
from paratheme.tracking.outbox import ENDED, ROOT, Outbox, unfinished
from paratheme.tracking.store import connect, without_password

logger = logging.getLogger(__name__)
IDENTITY = "paratheme.id"  # the tag by which a run is found that was made, but not remembered
LONGEST_REASON = 120  # letters
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 600.0  # seconds until a store that did not answer is asked again
GONE = "RESOURCE_DOES_NOT_EXIST"
REFUSED = ("INVALID_PARAMETER_VALUE", "BAD_REQUEST", "INVALID_STATE")  # asking again would not help
OPEN = "BAD_REQUEST"  # but MLflow says this too where a database is stopped in the middle of a question


class Line:
    """Whether the store answers, and when it is asked again."""

    def __init__(self) -> None:
        self.is_away, self.pause, self.next = False, 0.0, 0.0

    def deliver(self, box: Outbox, at_once: bool = False) -> bool:
        """Deliver what waits, unless the store did not answer a moment ago; tell whether all of it is delivered."""
        if not at_once and self.is_away and time.monotonic() < self.next:
            return False
        try:
            deliver(box)
        except Exception as error:  # MLflow raises whatever its stores raise, and no training ends for it
            self.away(error, box)
            return False
        if self.is_away:
            logger.warning("the tracking store answers again: what waited is delivered")
        self.is_away, self.pause = False, 0.0
        return True

    def away(self, error: Exception, box: Outbox | None = None) -> None:
        """Note that the store did not answer; say so the first time."""
        if not self.is_away:
            import mlflow

            logger.warning(
                "the tracking store %s does not answer (%s): what is logged waits in %s and is delivered when it does",
                *(without_password(mlflow.get_tracking_uri()), _reason(error), box.folder if box else ROOT),
            )
        self.is_away = True
        self.pause = min(max(2 * self.pause, FIRST_PAUSE), LONGEST_PAUSE)
        self.next = time.monotonic() + self.pause


LINE = Line()


def deliver(box: Outbox) -> None:
    """Bring every entry that waits to the store; what is brought twice changes nothing.

    Raises whatever MLflow raises where the store does not answer.
    """
    from mlflow import MlflowClient
    from mlflow.exceptions import MlflowException

    if box.parent is not None and not box.parent.run_id:
        deliver(box.parent)
    client, began_again, asked_again = MlflowClient(), False, -1
    if not box.run_id:
        box.delivered(run_id=_create(box, client))
    while box.state["count"] < len(box.entries):
        entry = box.entries[box.state["count"]]
        try:
            DELIVER[entry["do"]](box, client, entry)
        except MlflowException as error:
            if error.error_code not in (GONE, *REFUSED):
                raise
            if not began_again and _is_gone(box, client):
                began_again = True  # someone deleted the run: all of it goes to a new one
                box.state = {"count": 0}
                box.delivered(run_id=_create(box, client))
                continue
            if error.error_code == OPEN and asked_again < box.state["count"]:
                client.get_run(box.run_id)  # raises where the store does not answer
                asked_again = box.state["count"]
                continue
            logger.warning("the tracking store refuses %s (%s)", entry["do"], without_password(first_line(error)))
            if entry["do"] == "model":
                logger.warning("the classifier stays in %s", box.folder / registry.ARTIFACT)
                box.delivered(refused=True)
        box.delivered(count=box.state["count"] + 1)


def deliver_waiting(everywhere: bool = False) -> tuple[list[str], list[str]]:
    """Deliver what earlier runs of this working directory left; one that its process left open is closed as KILLED.

    Parameters
    ----------
    everywhere : bool
        Whether to stores too that are not the connected one.

    Returns
    -------
    delivered, waiting : list of str
        Names of runs whose entries all reached the store; and, a line each, what still waits and why.
    """
    import mlflow

    delivered, waiting = [], []
    connected = mlflow.get_tracking_uri()
    for box in unfinished():
        name, uri = str(box.about["name"]), str(box.about["uri"])
        try:
            if not box.ended:
                close_dead(box)
            if not box.waiting:
                continue
            mine = uri == without_password(connected)
            if not mine and (not everywhere or "://..." in uri):
                waiting.append(f"{name}: for {uri}; set MLFLOW_TRACKING_URI to it")
                continue
            mlflow.set_tracking_uri(connected if mine else uri)
            if LINE.deliver(box, at_once=True):
                delivered.append(name)
                if box.is_done:
                    box.remove()
            else:
                waiting.append(f"{name}: {uri} does not answer")
        finally:
            box.lock.release()
            mlflow.set_tracking_uri(connected)
    return delivered, waiting


def _reason(error: Exception) -> str:
    """Return in a few words why a store did not answer, of what its libraries say in many."""
    text = without_password(" ".join(str(error.__cause__ or error).split()))
    found = re.search(r"\[Errno -?\d+\] [^\"')>]*|Read timed out|timed out|too many [\w ]+", text)
    return found[0] if found else text[:LONGEST_REASON]


def close_dead(box: Outbox) -> None:
    """Close what a process that is no more left open: a run and its parts."""
    for child in box.children():
        if not child.ended:
            close_dead(child)
    box.put("tags", tags={"error": WHY})
    box.put(ENDED, status="KILLED", time=_last_sign(box))


def _last_sign(box: Outbox) -> int:
    journal = box.folder / "journal.jsonl"
    return int(journal.stat().st_mtime * 1000) if journal.is_file() else int(box.about["started"])


def _create(box: Outbox, client: Any) -> str:
    """Return the id of the run in the store: made now, or by an attempt that was not heard of again."""
    import mlflow

    connect(None, box.about["experiment"])
    experiment = client.get_experiment_by_name(box.about["experiment"])
    made = mlflow.search_runs(
        [experiment.experiment_id], f"tags.`{IDENTITY}` = '{box.about['id']}'", max_results=1, output_format="list"
    )
    if made:
        return str(made[0].info.run_id)
    tags = {**box.about["tags"], IDENTITY: box.about["id"]}
    if box.parent is not None:
        tags["mlflow.parentRunId"] = box.parent.run_id
    created = client.create_run(experiment.experiment_id, box.about["started"], tags, box.about["name"])
    return str(created.info.run_id)


def _is_gone(box: Outbox, client: Any) -> bool:
    from mlflow.exceptions import MlflowException

    try:
        return bool(client.get_run(box.run_id).info.lifecycle_stage != "active")
    except MlflowException as error:
        return bool(error.error_code == GONE)


def _batch(box: Outbox, client: Any, entry: dict[str, Any]) -> None:
    from mlflow.entities import Metric, Param, RunTag

    client.log_batch(
        box.run_id,
        [Metric(key, value, entry["time"], entry["step"] or 0) for key, value in entry.get("metrics", {}).items()],
        [Param(key, value) for key, value in entry.get("params", {}).items()],
        [RunTag(key, value) for key, value in entry.get("tags", {}).items()],
    )


def _file(box: Outbox, client: Any, entry: dict[str, Any]) -> None:
    file = box.file(entry["path"])
    if file is None:
        logger.warning("%s: missing; the run will not have it", box.folder / "files" / entry["path"])
        return
    folder = str(Path(entry["path"]).parent)
    client.log_artifact(box.run_id, str(file), None if folder == "." else folder)


def _input(box: Outbox, client: Any, entry: dict[str, Any]) -> None:
    from mlflow.entities import Dataset, DatasetInput, InputTag

    tags = [InputTag("mlflow.data.context", entry["context"])]
    client.log_inputs(box.run_id, [DatasetInput(Dataset(**entry["dataset"]), tags)])


def _model(box: Outbox, client: Any, entry: dict[str, Any]) -> None:
    if box.state.get("manifest") == entry["manifest"]:  # the very same, before the process was killed
        return
    connect(None, box.about["experiment"])  # MLflow's current run has to be of its current experiment
    version = log_model(client, box.run_id, box.folder / registry.ARTIFACT, entry)
    box.delivered(model_uri=version.uri, manifest=entry["manifest"])


def _card(box: Outbox, client: Any, entry: dict[str, Any]) -> None:
    if uri := box.state.get("model_uri"):
        name, version = uri.removeprefix("models:/").split("/")
        client.update_model_version(name, version, description=entry["text"])


def _again(box: Outbox, client: Any, entry: dict[str, Any]) -> None:
    client.update_run(box.run_id, status="RUNNING")
    client.delete_tag(box.run_id, "error") if "error" in client.get_run(box.run_id).data.tags else None


def _end(box: Outbox, client: Any, entry: dict[str, Any]) -> None:
    for child in box.children():
        if child.waiting:
            deliver(child)
    client.set_terminated(box.run_id, entry["status"], entry["time"])


DELIVER: dict[str, Callable[[Outbox, Any, dict[str, Any]], None]] = {
    "tags": _batch,
    "params": _batch,
    "metrics": _batch,
    "file": _file,
    "input": _input,
    "model": _model,
    "card": _card,
    "again": _again,
    ENDED: _end,
}
