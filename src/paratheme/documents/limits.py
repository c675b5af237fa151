"""What reading one document may take, and the process apart in which it is held to that.

Libraries that read PDFs, pages and Word files cannot be stopped from within, nor kept from the memory.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field

from paratheme.documents.document import Document, Piece
from paratheme.documents.encodings import DocumentError
from paratheme.errors import load_yaml, validated
from paratheme.paths import PACKAGE, shipped
from paratheme.types import Settings

if TYPE_CHECKING:
    from paratheme.documents.readers import DocumentFile

FILE = Path("limits.yaml")
READ_HERE = (".txt",)  # our own code alone reads it, in a time that grows with its size
SMALL = 1_000_000  # bytes
AHEAD = 2  # files a process that are read before they are asked for


class Limits(Settings):
    """What reading one document may take.

    Attributes
    ----------
    megabytes : float
        Size of the file.
    seconds : float
        Of reading it.
    memory_megabytes : int
        Of reading it.
    """

    megabytes: float = Field(gt=0)
    seconds: float = Field(gt=0)
    memory_megabytes: int = Field(ge=200)


def limits() -> Limits:
    """Return the limits of ``conf/limits.yaml`` in the working directory, or else those that ship."""
    own = Path("conf", FILE)
    file = own if own.is_file() else shipped("conf") / FILE
    facts = file.stat()
    return _limits_of(file, (facts.st_dev, facts.st_ino, facts.st_mtime_ns))


@cache
def _limits_of(file: Path, version: tuple[int, ...]) -> Limits:
    """Read limits once, and again where it is another file: they are asked for with every document."""
    return validated(Limits, load_yaml(file), {"": file})


def read_within(path: Path, name: str, allowed: Limits | None = None) -> Document:
    """Read a document as `paratheme.documents.readers.read` does, within limits.

    Raises
    ------
    DocumentError
        If it cannot be read, or takes more than is allowed.
    """
    from paratheme.documents.readers import read

    allowed = allowed or limits()
    size = path.stat().st_size if path.is_file() else 0
    if size > allowed.megabytes * 1e6:
        raise DocumentError(
            f"{path}: {size / 1e6:,.0f} MB, more than the {allowed.megabytes:g} MB of limits.megabytes; split it, or "
            f"raise the limit in conf/{FILE}"
        )
    if path.suffix.lower() in READ_HERE and size <= SMALL:
        return read(path, name)
    return getattr(_of_thread, "reader", _reader).read(path, name, allowed)


def read_ahead(files: Iterable[DocumentFile], workers: int = 1) -> Iterator[Document | DocumentError]:
    """Yield what `read_within` returns or raises for each file, in order.

    Parameters
    ----------
    files : iterable of DocumentFile
    workers : int
        How many processes read, some files ahead; with one, a file is read when it is asked for.
    """
    if workers == 1:
        yield from map(_outcome, files)
        return
    readers: list[_Reader] = []

    def begin() -> None:
        _of_thread.reader = _Reader()
        readers.append(_of_thread.reader)

    waiting: deque[Future[Document | DocumentError]] = deque()
    pool = ThreadPoolExecutor(workers, "reading", begin)  # a thread for each process, which waits for its answers
    try:
        for file in files:
            waiting.append(pool.submit(_outcome, file))
            if len(waiting) > AHEAD * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:  # which nobody wants any more
            future.cancel()
        for reader in readers if waiting else ():
            reader.stop()
        pool.shutdown()
        for reader in readers:
            reader.end()


def _outcome(file: DocumentFile) -> Document | DocumentError:
    try:
        return read_within(file.path, file.name)
    except DocumentError as error:
        return error


class _Reader:
    """A process that reads documents one after the other, ended and begun anew where one takes too much."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[str] | None = None

    def read(self, path: Path, name: str, allowed: Limits) -> Document:
        if self.process is None or self.process.poll() is not None:
            self.process = self._begun()
        process, late = self.process, threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(allowed.seconds, stop)
        timer.daemon = True
        timer.start()
        try:
            told = {"path": str(path), "name": name, **allowed.model_dump()}
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps(told) + "\n")
            process.stdin.flush()
            answer = process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        except BaseException:  # an interrupt: its answer would be taken for the next one's
            self.end()
            raise
        finally:
            timer.cancel()
        if not answer.endswith("\n"):
            self.end()
            raise DocumentError(f"{path}: {_why(late.is_set(), allowed)}")
        return _document(json.loads(answer))

    def stop(self) -> None:
        """Kill the process; a thread that waits for its answer gets none."""
        if (process := self.process) is not None:
            process.kill()

    def end(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            for pipe in (self.process.stdin, self.process.stdout):
                if pipe is not None:
                    pipe.close()
            self.process = None

    def _begun(self) -> subprocess.Popen[str]:
        where = os.pathsep.join([str(PACKAGE.parent), *filter(None, [os.environ.get("PYTHONPATH")])])
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "paratheme.documents.reading_process"],  # -P: no code of the working directory
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": where, "PYTHONUTF8": "1"},
            text=True,
            encoding="utf-8",
        )


_reader = _Reader()
atexit.register(_reader.end)
_of_thread = threading.local()  # `reader`, in threads that have one of their own


def _why(late: bool, allowed: Limits) -> str:
    if late:
        taken = f"the {allowed.seconds:g} s of limits.seconds"
    else:
        taken = f"the {allowed.memory_megabytes} MB of limits.memory_megabytes, or breaks its reader"
    return f"takes more than {taken}; leave it out, or raise the limit in conf/{FILE}"


def as_plain(document: Document) -> dict[str, Any]:
    """Return a document as plain data."""
    return asdict(document)


def _document(answer: dict[str, Any]) -> Document:
    if "error" in answer:
        raise DocumentError(answer["error"])
    pieces = answer.pop("pieces")
    repairs = tuple(answer.pop("repairs"))
    return Document(**answer, pieces=None if pieces is None else tuple(Piece(**one) for one in pieces), repairs=repairs)
