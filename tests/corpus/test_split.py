"""Splits: whole stories, every row once, the same for the same seed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from paratheme.corpus.split import (
    FewShot,
    Given,
    Holdout,
    KFold,
    LearningCurve,
    LeaveLanguageOut,
    SplitSettings,
)
from paratheme.corpus.stratified import stratified_groups
from paratheme.errors import ParathemeError, UsageError, validated

STRATEGIES: dict[str, Callable[[int], Any]] = {
    "holdout": lambda seed: Holdout(seed=seed),
    "kfold": lambda seed: KFold(seed=seed),
    "leave_language_out": lambda seed: LeaveLanguageOut(seed=seed),
    "learning_curve": lambda seed: LearningCurve(seed=seed, shares=[0.1, 0.3, 1.0]),
    "few_shot": lambda seed: FewShot(seed=seed, examples=[2, 4]),
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


class DividedCorpus(SimpleNamespace):
    def __len__(self) -> int:
        return len(self.texts)


def corpus_of(rows: list[Any], numbers: Sequence[int] | None = None, parts: Sequence[str] = ()) -> Any:
    """What a division looks at of a corpus; each text is a number."""
    stories, languages, labels = zip(*rows, strict=True)
    texts = [str(number) for number in (range(len(rows)) if numbers is None else numbers)]
    columns = {"stories": list(stories), "languages": list(languages), "labels": np.array(labels, np.int64)}
    return DividedCorpus(texts=texts, parts=list(parts) or [""] * len(rows), **columns)


def with_parts(parts: list[str], languages: list[str] | None = None) -> Any:
    return SimpleNamespace(parts=parts, languages=languages or ["en"] * len(parts))


def synthetic(stories: int = 150) -> Any:
    random = np.random.default_rng(0)
    rows = []
    for story in range(stories):
        languages = random.choice(["ar", "en", "fr"], size=random.integers(1, 3), replace=False)
        about = random.random(4) < (0.5, 0.3, 0.2, 0.1)
        for language in languages:
            for _ in range(random.integers(2, 7)):
                rows.append((f"s{story}", language, tuple(about & (random.random(4) < 0.7))))
    return corpus_of(rows)


@any_strategy
@given(rows=ROWS, seed=SEEDS, data=st.data())
def test_a_story_of_a_stated_part_is_never_tested(strategy: str, rows: list[Any], seed: int, data: Any) -> None:
    """Some rows say train or valid, others nothing."""
    said = st.lists(st.sampled_from(["", "train", "valid"]), min_size=len(rows), max_size=len(rows))
    parts = data.draw(said)
    corpus, stories = corpus_of(rows, parts=parts), np.array([row[0] for row in rows])
    kept = set(stories[np.array(parts) != ""]) if "" in parts else set()
    for fold in STRATEGIES[strategy](seed).split(corpus):
        assert not kept & set(stories[fold.test])
        learned = set(fold.labelled.tolist())
        assert len(learned) == len(fold.train) + len(fold.valid)


def test_what_is_kept_for_training_does_not_change_what_is_tested() -> None:
    alone = synthetic()
    rows = list(zip(alone.stories, alone.languages, map(tuple, alone.labels.tolist()), strict=True))
    more = [(f"more {number}", "en", (True, False, False, True)) for number in range(20)]
    both = corpus_of([*rows, *more], parts=[""] * len(rows) + ["train"] * 15 + ["valid"] * 5)
    (before,), (after,) = Holdout().split(alone), Holdout().split(both)
    assert after.test.tolist() == before.test.tolist()
    assert after.train.tolist() == [*before.train, *range(len(rows), len(rows) + 15)]
    assert after.valid.tolist() == [*before.valid, *range(len(rows) + 15, len(rows) + 20)]
    assert sorted(set(after.train) - set(before.train)) == list(range(len(rows), len(rows) + 15))
    assert {fold.name for fold in LeaveLanguageOut().split(both)} == {"ar", "en", "fr"}
    assert all(max(fold.test) < len(rows) for fold in KFold().split(both))


def test_a_corpus_that_states_every_part_is_divided_anew() -> None:
    rows = [(f"s{number}", "en", (True, False)) for number in range(20)]
    (fold,) = Holdout().split(corpus_of(rows, parts=["train"] * 20))
    assert len(fold.test) == 4


@any_strategy
@given(rows=ROWS, seed=SEEDS)
def test_a_story_never_stands_on_both_sides_of_a_split(strategy: str, rows: list[Any], seed: int) -> None:
    corpus = corpus_of(rows)
    for fold in STRATEGIES[strategy](seed).split(corpus):
        train, valid, test = ({corpus.stories[row] for row in part} for part in (fold.train, fold.valid, fold.test))
        assert not train & valid
        assert not train & test
        assert not valid & test


@pytest.mark.parametrize("strategy", ["holdout", "kfold"])
@given(rows=ROWS, seed=SEEDS)
def test_the_parts_of_a_fold_hold_every_row_once(strategy: str, rows: list[Any], seed: int) -> None:
    for fold in STRATEGIES[strategy](seed).split(corpus_of(rows)):
        together = np.concatenate([fold.train, fold.valid, fold.test])
        assert sorted(together.tolist()) == list(range(len(rows)))
        assert all((np.diff(part) > 0).all() for part in (fold.train, fold.valid, fold.test))


@given(rows=ROWS, seed=SEEDS)
def test_over_all_folds_each_row_is_tested_once_and_validated_once(rows: list[Any], seed: int) -> None:
    folds = KFold(seed=seed, k=4).split(corpus_of(rows))
    assert [fold.name for fold in folds] == ["fold-1", "fold-2", "fold-3", "fold-4"]
    for part in ("test", "valid"):
        assert sorted(np.concatenate([getattr(fold, part) for fold in folds]).tolist()) == list(range(len(rows)))


@given(rows=ROWS, seed=SEEDS)
def test_leaving_a_language_out_tests_all_of_it_and_trains_on_no_translation(rows: list[Any], seed: int) -> None:
    corpus = corpus_of(rows)
    folds = LeaveLanguageOut(seed=seed).split(corpus)
    assert [fold.name for fold in folds] == sorted(set(corpus.languages))
    assert {fold.without_words for fold in folds} == {""}
    without = LeaveLanguageOut(seed=seed, words=False).split(corpus)
    assert [fold.without_words for fold in without] == [fold.name for fold in folds]
    for fold in folds:
        assert fold.test.tolist() == [row for row, language in enumerate(corpus.languages) if language == fold.name]
        told = {corpus.stories[row] for row in fold.test}
        others = [row for row, story in enumerate(corpus.stories) if story not in told]
        assert sorted([*fold.train.tolist(), *fold.valid.tolist()]) == others


@any_strategy
@given(rows=ROWS, seed=SEEDS, shuffle=st.randoms(use_true_random=False))
def test_the_same_seed_gives_the_same_split_whatever_the_order_of_the_rows(
    strategy: str, rows: list[Any], seed: int, shuffle: Any
) -> None:
    def divided(order: list[int]) -> list[list[set[int]]]:
        folds = STRATEGIES[strategy](seed).split(corpus_of([rows[i] for i in order], order))
        return [[{order[row] for row in part} for part in (f.train, f.valid, f.test)] for f in folds]

    order = list(range(len(rows)))
    shuffle.shuffle(order)
    assert divided(order) == divided(sorted(order))


def test_another_seed_gives_another_split() -> None:
    corpus = synthetic()
    first, second = (Holdout(seed=seed).split(corpus)[0].test.tolist() for seed in (0, 1))
    assert first != second


@pytest.mark.parametrize("seed", range(5))
def test_every_theme_of_every_language_is_spread_as_the_shares_ask(seed: int) -> None:
    corpus = synthetic()
    part = stratified_groups(corpus.stories, corpus.labels, corpus.languages, (0.6, 0.2, 0.2), seed)
    for language in ("ar", "en", "fr"):
        spoken = np.array(corpus.languages) == language
        for theme in range(corpus.labels.shape[1]):
            rows = spoken & (corpus.labels[:, theme] == 1)
            for which, share in enumerate((0.6, 0.2, 0.2)):
                expected = share * rows.sum()
                assert abs((part[rows] == which).sum() - expected) <= max(4, 0.3 * expected)


# Settings that cannot be


@pytest.mark.parametrize("sizes", [(0.0, 0.2), (0.2, 0.0), (0.5, 0.5), (0.7, 0.7), (-0.1, 0.2)])
@pytest.mark.parametrize("strategy", ["holdout", "learning_curve"])
def test_a_part_without_a_share_is_refused_with_the_setting_to_change(
    strategy: str, sizes: tuple[float, float]
) -> None:
    kind, more = (Holdout, {}) if strategy == "holdout" else (LearningCurve, {"shares": [1.0]})
    with pytest.raises(
        UsageError, match=r"valid_size=.* leave nothing for training|(valid|test)_size=.*: give a number"
    ):
        validated(kind, {"valid_size": sizes[0], "test_size": sizes[1], **more})
    with pytest.raises(ValidationError):
        kind(valid_size=sizes[0], test_size=sizes[1], **more)


def test_fewer_than_three_folds_are_refused() -> None:
    with pytest.raises(UsageError, match="k=2: give a whole number of at least 3"):
        validated(KFold, {"k": 2})


@pytest.mark.parametrize("shares", [[], [0.5, 0.2], [0.5, 0.5], [0.0, 1.0], [0.5, 1.5]])
def test_shares_that_do_not_ascend_to_one_are_refused(shares: list[float]) -> None:
    with pytest.raises(UsageError, match=r"shares: \[.*\]: give ascending shares above 0 and up to 1"):
        validated(LearningCurve, {"shares": shares})


def test_a_strategy_is_told_by_its_name() -> None:
    told = TypeAdapter(SplitSettings)
    assert told.validate_python({"strategy": "kfold", "k": 4}) == KFold(k=4)
    assert told.validate_python({"strategy": "given"}) == Given()
    with pytest.raises(ValidationError):
        told.validate_python({"strategy": "given", "k": 4})


# What is learned from


def test_what_is_labelled_is_training_and_validation_set_together() -> None:
    (fold,) = Holdout().split(synthetic())
    assert fold.labelled.tolist() == [*fold.train.tolist(), *fold.valid.tolist()]


def test_a_learning_curve_only_ever_adds_to_what_is_learned_from() -> None:
    corpus = synthetic()
    folds = LearningCurve(shares=[0.1, 0.3, 1.0]).split(corpus)
    (whole,) = Holdout().split(corpus)
    for before, after in pairwise(folds):
        assert set(before.train) < set(after.train)
        assert set(before.valid) < set(after.valid)
    assert all(fold.test.tolist() == whole.test.tolist() for fold in folds)
    assert folds[-1].train.tolist() == whole.train.tolist()
    assert [len(fold.labelled) / len(whole.labelled) for fold in folds] == pytest.approx([0.1, 0.3, 1], abs=0.04)
    assert [fold.name for fold in folds] == [f"{len(fold.labelled)} labelled" for fold in folds]


def test_of_every_theme_and_of_none_there_are_as_many_examples_as_asked_for() -> None:
    corpus = synthetic()
    (whole,), folds = Holdout().split(corpus), FewShot(examples=[2, 5]).split(corpus)
    assert [fold.name for fold in folds] == ["2 a theme", "5 a theme"]
    for number, fold in zip((2, 5), folds, strict=True):
        labels = corpus.labels[fold.labelled]
        counts = [*labels.sum(axis=0), (labels.max(axis=1) == 0).sum()]
        assert min(counts) >= number
        assert len(labels) <= number * len(counts)
        assert set(fold.train) <= set(whole.train)
        assert set(fold.valid) <= set(whole.valid)
        assert fold.test.tolist() == whole.test.tolist()
    assert set(folds[0].labelled) < set(folds[1].labelled)


@pytest.mark.parametrize("examples", [[], [8, 4], [4, 4]])
def test_numbers_of_examples_that_do_not_ascend_are_refused(examples: list[int]) -> None:
    with pytest.raises(UsageError, match=r"examples: \[.*\]: give ascending numbers"):
        validated(FewShot, {"examples": examples})


def test_a_learning_curve_need_not_reach_the_whole() -> None:
    corpus = synthetic()
    folds, (whole,) = LearningCurve(shares=[0.2, 0.5]).split(corpus), Holdout().split(corpus)
    assert [len(fold.labelled) / len(whole.labelled) for fold in folds] == pytest.approx([0.2, 0.5], abs=0.04)


# Divisions that a corpus brings along


def test_a_given_division_is_taken_as_it_is() -> None:
    (fold,) = Given().split(with_parts(["test", "train", "valid", "train", ""]))
    assert (fold.name, *(part.tolist() for part in (fold.train, fold.valid, fold.test))) == ("given", [1, 3], [2], [0])


def test_a_given_division_without_a_test_set_is_refused_by_name() -> None:
    with pytest.raises(ParathemeError, match=r"'test'.*corpus\.columns\.part"):
        Given().split(with_parts(["train", "valid", "train"]))


def test_a_given_division_may_train_on_some_languages_alone() -> None:
    corpus = with_parts(["train", "train", "valid", "valid", "test", "test"], ["en", "fr"] * 3)
    (fold,) = Given(train_languages=["en"]).split(corpus)
    assert [part.tolist() for part in (fold.train, fold.valid, fold.test)] == [[0], [2], [4, 5]]
    with pytest.raises(ParathemeError, match="no row in 'de'; the corpus has en, fr"):
        Given(train_languages=["de"]).split(corpus)
