"""``paratheme label agreement``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from paratheme.cli.label_export import read_labels
from paratheme.cli.terminal import resampling_of, resampling_options
from paratheme.cli.themes import theme_set
from paratheme.errors import ParathemeError, UsageError

if TYPE_CHECKING:
    from paratheme.corpus.label_file import BlockLabel
    from paratheme.evaluation.agreement import Agreement

SHOWN = 20  # disagreements that are printed; the file has all


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="labels files")
    parser.add_argument("--themes", default="oic", metavar="NAME", help="of conf/themes/NAME.yaml, or a file")
    told = "write the blocks of which annotators say different things, to be exported and adjudicated"
    parser.add_argument("--disagreements", type=Path, metavar="FILE", help=told)
    told = "write what is settled, adjudicated or said by all, as a labels file to train on"
    parser.add_argument("--gold", type=Path, metavar="FILE", help=told)
    parser.add_argument("--force", action="store_true", help="overwrite these files")
    resampling_options(parser)


def execute(options: argparse.Namespace) -> int:
    """Measure how far annotators agree, and show where they do not."""
    from paratheme.corpus.label_file import write_json_lines, write_label_file
    from paratheme.evaluation.agreement import Said, agreement, disagreement_record, gold

    for file in filter(None, (options.disagreements, options.gold)):
        if file.suffix != ".jsonl" or (file.exists() and not options.force):
            told = "is there already; --force overwrites it" if file.suffix == ".jsonl" else "must end in .jsonl"
            raise UsageError(f"{file}: {told}")
    themes = theme_set(options.themes)
    labels = read_labels(options.files, themes)
    said = Said.of(labels)
    if not said.labels:
        named = ", ".join(map(str, options.files))
        raise ParathemeError(f"{named}: no block that two annotators labelled; import what another one said")
    show(agreement(said, themes.ids, resampling_of(options)), said.annotators)
    show_disagreements(said.disagreements, len(said.labels), options.disagreements)
    if options.disagreements:
        write_json_lines(options.disagreements, map(disagreement_record, said.disagreements))
    if options.gold:
        settled, unsettled = gold(labels)
        write_label_file(options.gold, settled)
        print(f"{options.gold}: {len(settled)} blocks; {unsettled} are not settled, left out", file=sys.stderr)
    return 0


def show(found: Sequence[Agreement], annotators: Sequence[str]) -> None:
    """Print a table of agreement by theme and language."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=f"Agreement of {', '.join(annotators)}", title_justify="left", box=box.SIMPLE_HEAD)
    for column in ("theme", "language", "blocks", "Cohen's kappa", "Fleiss' kappa", "alpha", "interval"):
        table.add_column(column, justify="left" if column in ("theme", "language") else "right", no_wrap=True)
    for one in found:
        between = f"{_figure(one.low)} to {_figure(one.high)}" if one.low == one.low else "-"
        figures = [str(one.blocks), *map(_figure, (one.cohen, one.fleiss, one.alpha)), between]
        table.add_row(Text("" if one.language else one.theme), one.language or "all", *figures)
    Console(width=None if sys.stdout.isatty() else 120, highlight=False).print(table)


def show_disagreements(several: Sequence[dict[str, BlockLabel]], blocks: int, file: Path | None) -> None:
    """Print the blocks of which annotators say different things, with their texts."""
    from paratheme.cli.isolated import isolated

    print(f"{len(several)} of {blocks} blocks are labelled differently")
    for said in several[:SHOWN]:
        block = next(iter(said.values())).block
        told = ", ".join(f"{name}: {'; '.join(label.themes) or 'none'}" for name, label in sorted(said.items()))
        print(f"\n{isolated(block.document)} {block.start}-{block.end}  {isolated(told)}\n  {isolated(block.text)}")
    if len(several) > SHOWN:
        print(f"\n... and {len(several) - SHOWN} more; {file or '--disagreements FILE'} has all")


def _figure(value: float) -> str:
    return f"{value:.3f}" if value == value else "-"
