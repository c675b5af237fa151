"""Before the routes: who may ask, and how large, how slow and how many requests may be."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pytest

from paratheme import ThemeClassifier
from paratheme.classifier.service import Service
from paratheme.classifier.service_routes import make_app
from tests.classifier.served import MODEL, Coming, ask, body, served, settings

TOKENS = ("one-long-secret-of-ours", "another-long-secret")
QUESTION = {"texts": ["Bombs fell on Gaza"]}


def basic(password: str) -> str:
    return f"Basic {b64encode(f'someone:{password}'.encode()).decode()}"


def loaded(classifier: ThemeClassifier, **changed: Any) -> Service:
    service = Service(lambda: classifier, MODEL, settings(**changed))
    service.start()
    return service


@pytest.fixture
def app(classifier: ThemeClassifier) -> Iterator[Any]:
    service = loaded(classifier)
    yield make_app(service)
    service.end()


@pytest.mark.parametrize("given", [f"Bearer {TOKENS[0]}", f"bearer {TOKENS[1]}", basic(TOKENS[1])])
def test_who_has_a_token_may_ask(classifier: ThemeClassifier, given: str) -> None:
    with served(classifier, TOKENS) as client:
        assert client.post("/predict", json=QUESTION, headers={"Authorization": given}).status_code == 200


@pytest.mark.parametrize(
    "given",
    [None, "", "Bearer", "Bearer wrong", TOKENS[0], basic("wrong"), "Basic ???", f"Digest {TOKENS[0]}", "Bearer é"],
)
def test_who_has_none_is_refused_and_told_how_to_send_one(classifier: ThemeClassifier, given: str | None) -> None:
    headers = {} if given is None else {"Authorization": given.encode("utf-8")}
    with served(classifier, TOKENS) as client:
        for path in ("/", "/model", "/metrics", "/openapi.json", "/nowhere"):
            assert client.get(path, headers=headers).status_code == 401
        answer = client.post("/predict", json=QUESTION, headers=headers)
    assert answer.status_code == 401
    assert answer.json()["detail"].startswith("a token is wanted")
    assert answer.headers.get_list("www-authenticate") == ["Bearer", 'Basic realm="paratheme"']
    assert not any(token in answer.text for token in TOKENS)


def test_whether_it_lives_and_is_ready_is_told_without_a_token(classifier: ThemeClassifier) -> None:
    with served(classifier, TOKENS) as client:
        assert [client.get(path).json() for path in ("/health", "/ready")] == [{"status": "alive"}, {"status": "ready"}]


def test_a_request_that_says_it_is_too_large_is_refused_before_it_is_read(classifier: ThemeClassifier) -> None:
    with served(classifier, max_megabytes=0.001) as client:
        answer = client.post("/documents", files={"files": ("a.txt", b"x" * 2000)})
        assert (answer.status_code, answer.headers["connection"]) == (413, "close")
        assert answer.json()["detail"] == "more than the 0.001 MB of --max-megabytes; send less at once"
        assert client.post("/predict", json=QUESTION).status_code == 200


def test_one_that_does_not_say_its_size_is_refused_where_it_becomes_too_large(app: Any) -> None:
    coming = Coming(*[body(b"x" * 600_000, more=True)] * 3, body(b""))
    told = ask(app, "/predict", coming)
    assert (told.status, told.detail) == (413, "more than the 1 MB of --max-megabytes; send less at once")
    assert coming.left == []  # the rest was taken in, so that its sender comes to read the answer


def test_a_request_that_comes_too_slowly_is_refused(classifier: ThemeClassifier) -> None:
    service = loaded(classifier, max_seconds=0.01)
    told = ask(make_app(service), "/predict", Coming(body(b'{"texts": ["Ga', more=True)))
    service.end()
    assert (told.status, told.detail) == (408, "the request took more than the 0.01 s of --max-seconds to come")
    assert told.headers["connection"] == "close"


def test_an_answer_that_is_not_taken_holds_up_nobody_else(classifier: ThemeClassifier) -> None:
    service = loaded(classifier, max_seconds=0.01, max_requests=1)
    app = make_app(service)
    told = ask(app, "/nowhere", Coming(body(b"")), taken=False)
    assert (told.status, told.body) == (404, b"")
    assert ask(app, "/nowhere", Coming(body(b""))).status == 404  # and not 429
    service.end()


def test_a_refused_request_that_never_ends_is_waited_for_no_longer_than_a_moment(
    app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("paratheme.classifier.service_gate.LINGER", 0.01)
    assert ask(app, "/nowhere", Coming(body(b"x", more=True))).status == 404


def test_more_requests_than_may_be_in_hand_are_told_to_come_later(classifier: ThemeClassifier) -> None:
    service = loaded(classifier, max_requests=1)
    app = make_app(service)
    answers = []
    question = body(b'{"texts": ["Gaza"]}')

    class WhileItComes(Coming):
        async def __call__(self) -> Any:
            if not answers:
                answers.append(await asyncio.to_thread(ask, app, "/predict", Coming(question)))
            return await super().__call__()

    first = ask(app, "/predict", WhileItComes(question))
    service.end()
    assert (first.status, answers[0].status) == (200, 429)
    assert answers[0].headers["retry-after"] == "5"
    assert answers[0].detail == "1 requests are in hand, as many as --max-requests; ask again later"


def test_no_answer_is_kept_or_taken_for_another_kind(classifier: ThemeClassifier) -> None:
    with served(classifier) as client:
        for answer in (client.get("/"), client.post("/predict", json=QUESTION), client.get("/nowhere")):
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["x-content-type-options"] == "nosniff"


def test_prometheus_is_told_what_was_asked_and_answered(
    classifier: ThemeClassifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(classifier) as client:
        client.post("/predict", json={"texts": ["Gaza", "Sudan", "bread"]})
        client.post("/predict", json={"texts": []})
        client.get("/nowhere/anybody")
        monkeypatch.setattr(ThemeClassifier, "predict", None)
        client.post("/predict", json=QUESTION)
        figures = dict(line.rsplit(" ", 1) for line in client.get("/metrics").text.splitlines() if line[0] != "#")
    assert figures['paratheme_requests_total{route="/predict",status="200"}'] == "1.0"
    assert figures['paratheme_requests_total{route="/predict",status="422"}'] == "1.0"
    assert figures['paratheme_requests_total{route="other",status="404"}'] == "1.0"
    assert figures['paratheme_requests_total{route="/predict",status="500"}'] == "1.0"
    assert (figures["paratheme_batch_texts_sum"], figures["paratheme_batch_texts_count"]) == ("4.0", "2.0")
    assert (figures["paratheme_waiting_texts"], figures["paratheme_requests_in_hand"]) == ("0.0", "0.0")
