"""How much work something is, by a count that no other load on the machine changes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any


def calls(act: Callable[[], Any]) -> int:
    """Return how many functions are called, Python's and C's."""
    count = 0

    def see(frame: Any, event: str, argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(see)
    try:
        act()
    finally:
        sys.setprofile(before)
    return count


def grows_with_its_length(act: Callable[[int], Any], length: int) -> bool:
    """Tell whether twice the length is about twice the work, and no more."""
    return calls(lambda: act(2 * length)) < 2.5 * calls(lambda: act(length))
