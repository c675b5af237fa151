"""Metrics, checked against what can be counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from paratheme.evaluation.metrics import expected_calibration_error, metrics_of

THEMES = ("gaza", "sudan")
Y = np.array([[1, 0], [1, 1], [0, 0], [0, 1]])
Y_PRED = np.array([[1, 0], [1, 0], [1, 0], [0, 1]])
P = np.array([[0.9, 0.1], [0.8, 0.4], [0.7, 0.2], [0.1, 0.9]], np.float32)
LANGUAGES = ["en", "en", "fr", "fr"]


def test_figures_are_those_counted_by_hand() -> None:
    found = metrics_of(Y, P, Y_PRED, THEMES, LANGUAGES)
    expected = {
        "precision/gaza": 2 / 3, "recall/gaza": 1, "f1/gaza": 0.8, "support/gaza": 2,
        "precision/sudan": 1, "recall/sudan": 0.5, "f1/sudan": 2 / 3, "support/sudan": 2,
        "macro_f1": (0.8 + 2 / 3) / 2, "micro_f1": 0.75, "micro_precision": 0.75, "exact_match": 0.5,
        "hamming_loss": 0.25, "support": 4, "brier/gaza": (0.01 + 0.04 + 0.49 + 0.01) / 4,
        "average_precision/gaza": 1, "average_precision/sudan": 1, "macro_average_precision": 1,
        "f1/en": 0.5, "f1/en/gaza": 1, "f1/en/sudan": 0, "support/en": 2, "support/en/sudan": 1,
        "f1/fr": 0.5, "f1/fr/gaza": 0, "f1/fr/sudan": 1, "support/fr/gaza": 0,
    }  # fmt: skip
    assert {name: found[name] for name in expected} == pytest.approx(expected)
    assert all(type(value) is float for value in found.values())


def test_perfect_decisions_score_one_everywhere() -> None:
    found = metrics_of(Y, Y.astype(np.float32), Y, THEMES, LANGUAGES)
    assert {value for name, value in found.items() if "f1" in name or "precision" in name or "recall" in name} == {1.0}
    assert {value for name, value in found.items() if name.startswith(("brier", "ece", "hamming"))} == {0.0}


def test_a_theme_that_a_language_does_not_know_is_no_part_of_its_average() -> None:
    labels = np.array([[1, 0], [1, 0], [0, 1]])
    found = metrics_of(labels, labels.astype(np.float32), labels, THEMES, ["en", "en", "fr"])
    assert found["f1/en"] == 1
    assert "f1/en/sudan" not in found
    y_pred = np.array([[1, 1], [1, 0], [0, 1]])  # but a wrong decision counts
    assert metrics_of(labels, labels.astype(np.float32), y_pred, THEMES, ["en", "en", "fr"])["f1/en"] == 0.5


def test_a_theme_without_examples_has_no_average_precision_and_breaks_nothing() -> None:
    labels = np.array([[1, 0], [0, 0]])
    found = metrics_of(labels, P[:2], labels, THEMES, ["en", "en"])
    assert "average_precision/sudan" not in found
    assert found["macro_average_precision"] == 1
    assert all(np.isfinite(value) for value in found.values())


def test_where_there_is_nothing_to_find_and_nothing_found_there_is_no_f1() -> None:
    nothing = np.zeros((2, 2), int)
    found = metrics_of(nothing, np.zeros((2, 2), np.float32), nothing, THEMES, ["en", "en"])
    assert "f1/en" not in found
    assert np.isnan(found["macro_f1"])
    assert found["exact_match"] == found["samples_f1"] == 1


def test_with_a_single_label_there_is_accuracy_too() -> None:
    labels, y_pred = np.eye(2, dtype=int)[[0, 1, 1, 0]], np.eye(2, dtype=int)[[0, 1, 0, 0]]
    found = metrics_of(labels, P, y_pred, THEMES, LANGUAGES, single_label=True)
    assert (found["accuracy"], found["accuracy/en"], found["accuracy/fr"]) == (0.75, 1.0, 0.5)
    assert "accuracy" not in metrics_of(labels, P, y_pred, THEMES, LANGUAGES)


def test_a_theme_without_example_and_decision_has_no_figures_and_no_part_in_the_average() -> None:
    labels = np.array([[1, 0], [1, 0], [0, 0]])
    found = metrics_of(labels, labels.astype(np.float32), labels, THEMES, ["en"] * 3)
    assert found["macro_f1"] == found["macro_recall"] == 1
    assert not {"f1/sudan", "precision/sudan", "recall/sudan", "roc_auc/sudan"} & set(found)
    assert found["support/sudan"] == 0


def test_a_single_theme_is_measured_as_one_of_several_would_be() -> None:
    both = metrics_of(Y, P, Y_PRED, THEMES, LANGUAGES)
    alone = metrics_of(Y[:, :1], P[:, :1], Y_PRED[:, :1], THEMES[:1], LANGUAGES)
    for name in ("precision/gaza", "recall/gaza", "f1/gaza", "f1/en/gaza", "f1/fr/gaza", "roc_auc/gaza", "brier/gaza"):
        assert alone[name] == both[name]
    assert alone["macro_f1"] == alone["micro_f1"] == pytest.approx(0.8)
    assert (alone["exact_match"], alone["hamming_loss"]) == (0.75, 0.25)


def test_ranking_and_samples_averages_are_scikit_learns() -> None:
    from sklearn import metrics as sk

    found = metrics_of(Y, P, Y_PRED, THEMES, LANGUAGES)
    assert found["macro_roc_auc"] == pytest.approx(sk.roc_auc_score(Y, P, average="macro"))
    for name, function in (("precision", sk.precision_score), ("recall", sk.recall_score), ("f1", sk.f1_score)):
        assert found[f"samples_{name}"] == pytest.approx(function(Y, Y_PRED, average="samples", zero_division=1))


def test_the_calibration_error_is_the_distance_of_each_bin_from_its_rate() -> None:
    y = np.array([0, 1] * 50)
    assert expected_calibration_error(y, np.full(100, 0.5), bins=5) == pytest.approx(0)
    assert expected_calibration_error(y, np.full(100, 0.8), bins=5) == pytest.approx(0.3)
    assert expected_calibration_error(np.array([1, 0]), np.array([0.9, 0.2])) == pytest.approx(0.15)
    assert expected_calibration_error(np.zeros(0, int), np.zeros(0)) == 0
