"""What `paratheme predict` takes for tables of 10,000, 100,000 and 1,000,000 short rows: memory, and rows a second.

python benchmarks/rows.py FOLDER... [--rows 10000 100000 1000000]

FOLDER: a saved classifier, such as those of model=lexicon and model=static. The rows are sentences of the seeds, each
with a number of its own so that no two are the same; JSON Lines in, JSON Lines out. The rate is that of the rows beyond
those of the smallest table, so that the start of the process does not count.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import re
import sys
import tempfile
import time
from pathlib import Path

from paratheme.paths import shipped


def write_rows(file: Path, number: int) -> None:
    """Write a table."""
    texts = [path.read_text("utf-8") for path in sorted((shipped("seeds") / "documents").glob("*.txt"))]
    sentences = [s.strip() for text in texts for s in re.split(r"(?<=[.؟!?])\s+", text) if 40 < len(s) < 300]
    with file.open("w", encoding="utf-8") as rows:
        for i, sentence in zip(range(number), itertools.cycle(sentences)):
            rows.write(json.dumps({"text": f"{sentence} ({i})"}, ensure_ascii=False) + "\n")


def predict(folder: Path, table: Path, output: Path) -> tuple[float, float, float]:
    """Return seconds by the clock and of the processor, and megabytes at the peak, of one process."""
    command = [sys.executable, "-m", "paratheme", "predict", str(table), "--model", str(folder), "-o", str(output)]
    started = time.perf_counter()
    child = os.posix_spawn(sys.executable, [*command, "--force"], os.environ)
    _, status, used = os.wait4(child, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} ended with status {os.waitstatus_to_exitcode(status)}")
    return time.perf_counter() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 1e3


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    options = parser.parse_args()
    first: dict[Path, tuple[float, float]] = {}
    with tempfile.TemporaryDirectory() as temporary:
        table, output = Path(temporary, "rows.jsonl"), Path(temporary, "filed.jsonl")
        for number in sorted(options.rows):
            write_rows(table, number)
            for folder in options.folders:
                clock, processor, megabytes = predict(folder, table, output)
                told = f"{clock:.1f} s by the clock, {processor:.1f} s of the processor"
                if folder in first:
                    more = number - min(options.rows)
                    rates = [more / (now - then) for now, then in zip((clock, processor), first[folder], strict=True)]
                    told += f"; {rates[0]:,.0f} more rows a second by the clock, {rates[1]:,.0f} of the processor"
                first.setdefault(folder, (clock, processor))
                print(f"{folder.name:10} {number:9,} rows: {megabytes:5.0f} MB, {told}", flush=True)


if __name__ == "__main__":
    main()
