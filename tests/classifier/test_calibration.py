"""Calibration and thresholds."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import f1_score, log_loss

from paratheme.classifier.calibration import Calibration, best_threshold

PROBABILITIES = st.floats(0, 1, width=32)
SLOPES = st.floats(1e-3, 50)
INTERCEPTS = st.floats(-20, 20)


@st.composite
def calibrations(draw: st.DrawFn) -> Calibration:
    single_label = draw(st.booleans())
    slopes = [draw(SLOPES)] * 3 if single_label else [draw(SLOPES) for _ in range(3)]
    cuts = draw(st.lists(st.floats(0, 1), min_size=3, max_size=3))
    intercepts = draw(st.lists(INTERCEPTS, min_size=3, max_size=3))
    intercepts = np.array(intercepts)
    return Calibration(np.array(slopes), np.zeros(3), intercepts, np.array(cuts), np.full(len(cuts), 0.1), single_label)


def overconfident(n: int = 4000, themes: int = 2, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Labels drawn from known probabilities, and the same probabilities pushed to the ends and upwards."""
    random = np.random.default_rng(seed)
    logits = random.normal(-1, 1.5, (n, themes))
    true = 1 / (1 + np.exp(-logits))
    return (1 / (1 + np.exp(-3 * logits - 2))).astype(np.float32), (random.random((n, themes)) < true).astype(int), true


@given(calibrations(), arrays(np.float32, (4, 3), elements=PROBABILITIES))
def test_a_calibration_survives_the_way_through_json(fitted: Calibration, P: np.ndarray) -> None:
    again = Calibration.from_dict(json.loads(json.dumps(fitted.to_dict())))
    assert again.single_label == fitted.single_label
    np.testing.assert_array_equal(again.calibrate(P), fitted.calibrate(P))
    np.testing.assert_array_equal(again.decide(P), fitted.decide(P))


@given(calibrations(), arrays(np.float32, (6, 3), elements=PROBABILITIES))
def test_a_higher_probability_never_becomes_a_lower_one(fitted: Calibration, P: np.ndarray) -> None:
    calibrated = fitted.calibrate(P)
    assert calibrated.dtype == np.float32
    assert ((calibrated >= 0) & (calibrated <= 1)).all()
    axis = 1 if fitted.single_label else 0  # temperature keeps the order of a text's topics
    order = np.argsort(P, axis=axis)
    assert (np.diff(np.take_along_axis(calibrated, order, axis), axis=axis) >= 0).all()


@given(st.integers(0, 20), st.booleans())
def test_what_is_learned_keeps_the_order_of_the_probabilities(seed: int, single_label: bool) -> None:
    random = np.random.default_rng(seed)
    P, Y = random.random((30, 3)).astype(np.float32), np.eye(3, dtype=int)[random.integers(0, 3, 30)]
    fitted = Calibration.fit(P, Y, single_label)
    assert (fitted.slope > 0).all()
    assert np.isfinite(fitted.intercept).all()
    assert ((fitted.threshold >= 0) & (fitted.threshold <= 1)).all()


