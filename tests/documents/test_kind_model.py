"""The kinds of blocks that form and place tell."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paratheme.documents import kind_model
from paratheme.documents.block_kinds import KINDS
from paratheme.documents.kind_model import GUESSED, Weights, features, reconsider
from tests.documents.examples import BIR, MATAR, PLUIE, PUITS, RAIN, WELL, kinds_in
from tests.scripts import module_of
from tests.work import grows_with_its_length

LONG = f"{RAIN} {WELL}"
BLOCKS = st.lists(
    st.tuples(st.text(min_size=1, max_size=300), st.sampled_from(KINDS), st.booleans(), st.booleans()), min_size=1
)


@pytest.mark.parametrize(
    ("line", "texts"),
    [
        ("Bulletin of the upper village | issue 14 | page 3 of 8", (RAIN, WELL)),
        ("Rédaction du bulletin · 12 mars, 10:42 · 4 minutes", (PLUIE, PUITS)),
        ("نشرة القرية العليا في الشرق | العدد ١٤ | صفحة ٣ من ٨", (MATAR, BIR)),
    ],
)
def test_a_line_of_parts_above_the_text_is_furniture(line: str, texts: tuple[str, str]) -> None:
    assert kinds_in("Rain", line, *texts, *texts, *texts)[1] == "boilerplate"


@given(BLOCKS)
def test_only_what_the_rules_guessed_is_judged_again(blocks: list[tuple[str, str, bool, bool]]) -> None:
    texts, kinds, sentences, is_open = (list(column) for column in zip(*blocks, strict=True))
    judged = reconsider(texts, kinds, sentences, is_open)
    assert len(judged) == len(kinds)
    for before, after, may in zip(kinds, judged, is_open, strict=True):
        assert after == before or (may and before in GUESSED and after in GUESSED)


def test_a_short_document_is_left_to_the_rules() -> None:
    texts = [RAIN, "Bulletin | page 3 | 12:40", WELL]
    assert reconsider(texts, ["paragraph"] * 3, [True, False, True], [True] * 3) == ["paragraph"] * 3


def test_what_may_be_furniture_is_kept_unless_that_is_sure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights of nought but for the intercepts: every block is judged alike."""

    def weights_of(*likely: float) -> Weights:
        return Weights(["words"], np.zeros((len(GUESSED), 1)), np.log(likely))

    texts, kinds = [*[LONG] * 4, WELL[:100]], ["paragraph"] * 5
    unsure, sure = (0.3, 0.05, 0.1, 0.55), (0.1, 0.1, 0.1, 0.7)
    for likely, last in ((unsure, "paragraph"), (sure, "boilerplate")):
        monkeypatch.setattr(kind_model, "weights", lambda likely=likely: weights_of(*likely))
        assert reconsider(texts, kinds, [True] * 4 + [False], [True] * 5) == [*kinds[:4], last]


@pytest.mark.parametrize("place", [0, 2, 5])
@pytest.mark.parametrize(
    "short",
    ["The army denied the report on Friday.", "L'armée a démenti vendredi.", "ونفى الجيش ذلك يوم الجمعة."],
)
def test_a_short_sentence_is_no_furniture_by_its_form_alone(short: str, place: int) -> None:
    """It may be the article's last, or stand between two long ones: as furniture it would never be filed."""
    texts = [LONG] * 5
    texts.insert(place, short)
    assert kinds_in("Hunger spreads in Sudan", *texts)[1 + place] in ("paragraph", "caption")


def test_a_long_line_that_introduces_a_list_is_text() -> None:
    line = (
        f"{RAIN[:-1]}, and the committee, which met on 12 May 2024, will speak of the following: wells, seeds, roads:"
    )
    assert kinds_in("Rain in the east", RAIN, line, WELL, RAIN, WELL, RAIN)[2] == "paragraph"


def test_weights_survive_being_written(tmp_path: Path) -> None:
    learned = kind_model.weights()
    learned.write(tmp_path / "weights.json")
    again = Weights.read(tmp_path / "weights.json")
    assert again.features == learned.features
    np.testing.assert_array_equal(again.coefficients, learned.coefficients)
    assert set(learned.features) == set(features([RAIN], ["paragraph"], [True]))


def test_the_cost_grows_with_the_length_of_a_document() -> None:
    def act(size: int) -> None:
        reconsider([LONG] * size, ["paragraph"] * size, [True] * size, [True] * size)

    assert grows_with_its_length(act, 200)


@pytest.mark.slow
def test_the_weights_are_what_the_script_learns() -> None:
    path = Path(__file__).parents[2] / "experiments" / "kinds.py"
    script = module_of(path)
    learned, shipped = script.learn(), json.loads(script.WEIGHTS.read_text("utf-8"))
    assert learned.features == shipped["features"]
    np.testing.assert_allclose(learned.coefficients, shipped["coefficients"], atol=0.01)
