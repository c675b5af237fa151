"""``paratheme label weak``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from paratheme.cli.label_options import (
    check_labels_file,
    labelled_count,
    labels_so_far,
    read_labels,
    tell,
    theme_options,
)
from paratheme.cli.themes import theme_set

if TYPE_CHECKING:
    from paratheme.corpus.label_file import BlockLabel, TextBlock
    from paratheme.corpus.label_model import VoteFigures
    from paratheme.themes.theme_set import ThemeSet
    from paratheme.types import Labels


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("paths", nargs="+", metavar="PATH", help="documents, folders, or tables of blocks")
    told = "the labels file (.jsonl) that they are added to; weak labels in it give way"
    parser.add_argument("-o", "--output", required=True, type=Path, metavar="FILE", help=told)
    told = "votes beside the themes' words: module:function, whose code is run, or a saved classifier"
    parser.add_argument("--function", action="append", default=[], metavar="NAME", help=told)
    told = "labels files of people, to measure the functions on"
    parser.add_argument("--gold", nargs="+", default=[], type=Path, metavar="FILE", help=told)
    parser.add_argument("--languages", action="store_true", help="print the figures of each language too")
    theme_options(parser)


def execute(options: argparse.Namespace) -> int:
    """Label blocks by functions that vote, and a model of how far each can be believed."""
    from paratheme.corpus.label_blocks import blocks_to_label
    from paratheme.corpus.label_file import guide_version, write_label_file

    check_labels_file(options.output)
    themes = theme_set(options.themes)
    old = labels_so_far(options.output, themes)
    gold = read_labels(options.gold, themes)
    failures: list[str] = []
    repairs: list[str] = []
    blocks = blocks_to_label(options.paths, failures, repairs)
    new, figures = label_weakly(blocks, themes, options.function, gold, options.guide or guide_version(themes))
    unchanged = {label.key: label for label in old}
    new = [before if (before := unchanged.get(label.key)) and before.says_as(label) else label for label in new]
    write_label_file(options.output, [*(label for label in old if label.source != "weak"), *new])
    tell((*repairs, *failures))
    show_votes([one for one in figures if options.languages or not one.language], bool(gold))
    left_out = labelled_count(blocks) - len(new)
    told = f"; {left_out} left out, for on some theme nothing votes" if left_out else ""
    print(f"{options.output}: {len(new)} weak labels{told}", file=sys.stderr)
    return 1 if failures else 0


def label_weakly(
    blocks: Sequence[TextBlock], themes: ThemeSet, named: Sequence[str], gold: Sequence[BlockLabel], guide: str
) -> tuple[list[BlockLabel], list[VoteFigures]]:
    """Return weak labels of blocks, and how each function votes on those that carry labels."""
    import numpy as np

    from paratheme.corpus.corpus import LABELLED_KINDS
    from paratheme.corpus.label_file import now
    from paratheme.corpus.label_model import figures
    from paratheme.training.weak_labels import labelling_functions, votes_of, weak_labels

    functions = labelling_functions(named, themes)
    names = [function.name for function in functions]
    votes = votes_of(functions, blocks)
    rows = np.array([row for row, block in enumerate(blocks) if block.kind in LABELLED_KINDS], np.int64)
    labelled, votes = [blocks[row] for row in rows], votes[rows]
    labels, P = weak_labels(labelled, votes, names, themes.ids, now(), guide)
    languages = [block.language for block in labelled]
    return labels, figures(votes, P, names, themes.ids, languages, gold_labels(labelled, gold, themes))


def gold_labels(blocks: Sequence[TextBlock], gold: Sequence[BlockLabel], themes: ThemeSet) -> Labels:
    """Return what people say of blocks, what was adjudicated before the rest; `ABSTAIN` where they say nothing."""
    import numpy as np

    from paratheme.corpus.label_file import BY_PEOPLE
    from paratheme.corpus.label_model import ABSTAIN

    by_people = [label for label in gold if label.source in BY_PEOPLE]
    by_people.sort(key=lambda label: BY_PEOPLE.index(label.source))
    said = {label.block.place: label.themes for label in by_people}
    found = np.full((len(blocks), len(themes.ids)), ABSTAIN, np.int64)
    for row, block in enumerate(blocks):
        if block.place in said:
            found[row] = [theme in said[block.place] for theme in themes.ids]
    return found


def show_votes(figures: Sequence[VoteFigures], has_gold: bool) -> None:
    """Print how each function votes."""
    from paratheme.cli.terminal import Grid, show
    from paratheme.evaluation.format import format_score

    columns = ["theme", "language", "function", "coverage", "overlap", "conflict", "accuracy"]
    rows = []
    for one in figures:
        shares = [one.coverage, one.overlap, one.conflict, one.accuracy, *([one.gold_accuracy] if has_gold else [])]
        rows.append([one.theme, one.language or "all", one.function, *map(format_score, shares)])
    show(Grid("Votes, as shares of the blocks", [*columns, *(["by gold"] if has_gold else [])], rows))
