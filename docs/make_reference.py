"""Write the reference of the configuration and of the commands, from the code that reads them.

python docs/make_reference.py            # write docs/reference/configuration.md and commands.md
python docs/make_reference.py --check    # exit with 1 where they are not current
"""

from __future__ import annotations

import argparse
import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, get_origin

from pydantic import BaseModel

from paratheme.cli import COMMANDS, make_parser
from paratheme.corpus.load import CorpusSettings
from paratheme.corpus.records import Columns
from paratheme.corpus.split import Given, Holdout, KFold, LearningCurve, LeaveLanguageOut
from paratheme.errors import allowed
from paratheme.evaluation.bootstrap import Resampling
from paratheme.evaluation.checks import CheckSettings, Directional, Invariance, MinimumFunctionality
from paratheme.models import MODEL_TYPES
from paratheme.models.settings import (
    EncoderSettings,
    FinetunedSettings,
    HybridSettings,
    LexiconSettings,
    TfidfSettings,
)
from paratheme.paths import shipped
from paratheme.themes.theme import Theme
from paratheme.themes.theme_set import Deployment, ThemeSet
from paratheme.tracking.store import TrackingSettings
from paratheme.training.compose import compose
from paratheme.training.config import Config, SweepSettings

FOLDER = Path(__file__).parent / "reference"
MADE = "<!-- Made by docs/make_reference.py; do not edit. -->"
GROUPS: dict[str, tuple[str, list[type[BaseModel]]]] = {
    "corpus": ("Labelled blocks, and how they are read.", [CorpusSettings, Columns]),
    "split": ("How the corpus is divided.", [Holdout, KFold, LeaveLanguageOut, LearningCurve, Given]),
    "encoder": ("The pretrained encoder of the models that read one.", [EncoderSettings]),
    "model": ("The model.", [LexiconSettings, TfidfSettings, FinetunedSettings, HybridSettings]),
    "checks": ("What a trained classifier is put through besides its test set.", [CheckSettings]),
    "evaluation": ("Intervals.", [Resampling]),
    "tracking": ("Where runs go.", [TrackingSettings]),
    "sweep": ("A search for settings; null where there is none.", [SweepSettings]),
}


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
    subparsers = next(action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
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
    for name in COMMANDS:
        command = subparsers.choices[name]
        usage = " ".join((command.usage or usage_of(command)).split())
        lines += ["", f"## {name}", "", str(command.description), "", "```text", usage, "```", ""]
        lines += ["| argument | allowed | default | meaning |", "| --- | --- | --- | --- |"]
        lines += [argument_row(action) for action in command._actions if action.help != argparse.SUPPRESS]
    return "\n".join(lines) + "\n"


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


def tag_of(kind: type[BaseModel]) -> str:
    """Return the value that says which of several kinds settings are; empty for kinds that stand alone."""
    fields = (kind.model_fields.get(name) for name in ("strategy", "model_type", "kind"))
    return next(
        (field.annotation.__args__[0] for field in fields if get_origin(getattr(field, "annotation", None))), ""
    )


def defaults_of(kind: type[BaseModel]) -> Mapping[str, Any]:
    """Return what the settings of a kind are where nothing is typed but the choice of the kind."""
    tag, kinds = tag_of(kind), {one: group for group, (_, ones) in GROUPS.items() for one in ones}
    if kind is Config or kind not in kinds or kind is SweepSettings:
        fields = kind.model_fields.items()
        return {name: field.get_default(call_default_factory=True) for name, field in fields if not field.is_required()}
    group = kinds[kind]
    config = compose([f"{group}={tag}"] if tag else []).model_dump()[group]
    return dict(config["columns"] if kind is Columns else config)


def table(kind: type[BaseModel], names: list[str] | None = None) -> list[str]:
    """Return the settings of a kind as a Markdown table."""
    schema = kind.model_json_schema()
    meaning, defaults = meanings(kind), defaults_of(kind)
    rows = ["| setting | allowed | default | meaning |", "| --- | --- | --- | --- |"]
    for name in kind.model_fields:
        if names is None or name in names:
            told = {**schema["properties"].get(name, {}), "$defs": schema.get("$defs", {})}
            if "$ref" in told:
                told = {**schema["$defs"][told["$ref"].rpartition("/")[2]], **told}
            value = defaults.get(name)
            default = (
                ""
                if name not in defaults or isinstance(value, dict | BaseModel) or value == ""
                else f"`{plain(value)}`"
            )
            rows.append(f"| `{name}` | {allowed(told)} | {default} | {meaning.get(name, '')} |".replace("  ", " "))
    return rows


def meanings(kind: type[BaseModel]) -> dict[str, str]:
    """Return what the settings of a kind mean, as its docstring, its parents' and its model's tell."""
    told: dict[str, str] = {}
    model_type = kind.model_fields.get("model_type")
    documented: list[Any] = [parent for parent in reversed(kind.__mro__) if parent.__module__.startswith("paratheme")]
    if model_type is not None and model_type.annotation is not None:
        module, name = MODEL_TYPES[model_type.annotation.__args__[0]].split(":")
        model = getattr(import_module(module), name)
        documented += [parent for parent in reversed(model.__mro__) if parent.__module__.startswith("paratheme")]
    for one in documented:
        told |= dict(entries(inspect.getdoc(one) or ""))
    return told


def entries(docstring: str) -> Iterator[tuple[str, str]]:
    """Yield names and descriptions of a numpydoc section of parameters or attributes."""
    for names, text in re.findall(r"^(\w[\w, ]*) : [^\n]*\n((?:    [^\n]*\n?)+)", docstring, re.MULTILINE):
        for name in names.split(", "):
            if not text.strip().startswith("As in"):
                yield name, " ".join(text.split()).replace("``", "`").replace("|", "\\|")


def choices(group: str) -> list[str]:
    """Return the files of a group, each with the comment that it begins with."""
    folder = shipped("experiments") if group == "experiment" else shipped("conf") / group
    lines = [f"`{group}=` takes", ""]
    for file in sorted(folder.glob("*.yaml")):
        comments = [line[1:].strip() for line in file.read_text("utf-8").splitlines() if line.startswith("#")]
        told = " ".join(line for line in comments if not line.startswith(("@package", "paratheme train")))
        first = re.match(r".*?[.?](?= |$)", told)
        lines.append(f"- `{file.stem}`: {first[0] if first else told}")
    return lines


def plain(value: Any) -> Any:
    """Return a default as YAML writes it."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(str, value))}]"
    return {"None": "null", "True": "true", "False": "false"}.get(str(value), value)


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
