"""The commands; nothing heavy is imported until a command needs it."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from paratheme import __version__
from paratheme.errors import ParathemeError

PARTS = ("train", "valid", "test", "all")
BY = ("theme", "language", "language/theme", "kind", "genre", "length")
FORMATS = ("table", "jsonl", "csv", "parquet")
EPILOG = "Exit status: 0; 1 when something failed, named on standard error; 2 for wrong usage."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Parameters
    ----------
    arguments : sequence of str, optional
        What was typed after ``paratheme``; by default the process's own.

    Returns
    -------
    int
        The exit status.
    """
    parser = _parser()
    options, overrides = parser.parse_known_args(arguments)  # overrides may stand behind options
    takes_overrides = hasattr(options, "overrides")
    if unknown := [typed for typed in overrides if typed.startswith("-") or not takes_overrides]:
        parser.error(f"unrecognized arguments: {' '.join(unknown)}")
    if options.command is None:
        parser.print_help()
        return 0
    options.overrides = [*getattr(options, "overrides", []), *overrides]
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C, so that runs are closed
    try:
        return int(options.run(options))
    except ParathemeError as error:
        if options.debug:
            raise
        print(f"paratheme: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("paratheme: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:  # `paratheme predict ... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if options.debug:
            raise
        first = (str(error).strip().splitlines() or [""])[0]
        print(f"paratheme: {type(error).__name__}: {first} (--debug shows where)", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="paratheme", description="File the paragraphs of multilingual documents by theme.", epilog=EPILOG
    )
    parser.add_argument("--version", action="version", version=f"paratheme {__version__}")
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    def command(name: str, run: Any, help: str, **known: Any) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=help, description=help, epilog=EPILOG, **known)
        sub.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        sub.set_defaults(run=run)
        return sub

    train = command(
        "train",
        _train,
        "Train an experiment and log it to MLflow.",
        usage="paratheme train [OVERRIDE ...] [-m]",
    )
    train.add_argument("overrides", nargs="*", metavar="OVERRIDE", help="Hydra: experiment=quick model=tfidf seed=1")
    train.add_argument("-m", "--multirun", action="store_true", help="one run for every combination of values")

    segment = command("segment", _segment, "Print the blocks of documents as JSON lines.")
    segment.add_argument("paths", nargs="*", metavar="PATH", help="documents or folders of documents")
    segment.add_argument("--evaluate", type=Path, metavar="CORPUS", help="measure on a labelled corpus instead")
    segment.add_argument("--part", choices=PARTS, default="test")

    predict = command("predict", _predict, "File the paragraphs of documents, or the rows of tables, by theme.")
    predict.add_argument("paths", nargs="+", metavar="PATH", help="documents, folders, or a .jsonl/.csv/.parquet table")
    predict.add_argument("--model", metavar="URI", help="a folder, runs:/... or models:/...; default: the champion")
    predict.add_argument(
        "--prior",
        action="append",
        type=_prior,
        default=[],
        metavar="THEME=RATE",
        help="how often a theme occurs in these texts, such as gaza=0.3; may be repeated",
    )
    predict.add_argument("--format", choices=FORMATS, default="table")
    predict.add_argument("--output", type=Path, metavar="FILE", help="default: standard output")

    evaluate = command("evaluate", _evaluate, "Measure a saved model on labelled data and log it to MLflow.")
    evaluate.add_argument("model", metavar="MODEL", help="a folder, runs:/... or models:/...")
    evaluate.add_argument("corpus", metavar="CORPUS", help="a folder, a table, or a name: seeds, sib200, your own")
    evaluate.add_argument("overrides", nargs="*", metavar="OVERRIDE", help="as in train: corpus.columns.text=body ...")
    evaluate.add_argument("--part", choices=PARTS, help="default: test of the model's own corpus, all of another")
    _resampling(evaluate)

    compare = command("compare", _compare, "Show runs side by side: leaderboard, intervals, paired tests, costs.")
    compare.add_argument("runs", nargs="*", metavar="RUN", help="an id, a name, runs:/... or models:/...")
    compare.add_argument("--limit", type=int, default=20, help="without RUN: so many of the newest (default 20)")
    compare.add_argument("--by", action="append", default=[], choices=BY, help="F1 by slice too; may be repeated")
    compare.add_argument("--markdown", dest="form", action="store_const", const="markdown", default="table")
    compare.add_argument("--json", dest="form", action="store_const", const="json")
    _resampling(compare)

    promote = command("promote", _promote, "Make a run's model the champion, if it is no worse than the present one.")
    promote.add_argument("name", nargs="?", metavar="RUN", help="an id, a name, runs:/... or models:/...")
    promote.add_argument("--margin", type=float, default=0.02, help="F1 that it may lose in a slice (default 0.02)")
    promote.add_argument("--force", action="store_true", help="whatever the figures say; needs --reason")
    promote.add_argument("--reason", metavar="TEXT", help="why, for the record")
    promote.add_argument("--undo", action="store_true", help="make the previous champion the champion again")
    promote.set_defaults(usage_error=promote.error)

    ui = command("ui", _ui, "Open the MLflow UI on the store that runs go to.")
    ui.add_argument("--port", type=int, default=5000)
    ui.add_argument("--host", default="127.0.0.1")
    return parser


def _prior(text: str) -> tuple[str, float]:
    theme, separator, rate = text.partition("=")
    try:
        return theme, float(rate if separator else "")
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form THEME=RATE, such as gaza=0.3") from None


def _resampling(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--draws", type=int, default=1000, help="bootstrap draws for intervals and tests")
    parser.add_argument("--confidence", type=float, default=0.95, help="of the intervals")


def _train(options: argparse.Namespace) -> int:
    from paratheme.training.config import run_experiment

    return run_experiment(options.overrides, options.multirun)


def _segment(options: argparse.Namespace) -> int:
    from paratheme.evaluation.segmentation import run

    if not options.paths and options.evaluate is None:
        print("paratheme: segment: name documents or folders, or --evaluate CORPUS", file=sys.stderr)
        return 2
    return run(options.paths, options.evaluate, options.part, parts=_parts_of)


def _parts_of(corpus: Path) -> dict[str, str]:
    """Return the part of each document of a labelled corpus, as the default experiment divides it."""
    from paratheme.training.config import compose, compose_corpus, plain
    from paratheme.training.data import parts_of_documents

    return parts_of_documents({**plain(compose([])), "corpus": compose_corpus(str(corpus))})


def _predict(options: argparse.Namespace) -> int:
    from paratheme.classifier.predict import run

    return run(options.paths, options.model, options.format, options.output, dict(options.prior))


def _evaluate(options: argparse.Namespace) -> int:
    from paratheme.evaluation.bootstrap import Resampling
    from paratheme.training.evaluate import run

    resampling = Resampling(options.draws, options.confidence)
    return run(options.model, options.corpus, options.part, options.overrides, resampling)


def _compare(options: argparse.Namespace) -> int:
    from paratheme.evaluation.bootstrap import Resampling
    from paratheme.tracking.leaderboard import run

    resampling = Resampling(options.draws, options.confidence)
    return run(options.runs, options.by, options.form, resampling, options.limit)


def _promote(options: argparse.Namespace) -> int:
    if options.undo == bool(options.name):
        options.usage_error("name a RUN, or --undo")
    if options.force != bool(options.reason):
        options.usage_error("--force and --reason TEXT go together")
    from paratheme.tracking.promotion import run, undo

    return undo() if options.undo else run(options.name, options.margin, options.reason)


def _ui(options: argparse.Namespace) -> int:
    from paratheme.tracking.log import open_ui

    return open_ui(options.host, options.port)
