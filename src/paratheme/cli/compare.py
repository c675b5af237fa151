"""``paratheme compare``."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from paratheme.cli.terminal import Grid, resampling_of, resampling_options, show
from paratheme.evaluation.format import SMALL, format_confidence, format_interval, format_score

if TYPE_CHECKING:
    from paratheme.evaluation.bootstrap import Resampling
    from paratheme.tracking.leaderboard import LeaderboardRow, TestedRun

SLICED_BY = ("theme", "language", "language/theme", "kind", "genre", "length")
LIMIT = 20  # runs in a leaderboard, where none is named


@dataclass(frozen=True)
class Comparison:
    """Runs side by side.

    Attributes
    ----------
    rows : list of LeaderboardRow
        The best first.
    comparable : list of TestedRun
        Those that were tested on the same data, in the same order.
    warnings : list of str
        What makes the comparison unfair, and which runs were left out.
    """

    rows: list[LeaderboardRow]
    comparable: list[TestedRun]
    warnings: list[str]


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("runs", nargs="*", metavar="RUN", help="an id, a name, runs:/... or models:/...")
    parser.add_argument("--limit", type=int, default=LIMIT, help=f"without RUN: so many of the newest ({LIMIT})")
    parser.add_argument("--by", action="append", default=[], choices=SLICED_BY, help="F1 by slice; may be repeated")
    parser.add_argument("--markdown", dest="form", action="store_const", const="markdown", default="table")
    parser.add_argument("--json", dest="form", action="store_const", const="json")
    resampling_options(parser)


def execute(options: argparse.Namespace) -> int:
    """Show runs side by side: leaderboard, intervals, paired tests, costs."""
    resampling = resampling_of(options)
    comparison = compare(options.runs, resampling, options.limit)
    for warning in comparison.warnings:
        print(f"paratheme: {warning}", file=sys.stderr)
    if options.form == "json":
        print(json.dumps(_plain(comparison, options.by), indent=1, allow_nan=False))
        return 0
    show(leaderboard_grid(comparison.rows, resampling), markdown=options.form == "markdown")
    for by in options.by:
        show(slice_grid(comparison.comparable, by), markdown=options.form == "markdown")
    return 0


def compare(names: Sequence[str], resampling: Resampling, limit: int = LIMIT) -> Comparison:
    """Put runs side by side (empty: the newest), from what they kept of their tests; nothing is fitted again."""
    from paratheme.tracking.leaderboard import leaderboard, tested_run, warnings_about
    from paratheme.tracking.runs import find_run, newest_tested

    if names:
        runs, left_out = list({run.id: run for run in map(find_run, names)}.values()), list[str]()
    else:
        runs, left_out = newest_tested(limit)
    entries = {run.id: tested_run(run) for run in runs}
    rows = leaderboard(list(entries.values()), resampling)
    comparable = [entries[row.id] for row in rows if row.same_data]
    return Comparison(rows, comparable, [*left_out, *warnings_about(list(entries.values()), rows)])


def leaderboard_grid(board: Sequence[LeaderboardRow], resampling: Resampling) -> Grid:
    """Return the leaderboard as a table."""
    sure = format_confidence(resampling.confidence)
    columns = ["run", "id", "model", "macro F1", sure, "to the best", f"{sure} of it", "p", "p (permuted)"]
    rows = []
    for row in board:
        test = ["best" if row is board[0] else "other data", "", "", "", ""]
        if row.difference is not None:
            d = row.difference
            ps = [format_score(d.p), format_score(d.p_permutation)]
            test = [f"{d.estimate:+.3f}", format_interval(d.low, d.high, "+.3f"), *ps, row.differs or ""]
        costs = [format_score(row.fit_s, 1), format_score(row.blocks_per_s, 0), format_score(row.megabytes, 1)]
        interval = format_interval(row.low, row.high)
        rows.append([row.run, row.id[:8], row.model, format_score(row.macro_f1), interval, *test, *costs])
    title = f"{board[0].blocks} blocks in {board[0].stories} stories"
    note = (
        f"differs: both tests say so at {1 - resampling.confidence:.3g}, by Holm's correction for the number of runs; "
        "unsure: one does. The best was chosen on these blocks, which flatters it a little."
    )
    compared = any(row.difference for row in board)
    return Grid(title, [*columns, "differs", "fit s", "blocks/s", "MB"], rows, note if compared else "")


def slice_grid(entries: Sequence[TestedRun], by: str) -> Grid:
    """Return the F1 of every run by slice as a table."""
    from paratheme.tracking.leaderboard import slice_figures

    names = [f"{entry.run.label} {entry.run.id[:4]}" for entry in entries]
    rows = []
    for row in slice_figures(entries, by):
        support = f"{row['support']}" + (" (few)" if row["support"] < SMALL else "")
        rows.append([row["slice"], *(format_score(row["f1"].get(entry.run.id)) for entry in entries), support])
    return Grid(f"F1 by {by}", [by, *names, "support"], rows)


def _plain(comparison: Comparison, sliced_by: Sequence[str]) -> Any:
    """Return a comparison as plain data, with None for what JSON cannot write: NaN and the infinite."""
    from paratheme.tracking.leaderboard import slice_figures

    data: dict[str, Any] = {"runs": [asdict(row) for row in comparison.rows]}
    if sliced_by:
        data["slices"] = {by: slice_figures(comparison.comparable, by) for by in sliced_by}
    return _finite(data)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
