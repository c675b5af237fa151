"""A service for tests: its settings, the service itself, and requests that come as a test wants them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from fastapi.testclient import TestClient

from paratheme import ThemeClassifier
from paratheme.classifier.service import Service
from paratheme.classifier.service_gate import ServiceSettings
from paratheme.classifier.service_routes import make_app

MODEL = "models:/paratheme/1"


def settings(**changed: Any) -> ServiceSettings:
    made = {"max_megabytes": 1.0, "max_texts": 100, "max_seconds": 60.0, "max_waiting": 200, "max_requests": 8}
    return ServiceSettings(**{**made, **changed})


@contextmanager
def served(classifier: ThemeClassifier, tokens: Sequence[str] = (), **changed: Any) -> Iterator[TestClient]:
    """Serve a classifier, from when it is loaded."""
    service = Service(lambda: classifier, MODEL, settings(**changed))
    with TestClient(make_app(service, tokens), raise_server_exceptions=False) as client:
        while client.get("/ready").status_code == 503:
            pass
        yield client


@dataclass
class Told:
    """What a service answered: nothing where who asked had gone away."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def detail(self) -> str:
        return str(json.loads(self.body)["detail"])


def ask(app: Any, path: str, receive: Callable[[], Any], taken: bool = True) -> Told:
    """Post a request of which a test says how it comes, and whether the body of its answer is taken."""
    told = Told()
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
        "server": ("test", 80),
        "client": ("test", 1),
    }

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            told.status = message["status"]
            told.headers = {key.decode(): value.decode() for key, value in message["headers"]}
        elif not taken:
            await asyncio.Event().wait()
        told.body += message.get("body", b"")

    asyncio.run(app(scope, receive, send))
    return told


class Coming:
    """A request that comes in parts, and after the last of them is waited for.

    Parameters
    ----------
    parts : messages of ASGI
    """

    def __init__(self, *parts: dict[str, Any]) -> None:
        self.left = list(parts)

    async def __call__(self) -> dict[str, Any]:
        if self.left:
            return self.left.pop(0)
        await asyncio.Event().wait()
        raise AssertionError


def body(data: bytes, more: bool = False) -> dict[str, Any]:
    """Return a part of a request."""
    return {"type": "http.request", "body": data, "more_body": more}
