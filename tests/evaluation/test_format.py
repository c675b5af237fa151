"""How figures are written."""

from __future__ import annotations

from typing import Any

import pytest

from paratheme.evaluation.format import (
    format_confidence,
    format_interval,
    format_macro_f1,
    format_score,
    headline,
)

NAN = float("nan")


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (0.5, 0.75, "0.500 to 0.750"),
        (NAN, 1.0, "-"),
        (1.0, 1.0, "-"),
        (float("-inf"), float("inf"), "-"),
        (None, None, "-"),
    ],
)
def test_an_interval_without_an_end_or_of_no_width_is_a_dash(low: float | None, high: float | None, shown: str) -> None:
    assert format_interval(low, high) == shown


def test_an_interval_of_differences_has_signs() -> None:
    assert format_interval(-0.25, 0.1, "+.2f") == "-0.25 to +0.10"


@pytest.mark.parametrize(("value", "shown"), [(0.12345, "0.123"), (0, "0.000"), (None, "-"), (NAN, "-")])
def test_a_figure_that_is_not_there_is_a_dash(value: Any, shown: str) -> None:
    assert format_score(value) == shown


def test_a_figure_has_as_many_digits_as_are_asked_for() -> None:
    assert format_score(1234.56, 0) == "1235"


@pytest.mark.parametrize(("confidence", "shown"), [(0.95, "95%"), (0.9, "90%"), (0.995, "99.5%")])
def test_a_confidence_is_a_percentage_with_no_more_digits_than_it_needs(confidence: float, shown: str) -> None:
    assert format_confidence(confidence) == shown


def test_macro_f1_stands_with_its_interval_where_it_has_one() -> None:
    metrics = {"macro_f1": 0.75, "macro_f1_low": 0.7, "macro_f1_high": 0.8}
    assert format_macro_f1({"macro_f1": 0.75}, 0.95) == "0.750"
    assert format_macro_f1(metrics) == "0.750 (0.700 to 0.800)"
    assert format_macro_f1({"macro_f1": 1.0, "macro_f1_low": 1.0, "macro_f1_high": 1.0}, 0.95) == "1.000"
    assert format_macro_f1(metrics, 0.95) == "0.750 (0.700 to 0.800, 95%)"


METRICS = {"macro_f1": 0.75, "support": 40.0, "f1/gaza": 0.9, "f1/sudan": 0.6, "support/gaza": 12, "support/sudan": 9}


def test_a_result_in_one_sentence_names_the_weakest_theme_and_says_where_it_has_few_examples() -> None:
    sentence = headline(METRICS, ["gaza", "sudan", "peace"], "news")
    assert sentence == ("Macro-F1 **0.750** on 40 test blocks of news; weakest theme sudan (0.600 of few examples).")
    assert headline({**METRICS, "support/sudan": 10}, ["gaza", "sudan"], "news").endswith("theme sudan (0.600).")


def test_where_no_theme_has_a_figure_none_is_the_weakest() -> None:
    assert headline({"macro_f1": NAN, "support": 3.0}, ["gaza"], "news") == (
        "Macro-F1 **-** on 3 test blocks of news; weakest theme none (-)."
    )
