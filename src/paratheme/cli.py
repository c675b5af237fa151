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
    options, overrides = parser.parse_known_args(arguments)
    if overrides and options.command != "train":
        parser.error(f"unrecognized arguments: {' '.join(overrides)}")
    if options.command is None:
        parser.print_help()
        return 0
    options.overrides = [*getattr(options, "overrides", []), *overrides]
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))  # so that runs are closed
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
    segment.add_argument("--part", choices=("train", "valid", "test", "all"), default="test")

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


def _train(options: argparse.Namespace) -> int:
    from paratheme.experiment import run_experiment

    return run_experiment(options.overrides, options.multirun)


def _segment(options: argparse.Namespace) -> int:
    from paratheme.segment_evaluation import run

    if not options.paths and options.evaluate is None:
        raise ParathemeError("segment: name documents or folders, or --evaluate CORPUS")
    return run(options.paths, options.evaluate, options.part, parts=_parts_of)


def _parts_of(corpus: Path) -> dict[str, str]:
    """Return the part of each document of a labelled corpus, as the default experiment divides it."""
    from paratheme.experiment import compose, plain
    from paratheme.train import parts_of_documents

    return parts_of_documents(plain(compose([f"corpus.path={corpus}"])))


def _predict(options: argparse.Namespace) -> int:
    from paratheme.predict import run

    return run(options.paths, options.model, options.format, options.output, dict(options.prior))


def _ui(options: argparse.Namespace) -> int:
    from paratheme.tracking import open_ui

    return open_ui(options.host, options.port)
