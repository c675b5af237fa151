"""``paratheme label``: its own commands stand in the modules ``label_...`` beside this one."""

from __future__ import annotations

import argparse

from paratheme.cli.actions import add_actions

ACTIONS = ("weak", "next", "page", "export", "import", "agreement", "audit")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the commands and their options."""
    add_actions(parser, "label", ACTIONS)


def execute(options: argparse.Namespace) -> int:
    """From documents without labels to labels that can be trusted."""
    raise AssertionError("each action has its own")
