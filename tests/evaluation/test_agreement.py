"""Agreement is what the published examples say; what is settled and what is not is told apart."""

from __future__ import annotations

import numpy as np
import pytest

from paratheme.corpus.label_file import BlockLabel
from paratheme.evaluation.agreement import (
    MISSING,
    Said,
    agreement,
    cohen_kappa,
    disagreement_record,
    fleiss_kappa,
    gold,
    krippendorff_alpha,
)
from paratheme.evaluation.bootstrap import Resampling
from tests.corpus.label_examples import label

# Krippendorff, 2011, "Computing Krippendorff's alpha-reliability", example C: four observers, twelve units.
KRIPPENDORFF = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
    [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
]
# The worked example of Fleiss' kappa on Wikipedia: fourteen raters, ten subjects, five categories.
FLEISS = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
]


def test_cohens_kappa_is_that_of_the_worked_example() -> None:
    # Wikipedia, "Cohen's kappa": 20 both yes, 5 and 10 apart, 15 both no
    first = np.repeat([1, 1, 0, 0], [20, 5, 10, 15])
    second = np.repeat([1, 0, 1, 0], [20, 5, 10, 15])
    assert cohen_kappa(first, second) == pytest.approx(0.4)


def test_fleiss_kappa_is_that_of_the_worked_example() -> None:
    ratings = np.array([np.repeat(range(5), counts) for counts in FLEISS])
    assert fleiss_kappa(ratings, 5) == pytest.approx(0.210, abs=5e-4)


def test_alpha_is_that_of_krippendorffs_own_example() -> None:
    assert krippendorff_alpha(np.array(KRIPPENDORFF).T - 1, 5) == pytest.approx(0.743, abs=5e-4)


def test_alpha_of_two_observers_is_that_of_krippendorffs_own_example() -> None:
    # example A: binary data of two observers, no data missing
    meg, owen = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    assert krippendorff_alpha(np.array([meg, owen]).T) == pytest.approx(0.095, abs=5e-4)


def test_units_that_one_left_out_do_not_count_for_cohen_and_fleiss() -> None:
    first, second = np.array([1, 1, 0, 0]), np.array([1, 0, 0, 0])
    with_more = np.append(first, 1), np.append(second, MISSING)
    assert cohen_kappa(*with_more) == cohen_kappa(first, second)
    assert fleiss_kappa(np.column_stack(with_more)) == fleiss_kappa(np.column_stack([first, second]))


def test_where_all_ratings_are_one_category_nothing_follows() -> None:
    same = np.ones((5, 2), np.int64)
    assert np.isnan([cohen_kappa(same[:, 0], same[:, 1]), fleiss_kappa(same), krippendorff_alpha(same)]).all()


def two_annotators(documents: int = 12) -> list[BlockLabel]:
    said = []
    for number in range(documents):
        about = {"document": f"d{number}", "language": "ar" if number % 2 else "en"}
        first = ("gaza",) if number % 3 else ()
        second = ("gaza",) if number % 4 else ()
        said += [label(f"Text {number}", first, "amal", **about), label(f"Text {number}", second, "ben", **about)]
    return said


def test_agreement_is_told_by_theme_and_language_with_an_interval_over_documents() -> None:
    found = agreement(Said.of(two_annotators()), ("gaza", "sudan"), Resampling(n_resamples=200))
    assert [(one.theme, one.language) for one in found] == [
        *[("gaza", ""), ("gaza", "ar"), ("gaza", "en")],
        *[("sudan", ""), ("sudan", "ar"), ("sudan", "en")],
    ]
    whole = found[0]
    assert whole.blocks == 12
    assert whole.low < whole.alpha < whole.high
    assert np.isnan(found[3].alpha)  # nobody gave it


def test_few_documents_have_no_interval() -> None:
    (one,) = agreement(
        Said.of([said for said in two_annotators(4) if said.block.language == "en"]), ("gaza",), Resampling()
    )
    assert np.isnan([one.low, one.high]).all()


def test_only_annotators_are_compared_and_only_blocks_of_two() -> None:
    said = [label(), label(annotator="ben", themes=()), label("Alone", document="b.txt")]
    said += [label(source="weak", annotator="words"), label(source="adjudicated", annotator="chief")]
    gathered = Said.of(said)
    assert (gathered.annotators, len(gathered.labels)) == (["amal", "ben"], 1)
    (apart,) = gathered.disagreements
    assert disagreement_record(apart)["said"] == {"amal": ["gaza"], "ben": []}


def test_gold_is_what_was_adjudicated_and_what_all_say() -> None:
    agreed = [label("One", document="1"), label("One", annotator="ben", document="1")]
    settled = [label("Two", document="2"), label("Two", (), "ben", document="2")]
    settled += [label("Two", ("sudan",), "chief", document="2", source="adjudicated")]
    apart = [label("Three", document="3"), label("Three", (), "ben", document="3")]
    alone = [label("Four", document="4"), label("Four", annotator="words", document="4", source="weak")]
    found, unsettled = gold([*agreed, *settled, *apart, *alone])
    assert [(one.block.document, one.themes, one.annotator) for one in found] == [
        ("1", ("gaza",), "agreed"),
        ("2", ("sudan",), "chief"),
    ]
    assert {one.source for one in found} == {"adjudicated"}
    assert unsettled == 2
