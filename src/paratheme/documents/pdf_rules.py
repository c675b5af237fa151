"""The straight lines that a page of a PDF draws, as around the cells of tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

THIN, LEAST = 3.0, 6.0  # points: how thick a rule is at most, and how long at least
NEAR = 4.0  # points: rules no further apart are one, as those of two cells that do not quite touch

Point = tuple[float, float]


@dataclass(frozen=True)
class Rule:
    """A straight line along a page's edge: where it is, and from where to where it goes, in points."""

    upright: bool
    at: float
    start: float
    end: float

    def from_top(self, height: float) -> Rule:
        """Return the same, counted from the top of a page of some height and not from its bottom."""
        if self.upright:
            return Rule(True, self.at, height - self.end, height - self.start)
        return Rule(False, height - self.at, self.start, self.end)

    def touches(self, other: Rule) -> bool:
        """Whether two rules meet."""
        if self.upright == other.upright:
            return abs(self.at - other.at) <= NEAR and max(self.start, other.start) - min(self.end, other.end) <= NEAR
        return self.start - NEAR <= other.at <= self.end + NEAR and other.start - NEAR <= self.at <= other.end + NEAR


def rules_of(points: Sequence[Point], *, stroked: bool) -> list[Rule]:
    """Return the rules in a path that was drawn: its straight lines, or the thin shape that it fills."""
    if not stroked:
        (left, right), (low, high) = ((min(axis), max(axis)) for axis in zip(*points, strict=True))
        points = [(left, (low + high) / 2), (right, (low + high) / 2)]
        if right - left <= THIN:
            points = [((left + right) / 2, low), ((left + right) / 2, high)]
        elif high - low > THIN:
            return []
    rules = []
    for (x, y), (to_x, to_y) in pairwise(points):
        across, along = abs(to_x - x), abs(to_y - y)
        if across <= THIN and along >= LEAST:
            rules.append(Rule(True, (x + to_x) / 2, min(y, to_y), max(y, to_y)))
        elif along <= THIN and across >= LEAST:
            rules.append(Rule(False, (y + to_y) / 2, min(x, to_x), max(x, to_x)))
    return rules
