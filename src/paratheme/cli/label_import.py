"""``paratheme label import``."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from paratheme.cli.label_options import check_labels_file, labels_so_far, tell, theme_options
from paratheme.cli.themes import theme_set
from paratheme.errors import ParathemeError, UsageError

if TYPE_CHECKING:
    from paratheme.corpus.label_file import BlockLabel, TextBlock
    from paratheme.themes.theme_set import ThemeSet

SHEETS = (".csv", ".tsv", ".xlsx")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    told = "an export of Label Studio, Argilla (.json), doccano (.jsonl), a sheet (.csv, .tsv, .xlsx), labels (.jsonl)"
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help=told)
    told = "the labels file (.jsonl) that they are added to"
    parser.add_argument("-o", "--output", required=True, type=Path, metavar="FILE", help=told)
    told = "see that the texts still stand in these"
    parser.add_argument("--documents", nargs="+", default=[], metavar="PATH", help=told)
    told = "who filled in a sheet, where its rows do not say, or labelled in doccano"
    parser.add_argument("--annotator", default="", metavar="NAME", help=told)
    parser.add_argument("--adjudicated", action="store_true", help="what a sheet or a project says settles the matter")
    parser.add_argument("--update", action="store_true", help="replace what the same annotator said before")
    theme_options(parser)


def execute(options: argparse.Namespace) -> int:
    """Add what annotators said to a labels file; refuse what no longer fits its text."""
    from paratheme.corpus.label_blocks import blocks_to_label
    from paratheme.corpus.label_file import add_labels, guide_version, write_label_file

    check_labels_file(options.output)
    themes = theme_set(options.themes)
    labels = labels_so_far(options.output, themes)
    changes: Counter[str] = Counter(added=0, unchanged=0, replaced=0)
    failures: list[str] = []
    repairs: list[str] = []
    blocks = blocks_to_label(options.documents, failures, repairs) if options.documents else None
    for file in options.files:
        guide = options.guide or guide_version(themes)
        new = import_labels(file, themes, guide, options.annotator, options.adjudicated)
        if blocks is not None:
            check_places(new, blocks, file)
        labels, changed = add_labels(labels, new, options.update)
        changes.update(changed)
    write_label_file(options.output, labels)
    tell((*repairs, *failures))
    counted = ", ".join(f"{count} {change}" for change, count in changes.items())
    print(f"{options.output}: {len(labels)} labels; {counted}", file=sys.stderr)
    return 1 if failures else 0


def import_labels(
    file: Path, themes: ThemeSet, guide: str, annotator: str = "", adjudicated: bool = False
) -> Sequence[BlockLabel]:
    """Return what annotators said in a file.

    Raises
    ------
    ParathemeError
        If something in it no longer fits its text; names file, place and remedy.
    """
    from dataclasses import replace

    from paratheme.corpus.label_file import now, read_label_file
    from paratheme.corpus.label_records import is_argilla, is_doccano, read_argilla, read_doccano
    from paratheme.corpus.label_sheets import read_sheet
    from paratheme.corpus.label_studio_tasks import read_tasks
    from paratheme.corpus.labels import ThemeNames

    names, suffix = ThemeNames(themes), file.suffix.lower()
    labels: Sequence[BlockLabel]
    if suffix == ".json":
        labels = read_argilla(file, names, now()) if is_argilla(file) else read_tasks(file, names, now(), guide)
    elif suffix in SHEETS:
        labels = read_sheet(file, names, now(), guide, annotator)
    elif suffix == ".jsonl" and is_doccano(file):
        labels = read_doccano(file, names, annotator, now())
    elif suffix == ".jsonl":
        return read_label_file(file, names)
    else:
        raise UsageError(f"{file}: of no kind that is imported; there are .json, {', '.join(SHEETS)}, .jsonl")
    return [replace(label, source="adjudicated") for label in labels] if adjudicated else labels


def check_places(labels: Sequence[BlockLabel], blocks: Sequence[TextBlock], file: Path) -> None:
    """Refuse labels of a block that the documents do not have, or have with another text."""
    text_at = {block.place: block.text for block in blocks}
    for label in labels:
        text = text_at.get(label.block.place)
        if text != label.block.text:
            what = "no block stands there" if text is None else "another text stands there"
            raise ParathemeError(f"{file}: {label.block}: {what} in --documents; export these blocks again")
