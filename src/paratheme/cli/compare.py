"""``paratheme compare``."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Container, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from paratheme.cli.terminal import Grid, resampling_of, resampling_options, show
from paratheme.evaluation.format import SMALL, format_confidence, format_difference, format_interval, format_score

if TYPE_CHECKING:
    from paratheme.evaluation.bootstrap import Resampling
    from paratheme.tracking.leaderboard import LeaderboardRow, TestedRun

SLICED_BY = ("theme", "language", "language/theme", "kind", "genre", "length")
LIMIT = 20  # runs in a leaderboard, where none is named


@dataclass(frozen=True)
class Comparison:
    """Runs that were tested on the same blocks, side by side.

    Attributes
    ----------
    rows : list of LeaderboardRow
        The best first.
    runs : list of TestedRun
        In the same order.
    warnings : list of str
        What makes the comparison unfair.
    """

    rows: list[LeaderboardRow]
    runs: list[TestedRun]
    warnings: list[str]


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("runs", nargs="*", metavar="RUN", help="an id, a name, runs:/... or models:/...")
    parser.add_argument("--limit", type=int, default=LIMIT, help="without RUN: so many of the newest")
    parser.add_argument("--by", action="append", default=[], choices=SLICED_BY, help="F1 by slice; may be repeated")
    parser.add_argument("--markdown", dest="form", action="store_const", const="markdown", default="table")
    parser.add_argument("--json", dest="form", action="store_const", const="json")
    resampling_options(parser)


def execute(options: argparse.Namespace) -> int:
    """Show runs side by side, by test data: leaderboard, intervals, paired tests, costs."""
    from paratheme.tracking.registry import champions

    resampling = resampling_of(options)
    comparisons, told = compare(options.runs, resampling, options.limit)
    for warning in [*told, *(warning for one in comparisons for warning in one.warnings)]:
        print(f"paratheme: {warning}", file=sys.stderr)
    if options.form == "json":
        print(json.dumps([_plain(one, options.by) for one in comparisons], indent=1, allow_nan=False))
        return 0
    reigning = {version.run_id for version in champions().values()}
    for one in comparisons:
        show(leaderboard_grid(one, resampling, reigning), markdown=options.form == "markdown")
        for by in options.by:
            show(slice_grid(one.runs, by), markdown=options.form == "markdown")
    return 0


def compare(names: Sequence[str], resampling: Resampling, limit: int = LIMIT) -> tuple[list[Comparison], list[str]]:
    """Put runs (without names: the newest) side by side, from what they kept of their tests; nothing is fitted again.

    Runs tested on other blocks cannot be compared: there is one comparison for each test, the newest first. What is to
    be told besides is returned too.
    """
    from paratheme.tracking.leaderboard import leaderboard, tested_run, warnings_about
    from paratheme.tracking.runs import find_run, newest_tested

    if names:
        chosen, told = list({run.id: run for run in map(find_run, names)}.values()), list[str]()
    else:
        chosen, told = newest_tested(limit)
    tests: dict[str, list[TestedRun]] = {}
    for run in chosen:
        tests.setdefault(run.tested_on, []).append(tested_run(run))
    comparisons = []
    for entries in tests.values():
        rows = leaderboard(entries, resampling)
        by_id = {entry.run.id: entry for entry in entries}
        comparisons.append(Comparison(rows, [by_id[row.id] for row in rows], warnings_about(entries, rows)))
    return comparisons, told


def leaderboard_grid(comparison: Comparison, resampling: Resampling, reigning: Container[str] = ()) -> Grid:
    """Return the leaderboard as a table; runs whose model is a champion are marked."""
    sure, board = format_confidence(resampling.confidence), comparison.rows
    columns = ["run", "id", "", "model", "macro F1", sure, "to the best", f"{sure} of it", "p", "p (permuted)"]
    rows = []
    for row, entry in zip(board, comparison.runs, strict=True):
        test = ["best", "", "", "", ""]
        if row.difference is not None:
            d = row.difference
            ps = [format_score(d.p), format_score(d.p_permutation)]
            test = [format_difference(d.estimate), format_interval(d.low, d.high, "+.3f"), *ps, row.differs or ""]
        costs = [format_score(row.fit_s, 1), format_score(row.blocks_per_s, 0), format_score(row.megabytes, 1)]
        mark = "champion" if entry.run.id in reigning else ""
        interval = format_interval(row.low, row.high)
        rows.append([row.run, row.id[:8], mark, row.model, format_score(row.macro_f1), interval, *test, *costs])
    tags = comparison.runs[0].run.tags
    title = f"{board[0].blocks} blocks in {board[0].stories} stories"
    title += "".join(f", {key} {tags[key]}" for key in ("corpus", "themes") if tags.get(key))
    note = (
        f"differs: both tests say so at {1 - resampling.confidence:.3g}, by Holm's correction for the number of runs; "
        "unsure: one does. The best was chosen on these blocks, which flatters it a little."
    )
    compared = any(row.difference for row in board)
    optional = ("MB", "blocks/s", "fit s", "p (permuted)", f"{sure} of it", "p", "model", "id")
    columns = [*columns, "differs", "fit s", "blocks/s", "MB"]
    return Grid(title, columns, rows, note if compared else "", optional)


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
        data["slices"] = {by: slice_figures(comparison.runs, by) for by in sliced_by}
    return _finite(data)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
