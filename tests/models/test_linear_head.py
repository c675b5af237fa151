"""Linear heads over fixed features."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from paratheme.models.linear_head import LinearHead, less_sure

X = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]] * 10, np.float32)
Y = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1]] * 10)


def test_a_share_of_the_rows_is_that_of_another_text_and_a_share_says_nothing() -> None:
    features = np.arange(2000.0, dtype=np.float32).reshape(1000, 2)
    mixed = less_sure(features, 0.2, 0, 0)
    assert {tuple(row) for row in mixed} <= {tuple(row) for row in features}
    assert (mixed != features).any(axis=1).mean() == pytest.approx(0.2, abs=0.04)
    np.testing.assert_array_equal(less_sure(features, 0.0, 0.0, 0), features)
    masked = less_sure(features + 1, 0.0, 0.3, 0)
    assert (masked == 0).all(axis=1).mean() == pytest.approx(0.3, abs=0.05)
    assert ((masked == 0).all(axis=1) | (masked == features + 1).all(axis=1)).all()


@pytest.mark.parametrize("single_label", [False, True])
def test_a_head_learns_which_feature_tells_which_theme(single_label: bool) -> None:
    head = LinearHead(10.0, None, single_label).fit(X, Y)
    assert (head.predict_proba(X).argmax(axis=1) == Y.argmax(axis=1)).all()


@pytest.mark.parametrize("single_label", [False, True])
def test_sparse_features_are_as_good_as_dense_ones_and_what_is_saved_comes_back(
    single_label: bool, tmp_path: Path
) -> None:
    head = LinearHead(1.0, "balanced", single_label).fit(csr_matrix(X), Y)
    head.save(tmp_path / "head.safetensors")
    again = LinearHead(1.0, "balanced", single_label).load(tmp_path / "head.safetensors")
    dense = LinearHead(1.0, "balanced", single_label).fit(X, Y)
    np.testing.assert_array_equal(again.predict_proba(X), head.predict_proba(X))
    np.testing.assert_allclose(dense.predict_proba(X), head.predict_proba(X), atol=1e-3)


@pytest.mark.parametrize(("positives", "rate"), [(0, 0.5 / 31), (30, 30.5 / 31)])
def test_where_there_is_nothing_to_tell_apart_the_smoothed_rate_is_given(positives: int, rate: float) -> None:
    P = LinearHead(1.0, None, False).fit(X, np.array([[1]] * positives + [[0]] * (30 - positives))).predict_proba(X)
    assert P[:, 0].tolist() == pytest.approx([rate] * 30)


def test_a_probability_counts_for_a_theme_by_itself_and_against_it_by_the_rest() -> None:
    unsure = np.where(Y == 1, 0.75, Y).astype(np.float64)
    head = LinearHead(1e6, None, False).fit(X, unsure)
    assert head.predict_proba(X[:1])[0, 0] == pytest.approx(0.75, abs=0.01)
    sure = LinearHead(1.0, None, False).fit(X, Y.astype(np.float64))
    np.testing.assert_array_equal(sure.coef, LinearHead(1.0, None, False).fit(X, Y).coef)
