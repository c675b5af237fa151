"""Commands that have commands of their own, such as ``paratheme label next``."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from importlib import import_module


def add_actions(parser: argparse.ArgumentParser, command: str, names: Iterable[str]) -> None:
    """Add the commands of a command, a module ``COMMAND_NAME`` beside this one each, and their options."""
    commands = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name in names:
        module = import_module(f"paratheme.cli.{command}_{name}")
        told = str(module.execute.__doc__)
        action = commands.add_parser(name, help=told, description=told, epilog=parser.epilog)
        action.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        action.set_defaults(execute=module.execute, usage_error=action.error)
        module.configure(action)
