"""``paratheme label agreement``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from paratheme.cli.label_options import check_new_lines, read_labels, theme_options
from paratheme.cli.terminal import resampling_of, resampling_options
from paratheme.cli.themes import theme_set
from paratheme.errors import ParathemeError

if TYPE_CHECKING:
    from paratheme.corpus.label_file import BlockLabel
    from paratheme.evaluation.agreement import Agreement

SHOWN = 20  # disagreements that are printed; the file has all


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="labels files")
    theme_options(parser, guide=False)
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

    for file in (options.disagreements, options.gold):
        check_new_lines(file, options.force)
    themes = theme_set(options.themes)
    labels = read_labels(options.files, themes)
    said = Said.of(labels)
    if not said.labels:
        named = ", ".join(map(str, options.files))
        raise ParathemeError(f"{named}: no block that two annotators labelled; import what another one said")
    show_agreement(agreement(said, themes.ids, resampling_of(options)), said.annotators)
    show_disagreements(said.disagreements, len(said.labels), options.disagreements)
    if options.disagreements:
        write_json_lines(options.disagreements, map(disagreement_record, said.disagreements))
    if options.gold:
        settled, unsettled = gold(labels)
        write_label_file(options.gold, settled)
        print(f"{options.gold}: {len(settled)} blocks; {unsettled} are not settled, left out", file=sys.stderr)
    return 0


def show_agreement(found: Sequence[Agreement], annotators: Sequence[str]) -> None:
    """Print a table of agreement by theme and language."""
    from paratheme.cli.terminal import Grid, show
    from paratheme.evaluation.format import format_interval, format_score

    columns = ("theme", "language", "blocks", "Cohen's kappa", "Fleiss' kappa", "alpha", "interval")
    rows = []
    for one in found:
        figures = [str(one.blocks), *map(format_score, (one.cohen, one.fleiss, one.alpha))]
        theme = "" if one.language else one.theme
        rows.append([theme, one.language or "all", *figures, format_interval(one.low, one.high)])
    show(Grid(f"Agreement of {', '.join(annotators)}", columns, rows))


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
