"""``paratheme predict``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from paratheme.errors import UsageError

FORMATS = ("table", "jsonl", "csv", "parquet")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("paths", nargs="+", metavar="PATH", help="documents, folders, or a .jsonl/.csv/.parquet table")
    parser.add_argument("--model", metavar="MODEL", help="a folder, a run, models:/...; default: the champion")
    parser.add_argument("--themes", metavar="NAME", help="the theme set whose champion files, where there are several")
    parser.add_argument(
        "--prior",
        action="append",
        type=_prior,
        default=[],
        metavar="THEME=RATE",
        help="how often a theme occurs in these texts, such as gaza=0.3; may be repeated",
    )
    parser.add_argument("--format", choices=FORMATS, default="table")
    parser.add_argument("--output", type=Path, metavar="FILE", help="default: standard output")


def execute(options: argparse.Namespace) -> int:
    """File the paragraphs of documents, or the rows of tables, by theme."""
    if options.format == "parquet" and options.output is None and sys.stdout.isatty():
        raise UsageError("parquet is no text; give --output FILE")
    failures: list[str] = []
    records = predict(options.paths, options.model, dict(options.prior), failures, options.themes)
    for failure in failures:
        print(f"paratheme: {failure}", file=sys.stderr)
    if records or not failures:
        _write(records, options.format, options.output)
    return 1 if failures else 0


def predict(
    paths: Sequence[str],
    model: str | None,
    prior: Mapping[str, float],
    failures: list[str],
    themes: str | None = None,
) -> list[dict[str, Any]]:
    """Return the blocks of documents and the rows of tables, filed; what cannot be read is added to `failures`."""
    from paratheme.classifier.predict import label, read_records
    from paratheme.tracking.addresses import describe, find_source, load_source

    repairs: list[str] = []
    records = list(read_records(paths, failures, repairs))  # what is wrong with them is told before the model is loaded
    for repair in repairs:
        print(f"paratheme: {repair}", file=sys.stderr)
    if records or not failures:
        source = find_source(model, themes)
        classifier = load_source(source)
        print(f"paratheme: filing with {describe(source, classifier)}", file=sys.stderr)
        label(records, classifier.with_prior(prior))
        for record in records:
            record["model"] = source.uri
    return records


def _write(records: Sequence[dict[str, Any]], form: str, output: Path | None) -> None:
    from paratheme.classifier.predict import write, write_parquet
    from paratheme.cli.terminal import show_blocks

    if form == "parquet":
        write_parquet(records, output or sys.stdout.buffer)
        return
    file = output.open("w", encoding="utf-8", newline="") if output else sys.stdout
    try:
        if form == "table":
            show_blocks(records, file)
        else:
            write(records, form, file)
    finally:
        if output:
            file.close()


def _prior(text: str) -> tuple[str, float]:
    theme, separator, rate = text.partition("=")
    try:
        return theme, float(rate if separator else "")
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form THEME=RATE, such as gaza=0.3") from None
