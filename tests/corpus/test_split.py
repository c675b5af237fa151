"""Splits: whole stories, every row once, the same for the same seed."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paratheme.corpus.split import Fold, holdout, kfold, learning_curve, leave_language_out, stratified_groups
from paratheme.corpus.split import given as given_parts
from paratheme.errors import ParathemeError

STRATEGIES: dict[str, Callable[..., list[Fold]]] = {
    "holdout": holdout,
    "kfold": kfold,
    "leave_language_out": leave_language_out,
    "learning_curve": learning_curve,
}
ROWS = st.lists(
    st.tuples(
        st.sampled_from([f"story {i}" for i in range(12)]),
        st.sampled_from(["ar", "en", "fr"]),
        st.tuples(st.booleans(), st.booleans()),
    ),
    min_size=1,
    max_size=40,
)
SEEDS = st.integers(0, 5)
any_strategy = pytest.mark.parametrize("strategy", STRATEGIES)


def columns(rows: list[Any]) -> tuple[list[str], np.ndarray, list[str]]:
    stories, languages, labels = zip(*rows, strict=True)
    return list(stories), np.array(labels, np.int64), list(languages)


def synthetic(stories: int = 150) -> tuple[list[str], np.ndarray, list[str]]:
    random = np.random.default_rng(0)
    rows = []
    for story in range(stories):
        languages = random.choice(["ar", "en", "fr"], size=random.integers(1, 3), replace=False)
        about = random.random(4) < (0.5, 0.3, 0.2, 0.1)
        for language in languages:
            for _ in range(random.integers(2, 7)):
                rows.append((f"s{story}", language, tuple(about & (random.random(4) < 0.7))))
    return columns(rows)


@any_strategy
@given(rows=ROWS, seed=SEEDS)
def test_a_story_never_stands_on_both_sides_of_a_split(strategy: str, rows: list[Any], seed: int) -> None:
    stories, labels, languages = columns(rows)
    for fold in STRATEGIES[strategy](stories, labels, languages, seed=seed):
        train, valid, test = ({stories[row] for row in part} for part in (fold.train, fold.valid, fold.test))
        assert not train & valid
        assert not train & test
        assert not valid & test


@pytest.mark.parametrize("strategy", ["holdout", "kfold"])
@given(rows=ROWS, seed=SEEDS)
def test_the_parts_of_a_fold_hold_every_row_once(strategy: str, rows: list[Any], seed: int) -> None:
    for fold in STRATEGIES[strategy](*columns(rows), seed=seed):
        together = np.concatenate([fold.train, fold.valid, fold.test])
        assert sorted(together.tolist()) == list(range(len(rows)))
        assert all((np.diff(part) > 0).all() for part in (fold.train, fold.valid, fold.test))


@given(rows=ROWS, seed=SEEDS)
def test_over_all_folds_each_row_is_tested_once_and_validated_once(rows: list[Any], seed: int) -> None:
    folds = kfold(*columns(rows), seed=seed, k=4)
    assert [fold.name for fold in folds] == ["fold-1", "fold-2", "fold-3", "fold-4"]
    for part in ("test", "valid"):
        assert sorted(np.concatenate([getattr(fold, part) for fold in folds]).tolist()) == list(range(len(rows)))


@given(rows=ROWS, seed=SEEDS)
def test_leaving_a_language_out_tests_all_of_it_and_trains_on_no_translation(rows: list[Any], seed: int) -> None:
    stories, labels, languages = columns(rows)
    folds = leave_language_out(stories, labels, languages, seed=seed)
    assert [fold.name for fold in folds] == sorted(set(languages))
    for fold in folds:
        assert fold.test.tolist() == [row for row, language in enumerate(languages) if language == fold.name]
        told = {stories[row] for row in fold.test}
        others = [row for row, story in enumerate(stories) if story not in told]
        assert sorted([*fold.train.tolist(), *fold.valid.tolist()]) == others


@any_strategy
@given(rows=ROWS, seed=SEEDS, shuffle=st.randoms(use_true_random=False))
def test_the_same_seed_gives_the_same_split_whatever_the_order_of_the_rows(
    strategy: str, rows: list[Any], seed: int, shuffle: Any
) -> None:
    def divided(order: list[int]) -> list[list[set[int]]]:
        folds = STRATEGIES[strategy](*columns([rows[i] for i in order]), seed=seed)
        return [[{order[row] for row in part} for part in (f.train, f.valid, f.test)] for f in folds]

    order = list(range(len(rows)))
    shuffle.shuffle(order)
    assert divided(order) == divided(sorted(order))


def test_another_seed_gives_another_split() -> None:
    corpus = synthetic()
    first, second = (holdout(*corpus, seed=seed)[0].test.tolist() for seed in (0, 1))
    assert first != second


@pytest.mark.parametrize("seed", range(5))
def test_every_theme_of_every_language_is_spread_as_the_shares_ask(seed: int) -> None:
    stories, labels, languages = synthetic()
    part = stratified_groups(stories, labels, languages, (0.6, 0.2, 0.2), seed)
    for language in ("ar", "en", "fr"):
        spoken = np.array(languages) == language
        for theme in range(labels.shape[1]):
            rows = spoken & (labels[:, theme] == 1)
            for which, share in enumerate((0.6, 0.2, 0.2)):
                expected = share * rows.sum()
                assert abs((part[rows] == which).sum() - expected) <= max(4, 0.3 * expected)


@pytest.mark.parametrize("sizes", [(0.0, 0.2), (0.2, 0.0), (0.5, 0.5), (0.7, 0.7), (-0.1, 0.2)])
def test_a_part_without_a_share_is_refused_with_the_setting_to_change(sizes: tuple[float, float]) -> None:
    with pytest.raises(ParathemeError, match=r"split\.valid_size"):
        holdout(*synthetic(20), valid_size=sizes[0], test_size=sizes[1])


def test_fewer_than_three_folds_are_refused() -> None:
    with pytest.raises(ParathemeError, match=r"split\.k=2.*3"):
        kfold(*synthetic(20), k=2)


def test_a_given_division_is_taken_as_it_is() -> None:
    (fold,) = given_parts(["test", "train", "valid", "train", ""])
    assert (fold.name, *(part.tolist() for part in (fold.train, fold.valid, fold.test))) == ("given", [1, 3], [2], [0])


def test_a_given_division_without_a_test_part_is_refused_by_name() -> None:
    with pytest.raises(ParathemeError, match=r"'test'.*corpus\.columns\.part"):
        given_parts(["train", "valid", "train"])


def test_a_learning_curve_only_ever_adds_to_what_is_learned_from() -> None:
    stories, labels, languages = synthetic()
    folds = learning_curve(stories, labels, languages, shares=[0.1, 0.3, 1.0])
    (whole,) = holdout(stories, labels, languages)
    for before, after in pairwise(folds):
        assert set(before.train) < set(after.train)
        assert set(before.valid) < set(after.valid)
    assert all(fold.test.tolist() == whole.test.tolist() for fold in folds)
    assert folds[-1].train.tolist() == whole.train.tolist()
    labelled = len(whole.train) + len(whole.valid)
    assert [int(fold.name.split()[0]) / labelled for fold in folds] == pytest.approx([0.1, 0.3, 1], abs=0.04)


@pytest.mark.parametrize("shares", [[], [0.5, 0.2], [0.0, 1.0], [0.5, 1.5]])
def test_shares_that_do_not_ascend_to_one_are_refused(shares: list[float]) -> None:
    with pytest.raises(ParathemeError, match="ascending shares"):
        learning_curve(*synthetic(20), shares=shares)


def test_a_given_division_may_train_on_some_languages_alone() -> None:
    parts, languages = ["train", "train", "valid", "valid", "test", "test"], ["en", "fr"] * 3
    (fold,) = given_parts(parts, languages, ["en"])
    assert [part.tolist() for part in (fold.train, fold.valid, fold.test)] == [[0], [2], [4, 5]]
    with pytest.raises(ParathemeError, match="no row in 'de'; the corpus has en, fr"):
        given_parts(parts, languages, ["de"])
