"""The commands: one module each, with `configure` (its options) and `execute` (what it does with them).

Nothing heavy is imported until a command needs it.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module

from paratheme import __version__
from paratheme.errors import ParathemeError, first_line

COMMANDS = ("train", "segment", "predict", "evaluate", "runs", "compare", "promote", "clean", "ui")
EPILOG = "Exit status: 0; 1 when something failed, named on standard error; 2 for wrong usage."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that was typed after ``paratheme``, and return the exit status."""
    parser = make_parser()
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
        if isinstance(error, ParathemeError):
            print(f"paratheme: {error}", file=sys.stderr)
            return error.exit_status
        print(f"paratheme: {type(error).__name__}: {first_line(error)} (--debug shows where)", file=sys.stderr)
        return 1


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="paratheme", description="File the paragraphs of multilingual documents by theme.", epilog=EPILOG
    )
    parser.add_argument("--version", action="version", version=f"paratheme {__version__}")
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name in COMMANDS:
        module = import_module(f"paratheme.cli.{name}")
        told = str(module.execute.__doc__)
        command = commands.add_parser(name, help=told, description=told, epilog=EPILOG)
        command.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        command.set_defaults(execute=module.execute, usage_error=command.error)
        module.configure(command)
    return parser
