"""``paratheme label next``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from paratheme.cli.label_options import check_new_lines, labelled_count, tell
from paratheme.errors import ParathemeError, UsageError

if TYPE_CHECKING:
    from paratheme.classifier.classifier import ThemeClassifier
    from paratheme.corpus.label_file import Place, TextBlock
    from paratheme.training.choose import Pool

STRATEGIES = ("auto", "mixed", "uncertainty", "diversity", "balance", "random")  # of training.choose
STABLE = 0.99


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("paths", nargs="+", metavar="PATH", help="documents, folders, or tables of blocks")
    parser.add_argument("-n", type=int, default=50, dest="number", metavar="N", help="blocks at least")
    parser.add_argument("--model", metavar="MODEL", help="as predict takes it; default: the champion, or the newest")
    told = "labels files and what this command wrote before: their stories are not chosen again"
    parser.add_argument("--done", nargs="+", default=[], type=Path, metavar="FILE", help=told)
    parser.add_argument("--strategy", choices=STRATEGIES, default="auto")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="a .jsonl file; default: standard output")
    told = "the model of the round before: tells whether its decisions still change"
    parser.add_argument("--before", metavar="MODEL", help=told)


def execute(options: argparse.Namespace) -> int:
    """Choose the documents whose labels would teach a classifier most."""
    from paratheme.corpus.label_blocks import blocks_to_label
    from paratheme.corpus.label_file import write_json_lines
    from paratheme.corpus.lines import LINE_BREAKS
    from paratheme.tracking.addresses import load

    if options.number < 1:
        raise UsageError(f"-n {options.number}: choose at least one block")
    check_new_lines(options.output, remedy="write to another file")
    places = done_places(options.done)
    failures: list[str] = []
    repairs: list[str] = []
    blocks = blocks_to_label(options.paths, failures, repairs)
    classifier = load(options.model)
    chosen, pool = choose_next(blocks, classifier, places, options.strategy, options.number)
    if options.output:
        write_json_lines(options.output, map(vars, chosen))
    else:
        for block in chosen:
            print(json.dumps(vars(block), ensure_ascii=False).translate(LINE_BREAKS))
    tell((*repairs, *failures))
    tell_choice(chosen, pool, options.number)
    if options.before:
        tell_stability(pool, load(options.before), classifier)
    return 1 if failures else 0


def done_places(files: Sequence[Path]) -> set[Place]:
    """Return the places of the blocks that are labelled, or were chosen before."""
    from paratheme.corpus.label_file import block_of
    from paratheme.corpus.tables import numbered_json_lines

    lines = ((f"{file}, line {number}", record) for file in files for number, record in numbered_json_lines(file))
    return {block_of(record, place).place for place, record in lines}


def choose_next(
    blocks: Sequence[TextBlock], classifier: ThemeClassifier, done: set[Place], strategy: str, number: int
) -> tuple[list[TextBlock], Pool]:
    """Return the blocks of the documents that are chosen, headings and all, and what they were chosen from.

    Raises
    ------
    ParathemeError
        If every story is done.
    """
    import numpy as np

    from paratheme.corpus.corpus import LABELLED_KINDS
    from paratheme.training import choose
    from paratheme.training.weak_labels import passages

    rows = [row for row, block in enumerate(blocks) if block.kind in LABELLED_KINDS]
    some = [blocks[row] for row in rows]
    ids = classifier.themes.ids
    scores = classifier.predict_proba(passages(blocks).take(rows))
    thresholds = np.array([classifier.thresholds.get(theme, 0.5) for theme in ids])
    pool = choose.Pool(some, scores, thresholds, np.array([block.place in done for block in some], bool))
    documents = choose.choose(pool, choose.STRATEGIES[strategy](), number)
    if not documents:
        raise ParathemeError("every story among these was chosen or labelled before; add documents")
    order = {document: position for position, document in enumerate(documents)}
    chosen = [block for block in blocks if block.document in order]
    return sorted(chosen, key=lambda block: (order[block.document], block.place)), pool


def tell_choice(chosen: Sequence[TextBlock], pool: Pool, number: int) -> None:
    """Say how many blocks were chosen, and of which languages."""
    from collections import Counter

    from paratheme.evaluation.format import counted

    count = labelled_count(chosen)
    known = {block.place for block in pool.blocks}
    languages = Counter(block.language for block in chosen if block.place in known)
    told = ", ".join(f"{language} {blocks}" for language, blocks in languages.most_common())
    fewer = "; there are no more" if count < number else ""
    of = counted(len({block.document for block in chosen}), "document")
    print(f"{counted(count, 'block')} of {of} ({told}), with their headings{fewer}", file=sys.stderr)


def tell_stability(pool: Pool, before: ThemeClassifier, classifier: ThemeClassifier) -> None:
    """Say whether two classifiers decide the same, so that labelling can stop."""
    from paratheme.training.choose import stability
    from paratheme.training.weak_labels import passages

    if before.themes.ids != classifier.themes.ids:
        raise UsageError("--before: files by other themes; name a model of the same ones")
    kappa = stability(before.decide(passages(pool.blocks)), classifier.decide(passages(pool.blocks)))
    advice = "twice in a row, labelling can stop" if kappa >= STABLE else "go on"
    print(f"decisions of the two models: kappa {kappa:.3f} ({STABLE} and above is stable); {advice}", file=sys.stderr)
