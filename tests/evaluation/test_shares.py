"""Shares are right where the classifier errs in the pile as it did before, and as unsure as what is known of that."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paratheme.evaluation.bootstrap import Resampling
from paratheme.evaluation.shares import HeldOut, Seen, estimate, put_together, sums_by_story

QUICK = Resampling(n_resamples=200)


def held(with_theme: float, without: float, stories: int = 20, texts: int = 10, sort: str = "alone") -> HeldOut:
    """What a classifier of one theme scored: so much on average; half of the texts of every story have the theme."""
    sums = np.array([[[[texts, texts * without], [texts, texts * with_theme]]]] * stories, float)
    return HeldOut({sort: sums})


def seen(score: float, documents: int = 20, texts: int = 10, sort: str = "alone") -> Seen:
    """What it scored on average in a pile."""
    return Seen(sort, np.full(documents, float(texts)), np.full((documents, 1), texts * score))


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 1.0])
def test_what_it_misses_and_takes_wrongly_is_taken_into_account(share: float) -> None:
    found = estimate(held(0.7, 0.1), [seen(0.1 + 0.6 * share)], QUICK)
    assert found.share[0] == pytest.approx(share, abs=0.01)
    assert found.low[0] <= share + 0.01
    assert found.high[0] >= share - 0.01


def test_blocks_in_documents_and_alone_err_each_in_their_way() -> None:
    rates = HeldOut({**held(0.9, 0.0, sort="in_documents").sums, **held(0.5, 0.0).sums})
    found = estimate(rates, [seen(0.45, sort="in_documents"), seen(0.25)], QUICK)
    assert found.share[0] == pytest.approx(0.5, abs=0.01)
    only_alone = estimate(held(0.5, 0.0), [seen(0.25, sort="in_documents"), seen(0.25)], QUICK)
    assert only_alone.share[0] == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(("stories", "documents"), [(40, 30), (12, 200)])
def test_the_interval_covers_as_often_as_it_says(stories: int, documents: int) -> None:
    """Stories and documents that differ in how they are judged, as real ones do."""
    random = np.random.default_rng(0)

    def drawn(documents: int, share: float) -> tuple[Any, Any, Any]:
        document = np.repeat(np.arange(documents), 12)
        about = np.clip(random.normal(share, 0.1, documents), 0, 1)[document]
        Y = (random.random(len(document)) < about).astype(np.int64)[:, None]
        hit, alarm = random.beta(7, 3, documents)[document], random.beta(1, 9, documents)[document]
        return document, Y, np.where(Y[:, 0] == 1, hit, alarm)[:, None]

    covered = []
    for _ in range(200):
        story, Y, scores = drawn(stories, 0.3)
        rates = HeldOut({"alone": sums_by_story(scores, Y, story, stories)})
        document, truth, told = drawn(documents, random.uniform(0.1, 0.6))
        pile = Seen("alone", np.bincount(document).astype(float), np.bincount(document, told[:, 0])[:, None])
        found = estimate(rates, [pile], QUICK)
        covered.append(found.low[0] <= truth.mean() <= found.high[0])
    assert np.mean(covered) > 0.88


SUMS = st.floats(0, 1)


@given(st.lists(st.tuples(SUMS, SUMS, SUMS), min_size=5, max_size=12))
def test_shares_lie_between_0_and_1_and_in_their_intervals(drawn: list[tuple[float, float, float]]) -> None:
    sums = np.array([[[[10, 10 * without], [10, 10 * with_theme]]] for without, with_theme, _ in drawn])
    pile = Seen("alone", np.full(len(drawn), 10.0), np.array([[10 * score] for *_, score in drawn]))
    found = estimate(HeldOut({"alone": sums}), [pile], QUICK)
    assert 0 <= found.low[0] <= found.share[0] <= found.high[0] <= 1


def test_more_documents_and_more_stories_make_it_surer() -> None:
    random = np.random.default_rng(0)

    def width(stories: int, documents: int) -> float:
        rates = held(0.7, 0.1, stories)
        rates.sums["alone"][..., 1] *= random.uniform(0.8, 1.2, (stories, 1, 2))
        pile = seen(0.3, documents)
        pile.scores[:] *= random.uniform(0.5, 1.5, (documents, 1))
        found = estimate(rates, [pile], QUICK)
        return float(found.high[0] - found.low[0])

    assert width(100, 100) < min(width(100, 10), width(10, 100))


def test_where_too_little_is_known_there_is_no_interval_and_where_nothing_is_no_share() -> None:
    for few in (
        estimate(held(0.7, 0.1, stories=4), [seen(0.3)], QUICK),
        estimate(held(0.7, 0.1), [seen(0.3, 4)], QUICK),
    ):
        assert few.share[0] == pytest.approx(1 / 3, abs=0.02)
        assert np.isnan([few.low[0], few.high[0]]).all()
    rates = held(0.7, 0.1)
    rates.sums["alone"][..., 1, :] = 0  # no text had the theme
    for nothing in (rates, HeldOut({})):
        assert np.isnan(estimate(nothing, [seen(0.3)], QUICK).share).all()
    assert np.isnan(estimate(held(0.7, 0.1), [seen(0.3, sort="documents")], QUICK).share).all()


def test_what_is_saved_is_what_was_known() -> None:
    known = held(0.7, 0.1)
    again = HeldOut.from_dict(known.to_dict())
    assert np.allclose(again.sums["alone"], known.sums["alone"], atol=1e-4)


def test_clusters_that_are_put_together_add_up() -> None:
    rows = np.arange(20.0).reshape(10, 2)
    assert put_together(rows, 10) is rows
    joined = put_together(rows, 3)
    assert joined.shape == (3, 2)
    assert joined.sum(axis=0).tolist() == rows.sum(axis=0).tolist()