def in_documents(n: int = 2000, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Raw probabilities, labels that follow the document as much as the text, and what the document says."""
    random = np.random.default_rng(seed)
    own, around = random.normal(-1, 1.5, (n, 1)), random.random((n, 1, 2))
    Y = (random.random((n, 1)) < 1 / (1 + np.exp(-own - around @ [4, 2] + 3))).astype(int)
    return (1 / (1 + np.exp(-own))).astype(np.float32), Y, around


def test_what_stands_around_a_text_is_weighed_where_it_is_known() -> None:
    P, Y, around = in_documents()
    fitted = Calibration.fit(P, Y, around=around)
    assert fitted.reads_documents
    assert fitted.context == pytest.approx([4, 2], rel=0.3)
    calibrated = fitted.calibrate(P, around=around)
    assert log_loss(Y, calibrated) < log_loss(Y, fitted.calibrate(P)) - 0.02
    assert np.array_equal(fitted.calibrate(P), Calibration.fit(P, Y).calibrate(P)), "alone, as if nothing were known"
    mixed = np.where(np.arange(len(P))[:, None, None] % 2, np.nan, around)
    np.testing.assert_array_equal(fitted.calibrate(P, around=mixed)[1::2], fitted.calibrate(P)[1::2])
    np.testing.assert_array_equal(fitted.calibrate(P, around=mixed)[::2], calibrated[::2])


def test_texts_that_mostly_stand_alone_are_calibrated_alone() -> None:
    P, Y, around = in_documents(200)
    around[:150] = np.nan
    fitted = Calibration.fit(P, Y, around=around)
    assert not fitted.reads_documents
    np.testing.assert_array_equal(fitted.calibrate(P, around=around), fitted.calibrate(P))


def test_texts_alone_have_weights_of_their_own_and_the_same_thresholds() -> None:
    P, Y, around = in_documents()
    rare = np.where(Y == 1, 0.2, 1.0)
    fitted = Calibration.fit(P, Y, around=around, weights_alone=rare)
    assert fitted.alone is not None
    assert fitted.alone.prior[0] == pytest.approx(np.average(Y, weights=rare))
    assert fitted.prior[0] == pytest.approx(Y.mean())
    assert np.array_equal(fitted.alone.threshold, fitted.threshold)
    assert fitted.calibrate(P).mean() < 0.7 * fitted.calibrate(P, around=around).mean()


def test_a_prior_holds_in_documents_and_alone_and_all_of_it_survives_json() -> None:
    P, Y, around = in_documents()
    fitted = Calibration.fit(P, Y, around=around, weights_alone=np.where(Y == 1, 0.2, 1.0)).for_prior({0: 0.01})
    assert fitted.alone is not None
    assert (fitted.prior[0], fitted.alone.prior[0]) == (0.01, 0.01)
    assert fitted.calibrate(P).mean() < 0.04 > fitted.calibrate(P, around=around).mean()
    again = Calibration.from_dict(json.loads(json.dumps(fitted.to_dict())))
    np.testing.assert_array_equal(again.calibrate(P, around=around), fitted.calibrate(P, around=around))
    np.testing.assert_array_equal(again.calibrate(P), fitted.calibrate(P))


def test_calibration_takes_back_overconfidence() -> None:
    P, Y, true = overconfident()
    calibrated = Calibration.fit(P, Y).calibrate(P)
    assert np.abs(calibrated - true).mean() < 0.02 < np.abs(P - true).mean()


def test_the_temperature_takes_back_overconfidence_with_a_single_label() -> None:
    random = np.random.default_rng(0)
    logits = random.normal(0, 1.5, (3000, 3))
    true = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    topic = (true.cumsum(axis=1) > random.random((3000, 1))).argmax(axis=1)
    sharp = (np.exp(4 * logits) / np.exp(4 * logits).sum(axis=1, keepdims=True)).astype(np.float32)
    fitted = Calibration.fit(sharp, np.eye(3, dtype=int)[topic], single_label=True)
    calibrated = fitted.calibrate(sharp)
    np.testing.assert_allclose(calibrated.sum(axis=1), 1, atol=1e-5)
    assert fitted.slope[0] == pytest.approx(0.25, rel=0.15)
    assert log_loss(topic, calibrated) < log_loss(topic, sharp)


def test_a_text_of_a_single_label_gets_exactly_one_theme() -> None:
    P = np.array([[0.3, 0.2, 0.1], [0.0, 0.1, 0.9], [0.2, 0.2, 0.2]], np.float32)
    fitted = Calibration(np.ones(3), np.zeros(3), np.zeros(3), np.full(3, 0.5), np.full(3, 0.1), single_label=True)
    assert fitted.decide(P).tolist() == [[1, 0, 0], [0, 0, 1], [1, 0, 0]]


def test_a_theme_is_given_from_its_threshold_upwards() -> None:
    fitted = Calibration(np.ones(2), np.zeros(2), np.zeros(2), np.array([0.25, 0.75]), np.full(2, 0.1))
    assert fitted.decide(np.array([[0.25, 0.5], [0.2, 0.75]], np.float32)).tolist() == [[1, 0], [0, 1]]


def test_the_thresholds_reach_nearly_the_best_f1_there_is() -> None:
    P, Y, _ = overconfident()
    fitted = Calibration.fit(P, Y)
    y_pred = fitted.decide(fitted.calibrate(P))
    for theme in range(2):
        best = max(f1_score(Y[:, theme], P[:, theme] >= cut) for cut in np.unique(P[:, theme])[::20])
        assert f1_score(Y[:, theme], y_pred[:, theme]) >= best - 0.02


def test_with_few_positives_the_threshold_leans_to_what_calibration_implies() -> None:
    y = np.array([1] + [0] * 9)
    scores = np.array([0.9] + [0.1] * 9)
    few = best_threshold(scores, y)
    assert few == pytest.approx(0.5, abs=0.01)
    assert best_threshold(np.tile([0.9, 0.6], 500), np.tile([1, 0], 500)) > 0.7


def test_a_theme_that_is_never_or_always_there_is_left_as_it_is() -> None:
    P = np.random.default_rng(0).random((20, 2)).astype(np.float32)
    Y = np.tile([0, 1], (20, 1))
    fitted = Calibration.fit(P, Y)
    np.testing.assert_allclose(fitted.calibrate(P), P, atol=1e-5)
    assert fitted.threshold.tolist() == [0.5, 0.5]


def test_scores_that_say_the_contrary_become_the_base_rate() -> None:
    y = np.array([1] * 10 + [0] * 30)
    P = np.where(y, 0.1, 0.9).astype(np.float32)[:, None]
    np.testing.assert_allclose(Calibration.fit(P, y[:, None]).calibrate(P), 0.25, atol=0.01)


def test_themes_learn_from_one_another_how_far_scores_can_be_trusted() -> None:
    P, Y, true = overconfident(80, themes=20)
    alone = np.hstack([Calibration.fit(P[:, [t]], Y[:, [t]]).calibrate(P[:, [t]]) for t in range(20)])
    together = Calibration.fit(P, Y).calibrate(P)
    assert np.abs(together - true).mean() < np.abs(alone - true).mean()


def test_words_that_tell_the_theme_are_read_and_others_are_not() -> None:
    random = np.random.default_rng(0)
    y = random.integers(0, 2, (400, 1))
    P = np.full((400, 1), 0.5, np.float32)
    telling = np.where(random.random((400, 1)) < 0.9, 2.0 * y - 1, 1 - 2.0 * y)
    fitted = Calibration.fit(P, y, words=telling)
    assert fitted.reads_words
    np.testing.assert_allclose(fitted.calibrate(P, telling), np.where(telling > 0, 0.9, 0.1), atol=0.05)
    assert not Calibration.fit(P, y, words=-telling).reads_words, "a word never speaks against its theme"
    assert not Calibration.fit(P, y, words=np.zeros_like(y)).reads_words


def test_another_prior_moves_the_scores_and_not_the_thresholds() -> None:
    P, Y, _ = overconfident()
    fitted = Calibration.fit(P, Y)
    rarer = fitted.for_prior({0: 0.01})
    assert (rarer.calibrate(P)[:, 0] < fitted.calibrate(P)[:, 0]).all()
    np.testing.assert_array_equal(rarer.calibrate(P)[:, 1], fitted.calibrate(P)[:, 1])
    assert rarer.threshold.tolist() == fitted.threshold.tolist()
    assert rarer.prior[0] == 0.01


@pytest.mark.parametrize("single_label", [False, True])
def test_no_texts_give_no_scores(single_label: bool) -> None:
    fitted = Calibration(np.ones(3), np.zeros(3), np.zeros(3), np.full(3, 0.5), np.full(3, 0.1), single_label)
    calibrated = fitted.calibrate(np.zeros((0, 3), np.float32))
    assert calibrated.shape == fitted.decide(calibrated).shape == (0, 3)


@pytest.mark.parametrize(("balanced", "within"), [(False, 0.15), (True, 0.7)])  # nearly, where classes were weighted
def test_themes_of_unequal_frequency_keep_it(balanced: bool, within: float) -> None:
    random = np.random.default_rng(0)
    logits = random.normal([-1.0, -3.5, -6.0], 2.0, (20000, 3))
    Y = (random.random(logits.shape) < 1 / (1 + np.exp(-logits))).astype(int)
    rate = Y.mean(axis=0)
    raw = logits - np.log(rate / (1 - rate)) * balanced  # as a model with class weights gives them
    P = (1 / (1 + np.exp(-raw))).astype(np.float32)
    calibrated = Calibration.fit(P, Y).calibrate(P)
    np.testing.assert_allclose(calibrated.mean(axis=0), rate, rtol=within)
