"""What a run logs, on disk first: plain files, from which `tracking.delivery` brings it to the tracking store.

MLflow's own asynchronous logging keeps its queue in memory, knows no artifacts, and drops what fails.
"""

from __future__ import annotations

import json
import logging
import shutil
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from paratheme.errors import first_line
from paratheme.paths import write_apart

logger = logging.getLogger(__name__)
ROOT = Path("outputs", "unfinished")  # in the working directory
ENDED = "end"
GONE_ON_WITH = ("training", "fold")  # where such a run did not finish


class Outbox:
    """What one run logged and is still to log.

    A folder of plain files: ``run.json`` (what the run is), ``journal.jsonl`` (an entry a line, in order), ``files/``
    (artifacts, named as in the run), ``classifier/``, ``delivered.json`` (how many entries the tracking store has, and
    the run's id there) and ``children/`` (folds, trials). A training keeps in ``done/`` what it would go on from.

    Parameters
    ----------
    folder : Path
    about : mapping
        What is known of the run from the beginning: id, name, kind, tags, experiment, uri, key, started.
    parent : Outbox, optional
        Of the run that it is a part of.
    """

    def __init__(self, folder: Path, about: Mapping[str, Any], parent: Outbox | None = None) -> None:
        self.folder, self.about, self.parent = folder, dict(about), parent
        self.entries: list[dict[str, Any]] = []
        self.state: dict[str, Any] = {"count": 0}
        self.lock = FileLock(folder / "lock", timeout=0)
        self.spare: Path | None = None  # for files, where the disk is full

    @classmethod
    def new(cls, about: Mapping[str, Any], parent: Outbox | None = None) -> Outbox:
        """Make one for a run that begins."""
        identity = uuid.uuid4().hex
        folder = (parent.folder / "children" if parent else ROOT) / identity
        box = cls(folder, {"id": identity, "started": now(), **about}, parent)
        try:
            folder.mkdir(parents=True)
            box.lock.acquire()
            write_json(folder / "run.json", box.about)
        except OSError as error:
            _tell_full(folder, error)
        return box

    @classmethod
    def read(cls, folder: Path, parent: Outbox | None = None) -> Outbox | None:
        """Return what a process left in a folder; None where it had not begun yet, or it cannot be read."""
        try:
            box = cls(folder, json.loads((folder / "run.json").read_text("utf-8")), parent)
            journal = folder / "journal.jsonl"
            whole = journal.read_bytes() if journal.is_file() else b""
            kept = whole[: whole.rfind(b"\n") + 1]  # a process that was killed may have left half a line
            if len(kept) < len(whole):
                with journal.open("r+b") as file:
                    file.truncate(len(kept))
            box.entries = [json.loads(line) for line in kept.splitlines()]
            if (folder / "delivered.json").is_file():
                box.state = json.loads((folder / "delivered.json").read_text("utf-8"))
        except (OSError, ValueError):
            return None
        return box

    @property
    def run_id(self) -> str:
        """The run's id in the tracking store; empty while it knows nothing of it."""
        return str(self.state.get("run_id", ""))

    @property
    def ended(self) -> bool:
        """Whether the run's last entry closes it."""
        return bool(self.entries) and self.entries[-1]["do"] == ENDED

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to go on with, once all of it is delivered."""
        finished = self.ended and self.entries[-1]["status"] == "FINISHED"
        return (finished or self.about["kind"] not in GONE_ON_WITH) and not self.state.get("refused")

    @property
    def waiting(self) -> bool:
        """Whether something is still to be delivered."""
        return not self.run_id or self.state["count"] < len(self.entries) or any(one.waiting for one in self.children())

    def children(self) -> Iterator[Outbox]:
        """Yield what is left of the runs that are parts of this one, the oldest first."""
        found = [Outbox.read(folder, self) for folder in (self.folder / "children").glob("*")]
        yield from sorted(filter(None, found), key=lambda box: float(box.about["started"]))

    def put(self, do: str, **what: Any) -> None:
        """Add an entry."""
        self.entries.append({"do": do, **what})
        try:
            with (self.folder / "journal.jsonl").open("a", encoding="utf-8") as journal:
                journal.write(json.dumps(self.entries[-1], ensure_ascii=True) + "\n")
        except OSError as error:  # it is still known here, and may be delivered
            _tell_full(self.folder, error)

    def keep(self, path: str, write: Callable[[Path], Any]) -> None:
        """Keep a file that the run is to hold as `path`; `write` is given where to write it."""
        try:
            write_apart(self.folder / "files" / path, write)
        except OSError as error:
            _tell_full(self.folder, error)
            self.spare = self.spare or Path(tempfile.mkdtemp(prefix="paratheme-"))
            write_apart(self.spare / path, write)
        self.put("file", path=path)

    def file(self, path: str) -> Path | None:
        """Return where a file that was kept lies."""
        places = [self.folder / "files" / path, *([self.spare / path] if self.spare else [])]
        return next((place for place in places if place.is_file()), None)

    def delivered(self, **known: Any) -> None:
        """Remember what the tracking store has."""
        self.state |= known
        try:
            write_json(self.folder / "delivered.json", self.state)
        except OSError as error:  # delivered once more then, which changes nothing
            _tell_full(self.folder, error)

    def take(self) -> bool:
        """Make it this process's own; tell whether no other has it."""
        try:
            self.lock.acquire()
        except (Timeout, OSError):
            return False
        return True

    def remove(self) -> None:
        """Remove all of it, and folders that are empty then."""
        self.lock.release()
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.spare:
            shutil.rmtree(self.spare, ignore_errors=True)
        if self.parent is None:
            for folder in (ROOT, ROOT.parent):
                with suppress(OSError):
                    folder.rmdir()


def unfinished() -> list[Outbox]:
    """Return what runs of this working directory left that no living process has, the oldest first.

    They are taken: other processes leave them alone.
    """
    found = [box for folder in ROOT.glob("*") if (box := Outbox.read(folder)) is not None]
    return [box for box in sorted(found, key=lambda box: float(box.about["started"])) if box.take()]


def now() -> int:
    """Return the time in milliseconds, as MLflow counts it."""
    return int(time.time() * 1000)


def write_json(file: Path, content: Any) -> None:
    """Write a file of JSON apart, and move it."""
    write_apart(file, lambda new: new.write_text(json.dumps(content, ensure_ascii=False, indent=1), "utf-8"))


_told: set[Path] = set()


def _tell_full(folder: Path, error: OSError) -> None:
    if folder not in _told:
        _told.add(folder)
        logger.warning("%s: cannot be written to (%s); what is logged is only delivered", folder, first_line(error))
