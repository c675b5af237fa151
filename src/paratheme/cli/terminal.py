"""Tables in the terminal: of figures, and of filed blocks in either direction of writing."""

from __future__ import annotations

import argparse
import os
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from textwrap import fill
from typing import IO, TYPE_CHECKING, Any

from paratheme.cli.isolated import width_of
from paratheme.evaluation.format import SMALL, format_macro_f1, format_score, printable
from paratheme.evaluation.format import markdown as as_markdown

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from paratheme.evaluation.bootstrap import Resampling

WIDEST = 1000  # columns
TEXT_COLUMNS = (
    *("", "theme", "themes", "language", "language/theme", "slice", "kind", "genre", "length", "corpus"),
    *("run", "id", "model", "since (UTC)", "undone (UTC)", "reason", "status", "function", "moved"),
)
LONGEST_TEXT = 200  # letters of a block that are shown
RLI, LRI, PDI = "\u2067", "\u2066", "\u2069"  # Unicode's isolates: neighbours do not reorder what stands between


@dataclass(frozen=True)
class Grid:
    """A table to be shown.

    Attributes
    ----------
    title, note : str
        What is said above and below it.
    columns : sequence of str
    rows : sequence of sequence of str
        The cells.
    optional : sequence of str
        Columns that are left out, the first first, where the terminal is too narrow for all.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""
    optional: Sequence[str] = ()

    def without(self, column: str) -> Grid:
        """Return the table without one of its columns."""
        kept = [i for i, name in enumerate(self.columns) if name != column]
        rows = [[row[i] for i in kept] for row in self.rows]
        return replace(self, columns=[self.columns[i] for i in kept], rows=rows)


def resampling_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of commands that print intervals."""
    parser.add_argument("--resamples", type=int, default=1000, help="bootstrap resamples, for intervals and tests")
    parser.add_argument("--confidence", type=float, default=0.95, help="of the intervals")


def resampling_of(options: argparse.Namespace) -> Resampling:
    """Return what these options say."""
    from paratheme.errors import validated
    from paratheme.evaluation.bootstrap import Resampling

    return validated(Resampling, {"n_resamples": options.resamples, "confidence": options.confidence})


def tell(line: str) -> None:
    """Say something on standard error."""
    print(f"paratheme: {line}", file=sys.stderr)


def width_of_table(console: Console, table: Table) -> int:
    """Return how wide a table is where nothing in it is broken."""
    from rich.measure import Measurement

    return Measurement.get(console, console.options.update(width=WIDEST), table).maximum


def show(grid: Grid, markdown: bool = False) -> None:
    """Print a table, for the terminal or as Markdown."""
    if markdown:
        print(f"**{as_markdown(grid.title)}**\n")
        marks = [":--" if column in TEXT_COLUMNS else "--:" for column in grid.columns]
        for row in (grid.columns, marks, *grid.rows):
            print(f"| {' | '.join(cell if row is marks else as_markdown(cell) for cell in row)} |")
        print(f"\n{grid.note}\n" if grid.note else "")
        return
    console = _console()
    narrow = console.is_terminal or "COLUMNS" in os.environ  # a file or a pipe takes any width
    dropped = []
    for column in [*grid.optional, ""]:
        table = _table(printable(grid.title), *grid.columns)
        for row in grid.rows:
            table.add_row(*map(printable, row))
        width = width_of_table(console, table)
        if not narrow or not column or width <= console.width:
            break
        grid = grid.without(column)
        dropped.append(column)
    shown = console.width if narrow else WIDEST  # of what is not a table
    # what still is too wide goes on in the terminal's next line rather than losing figures
    console.width = max(console.width, width)
    console.print(table)
    if dropped:
        print(fill(f"left out for the width of the terminal: {', '.join(dropped)}", shown), file=sys.stderr)
    if grid.note:
        print(fill(grid.note, shown))


