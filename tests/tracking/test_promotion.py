"""What decides about a champion: a fair test that both took, and every theme and language in it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from paratheme.errors import ParathemeError
from paratheme.evaluation.bootstrap import Resampling
from paratheme.evaluation.predictions import Predictions
from paratheme.evaluation.slices import MACRO
from paratheme.tracking.leaderboard import TestedRun as Entry
from paratheme.tracking.promotion import SliceComparison, against_champion, common_test, compare_slices, worst_loss
from paratheme.tracking.registry import Version, set_champion, version_of_run
from paratheme.tracking.runs import LoggedRun, find_run

QUICK = Resampling(n_resamples=50)


def champion_of(run: str) -> Version:
    version = version_of_run(run)
    assert version is not None
    return version


def test_the_runs_own_tests_are_compared_where_they_are_of_the_same_data(log_test: Any) -> None:
    old, new = log_test("old"), log_test("new", wrong=0.02)
    candidate, champion = common_test(find_run(new), champion_of(old))
    assert (candidate.run.id, champion.run.id) == (new, old)
    assert candidate.predictions.fingerprint == champion.predictions.fingerprint


def test_an_evaluation_of_the_champion_on_the_runs_data_is_a_common_test(log_test: Any) -> None:
    old, new = log_test("old"), log_test("new", data=7)
    with pytest.raises(ParathemeError, match=r"different data; .* paratheme evaluate models:/paratheme/\d+ CORPUS"):
        common_test(find_run(new), champion_of(old))
    evaluation = log_test("evaluation", {"source_run_id": old}, register=False, data=7)
    candidate, champion = common_test(find_run(new), champion_of(old))
    assert (candidate.run.id, champion.run.id) == (new, evaluation)


def test_a_test_on_training_blocks_is_no_fair_one(log_test: Any) -> None:
    old, new = log_test("old"), log_test("new", data=7)
    log_test("evaluation", {"source_run_id": old, "seen_in_training": "12"}, register=False, data=7)
    with pytest.raises(ParathemeError, match="was trained on 12 of the blocks it was tested on, which is no fair test"):
        common_test(find_run(new), champion_of(old))


def test_a_champion_whose_run_is_gone_cannot_be_compared_with(log_test: Any, workplace: Any) -> None:
    old, new = log_test("old"), log_test("new")
    workplace.client.delete_run(old)
    with pytest.raises(ParathemeError, match="the run that trained it is gone; --force"):
        common_test(find_run(new), champion_of(old))


def test_what_the_tests_do_not_share_is_named(log_test: Any, workplace: Any) -> None:
    old, new = log_test("old"), log_test("new", data=7)
    with pytest.raises(ParathemeError, match="were tested on different data; train the run"):
        common_test(find_run(new), champion_of(old))
    workplace.client.set_tag(new, "data_fingerprint", "other")
    with pytest.raises(ParathemeError, match=r"data \(texts, labels or themes of the corpus are others\); train"):
        common_test(find_run(new), champion_of(old))
    for run, seed in ((old, "0"), (new, "1")):
        workplace.client.log_param(run, "split.seed", seed)
    with pytest.raises(ParathemeError, match=r"data \(split\.seed is 1, the champion's 0\); train"):
        common_test(find_run(new), champion_of(old))


def test_every_theme_and_every_language_is_compared_over_the_same_stories(predictions: Any) -> None:
    made = [predictions(wrong={"ar": wrong, "en": 0.05, "fr": 0.05}).in_common_order() for wrong in (0.35, 0.05)]
    compared = {one.slice: one for one in compare_slices(*(Entry(LoggedRun("0", "run"), p) for p in made), QUICK)}
    assert list(compared) == ["macro average", "gaza", "sudan", "food_security", "ar", "en", "fr"]
    assert compared["macro average"].support == 240
    assert compared["macro average"].difference < 0
    assert compared["ar"].support == 80
    assert compared["gaza"].support == int(made[0].y_true[:, 0].sum())
    assert compared["ar"].low <= compared["ar"].difference <= compared["ar"].high < 0
    assert (compared["en"].difference, compared["en"].low, compared["en"].high) == (0, 0, 0)
    assert worst_loss(list(compared.values()), 0.02).startswith("F1 on ar falls by 0.")
    assert worst_loss(list(compared.values()), 0.9) == ""


def test_a_run_stands_next_to_the_champion_of_its_theme_set(log_test: Any) -> None:
    old, alike, better, other = (
        log_test("old", wrong=0.3),
        log_test("alike", wrong=0.3),
        log_test("better", wrong=0.02),
        log_test("other", data=7),
    )
    set_champion(champion_of(old))
    assert against_champion(old) is None
    assert against_champion(log_test("bare", register=False)) is None
    standing = against_champion(better)
    assert standing is not None
    assert standing.difference is not None
    assert (standing.champion, standing.version, standing.is_better) == (champion_of(old), champion_of(better), True)
    assert standing.macro_f1 + standing.difference.estimate > 0.9
    same, elsewhere = against_champion(alike), against_champion(other)
    assert same is not None
    assert not same.is_better
    assert elsewhere is not None
    assert (elsewhere.difference, elsewhere.is_better) == (None, False)


def test_few_examples_decide_nothing_and_the_margin_itself_is_allowed() -> None:
    assert worst_loss([SliceComparison("gaza", 9, 9, 0.9, 0.1)], 0.02) == ""
    assert worst_loss([SliceComparison("gaza", 10, 10, 0.9, 0.88)], 0.02) == ""
    assert worst_loss([SliceComparison("gaza", 10, 10, np.nan, np.nan)], 0.02) == ""
    lost = [SliceComparison("gaza", 10, 12, 0.9, 0.8, -0.2, 0.01), SliceComparison("fr", 50, 30, 0.9, 0.7, -0.3, -0.1)]
    assert worst_loss(lost, 0.02) == (
        "F1 on fr falls by 0.200, from 0.900 to 0.700 (margin 0.02, support 50, 95% of the difference -0.300 to "
        "-0.100); 1 more of the above is worse"
    )
    assert worst_loss(lost[:1], 0.02).endswith("-0.200 to +0.010, so it may be chance)")


def test_a_small_test_is_no_reason_to_take_what_is_worse_on_all_of_it() -> None:
    few = SliceComparison(MACRO, 6, 6, 1.0, 0.583, -1.0, -0.071)
    assert (few.enough, few.decisive, few.is_worse(0.02)) == (False, True, True)
    assert worst_loss([few, SliceComparison("ar", 1, 1, 1.0, 0.0)], 0.02).startswith(f"F1 on {MACRO} falls by 0.417")
    assert worst_loss([SliceComparison(MACRO, 6, 6, 0.9, 1.0)], 0.02) == ""


def test_false_alarms_count_against_a_run_where_there_is_nothing_to_find() -> None:
    def entry(given: int) -> Entry:
        frame = {name: [""] * 40 for name in ("kind", "genre", "layout")}
        frame |= {"document": [f"d{i}" for i in range(40)], "story": [f"s{i}" for i in range(40)]}
        frame |= {"language": ["fr", "en"] * 20, "start": [0] * 40, "end": [9] * 40, "length": [9] * 40}
        frame |= {"text_hash": [f"{i}" for i in range(40)], "y_true/gaza": [0, 1] * 20}
        frame |= {"y_pred/gaza": [given, 1] * 20, "score/gaza": [0.5] * 40}
        return Entry(LoggedRun("0", "run"), Predictions(pd.DataFrame(frame)))

    compared = {one.slice: one for one in compare_slices(entry(1), entry(0), QUICK)}
    assert (compared["fr"].champion, compared["fr"].run, compared["fr"].decisive) == (1, 0, True)
    assert worst_loss(list(compared.values()), 0.02).startswith("F1 on fr falls by 1.000")
    unchanged = {one.slice: one for one in compare_slices(entry(0), entry(0), QUICK)}
    assert np.isnan(unchanged["fr"].difference)
    assert not unchanged["fr"].decisive
