"""The classifier as a service, behind its routes: loading it, reading documents, filing, within what is allowed."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Any, TypeVar

from starlette.exceptions import HTTPException

from paratheme.classifier.batching import Batcher, QueueClosedError, QueueFullError
from paratheme.classifier.classifier import ThemeClassifier
from paratheme.classifier.inputs import Group
from paratheme.classifier.predict import HEADLINES, has_headings_alone
from paratheme.classifier.report import ReportWriter
from paratheme.classifier.service_gate import ENDING, RETRY, Metrics, ServiceSettings
from paratheme.documents.blocks import read_blocks
from paratheme.documents.readers import DocumentError, DocumentFile, reader_of

if TYPE_CHECKING:
    from starlette.datastructures import UploadFile
    from starlette.requests import Request

Result = TypeVar("Result")


@dataclass
class Reading:
    """What was read of uploaded documents.

    Attributes
    ----------
    groups : list of list of dict
        The blocks of each.
    failures, notes : list of str
        What could not be read, and what was guessed or left out so that the rest could be, a line each.
    """

    groups: list[Group] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, other: Reading) -> None:
        """Add what was read of others."""
        self.groups += other.groups
        self.failures += other.failures
        self.notes += other.notes


class Service:
    """A classifier, from when it is loaded to the end.

    Parameters
    ----------
    load : callable
        Returns the classifier; it is called in a thread, so that the service answers meanwhile.
    model : str
        What the classifier is called in answers.
    settings : ServiceSettings
    broken : callable, optional
        Is told why the classifier could not be loaded.
    """

    def __init__(
        self,
        load: Callable[[], ThemeClassifier],
        model: str,
        settings: ServiceSettings,
        broken: Callable[[Exception], object] = lambda error: None,
    ) -> None:
        self.load, self.model, self.settings, self.broken = load, model, settings, broken
        self.metrics = Metrics()
        self.classifier: ThemeClassifier | None = None
        self.ending = False
        self._batcher: Batcher | None = None
        self._reader = ThreadPoolExecutor(1, "reading")  # one process apart reads, one document after the other

    def start(self) -> None:
        """Load the classifier."""
        try:
            classifier = self.load()
            self._batcher = Batcher(classifier, self.settings.max_waiting, self.metrics.batch.observe)
            self.metrics.waiting.set_function(lambda: self._batcher.waiting if self._batcher else 0)
            self.classifier = classifier
        except Exception as error:
            self.broken(error)

    def end(self) -> None:
        """Take nothing more, and finish what is in hand."""
        self.ending = True
        self._reader.shutdown()
        if self._batcher:
            self._batcher.close()

    def ready(self) -> ThemeClassifier:
        """Return the classifier; refuse with 503 where there is none yet."""
        if self.classifier is None:
            raise HTTPException(503, "the model is not loaded yet; ask again later", RETRY)
        return self.classifier

    async def file(self, groups: Sequence[Group], explain: bool) -> None:
        """Have groups of records labelled in place, together with those of other requests."""
        assert self._batcher is not None
        try:
            await asyncio.wrap_future(self._batcher.submit(groups, explain))
        except QueueFullError:
            told = f"{self._batcher.waiting:,} texts wait, of {self.settings.max_waiting:,} that may (--max-waiting)"
            raise HTTPException(429, f"{told}; ask again later", RETRY) from None
        except QueueClosedError:
            raise HTTPException(503, ENDING, RETRY) from None

    async def read(self, uploads: Sequence[UploadFile]) -> Reading:
        """Read documents and cut them into blocks; those that cannot be read stop no other.

        Raises
        ------
        HTTPException
            422 where they have more blocks than are allowed.
        """
        whole, names, most = Reading(), set[str](), self.settings.max_texts
        for upload in uploads:
            name = _name(upload.filename or "", names)
            left = most - sum(map(len, whole.groups))
            one = await asyncio.get_running_loop().run_in_executor(self._reader, _read, upload.file, name, left + 1)
            if sum(map(len, one.groups)) > left:
                told = f"{name}: more than the {most:,} blocks of --max-texts; send less at once"
                raise HTTPException(422, f"{told}, or use paratheme predict")
            whole.add(one)
        return whole

    def report(self, reading: Reading, language: str) -> bytes:
        """Return filed documents as a page for a person."""
        assert self.classifier is not None
        file = BytesIO()
        writer = ReportWriter(file, self.classifier, language, [*reading.failures, *reading.notes])
        writer.write([record for group in reading.groups for record in group])
        writer.close()
        return file.getvalue()

    async def within(self, request: Request, work: Coroutine[Any, Any, Result]) -> Result:
        """Await an answer for as long as is allowed and somebody waits for it.

        Raises
        ------
        HTTPException
            503 where it takes too long; 499, which nobody reads, where who asked has gone away.
        """
        working, leaving = asyncio.ensure_future(work), asyncio.ensure_future(_gone(request))
        try:
            timeout = self.settings.max_seconds
            await asyncio.wait({working, leaving}, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                return working.result()
            if leaving.done():
                raise HTTPException(499, "who asked has gone away")
            told = f"the answer took more than the {timeout:g} s of --max-seconds; ask for less at once, or again later"
            raise HTTPException(503, told, RETRY)
        finally:
            working.cancel()
            leaving.cancel()


async def _gone(request: Request) -> None:
    """Return when who asked has gone away."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _read(file: IO[bytes], name: str, most: int) -> Reading:
    """Read a document and cut it into at most so many blocks, in the process apart and within limits."""
    failures: list[str] = []
    notes: list[str] = []
    try:
        reader_of(Path(name))
    except DocumentError as error:
        return Reading(failures=[str(error)])
    with TemporaryDirectory() as folder:
        path = Path(folder, f"document{PurePosixPath(name).suffix}")  # nothing else of a name is a path of ours
        with path.open("wb") as copy:
            shutil.copyfileobj(file, copy)
        group = list(islice(read_blocks([DocumentFile(path, name)], failures, notes), most))
    failures, notes = ([line.replace(str(path), name) for line in lines] for lines in (failures, notes))
    if group and has_headings_alone(group):
        notes.append(f"{name}: {HEADLINES}")
    return Reading([group] if group else [], failures, notes)


def _name(given: str, taken: set[str]) -> str:
    """Return what a document is called: its name without folders, and unlike those of the others."""
    plain = "".join(letter for letter in given.replace("\\", "/").rpartition("/")[2] if letter.isprintable())
    name = plain or "document"
    stem, dot, suffix = name.rpartition(".")
    number = 1
    while name in taken:
        number += 1
        name = f"{stem} ({number}){dot}{suffix}" if stem else f"{plain} ({number})"
    taken.add(name)
    return name
