"""``paratheme themes``: its own commands stand in the modules ``themes_...`` beside this one."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from paratheme.cli.actions import add_actions
from paratheme.errors import UsageError, known_names

if TYPE_CHECKING:
    from paratheme.themes.theme_set import ThemeSet

ACTIONS = ("check", "new")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the commands and their options."""
    add_actions(parser, "themes", ACTIONS)


def execute(options: argparse.Namespace) -> int:
    """Check a theme set, or begin a theme from a definition and a few examples."""
    raise AssertionError("each action has its own")


def theme_set(name: str) -> ThemeSet:
    """Return a theme set by its name, as ``themes=NAME`` finds it, or from a file.

    Raises
    ------
    UsageError
        If there is none, or it is none; names those there are.
    """
    from paratheme.themes.theme_set import ThemeSet
    from paratheme.training.overrides import group_choices

    name, files = name.removeprefix("themes="), group_choices("themes")
    if name in files:
        return ThemeSet.from_file(files[name])
    if Path(name).suffix in (".yaml", ".yml") and Path(name).is_file():
        return ThemeSet.from_file(name)
    raise UsageError(f"there is no theme set {name!r}; {known_names(name, files)}; `paratheme init {name}` writes one")