def show_metrics(metrics: Mapping[str, float], themes: Sequence[str], languages: Sequence[str], title: str) -> None:
    """Print the metrics of a test per theme and per language."""
    console = _console()
    table = _table(title, "theme", "precision", "recall", "F1", "support")
    for theme in themes:
        values = [format_score(metrics.get(f"{name}/{theme}")) for name in ("precision", "recall", "f1")]
        table.add_row(theme, *values, _support(metrics[f"support/{theme}"]))
    table.add_section()
    values = [format_score(metrics[f"macro_{name}"]) for name in ("precision", "recall", "f1")]
    table.add_row("macro average", *values, _support(metrics["support"]))
    console.print(table)
    console.print(f"macro F1 {format_macro_f1(metrics)}\n", highlight=False)
    console.print(_language_table(metrics, languages))
    if "recall_unnamed" in metrics:
        named, unnamed = (format_score(metrics[f"recall_{sort}"]) for sort in ("named", "unnamed"))
        said = f"recall {named} where a word of the theme stands in the block, {unnamed} where none does"
        console.print(f"{said} ({_support(metrics['support_unnamed'])} times)", highlight=False)
    if "accuracy" in metrics:
        console.print(f"accuracy {format_score(metrics['accuracy'])}")
    if "unseen_macro_f1" in metrics:
        means = [f"macro F1 {format_score(metrics['unseen_macro_f1'])}"]
        means += [f"accuracy {format_score(metrics['unseen_accuracy'])}"] if "unseen_accuracy" in metrics else []
        console.print(f"mean over the languages not trained on: {', '.join(means)}", highlight=False)


def show_blocks(records: Sequence[Mapping[str, Any]], file: IO[str]) -> None:
    """Print filed blocks, a table for each document."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(file=file, width=width_of(file))
    for document in dict.fromkeys(record["document"] for record in records):
        table = Table(box=box.SIMPLE_HEAD, title=Text(printable(str(document))), title_justify="left", expand=True)
        table.add_column("block", style="dim", no_wrap=True)
        table.add_column("themes", ratio=1)
        table.add_column("text", ratio=3)
        for record in (record for record in records if record["document"] == document):
            themes = Text(justify="left")
            for theme in record["themes"]:
                themes.append(f"{theme} {record['scores'][theme]:.2f}\n", style="bold green")
            themes.rstrip()
            table.add_row(f"{record['index']} {record['kind']}", themes, _BlockText(record))
        console.print(table)


def show_documents(records: Sequence[Mapping[str, Any]], file: IO[str]) -> None:
    """Print filed documents, a row each."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, expand=True)
    table.add_column("document", ratio=2)
    table.add_column("language")
    table.add_column("blocks", justify="right")
    table.add_column("themes, score, blocks", ratio=2)
    for record in records:
        themes = [f"{theme} {record['scores'][theme]:.2f} {record['counts'][theme]}" for theme in record["themes"]]
        cells = [str(record["document"]), str(record["language"]), str(record["blocks"])]
        filed = Text("\n".join(themes), style="bold green")
        table.add_row(*(Text(printable(cell)) for cell in cells), filed)
    Console(file=file, width=width_of(file)).print(table)


class _BlockText:
    """A block's text in a cell of the terminal: no control characters, each line's direction kept to itself."""

    def __init__(self, record: Mapping[str, Any]) -> None:
        from rich.text import Text

        printable = "".join(c if c.isprintable() else " " for c in str(record["text"]))
        short = printable if len(printable) <= LONGEST_TEXT else printable[: LONGEST_TEXT - 1] + "…"
        self.text = Text(short, style="" if record["themes"] else "dim")
        directions = Counter(unicodedata.bidirectional(c) for c in short)
        self.right_to_left = directions["R"] + directions["AL"] > directions["L"]

    def __rich_console__(self, console: Any, options: Any) -> Iterator[Any]:
        from rich.text import Text

        for line in self.text.wrap(console, options.max_width):
            line.rstrip()
            gap = " " * (options.max_width - line.cell_len) if self.right_to_left else ""
            yield Text.assemble(gap, RLI if self.right_to_left else LRI, line, PDI)


def _language_table(metrics: Mapping[str, float], languages: Sequence[str]) -> Table:
    measures = {"macro F1": "f1"} | ({"accuracy": "accuracy"} if "accuracy" in metrics else {})
    table = _table("By language", "language", *measures, "support")
    for language in sorted(set(languages)):
        if f"support/{language}" in metrics:
            values = [format_score(metrics.get(f"{name}/{language}")) for name in measures.values()]
            table.add_row(language, *values, _support(metrics[f"support/{language}"]))
    return table


def _table(title: str, *columns: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    for column in columns:
        table.add_column(column, justify="left" if column in TEXT_COLUMNS else "right", no_wrap=True)
    return table


def _console() -> Any:
    from rich.console import Console

    return Console(soft_wrap=True, markup=False)


def _support(value: float) -> str:
    return f"{value:.0f}" + (" (few)" if value < SMALL else "")
