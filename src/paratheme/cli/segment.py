"""``paratheme segment``."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paratheme.cli.standard_input import OF_DOCUMENTS, standard_input
from paratheme.cli.terminal import tell, width_of_table
from paratheme.errors import ParathemeError

if TYPE_CHECKING:
    from paratheme.documents.readers import DocumentFile
    from paratheme.evaluation.segmentation import Agreement

PARTS = ("train", "valid", "test", "all")
MANY_FILES = 20  # with more, a progress bar


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="documents or folders of documents; - is standard input"
    )
    parser.add_argument("--summary", action="store_true", help="tell what was read, refused and repaired, no blocks")
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
    failures: list[str] = []
    with standard_input(options.paths, options.format_in, tell) as (paths, known):
        if options.summary:
            summary = summarise(paths)
            show_summary(summary, known)
            return 1 if summary.refused else 0
        repairs: list[str] = []
        for record in segment(paths, failures, repairs):
            print(json.dumps(record, ensure_ascii=False))
        for line in (*passed_over(paths), *repairs, *failures):
            tell(known(line))
    return 1 if failures else 0


@dataclass
class Summary:
    """What came of reading documents.

    Attributes
    ----------
    files : int
        Documents that were found.
    blocks : Counter of (str, str)
        Blocks by language and kind.
    passed_over : list of str
        What a folder holds beside documents, a line each.
    refused, repaired : list of str
        What could not be read, and what was guessed or left out in a document that was, a line each.
    """

    files: int = 0
    blocks: Counter[tuple[str, str]] = field(default_factory=Counter)
    passed_over: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    repaired: list[str] = field(default_factory=list)


def summarise(paths: Sequence[str]) -> Summary:
    """Read documents, and return what came of it."""
    summary = Summary(len(documents(paths)), passed_over=passed_over(paths))
    for block in segment(paths, summary.refused, summary.repaired):
        summary.blocks[block["language"], block["kind"]] += 1
    return summary


def show_summary(summary: Summary, known: Callable[[str], str] = str) -> None:
    """Print how many documents were read and their blocks by language and kind; then each refusal and repair."""
    from paratheme.cli.isolated import show_words
    from paratheme.documents.segmentation import KINDS

    read = summary.files - len(summary.refused)
    print(f"{read} of {summary.files} documents read, {summary.blocks.total()} blocks\n")
    counts: dict[str, Counter[str]] = {}
    for (language, kind), number in summary.blocks.items():
        counts.setdefault(language, Counter())[kind] = number
    kinds = [kind for kind in KINDS if any(kind in count for count in counts.values())]
    by_size = sorted(counts.items(), key=lambda item: -item[1].total())
    if counts:
        columns = [*kinds, "blocks", "language"]
        rows = [[*(str(count[kind]) for kind in kinds), str(count.total()), language] for language, count in by_size]
        show_words("Blocks by language and kind", columns, rows, columns[:-1])
    told = {"Passed over": summary.passed_over, "Refused": summary.refused, "Repaired": summary.repaired}
    for title, lines in told.items():
        if lines:
            print(f"{title}:")
            print(*(f"  {known(line)}" for line in lines), sep="\n", end="\n\n")


def passed_over(paths: Sequence[str]) -> list[str]:
    """Return what folders hold beside documents, a line each."""
    from paratheme.documents.passed_over import passed_over

    return [line for path in paths if Path(path).is_dir() and (line := passed_over(Path(path)))]


def documents(paths: Sequence[str]) -> list[DocumentFile]:
    """Return the documents among files and folders.

    Raises
    ------
    ParathemeError
        If there are none, or a path is a table: its rows are blocks already.
    """
    from paratheme.corpus.tables import table_suffix
    from paratheme.documents.readers import SUFFIXES, find

    for path in map(Path, paths):
        if table_suffix(path) and path.is_file():
            raise ParathemeError(f"{path}: a table's rows are blocks already; `paratheme predict {path}` files them")
    if files := find(paths):
        return files
    raise ParathemeError(f"{', '.join(paths)}: no documents there; there should be {', '.join(SUFFIXES)}")


def segment(paths: Sequence[str], failures: list[str], repairs: list[str]) -> Iterator[dict[str, Any]]:
    """Yield the blocks of documents; what cannot be read is added to `failures`, what was guessed to `repairs`."""
    from rich.console import Console
    from rich.progress import track

    from paratheme.documents.blocks import read_blocks

    files = documents(paths)
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
    console = Console()
    # what is too wide goes on in the terminal's next line rather than losing figures
    console.width = max(console.width, width_of_table(console, table))
    console.print(table)
