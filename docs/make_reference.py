"""Write the reference of the configuration and of the commands, from the code that reads them.

python docs/make_reference.py            # write docs/reference/configuration.md and commands.md
python docs/make_reference.py --check    # exit with 1 where they are not current
"""

from __future__ import annotations

import argparse
import inspect
import sys
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel

from paratheme.cli import COMMANDS, make_parser
from paratheme.evaluation.checks import Directional, Invariance, MinimumFunctionality
from paratheme.themes.theme import Theme
from paratheme.themes.theme_set import Deployment, ThemeSet
from paratheme.training.config import Config
from paratheme.training.settings_help import GROUPS, choices_of, settings_of, tag_of

FOLDER = Path(__file__).parent / "reference"
MADE = "<!-- Made by docs/make_reference.py; do not edit. -->"


def configuration() -> str:
    """Return the page on the configuration."""
    top = [name for name in Config.model_fields if name not in (*GROUPS, "themes")]
    lines = ["# Configuration", MADE, ""]
    lines += [
        "Every setting of `paratheme train`: its type and bounds, and what it means. Set any on the command line "
        "(`model.epochs=3`), choose a file for a whole group (`model=tfidf`), or put files of your own in `conf/` of "
        "your working directory. A setting that does not exist, or cannot be what it is given, is refused before "
        "anything runs (exit status 2).",
        "",
        "## Top level",
        "",
        *table(Config, top),
    ]
    for group, (told, kinds) in GROUPS.items():
        lines += ["", f"## {group}", "", told, "", *choices(group), ""]
        for kind in kinds:
            lines += heading(kind, kinds) + table(kind)
    lines += ["", "## themes", "", "What paragraphs are filed by; [your own themes](../how-to/own-themes.md).", ""]
    lines += choices("themes")
    for kind in (ThemeSet, Theme, Deployment):
        lines += heading(kind, [ThemeSet, Theme]) + table(kind)
    lines += ["", "## Suites of checks", "", "A file under `checks.suites` has a list `checks`, each of one kind.", ""]
    for kind in (MinimumFunctionality, Invariance, Directional):
        lines += heading(kind, [Invariance, Directional]) + table(kind)
    lines += ["", "## experiment", "", "Recipes that set several groups at once.", "", *choices("experiment")]
    return "\n".join(lines) + "\n"


def commands() -> str:
    """Return the page on the commands."""
    parser = make_parser()
    subparsers = inner_commands(parser)
    lines = [
        "# Commands",
        MADE,
        "",
        "`paratheme COMMAND --help` says the same. `--debug`, before or after the command, ",
    ]
    lines[-1] += "shows the traceback of an error. Results go to standard output, everything else to standard error."
    lines += ["", "| exit status | meaning |", "| --- | --- |", "| 0 | done |"]
    lines += ["| 1 | something failed; one line on standard error names it |", "| 2 | wrong usage or a wrong setting |"]
    lines += ["| 130 | interrupted |"]
    named = {}
    for name in COMMANDS:
        named[name] = subparsers[name]
        named |= {f"{name} {inner}": command for inner, command in inner_commands(subparsers[name]).items()}
    for name, command in named.items():
        usage = " ".join((command.usage or usage_of(command)).split())
        lines += ["", f"## {name}", "", str(command.description), "", "```text", usage, "```", ""]
        lines += ["| argument | allowed | default | meaning |", "| --- | --- | --- | --- |"]
        lines += [argument_row(action) for action in command._actions if action.help != argparse.SUPPRESS]
    return "\n".join(lines) + "\n"


def inner_commands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """Return the commands of a parser, or of a command, by name."""
    found = [action.choices for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    return dict(found[0]) if found else {}


def usage_of(command: argparse.ArgumentParser) -> str:
    """Return how a command is typed, on one line."""
    arguments = [action for action in command._actions if not action.option_strings]
    told = [f"{action.metavar}..." if action.nargs in ("*", "+") else str(action.metavar) for action in arguments]
    return " ".join([command.prog, *told, "[OPTION ...]"])


def argument_row(action: argparse.Action) -> str:
    """Return an argument or option as a row of a Markdown table."""
    names = ", ".join(f"`{name}`" for name in action.option_strings) or f"`{action.metavar}`"
    takes_value = action.nargs != 0 and action.option_strings
    known = f"one of {', '.join(map(str, action.choices))}" if action.choices else ""
    names += f" {action.metavar or ''}".rstrip() if takes_value and not known else ""
    default = f"`{action.default}`" if takes_value and action.default not in (None, [], argparse.SUPPRESS) else ""
    return f"| {names} | {known} | {default} | {action.help or ''} |".replace("  ", " ")


def heading(kind: type[BaseModel], kinds: list[type[BaseModel]]) -> list[str]:
    """Return the heading of a kind of settings, where there are several."""
    if len(kinds) == 1:
        return []
    told = inspect.getdoc(kind) or ""
    summary = told.split("\n\n")[0].replace("\n", " ")
    named = f"`{tag_of(kind)}`" if tag_of(kind) else kind.__name__
    return ["", f"### {named}", "", "" if summary.startswith("As `") else summary, ""]


def table(kind: type[BaseModel], names: list[str] | None = None) -> list[str]:
    """Return the settings of a kind as a Markdown table."""
    rows = ["| setting | allowed | default | meaning |", "| --- | --- | --- | --- |"]
    for one in settings_of(kind, names):
        default = f"`{one.default}`" if one.default else ""
        rows.append(f"| `{one.name}` | {one.allowed} | {default} | {one.meaning} |".replace("  ", " "))
    return rows


def choices(group: str) -> list[str]:
    """Return the files of a group, each with the comment that it begins with."""
    return [f"`{group}=` takes", "", *(f"- `{name}`: {told}" for name, told in choices_of(group, own=False).items())]


def main(pages: Mapping[str, str], check: bool) -> int:
    """Write the pages, or tell which are not current."""
    stale = [name for name, text in pages.items() if not (file := FOLDER / name).is_file() or file.read_text() != text]
    if check:
        for name in stale:
            print(f"docs/reference/{name} is not current; run python docs/make_reference.py", file=sys.stderr)
        return bool(stale)
    for name in stale:
        (FOLDER / name).write_text(pages[name])
    return 0


if __name__ == "__main__":
    made = {"configuration.md": configuration(), "commands.md": commands()}
    sys.exit(main(made, "--check" in sys.argv[1:]))
