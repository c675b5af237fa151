"""Commands are called as the terminal calls them, in this process."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from paratheme import cli


@dataclass(frozen=True)
class Said:
    """What a command printed."""

    out: str
    err: str

    @property
    def lines(self) -> list[list[str]]:
        """The words of each line of standard output that has any."""
        return [line.split() for line in self.out.splitlines() if line.split()]


Command = Callable[..., Said]


@pytest.fixture(autouse=True)
def _signal_handler_of_the_tests() -> Iterator[None]:
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Call a command; see that it exits with the status that is expected, and return what it said."""

    monkeypatch.delenv("COLUMNS", raising=False)  # tables as wide as they want

    def call(*arguments: object, status: int = 0) -> Said:
        capsys.readouterr()
        try:
            ended = cli.main(list(map(str, arguments)))
        except SystemExit as end:
            ended = int(end.code or 0)
        said = Said(*capsys.readouterr())
        assert ended == status, said.err
        return said

    return call
