"""One test of a classifier: what is measured on a test set, over folds together, and of its behaviour."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd
import pytest

from paratheme.classifier.calibration import Calibration
from paratheme.classifier.classifier import ThemeClassifier
from paratheme.corpus.corpus import Corpus
from paratheme.documents.perturb import PERTURBATIONS
from paratheme.evaluation.bootstrap import Resampling
from paratheme.evaluation.checks import load_checks
from paratheme.evaluation.error_analysis import errors
from paratheme.evaluation.evaluation import evaluate, evaluate_behaviour, join, recall_by_words
from paratheme.evaluation.predictions import Predictions
from paratheme.evaluation.slices import overall, slices
from paratheme.models import build
from paratheme.themes.theme_set import ThemeSet

QUICK = Resampling(n_resamples=50)
TESTED, LEARNED = np.arange(20), np.arange(20, 80)


@pytest.fixture(scope="module")
def classifier(corpus: Corpus, themes: ThemeSet) -> ThemeClassifier:
    half = np.full(len(themes.ids), 0.5)
    calibration = Calibration(half * 2, half * 0, half * 0, half, half)
    model = build("lexicon", {}, {"themes": themes}).fit(corpus.texts, corpus.labels)
    return ThemeClassifier(themes, "lexicon", model, calibration)


def test_what_names_a_theme_and_what_does_not_is_counted_apart(corpus: Corpus) -> None:
    labels, named = corpus.labels == 1, corpus.themes.lexicon.matrix(corpus.texts) > 0
    unnamed = np.zeros(labels.shape, np.int64)
    row, theme = np.argwhere(~named & ~labels)[0]
    blocks = corpus.blocks.map(
        lambda one, at: {"themes": [*one["themes"], int(theme)]} if at == row else {}, with_indices=True
    )
    found = recall_by_words(replace(corpus, blocks=blocks), unnamed)
    assert found == {"recall_named": 0.0, "recall_unnamed": 0.0, "support_unnamed": 1 + (labels & ~named).sum()}
    unnamed[row, theme] = 1
    assert recall_by_words(replace(corpus, blocks=blocks), unnamed)["recall_unnamed"] > 0
    assert not recall_by_words(replace(corpus, blocks=corpus.blocks.select([])), unnamed[:0])


@pytest.fixture(scope="module")
def timid(classifier: ThemeClassifier) -> ThemeClassifier:
    """The same, but it gives no theme: every block with one is an error."""
    return replace(classifier, calibration=replace(classifier.calibration, threshold=np.full(3, 2.0)))


# On a test set


def test_an_evaluation_holds_predictions_metrics_and_tables_of_the_same_decisions(
    timid: ThemeClassifier, corpus: Corpus
) -> None:
    tested = corpus.take(TESTED)
    evaluation = evaluate(timid, tested, QUICK)
    expected = Predictions.of(tested, timid.predict_proba(tested.texts), timid.decide(tested.texts))
    pd.testing.assert_frame_equal(evaluation.predictions.frame, expected.frame)
    assert evaluation.metrics == overall(expected, False, QUICK)
    assert evaluation.metrics["support"] == 20
    assert {"macro_f1_low", "macro_f1_high", "f1/en"} <= set(evaluation.metrics)
    assert "f1_low/gaza" not in evaluation.metrics, "too few stories are about it"
    assert {"f1_low/gaza", "f1_high/gaza"} <= set(evaluate(timid, corpus, QUICK).metrics)
    assert set(evaluation.tables) == {"errors.json", "slices.json"}
    pd.testing.assert_frame_equal(evaluation.tables["slices.json"], slices(expected, QUICK))
    pd.testing.assert_frame_equal(evaluation.tables["errors.json"], errors(tested, expected))


def test_errors_stand_beside_what_was_learned_where_it_is_known(timid: ThemeClassifier, corpus: Corpus) -> None:
    tested, learned = corpus.take(TESTED), corpus.take(LEARNED)
    table = evaluate(timid, tested, QUICK, learned).tables["errors.json"]
    assert len(table) == tested.labels.any(axis=1).sum()
    assert set(table["nearest_training_text"]) <= set(learned.texts)


def test_pictures_name_the_themes_in_a_language_or_by_id(classifier: ThemeClassifier, corpus: Corpus) -> None:
    def named(language: str | None) -> set[str]:
        pictures = dict(evaluate(classifier, corpus.take(TESTED), QUICK).figures(language))
        figure = pictures["plots/f1_by_language.png"]
        figure.savefig(BytesIO())
        return {label.get_text() for axes in figure.axes for label in axes.get_yticklabels()}

    assert {"gaza", "sudan", "food_security"} <= named(None)
    assert {"غزة", "sudan", "food_security"} <= named("ar")


def test_only_a_model_that_reported_losses_has_a_training_curve(classifier: ThemeClassifier, corpus: Corpus) -> None:
    evaluation = evaluate(classifier, corpus.take(TESTED), QUICK)
    assert "plots/training_curve.png" not in dict(evaluation.figures())
    classifier.model.history_ = [{"epoch": 1.0, "loss": 0.5}]  # type: ignore[attr-defined]
    try:
        assert "plots/training_curve.png" in dict(evaluation.figures())
    finally:
        del classifier.model.history_  # type: ignore[attr-defined]


# Over folds together


def test_folds_are_joined_into_one_evaluation_of_all_their_blocks(classifier: ThemeClassifier, corpus: Corpus) -> None:
    parts = [evaluate(classifier, corpus.take(rows), QUICK) for rows in (TESTED, LEARNED)]
    joined = join(parts, ["one", "two"], False, QUICK)
    assert joined.predictions.frame["fold"].tolist() == ["one"] * 20 + ["two"] * 60
    whole = evaluate(classifier, corpus, QUICK)
    assert joined.metrics == whole.metrics
    assert set(joined.tables) == {"slices.json"}
    assert "fold" in set(joined.tables["slices.json"]["slice_kind"])
    assert list(joined.figures()) == []  # there is no one classifier whose thresholds they could show


# Behaviour


def behaviour(classifier: ThemeClassifier, corpus: Corpus, suites: list[str], perturbed_texts: int) -> Any:
    return evaluate_behaviour(classifier, corpus.take(TESTED), load_checks(suites), perturbed_texts)


def test_failure_rates_the_table_and_macro_f1_under_perturbation_are_given(
    classifier: ThemeClassifier, corpus: Corpus
) -> None:
    metrics, results, lacking = behaviour(classifier, corpus, ["oic"], 10)
    rates = ("", "/minimum_functionality", "/invariance", "/directional", "/gaza", "/sudan", "/food_security", "/ar")
    assert all(0 <= metrics[f"test_checks/failure_rate{rate}"] <= 1 for rate in rates)
    assert "test_checks/failure_rate/afghanistan" not in metrics
    failed = results["failed"].tolist()
    assert failed == sorted(failed, reverse=True)
    assert metrics["test_checks/failure_rate"] == pytest.approx(np.mean(failed))
    assert all(0 <= metrics[f"test_perturbed/macro_f1/{name}"] <= 1 for name in ("unchanged", *PERTURBATIONS))
    assert {name.partition("/")[0] for name in metrics} == {"test_checks", "test_perturbed"}
    assert lacking == ["afghanistan", "counter_terrorism", "islamophobia"]


def test_words_that_mislead_mislead_a_lexicon_that_does_not_know_them(
    classifier: ThemeClassifier, corpus: Corpus
) -> None:
    metrics, results, _ = behaviour(classifier, corpus, ["oic"], 0)
    misleading = results[results["name"] == "Gaza Province in Mozambique"]
    assert misleading[misleading["language"] != "ar"]["failed"].all()
    assert not [name for name in metrics if name.startswith("test_perturbed")]


def test_without_checks_and_perturbed_texts_nothing_is_given(classifier: ThemeClassifier, corpus: Corpus) -> None:
    assert behaviour(classifier, corpus, [], 0) == ({}, None, [])


def test_checks_of_other_themes_alone_give_no_table(classifier: ThemeClassifier, corpus: Corpus) -> None:
    others = [check for check in load_checks(["oic"]) if not set(check.themes) & set(classifier.themes.ids)]
    assert others
    metrics, results, lacking = evaluate_behaviour(classifier, corpus.take(TESTED), others, 0)
    assert (metrics, results) == ({}, None)
    assert lacking == ["afghanistan", "counter_terrorism", "islamophobia"]
