"""``paratheme label``: its own commands stand in the modules ``label_...`` beside this one."""

from __future__ import annotations

import argparse
from importlib import import_module

ACTIONS = ("weak", "next", "page", "export", "import", "agreement", "audit")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the commands and their options."""
    commands = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name in ACTIONS:
        module = import_module(f"paratheme.cli.label_{name}")
        told = str(module.execute.__doc__)
        command = commands.add_parser(name, help=told, description=told, epilog=parser.epilog)
        command.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        command.set_defaults(execute=module.execute, usage_error=command.error)
        module.configure(command)


def execute(options: argparse.Namespace) -> int:
    """From documents without labels to labels that can be trusted."""
    raise AssertionError("each action has its own")
