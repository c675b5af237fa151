"""A store in a file: its address, who opens it first, and its artifacts after both were moved."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from urllib.parse import unquote

SCHEME = "sqlite:///"
ARTIFACTS = "mlruns"  # beside the store's file
PLACES = (  # columns that hold whole paths of artifacts
    ("experiments", "artifact_location"),
    ("runs", "artifact_uri"),
    ("logged_models", "artifact_location"),
    ("model_versions", "storage_location"),
    ("model_versions", "source"),
)

logger = logging.getLogger(__name__)


def file_of(uri: str) -> Path | None:
    """Return the file of a store, None where it is not in a file."""
    name = unquote(uri.removeprefix(SCHEME))
    return Path(name) if uri.startswith(SCHEME) and name not in ("", ":memory:") else None


def plain_address(uri: str) -> str:
    """Return the address of a store without escapes of letters.

    MLflow escapes a folder's space or accent, and would make a second, empty folder of the escaped name.
    """
    file = file_of(uri)
    if file is None or "%" not in uri:
        return uri
    if {"%", "?"} & set(str(file)):  # these mean something in an address, unless the way to the file is short
        file = Path(os.path.relpath(file))
    return SCHEME + str(file).replace("%", "%25").replace("?", "%3F")


@contextmanager
def one_at_a_time(file: Path) -> Iterator[None]:
    """Let others wait who open the store now: MLflow makes its tables without asking whether someone else does."""
    from filelock import FileLock

    lock = file.with_name(f".{file.name}.lock")
    writable = os.access(file.parent, os.W_OK)
    with FileLock(lock, timeout=120) if writable else nullcontext():
        yield


def follow_artifacts(file: Path) -> None:
    """Where a store was moved or copied together with its artifacts, let it find them beside it.

    MLflow keeps whole paths. Where the folder of a run stands in ``mlruns`` beside the store and not where the store
    says, all that the store says to be there is written anew, and that is told.
    """
    beside = file.absolute().parent / ARTIFACTS
    if not beside.is_dir():
        return
    with closing(sqlite3.connect(file, timeout=60)) as store, store:
        elsewhere = "SELECT artifact_uri FROM runs WHERE substr(artifact_uri, 1, ?) != ?"
        places = [place for (place,) in store.execute(elsewhere, (len(f"{beside}/"), f"{beside}/"))]
        for old in sorted({place.rsplit("/", 3)[0] for place in places if _stands_in(beside, place)}):
            for table, column in PLACES:
                anew = f"UPDATE {table} SET {column} = ? || substr({column}, ?) WHERE substr({column}, 1, ?) = ?"
                store.execute(anew, (str(beside), len(old) + 1, len(old) + 1, f"{old}/"))
            logger.warning("%s was moved: its artifacts are those in %s, no longer those in %s", file, beside, old)


def _stands_in(beside: Path, place: str) -> bool:
    """Whether what a store says to be ``.../mlruns/EXPERIMENT/RUN/artifacts`` stands in another such folder."""
    said = Path(unquote(place.removeprefix("file://")) if place.startswith("file://") else place).parent
    here = beside / said.parent.name / said.name
    return here.is_dir() and not (said.is_dir() and said.samefile(here))
