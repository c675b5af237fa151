"""Macro-F1 on perturbed texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from paratheme.documents.perturb import PERTURBATIONS
from paratheme.evaluation.robustness import macro_f1_under_perturbation


def shouting(texts: Sequence[str]) -> Any:
    """Decide for the first theme where a text has a capital, never for the others."""
    return np.array([[int(text != text.lower()), 0, 0] for text in texts])


def test_macro_f1_is_given_for_each_perturbation_over_the_themes_that_are_there() -> None:
    texts, Y = ["A", "B", "c"], np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0]])
    found = macro_f1_under_perturbation(shouting, texts, Y)
    assert set(found) == {"unchanged", *PERTURBATIONS}
    assert found["unchanged"] == pytest.approx((1 + 0) / 2)  # nobody has the third theme
    assert found["upper_case"] == pytest.approx(0.8 / 2)
    assert found["lower_case"] == 0


def test_no_more_texts_are_drawn_than_asked_for_and_all_are_decided_at_once() -> None:
    calls: list[list[str]] = []

    def decide(texts: Sequence[str]) -> Any:
        calls.append(list(texts))
        return shouting(texts)

    texts, Y = [f"Text {number:02}" for number in range(30)], np.ones((30, 3), np.int64)
    first = macro_f1_under_perturbation(decide, texts, Y, limit=5)
    assert first == macro_f1_under_perturbation(decide, texts, Y, limit=5)
    assert len(calls) == 2
    assert calls[0] == calls[1]
    assert len(set(calls[0])) == len(calls[0]) <= 5 * (len(PERTURBATIONS) + 1)
    assert len([text for text in calls[0] if text.isupper()]) == 5


def test_no_texts_and_no_themes_give_no_figures() -> None:
    assert macro_f1_under_perturbation(shouting, ["A"], np.array([[1, 0, 0]]), limit=0) == {}
    assert macro_f1_under_perturbation(shouting, ["A"], np.array([[0, 0, 0]])) == {}
