"""What calibration learns from."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import logit

from paratheme.classifier.calibration import Calibration
from paratheme.classifier.observed import Observed, without_words

P = np.linspace(0.05, 0.95, 24).reshape(12, 2).astype(np.float32)
Y = np.array([[1, 0], [0, 1], [1, 1], [0, 0]] * 3)
AROUND = np.stack([P.astype(np.float64)] * 2, axis=2)
ONES = np.ones(Y.shape)


@pytest.fixture
def seen() -> Observed:
    return Observed(P, Y, False, ONES, 2 * ONES, words=np.where(Y, 1.0, -0.5), around=AROUND)


def test_texts_are_taken_with_all_that_is_known_of_them(seen: Observed) -> None:
    rows = np.array([5, 2])
    some = seen.take(rows)
    for name in ("P", "labels", "weights", "weights_alone", "words", "around"):
        np.testing.assert_array_equal(getattr(some, name), getattr(seen, name)[rows])
    assert Observed(P, Y, True, ONES, ONES).take(rows).words is None


def test_texts_together_are_calibrated_as_texts_that_stand_below_each_other(seen: Observed) -> None:
    wordless = Observed(P[::-1].copy(), Y, False, 0.5 * ONES, ONES, np.zeros(Y.shape), 1 - AROUND)
    both = seen + wordless
    by_hand = Calibration.fit(
        np.vstack([P, P[::-1]]),
        np.vstack([Y, Y]),
        False,
        np.vstack([ONES, 0.5 * ONES]),
        np.vstack([np.where(Y, 1.0, -0.5), np.zeros(Y.shape)]),
        np.vstack([AROUND, 1 - AROUND]),
        np.vstack([2 * ONES, ONES]),
    )
    assert both.calibration().to_dict() == by_hand.to_dict()
    assert both.calibration().to_dict() != seen.calibration().to_dict()
    assert (seen + Observed(P, Y, False, ONES, ONES, np.zeros(Y.shape))).around is None


@pytest.mark.parametrize("single_label", [False, True])
def test_without_words_nothing_is_left_of_what_they_add(single_label: bool) -> None:
    reading, words = np.array([[0.3, 0.2, 0.5]]), np.array([[2.0, -1.0, 0.0]])
    if single_label:
        told = reading * np.exp(words)
        told /= told.sum()
    else:
        told = 1 / (1 + np.exp(-(logit(reading) + words)))
    np.testing.assert_allclose(without_words(told, words, single_label), reading, rtol=1e-6)
