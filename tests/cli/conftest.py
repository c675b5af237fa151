"""Commands are called as the terminal calls them, in this process."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from paratheme import cli
from paratheme.classifier.calibration import Calibration
from paratheme.classifier.classifier import ThemeClassifier
from paratheme.models.lexicon import LexiconModel
from paratheme.themes.theme_set import ThemeSet


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
DOCUMENT = """\
Gaza in the news

Bombs fell on Gaza again on Tuesday, and the hospital in Rafah was hit twice before the evening.

The museum opened its doors on Sunday, and children played music in the garden until it was dark.
"""


@pytest.fixture(scope="module")
def model(texts: list[str], labels: Any, themes: ThemeSet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    fitted = LexiconModel(themes).fit(texts, labels)
    folder = tmp_path_factory.mktemp("model") / "saved"
    calibration = Calibration.fit(fitted.predict_proba(texts), labels, single_label=False)
    ThemeClassifier(themes, "lexicon", fitted, calibration).save(folder)
    return folder


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "report.txt"
    path.write_text(DOCUMENT, "utf-8")
    return path


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
