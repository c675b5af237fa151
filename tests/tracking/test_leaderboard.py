"""Runs side by side: the leaderboard, its tests, and what is said where a comparison would be unfair."""

from __future__ import annotations

from typing import Any

import pytest

from paratheme.errors import UsageError
from paratheme.evaluation.bootstrap import Difference, Resampling
from paratheme.tracking.leaderboard import TestedRun as Entry
from paratheme.tracking.leaderboard import differs, leaderboard, slice_figures, warnings_about
from paratheme.tracking.leaderboard import tested_run as entry_of
from paratheme.tracking.runs import LoggedRun, find_run

QUICK = Resampling(n_resamples=200)


def entry(name: str, made: Any, **tags: str) -> Entry:
    return Entry(LoggedRun(name * 8, name, tags), made.in_common_order())


def test_the_best_comes_first_and_the_others_are_tested_against_it(predictions: Any) -> None:
    made = {"bad": predictions(wrong=0.4), "good": predictions(wrong=0.05), "fair": predictions(wrong=0.1)}
    rows = leaderboard([entry(name, one) for name, one in made.items()], QUICK)
    assert [row.run for row in rows] == ["good", "fair", "bad"]
    assert rows[0].difference is None
    difference = rows[2].difference
    assert difference is not None
    assert difference.estimate == pytest.approx(rows[2].macro_f1 - rows[0].macro_f1)
    assert difference.high < 0
    assert max(difference.p, difference.p_permutation) < 0.05
    assert all(row.low <= row.macro_f1 <= row.high for row in rows)
    assert (rows[0].blocks, rows[0].stories) == (240, 40)


def test_two_runs_that_differ_by_chance_alone_do_not_differ_significantly(predictions: Any) -> None:
    rows = leaderboard([entry("one", predictions(errors=7)), entry("two", predictions(errors=8))], QUICK)
    difference = rows[1].difference
    assert difference is not None
    assert difference.low < 0 < difference.high
    assert min(difference.p, difference.p_permutation) > 0.05
    assert rows[1].differs == "no"


def test_the_more_runs_are_compared_the_clearer_a_difference_must_be() -> None:
    clear, unclear = Difference(-0.1, -0.2, 0.0, 0.02, 0.02), Difference(0.0, -0.1, 0.1, 0.6, 0.7)
    assert differs([clear], 0.05) == ["yes"]
    assert differs([clear, unclear, unclear], 0.05) == ["no", "no", "no"]
    assert differs([Difference(-0.1, -0.2, 0.0, 0.2, 0.02)], 0.05) == ["unsure"]


def test_the_order_of_a_runs_rows_does_not_matter(predictions: Any) -> None:
    made = predictions()
    shuffled = type(made)(made.frame.sample(frac=1, random_state=0))
    difference = leaderboard([entry("one", made), entry("two", shuffled)], QUICK)[1].difference
    assert difference is not None
    assert (difference.estimate, difference.p) == (0, 1)


def test_a_run_tested_on_other_data_is_shown_last_untested_and_warned_about(predictions: Any) -> None:
    entries = [entry("other", predictions(wrong=0.0, data=1)), entry("one", predictions())]
    entries.append(entry("two", predictions(wrong=0.3)))
    rows = leaderboard(entries, QUICK)
    assert [(row.run, row.same_data, row.difference is None) for row in rows] == [
        ("one", True, True),
        ("two", True, False),
        ("other", False, True),
    ]
    (warning,) = warnings_about(entries, rows)
    assert warning.startswith("tested on other data than one")
    assert warning.endswith("other (otheroth)")


def test_a_run_tested_on_what_it_was_trained_on_is_warned_about(predictions: Any) -> None:
    entries = [entry("one", predictions()), entry("two", predictions(), seen_in_training="12")]
    (warning,) = warnings_about(entries, leaderboard(entries, QUICK))
    assert "two" in warning
    assert "trained on 12 of the blocks" in warning


def test_few_stories_are_warned_about(predictions: Any) -> None:
    entries = [entry("one", predictions(blocks=18))]
    assert warnings_about(entries, leaderboard(entries, QUICK)) == ["3 stories are few: intervals and tests say little"]


def test_slices_are_of_themes_of_languages_or_of_both(predictions: Any) -> None:
    entries = [entry("one", predictions(wrong={"ar": 0.0, "en": 0.2, "fr": 0.5})), entry("two", predictions())]
    languages = slice_figures(entries, "language")
    assert [(row["slice"], row["support"]) for row in languages] == [("ar", 80), ("en", 80), ("fr", 80)]
    assert languages[0]["f1"]["one" * 8] == 1
    assert [row["slice"] for row in slice_figures(entries, "theme")] == ["gaza", "sudan", "food_security"]
    both = [row["slice"] for row in slice_figures(entries, "language/theme")]
    assert both[:4] == ["ar macro average", "ar gaza", "ar sudan", "ar food_security"]
    with pytest.raises(UsageError, match="--by weather: there are theme, language"):
        slice_figures(entries, "weather")


def test_a_logged_run_has_its_predictions_in_common_order_and_the_costs_of_its_training(
    log_test: Any, predictions: Any
) -> None:
    trained = log_test("trained")
    evaluation = log_test("evaluation", {"source_run_id": trained}, register=False)
    entries = [entry_of(find_run(run)) for run in (trained, evaluation)]
    assert entries[0].predictions.frame.equals(predictions().in_common_order().frame)
    assert [row.fit_s for row in leaderboard(entries, QUICK)] == [1.5, 1.5]
    assert [row.megabytes for row in leaderboard(entries, QUICK)] == [None, None]
