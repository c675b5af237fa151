"""What to label next: what teaches most, whole stories, never the same twice."""

from __future__ import annotations

import numpy as np
import pytest

from paratheme.corpus.label_file import TextBlock
from paratheme.training.choose import (
    STRATEGIES,
    Auto,
    Balance,
    Diversity,
    Mixed,
    Pool,
    Random,
    Uncertainty,
    choose,
    stability,
)

SUBJECTS = (
    "the harvest of olives",
    "a bridge of iron",
    "songs of fishermen",
    "a school in winter",
    "tax on salt",
    "chess",
)


def pool(scores: list[float] | None = None, labelled: tuple[int, ...] = (), languages: str = "") -> Pool:
    """Six documents of two blocks each."""
    blocks = []
    for number, subject in enumerate(SUBJECTS):
        language = languages[number] if languages else "en"
        for at in range(2):
            text = f"{subject} {'and what came of it' * at}"
            blocks.append(TextBlock(f"d{number}", 100 * at, 100 * at + len(text), "paragraph", language, text))
    P = np.repeat(np.array(scores or [0.1, 0.2, 0.3, 0.4, 0.5, 0.6], np.float32)[:, None], 2, axis=0)
    known = np.isin(np.arange(12) // 2, labelled)
    return Pool(blocks, P, np.array([0.5]), known)


@pytest.mark.parametrize("name", STRATEGIES)
def test_whole_documents_are_chosen_until_there_are_enough_blocks_and_never_one_that_is_labelled(name: str) -> None:
    chosen = choose(pool(labelled=(1, 4)), STRATEGIES[name](), 3)
    assert len(chosen) == len(set(chosen)) == 2  # two blocks each
    assert not {"d1", "d4"} & set(chosen)


def test_all_that_is_left_is_chosen_where_more_is_asked_for() -> None:
    assert sorted(choose(pool(labelled=(0,)), Random(), 100)) == ["d1", "d2", "d3", "d4", "d5"]
    assert choose(pool(labelled=(0, 1, 2, 3, 4, 5)), Mixed(), 5) == []


def test_the_classifier_has_a_say_once_enough_is_labelled(monkeypatch: pytest.MonkeyPatch) -> None:
    few = pool(labelled=(1, 4))
    np.testing.assert_array_equal(Auto().values(few), Random().values(few))
    monkeypatch.setattr("paratheme.training.choose.FEW", 4)
    np.testing.assert_array_equal(Auto().values(few), Mixed().values(few))


def test_uncertain_blocks_come_first() -> None:
    assert choose(pool([0.01, 0.99, 0.02, 0.49, 0.98, 0.03]), Uncertainty(), 2) == ["d3"]


def test_copies_of_a_labelled_story_are_not_chosen() -> None:
    some = pool(labelled=(0,))
    copies = [TextBlock("copy", b.start, b.end, b.kind, b.language, b.text) for b in some.blocks[:2]]
    more = Pool(
        [*some.blocks, *copies],
        np.concatenate([some.scores, some.scores[:2]]),
        some.thresholds,
        np.append(some.labelled, [False, False]),
    )
    assert "copy" not in choose(more, Random(), 100)


def test_what_resembles_labelled_blocks_is_worth_less() -> None:
    values = Diversity().values(pool(labelled=(2,)))
    assert values[4:6] == pytest.approx(0, abs=1e-6)
    assert values[[0, 2, 8]].min() > 0.3


def test_rare_languages_and_themes_are_worth_more() -> None:
    of_language = Balance().values(pool([0.1] * 6, labelled=(0, 1), languages="aaabbb"))
    assert of_language[6] > of_language[4]
    P = np.array([[0.6, 0.4], [0.6, 0.4], [0.6, 0.4], [0.4, 0.6]], np.float32)
    blocks = pool().blocks[:4]
    of_theme = Balance().values(Pool(blocks, P, np.array([0.5, 0.5]), np.array([True, True, False, False])))
    assert of_theme[3] > of_theme[2]


def test_two_models_that_decide_the_same_are_stable() -> None:
    decisions = np.array([[0, 1], [1, 0], [0, 0]])
    assert stability(decisions, decisions) == 1
    assert stability(decisions, 1 - decisions) < 0
    assert stability(np.zeros((3, 2), np.int64), np.zeros((3, 2), np.int64)) == 1
