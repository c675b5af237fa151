"""A project of a Label Studio server, to which tasks are sent: two calls of its API, with the key of an account."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

import requests

from paratheme.corpus.label_studio_tasks import REGION, TEXT, THEMES
from paratheme.errors import ParathemeError, UsageError, first_line

KEY = "LABEL_STUDIO_API_KEY"
PROJECT = re.compile(r"/projects/(\d+)(?:/.*)?$")
PATIENCE = 60  # seconds for an answer
AT_ONCE = 100  # tasks of a request


@dataclass(frozen=True)
class LabelStudioProject:
    """Where tasks are sent.

    Attributes
    ----------
    server : str
        The address of the server.
    number : int or None
        The project's; None: a new one is made.
    """

    server: str
    number: int | None

    @classmethod
    def at(cls, address: str) -> Self:
        """Read the address of a project, as the browser shows it, or of a server.

        Raises
        ------
        UsageError
            If it is no address, or holds a password.
        """
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageError(f"{address}: no address; give the project's, such as http://localhost:8080/projects/3")
        if parts.username or parts.password:
            raise UsageError(f"an address of Label Studio holds no password; set the key of your account as {KEY}")
        found = PROJECT.search(parts.path)
        path = parts.path[: found.start()] if found else parts.path
        server = urlunsplit((parts.scheme, parts.netloc, path.rstrip("/"), "", ""))
        return cls(server, int(found[1]) if found else None)

    def send(self, tasks: Sequence[Any], config: str, title: str) -> tuple[str, int]:
        """Load tasks that are not there yet; a new project is made with a labelling configuration.

        Parameters
        ----------
        tasks : sequence of dict
            As `tasks_of` gives them.
        config : str
            The labelling configuration.
        title : str
            Of a new project.

        Returns
        -------
        str
            The address of the project.
        int
            How many tasks were loaded; the others stood there already.

        Raises
        ------
        ParathemeError
            If the server does not answer or refuses, or the project asks for something else.
        """
        with self._session() as session:
            number, there = self.number, set()
            if number is None:
                number = int(
                    self._ask(session, "POST", "/api/projects", {"title": title, "label_config": config})["id"]
                )
            else:
                asked = str(self._ask(session, "GET", f"/api/projects/{number}").get("label_config"))
                if missing := [name for name in (REGION, THEMES, TEXT) if f'name="{name}"' not in asked]:
                    raise ParathemeError(
                        f"{self.server}/projects/{number}: its labelling configuration has no control {missing[0]!r}; "
                        "paste the one that export -o tasks.json writes beside it, or name the server for a new project"
                    )
                there = {str(data) for data in self._data_of(session, number)}
            new = [task for task in tasks if str(task["data"]) not in there]
            for start in range(0, len(new), AT_ONCE):
                self._ask(session, "POST", f"/api/projects/{number}/import", new[start : start + AT_ONCE])
        return f"{self.server}/projects/{number}", len(new)

    def _session(self) -> requests.Session:
        """Return a session that is logged in, with a personal or a legacy token."""
        key = os.environ.get(KEY, "").strip()
        if not key:
            raise UsageError(f"{self.server}: set {KEY} to the access token of your account (Account & Settings)")
        session = requests.Session()
        if key.count(".") == 2:  # a personal token is exchanged for one that holds for minutes
            key = f"Bearer {self._ask(session, 'POST', '/api/token/refresh', {'refresh': key})['access']}"
        else:
            key = f"Token {key}"
        session.headers["Authorization"] = key
        return session

    def _data_of(self, session: requests.Session, number: int) -> Iterator[Any]:
        """Give the data of all tasks of a project."""
        page, total, seen = 1, 1, 0
        while seen < total:
            found = self._ask(session, "GET", f"/api/tasks?project={number}&page={page}&page_size={AT_ONCE}&fields=all")
            total, tasks = int(found.get("total", 0)), found.get("tasks", [])
            yield from (task["data"] for task in tasks)
            page, seen = page + 1, seen + max(len(tasks), 1)

    def _ask(self, session: requests.Session, method: str, path: str, data: Any = None) -> Any:
        try:
            answer = session.request(method, f"{self.server}{path}", json=data, timeout=PATIENCE)
            if answer.status_code in (401, 403):
                raise ParathemeError(f"{self.server}: refuses the token in {KEY}; take a new one (Account & Settings)")
            if answer.status_code == 404:
                raise ParathemeError(f"{self.server}{path.partition('?')[0]}: is not there; check the address")
            answer.raise_for_status()
            return answer.json()
        except (requests.RequestException, ValueError) as error:
            told = first_line(error)
            raise ParathemeError(f"{self.server}: Label Studio did not answer as it should ({told})") from error
