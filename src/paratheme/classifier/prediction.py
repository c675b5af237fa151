"""What is said of one text, and what says it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Prediction:
    """What one text is about.

    Attributes
    ----------
    themes : list of str
        Ids of the themes given to it, in the theme set's order.
    scores : dict of str to float
        Theme id -> calibrated probability.
    """

    themes: list[str]
    scores: dict[str, float]


class Predicts(Protocol):
    """What files texts: a classifier."""

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        """Return the themes and scores of each text, in order."""
