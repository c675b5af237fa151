"""How figures are written, wherever they are shown."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

MARKS = re.compile(r"[\\`*\[\]<>|]|(?<![^\W_])_|_(?![^\W_])")  # an underscore within a word is none
SMALL = 10  # figures over fewer examples than this are marked


def printable(text: str) -> str:
    """Return a text on one line, without control characters: a terminal obeys them."""
    return "".join(c if c.isprintable() else " " for c in text)


def markdown(text: str) -> str:
    """Return a text so that Markdown shows it as it is, whatever marks, tags or links are in it."""
    return MARKS.sub(r"\\\g<0>", printable(text)).replace("\\<", "&lt;").replace("\\>", "&gt;")


def counted(number: int, thing: str) -> str:
    """Return a number of things, such as ``1 document`` or ``1,200 documents``."""
    return f"{number:,} {thing}{'s' * (number != 1)}"


def format_score(value: Any, digits: int = 3) -> str:
    """Return a figure for a table; a dash for none."""
    return "-" if value is None or math.isnan(value) else f"{value:.{digits}f}"


def format_difference(value: float) -> str:
    """Return a difference with its sign; a dash for none."""
    return "-" if math.isnan(value) else f"{value:+.3f}"


def format_interval(low: Any, high: Any, form: str = ".3f") -> str:
    """Return an interval for a table; a dash where there is none, or one without an end or of no width.

    Where every draw gives the same figure, as with a few blocks that are all right, drawing cannot tell how sure it is.
    """
    known = low is not None and high is not None and math.isfinite(low) and math.isfinite(high) and low < high
    return f"{low:{form}} to {high:{form}}" if known else "-"


def format_confidence(confidence: float) -> str:
    """Return a confidence as it is written over intervals, such as ``95%``."""
    return f"{100 * confidence:.4g}%"


def format_macro_f1(metrics: Mapping[str, float], confidence: float | None = None) -> str:
    """Return macro-F1 with its interval, where it has one, and the interval's confidence, where it is given."""
    score = format_score(metrics["macro_f1"])
    interval = format_interval(metrics.get("macro_f1_low"), metrics.get("macro_f1_high"))
    if interval == "-":
        return score
    return f"{score} ({interval}{f', {format_confidence(confidence)}' if confidence else ''})"


def headline(metrics: Mapping[str, float], themes: Sequence[str], corpus: str) -> str:
    """Return a run's result on the test set in one Markdown sentence."""
    tested = [theme for theme in themes if f"f1/{theme}" in metrics]
    weakest = min(tested, key=lambda theme: metrics[f"f1/{theme}"]) if tested else "none"
    few = " of few examples" if metrics.get(f"support/{weakest}", SMALL) < SMALL else ""
    return (
        f"Macro-F1 **{format_macro_f1(metrics)}** on {metrics['support']:.0f} test blocks of {markdown(corpus)}; "
        f"weakest theme {weakest} ({format_score(metrics.get(f'f1/{weakest}'))}{few})."
    )
