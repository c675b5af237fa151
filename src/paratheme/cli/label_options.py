"""What the commands of `paratheme label` share: options, files, and what is said at the end."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from paratheme.errors import ParathemeError, UsageError

if TYPE_CHECKING:
    from paratheme.corpus.label_file import BlockLabel, TextBlock
    from paratheme.themes.theme_set import ThemeSet


def theme_options(parser: argparse.ArgumentParser, guide: bool = True) -> None:
    """Add the options that say by which themes, and by which version of the guide, labels are given."""
    parser.add_argument("--themes", default="oic", metavar="NAME", help="of conf/themes/NAME.yaml, or a file")
    if guide:
        parser.add_argument("--guide", metavar="VERSION", help="of the guide; default: a hash of the definitions")


def check_labels_file(path: Path) -> None:
    """Refuse a name that is none of a labels file."""
    if path.suffix != ".jsonl":
        raise UsageError(f"{path}: a labels file ends in .jsonl")


def check_new_lines(path: Path | None, force: bool = False, remedy: str = "--force overwrites it") -> None:
    """Refuse a file of JSON lines, where one is asked for, that is called otherwise or is there already."""
    if path is not None:
        if path.suffix != ".jsonl":
            raise UsageError(f"{path}: must end in .jsonl")
        check_new(path, force, remedy)


def check_new(path: Path, force: bool = False, remedy: str = "--force overwrites it") -> None:
    """Refuse to overwrite a file."""
    if path.exists() and not force:
        raise UsageError(f"{path}: is there already; {remedy}")


def read_labels(files: Sequence[Path], themes: ThemeSet) -> list[BlockLabel]:
    """Return the labels of several files together.

    Raises
    ------
    ParathemeError
        If one is no labels file, or two say different things in the name of one annotator.
    """
    from paratheme.corpus.label_file import add_labels, read_label_file
    from paratheme.corpus.labels import ThemeNames

    labels: list[BlockLabel] = []
    for file in files:
        try:
            labels, _ = add_labels(labels, read_label_file(file, ThemeNames(themes)))
        except UsageError as error:
            raise ParathemeError(f"{file}: {error}") from error
    return labels


def labels_so_far(path: Path, themes: ThemeSet) -> list[BlockLabel]:
    """Return the labels of a file that others are added to; none where it is not there yet."""
    return read_labels([path] if path.is_file() else [], themes)


def labelled_count(blocks: Sequence[TextBlock]) -> int:
    """Return how many blocks are of a kind that carries labels."""
    from paratheme.corpus.corpus import LABELLED_KINDS

    return sum(block.kind in LABELLED_KINDS for block in blocks)


def tell(lines: Iterable[str]) -> None:
    """Say on standard error what was guessed, and what could not be read."""
    for line in lines:
        print(f"paratheme: {line}", file=sys.stderr)
