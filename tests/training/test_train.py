"""One experiment, from configuration to a logged, saved classifier, on a corpus of eighty short blocks."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import mlflow
import numpy as np
import pandas as pd
import pytest

from paratheme.classifier.classifier import ThemeClassifier
from paratheme.corpus.load import load_corpus
from paratheme.errors import ParathemeError
from paratheme.evaluation.predictions import text_hash
from paratheme.themes.theme_set import ThemeSet
from paratheme.tracking import log
from paratheme.tracking.addresses import load
from paratheme.tracking.runs import find_run, predictions_of
from paratheme.training import train as train_module
from paratheme.training.train import TrainingResult, train
from tests.training.conftest import Composed, run_called, table_of, written

pytestmark = pytest.mark.slow

Rows = list[dict[str, Any]]
COMMAND = "paratheme train model=tfidf"
WRONG = [f"{language}-none-{story}" for language in ("en", "fr") for story in range(0, 10, 2)]


@pytest.fixture(scope="module")
def trained(workplace: SimpleNamespace, composed: Composed, rows: Rows) -> SimpleNamespace:
    """Two trainings, one after the other, with their models logged; the second has some wrong labels."""
    small = ["model.char_ngrams=[2,3]", "tracking.log_figures=true"]
    wrong = [{**row, "themes": ["sudan"]} if row["document"] in WRONG else row for row in rows]
    path = written(wrong, workplace.folder / "mislabelled.jsonl")
    results = [
        train(composed("model=tfidf", *small, "name=first", "seed=7", "tracking.log_model=true"), command=COMMAND),
        train(composed("model=lexicon", f"corpus.path={path}", "tracking.log_model=true")),
    ]
    first, second = (workplace.client.get_run(result.run_id) for result in results)
    return SimpleNamespace(first=first, second=second, results=results)


# What a run holds


def test_the_run_is_finished_and_its_score_is_returned(trained: SimpleNamespace, workplace: SimpleNamespace) -> None:
    assert trained.first.info.status == trained.second.info.status == "FINISHED"
    assert (trained.first.info.run_name, trained.second.info.run_name) == ("first seed 7", "lexicon")
    found = trained.first.data.metrics["valid/macro_average_precision"]
    assert found == pytest.approx(trained.results[0].score, abs=1e-4), "never a figure of the test set"


def test_what_came_of_it_is_returned(trained: SimpleNamespace) -> None:
    result: TrainingResult = trained.results[0]
    assert (result.model_uri, result.searched, result.pooled) == ("models:/paratheme-desk/1", "", None)
    assert result.data.corpus.name == "blocks.jsonl"
    assert result.config.model.label == "tfidf"
    (fold,) = result.folds
    assert fold.test.metrics["macro_f1"] == pytest.approx(trained.first.data.metrics["test/macro_f1"], abs=1e-4)


def test_the_run_holds_the_whole_configuration(trained: SimpleNamespace, table: Path) -> None:
    params = trained.first.data.params
    expected = {"model.model_type": "tfidf", "model.char_ngrams": "[2, 3]", "seed": "7", "corpus.path": str(table)}
    assert {key: params[key] for key in expected} == expected
    assert params["themes"] == "desk"
    assert params["split.strategy"] == "holdout"
    assert "- id: gaza" in mlflow.artifacts.load_text(f"runs:/{trained.first.info.run_id}/config.yaml")


def test_the_run_holds_metrics_by_theme_by_language_and_by_both(trained: SimpleNamespace) -> None:
    metrics = trained.first.data.metrics
    names = ["macro_f1", "samples_recall", "roc_auc/gaza", "f1/gaza", "f1/en", "f1/fr/sudan", "support"]
    names += ["brier/gaza", "ece/food_security"]
    assert {f"{part}/{name}" for part in ("test", "valid") for name in names} <= set(metrics)
    assert metrics["test/macro_f1_low"] <= metrics["test/macro_f1"] <= metrics["test/macro_f1_high"]
    assert metrics["time/fit_s"] > 0
    assert metrics["speed/blocks_per_s"] > 0
    assert metrics["size/megabytes"] > 0


def test_the_run_holds_a_threshold_a_theme(trained: SimpleNamespace, themes: ThemeSet) -> None:
    cuts = [trained.first.data.metrics[f"threshold/{theme}"] for theme in themes.ids]
    assert all(0 < cut < 1 for cut in cuts)


def test_the_run_is_tagged_with_what_one_looks_for(trained: SimpleNamespace, composed: Composed) -> None:
    config = composed()
    tags = trained.first.data.tags
    expected = {
        "experiment": "first",
        "model": "tfidf",
        "corpus": "blocks.jsonl",
        "themes": "desk",
        "command": COMMAND,
        "split": "holdout",
        "languages": "en fr",
        "data_fingerprint": load_corpus(config.corpus, config.themes).fingerprint,
    }
    assert {key: tags[key] for key in expected} == expected
    assert ", python 3." in tags["versions"]
    assert "encoder" not in tags  # n-grams have none


def test_the_corpus_is_the_runs_dataset_input(trained: SimpleNamespace) -> None:
    (dataset,) = trained.first.inputs.dataset_inputs
    assert dataset.dataset.name == "blocks.jsonl"
    assert dataset.dataset.digest == trained.first.data.tags["data_fingerprint"]
    assert [tag.value for tag in dataset.tags if tag.key == "mlflow.data.context"] == ["training"]


def test_the_errors_are_a_table_of_the_test_set_the_worst_first(trained: SimpleNamespace) -> None:
    errors = table_of(trained.second, "errors.json")
    assert errors
    surprise = [row["surprise"] for row in errors]
    assert surprise == sorted(surprise, reverse=True)
    assert all(row["gold"] != row["predicted"] for row in errors)
    assert all(row["nearest_training_text"] for row in errors)
    metrics = trained.second.data.metrics
    assert len(errors) == round((1 - metrics["test/exact_match"]) * metrics["test/support"])
    assert {row["document"] for row in errors} <= set(WRONG)


def test_the_slices_are_a_table_that_the_ui_shows(trained: SimpleNamespace) -> None:
    frame = pd.DataFrame(table_of(trained.second, "slices.json"))
    assert {"slice_kind", "slice", "theme", "support", "f1", "f1_low", "f1_high", "few"} <= set(frame)
    assert {"all", "language", "kind", "length"} <= set(frame["slice_kind"])


def test_the_run_holds_pictures_predictions_and_a_card(trained: SimpleNamespace, workplace: SimpleNamespace) -> None:
    def files(run: Any, folder: str = "") -> set[str]:
        return {file.path for file in workplace.client.list_artifacts(run.info.run_id, folder)}

    assert {"plots/scores.png", "plots/reliability.png"} <= files(trained.first, "plots")
    assert files(trained.second, "plots") == set(), "where they are not wanted there are none"
    assert {"predictions.parquet", "model_card.md", "config.yaml"} <= files(trained.second)
    described = trained.second.data.tags["mlflow.note.content"]
    assert described.startswith("Macro-F1 **")
    assert "test blocks of mislabelled.jsonl" in described
    assert trained.first.data.tags["mlflow.note.content"].endswith(f" `{COMMAND}`")


def test_a_kept_model_is_checked_and_scored_under_perturbation(trained: SimpleNamespace) -> None:
    metrics = trained.second.data.metrics
    assert {
        "test_checks/failure_rate/gaza",
        "test_checks/failure_rate/directional",
        "test_perturbed/macro_f1/upper_case",
    } <= set(metrics)
    rates = [row["failed"] for row in table_of(trained.second, "checks.json")]
    assert metrics["test_checks/failure_rate"] == pytest.approx(np.mean(rates), abs=1e-3)
    assert trained.second.data.params["check.cases"] == str(len(rates))


# The model


def test_every_model_is_registered_and_only_the_first_becomes_champion(
    trained: SimpleNamespace, workplace: SimpleNamespace
) -> None:
    versions = {version.version: version for version in workplace.client.search_model_versions("name='paratheme-desk'")}
    assert {int(number): versions[number].run_id for number in versions} == {
        1: trained.first.info.run_id,
        2: trained.second.info.run_id,
    }
    champion = workplace.client.get_model_version_by_alias("paratheme-desk", "champion")
    assert champion.run_id == trained.first.info.run_id
    assert "# " in champion.description, "its model card"


def test_the_logged_model_gives_themes_and_a_score_a_theme(trained: SimpleNamespace, texts: list[str]) -> None:
    model = mlflow.pyfunc.load_model(trained.first.data.tags["logged_model"])
    found = model.predict(pd.DataFrame({"text": texts[:8]}))
    assert list(found.columns) == ["themes", "gaza", "sudan", "food_security"]
    assert len(found) == 8
    mine = load(f"runs:/{trained.first.info.run_id}").predict(texts[:8])
    assert [list(themes) for themes in found["themes"]] == [prediction.themes for prediction in mine]
    assert found["gaza"].tolist() == pytest.approx([prediction.scores["gaza"] for prediction in mine], abs=1e-4)


def test_the_logged_model_brings_signature_example_requirements_and_code(trained: SimpleNamespace) -> None:
    folder = Path(mlflow.artifacts.download_artifacts(trained.first.data.tags["logged_model"]))
    about = mlflow.models.Model.load(folder)
    assert about.signature.inputs.input_names() == ["text", "document"]
    assert about.signature.outputs.input_names() == ["themes", "gaza", "sudan", "food_security"]
    assert about.saved_input_example_info
    required = (folder / "requirements.txt").read_text().splitlines()
    assert all("==" in line for line in required)
    assert {"numpy", "scikit-learn", "torch"} <= {line.split("==")[0] for line in required}
    names = {path.name for path in folder.rglob("*") if path.is_file()}
    assert {"classifier.py", "tfidf.py", "mlflow_model.py", "classifier.json", "boilerplate.yaml"} <= names
    assert not {path.suffix for path in folder.rglob("*")} & {".pkl", ".pickle", ".joblib", ".bin"}


@pytest.mark.parametrize("uri", [None, "models:/paratheme-desk@champion", "models:/paratheme-desk/1"])
def test_without_more_being_said_the_champion_is_loaded(trained: SimpleNamespace, uri: str | None) -> None:
    loaded = load(uri)
    assert loaded.model_type == "tfidf"
    assert loaded.about["corpus"] == "blocks.jsonl"
    assert loaded.about["test"]["macro_f1"] == pytest.approx(trained.first.data.metrics["test/macro_f1"], abs=1e-4)


def test_without_a_champion_the_newest_finished_model_is_loaded(
    trained: SimpleNamespace, workplace: SimpleNamespace
) -> None:
    workplace.client.delete_registered_model_alias("paratheme-desk", "champion")
    try:
        assert load().model_type == "lexicon"
    finally:
        workplace.client.set_registered_model_alias("paratheme-desk", "champion", "1")


def test_a_model_that_is_not_to_be_logged_is_not(workplace: SimpleNamespace, composed: Composed) -> None:
    result = train(composed("model=lexicon", "name=bare"))
    run = workplace.client.get_run(result.run_id)
    assert result.model_uri is None
    assert run.info.status == "FINISHED"
    assert "test/macro_f1" in run.data.metrics
    assert not workplace.client.search_model_versions(f"run_id='{run.info.run_id}'")
    assert "logged_model" not in run.data.tags


# Other ways to train


@pytest.fixture(scope="module")
def folded(workplace: SimpleNamespace, composed: Composed) -> TrainingResult:
    return train(composed("model=lexicon", "split=kfold", "split.k=3", "name=folds"))


def test_folds_are_nested_runs_with_mean_and_spread_on_the_parent(
    folded: TrainingResult, workplace: SimpleNamespace
) -> None:
    parent = workplace.client.get_run(folded.run_id)
    children = [run_called(workplace.client, f"folds fold-{number}") for number in (1, 2, 3)]
    assert {child.data.tags["mlflow.parentRunId"] for child in children} == {folded.run_id}
    assert [child.data.tags["fold"] for child in children] == ["fold-1", "fold-2", "fold-3"]
    scores = [child.data.metrics["test/macro_f1"] for child in children]
    assert parent.data.metrics["cv/macro_f1"] == pytest.approx(np.mean(scores), abs=1e-4)
    assert parent.data.metrics["cv/macro_f1_std"] == pytest.approx(np.std(scores, ddof=1), abs=1e-4)
    assert parent.data.metrics["cv/macro_f1/fold-2"] == pytest.approx(scores[1])
    valid = [child.data.metrics["valid/macro_average_precision"] for child in children]
    assert folded.score == pytest.approx(np.mean(valid), abs=1e-4)


def test_the_parent_of_folds_keeps_all_their_predictions_and_pooled_figures(folded: TrainingResult, rows: Rows) -> None:
    parent = find_run("folds")
    kept = predictions_of(parent)
    assert len(kept) == len(rows)
    assert set(kept.frame["text_hash"]) == {text_hash(row["text"]) for row in rows}
    low, pooled, high = (parent.metrics[f"pooled/macro_f1{end}"] for end in ("_low", "", "_high"))
    assert 0 < low <= pooled <= high <= 1
    assert folded.pooled is not None
    assert folded.pooled.metrics["macro_f1"] == pytest.approx(pooled, abs=1e-4)
    for fold, blocks in kept.frame.groupby("fold"):
        child = find_run(f"folds {fold}")
        assert sorted(predictions_of(child).frame["text_hash"]) == sorted(blocks["text_hash"])


def test_a_learning_curve_stands_over_the_number_of_labelled_rows(
    workplace: SimpleNamespace, composed: Composed
) -> None:
    steps = ["split=learning_curve", "split.shares=[0.3,1.0]"]
    result = train(composed("model=lexicon", *steps, "name=curve", "tracking.log_figures=true"))
    assert (len(result.folds), result.pooled) == (2, None)
    history = workplace.client.get_metric_history(result.run_id, "curve/macro_f1")
    assert len(history) == 2
    for each in history:
        step = run_called(workplace.client, f"curve {each.step} labelled")
        assert step.data.metrics["test/macro_f1"] == each.value
    files = [file.path for file in workplace.client.list_artifacts(result.run_id, "plots")]
    assert files == ["plots/learning_curve.png"]


@pytest.mark.parametrize("model", ["frozen", "finetuned"])
def test_models_with_an_encoder_train_save_and_score_the_same(
    workplace: SimpleNamespace, composed: Composed, model: str, tiny_encoder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved: list[str] = []
    monkeypatch.setattr(
        log, "log_classifier", lambda classifier, *_: saved.append(classifier.model_type) or "models:/x/1"
    )
    monkeypatch.setattr(log, "log_card", lambda *_: None)
    quick = ["model.epochs=1"] if model == "finetuned" else []
    result = train(composed(f"model={model}", f"name={model}-tiny", "tracking.log_model=true", *quick))
    run = workplace.client.get_run(result.run_id)
    assert saved == ["finetuned"]
    assert run.data.tags["model"] == model
    assert run.data.tags["encoder"] == str(tiny_encoder)
    assert ("training/loss" in run.data.metrics) is (model == "finetuned")


def test_documents_found_to_tell_one_story_are_logged_and_told(
    workplace: SimpleNamespace, composed: Composed, rows: Rows, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "paratheme")
    copies = [{**row, "story": "", "document": f"d{i}"} for i, row in enumerate(rows)]
    copies += [{**copies[0], "document": "copy", "text": f"{copies[0]['text']}!"}]
    result = train(composed("model=lexicon", "name=copies", f"corpus.path={written(copies, tmp_path / 'c.jsonl')}"))
    grouped = table_of(workplace.client.get_run(result.run_id), "corpus/grouped_documents.json")
    assert {"copy", "d0"} in [{row["first"], row["second"]} for row in grouped]
    assert {row["reason"] for row in grouped} == {"copy"}
    assert f"{len(grouped)} pairs of near-copies" in caplog.text


def test_a_text_that_stands_twice_with_different_themes_is_logged_and_told(
    workplace: SimpleNamespace, composed: Composed, rows: Rows, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    twice = [*rows, {**rows[0], "document": "again", "themes": ["sudan"]}]
    result = train(composed("model=lexicon", "name=twice", f"corpus.path={written(twice, tmp_path / 't.jsonl')}"))
    (found,) = table_of(workplace.client.get_run(result.run_id), "corpus/contradictions.json")
    assert found["documents"] == [rows[0]["document"], "again"]
    assert found["themes"] == [rows[0]["themes"], ["sudan"]]
    said = f"1 texts stand more than once with different themes, for example in {rows[0]['document']}, again"
    assert said in caplog.text


def test_checks_of_themes_that_are_not_there_are_told(
    workplace: SimpleNamespace, composed: Composed, caplog: pytest.LogCaptureFixture
) -> None:
    train(composed("model=lexicon", "name=lacking"))
    assert "no checks of afghanistan, counter_terrorism, islamophobia: no themes of 'desk'" in caplog.text


def test_training_twice_gives_the_same_score(workplace: SimpleNamespace, composed: Composed) -> None:
    config = composed("model=lexicon", "name=twin", "checks=none")
    first, second = train(config), train(config)
    assert first.score == second.score
    assert first.folds[0].test.metrics == pytest.approx(second.folds[0].test.metrics, nan_ok=True)
    assert first.run_id != second.run_id


# What goes wrong


@pytest.mark.parametrize(("end", "status"), [(RuntimeError("boom"), "FAILED"), (KeyboardInterrupt(), "KILLED")])
def test_a_run_that_is_broken_off_says_so(
    workplace: SimpleNamespace, composed: Composed, monkeypatch: pytest.MonkeyPatch, end: BaseException, status: str
) -> None:
    def break_off(*_: Any) -> None:
        raise end

    monkeypatch.setattr(train_module, "fit_and_test", break_off)
    with pytest.raises(type(end)):
        train(composed("model=lexicon", f"name=ends-{status}"))
    run = run_called(workplace.client, f"ends-{status}")
    assert run.info.status == status
    assert run.data.tags.get("error", "") == ("RuntimeError: boom" if status == "FAILED" else "")


def test_a_saved_copy_that_scores_otherwise_fails_the_run(
    workplace: SimpleNamespace, composed: Composed, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged = SimpleNamespace(predict_proba=lambda texts: np.zeros((len(texts), 3)))
    monkeypatch.setattr(ThemeClassifier, "load", lambda folder: damaged)
    with pytest.raises(ParathemeError, match="the saved classifier's scores differ from the fitted one's"):
        train(composed("model=lexicon", "name=differs", "tracking.log_model=true", "checks=none"))
    assert run_called(workplace.client, "differs").info.status == "FAILED"


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        (["split=given"], r"split=given: no row has 'train'"),
        (["corpus.path=/no/such.jsonl"], r"/no/such\.jsonl: no such file"),
        (["tracking.uri=gopher://127.0.0.1:9"], r"gopher://127\.0\.0\.1:9 does not answer"),
    ],
)
def test_what_cannot_be_is_told_before_a_run_is_opened(
    workplace: SimpleNamespace,
    composed: Composed,
    monkeypatch: pytest.MonkeyPatch,
    overrides: list[str],
    said: str,
) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    monkeypatch.setattr(train_module, "open_run", None)
    try:
        with pytest.raises(ParathemeError, match=said) as caught:
            train(composed("model=lexicon", *overrides))
    finally:
        mlflow.set_tracking_uri(workplace.uri)
    assert "\n" not in str(caught.value)
