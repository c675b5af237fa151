"""What a person sees at the end of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from paratheme.classifier.calibration import Thresholds
from paratheme.corpus.corpus import Corpus, CorpusSettings, load_corpus
from paratheme.evaluation import format as report
from paratheme.evaluation.metrics import evaluate
from paratheme.themes.theme_set import ThemeSet

PLAIN = Thresholds(np.ones(3), np.zeros(3), np.zeros(3), np.full(3, 0.5), np.full(3, 0.1))


@pytest.fixture(scope="module")
def corpus(table: Path, themes: ThemeSet) -> Corpus:
    return load_corpus(CorpusSettings(name="blocks", path=str(table)), themes)


@pytest.fixture(scope="module")
def metrics(corpus: Corpus) -> dict[str, float]:
    P = corpus.labels.astype(np.float32)
    return evaluate(corpus.labels, P, corpus.labels, corpus.themes.ids, corpus.languages)


def test_wrongly_decided_texts_are_listed_the_worst_first(corpus: Corpus) -> None:
    rows = np.array([7, 0, 1, 2])
    assert corpus.labels[rows].tolist() == [[0, 0, 0], [1, 0, 1], [0, 1, 0], [0, 0, 1]]
    scores = np.array([[0.7, 0, 0], [0.9, 0, 0.4], [0.05, 0.9, 0.05], [0.99, 0, 0.02]], np.float32)
    found = report.errors(corpus, rows, scores, PLAIN)
    assert found["document"].tolist() == [corpus.blocks[row]["document"] for row in (2, 7, 0)]
    assert found["gold"].tolist() == ["food_security", "", "gaza, food_security"]
    assert found["predicted"].tolist() == ["gaza", "gaza", "gaza"]
    assert found["surprise"].tolist() == [0.99, 0.7, 0.6]
    assert list(found)[-3:] == ["gaza", "sudan", "food_security"]


def test_without_errors_the_table_is_empty(corpus: Corpus) -> None:
    rows = np.arange(5)
    assert len(report.errors(corpus, rows, corpus.labels[rows].astype(np.float32), PLAIN)) == 0


def test_a_run_is_shown_by_theme_and_by_language_with_what_to_type_next(
    corpus: Corpus, metrics: dict[str, float], capsys: pytest.CaptureFixture[str]
) -> None:
    report.show_run({**metrics, "f1/sudan": 0.1234, "support/sudan": 9.0}, corpus, "abc123", "models:/paratheme/3")
    shown = capsys.readouterr().out
    lines = {line.split()[0]: line.split() for line in shown.splitlines() if line.split()}
    assert lines["sudan"] == ["sudan", "1.000", "1.000", "0.123", "9", "(few)"]
    assert lines["gaza"] == ["gaza", "1.000", "1.000", "1.000", "20"]
    assert lines["fr"] == ["fr", "1.000", "40"]
    assert lines["run"][1] == "runs:/abc123"
    assert lines["model"][1] == "models:/paratheme/3"
    assert "paratheme predict" in shown
    assert "\x1b" not in shown


def test_a_run_without_a_model_does_not_offer_to_predict(
    corpus: Corpus, metrics: dict[str, float], capsys: pytest.CaptureFixture[str]
) -> None:
    report.show_run({**metrics, "accuracy": 0.875}, corpus, "abc123", None)
    shown = capsys.readouterr().out
    assert "predict" not in shown
    assert "accuracy 0.875" in shown


def test_folds_stand_side_by_side_with_mean_and_spread(
    corpus: Corpus, metrics: dict[str, float], capsys: pytest.CaptureFixture[str]
) -> None:
    folds: list[Any] = [{**metrics, "f1/gaza": value, "macro_f1": value} for value in (0.2, 0.4, 0.9)]
    report.show_folds(["fold-1", "fold-2", "fold-3"], folds, corpus, "abc123", {**metrics, "f1/gaza": 0.6})
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["theme", "fold-1", "fold-2", "fold-3", "mean", "spread", "pooled"] in lines
    assert ["gaza", "0.200", "0.400", "0.900", "0.500", "0.361", "0.600"] in lines
    assert ["macro", "average", "0.200", "0.400", "0.900", "0.500", "0.361", "1.000"] in lines
    assert ["run", "runs:/abc123"] in lines


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [(0.5, 0.75, "0.500 to 0.750"), (float("nan"), 1.0, "-"), (float("-inf"), float("inf"), "-"), (None, None, "-")],
)
def test_an_interval_without_an_end_is_a_dash(low: float | None, high: float | None, shown: str) -> None:
    assert report.span(low, high) == shown
