"""The service as who asks it sees it: it files as the commands do, and says in one line why it does not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as few

from paratheme import ThemeClassifier, __version__
from paratheme.classifier.service import Service
from paratheme.classifier.service_page import POLICY, STYLE, page
from paratheme.classifier.service_routes import make_app
from paratheme.documents.context import Passages
from tests.classifier.filed import DOCUMENT, filed
from tests.classifier.served import MODEL, served, settings

EVIL = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def client(classifier: ThemeClassifier) -> Iterator[TestClient]:
    with served(classifier) as made:
        yield made


def upload(client: TestClient, *files: tuple[str, bytes], status: int = 200, **asked: Any) -> Any:
    answer = client.post("/documents", files=[("files", one) for one in files], params=asked)
    assert answer.status_code == status, answer.text
    return answer


def test_texts_are_filed_as_the_classifier_files_them(client: TestClient, classifier: ThemeClassifier) -> None:
    texts = ["Bombs fell on Gaza", "", "Famine in Sudan \ud800", "غزة" * 1000]
    answer = client.post("/predict", content=json.dumps({"texts": texts}), headers={"content-type": "application/json"})
    assert answer.json()["model"] == MODEL
    expected = classifier.predict(texts)
    assert [one["themes"] for one in answer.json()["predictions"]] == [one.themes for one in expected]
    for one, other in zip(answer.json()["predictions"], expected, strict=True):
        assert one["scores"] == pytest.approx(other.scores, abs=1e-6)
        assert "reasons" not in one


def test_passages_of_one_document_are_read_together_wherever_they_stand(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Passages] = []
    real = ThemeClassifier.predict

    def predict(self: ThemeClassifier, texts: Passages, explain: Any = False) -> Any:
        asked.append(texts)
        return real(self, texts, explain)

    monkeypatch.setattr(ThemeClassifier, "predict", predict)
    passages = [{"text": "Gaza", "document": "a"}, "Sudan", {"text": "bread", "document": "a"}, {"text": "Sudan"}]
    answer = client.post("/predict", json={"texts": passages})
    around = {(text, one.document) for text, one in zip(asked[0].texts, asked[0].contexts, strict=True)}
    assert around == {("Gaza", ("Gaza", "bread")), ("bread", ("Gaza", "bread")), ("Sudan", ("Sudan",))}
    themes = [one["themes"] for one in answer.json()["predictions"]]
    assert themes == [["gaza"], ["sudan"], ["food_security"], ["sudan"]]  # in the order in which they were sent


def test_reasons_are_told_where_they_are_asked_for(client: TestClient, classifier: ThemeClassifier) -> None:
    text = "Bombs fell on Gaza"
    (one,) = client.post("/predict", json={"texts": [text], "explain": True}).json()["predictions"]
    assert one["reasons"] == {theme: why.to_dict() for theme, why in classifier.reasons([text])[0].items()}
    assert one["reasons"]["gaza"]["phrases"][0]["text"] == "Gaza"


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ({"texts": []}, "body.texts: List should have at least 1 item"),
        ({"texts": "Gaza"}, "body.texts: Input should be a valid list"),
        ({"texts": [None]}, "body.texts.0"),
        ({"texts": ["a"], "explain": 0}, "body.explain: Input should be a valid boolean"),
        ({"texts": ["a"] * 101}, "101 texts, more than the 100 of --max-texts; send fewer at once"),
        ({"texts": ["a"], "model": "other"}, "body.model: Extra inputs are not permitted"),
        ({"texts": [{"document": "a"}]}, "body.texts.0"),
        ({}, "body.texts: Field required"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_line(client: TestClient, question: Any, said: str) -> None:
    answer = client.post("/predict", json=question)
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith(said)
    assert "\n" not in answer.json()["detail"]


@pytest.mark.parametrize("data", [b"", b"{", b'{"texts": ["a"', b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_refused(client: TestClient, data: bytes) -> None:
    answer = client.post("/predict", content=data, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422)
    assert isinstance(answer.json()["detail"], str)


def test_documents_are_answered_with_what_predict_writes_of_them(
    client: TestClient, classifier: ThemeClassifier, document: Path
) -> None:
    expected = [{**record, "model": MODEL} for record in filed(classifier, document)]
    answer = upload(client, (document.name, document.read_bytes())).json()
    assert answer == {"blocks": expected, "failures": [], "notes": []}


def test_several_documents_are_told_apart_and_one_that_cannot_be_read_stops_no_other(client: TestClient) -> None:
    text = DOCUMENT.encode()
    files = [
        ("a.txt", text),
        ("broken.pdf", b"%PDF-1.4"),
        ("../../x/a.txt", text),
        ("rows.csv", b"text"),
        ("e.md", b""),
    ]
    answer = upload(client, *files).json()
    assert {block["document"] for block in answer["blocks"]} == {"a.txt", "a (2).txt"}
    broken, rows, empty = answer["failures"]
    assert broken.startswith("broken.pdf: is damaged or no PDF; ")
    assert rows.startswith("rows.csv: cannot read this kind of file; ")
    assert empty.startswith("e.md: is empty; ")


def test_where_no_document_can_be_read_that_is_the_answer_and_the_report(client: TestClient) -> None:
    files = [("broken.pdf", b"%PDF-1.4"), ("word.docx", b"PK")]
    answer = upload(client, *files).json()
    assert answer["blocks"] == []
    assert [line.partition(";")[0] for line in answer["failures"]] == [
        "broken.pdf: is damaged or no PDF",
        "word.docx: is damaged or no Word file",
    ]
    assert "broken.pdf: is damaged or no PDF" in upload(client, *files, format="html").text


def test_what_was_guessed_in_a_document_is_told(client: TestClient) -> None:
    answer = upload(client, ("old.txt", "Café à Gaza, où la crise empire".encode("latin-1")), ("t.txt", b"# Gaza"))
    assert any(note.startswith("old.txt: ") for note in answer.json()["notes"])


def test_a_list_of_headlines_is_filed_and_that_is_told(client: TestClient) -> None:
    answer = upload(client, ("t.md", b"# Bombs on Gaza\n\n# Famine in Sudan\n")).json()
    assert [block["themes"] for block in answer["blocks"]] == [["gaza"], ["sudan", "food_security"]]
    assert answer["notes"] == ["t.md: has headings and no text below them; they are filed"]


def test_documents_of_more_blocks_than_may_be_are_refused_with_the_one_that_is_too_much(client: TestClient) -> None:
    lines = b"\n\n".join(b"A paragraph about nothing in particular, number %d." % i for i in range(60))
    told = upload(client, ("a.txt", lines), ("b.txt", lines), status=422).json()["detail"]
    assert told == "b.txt: more than the 100 blocks of --max-texts; send less at once, or use paratheme predict"


@pytest.mark.parametrize(("language", "said"), [("en", "Filed paragraphs"), ("fr", "classés"), ("ar", "المصنّفة")])
def test_a_person_gets_the_report_with_what_could_not_be_read(client: TestClient, language: str, said: str) -> None:
    files = [("a.txt", DOCUMENT.encode()), (f"{EVIL}.pdf", b"%PDF-1.4")]
    answer = upload(client, *files, format="html", language=language, explain="true")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert said in answer.text
    assert f'<html lang="{language}"' in answer.text
    assert '<mark class="word">Gaza' in answer.text
    assert "&lt;/script&gt;.pdf: is damaged" in answer.text or "script&gt;.pdf: is damaged" in answer.text
    assert EVIL not in answer.text


@pytest.mark.parametrize("asked", [{"format": "exe"}, {"language": ""}, {"explain": "perhaps"}])
def test_documents_are_not_asked_for_what_there_is_not(client: TestClient, asked: dict[str, str]) -> None:
    answer = upload(client, ("a.txt", b"Gaza"), status=422, **asked)
    assert answer.json()["detail"].startswith(f"query.{next(iter(asked))}: ")


def test_documents_are_wanted(client: TestClient) -> None:
    assert client.post("/documents", data={"a": "b"}).json()["detail"] == "body.files: Field required"
    damaged = {"content-type": "multipart/form-data; boundary=x"}
    assert client.post("/documents", content=b"--y", headers=damaged).status_code in (400, 422)


def test_the_model_is_told_with_its_themes_and_nothing_of_what_it_was_trained_on(
    client: TestClient, classifier: ThemeClassifier
) -> None:
    classifier.about |= {"seen": ["0123456789abcdef"], "corpus": "seeds"}
    told = client.get("/model").json()
    assert {one["id"]: one["threshold"] for one in told["themes"]} == classifier.thresholds
    assert (told["model"], told["paratheme"], told["about"]) == (MODEL, __version__, {"corpus": "seeds"})


def test_before_the_model_is_loaded_it_lives_and_is_not_ready(classifier: ThemeClassifier) -> None:
    client = TestClient(make_app(Service(lambda: classifier, MODEL, settings())))  # is not started
    assert client.get("/health").status_code == 200
    for answer in (client.get("/ready"), client.get("/model"), client.post("/predict", json={"texts": ["a"]})):
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert answer.json()["detail"] == "the model is not loaded yet; ask again later"


def test_a_model_that_cannot_be_loaded_is_told_to_who_started_it() -> None:
    failures: list[Exception] = []

    def load() -> ThemeClassifier:
        raise OSError("no such model")

    with TestClient(make_app(Service(load, MODEL, settings(), failures.append))) as client:
        while not failures:
            assert client.get("/ready").status_code == 503
    assert str(failures[0]) == "no such model"


def test_a_service_that_is_ending_takes_nothing_more(classifier: ThemeClassifier) -> None:
    service = Service(lambda: classifier, MODEL, settings())
    service.start()
    service.end()
    answer = TestClient(make_app(service)).post("/predict", json={"texts": ["Gaza"]})
    assert (answer.status_code, answer.json()["detail"]) == (503, "the service is ending; ask another one")


def test_what_breaks_the_model_is_told_in_one_line_and_the_next_is_filed(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def predict(self: ThemeClassifier, texts: Any, explain: Any = False) -> Any:
        raise ValueError("of no\nuse")

    with monkeypatch.context() as patch:
        patch.setattr(ThemeClassifier, "predict", predict)
        answer = client.post("/predict", json={"texts": ["Gaza"]})
    assert (answer.status_code, answer.json()["detail"]) == (500, "ValueError; standard error of the service has more")
    assert client.post("/predict", json={"texts": ["Gaza"]}).status_code == 200


class Page(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: Any) -> None:
        self.elements.append((tag, dict(attributes)))


def test_the_page_to_drop_files_on_is_one_form_and_fetches_nothing(client: TestClient) -> None:
    answer = client.get("/", params={"language": "ar"})
    assert answer.headers["content-security-policy"] == POLICY
    assert POLICY.startswith("default-src 'none'; ")
    assert f"<style>{STYLE}</style>" in answer.text
    elements = Page(answer.text).elements
    assert ("html", {"lang": "ar", "dir": "rtl"}) in elements
    assert not {tag for tag, _ in elements} & {"script", "img", "iframe"}
    form = next(attributes for tag, attributes in elements if tag == "form")
    action = "documents?format=html&language=ar"
    assert form == {"action": action, "method": "post", "enctype": "multipart/form-data"}
    assert [one.get("formaction") for tag, one in elements if tag == "button"] == [None, f"{action}&explain=true"]
    assert [one["name"] for tag, one in elements if tag == "input"] == ["files"]
    assert page("en") != page("fr")


def test_no_page_loads_anything_from_elsewhere(client: TestClient) -> None:
    assert [client.get(path).status_code for path in ("/docs", "/redoc")] == [404, 404]


def test_its_openapi_keeps_its_word(classifier: ThemeClassifier) -> None:
    schemathesis = pytest.importorskip("schemathesis", reason="needs the extra dev")
    with served(classifier) as client:
        schema = schemathesis.openapi.from_asgi("/openapi.json", client.app)
        operations = [one.ok() for one in schema.get_all_operations()]
        assert len(operations) == 7
        for operation in operations:

            @few(max_examples=10, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
            @given(case=operation.as_strategy())
            def holds(case: Any) -> None:
                case.call_and_validate()

            holds()
