"""What is said of one text, and what says it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from paratheme.classifier.reasons import Reason
from paratheme.corpus.tables import is_missing
from paratheme.documents.context import Passages


@dataclass(frozen=True)
class Prediction:
    """What one text is about.

    Attributes
    ----------
    themes : list of str
        Ids of the themes given to it, in the theme set's order.
    scores : dict of str to float
        Theme id -> calibrated probability.
    reasons : dict of str to Reason
        Theme id -> why it was given, where that was asked for.
    """

    themes: list[str]
    scores: dict[str, float]
    reasons: dict[str, Reason] = field(default_factory=dict)


class Predicts(Protocol):
    """What files texts: a classifier."""

    def predict(self, texts: Sequence[str], explain: bool | Sequence[bool] = False) -> list[Prediction]:
        """Return the themes and scores of each text, in order, and reasons where they are asked for."""


def checked(texts: Sequence[str] | None) -> Passages:
    """Return texts as passages; a `TypeError` where one of them is no text, or they are a single one."""
    if isinstance(texts, str):
        raise TypeError("a list of texts is wanted; write predict([text])")
    if texts is None:
        raise TypeError("a list of texts is wanted, not None; write predict([text])")
    passages = texts if isinstance(texts, Passages) else Passages.of(list(texts))
    for position, text in enumerate(passages):
        if not isinstance(text, str):
            told = "missing" if is_missing(text) else f"of type {type(text).__name__}"
            raise TypeError(f"texts[{position}] is {told} ({text!r}); give texts, '' where there is none")
    return passages
