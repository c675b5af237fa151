"""`paratheme export`: what is typed reaches the export, and its figures are shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from paratheme.cli.export import ENGINES
from paratheme.models import engines
from paratheme.training import export
from tests.cli.conftest import Command


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What exports were asked for; nothing is loaded."""
    given: list[Any] = []

    def export_one(model: str, engine: str, folder: Path, *how: Any, tell: Any) -> Any:
        given.append((model, engine, folder, *how))
        tell("scoring")
        return export.ExportResult(folder, blocks=200, differing=1, macro_f1=0.8, macro_f1_before=0.8, megabytes=120)

    monkeypatch.setattr(export, "export", export_one)
    return given


def test_what_was_typed_reaches_it_and_the_figures_are_shown(asked: list[Any], command: Command) -> None:
    typed = ["--check", "mine.csv", "corpus.separator=,", "--int8", "-o", "fast"]
    shown = command("export", "champion", "--to", "openvino", *typed)
    command("export", "models:/paratheme/3", "--to", "onnx", "--trim-vocabulary")
    assert asked == [
        ("champion", "openvino", Path("fast"), True, False, "mine.csv", ["corpus.separator=,"]),
        ("models:/paratheme/3", "onnx", Path("models-paratheme-3-onnx-trimmed"), False, True, None, []),
    ]
    assert shown.out.splitlines() == [
        "the same decisions on 199 of 200 blocks (99.5%), macro F1 0.8000 where it was 0.8000",
        "fast  120 MB",
    ]
    assert shown.err == "paratheme: scoring\n"


def test_every_engine_can_be_asked_for() -> None:
    assert set(ENGINES) == set(engines.ENGINES)
