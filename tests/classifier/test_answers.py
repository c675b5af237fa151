"""What a classifier said of a group of blocks is kept, and given again for the same group alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from paratheme.classifier.answers import KeptAnswers
from paratheme.classifier.prediction import Prediction


class Counting:
    """A classifier that gives every text one theme, and counts the texts."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def predict(self, texts: Sequence[str], explain: Any = False) -> list[Prediction]:
        self.asked += texts
        return [Prediction(["gaza"], {"gaza": len(text) / 100}, {}) for text in texts]


def group(*texts: str, kind: str = "paragraph", document: str = "a") -> list[dict[str, Any]]:
    return [{"document": document, "text": text, "kind": kind, "start": 10 * i} for i, text in enumerate(texts)]


@pytest.fixture(autouse=True)
def _cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PARATHEME_CACHE", str(tmp_path))


def test_the_same_group_has_the_same_answer_whatever_it_is_called() -> None:
    classifier = Counting()
    first, again = group("bread", "rain"), group("bread", "rain", document="b")
    KeptAnswers("model").label([first], classifier)
    kept = KeptAnswers("model")  # of another process
    kept.label([again, group("new")], classifier)
    assert classifier.asked == ["bread", "rain", "new"]
    assert [(one["themes"], one["scores"]) for one in again] == [(one["themes"], one["scores"]) for one in first]
    assert (kept.found, kept.asked) == (1, 2)


@pytest.mark.parametrize(
    "other", [group("bread", "snow"), group("bread"), group("rain", "bread"), group("bread", "rain", kind="heading")]
)
def test_another_group_is_scored(other: list[dict[str, Any]]) -> None:
    classifier = Counting()
    KeptAnswers("model").label([group("bread", "rain")], classifier)
    classifier.asked.clear()
    KeptAnswers("model").label([other], classifier)
    assert classifier.asked == [block["text"] for block in other]


def test_another_classifier_is_asked_anew() -> None:
    classifier = Counting()
    for made_by in ("model", "other"):
        KeptAnswers(made_by).label([group("bread")], classifier)
    assert classifier.asked == ["bread", "bread"]
