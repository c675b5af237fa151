"""``paratheme push``: what would be sent is listed or written, and nothing is sent that was not asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from paratheme.tracking import hub
from tests.cli.conftest import Command

REPOSITORY = "desk/themes"


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], str, bool]]:
    """What was sent to a hub, which no test has."""
    known: list[tuple[list[str], str, bool]] = []

    def upload(folder: Path, repository: str, public: bool) -> str:
        known.append((sorted(path.name for path in folder.iterdir()), repository, public))
        return "0a1b"

    monkeypatch.setattr(hub, "upload", upload)
    return known


def test_a_dry_run_lists_what_would_be_sent(command: Command, model: Path, sent: list[object]) -> None:
    said = command("push", model, REPOSITORY, "--dry-run")
    names = [words[1] for words in said.lines]
    assert names[:2] == ["README.md", "classifier/classifier.json"]
    assert sent == []


def test_a_folder_gets_the_same_and_loads(command: Command, model: Path, tmp_path: Path, sent: list[object]) -> None:
    dry = command("push", model, REPOSITORY, "--dry-run").out
    assert command("push", model, REPOSITORY, "--output", tmp_path / "out").out == dry
    assert f"hf://{REPOSITORY}" in (tmp_path / "out" / "README.md").read_text("utf-8")
    document = tmp_path / "a.txt"
    document.write_text("Bombs fell on Gaza again on Tuesday.")
    assert '"gaza"' in command("predict", document, "--model", tmp_path / "out", "--format", "jsonl").out
    assert sent == []


def test_it_is_sent_and_its_address_printed(command: Command, model: Path, sent: list[object]) -> None:
    assert command("push", model, REPOSITORY).out == f"hf://{REPOSITORY}@0a1b\n"
    command("push", model, REPOSITORY, "--public")
    assert sent == [(["README.md", "classifier"], REPOSITORY, False), (["README.md", "classifier"], REPOSITORY, True)]


def test_wrong_usage_is_told_before_anything_is_loaded(command: Command, model: Path, tmp_path: Path) -> None:
    assert "no address on a hub" in command("push", model, "themes", status=2).err
    both = command("push", model, REPOSITORY, "--dry-run", "--output", tmp_path, status=2).err
    assert "--dry-run writes nothing" in both


def test_a_folder_that_is_no_classifier_is_told(command: Command, tmp_path: Path) -> None:
    assert "no saved classifier" in command("push", tmp_path, REPOSITORY, status=1).err
