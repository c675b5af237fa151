"""Tables of words and texts in any direction of writing, as wide as the terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import IO

FSI, PDI = "\u2068", "\u2069"  # Unicode's isolates: what stands between has a direction of its own
PIPED = 120  # columns where there is no terminal, and COLUMNS says nothing
SHORTEST, GAP = 20, 3  # columns of a text that is cut, and between two columns


def width_of(file: IO[str], piped: int = PIPED) -> int | None:
    """Return how wide tables are where a file is no terminal and COLUMNS says nothing; None: as rich finds out."""
    return None if file.isatty() or "COLUMNS" in os.environ else piped


def isolated(text: str) -> str:
    """Return a text on one line that keeps its direction of writing to itself, without control characters."""
    printable = "".join(c if c.isprintable() or c in (FSI, PDI) else " " for c in text)
    joined = " ".join(printable.split())
    return f"{FSI}{joined}{PDI}" if joined else ""


def show_words(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[str] = ()) -> None:
    """Print a table; the last column, of texts, is cut at the width of the terminal, `numbers` stand to the right."""
    from rich import box
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(width=width_of(sys.stdout), highlight=False)
    table = Table(title=Text(title), title_justify="left", box=box.SIMPLE_HEAD)
    taken = 0
    for position, column in enumerate(columns):
        table.add_column(column, justify="right" if column in numbers else "left", no_wrap=True)
        taken += max(map(cell_len, [column, *(row[position] for row in rows)])) + GAP
    longest = max(map(cell_len, [columns[-1], *(row[-1] for row in rows)]))
    left = max(SHORTEST, console.width - (taken - longest) - GAP)
    for row in rows:
        text = Text(" ".join(row[-1].split()))
        text.truncate(left, overflow="ellipsis")
        table.add_row(*map(Text, row[:-1]), Text(isolated(text.plain)))
    console.width = max(console.width, taken - longest + left + GAP)
    console.print(table)
