"""``paratheme predict``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from paratheme import __version__
from paratheme.classifier.page import LANGUAGES
from paratheme.cli.export import ENGINES as COPIES
from paratheme.cli.output import FORMATS, UNITS, Output, output_of
from paratheme.cli.standard_input import DASH, KINDS, standard_input
from paratheme.errors import UsageError

if TYPE_CHECKING:
    from paratheme.classifier.predict import Tally


ENGINES = ("auto", "pytorch", *COPIES)
MOST_WORKERS = 64


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    told = "documents, folders of documents, or tables with a column text; - is standard input"
    parser.add_argument("paths", nargs="+", metavar="PATH", help=told)
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
    parser.add_argument("--format", choices=FORMATS, help="default: what the suffix of --output says, or else table")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="default: standard output")
    parser.add_argument("--force", action="store_true", help="overwrite --output where it exists; begin anew")
    told = "go on where an interrupted command with the same --output, inputs, model and options ended"
    parser.add_argument("--resume", action="store_true", help=told)
    told = "the column of the texts in tables; article.body is the body of an article"
    parser.add_argument("--text-column", default="text", metavar="NAME", help=told)
    told = "file headings too; those of a document without other text are always filed"
    parser.add_argument("--file-headings", action="store_true", help=told)
    told = "a row a block, or a row a document: its themes are those of its blocks, its scores their highest"
    parser.add_argument("--by", choices=UNITS, default=UNITS[0], help=told)
    told = "tell the words and phrases that carried each theme, in jsonl and html; reads blocks with a theme many times"
    parser.add_argument("--explain", action="store_true", help=told)
    told = "do not score again what this model has filed before in the same way; kept in the cache folder"
    parser.add_argument("--cache", action="store_true", help=told)
    told = "processes that read documents, some files ahead; default: 1"
    parser.add_argument("--workers", type=_count, default=1, metavar="N", help=told)
    told = "what runs the encoder; default: auto, the fastest that is installed, for two thousand blocks or more"
    parser.add_argument("--engine", choices=ENGINES, default=ENGINES[0], help=told)
    parser.add_argument("--language", choices=LANGUAGES, help="of the page that --format html makes; default: en")
    parser.add_argument("--format-in", choices=KINDS, help="what standard input is, where - is named; default: txt")


def execute(options: argparse.Namespace) -> int:
    """File the paragraphs of documents, or the rows of tables, by theme."""
    asked = (options.output, options.format, options.force, options.resume, options.explain, options.language)
    output = output_of(*asked, options.by)
    if options.resume and DASH in options.paths:
        raise UsageError("standard input cannot be read twice, so that --resume cannot go on; put it into a file")
    with standard_input(options.paths, options.format_in, _tell, options.text_column) as (paths, known):
        tally, failures = predict(paths, output, options, lambda line: _tell(known(line)))
        for failure in failures:
            _tell(known(failure))
    if tally is not None:
        _tell(str(tally))
    return 1 if failures else 0


def predict(
    paths: Sequence[str], output: Output, options: argparse.Namespace, tell: Callable[[str], None]
) -> tuple[Tally | None, list[str]]:
    """File documents and tables into an output; return what was filed, if anything could be, and what was not read."""
    from paratheme.classifier.answers import KeptAnswers
    from paratheme.classifier.engine import run_by
    from paratheme.classifier.inputs import find_inputs
    from paratheme.classifier.predict import windows
    from paratheme.classifier.unfinished import digest
    from paratheme.cli.filing import Filing
    from paratheme.tracking.addresses import describe, find_source, load_source

    inputs = find_inputs(paths, options.text_column)
    asked = [
        output.form,
        sorted(options.prior),
        options.text_column,
        options.file_headings,
        options.explain,
        options.by,
        __version__,
    ]
    made_of = {"inputs": digest(inputs.identity()), "options": digest(asked)}
    filing = Filing(inputs, output, made_of, options.resume, tell)
    filing.check_inputs()
    stream = windows(inputs.groups(filing.begin, options.workers))
    first = next(stream, None)  # what is wrong with it is told before the model is loaded
    filing.tell_repairs()
    if first is None and inputs.failures and not filing.note:
        return None, inputs.failures
    source = find_source(options.model, options.themes)
    classifier = load_source(source)
    texts = [block["text"] for _, group in first or () for block in group]
    classifier = run_by(classifier, options.engine, inputs.blocks, texts, tell)
    tell(f"filing with {describe(source, classifier)}")
    model = digest([source.uri, classifier.about, classifier.calibration.to_dict()])
    filing.check_model(model)
    classifier = classifier.with_prior(dict(options.prior))
    stream = chain([first] if first else [], stream)
    how = (options.file_headings, options.explain)
    kept = KeptAnswers(digest([model, sorted(options.prior), how, __version__])) if options.cache else None
    filing.write(stream, classifier, source.uri, *how, kept)
    if kept:
        tell(f"{kept.found:,} of {kept.asked:,} documents and single rows were filed before")
    return filing.tally, inputs.failures


def _tell(line: str) -> None:
    """Say something on standard error, above a progress bar where there is one."""
    from tqdm import tqdm

    tqdm.write(f"paratheme: {line}", file=sys.stderr)


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_WORKERS:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to {MOST_WORKERS}")
    return int(text)


def _prior(text: str) -> tuple[str, float]:
    theme, separator, typed = text.partition("=")
    try:
        rate = float(typed if separator else "")
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form THEME=RATE, such as gaza=0.3") from None
    if not 0 < rate < 1:
        raise argparse.ArgumentTypeError(f"{text!r}: a rate lies between 0 and 1, such as {theme}=0.3")
    return theme, rate
