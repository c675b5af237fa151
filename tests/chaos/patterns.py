"""No pattern of ours runs away: each takes, on any text, a time that grows as the text does."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import signal
import sys
from collections.abc import Iterator
from typing import Any

import paratheme
from tests.chaos.common import Row

LENGTH = 20_000  # what grows with the square of it takes a second and more
SECONDS = 0.7  # of the processor, where a thousandth of one is usual
METHODS = ("match", "fullmatch", "search", "finditer", "findall", "sub", "split")
RUNS_OF = (
    *("a", "A", " ", "\n", "1", "_", "\t", "\r", "\x0c", "\u2028", "ا", "é", "一", "\u064b", "\u200f"),
    *("<", "[", "]", "(", "*", "#", "|", "-", ".", ",", "&", '"', "'", "=", ":", "/", "\\", "`", "~", "!", "@", ">"),
    *("a ", " a", "a.", "a, ", "A.B.", "1 ", "1.", "1/1 ", "a1", "a-", "a\n", "- a\n", "> ", " \n", "\n\n", "---\n"),
    *("<a ", "<p>", "</", "<!--", "<script", "<br", "&a;", "[a](", "![", "|-", "http://", "www.", "title: ", "page 1 "),
)
AROUND = (("", ""), ("<", "!"))


def named_patterns() -> Iterator[tuple[str, re.Pattern[Any], str]]:
    """Yield every pattern that a module of ours names, with the methods that are called of it."""
    for found in pkgutil.walk_packages(paratheme.__path__, "paratheme."):
        if found.name.endswith(("__main__", "mlflow_model")):
            continue
        module = importlib.import_module(found.name)
        for name, value in vars(module).items():
            for pattern in _patterns_in(value):
                yield f"{found.name}.{name}", pattern, name


def _patterns_in(value: Any, depth: int = 0) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif depth < 2 and isinstance(value, dict):
        yield from (pattern for one in value.values() for pattern in _patterns_in(one, depth + 1))
    elif depth < 2 and isinstance(value, list | tuple | set | frozenset):
        yield from (pattern for one in value for pattern in _patterns_in(one, depth + 1))


def used(name: str, place: str) -> set[str]:
    """Return the methods that are called of a pattern, in its own module or else anywhere; all where none is."""
    own = inspect.getsource(sys.modules[place.rpartition(".")[0]])
    for source in (own, SOURCE):
        if called := {method for method in METHODS if re.search(rf"\b{name}\.{method}\(", source)}:
            return called
    return set(METHODS)


PATTERNS = {(pattern.pattern, pattern.flags, name): (place, pattern) for place, pattern, name in named_patterns()}
SOURCE = "\n".join(
    inspect.getsource(module)
    for name, module in list(sys.modules.items())
    if name.startswith("paratheme.") and getattr(module, "__file__", None)
)


def runs_away(pattern: re.Pattern[Any], methods: set[str]) -> str:
    """Return the text on which a pattern takes too long, in words; empty where there is none."""

    def stop(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, stop)
    try:
        for run in RUNS_OF:
            for head, tail in AROUND:
                text: Any = head + run * (LENGTH // len(run)) + tail
                text = text.encode() if isinstance(pattern.pattern, bytes) else text
                for method in methods:
                    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
                    try:
                        found = getattr(pattern, method)(*([text[:0]] if method == "sub" else []), text)
                        list(found) if method == "finditer" else None
                    except TimeoutError:
                        return f"{method} of {head!r} + {run!r} * {LENGTH // len(run)} + {tail!r}"
                    finally:
                        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    finally:
        signal.signal(signal.SIGVTALRM, before)
    return ""


def patterns(row: Row) -> None:
    """Try every pattern of ours, and see that one that runs away is found."""
    if not hasattr(signal, "setitimer"):
        row.skipped = "needs a clock that interrupts"
        return
    for (_, _, name), (place, pattern) in PATTERNS.items():
        slow = runs_away(pattern, used(name, place))
        row.add([f"{place}: {slow}"] if slow else [])
    row.add([] if runs_away(re.compile(r"(a+)+b"), {"match"}) else ["a pattern that runs away is not seen"])
