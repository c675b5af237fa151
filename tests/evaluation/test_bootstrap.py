"""Intervals and tests from drawing whole stories: what must hold whatever the figures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from paratheme.errors import UsageError, validated
from paratheme.evaluation.bootstrap import (
    Resampling,
    block_counts,
    compare_macro_f1,
    draw,
    drawn,
    f1,
    holm,
    interval,
    interval_of_f1,
    macro_f1,
    story_counts,
    total_by,
)

QUICK = Resampling(n_resamples=300)
SEEDS = st.integers(0, 10_000)


def labelled(seed: int, wrong: float, blocks: int = 240, stories: int = 40) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Random labels of three themes, decisions of which a share is wrong, and stories."""
    random = np.random.default_rng(seed)
    Y = (random.random((blocks, 3)) < 0.3).astype(np.int64)
    y_pred = np.where(random.random(Y.shape) < wrong, 1 - Y, Y)
    return Y, y_pred, [f"story-{i % stories}" for i in range(blocks)]


def counted(seed: int, wrong: float) -> np.ndarray:
    return story_counts(*labelled(seed, wrong))


@given(seed=SEEDS, wrong=st.floats(0, 1))
@settings(max_examples=25, deadline=None)
def test_f1_from_counts_is_that_of_scikit_learn(seed: int, wrong: float) -> None:
    Y, y_pred, stories = labelled(seed, wrong)
    total = story_counts(Y, y_pred, stories).sum(axis=0)
    np.testing.assert_allclose(f1(total), f1_score(Y, y_pred, average=None, zero_division=np.nan))
    assert macro_f1(total) == pytest.approx(f1_score(Y, y_pred, average="macro"))


def test_a_draw_counts_as_if_its_stories_had_been_written_out() -> None:
    Y, y_pred, stories = labelled(1, 0.2, blocks=60, stories=6)
    counts = story_counts(Y, y_pred, stories)
    weights = draw(6, Resampling(n_resamples=5))
    names = sorted(set(stories))
    for times, found in zip(weights, drawn(counts, weights)):
        rows = [i for name, n in zip(names, times) for _ in range(int(n)) for i in range(60) if stories[i] == name]
        np.testing.assert_array_equal(found, block_counts(Y[rows], y_pred[rows]).sum(axis=0))


def test_blocks_add_up_to_their_stories() -> None:
    Y, y_pred, stories = labelled(2, 0.2)
    _, story = np.unique(stories, return_inverse=True)
    np.testing.assert_array_equal(total_by(story, 40, block_counts(Y, y_pred)), story_counts(Y, y_pred, stories))


def test_every_draw_takes_as_many_stories_as_there_are() -> None:
    weights = draw(17, QUICK)
    assert weights.shape == (300, 17)
    assert set(weights.sum(axis=1)) == {17}


def test_the_same_seed_draws_the_same_and_another_otherwise() -> None:
    assert (draw(9, Resampling(seed=3)) == draw(9, Resampling(seed=3))).all()
    assert (draw(9, Resampling(seed=3)) != draw(9, Resampling(seed=4))).any()
    first, second = counted(1, 0.1), counted(1, 0.3)
    assert compare_macro_f1(first, second, QUICK) == compare_macro_f1(first, second, QUICK)


@given(seed=SEEDS, wrong=st.floats(0, 1))
@settings(max_examples=15, deadline=None)
def test_a_run_does_not_differ_from_itself(seed: int, wrong: float) -> None:
    counts = counted(seed, wrong)
    found = compare_macro_f1(counts, counts.copy(), QUICK)
    assert (found.estimate, found.low, found.high, found.p, found.p_permutation) == (0, 0, 0, 1, 1)


@given(seed=SEEDS, wrong=st.floats(0.02, 0.6))
@settings(max_examples=25, deadline=None)
def test_an_interval_contains_its_estimate(seed: int, wrong: float) -> None:
    counts = counted(seed, wrong)
    low, high = interval(macro_f1(drawn(counts, draw(len(counts), QUICK))), 0.95)
    assert low <= macro_f1(counts.sum(axis=0)) <= high
    found = compare_macro_f1(counts, counted(seed, 0.3), QUICK)
    assert found.low <= found.estimate <= found.high


def test_more_confidence_is_a_wider_interval() -> None:
    values = macro_f1(drawn(counted(1, 0.2), draw(40, QUICK)))
    (low, high), (wide_low, wide_high) = interval(values, 0.8), interval(values, 0.99)
    assert wide_low < low < high < wide_high


