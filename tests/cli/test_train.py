"""`paratheme train`: what is typed reaches Hydra, and what came of it is shown with what to type next."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from paratheme.cli.train import few_labels, show_result
from paratheme.corpus.corpus import Corpus
from paratheme.corpus.load import CorpusSettings, load_corpus
from paratheme.evaluation.bootstrap import Difference
from paratheme.evaluation.evaluation import Evaluation
from paratheme.evaluation.metrics import metrics_of
from paratheme.themes.theme_set import ThemeSet
from paratheme.tracking import promotion
from paratheme.tracking.promotion import Standing
from paratheme.tracking.registry import Version
from paratheme.training import compose, train
from paratheme.training.fit import FoldResult
from paratheme.training.train import TrainingResult
from tests.cli.conftest import Command

pytestmark = pytest.mark.slow

NOTHING: Any = None


@pytest.fixture(scope="module")
def corpus(table: Path, themes: ThemeSet) -> Corpus:
    return load_corpus(CorpusSettings(name="blocks", path=str(table)), themes)


@pytest.fixture(scope="module")
def metrics(corpus: Corpus) -> dict[str, float]:
    P = corpus.labels.astype(np.float32)
    return metrics_of(corpus.labels, P, corpus.labels, corpus.themes.ids, corpus.languages)


def result(
    corpus: Corpus, tests: dict[str, dict[str, float]], pooled: dict[str, float] | None = None, **told: Any
) -> TrainingResult:
    """Return what a training gives with one fold for each of `tests`."""
    tracking, model = SimpleNamespace(uri=told.pop("uri", None)), SimpleNamespace(model_type=told.pop("model", "tfidf"))
    rows = {"labelled": np.arange(len(corpus.texts)), "test": np.arange(len(corpus.texts)), **told.pop("rows", {})}
    config: Any = SimpleNamespace(tracking=tracking, model=model)
    data: Any = SimpleNamespace(corpus=corpus, folds=[SimpleNamespace(name=name, **rows) for name in tests])
    folds = [FoldResult(NOTHING, Evaluation(NOTHING, test), {}, 1.0) for test in tests.values()]
    joined = Evaluation(NOTHING, pooled) if pooled else None
    return TrainingResult(config, data, "abc123", folds, joined, **told)


def test_overrides_reach_training_wherever_the_switch_stands(monkeypatch: pytest.MonkeyPatch, command: Command) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(compose, "run_jobs", lambda overrides, multirun, job: asked.append((overrides, multirun)))
    command("train", "model=tfidf", "-m", "seed=1,2")
    command("train", "experiment=quick")
    command("train", "~split", "+new.key=1")
    assert [(sorted(overrides), multirun) for overrides, multirun in asked] == [
        (["model=tfidf", "seed=1,2"], True),
        (["experiment=quick"], False),
        (["+new.key=1", "~split"], False),
    ]


def test_what_was_composed_is_trained_and_shown(
    monkeypatch: pytest.MonkeyPatch,
    command: Command,
    tmp_path: Path,
    corpus: Corpus,
    metrics: dict[str, float],
) -> None:
    asked: list[Any] = []

    def trained(config: Any, name: str, command: str) -> TrainingResult:
        asked.append((config.seed, config.model.label, name, command))
        valid = {"macro_average_precision": 0.5}
        made = result(corpus, {"holdout": metrics})
        return TrainingResult(made.config, made.data, "abc123", [FoldResult(NOTHING, made.folds[0].test, valid, 1.0)])

    monkeypatch.setattr(train, "train", trained)
    monkeypatch.chdir(tmp_path)
    shown = command("train", "themes=sib200", "model=tfidf", "model.C=3", "seed=7")
    typed = "themes=sib200 model=tfidf model.C=3 seed=7"
    assert asked == [(7, "tfidf", "tfidf themes=sib200 model.C=3", f"paratheme train {typed}")]
    assert ["run", "runs:/abc123"] in shown.lines


def test_a_run_is_shown_by_theme_and_by_language_with_what_to_type_next(
    corpus: Corpus, metrics: dict[str, float], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(promotion, "against_champion", lambda run_id: None)
    test = {**metrics, "f1/sudan": 0.1234, "support/sudan": 9.0}
    show_result(result(corpus, {"holdout": test}, model_uri="models:/paratheme/3"))
    shown = capsys.readouterr().out
    lines = {line.split()[0]: line.split() for line in shown.splitlines() if line.split()}
    assert "Test set" in shown
    assert lines["sudan"] == ["sudan", "1.000", "1.000", "0.123", "9", "(few)"]
    assert lines["gaza"] == ["gaza", "1.000", "1.000", "1.000", "20"]
    assert lines["fr"] == ["fr", "1.000", "40"]
    assert lines["run"][1] == "runs:/abc123"
    assert lines["model"][1] == "models:/paratheme/3"
    assert lines["champion"] == ["champion", "this", "run"]
    assert lines["next"][1:6] == ["paratheme", "predict", "YOUR_DOCUMENTS", "--model", "models:/paratheme/3"]
    assert "promote" not in shown
    assert "MLFLOW_TRACKING_URI" not in shown
    assert "\x1b" not in shown


def test_a_run_without_a_model_does_not_offer_to_predict(
    corpus: Corpus, metrics: dict[str, float], capsys: pytest.CaptureFixture[str]
) -> None:
    show_result(result(corpus, {"holdout": {**metrics, "accuracy": 0.875}}))
    shown = capsys.readouterr().out
    assert "predict" not in shown
    assert "accuracy 0.875" in shown


def test_folds_stand_side_by_side_with_mean_and_spread(
    corpus: Corpus, metrics: dict[str, float], capsys: pytest.CaptureFixture[str]
) -> None:
    values = {"fold-1": 0.2, "fold-2": 0.4, "fold-3": 0.9}
    tests = {name: {**metrics, "f1/gaza": value, "macro_f1": value} for name, value in values.items()}
    show_result(result(corpus, tests, {**metrics, "f1/gaza": 0.6}))
    shown = capsys.readouterr().out
    lines = [line.split() for line in shown.splitlines()]
    assert ["theme", "fold-1", "fold-2", "fold-3", "mean", "spread", "pooled"] in lines
    assert ["gaza", "0.200", "0.400", "0.900", "0.500", "0.361", "0.600"] in lines
    assert ["macro", "average", "0.200", "0.400", "0.900", "0.500", "0.361", "1.000"] in lines
    assert ["run", "runs:/abc123"] in lines
    assert ["next", "paratheme", "compare", "or", "paratheme", "ui"] in lines
    assert "pooled macro F1 1.000" in shown


def test_a_theme_that_a_fold_did_not_test_has_a_dash_there(
    corpus: Corpus, metrics: dict[str, float], capsys: pytest.CaptureFixture[str]
) -> None:
    lacking = {key: value for key, value in metrics.items() if key != "f1/gaza"}
    show_result(result(corpus, {"ar": lacking, "en": metrics}, metrics))
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["gaza", "-", "1.000", "1.000", "-", "1.000"] in lines


def test_the_steps_of_a_learning_curve_stand_below_each_other(
    corpus: Corpus, metrics: dict[str, float], capsys: pytest.CaptureFixture[str]
) -> None:
    steps = {"12 labelled": {**metrics, "macro_f1": 0.5, "macro_f1_low": 0.4, "macro_f1_high": 0.6, "f1/en": 0.25}}
    steps["40 labelled"] = metrics
    show_result(result(corpus, steps))
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["12", "labelled", "0.500", "0.400", "to", "0.600", "1.000", "0.250", "1.000"] in lines
    assert ["40", "labelled", "1.000", "-", "1.000", "1.000", "1.000"] in lines


def test_what_a_search_found_and_where_the_runs_are_is_told(
    corpus: Corpus, metrics: dict[str, float], capsys: pytest.CaptureFixture[str]
) -> None:
    show_result(result(corpus, {"holdout": metrics}, searched="Best of 3 trials: model.C=1", uri="http://there"))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Best of 3 trials: model.C=1"
    assert lines[-1] == "other commands find the runs with MLFLOW_TRACKING_URI=http://there"


def test_a_run_that_beats_the_champion_says_so_first_and_how_to_promote_it(
    corpus: Corpus, metrics: dict[str, float], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    better = Difference(0.05, 0.02, 0.08, 0.001, 0.002)
    standings = [Standing(Version("3", "abc123"), Version("1", "old"), 0.8, better)]
    standings += [Standing(Version("3", "abc123"), Version("1", "old"), np.nan, None)]
    monkeypatch.setattr(promotion, "against_champion", lambda run_id: standings.pop(0))
    told = "models:/paratheme/1, macro F1 0.800 on the same test; this run +0.050 (p 0.001, permuted 0.002)"
    show_result(result(corpus, {"holdout": metrics}, model_uri="models:/paratheme/3"))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"Better than the champion beyond chance: {told}"
    assert f"champion  {told}" in lines
    assert any(line.startswith("next      paratheme promote abc123   or   paratheme predict") for line in lines)
    show_result(result(corpus, {"holdout": metrics}, model_uri="models:/paratheme/3"))
    shown = capsys.readouterr().out
    assert "champion  models:/paratheme/1, which was tested on other data\n" in shown
    assert "Better than" not in shown


def test_a_run_that_is_worse_than_the_champion_is_not_offered_as_one(
    corpus: Corpus, metrics: dict[str, float], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    worse = Standing(Version("3", "abc123"), Version("1", "old"), 0.8, Difference(-0.05, -0.08, -0.02, 0.001, 0.002))
    monkeypatch.setattr(promotion, "against_champion", lambda run_id: worse)
    show_result(result(corpus, {"holdout": metrics}, model_uri="models:/paratheme/3"))
    (told,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("next ")]
    assert told.startswith("next      paratheme predict YOUR_DOCUMENTS --model models:/paratheme/3")
    assert told.endswith("paratheme promote abc123 --dry-run")


def test_who_has_few_labels_is_told_what_helps(
    corpus: Corpus, metrics: dict[str, float], capsys: pytest.CaptureFixture[str]
) -> None:
    gaza, sudan = (np.flatnonzero(corpus.labels[:, i]) for i in range(2))
    rows = {"labelled": np.setdiff1d(gaza, np.flatnonzero(corpus.labels[:, 2])), "test": sudan[:2]}
    made = result(corpus, {"holdout": metrics}, rows=rows)
    assert few_labels(made) == [
        "no labelled block to learn from: sudan, food_security; such a theme is never learned",
        "fewer than 30 labelled blocks: gaza (12); more labels help most",
        "the test set has few stories; split=kfold tests every block once",
    ]
    show_result(made)
    assert "note      the test set has few stories" in capsys.readouterr().out


def test_who_has_enough_labels_is_told_nothing(corpus: Corpus, metrics: dict[str, float]) -> None:
    many = {"labelled": np.tile(np.arange(len(corpus.texts)), 2)}
    assert few_labels(result(corpus, {"holdout": metrics}, rows=many)) == []


def test_themes_without_words_are_told_where_the_model_reads_words(corpus: Corpus, metrics: dict[str, float]) -> None:
    first, *others = corpus.themes.themes
    themes = corpus.themes.model_copy(update={"themes": (first.model_copy(update={"words": {}}), *others)})
    wordless = replace(corpus, themes=themes)
    rows = {"labelled": np.tile(np.arange(len(corpus.texts)), 2)}
    (note,) = few_labels(result(wordless, {"holdout": metrics}, rows=rows, model="lexicon"))
    assert note.startswith("themes without words: gaza; this model reads words")
    assert few_labels(result(wordless, {"holdout": metrics}, rows=rows)) == []


def test_an_interrupt_says_how_to_go_on(monkeypatch: pytest.MonkeyPatch, command: Command, tmp_path: Path) -> None:
    def interrupted(*_: object) -> None:
        (tmp_path / "outputs" / "unfinished").mkdir(parents=True, exist_ok=True)
        raise KeyboardInterrupt

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(train, "train", interrupted)
    told = command("train", "model=lexicon", "seed=2", status=130).err
    assert "what was learned is kept; to go on: paratheme train model=lexicon seed=2\nparatheme: interrupted\n" in told
    assert "to go on" not in command("train", "model=lexicon", "resume=never", status=130).err


def test_a_run_that_waits_for_its_store_is_told_with_what_to_type(
    corpus: Corpus, metrics: dict[str, float], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "classifier").mkdir()
    show_result(result(corpus, {"test": metrics}, waiting=tmp_path))
    told = capsys.readouterr().out
    assert f"run       waits in {tmp_path} for the tracking store\n" in told
    assert f"paratheme sync   or   paratheme predict YOUR_DOCUMENTS --model {tmp_path / 'classifier'}\n" in told
    assert "runs:/" not in told
