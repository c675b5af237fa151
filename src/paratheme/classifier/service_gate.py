"""What stands before the service's routes: who may ask, and how large, how slow and how many requests may be."""

from __future__ import annotations

import asyncio
import base64
import binascii
import time
from collections.abc import Callable, Collection, MutableMapping
from contextlib import suppress
from hmac import compare_digest
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from pydantic import Field
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from paratheme.types import Settings

OPEN = ("/health", "/ready")  # what whoever watches the service may ask without a token
WATCHED = ("/health", "/metrics")  # and to the end
ENDING = "the service is ending; ask another one"
RETRY = {"Retry-After": "5"}  # seconds
LINGER = 5.0  # seconds in which the rest of a refused request is thrown away, so that its sender reads the answer
TEXTS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)  # buckets
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
Message = MutableMapping[str, Any]


class ServiceSettings(Settings):
    """What the service takes.

    Attributes
    ----------
    max_megabytes : float
        Size of a request.
    max_texts : int
        Texts of a request, or blocks of its documents.
    max_seconds : float
        For a request to come, and for its answer to be made.
    max_waiting : int
        Texts that wait for the model.
    max_requests : int
        Requests in hand at once.
    """

    max_megabytes: float = Field(gt=0, le=1000)
    max_texts: int = Field(ge=1, le=100_000)
    max_seconds: float = Field(gt=0, le=3600)
    max_waiting: int = Field(ge=1, le=1_000_000)
    max_requests: int = Field(ge=1, le=1000)


class Metrics:
    """What Prometheus is told."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        told = "Requests that were answered"
        self.requests = Counter("paratheme_requests", told, ["route", "status"], registry=self.registry)
        told = "Seconds from a request's first byte to its answer's last"
        self.seconds = Histogram("paratheme_request_seconds", told, ["route"], buckets=SECONDS, registry=self.registry)
        told = "Texts that were filed together"
        self.batch = Histogram("paratheme_batch_texts", told, buckets=TEXTS, registry=self.registry)
        self.waiting = Gauge("paratheme_waiting_texts", "Texts that wait for the model", registry=self.registry)
        self.in_hand = Gauge("paratheme_requests_in_hand", "Requests in hand", registry=self.registry)


class Gate:
    """Middleware that refuses what the service does not take, before its body is read where that is possible.

    Parameters
    ----------
    app : ASGI application
    settings : ServiceSettings
    tokens : collection of str
        One of which is to be sent; none: everybody may ask.
    metrics : Metrics
    is_ending : callable
        Tells whether what comes now is to be refused; what came before is finished.
    """

    def __init__(
        self,
        app: ASGIApp,
        settings: ServiceSettings,
        tokens: Collection[str],
        metrics: Metrics,
        is_ending: Callable[[], bool],
    ) -> None:
        self.app, self.settings, self.metrics, self.is_ending = app, settings, metrics, is_ending
        self.tokens = [token.encode() for token in tokens]
        self.in_hand = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a request, or hand it on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        exchange, began = _Exchange(scope, receive, send, self.settings), time.perf_counter()
        refusal = self._refusal(scope, exchange)
        counts = refusal is None and scope["method"] == "POST"
        self.in_hand += counts
        self.metrics.in_hand.set(self.in_hand)
        try:
            await (refusal or self.app)(scope, exchange.receive, exchange.send)
        except Exception:
            exchange.status = 500
            raise
        finally:
            self.in_hand -= counts
            self.metrics.in_hand.set(self.in_hand)
            route = getattr(scope.get("route"), "path", "other")
            self.metrics.requests.labels(route, exchange.status).inc()
            self.metrics.seconds.labels(route).observe(time.perf_counter() - began)

    def _refusal(self, scope: Scope, exchange: _Exchange) -> JSONResponse | None:
        headers = Headers(scope=scope)
        if self.tokens and scope["path"] not in OPEN and not self._is_known(headers.get("authorization", "")):
            told = "a token is wanted: Authorization: Bearer TOKEN, or TOKEN as the password that a browser asks for"
            answer = refused(401, told)
            for challenge in ("Bearer", 'Basic realm="paratheme"'):
                answer.headers.append("WWW-Authenticate", challenge)
            return answer
        if self.is_ending() and scope["path"] not in WATCHED:
            return refused(503, ENDING, RETRY)
        if scope["method"] == "POST" and self.in_hand >= self.settings.max_requests:
            told = f"{self.settings.max_requests} requests are in hand, as many as --max-requests; ask again later"
            return refused(429, told, RETRY)
        if (size := headers.get("content-length", "")).isdecimal() and int(size) > self.settings.max_megabytes * 1e6:
            return refused(413, exchange.too_large)
        return None

    def _is_known(self, given: str) -> bool:
        """Tell whether a header holds a token; each is compared in the same time, whatever it is."""
        kind, _, value = given.partition(" ")
        token = value.strip().encode("latin-1", "replace")
        if kind.lower() == "basic":
            try:
                token = base64.b64decode(token, validate=True).partition(b":")[2]
            except binascii.Error:
                return False
        elif kind.lower() != "bearer":
            return False
        return sum(compare_digest(token, known) for known in self.tokens) > 0


class _Exchange:
    """A request as it comes and its answer as it goes."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, settings: ServiceSettings) -> None:
        self._receive, self._send, self.settings = receive, send, settings
        self.status, self.taken = 499, 0  # 499: who asked has gone away
        self.slow = self.stuck = False  # it comes too slowly, or its answer is not taken
        self.whole = scope["method"] in ("GET", "HEAD")  # whether the request has come to its end
        self.late = asyncio.get_running_loop().time() + settings.max_seconds

    @property
    def too_large(self) -> str:
        return f"more than the {self.settings.max_megabytes:g} MB of --max-megabytes; send less at once"

    async def receive(self) -> Message:
        """Take a part of the request, as long as it is not too large and does not take too long."""
        if self.whole:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self.late):
                message = await self._receive()
        except TimeoutError as error:
            self.slow = True
            told = f"the request took more than the {self.settings.max_seconds:g} s of --max-seconds to come"
            raise HTTPException(408, told) from error
        self._see(message)
        if self.taken > self.settings.max_megabytes * 1e6:
            raise HTTPException(413, self.too_large)
        return message

    async def send(self, message: Message) -> None:
        """Send a part of the answer; before the last, take in the rest of a request that was not read."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers.update(HEADERS)
            if not self.whole:
                headers["Connection"] = "close"
        elif not message.get("more_body") and not self.whole and not self.slow:
            await self._give({**message, "more_body": True})
            await self._discard()
            message = {"type": "http.response.body", "body": b""}
        await self._give(message)

    async def _give(self, message: Message) -> None:
        """Send what is taken in time; who takes nothing holds up nobody else, and the server ends the connection."""
        if self.stuck:
            return
        try:
            async with asyncio.timeout(self.settings.max_seconds):
                await self._send(message)
        except TimeoutError:
            self.stuck = True

    async def _discard(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(LINGER):
                while not self.whole:
                    self._see(await self._receive())

    def _see(self, message: Message) -> None:
        self.taken += len(message.get("body", b""))
        self.whole = not message.get("more_body", False)  # whether there is no more, or nobody who sends it


def refused(status: int, detail: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """Return an answer that says why there is none."""
    return JSONResponse({"detail": detail}, status, headers)
