"""The queue before a classifier: several requests together, each in its turn, no more than may wait."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, wait
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paratheme.classifier.batching import BATCH, Batcher, QueueClosedError, QueueFullError
from paratheme.classifier.prediction import Prediction

SECONDS = 60  # until a test gives up
BREAKS = "breaks the model"


class Echo:
    """Says of each text what it is; it can be held up, and one text breaks it."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.explained: list[bool] = []
        self.entered, self.free = threading.Event(), threading.Event()
        self.free.set()

    def predict(self, texts: Sequence[str], explain: bool | Sequence[bool] = False) -> list[Prediction]:
        self.asked.append(list(texts))
        self.explained.append(any(explain) if isinstance(explain, Sequence) else explain)
        self.entered.set()
        assert self.free.wait(SECONDS)
        if BREAKS in texts:
            raise ValueError(BREAKS)
        return [Prediction([text], {}) for text in texts]


def groups(*sizes: int, name: str = "t") -> list[list[dict[str, Any]]]:
    """Groups of so many records each, every text another."""
    return [
        [{"document": f"d{i}", "kind": "paragraph", "text": f"{name}{i}.{j}"} for j in range(size)]
        for i, size in enumerate(sizes)
    ]


def is_labelled(asked: list[list[dict[str, Any]]]) -> bool:
    return all(record.get("themes") == [record["text"]] for group in asked for record in group)


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def batcher(echo: Echo) -> Iterator[Batcher]:
    made = Batcher(echo, most=10 * BATCH)
    yield made
    echo.free.set()
    made.close()


def held_up(batcher: Batcher, echo: Echo) -> Future[None]:
    """Have the model busy with one text, until it is freed."""
    echo.free.clear()
    first = batcher.submit(groups(1, name="first"))
    assert echo.entered.wait(SECONDS)
    return first


def test_what_is_asked_while_the_model_is_busy_is_filed_together(batcher: Batcher, echo: Echo) -> None:
    held_up(batcher, echo)
    asked = [groups(1, name="a"), groups(2, 1, name="b"), groups(1, name="c")]
    done = [batcher.submit(one) for one in asked]
    echo.free.set()
    wait(done, SECONDS)
    assert [len(texts) for texts in echo.asked] == [1, 5]
    assert all(map(is_labelled, asked))


def test_a_long_request_does_not_hold_up_a_short_one(batcher: Batcher, echo: Echo) -> None:
    first = held_up(batcher, echo)
    ended: list[str] = []
    long = batcher.submit(groups(*[1] * (3 * BATCH), name="long"))
    long.add_done_callback(lambda _: ended.append("long"))
    short = batcher.submit(groups(1, name="short"))
    short.add_done_callback(lambda _: ended.append("short"))
    echo.free.set()
    wait([first, long, short], SECONDS)
    assert ended == ["short", "long"]
    assert "short0.0" in echo.asked[1]


def test_more_than_may_wait_is_refused_and_taken_when_there_is_room_again(echo: Echo) -> None:
    batcher = Batcher(echo, most=3)
    held_up(batcher, echo)
    waiting = batcher.submit(groups(3))
    assert batcher.waiting == 3
    with pytest.raises(QueueFullError):
        batcher.submit(groups(1))
    echo.free.set()
    wait([waiting], SECONDS)
    longer_than_the_queue = batcher.submit(groups(4))
    wait([longer_than_the_queue], SECONDS)
    assert (longer_than_the_queue.done(), batcher.waiting) == (True, 0)
    batcher.close()


def test_a_request_that_nobody_waits_for_is_not_filed(batcher: Batcher, echo: Echo) -> None:
    held_up(batcher, echo)
    left, stays = batcher.submit(groups(5, 5, name="left")), batcher.submit(groups(1, name="stays"))
    assert left.cancel()
    echo.free.set()
    wait([stays], SECONDS)
    assert echo.asked == [["first0.0"], ["stays0.0"]]
    assert batcher.waiting == 0


def test_what_breaks_the_model_breaks_its_own_request_only(batcher: Batcher, echo: Echo) -> None:
    held_up(batcher, echo)
    good, bad = groups(2, name="good"), groups(1, 1, name="bad")
    bad[0][0]["text"] = BREAKS
    done = [batcher.submit(good), batcher.submit(bad)]
    echo.free.set()
    wait(done, SECONDS)
    assert is_labelled(good)
    assert (done[0].exception(), str(done[1].exception())) == (None, BREAKS)
    after = groups(1, name="after")
    wait([batcher.submit(after)], SECONDS)
    assert is_labelled(after)


def test_reasons_are_found_for_who_asked_and_hold_up_nobody_else(batcher: Batcher, echo: Echo) -> None:
    held_up(batcher, echo)
    asked = [batcher.submit(groups(1, name="why"), explain=True), batcher.submit(groups(1, name="what"))]
    echo.free.set()
    wait(asked, SECONDS)
    assert echo.asked[1:] == [["what0.0"], ["why0.0"]]
    assert echo.explained[1:] == [False, True]


def test_a_queue_that_is_closed_files_what_waits_and_takes_nothing_more(echo: Echo) -> None:
    batcher = Batcher(echo, most=100)
    held_up(batcher, echo)
    waiting = groups(3, 2)
    done = batcher.submit(waiting)
    closing = threading.Thread(target=batcher.close)
    closing.start()
    echo.free.set()
    closing.join(SECONDS)
    assert (done.done(), is_labelled(waiting)) == (True, True)
    with pytest.raises(QueueClosedError):
        batcher.submit(groups(1))


@given(st.lists(st.lists(st.integers(1, 5), max_size=4), max_size=6))
def test_every_text_is_filed_once_whoever_asks(sizes: list[list[int]]) -> None:
    echo = Echo()
    seen: list[int] = []
    batcher = Batcher(echo, most=1000, observe=seen.append)
    asked = [groups(*one, name=f"{number}-") for number, one in enumerate(sizes)]
    wait([batcher.submit(one) for one in asked], SECONDS)
    batcher.close()
    assert all(map(is_labelled, asked))
    texts = [text for batch in echo.asked for text in batch]
    assert len(texts) == len(set(texts)) == sum(map(sum, sizes)) == sum(seen)
