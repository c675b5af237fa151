"""``paratheme shares``."""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from paratheme.cli.terminal import Grid, resampling_of, resampling_options, show
from paratheme.errors import UsageError

if TYPE_CHECKING:
    from paratheme.classifier.inputs import Group
    from paratheme.evaluation.bootstrap import Resampling
    from paratheme.evaluation.pile import Share

FORMATS = {"table": "", "json": ".json", "csv": ".csv"}


@dataclass(frozen=True)
class Shares:
    """What is in a pile.

    Attributes
    ----------
    model : str
        The classifier that filed it.
    blocks, documents : int
        How many there are; rows of tables are no documents.
    told_again : list of list of str
        Documents, or rows, that tell one story, for each that is told more than once.
    confidence : float
        Of the intervals.
    shares : list of Share
    failures : list of str
        What could not be read.
    """

    model: str
    blocks: int
    documents: int
    told_again: list[list[str]]
    confidence: float
    shares: list[Share]
    failures: list[str]


def pile_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of commands that read piles."""
    told = "a folder, a run, models:/...; default: what filed the files that are named, or else the champion"
    parser.add_argument("--model", metavar="MODEL", help=told)
    parser.add_argument("--themes", metavar="NAME", help="the theme set whose champion files, where there are several")
    told = "the column of the texts in tables; article.body is the body of an article"
    parser.add_argument("--text-column", default="text", metavar="NAME", help=told)
    parser.add_argument("--force", action="store_true", help="overwrite --output where it exists")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    told = "documents, folders of documents, tables with a column text, or files of blocks that predict wrote"
    parser.add_argument("paths", nargs="+", metavar="PATH", help=told)
    pile_options(parser)
    parser.add_argument("--once", action="store_true", help="count each story once, of documents that are near-copies")
    parser.add_argument("--format", choices=FORMATS, help="default: what the suffix of --output says, or else table")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="a .json or .csv; default: standard output")
    resampling_options(parser)


def execute(options: argparse.Namespace) -> int:
    """Estimate how large a share of a pile is about each theme, with intervals that hold the classifier's errors."""
    form = _format_of(options.output, options.format, options.force)
    resampling = resampling_of(options)
    paths = (options.paths, options.model, options.themes, options.text_column)
    found = shares(*paths, options.once, resampling, tell)
    if form == "table":
        _show(found, options.once)
    else:
        text = as_json(found) if form == "json" else _csv(found.shares)
        if options.output:
            options.output.write_text(text, "utf-8")
        else:
            print(text, end="")
    for failure in found.failures:
        tell(failure)
    return 1 if found.failures else 0


def shares(
    paths: Sequence[str],
    model: str | None,
    themes: str | None,
    text_column: str,
    once: bool,
    resampling: Resampling,
    tell: Callable[[str], None],
) -> Shares:
    """Count what is in a pile, and estimate its shares."""
    from paratheme.evaluation.pile import PileCounts
    from paratheme.evaluation.shares import HeldOut
    from paratheme.training.piles import open_piles

    (pile,), source, classifier = open_piles([paths], model, themes, text_column, tell)
    ids = classifier.themes.ids
    counts = PileCounts(ids)
    counts.read(reading(pile.groups(classifier, ids)))
    for line in pile.inputs.repairs:
        tell(line)
    held_out = HeldOut.from_dict(classifier.about.get("held_out", {}))
    if not held_out.sums:
        tell("the classifier does not know how often it errs, so that shares are not estimated; train it again")
    again = counts.told_again()
    counted = counts.once() if once else counts
    found = counted.shares(held_out, resampling)
    blocks = next((share.texts for share in found if share.unit == "blocks"), 0)
    return Shares(source.uri, blocks, counted.documents, again, resampling.confidence, found, pile.failures)


def reading(groups: Iterable[Group]) -> Iterable[Group]:
    """Show how many documents and rows were read, on a terminal."""
    from tqdm import tqdm

    return tqdm(groups, unit=" documents", disable=None, leave=False, file=sys.stderr)


def tell(line: str) -> None:
    """Say something on standard error, above a progress bar where there is one."""
    from tqdm import tqdm

    tqdm.write(f"paratheme: {line}", file=sys.stderr)


def as_json(result: object) -> str:
    """Return a dataclass as JSON; what is no number is null."""
    from paratheme.classifier.columns import plain

    return json.dumps(plain(asdict(result)), ensure_ascii=False, indent=1, allow_nan=False) + "\n"  # type: ignore[call-overload]


def _format_of(path: Path | None, form: str | None, force: bool) -> str:
    if path is None:
        return form or "table"
    from paratheme.cli.output import check_place

    said = next((name for name, suffix in FORMATS.items() if suffix and suffix == path.suffix.lower()), None)
    if said is None or form not in (None, said):
        raise UsageError(f"{path}: end its name in .json or .csv, as --format says; a table is for the terminal")
    check_place(path, force)
    return said


def _show(found: Shares, once: bool) -> None:
    more = sum(len(group) - 1 for group in found.told_again)
    copies = (
        f"; {more:,} of them tell a story again ({'left out' if once else '--once counts each once'})" if more else ""
    )
    print(f"{found.blocks:,} blocks, {found.documents:,} documents{copies}")
    for title, unit, by_language in (
        ("Blocks by theme", "blocks", False),
        ("Documents by theme: with a block of the theme", "documents", False),
        ("Blocks by language and theme", "blocks", True),
    ):
        chosen = [share for share in found.shares if share.unit == unit and bool(share.language) == by_language]
        if by_language:
            chosen = [share for share in chosen if share.filed]
        if chosen:
            show(_grid(title, chosen, found.confidence))
    if found.shares:
        print("share: estimated, with what the classifier misses and takes wrongly; -: too little is known for that")


def _grid(title: str, chosen: Sequence[Share], confidence: float) -> Grid:
    from paratheme.evaluation.format import format_confidence, format_interval, format_score

    rows = []
    for one in chosen:
        of = [f"{one.texts:,}", f"{one.filed:,}", format_score(one.filed / one.texts)]
        estimated = [format_score(one.share), format_interval(one.low, one.high)]
        rows.append([*([one.language] if one.language else []), one.theme, *of, *estimated])
    columns = ["theme", "all", "filed", "of all", "share", format_confidence(confidence)]
    return Grid(title, ["language", *columns] if chosen[0].language else columns, rows)


def _csv(rows: Sequence[Share]) -> str:
    from paratheme.classifier.columns import plain

    text = io.StringIO()
    writer = csv.DictWriter(text, asdict(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(plain(asdict(row)) for row in rows)
    return text.getvalue()
