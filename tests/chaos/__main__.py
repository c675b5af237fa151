"""Put in every fault, print the table, and end with 1 where something was lost."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.chaos.common import Row, timed

LANES = ("SIGKILL", "")  # faults whose names begin so, and the others: side by side, for kills mostly wait


def main() -> int:
    """Run the faults."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="about a minute")
    parser.add_argument("--only", default="", help="faults whose name begins so")
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="chaos-") as temporary, ProcessPoolExecutor(len(LANES)) as pool:
        os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
        lanes = [pool.submit(run, Path(temporary), number, options.short, options.only) for number in range(len(LANES))]
        rows = [row for lane in lanes for row in lane.result()]
    show(rows)
    print(f"{time.monotonic() - began:.0f} s in all, {len(LANES)} faults at a time", file=sys.stderr)
    return 1 if any(row.lost or (not row.injected and not row.skipped) for row in rows) else 0


def run(folder: Path, lane: int, short: bool, only: str) -> list[Row]:
    """Run the faults of a lane."""
    rows, own = [], folder / str(lane)
    own.mkdir()
    for fault, inject in faults(own, short):
        if fault.startswith(only) and lane == next(i for i, name in enumerate(LANES) if fault.startswith(name)):
            print(f"{fault} ...", file=sys.stderr, flush=True)
            rows.append(timed(fault, inject))
            told = rows[-1].skipped or f"{rows[-1].injected:,}, lost {rows[-1].lost or 'nothing'}"
            print(f"  {fault}: {told}, {rows[-1].seconds:.0f} s", file=sys.stderr, flush=True)
    return rows


def faults(folder: Path, short: bool):  # type: ignore[no-untyped-def]
    """Yield the faults by name."""
    from tests.chaos import fuzz, hostile, kills, outages, patterns

    def place(name: str) -> Path:
        made = folder / name
        made.mkdir()
        return made

    yield "SIGKILL in training", lambda row: kills.kill(row, place("kills"), 1 if short else 20, short)
    yield from outages.faults(place, short)
    yield "hostile models", lambda row: hostile.models(row, place("models"))
    yield "hostile documents", lambda row: hostile.documents(row, place("documents"), short)
    yield "patterns on hostile text", patterns.patterns
    yield "fuzzed text and bytes", lambda row: fuzz.fuzz(row, place("fuzz"), 2_000 if short else 1_000_000)


def show(rows: list[Row]) -> None:
    """Print the table and, below, what was lost."""
    widest = max(len(row.fault) for row in rows)
    print(f"{'fault':<{widest}}  {'injected':>9}  {'survived':>9}  {'lost':>5}  {'seconds':>8}")
    for row in rows:
        if row.skipped:
            print(f"{row.fault:<{widest}}  skipped: {row.skipped}")
            continue
        figures = f"{row.injected:>9,}  {row.survived:>9,}  {len(row.lost or []):>5}  {row.seconds:>8.1f}"
        print(f"{row.fault:<{widest}}  {figures}")
    for row in rows:
        for loss in (row.lost or [])[:10]:
            print(f"lost: {row.fault}: {loss[:600]}")


if __name__ == "__main__":
    sys.exit(main())
