"""The label model finds out how far functions can be believed, from their votes alone."""

from __future__ import annotations

import numpy as np
import pytest

from paratheme.corpus.label_model import ABSTAIN, LabelModel, combine, figures

RIGHT = np.array([0.95, 0.9, 0.6, 0.55, 0.55])


def made_up(blocks: int = 4000, share: float = 0.3) -> tuple[np.ndarray, np.ndarray]:
    """Votes of functions that are right so often, on half of the blocks each, and the truth."""
    random = np.random.default_rng(0)
    truth = (random.random(blocks) < share).astype(np.int8)
    right = random.random((blocks, len(RIGHT))) < RIGHT
    votes = np.where(right, truth[:, None], 1 - truth[:, None])
    votes[random.random(votes.shape) < 0.5] = ABSTAIN
    return votes.astype(np.int8), truth


def test_it_learns_how_often_each_function_is_right_and_how_often_the_theme_occurs() -> None:
    votes, _ = made_up()
    model = LabelModel.fit(votes)
    assert model.share == pytest.approx(0.3, abs=0.05)
    assert model.specificity == pytest.approx(RIGHT, abs=0.06)
    assert model.sensitivity == pytest.approx(RIGHT, abs=0.1)


def test_it_is_right_more_often_than_the_majority() -> None:
    votes, truth = made_up()
    voted = votes != ABSTAIN
    majority = np.where(voted, votes, 0).sum(axis=1) > voted.sum(axis=1) / 2
    likely = LabelModel.fit(votes).predict_proba(votes) >= 0.5
    assert (likely == truth).mean() > (majority == truth).mean() + 0.03


def test_a_function_that_hardly_votes_is_not_believed_blindly() -> None:
    votes = np.full((50, 2), ABSTAIN, np.int8)
    votes[:, 0] = 0
    votes[0] = [ABSTAIN, 1]
    assert 0 < LabelModel.fit(votes).predict_proba(votes)[0] < 0.9


def test_of_a_theme_that_a_small_pile_has_once_the_words_are_believed() -> None:
    votes = np.zeros((25, 2), np.int8)
    votes[:, 1] = ABSTAIN
    votes[3, 0] = 1
    likely = LabelModel.fit(votes).predict_proba(votes)
    assert (likely >= 0.5).tolist() == [row == 3 for row in range(25)]


def test_figures_tell_coverage_overlap_conflict_and_accuracy() -> None:
    votes = np.array([[1, 1], [1, 0], [ABSTAIN, 0], [0, ABSTAIN]], np.int8)[:, :, None]
    gold = np.array([[1], [ABSTAIN], [0], [1]])
    P = np.array([[0.9], [0.6], [0.1], [0.2]])
    found = figures(votes, P, ["a", "b"], ["gaza"], ["ar", "ar", "en", "en"], gold)
    first, second = (one for one in found if not one.language)
    assert (first.coverage, first.overlap, first.conflict) == (0.75, 0.5, 0.25)
    assert first.accuracy == pytest.approx((0.9 + 0.6 + 0.8) / 3)
    assert (first.gold_accuracy, second.gold_accuracy) == (0.5, 1.0)
    assert [one.coverage for one in found if one.language == "en"] == [0.5, 0.5]


def test_themes_are_combined_each_by_itself() -> None:
    votes, truth = made_up(500)
    both = np.stack([votes, np.where(votes == ABSTAIN, ABSTAIN, 1 - votes)], axis=2).astype(np.int8)
    P = combine(both)
    assert P.shape == (500, 2)
    assert ((P[:, 0] >= 0.5) == truth).mean() > 0.8
    assert ((P[:, 1] >= 0.5) != truth).mean() > 0.8
