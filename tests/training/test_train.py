"""One experiment, from configuration to a logged, saved classifier, on a corpus of eighty short blocks."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from paratheme import ThemeClassifier
from paratheme.corpus.corpus import load_corpus
from paratheme.errors import ParathemeError
from paratheme.themes.theme_set import ThemeSet
from paratheme.tracking import log as tracking
from paratheme.training import data as folds
from paratheme.training import train as train_module
from paratheme.training.config import compose, plain
from paratheme.training.train import train

Compose = Callable[..., dict[str, Any]]
WRONG = [f"{language}-none-{story}" for language in ("en", "fr") for story in range(0, 10, 2)]


@pytest.fixture(scope="module")
def composed(table: Path, themes: ThemeSet, tiny_encoder: Path) -> Compose:
    """The configuration of a small training: our table, our themes, a tiny encoder, no model logged."""
    base = ["themes=sib200", "corpus=table", f"corpus.path={table}"]
    base += [f"encoder.path={tiny_encoder}", "encoder.max_length=32"]
    base += ["tracking.log_model=false", "tracking.log_figures=false", "evaluation.draws=50"]

    def compose_with(*overrides: str) -> dict[str, Any]:
        settings = {**plain(compose([*base, *overrides])), "themes": themes.to_dict()}
        if "split.group_translations=true" not in overrides:
            settings["split"]["group_translations"] = False
        return settings

    return compose_with


@pytest.fixture(scope="module")
def trained(workplace: SimpleNamespace, composed: Compose, rows: list[dict[str, Any]]) -> SimpleNamespace:
    """Two trainings, one after the other, with their models logged; the second has some wrong labels."""
    small = ["model.char_ngrams=[2,3]", "tracking.log_figures=true"]
    mislabelled = workplace.folder / "mislabelled.jsonl"
    wrong = [{**row, "themes": ["sudan"]} if row["document"] in WRONG else row for row in rows]
    mislabelled.write_text("\n".join(map(json.dumps, wrong)), "utf-8")
    scores = [
        train(composed("model=tfidf", *small, "name=first", "seed=7", "tracking.log_model=true")),
        train(composed("model=lexicon", f"corpus.path={mislabelled}", "tracking.log_model=true")),
    ]
    return SimpleNamespace(
        first=run_called(workplace, "first seed 7"), second=run_called(workplace, "lexicon"), scores=scores
    )


def run_called(workplace: SimpleNamespace, name: str) -> Any:
    return runs_called(workplace, name)[0]


def runs_called(workplace: SimpleNamespace, name: str) -> list[Any]:
    experiment = workplace.client.get_experiment_by_name("paratheme")
    return list(
        workplace.client.search_runs(
            [experiment.experiment_id],
            filter_string=f"attributes.run_name = '{name}'",
            order_by=["attributes.start_time DESC"],
        )
    )


def table_of(run: Any, file: str) -> list[dict[str, Any]]:
    import mlflow

    logged = json.loads(mlflow.artifacts.load_text(f"runs:/{run.info.run_id}/{file}"))
    return [dict(zip(logged["columns"], row, strict=True)) for row in logged["data"]]


# What a run holds


def test_the_run_is_finished_and_its_score_is_returned(trained: SimpleNamespace) -> None:
    assert trained.first.info.status == trained.second.info.status == "FINISHED"
    found = trained.first.data.metrics["valid/macro_average_precision"]
    assert found == pytest.approx(trained.scores[0], abs=1e-4), "never a figure of the test part"


def test_the_run_holds_the_whole_configuration(trained: SimpleNamespace, table: Path) -> None:
    params = trained.first.data.params
    expected = {"model.family": "tfidf", "model.char_ngrams": "[2, 3]", "seed": "7", "corpus.path": str(table)}
    assert {key: params[key] for key in expected} == expected
    assert params["themes"] == "desk"
    assert params["split.strategy"] == "holdout"


def test_the_run_holds_metrics_by_theme_by_language_and_by_both(trained: SimpleNamespace) -> None:
    metrics = trained.first.data.metrics
    for part in ("test", "valid"):
        for name in (
            "macro_f1",
            "samples_recall",
            "roc_auc/gaza",
            "f1/gaza",
            "f1/en",
            "f1/fr/sudan",
            "support",
            "brier/gaza",
            "ece/food_security",
        ):
            assert f"{part}/{name}" in metrics
    assert metrics["test/macro_f1_low"] <= metrics["test/macro_f1"] <= metrics["test/macro_f1_high"]
    assert metrics["time/fit_s"] > 0
    assert metrics["speed/blocks_per_s"] > 0
    assert metrics["size/megabytes"] > 0


def test_the_run_holds_a_threshold_a_theme(trained: SimpleNamespace, themes: ThemeSet) -> None:
    cuts = [trained.first.data.metrics[f"threshold/{theme}"] for theme in themes.ids]
    assert all(0 < cut < 1 for cut in cuts)


def test_the_run_is_tagged_with_what_one_looks_for(
    trained: SimpleNamespace, composed: Compose, themes: ThemeSet
) -> None:
    corpus = load_corpus(folds.corpus_settings(composed()["corpus"]), themes)
    tags = trained.first.data.tags
    expected = {
        "experiment": "first",
        "model": "tfidf",
        "corpus": "table",
        "split": "holdout",
        "languages": "en fr",
        "data_fingerprint": corpus.fingerprint,
    }
    assert {key: tags[key] for key in expected} == expected
    assert tags["python"].startswith("3.")
    assert "encoder" not in tags  # n-grams have none


def test_the_corpus_is_the_runs_dataset_input(trained: SimpleNamespace) -> None:
    (dataset,) = trained.first.inputs.dataset_inputs
    assert dataset.dataset.name == "table"
    assert dataset.dataset.digest == trained.first.data.tags["data_fingerprint"]
    assert [tag.value for tag in dataset.tags if tag.key == "mlflow.data.context"] == ["training"]


def test_the_errors_are_a_table_of_the_test_part_the_worst_first(trained: SimpleNamespace) -> None:
    errors = table_of(trained.second, "errors.json")
    assert errors
    surprise = [row["surprise"] for row in errors]
    assert surprise == sorted(surprise, reverse=True)
    assert all(row["gold"] != row["predicted"] for row in errors)
    metrics = trained.second.data.metrics
    assert len(errors) == round((1 - metrics["test/exact_match"]) * metrics["test/support"])
    assert {row["document"] for row in errors} <= set(WRONG)


# The model


def test_every_model_is_registered_and_only_the_first_becomes_champion(
    trained: SimpleNamespace, workplace: SimpleNamespace
) -> None:
    versions = {version.version: version for version in workplace.client.search_model_versions("name='paratheme'")}
    assert {int(number): versions[number].run_id for number in versions} == {
        1: trained.first.info.run_id,
        2: trained.second.info.run_id,
    }
    champion = workplace.client.get_model_version_by_alias("paratheme", "champion")
    assert champion.run_id == trained.first.info.run_id


def test_the_logged_model_gives_themes_and_a_score_a_theme(trained: SimpleNamespace, texts: list[str]) -> None:
    import mlflow
    import pandas as pd

    model = mlflow.pyfunc.load_model(f"runs:/{trained.first.info.run_id}/model")
    found = model.predict(pd.DataFrame({"text": texts[:8]}))
    assert list(found.columns) == ["themes", "gaza", "sudan", "food_security"]
    assert len(found) == 8
    mine = ThemeClassifier.load(f"runs:/{trained.first.info.run_id}").predict(texts[:8])
    assert [list(themes) for themes in found["themes"]] == [prediction.themes for prediction in mine]
    assert found["gaza"].tolist() == pytest.approx([prediction.scores["gaza"] for prediction in mine], abs=1e-4)


def test_the_logged_model_brings_signature_example_requirements_and_code(trained: SimpleNamespace) -> None:
    import mlflow

    folder = Path(mlflow.artifacts.download_artifacts(f"runs:/{trained.first.info.run_id}/model"))
    about = mlflow.models.Model.load(folder)
    assert about.signature.inputs.input_names() == ["text"]
    assert about.signature.outputs.input_names() == ["themes", "gaza", "sudan", "food_security"]
    assert about.saved_input_example_info
    required = (folder / "requirements.txt").read_text().splitlines()
    assert all("==" in line for line in required)
    assert {"numpy", "scikit-learn", "torch"} <= {line.split("==")[0] for line in required}
    names = {path.name for path in folder.rglob("*") if path.is_file()}
    assert {"classifier.py", "tfidf.py", "mlflow_model.py", "classifier.json"} <= names
    assert not {path.suffix for path in folder.rglob("*")} & {".pkl", ".pickle", ".joblib", ".bin"}


@pytest.mark.parametrize("uri", [None, "models:/paratheme@champion", "models:/paratheme/1"])
def test_without_more_being_said_the_champion_is_loaded(trained: SimpleNamespace, uri: str | None) -> None:
    loaded = ThemeClassifier.load(uri)
    assert loaded.family == "tfidf"
    assert loaded.about["corpus"] == "table"
    assert loaded.about["test"]["macro_f1"] == pytest.approx(trained.first.data.metrics["test/macro_f1"], abs=1e-4)


def test_without_a_champion_the_newest_finished_model_is_loaded(
    trained: SimpleNamespace, workplace: SimpleNamespace
) -> None:
    workplace.client.delete_registered_model_alias("paratheme", "champion")
    try:
        assert ThemeClassifier.load().family == "lexicon"
    finally:
        workplace.client.set_registered_model_alias("paratheme", "champion", "1")


def test_a_model_that_is_not_to_be_logged_is_not(workplace: SimpleNamespace, composed: Compose) -> None:
    train(composed("model=lexicon", "name=bare"))
    run = run_called(workplace, "bare")
    assert run.info.status == "FINISHED"
    assert "test/macro_f1" in run.data.metrics
    assert not [v for v in workplace.client.search_model_versions("name='paratheme'") if v.run_id == run.info.run_id]


# Other ways to train


@pytest.fixture(scope="module")
def folded(workplace: SimpleNamespace, composed: Compose) -> None:
    train(composed("model=lexicon", "split=kfold", "split.k=3", "name=folds"))


def test_folds_are_nested_runs_with_mean_and_spread_on_the_parent(folded: None, workplace: SimpleNamespace) -> None:
    parent = run_called(workplace, "folds")
    children = [run_called(workplace, f"folds fold-{number}") for number in (1, 2, 3)]
    assert {child.data.tags["mlflow.parentRunId"] for child in children} == {parent.info.run_id}
    assert [child.data.tags["fold"] for child in children] == ["fold-1", "fold-2", "fold-3"]
    scores = [child.data.metrics["test/macro_f1"] for child in children]
    assert parent.data.metrics["cv/macro_f1"] == pytest.approx(np.mean(scores), abs=1e-4)
    assert parent.data.metrics["cv/macro_f1_std"] == pytest.approx(np.std(scores, ddof=1), abs=1e-4)
    assert parent.data.metrics["cv/macro_f1/fold-2"] == pytest.approx(scores[1])


def test_a_learning_curve_stands_over_the_number_of_labelled_rows(
    workplace: SimpleNamespace, composed: Compose
) -> None:
    settings = composed("model=lexicon", "split=learning_curve", "split.shares=[0.3,1.0]", "name=curve")
    settings["tracking"]["log_figures"] = True
    train(settings)
    parent = run_called(workplace, "curve")
    history = workplace.client.get_metric_history(parent.info.run_id, "curve/macro_f1")
    assert len(history) == 2
    for each in history:
        step = run_called(workplace, f"curve {each.step} labelled")
        assert step.data.metrics["test/macro_f1"] == each.value
    assert "plots/labelled.png" in [file.path for file in workplace.client.list_artifacts(parent.info.run_id, "plots")]


def test_the_parent_of_folds_keeps_all_their_predictions_and_pooled_figures(
    folded: None, workplace: SimpleNamespace, rows: list[dict[str, Any]]
) -> None:
    from paratheme.evaluation.predictions import text_hash
    from paratheme.tracking import registry

    parent = registry.find_run("folds")
    kept = registry.predictions_of(parent)
    assert len(kept.frame) == len(rows)
    assert set(kept.frame["text_hash"]) == {text_hash(row["text"]) for row in rows}
    low, pooled, high = (parent.metrics[f"pooled/macro_f1{end}"] for end in ("_low", "", "_high"))
    assert 0 < low <= pooled <= high <= 1
    for fold, blocks in kept.frame.groupby("fold"):
        child = registry.find_run(f"folds {fold}")
        assert sorted(registry.predictions_of(child).frame["text_hash"]) == sorted(blocks["text_hash"])


@pytest.mark.parametrize("model", ["frozen", "finetuned"])
def test_models_with_an_encoder_train_save_and_score_the_same(
    workplace: SimpleNamespace, composed: Compose, model: str, tiny_encoder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved: list[str] = []
    monkeypatch.setattr(
        tracking, "log_classifier", lambda classifier, *_: saved.append(classifier.family) or "models:/x/1"
    )
    monkeypatch.setattr(tracking, "log_card", lambda *_: None)
    quick = ["model.epochs=1"] if model == "finetuned" else []
    train(composed(f"model={model}", f"name={model}-tiny", "tracking.log_model=true", *quick))
    run = run_called(workplace, f"{model}-tiny")
    assert saved == [model]
    assert run.data.tags["encoder"] == str(tiny_encoder)
    if model == "finetuned":
        assert "learning/loss" in run.data.metrics


def test_thresholds_from_nowhere_are_refused(composed: Compose) -> None:
    with pytest.raises(ParathemeError, match="thresholds_from=valid: one of validation, out_of_fold"):
        train(composed("model=lexicon", "model.thresholds_from=valid"))


def test_documents_found_to_tell_one_story_are_logged_and_told(
    workplace: SimpleNamespace,
    composed: Compose,
    rows: list[dict[str, Any]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    copies = [{**row, "story": "", "document": f"d{i}"} for i, row in enumerate(rows)]
    copies += [{**copies[0], "document": "copy", "text": f"{copies[0]['text']}!"}]
    path = tmp_path / "copies.jsonl"
    path.write_text("\n".join(map(json.dumps, copies)), "utf-8")
    train(composed("model=lexicon", "name=copies", f"corpus.path={path}"))
    grouped = table_of(run_called(workplace, "copies"), "corpus/grouped_documents.json")
    assert {"copy", "d0"} in [{row["first"], row["second"]} for row in grouped]
    assert {row["reason"] for row in grouped} == {"copy"}
    assert f"{len(grouped)} pairs of near-copies" in capsys.readouterr().err


def test_translations_are_looked_for_with_the_encoder(composed: Compose, rows: list[Any], tmp_path: Path) -> None:
    path = tmp_path / "unnamed.jsonl"
    path.write_text("\n".join(json.dumps({**row, "story": ""}) for row in rows), "utf-8")
    settings = composed(f"corpus.path={path}", "split.group_translations=true")
    themes = ThemeSet.from_dict(settings["themes"])
    corpus = load_corpus(folds.corpus_settings(settings["corpus"]), themes)
    _, pairs = folds.find_stories(corpus, settings)
    assert "translation" in {pair.reason for pair in pairs}


def test_a_text_that_stands_twice_with_different_themes_is_logged_and_told(
    workplace: SimpleNamespace,
    composed: Compose,
    rows: list[dict[str, Any]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "twice.jsonl"
    twice = [*rows, {**rows[0], "document": "again", "themes": ["sudan"]}]
    path.write_text("\n".join(map(json.dumps, twice)), "utf-8")
    train(composed("model=lexicon", "name=twice", f"corpus.path={path}"))
    (found,) = table_of(run_called(workplace, "twice"), "corpus/contradictions.json")
    assert found["documents"] == [rows[0]["document"], "again"]
    assert found["themes"] == [rows[0]["themes"], ["sudan"]]
    said = capsys.readouterr().err
    assert f"1 texts stand more than once with different themes, for example in {rows[0]['document']}, again" in said


def test_exclusive_topics_are_a_setting_of_the_corpus(
    workplace: SimpleNamespace, composed: Compose, rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    path = tmp_path / "topics.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows if len(row["themes"]) == 1), "utf-8")
    train(composed("model=tfidf", "name=topics", f"corpus.path={path}", "corpus.exclusive=true"))
    metrics = run_called(workplace, "topics").data.metrics
    assert metrics["test/accuracy"] > 0.9


def test_languages_not_trained_on_have_a_mean_of_their_own(
    workplace: SimpleNamespace, composed: Compose, rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    path = tmp_path / "parts.jsonl"
    parts = ("train", "valid", "test")
    path.write_text("\n".join(json.dumps({**row, "part": parts[i % 3]}) for i, row in enumerate(rows)), "utf-8")
    own = [f"corpus.path={path}", "corpus.columns.part=part", "split=given", "split.train_languages=[en]"]
    train(composed("model=lexicon", "name=english", *own))
    metrics = run_called(workplace, "english").data.metrics
    assert metrics["test/unseen_macro_f1"] == metrics["test/f1/fr"]


def test_training_twice_gives_the_same_score(workplace: SimpleNamespace, composed: Compose) -> None:
    settings = composed("model=tfidf", "model.char_ngrams=[2,3]", "name=twin")
    assert train(settings) == train(settings)


# What goes wrong


@pytest.mark.parametrize(("end", "status"), [(RuntimeError("boom"), "FAILED"), (KeyboardInterrupt(), "KILLED")])
def test_a_run_that_is_broken_off_says_so(
    workplace: SimpleNamespace, composed: Compose, monkeypatch: pytest.MonkeyPatch, end: BaseException, status: str
) -> None:
    def break_off(*_: Any) -> None:
        raise end

    monkeypatch.setattr(train_module, "fit_and_test", break_off)
    with pytest.raises(type(end)):
        train(composed("model=lexicon", f"name=ends-{status}"))
    run = run_called(workplace, f"ends-{status}")
    assert run.info.status == status
    assert run.data.tags.get("error", "") == ("RuntimeError: boom" if status == "FAILED" else "")


def test_a_saved_copy_that_scores_otherwise_fails_the_run(
    workplace: SimpleNamespace, composed: Compose, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged = SimpleNamespace(predict_proba=lambda texts: np.zeros((len(texts), 3)))
    monkeypatch.setattr(ThemeClassifier, "load", lambda folder: damaged)
    with pytest.raises(ParathemeError, match="the saved classifier's scores differ from the fitted one's"):
        train(composed("model=lexicon", "name=differs", "tracking.log_model=true"))
    assert run_called(workplace, "differs").info.status == "FAILED"


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        (["model=tfidf", "model.family=oracle"], "'oracle' does not exist; there are lexicon"),
        (["model=tfidf", "+model.epochs=3"], "'tfidf' has no setting 'epochs'; it has"),
        (["model=lexicon", "split.strategy=half"], r"split\.strategy='half'; there are holdout"),
        (["model=lexicon", "split=given"], r"split=given: no row has 'train'"),
        (["model=lexicon", "split.test_size=0"], r"set split\.valid_size"),
        (["model=lexicon", "corpus.path=/no/such.jsonl"], r"/no/such\.jsonl: no such file"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_and_names_what_can(
    workplace: SimpleNamespace, composed: Compose, overrides: list[str], said: str
) -> None:
    with pytest.raises(ParathemeError, match=said):
        train(composed(*overrides))


@pytest.mark.parametrize("split", ["holdout", "kfold", "leave_language_out"])
def test_a_corpus_too_small_for_its_split_is_refused(
    workplace: SimpleNamespace, composed: Compose, rows: list[Any], tmp_path: Path, split: str
) -> None:
    path = tmp_path / "small.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows[:2]), "utf-8")
    with pytest.raises(ParathemeError, match=rf"too small for split\.strategy={split}"):
        train(composed("model=lexicon", f"split={split}", f"corpus.path={path}"))


def test_the_parts_of_the_documents_are_told_for_measuring_elsewhere(composed: Compose, rows: list[Any]) -> None:
    parts = folds.parts_of_documents(composed())
    assert set(parts) == {row["document"] for row in rows}
    assert set(parts.values()) == {"train", "valid", "test"}
    story = {row["document"]: row["story"] for row in rows}
    assert all(parts[one] == parts[other] for one in parts for other in parts if story[one] == story[other])


def test_a_kept_model_is_checked_and_scored_under_noise(trained: SimpleNamespace) -> None:
    metrics = trained.second.data.metrics
    assert {"check/failure_rate/directional", "check/failure_rate/gaza", "robust/macro_f1/upper_case"} <= set(metrics)
    rates = [row["failed"] for row in table_of(trained.second, "checks.json")]
    assert metrics["check/failure_rate"] == pytest.approx(np.mean(rates), abs=1e-3)


def test_checks_that_are_not_there_are_told_before_anything_is_trained(
    composed: Compose, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train_module, "load_corpus", None)
    with pytest.raises(ParathemeError, match=r"mine\.yaml: no such file of checks; give a path, or one of oic"):
        train(composed("checks.suites=[mine.yaml]"))
