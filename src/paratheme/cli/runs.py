"""``paratheme runs``."""

from __future__ import annotations

import argparse
import time
from collections.abc import Container
from dataclasses import dataclass

from paratheme.cli.terminal import Grid, show
from paratheme.evaluation.format import format_score

LIMIT = 20
UNITS = (("day", 86400), ("h", 3600), ("min", 60))


@dataclass(frozen=True)
class RunRow:
    """A run as the list shows it; `macro_f1` and `megabytes` are None where it measured none."""

    name: str
    id: str
    themes: str
    corpus: str
    macro_f1: float | None
    status: str
    seconds_ago: float
    is_champion: bool
    megabytes: float | None


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--limit", type=int, default=LIMIT, help="how many, the newest first")
    parser.add_argument("--all", action="store_true", help="single folds, trials and evaluations too")
    parser.add_argument("--markdown", action="store_true", help="for a report")


def execute(options: argparse.Namespace) -> int:
    """List the runs, the newest first: themes, corpus, figure, status, age, champion, size."""
    rows = list_runs(options.limit, options.all)
    cells = [
        [
            row.name,
            row.id[:8],
            row.themes,
            row.corpus,
            format_score(row.macro_f1),
            row.status,
            age(row.seconds_ago),
            "champion" if row.is_champion else "",
            format_score(row.megabytes, 1),
        ]
        for row in rows
    ]
    columns = ["run", "id", "themes", "corpus", "macro F1", "status", "age", "", "MB"]
    show(Grid("Runs, the newest first", columns, cells, "", ("MB", "corpus", "themes", "age")), options.markdown)
    return 0


def list_runs(limit: int = LIMIT, everything: bool = False) -> list[RunRow]:
    """Return the newest runs, whatever became of them."""
    from paratheme.tracking.dead_runs import close_dead_runs
    from paratheme.tracking.registry import champions
    from paratheme.tracking.store import search_runs

    close_dead_runs()
    reigning: Container[str] = {version.run_id for version in champions().values()}
    rows = []
    for run in search_runs("" if everything else "tags.kind = 'training'", limit):
        tags, metrics, info = run.data.tags, run.data.metrics, run.info
        figure = metrics.get("test/macro_f1", metrics.get("pooled/macro_f1"))
        ago, size = time.time() - info.start_time / 1000, metrics.get("size/megabytes")
        told = tags.get("themes", ""), tags.get("corpus", "")
        champion = info.run_id in reigning
        rows.append(RunRow(info.run_name, info.run_id, *told, figure, info.status.lower(), ago, champion, size))
    return rows


def age(seconds: float) -> str:
    """Return a time ago as people say it."""
    for unit, length in UNITS:
        if seconds >= length:
            count = int(seconds // length)
            return f"{count} {unit}{'s' if unit == 'day' and count > 1 else ''}"
    return "now"
