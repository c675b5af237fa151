"""What can be configured, told from the code that reads it: groups, their choices, settings and what they mean."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from paratheme.corpus.load import CorpusSettings
from paratheme.corpus.records import Columns
from paratheme.corpus.split import FewShot, Given, Holdout, KFold, LearningCurve, LeaveLanguageOut
from paratheme.errors import allowed
from paratheme.evaluation.bootstrap import Resampling
from paratheme.evaluation.checks import CheckSettings
from paratheme.models import MODEL_TYPES
from paratheme.models.settings import (
    EncoderSettings,
    FinetunedSettings,
    HybridSettings,
    LexiconSettings,
    StaticSettings,
    TfidfSettings,
)
from paratheme.themes.theme_set import Deployment, ThemeSet
from paratheme.tracking.store import TrackingSettings
from paratheme.training.compose import compose
from paratheme.training.config import Config, SweepSettings
from paratheme.training.overrides import group_choices

GROUPS: dict[str, tuple[str, list[type[BaseModel]]]] = {
    "corpus": ("Labelled blocks, and how they are read.", [CorpusSettings, Columns]),
    "split": ("How the corpus is divided.", [Holdout, KFold, LeaveLanguageOut, LearningCurve, FewShot, Given]),
    "encoder": ("The pretrained encoder of the models that read one.", [EncoderSettings]),
    "model": ("The model.", [LexiconSettings, TfidfSettings, StaticSettings, FinetunedSettings, HybridSettings]),
    "checks": ("What a trained classifier is put through besides its test set.", [CheckSettings]),
    "evaluation": ("Intervals.", [Resampling]),
    "tracking": ("Where runs go.", [TrackingSettings]),
    "sweep": ("A search for settings; null where there is none.", [SweepSettings]),
}
TAGS = ("strategy", "model_type", "kind")  # settings that say which of several kinds a group is
WIDTH = 100  # columns of the help


@dataclass(frozen=True)
class Setting:
    """One setting: its name, what it can be given, what it is where nothing is said, and what it means."""

    name: str
    allowed: str
    default: str
    meaning: str


def settings_of(kind: type[BaseModel], names: Sequence[str] | None = None) -> list[Setting]:
    """Return the settings of a kind, or those of some names."""
    schema = kind.model_json_schema()
    if "$ref" in schema:  # of a kind that holds itself
        schema = {**schema, **schema["$defs"][schema["$ref"].rpartition("/")[2]]}
    meaning, defaults = _meanings(kind), _defaults_of(kind)
    settings = []
    for name in kind.model_fields:
        if names is None or name in names:
            told = {**schema["properties"].get(name, {}), "$defs": schema.get("$defs", {})}
            if "$ref" in told:
                told = {**schema["$defs"][told["$ref"].rpartition("/")[2]], **told}
            value = defaults.get(name)
            unsaid = name not in defaults or isinstance(value, dict | BaseModel) or value == ""
            settings.append(Setting(name, allowed(told), "" if unsaid else _plain(value), meaning.get(name, "")))
    return settings


def choices_of(group: str, own: bool = True) -> dict[str, str]:
    """Return what a group can be, each with the sentence that its file begins with.

    `own` adds the files of ``conf/`` in the working directory.
    """
    told = {}
    for name, file in group_choices(group, own).items():
        comments = [line[1:].strip() for line in file.read_text("utf-8").splitlines() if line.startswith("#")]
        text = " ".join(line for line in comments if not line.startswith(("@package", "paratheme train")))
        first = re.match(r".*?[.?](?= |$)", text)
        told[name] = first[0] if first else text
    return told


def tag_of(kind: type[BaseModel]) -> str:
    """Return the value that says which of several kinds settings are; empty for kinds that stand alone."""
    for name in TAGS:
        if (field := kind.model_fields.get(name)) and get_origin(field.annotation):
            return str(get_args(field.annotation)[0])
    return ""


def help_text() -> str:
    """Return what ``paratheme train --help`` lists: groups with their choices, settings with type and meaning."""
    top = [name for name in Config.model_fields if name not in (*GROUPS, "themes")]
    lines = ["settings (KEY=VALUE; several values, a,b, with -m):", *_setting_lines(settings_of(Config, top))]
    groups: dict[str, tuple[str, list[type[BaseModel]]]] = {
        "themes": ("What paragraphs are filed by.", [ThemeSet, Deployment])
    }
    groups |= GROUPS
    for group, (told, kinds) in groups.items():
        lines += ["", f"{group}: {told[0].lower()}{told[1:]}"]
        for name, meaning in choices_of(group).items():
            lines += _entry(f"{group}={name}", meaning)
        known: set[Setting] = set()
        for kind in kinds:
            inside = {Columns: "corpus.columns.", Deployment: "themes.deployment."}.get(kind, f"{group}.")
            if len(kinds) > 1 and (tag := tag_of(kind)):
                lines += [f"  where {group}.{_tag_field(kind)[0]} is {tag}:"]
            settings = [one for one in settings_of(kind) if one not in known and one.name not in _tag_field(kind)]
            lines += _setting_lines(settings, inside)
            known |= set(settings)
    lines += ["", "experiment: recipes that set several groups at once."]
    lines += [
        line for name, meaning in choices_of("experiment").items() for line in _entry(f"experiment={name}", meaning)
    ]
    return "\n".join(lines) + "\n"


def _setting_lines(settings: Sequence[Setting], inside: str = "") -> Iterator[str]:
    for setting in settings:
        default = f"; default {setting.default}" if setting.default else ""
        meaning = f" {setting.meaning}" if setting.meaning else ""
        yield from _entry(f"{inside}{setting.name}", f"{setting.allowed}{default}.{meaning}".replace("\\|", "|"))


def _entry(name: str, told: str) -> list[str]:
    """Return a name and what is told of it, as help of commands is set."""
    indent = " " * 30
    lines = textwrap.wrap(told, WIDTH, initial_indent=indent, subsequent_indent=indent) or [""]
    head = f"  {name}"
    return [f"{head:<30}{lines[0].strip()}".rstrip(), *lines[1:]] if len(head) < 29 else [head, *lines]


def _tag_field(kind: type[BaseModel]) -> list[str]:
    return [name for name in TAGS if tag_of(kind) and name in kind.model_fields]


def _defaults_of(kind: type[BaseModel]) -> Mapping[str, Any]:
    """Return what the settings of a kind are where nothing is typed but the choice of the kind."""
    tag, kinds = tag_of(kind), {one: group for group, (_, ones) in GROUPS.items() for one in ones}
    if kind is Config or kind not in kinds or kind is SweepSettings:
        fields = kind.model_fields.items()
        return {name: field.get_default(call_default_factory=True) for name, field in fields if not field.is_required()}
    config = _composed_group(kinds[kind], tag)
    return dict(config["columns"] if kind is Columns else config)


@cache
def _composed_group(group: str, tag: str) -> dict[str, Any]:
    small = [override for override in ("themes=sib200", "checks=none") if not override.startswith(f"{group}=")]
    return dict(compose([*small, *([f"{group}={tag}"] if tag else [])]).model_dump()[group])


def _meanings(kind: type[BaseModel]) -> dict[str, str]:
    """Return what the settings of a kind mean, as its docstring, its parents' and its model's tell."""
    told: dict[str, str] = {}
    documented = [inspect.getdoc(one) for one in reversed(kind.__mro__) if one.__module__.startswith("paratheme")]
    model_type = kind.model_fields.get("model_type")
    if model_type is not None and model_type.annotation is not None:
        module, name = MODEL_TYPES[model_type.annotation.__args__[0]].split(":")
        documented += _docstrings(module, name)
    for docstring in documented:
        told |= dict(_entries(docstring or ""))
    return told


def _docstrings(module: str, name: str) -> Iterator[str]:
    """Yield the docstrings of a class, its parents' first, read from the source: to import a model takes seconds."""
    spec = find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    tree = ast.parse(Path(spec.origin).read_text("utf-8"))
    here = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    imported = {
        alias.name: node.module
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("paratheme")
        for alias in node.names
    }
    for base in here[name].bases:
        if isinstance(base, ast.Name) and (base.id in here or base.id in imported):
            yield from _docstrings(imported.get(base.id) or module, base.id)
    yield inspect.cleandoc(ast.get_docstring(here[name]) or "")


def _entries(docstring: str) -> Iterator[tuple[str, str]]:
    """Yield names and descriptions of a numpydoc section of parameters or attributes."""
    for names, text in re.findall(r"^(\w[\w, ]*) : [^\n]*\n((?:    [^\n]*\n?)+)", docstring, re.MULTILINE):
        for name in names.split(", "):
            if not text.strip().startswith("As in"):
                yield name, " ".join(text.split()).replace("``", "`").replace("|", "\\|")


def _plain(value: Any) -> str:
    """Return a default as YAML writes it."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(str, value))}]"
    return {"None": "null", "True": "true", "False": "false"}.get(str(value), str(value))
