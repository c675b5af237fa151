"""The page to label on: it answers its own address and its own page, and nobody else."""

from __future__ import annotations

import json
import re
import threading
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

import pytest

from paratheme.classifier.page import LANGUAGES, words_of_page
from paratheme.cli.label_server import PAGE, LabelServer, make_page
from paratheme.corpus.label_file import TextBlock, read_label_file
from paratheme.corpus.label_session import LabelSession
from paratheme.corpus.labels import ThemeNames
from paratheme.themes.theme import Theme
from paratheme.themes.theme_set import ThemeSet

EVIL = "<script>alert(1)</script>\"'</style>{{ 7*7 }}"
THEMES = ThemeSet(
    name="desk", themes=(Theme(id="gaza", names={"en": "Gaza", "ar": "غزة"}), Theme(id="sudan", definition=EVIL))
)
BLOCKS = [
    TextBlock("a.txt", 0, 5, "heading", "en", "Title"),
    TextBlock("a.txt", 7, 11, "paragraph", "ar", "مطر!"),
    TextBlock("a.txt", 13, 17, "paragraph", "en", "Snow"),
]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LabelServer]:
    session = LabelSession(BLOCKS, tmp_path / "l.jsonl", ThemeNames(THEMES), "v1")
    made = LabelServer(session, *make_page(THEMES, "en", session))
    threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


def call(
    server: LabelServer, method: str, path: str, body: Any = None, **headers: str
) -> tuple[int, Any, HTTPResponse]:
    """Ask as the page does, but for what is named; a header that is given empty is left out."""
    connection = HTTPConnection(*server.server_address[:2], timeout=10)
    origin = f"http://{server.hosts[0]}"
    sent = {"Host": server.hosts[0], "Origin": origin, "Content-Type": "application/json"} | headers
    data = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else None
    connection.request(method, path, data, {name: value for name, value in sent.items() if value})
    answer = connection.getresponse()
    text = answer.read()
    is_json = answer.headers["Content-Type"] == "application/json"
    return answer.status, json.loads(text) if is_json else text.decode(), answer


def post(server: LabelServer, action: str, body: Any, **headers: str) -> tuple[int, Any]:
    return call(server, "POST", f"/{server.word}/{action}", body, **headers)[:2]


def test_a_block_is_shown_with_its_document_and_saved(server: LabelServer) -> None:
    assert post(server, "open", {"annotator": "amal"}) == (
        200,
        {"annotator": "amal", "total": 2, "labelled": 0, "first": 0},
    )
    status, shown = post(server, "block", {"annotator": "amal", "number": 0})
    assert [one["text"] for one in shown["blocks"]] == ["Title", "مطر!", "Snow"]
    assert [one["asked"] for one in shown["blocks"]] == [False, True, False]
    assert [one["direction"] for one in shown["blocks"]] == ["ltr", "rtl", "ltr"]
    status, said = post(server, "label", {"annotator": "amal", "number": 0, "themes": ["gaza"]})
    assert (status, said["labelled"], said["said"], said["before"]) == (200, 1, ["gaza"], None)
    (label,) = read_label_file(server.session.file, ThemeNames(THEMES))
    assert (label.block, label.themes) == (BLOCKS[1], ("gaza",))
    assert post(server, "block", {"annotator": "ben", "number": 0})[1]["said"] is None


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": ""},
        {"Origin": "null"},
        {"Origin": "http://evil.example"},
        {"Host": "evil.example"},
        {"Host": "evil.example:80"},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
    ],
)
def test_what_comes_from_another_page_is_refused_and_changes_nothing(
    server: LabelServer, headers: dict[str, str]
) -> None:
    status, answer = post(server, "label", {"annotator": "amal", "number": 0, "themes": []}, **headers)
    assert (status, answer) == (403, {"error": "only the page itself may ask"})
    assert not server.session.file.exists()


def test_without_the_word_of_its_address_nothing_is_there(server: LabelServer) -> None:
    body = {"annotator": "amal", "number": 0, "themes": []}
    for path in ("/", "//", "/open", f"/{server.word[:-1]}/", f"/x{server.word}/", f"/{server.word}/a/b"):
        assert call(server, "GET", path)[0] == 404
        assert call(server, "POST", f"{path}label", body)[0] == 403
    assert call(server, "GET", f"/{server.word}/", Host="evil.example")[0] == 404
    assert call(server, "GET", f"/{server.word}/")[0] == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[1]",
        b"\xff",
        b"[" * 50_000,
        b"0" * 100_001,
        {"annotator": ""},
        {"annotator": "amal", "number": 2, "themes": []},
        {"annotator": "amal", "number": -1, "themes": []},
        {"annotator": "amal", "number": True, "themes": []},
        {"annotator": "amal", "number": 0, "themes": "gaza"},
        {"annotator": "amal", "number": 0, "themes": [7]},
        {"annotator": "amal", "number": 0, "themes": ["elsewhere"]},
    ],
)
def test_what_is_no_label_is_refused_in_words(server: LabelServer, body: Any) -> None:
    status, answer = post(server, "label", body)
    assert status == 400
    assert answer["error"]
    assert not server.session.file.exists()


def test_the_page_runs_its_own_script_only_and_escapes_what_others_wrote(server: LabelServer) -> None:
    _, html, answer = call(server, "GET", f"/{server.word}/")
    policy = answer.headers["Content-Security-Policy"]
    (script,) = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    assert f"script-src 'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert EVIL not in html
    assert "&lt;script&gt;alert(1)" in html


def test_the_page_says_the_same_in_every_language() -> None:
    known = {language: words_of_page(f"{PAGE}_words.yaml", language) for language in LANGUAGES}
    holes = {
        language: {key: sorted(re.findall(r"{\w+}", text)) for key, text in words.items()}
        for language, words in known.items()
    }
    assert holes["en"] == holes["fr"] == holes["ar"]
    assert all(all(words.values()) for words in known.values())
