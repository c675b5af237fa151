"""The commands: one module each, with `configure` (its options) and `execute` (what it does with them).

Nothing heavy is imported until a command needs it.
"""

from __future__ import annotations

import argparse
import errno
import io
import logging
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from paratheme import __version__
from paratheme.cli.interrupts import heed_interrupts
from paratheme.errors import ParathemeError, first_line

COMMANDS = (
    *("train", "segment", "predict", "shares", "watch", "explain", "evaluate", "runs", "compare", "promote", "push"),
    *("export", "clean", "label", "init", "themes", "serve", "sync", "ui"),
)
ALSO_CALLED = {"theme": "themes"}
ON_THE_STORE = ("train", "watch", "evaluate", "runs", "compare", "promote", "push", "clean", "ui")
EPILOG = "Exit status: 0; 1 when something failed, named on standard error; 2 for wrong usage."


class Parser(argparse.ArgumentParser):
    """A parser that tells what is wrong in one line, and whose help may go on with what `further` returns."""

    further: Callable[[], str] | None = None

    def error(self, message: str) -> NoReturn:
        """End with exit status 2 and one line."""
        self.exit(2, f"{self.prog}: {' '.join(message.split())}; see {self.prog} --help\n")

    def format_help(self) -> str:
        """Return the help."""
        return super().format_help() + (f"\n{self.further()}" if self.further else "")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that was typed after ``paratheme``, and return the exit status."""
    _write_utf8()
    parser = make_parser()
    typed = sys.argv[1:] if arguments is None else list(arguments)
    typed = _with_command(parser, typed)
    options, overrides = parser.parse_known_args(typed)  # overrides may stand behind options
    takes_overrides = hasattr(options, "overrides")
    if unknown := [word for word in overrides if word.startswith("-") or not takes_overrides]:
        _tell_unknown(getattr(options, "usage_error", parser.error), unknown, typed, takes_overrides)
    if options.command is None:
        parser.print_help()
        return 0
    options.overrides = [*getattr(options, "overrides", []), *overrides]
    heed_interrupts()
    if options.debug:
        logging.basicConfig(format="paratheme: %(message)s")
        logging.getLogger("paratheme").setLevel(logging.DEBUG)
    try:
        if options.command in ON_THE_STORE and Path("outputs", "unfinished").is_dir():
            _deliver_waiting()
        return int(options.execute(options))
    except KeyboardInterrupt:
        print("paratheme: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:  # `paratheme predict ... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if options.debug:
            raise
        from paratheme.evaluation.format import printable
        from paratheme.tracking.store import without_password

        if isinstance(error, ParathemeError):
            print(f"paratheme: {printable(without_password(str(error)))}", file=sys.stderr)
            return error.exit_status
        told = printable(without_password(_told(error)))
        print(f"paratheme: {told} (--debug shows where)", file=sys.stderr)
        return 1


def _told(error: Exception) -> str:
    """Return what went wrong, where nobody said it better."""
    if not isinstance(error, OSError) or not error.strerror:
        return f"{type(error).__name__}: {first_line(error)}"
    remedies = {errno.ENOSPC: "free some and type it again", errno.EACCES: "choose a place that may be written to"}
    remedy = remedies.get(error.errno or 0, "see that there is such a place, and that it may be written to")
    return f"{f'{error.filename}: ' if error.filename else ''}{error.strerror.lower()}; {remedy}"


def _deliver_waiting() -> None:
    """Deliver what earlier runs kept while the tracking store did not answer; say it where it still does not."""
    from paratheme.tracking.delivery import deliver_waiting
    from paratheme.tracking.store import connect

    with suppress(ParathemeError):  # a store that does not answer: the command itself says so where it needs one
        connect(experiment=None)
        if delivered := deliver_waiting()[0]:
            print(f"paratheme: delivered what waited for the tracking store: {', '.join(delivered)}", file=sys.stderr)


def _write_utf8() -> None:
    """Write UTF-8 whatever the locale: texts are in any script, and a result without them would be none.

    What is no text at all, a file's name in another encoding, is written as an escape, which JSON reads back.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    told = "File the paragraphs of multilingual documents by theme."
    parser = Parser(prog="paratheme", description=told, epilog=EPILOG)
    parser.add_argument("--version", action="version", version=f"paratheme {__version__}")
    parser.add_argument(
        "--debug", action="store_true", help="show the traceback of an error, and what was chosen for this machine"
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    for name in COMMANDS:
        module = import_module(f"paratheme.cli.{name}")
        told = str(module.execute.__doc__)
        command = commands.add_parser(name, help=told, description=told, epilog=EPILOG)
        command.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        command.set_defaults(execute=module.execute, usage_error=command.error)
        command.further = getattr(module, "further_help", None)
        module.configure(command)
    return parser


def _with_command(parser: argparse.ArgumentParser, typed: list[str]) -> list[str]:
    """Return what was typed, the command by its own name; tell which was meant, where the first word is none."""
    word = next((word for word in typed if not word.startswith("-")), None)
    if word is None or word in COMMANDS:
        return typed
    if word in ALSO_CALLED:
        at = typed.index(word)
        return [*typed[:at], ALSO_CALLED[word], *typed[at + 1 :]]
    close = get_close_matches(word, COMMANDS, 1)
    meant = f"did you mean {close[0]}?" if close else f"there are {', '.join(COMMANDS)}"
    parser.exit(2, f"paratheme: there is no command {word!r}; {meant}\n")


def _tell_unknown(
    tell: Callable[[str], NoReturn], unknown: Sequence[str], typed: Sequence[str], overrides: bool
) -> NoReturn:
    """End with what to type instead of options and words that a command does not know."""
    if overrides and unknown[0].startswith("--"):
        from paratheme.training.overrides import as_override

        instead = as_override(typed[typed.index(unknown[0]) :])
        tell(f"there is no option {unknown[0]}; settings are written without dashes: {instead}")
    tell(f"there is no option or argument {' '.join(unknown)}")
