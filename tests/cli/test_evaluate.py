"""`paratheme evaluate`: what is typed reaches the measurement, and its figures are shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from paratheme.corpus.load import CorpusSettings, load_corpus
from paratheme.evaluation.bootstrap import Resampling
from paratheme.evaluation.evaluation import Evaluation
from paratheme.evaluation.metrics import metrics_of
from paratheme.themes.theme_set import ThemeSet
from paratheme.training import evaluate
from tests.cli.conftest import Command

NOTHING: Any = None


@pytest.fixture
def asked(table: Path, themes: ThemeSet, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What evaluations were asked for; nothing is loaded."""
    corpus = load_corpus(CorpusSettings(name="blocks", path=str(table)), themes)
    P = corpus.labels.astype(np.float32)
    metrics = metrics_of(corpus.labels, P, corpus.labels, themes.ids, corpus.languages)
    given: list[Any] = []

    def evaluate_model(model: str, name: str, part: str | None, overrides: list[str], resampling: Resampling) -> Any:
        given.append((model, name, part, overrides, resampling))
        evaluation = Evaluation(NOTHING, metrics)
        return evaluate.EvaluationResult(corpus, evaluation, "abc123", "models:/paratheme/1", part or "all")

    monkeypatch.setattr(evaluate, "evaluate_model", evaluate_model)
    return given


def test_what_was_typed_reaches_it(asked: list[Any], command: Command) -> None:
    typed = ["m", "c", "corpus.separator=,", "--part", "all", "corpus.columns.text=a", "--resamples", "9"]
    command("evaluate", *typed, "--confidence", "0.9")
    command("evaluate", "m", "c")
    resampling = Resampling(n_resamples=9, confidence=0.9)
    assert asked == [
        ("m", "c", "all", ["corpus.separator=,", "corpus.columns.text=a"], resampling),
        ("m", "c", None, [], Resampling()),
    ]


@pytest.mark.parametrize(("part", "told"), [("test", "test set"), ("all", "every block")])
def test_figures_are_shown_by_theme_and_language_with_the_run(
    asked: list[Any], command: Command, part: str, told: str
) -> None:
    shown = command("evaluate", "m", "c", "--part", part)
    assert f"models:/paratheme/1 on blocks, {told}" in shown.out
    assert ["gaza", "1.000", "1.000", "1.000", "20"] in shown.lines
    assert ["fr", "1.000", "40"] in shown.lines
    assert shown.lines[-1] == ["run", "runs:/abc123"]


def test_a_number_of_resamples_that_cannot_be_is_told_before_anything_is_loaded(
    asked: list[Any], command: Command
) -> None:
    said = command("evaluate", "m", "c", "--resamples", "0", status=2)
    assert said.err == "paratheme: n_resamples=0: give a whole number of at least 1\n"
    assert asked == []
