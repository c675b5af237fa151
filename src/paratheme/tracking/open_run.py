"""The run that is open: what is logged goes to its outbox, and from there to the tracking store."""

from __future__ import annotations

import logging
import os
import platform
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from paratheme.errors import ParathemeError
from paratheme.tracking.delivery import LINE, close_dead
from paratheme.tracking.outbox import ENDED, Outbox, now, unfinished
from paratheme.tracking.store import experiment_of_new_runs, without_password

logger = logging.getLogger(__name__)
Kind = Literal["training", "fold", "trial", "evaluation", "watch"]
_open: list[OpenRun] = []


class OpenRun:
    """A run that is logged to.

    Parameters
    ----------
    outbox : Outbox
    """

    def __init__(self, outbox: Outbox) -> None:
        self.outbox = outbox
        self.tables: dict[str, dict[str, str]] = {}  # that the UI is told of

    @property
    def run_id(self) -> str:
        """Its id in the tracking store, or the one by which it is found there once it is delivered."""
        return self.outbox.run_id or str(self.outbox.about["id"])

    @property
    def model_uri(self) -> str | None:
        """The registered version of its model; None where there is none, or the store does not know of it yet."""
        return self.outbox.state.get("model_uri")

    @property
    def waiting(self) -> Path | None:
        """The folder in which it waits, closed, for a store that did not answer."""
        return self.outbox.folder if self.outbox.waiting else None

    @property
    def done(self) -> Path:
        """The folder of what a process that goes on with the run need not do again."""
        return self.outbox.folder / "done"

    def put(self, do: str, **what: Any) -> None:
        """Log something, and deliver it where the store answers."""
        self.outbox.put(do, **what)
        LINE.deliver(self.outbox)

    def keep(self, path: str, write: Callable[[Path], Any]) -> None:
        """Log a file; `write` is given where to write it."""
        try:
            self.outbox.keep(path, write)
        except OSError as error:
            raise ParathemeError(f"{path}: cannot be written anywhere ({error.strerror}); free some space") from error
        LINE.deliver(self.outbox)


def current_run() -> OpenRun:
    """Return the run that is open."""
    return _open[-1]


@contextmanager
def open_run(name: str, kind: Kind, tags: Mapping[str, str], key: str = "", resume: bool = False) -> Iterator[OpenRun]:
    """Open a run, or go on with one; mark it FAILED when an error, KILLED when an interrupt ends it.

    Folds and trials become child runs of the run that is open.

    Parameters
    ----------
    name : str
    kind : {"training", "fold", "trial", "evaluation", "watch"}
    tags : mapping of str to str
        Empty ones are left out.
    key : str, optional
        What says that two runs do the same.
    resume : bool
        Whether a run of the same key that did not finish is gone on with.
    """
    import mlflow
    from mlflow.tracking.context.registry import resolve_tags

    parent = _open[-1].outbox if _open and kind in ("fold", "trial") else None
    told = resolve_tags({"kind": kind, **process_tags(), **{key: value for key, value in tags.items() if value}})
    told = {tag: without_password(str(value)) for tag, value in told.items()}
    box = _unfinished(key, parent) if key else None
    if box is not None and not resume and parent is None:
        box.remove()  # asked to begin anew
        box = None
    if box is not None:
        if parent is None:
            begun = datetime.fromtimestamp(float(box.about["started"]) / 1000)
            logger.info("Going on with the run of %s, which did not finish", f"{begun:%Y-%m-%d %H:%M}")
        if box.ended:
            box.put("again")
        box.put("tags", tags=process_tags())
    else:
        about = {"name": name, "kind": kind, "tags": told, "key": key, "experiment": experiment_of_new_runs()}
        box = Outbox.new({**about, "uri": without_password(mlflow.get_tracking_uri())}, parent)
    run = OpenRun(box)
    _open.append(run)
    LINE.deliver(box)
    try:
        yield run
    except KeyboardInterrupt:
        _close(run, "KILLED")
        raise
    except BaseException as error:
        box.put("tags", tags={"error": without_password(f"{type(error).__name__}: {error}")[:500]})
        _close(run, "FAILED")
        raise
    _close(run, "FINISHED")


def process_tags() -> dict[str, str]:
    """Return the tags by which a run whose process is no more is told."""
    import psutil

    started = psutil.Process().create_time()
    return {"host": platform.node(), "pid": str(os.getpid()), "process_started": f"{started:.2f}"}


def _unfinished(key: str, parent: Outbox | None) -> Outbox | None:
    """Return what a run of the same key left that did not finish and that no living process has."""
    found = None
    for box in parent.children() if parent else unfinished():
        same = box.about["key"] == key and not (box.ended and box.entries[-1]["status"] == "FINISHED")
        if same and found is None:
            found = box
        elif parent is None:
            box.lock.release()
    return found


def _close(run: OpenRun, status: str) -> None:
    box = run.outbox
    _open.remove(run)
    for child in box.children():
        if not child.ended:  # a process that was killed left it open
            close_dead(child)
    box.put(ENDED, status=status, time=now())
    delivered = LINE.deliver(box, at_once=box.parent is None)
    if delivered and box.is_done:
        box.remove()
    else:
        box.lock.release()