def test_a_clear_difference_is_found_by_both_tests() -> None:
    found = compare_macro_f1(counted(1, 0.05), counted(1, 0.4), Resampling())
    assert found.estimate < -0.2
    assert found.high < 0
    assert found.p < 0.01
    assert found.p_permutation < 0.01


def test_the_two_runs_exchanged_give_the_difference_of_other_sign() -> None:
    first, second = counted(1, 0.1), counted(1, 0.15)
    there, back = compare_macro_f1(first, second, QUICK), compare_macro_f1(second, first, QUICK)
    assert (there.estimate, there.low) == (-back.estimate, pytest.approx(-back.high))
    assert there.p == pytest.approx(back.p)
    assert there.p_permutation == pytest.approx(back.p_permutation, abs=0.1)


def test_equally_good_runs_are_seldom_told_apart() -> None:
    found = [compare_macro_f1(counted(seed, 0.2), story_counts(*_as_wrong(seed)), QUICK) for seed in range(40)]
    assert sum(one.p < 0.05 for one in found) <= 6
    assert sum(one.p_permutation < 0.05 for one in found) <= 6


def _as_wrong(seed: int) -> tuple[np.ndarray, np.ndarray, list[str]]:
    Y, _, stories = labelled(seed, 0.2)
    errors = np.random.default_rng(seed + 1000).random(Y.shape) < 0.2
    return Y, np.where(errors, 1 - Y, Y), stories


def test_too_few_stories_prove_nothing() -> None:
    good, bad = counted(1, 0.0), counted(1, 0.5)
    assert compare_macro_f1(good[:3], bad[:3], QUICK).p_permutation > 0.05
    alone = compare_macro_f1(good[:1], bad[:1], QUICK)
    assert (np.isnan(alone.low), alone.p) == (True, 1.0)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holms_correction_keeps_the_order_and_lowers_no_p(p: list[float]) -> None:
    adjusted = holm(p)
    assert all(one <= after <= 1 for one, after in zip(p, adjusted, strict=True))
    assert min(adjusted) == pytest.approx(min(1.0, min(p) * len(p)))
    ranks = np.argsort(p, kind="stable")
    assert (np.diff(np.array(adjusted)[ranks]) >= 0).all()


def test_blocks_of_one_story_are_no_independent_evidence() -> None:
    Y, y_pred, _ = labelled(3, 0.2)
    alone, together = ([f"{i // size}" for i in range(len(Y))] for size in (1, 24))
    repeated, repeated_decisions = Y[np.arange(240) // 24 * 24], y_pred[np.arange(240) // 24 * 24]
    widths = []
    for stories in (alone, together):
        counts = story_counts(repeated, repeated_decisions, stories)
        low, high = interval(macro_f1(drawn(counts, draw(len(counts), QUICK))), 0.95)
        widths.append(high - low)
    assert widths[1] > 2 * widths[0]


def test_a_theme_that_no_draw_holds_has_no_figure_and_breaks_nothing() -> None:
    nothing = np.zeros((4, 2), np.int64)
    counts = story_counts(nothing, nothing, list("abcd"))
    low, high = interval(f1(drawn(counts, draw(4, QUICK))), 0.95)
    assert np.isnan([*low, *high]).all()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"n_resamples": 0}, "evaluation: n_resamples=0: give a whole number of at least 1"),
        ({"n_resamples": 10.5}, "evaluation: n_resamples=10.5: give a whole number of at least 1"),
        ({"confidence": 1.0}, "evaluation: confidence=1.0: give a number above 0 and below 1"),
        ({"confidence": 0.0}, "evaluation: confidence=0.0: give a number above 0 and below 1"),
        ({"seed": -1}, "evaluation: seed=-1: give a whole number of at least 0"),
        ({"draws": 10}, "evaluation: there is no setting draws; there are n_resamples, confidence, seed"),
    ],
)
def test_settings_that_cannot_be_are_refused(wrong: dict[str, float], said: str) -> None:
    with pytest.raises(UsageError) as refused:
        validated(Resampling, wrong, source="evaluation")
    assert str(refused.value) == said


def test_fewer_than_five_stories_give_no_interval() -> None:
    counts = counted(1, 0.2)
    counts[4:, 0] = 0  # four stories are about the first theme
    low, high = interval_of_f1(counts, draw(len(counts), QUICK), 0.95)
    assert np.isnan([low[0], high[0]]).all()
    assert (low[1:] < high[1:]).all()
    for stories, known in ((4, False), (5, True)):
        low, high = interval_of_f1(counted(1, 0.2)[:stories], draw(stories, QUICK), 0.95)
        assert np.isfinite([low, high]).all() == known
        assert np.isnan([low, high]).all() != known
