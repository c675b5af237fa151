"""The page on which one person labels, served to the browser of this machine and to no other page in it.

The address has a random word, so that only who was given it can ask; whatever asks must call this machine by its own
name (a page of another site whose name was pointed here does not), and whatever changes something must come from the
page itself.
"""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from paratheme.classifier.page import direction, read_part, shown_themes, source_hash, template, words_of_page
from paratheme.corpus.corpus import TITLE_KINDS
from paratheme.corpus.label_file import TextBlock
from paratheme.corpus.label_session import LONGEST_NAME, LabelSession, checked_name
from paratheme.errors import ParathemeError
from paratheme.themes.theme_set import ThemeSet

HOST = "127.0.0.1"
AROUND = 100  # blocks of the document that are shown before and after
LONGEST_REQUEST = 100_000  # bytes
PATIENCE = 30  # seconds for a request to arrive
# Keys of themes; n, u and digits that are no themes' mean something else.
KEYS = "123456789qwertyiopasdfghjklzxcvbm"
PAGE = "cli/label_page"


class LabelServer(ThreadingHTTPServer):
    """Serves the page of a session on this machine.

    Parameters
    ----------
    session : LabelSession
    page : bytes
        As `make_page` returns it.
    policy : str
        Its content security policy.
    port : int
        0: any that is free.

    Attributes
    ----------
    address : str
        Where the page is.
    """

    daemon_threads = True

    def __init__(self, session: LabelSession, page: bytes, policy: str, port: int = 0) -> None:
        self.session, self.page, self.policy = session, page, policy
        super().__init__((HOST, port), Handler)
        self.hosts = tuple(f"{name}:{self.server_address[1]}" for name in (HOST, "localhost"))
        self.word = secrets.token_urlsafe(24)
        self.address = f"http://{self.hosts[0]}/{self.word}/"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a browser that went away."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    def answer(self, action: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the page asked for."""
        session, who = self.session, checked_name(asked.get("annotator"))
        said = session.said_by(who)
        about = {"annotator": who, "total": len(session.asked), "labelled": len(said)}
        if action == "open":
            return {**about, "first": session.first_unlabelled(who)}
        number = asked.get("number")
        if type(number) is not int or not 0 <= number < len(session.asked):
            raise ParathemeError(f"number: give one from 0 to {len(session.asked) - 1}")
        block = session.asked[number]
        if action == "block":
            return {**about, "number": number, **self._shown(block, said)}
        themes = asked.get("themes")
        if themes is not None and not (isinstance(themes, list) and all(type(theme) is str for theme in themes)):
            raise ParathemeError("themes: give a list of ids, or null to take back what was said")
        before = said.get(block.place)
        session.say(who, number, themes)
        said = session.said_by(who)
        return {**about, "labelled": len(said), "said": said.get(block.place), "before": before}

    def _shown(self, block: TextBlock, said: Mapping[Any, Any]) -> dict[str, Any]:
        """Return a block in its document."""
        document = self.session.documents[block.document]
        at = document.index(block)
        first, last = max(0, at - AROUND), at + AROUND + 1
        blocks = [
            {
                "text": one.text,
                "language": one.language,
                "direction": direction(one.language),
                "heading": one.kind in TITLE_KINDS,
                "kind": one.kind,
                "asked": one == block,
                "said": said.get(one.place),
            }
            for one in document[first:last]
        ]
        more = {"before": first, "after": max(0, len(document) - last)}
        return {"document": block.document, "blocks": blocks, "more": more, "said": said.get(block.place)}


class Handler(BaseHTTPRequestHandler):
    """Answers the page, and no one else."""

    server: LabelServer
    server_version, sys_version = "paratheme", ""
    timeout = PATIENCE

    def do_GET(self) -> None:
        """Answer with the page."""
        if self._is_allowed() and self._action() == "":
            self._send(HTTPStatus.OK, self.server.page, "text/html; charset=utf-8")
        else:
            self._refuse(HTTPStatus.NOT_FOUND, "nothing is here")

    def do_POST(self) -> None:
        """Answer what the page asks."""
        ours = self.headers.get("Origin", "").removeprefix("http://") in self.server.hosts
        is_json = self.headers.get("Content-Type") == "application/json"
        if not (self._is_allowed() and ours and is_json and self._action() in ("open", "block", "label")):
            return self._refuse(HTTPStatus.FORBIDDEN, "only the page itself may ask")
        try:
            asked = self._body()
        except ValueError as error:
            return self._refuse(HTTPStatus.BAD_REQUEST, str(error))
        try:
            answer = self.server.answer(str(self._action()), asked)
        except ParathemeError as error:
            return self._refuse(HTTPStatus.BAD_REQUEST, str(error))
        except OSError as error:
            told = f"{self.server.session.file}: {error.strerror or error}"
            print(f"paratheme: {told}", file=sys.stderr)
            return self._refuse(HTTPStatus.INTERNAL_SERVER_ERROR, told)
        self._send(HTTPStatus.OK, json.dumps(answer).encode(), "application/json")

    def log_message(self, format: str, *values: Any) -> None:
        """Say nothing; the address with its word belongs in no log."""

    def _is_allowed(self) -> bool:
        word = self.path.split("/")[1:2]
        known = bool(word) and secrets.compare_digest(word[0].encode(), self.server.word.encode())
        return known and self.headers.get("Host") in self.server.hosts

    def _action(self) -> str | None:
        _, _, *rest = self.path.split("/")
        return rest[0] if len(rest) == 1 else None

    def _body(self) -> Mapping[str, Any]:
        length = int(self.headers.get("Content-Length") or 0)
        if not 0 < length <= LONGEST_REQUEST:
            raise ValueError(f"give 1 to {LONGEST_REQUEST} bytes")
        try:
            asked = json.loads(self.rfile.read(length))
        except RecursionError as error:
            raise ValueError("nested too deeply") from error
        if not isinstance(asked, dict):
            raise ValueError("give an object")
        return asked

    def _refuse(self, status: HTTPStatus, why: str) -> None:
        self._send(status, json.dumps({"error": why}).encode(), "application/json")

    def _send(self, status: HTTPStatus, data: bytes, kind: str) -> None:
        self.send_response(status)
        headers = {"Content-Type": kind, "Content-Length": str(len(data)), "Cache-Control": "no-store"}
        headers |= {"X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin"}
        # not no-referrer: what the page posts would then come from nowhere
        headers |= {"Content-Security-Policy": self.server.policy, "Referrer-Policy": "same-origin"}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


def make_page(themes: ThemeSet, language: str, session: LabelSession, annotator: str = "") -> tuple[bytes, str]:
    """Return the page and its content security policy."""
    from markupsafe import Markup

    say = words_of_page(f"{PAGE}_words.yaml", language)
    style, script = read_part("classifier/page.css") + read_part(f"{PAGE}.css"), read_part(f"{PAGE}.js")
    shown = shown_themes(themes.themes, language)
    keys = [KEYS[i] if i < len(KEYS) else "" for i in range(len(shown))]
    page = template(f"{PAGE}.html.jinja").render(
        say=say,
        language=language,
        style=Markup(style),
        script=Markup(script),
        themes=list(zip(shown, keys, (theme.definition for theme in themes.themes), strict=True)),
        known=session.annotators(),
        annotator=annotator,
        longest_name=LONGEST_NAME,
        file=str(session.file),
    )
    policy = (
        f"default-src 'none'; style-src 'sha256-{source_hash(style)}'; script-src 'sha256-{source_hash(script)}'; "
        "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return page.encode("utf-8", "replace"), policy
