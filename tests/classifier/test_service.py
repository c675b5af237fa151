"""Behind the routes: how long an answer is waited for, and what uploaded documents are called."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paratheme import ThemeClassifier
from paratheme.classifier.service import Service, _name
from paratheme.classifier.service_routes import make_app
from tests.classifier.served import MODEL, Coming, ask, body, settings

QUESTION = body(b'{"texts": ["Gaza", "Sudan"]}')


class Busy:
    """Holds a classifier up until it is told to go on."""

    def __init__(self, classifier: ThemeClassifier, monkeypatch: pytest.MonkeyPatch) -> None:
        self.entered, self.free, self.asked = threading.Event(), threading.Event(), list[int]()
        real = classifier.predict

        def predict(texts: Any, explain: Any = False) -> Any:
            self.entered.set()
            assert self.free.wait(60)
            self.asked.append(len(texts))
            return real(texts, explain)

        monkeypatch.setattr(classifier, "predict", predict)


@pytest.fixture
def busy(classifier: ThemeClassifier, monkeypatch: pytest.MonkeyPatch) -> Iterator[Busy]:
    made = Busy(classifier, monkeypatch)
    yield made
    made.free.set()


def loaded(classifier: ThemeClassifier, **changed: Any) -> Service:
    service = Service(lambda: classifier, MODEL, settings(**changed))
    service.start()
    return service


def held_up(service: Service, busy: Busy) -> None:
    """Have the model busy with a text of another."""
    assert service._batcher is not None
    service._batcher.submit([[{"document": "", "index": 0, "kind": "paragraph", "text": "bread"}]])
    assert busy.entered.wait(60)


def test_an_answer_that_takes_too_long_is_no_longer_waited_for_nor_made(
    classifier: ThemeClassifier, busy: Busy
) -> None:
    service = loaded(classifier, max_seconds=0.05)
    held_up(service, busy)
    told = ask(make_app(service), "/predict", Coming(QUESTION))
    assert (told.status, told.headers["retry-after"]) == (503, "5")
    assert told.detail.startswith("the answer took more than the 0.05 s of --max-seconds")
    busy.free.set()
    service.end()
    assert busy.asked == [1]


def test_nothing_is_made_for_who_has_gone_away(classifier: ThemeClassifier, busy: Busy) -> None:
    service = loaded(classifier)
    held_up(service, busy)
    told = ask(make_app(service), "/predict", Coming(QUESTION, {"type": "http.disconnect"}))
    assert told.status == 499
    busy.free.set()
    service.end()
    assert busy.asked == [1]


def test_what_is_more_than_may_wait_is_told_to_come_later(classifier: ThemeClassifier, busy: Busy) -> None:
    service = loaded(classifier, max_waiting=1)
    held_up(service, busy)
    assert service._batcher is not None
    service._batcher.submit([[{"document": "", "index": 0, "kind": "paragraph", "text": "waits"}]])
    told = ask(make_app(service), "/predict", Coming(QUESTION))
    assert (told.status, told.headers["retry-after"]) == (429, "5")
    assert told.detail == "1 texts wait, of 1 that may (--max-waiting); ask again later"
    busy.free.set()
    service.end()


def test_what_is_in_hand_when_the_service_ends_is_finished(classifier: ThemeClassifier, busy: Busy) -> None:
    service = loaded(classifier)
    answers: list[Any] = []
    asking = threading.Thread(target=lambda: answers.append(ask(make_app(service), "/predict", Coming(QUESTION))))
    asking.start()
    assert busy.entered.wait(60)
    service.ending = True  # as a signal does
    assert ask(make_app(service), "/predict", Coming(QUESTION)).status == 503
    busy.free.set()
    asking.join(60)
    service.end()
    assert [told.status for told in answers] == [200]


@given(st.lists(st.sampled_from(["a.txt", "a", ".a", "../a.txt", "x\\a.txt", "", "/", "a (2).txt", "\x00a.\u202etxt"])))
def test_documents_are_called_by_names_without_folders_each_by_its_own(given_names: list[str]) -> None:
    taken: set[str] = set()
    names = [_name(one, taken) for one in given_names]
    assert len(set(names)) == len(names)
    assert all(name and name.isprintable() and not {*"/\\"} & {*name} for name in names)


def test_a_name_that_is_taken_gets_a_number_and_keeps_its_suffix() -> None:
    taken: set[str] = set()
    assert [_name(one, taken) for one in ("b/a.pdf", "a.pdf", "a.pdf", "a", "a", "")] == [
        *("a.pdf", "a (2).pdf", "a (3).pdf", "a", "a (2)", "document"),
    ]
