"""The queue before a classifier: what several ask for at once is filed together, in turn, by one thread.

A model files fifty texts in one go faster than one after the other, and two threads would only wait for each other.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from paratheme.classifier.inputs import Group
from paratheme.classifier.predict import label
from paratheme.classifier.prediction import Predicts

BATCH = 256  # texts that are filed together: enough for a model, few enough that others' turn comes soon
GATHER = 0.005  # seconds that a queue which was empty waits for more than its first request


class QueueFullError(Exception):
    """More waits than may."""


class QueueClosedError(Exception):
    """Nothing is taken any more."""


@dataclass
class Job:
    """What one request asks for.

    Attributes
    ----------
    waiting : deque of list of dict
        Its groups whose turn has not come.
    unfiled : int
        Its groups that are not labelled yet.
    explain : bool
    done : Future
        Done when all are labelled, in place; cancelled where nobody waits for them any more.
    """

    waiting: deque[Group]
    unfiled: int
    explain: bool
    done: Future[None] = field(default_factory=Future)


Batch = list[tuple[Job, Group]]


class Batcher:
    """A bounded queue, and the thread that files what stands in it.

    Requests take turns, a group each (a document, or a text that stands alone), so that a long one holds up no other.

    Parameters
    ----------
    classifier : Predicts
    most : int
        Texts that may wait.
    observe : callable, optional
        Is told how many texts are filed together.
    """

    def __init__(self, classifier: Predicts, most: int, observe: Callable[[int], object] = lambda texts: None) -> None:
        self.classifier, self.most, self.observe = classifier, most, observe
        self.waiting = 0  # texts
        self._jobs: deque[Job] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="filing", daemon=True)
        self._thread.start()

    def submit(self, groups: Sequence[Group], explain: bool = False) -> Future[None]:
        """Have groups labelled in place, as `paratheme.classifier.predict.label` does.

        Returns
        -------
        Future
            Done when they are; cancel it where nobody waits for them any more.

        Raises
        ------
        QueueFullError
            If more would wait than may. A request longer than that is taken where nothing else waits.
        QueueClosedError
            If the queue was closed.
        """
        job = Job(deque(groups), len(groups), explain)
        texts = sum(map(len, groups))
        with self._changed:
            if self._closed:
                raise QueueClosedError
            if self.waiting and self.waiting + texts > self.most:
                raise QueueFullError
            if groups:
                self.waiting += texts
                self._jobs.append(job)
                self._changed.notify_all()
            else:
                job.done.set_result(None)
        return job.done

    def close(self) -> None:
        """Take nothing more, file what waits, and return when that is done."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join()

    def _run(self) -> None:
        while self._wait():
            batch = self._take()
            for explain in (False, True):  # reasons take long: who asked for none does not wait for them
                part = [one for one in batch if one[0].explain == explain]
                if part:
                    self._label(part, explain)

    def _wait(self) -> bool:
        """Wait until there is something to file; tell whether there is, or all is done."""
        with self._changed:
            if not self._jobs:
                self._changed.wait_for(lambda: self._jobs or self._closed)
                self._changed.wait_for(lambda: self.waiting >= BATCH or self._closed, GATHER)
            return bool(self._jobs)

    def _take(self) -> Batch:
        """Take a batch from the queue, a group of each request in turn."""
        batch: Batch = []
        texts = 0
        with self._changed:
            while self._jobs and texts < BATCH:
                job = self._jobs.popleft()
                if job.done.done():  # cancelled, or broken
                    self.waiting -= sum(map(len, job.waiting))
                    continue
                group = job.waiting.popleft()
                batch.append((job, group))
                texts += len(group)
                self.waiting -= len(group)
                if job.waiting:
                    self._jobs.append(job)
        return batch

    def _label(self, part: Batch, explain: bool) -> None:
        self.observe(sum(len(group) for _, group in part))
        try:
            label([group for _, group in part], self.classifier, explain=explain)
        except Exception as error:
            jobs = {id(job): job for job, _ in part}
            if len(jobs) > 1:  # what breaks a model breaks the request alone that it came with
                for key in jobs:
                    self._label([one for one in part if id(one[0]) == key], explain)
            elif _is_awaited(job := part[0][0]):
                job.done.set_exception(error)
            return
        for job, _ in part:
            job.unfiled -= 1
            if job.unfiled == 0 and _is_awaited(job):
                job.done.set_result(None)


def _is_awaited(job: Job) -> bool:
    """Tell whether a request waits for its end, and no longer let it be cancelled."""
    return not job.done.done() and job.done.set_running_or_notify_cancel()
