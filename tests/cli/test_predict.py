"""`paratheme predict`: documents and tables in, filed blocks out, in the form that is asked for."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from paratheme.classifier.calibration import Calibration
from paratheme.classifier.classifier import ThemeClassifier
from paratheme.cli import predict
from paratheme.models.lexicon import LexiconModel
from paratheme.themes.theme_set import ThemeSet
from tests.cli.conftest import Command

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


def test_what_was_typed_reaches_it(monkeypatch: pytest.MonkeyPatch, command: Command) -> None:
    asked: list[Any] = []

    def refuse(
        paths: list[str], model: str | None, prior: dict[str, float], failures: list[str], themes: str | None
    ) -> list[Any]:
        asked.append((paths, model, prior, themes))
        failures.append("asked")
        return []

    monkeypatch.setattr(predict, "predict", refuse)
    priors = ("--prior", "gaza=0.3", "--prior", "sudan=0.01")
    command("predict", "a", "b", "--model", "runs:/1", *priors, "--themes", "desk", "--format", "csv", status=1)
    assert command("predict", "a", status=1).err == "paratheme: asked\n"
    assert asked == [(["a", "b"], "runs:/1", {"gaza": 0.3, "sudan": 0.01}, "desk"), (["a"], None, {}, None)]


def test_blocks_are_filed_as_json_lines(document: Path, model: Path, command: Command) -> None:
    said = command("predict", document, "--model", model, "--format", "jsonl")
    blocks = [json.loads(line) for line in said.out.splitlines()]
    assert [block["themes"] for block in blocks] == [[], ["gaza"], []]
    assert all(DOCUMENT[block["start"] : block["end"]] == block["text"] for block in blocks)
    assert said.err == f"paratheme: filing with {model} (lexicon, themes desk)\n"
    assert {block["model"] for block in blocks} == {str(model)}


def test_what_was_guessed_in_a_document_is_told_before_it_is_filed(
    tmp_path: Path, model: Path, command: Command
) -> None:
    report = tmp_path / "report.txt"
    report.write_bytes(DOCUMENT.replace("twice", "à deux fois").encode("cp1252"))
    said = command("predict", report, "--model", model, "--format", "jsonl").err.splitlines()
    assert said[0].startswith(f"paratheme: {report}: taken to be in Windows-1252")
    assert said[1].startswith("paratheme: filing with ")


def test_a_prior_moves_the_scores(document: Path, model: Path, command: Command) -> None:
    def score(*options: str) -> float:
        said = command("predict", document, "--model", model, "--format", "jsonl", *options)
        return float(json.loads(said.out.splitlines()[1])["scores"]["gaza"])

    assert score("--prior", "gaza=0.001") < score() < score("--prior", "gaza=0.9")
    assert "no theme 'weather'" in command("predict", document, "--model", model, "--prior", "weather=1", status=1).err
    assert "'gaza' is not of the form THEME=RATE" in command("predict", document, "--prior", "gaza", status=2).err


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_filed(
    tmp_path: Path, document: Path, model: Path, command: Command
) -> None:
    broken = tmp_path / "broken.txt"
    broken.write_bytes(b"%PDF-1.4")
    typed = ["predict", broken, document, tmp_path / "no.csv", "--model", model, "--format", "jsonl"]
    said = command(*typed, status=1)
    assert len(said.out.splitlines()) == 3
    filing, *failed = [line.split(": ")[1] for line in said.err.splitlines()]
    assert filing.startswith("filing with ")
    assert failed == [str(tmp_path / "no.csv"), str(broken)]


def test_when_nothing_can_be_read_no_model_is_asked_for_and_nothing_is_written(
    tmp_path: Path, command: Command
) -> None:
    output = tmp_path / "out.jsonl"
    said = command("predict", tmp_path / "no.csv", "--model", "/no/model", "--output", output, status=1)
    assert "no such file" in said.err
    assert not output.exists()


def test_a_path_that_does_not_exist_is_refused_before_the_model_is_loaded(tmp_path: Path, command: Command) -> None:
    said = command("predict", tmp_path / "nowhere", "--model", "/no/model", status=1)
    assert "nowhere" in said.err
    assert said.err.count("\n") == 1


def test_a_file_is_written_in_every_form(tmp_path: Path, document: Path, model: Path, command: Command) -> None:
    for form in ("table", "jsonl", "csv", "parquet"):
        typed = ["predict", document, "--model", model, "--format", form, "--output", tmp_path / f"out.{form}"]
        assert command(*typed).out == ""
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["text"] for row in rows] == [line["text"] for line in lines]
    assert pd.read_parquet(tmp_path / "out.parquet")["text"].tolist() == [line["text"] for line in lines]
    assert "gaza" in (tmp_path / "out.table").read_text("utf-8")


def test_without_a_form_a_table_is_shown(document: Path, model: Path, command: Command) -> None:
    shown = command("predict", document, "--model", model).out
    assert "report.txt" in shown
    assert "1 paragraph" in shown


def test_parquet_does_not_go_to_a_terminal(document: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert "give --output FILE" in command("predict", document, "--format", "parquet", status=2).err


@pytest.mark.parametrize("form", ["jsonl", "csv", "table"])
def test_a_document_without_text_is_named(tmp_path: Path, model: Path, form: str, command: Command) -> None:
    (tmp_path / "empty.txt").write_text("\n \n", "utf-8")
    said = command("predict", tmp_path / "empty.txt", "--model", model, "--format", form, status=1)
    assert "empty.txt" in said.err
    assert said.err.count("\n") == 1
