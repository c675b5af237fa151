"""Labelled texts are weighed as the texts that will be filed are stated to be."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paratheme.classifier.deployment import FEW, deployment_weights
from paratheme.themes.theme_set import Deployment

SHARES = st.floats(0.01, 0.99)
IDS = ("theme",)


def stated(prior: float, recall: float, precision: float, **others: Any) -> Deployment:
    return Deployment(prior=prior, word_recall=recall, word_precision=precision, **others)


def labelled(both: int, wordless: int, in_passing: int, neither: int) -> tuple[np.ndarray, np.ndarray]:
    y = [1] * (both + wordless) + [0] * (in_passing + neither)
    w = [1] * both + [0] * wordless + [1] * in_passing + [0] * neither
    return np.array(y)[:, None], np.array(w)[:, None]


def test_nothing_stated_weighs_every_text_the_same() -> None:
    Y, words = labelled(5, 5, 5, 5)
    assert (deployment_weights(None, IDS, Y, words) == 1).all()


@given(st.integers(FEW, 50), st.integers(FEW, 50), st.integers(FEW, 50), st.integers(FEW, 50), SHARES, SHARES, SHARES)
def test_the_weighed_texts_are_as_the_deployment_is_stated(
    both: int, wordless: int, in_passing: int, neither: int, prior: float, recall: float, precision: float
) -> None:
    prior *= precision / 2  # the texts with a word are not more than all
    Y, words = labelled(both, wordless, in_passing, neither)
    weight = deployment_weights(stated(prior, recall, precision), IDS, Y, words)
    assert weight.mean() == pytest.approx(1)
    assert np.average(Y, weights=weight) == pytest.approx(prior)
    assert np.average(words[Y == 1], weights=weight[Y == 1]) == pytest.approx(recall)
    assert np.average(Y[words == 1], weights=weight[words == 1]) == pytest.approx(precision)


def test_a_theme_s_own_prior_goes_before_that_of_all() -> None:
    Y, words = labelled(10, 10, 10, 10)
    deployment = stated(0.1, 0.9, 0.9, priors={"theme": 0.01})
    assert np.average(Y, weights=deployment_weights(deployment, IDS, Y, words)) == pytest.approx(0.01)


def test_without_words_only_the_prior_counts() -> None:
    Y, words = labelled(0, 10, 0, 30)
    weight = deployment_weights(stated(0.1, 0.9, 0.9), IDS, Y, words)
    assert np.average(Y, weights=weight) == pytest.approx(0.1)
    assert len(np.unique(weight)) == 2


def test_where_no_trust_in_words_is_stated_only_the_prior_counts() -> None:
    Y, words = labelled(5, 10, 5, 30)
    weight = deployment_weights(Deployment(prior=0.1), IDS, Y, words)
    assert np.average(Y, weights=weight) == pytest.approx(0.1)
    assert len(np.unique(weight)) == 2


def test_one_text_does_not_speak_for_all_of_its_sort() -> None:
    Y, words = labelled(20, 1, 20, 20)
    weight = deployment_weights(stated(0.1, 0.5, 0.9), IDS, Y, words)
    assert weight[20] / weight[:20].sum() == pytest.approx(1 / FEW)


def test_a_theme_that_is_never_there_is_left_alone() -> None:
    Y = np.zeros((4, 1), int)
    assert (deployment_weights(stated(0.1, 0.9, 0.9), IDS, Y, Y) == 1).all()
