"""``paratheme segment``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paratheme.cli.standard_input import OF_DOCUMENTS, standard_input

if TYPE_CHECKING:
    from paratheme.evaluation.segmentation import Agreement

PARTS = ("train", "valid", "test", "all")
MANY_FILES = 20  # with more, a progress bar


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="documents or folders of documents; - is standard input"
    )
    parser.add_argument("--evaluate", type=Path, metavar="CORPUS", help="measure on a labelled corpus instead")
    parser.add_argument("--part", choices=PARTS, default="test")
    told = "what standard input is, where - is named; default: txt"
    parser.add_argument("--format-in", choices=OF_DOCUMENTS, help=told)


def execute(options: argparse.Namespace) -> int:
    """Print the blocks of documents as JSON lines."""
    if not options.paths and options.evaluate is None:
        options.usage_error("name documents or folders, or --evaluate CORPUS")
    if options.evaluate is not None:
        show_agreement(evaluate(options.evaluate, options.part), options.part)
        return 0
    from paratheme.documents.passed_over import passed_over

    failures: list[str] = []
    repairs: list[str] = []
    with standard_input(options.paths, options.format_in) as (paths, known):
        for record in segment(paths, failures, repairs):
            print(json.dumps(record, ensure_ascii=False))
        notes = filter(None, (passed_over(Path(path)) for path in paths if Path(path).is_dir()))
        for line in (*notes, *repairs, *failures):
            print(f"paratheme: {known(line)}", file=sys.stderr)
    return 1 if failures else 0


def segment(paths: Sequence[str], failures: list[str], repairs: list[str]) -> Iterator[dict[str, Any]]:
    """Yield the blocks of documents; what cannot be read is added to `failures`, what was guessed to `repairs`."""
    from rich.console import Console
    from rich.progress import track

    from paratheme.documents.blocks import read_blocks
    from paratheme.documents.readers import find

    files = find(paths)
    silent = len(files) < MANY_FILES or not sys.stderr.isatty()
    shown = track(files, "Segmenting", console=Console(stderr=True), disable=silent)
    yield from read_blocks(shown, failures, repairs)


def evaluate(corpus: Path, part: str) -> Mapping[str, Agreement]:
    """Segment a part of a labelled corpus, as the default experiment divides it, and compare."""
    from paratheme.evaluation.segmentation import evaluate_segmentation, read_labelled
    from paratheme.paths import shipped
    from paratheme.training.compose import compose, compose_corpus
    from paratheme.training.data import parts_of_documents

    settings = compose_corpus(str(corpus))
    folder = Path(settings.path) if settings.path else shipped("seeds")
    if part == "all":
        return evaluate_segmentation(read_labelled(folder))
    part_of = parts_of_documents(compose().model_copy(update={"corpus": settings}))
    return evaluate_segmentation(read_labelled(folder, lambda name: part_of.get(name) == part))


def show_agreement(groups: Mapping[str, Agreement], part: str) -> None:
    """Print boundary F1 and F1 of the kinds, for all documents and by layout and language."""
    from rich.console import Console
    from rich.table import Table

    from paratheme.documents.segmentation import KINDS

    table = Table(title=f"Segmentation, {part} documents: F1 of exact spans, and of spans with their kind")
    for column in ("", "documents", "blocks", "boundary", *KINDS, "macro"):
        table.add_column(column, justify="right" if column else "left")
    for name, agreement in groups.items():
        scores = [agreement.boundary_f1, *map(agreement.kind_f1, KINDS), agreement.macro_f1]
        counts = [str(agreement.documents), str(agreement.labelled.total())]
        table.add_row(name, *counts, *("-" if score is None else f"{score:.3f}" for score in scores))
    Console(width=None if sys.stdout.isatty() else 140).print(table)
