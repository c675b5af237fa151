"""Tasks that are sent to a project of a Label Studio server: a small server that answers as that one does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from paratheme.corpus.label_studio_project import AT_ONCE, LabelStudioProject
from paratheme.corpus.label_studio_tasks import labelling_config
from paratheme.errors import ParathemeError, UsageError
from paratheme.themes.theme_set import ThemeSet

TASKS = [{"data": {"document": f"{number}.txt", "text": "Gaza"}} for number in range(AT_ONCE + 5)]


class Answers(BaseHTTPRequestHandler):
    """Projects in memory; a token that holds is "legacy", or what the personal one is exchanged for."""

    def log_message(self, *_: Any) -> None:
        pass

    def do_POST(self) -> None:
        data = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/sub/api/token/refresh":
            return self.say({"access": "short"} if data == {"refresh": "a.b.c"} else {}, 200)
        if not self.may():
            return self.say({}, 401)
        if self.path == "/sub/api/projects":
            self.server.projects.append({**data, "tasks": []})  # type: ignore[attr-defined]
            return self.say({"id": len(self.server.projects)}, 201)  # type: ignore[attr-defined]
        number = int(self.path.split("/")[4])
        self.server.projects[number - 1]["tasks"] += data  # type: ignore[attr-defined]
        return self.say({"task_count": len(data)}, 201)

    def do_GET(self) -> None:
        if not self.may():
            return self.say({}, 403)
        projects = self.server.projects  # type: ignore[attr-defined]
        if self.path.startswith("/sub/api/tasks?"):
            asked = dict(pair.split("=") for pair in self.path.partition("?")[2].split("&"))
            tasks, page = projects[int(asked["project"]) - 1]["tasks"], int(asked["page"])
            size = int(asked["page_size"])
            return self.say({"total": len(tasks), "tasks": tasks[(page - 1) * size : page * size]}, 200)
        number = int(self.path.split("/")[4])
        return self.say(projects[number - 1], 200) if number <= len(projects) else self.say({}, 404)

    def may(self) -> bool:
        return self.headers["Authorization"] in ("Token legacy", "Bearer short")

    def say(self, what: Any, status: int) -> None:
        body = json.dumps(what).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", "legacy")
    monkeypatch.setenv("NO_PROXY", "*")
    found = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    found.projects, found.address = [], f"http://127.0.0.1:{found.server_port}/sub"  # type: ignore[attr-defined]
    Thread(target=found.serve_forever, daemon=True).start()
    yield found
    found.shutdown()


@pytest.mark.parametrize("key", ["legacy", "a.b.c"])
def test_a_project_is_made_and_later_only_what_is_new_is_sent(
    server: Any, themes: ThemeSet, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", key)
    config = labelling_config(themes)
    address, loaded = LabelStudioProject.at(server.address).send(TASKS[1:], config, "desk")
    assert (address, loaded) == (f"{server.address}/projects/1", len(TASKS) - 1)
    assert [server.projects[0][name] for name in ("title", "label_config")] == ["desk", config]
    assert LabelStudioProject.at(f"{address}/data?tab=1").send(TASKS, config, "desk") == (address, 1)
    assert sorted(map(str, server.projects[0]["tasks"])) == sorted(map(str, TASKS))


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("localhost:8080", "no address"),
        ("ftp://desk/projects/3", "no address"),
        ("https://me:secret@desk/projects/3", "holds no password"),
    ],
)
def test_what_is_no_address_is_refused_without_its_password(address: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as refused:
        LabelStudioProject.at(address)
    assert "secret" not in str(refused.value)


def test_what_the_server_refuses_is_told_in_a_line(
    server: Any, themes: ThemeSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = labelling_config(themes)
    with pytest.raises(ParathemeError, match="projects/7: is not there; check the address"):
        LabelStudioProject.at(f"{server.address}/projects/7").send(TASKS, config, "desk")
    server.projects.append({"label_config": "<View/>", "tasks": []})
    with pytest.raises(ParathemeError, match="has no control 'block'"):
        LabelStudioProject.at(f"{server.address}/projects/1").send(TASKS, config, "desk")
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", "another")
    with pytest.raises(ParathemeError, match="refuses the token in LABEL_STUDIO_API_KEY"):
        LabelStudioProject.at(server.address).send(TASKS, config, "desk")
    monkeypatch.delenv("LABEL_STUDIO_API_KEY")
    with pytest.raises(UsageError, match="set LABEL_STUDIO_API_KEY"):
        LabelStudioProject.at(server.address).send(TASKS, config, "desk")
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", "legacy")
    with pytest.raises(ParathemeError, match="did not answer as it should"):
        LabelStudioProject.at("http://127.0.0.1:9").send(TASKS, config, "desk")
