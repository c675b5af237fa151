"""What is said of one text, and what says it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from paratheme.classifier.reasons import Reason


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
