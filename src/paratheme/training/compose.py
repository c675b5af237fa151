"""Hydra: from what was typed to checked configurations, and one job each."""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paratheme.corpus.load import CorpusSettings
from paratheme.corpus.standoff import labels_file
from paratheme.errors import UsageError, first_line, known_names, load_yaml, validated, yaml_error
from paratheme.evaluation.checks import load_checks
from paratheme.paths import shipped
from paratheme.tracking.store import without_password
from paratheme.training.config import Config
from paratheme.training.overrides import as_typed, prepared, quoted
from paratheme.training.own_configuration import check_own
from paratheme.types import Settings

if TYPE_CHECKING:
    from omegaconf import DictConfig

CONFIG = "train"
CORPUS_CONFIG = "labelled"
UNSAID = ("experiment", "seed", "corpus.path")  # overrides that a run's name says otherwise, or need not say
NO_OTHER_SWEEP = "hydra.sweeper.params=null"  # what a recipe wants swept stands among the overrides by then
ASIDE = ("checks", "evaluation", "tracking", "hydra")
LONGEST_NAME = 80  # letters


def compose(overrides: Sequence[str] = ()) -> Config:
    """Return the configuration of one training, from overrides in Hydra's syntax such as ``model=tfidf``.

    Raises
    ------
    UsageError
        If an override names what does not exist, or a setting cannot be what it is given.
    """
    with _one_line_errors():
        return _checked(_composed(overrides))


def compose_corpus(named: str, overrides: Sequence[str] = ()) -> CorpusSettings:
    """Return the settings of a corpus: a folder or table, or else the name of a file in ``conf/corpus/``.

    Raises
    ------
    UsageError
        If there is neither, or an override is no setting of a corpus.
    """
    if foreign := [override for override in overrides if not override.lstrip("+~").startswith("corpus.")]:
        raise UsageError(f"{foreign[0]!r} is no setting of a corpus; write corpus.KEY=VALUE")
    path = Path(named).expanduser()
    if not path.exists() and not re.fullmatch(r"[\w-]+", named):
        raise UsageError(f"{named}: no such file or folder; give a labelled corpus")
    group = named
    if path.exists():
        group = "hub" if path.is_dir() and not labels_file(path) else "folder"
    with _one_line_errors():
        composed = _composed([f"corpus={group}", *overrides], CORPUS_CONFIG)
        if path.exists():
            composed.corpus.path = str(path)
        return validated(_Labelled, _plain(composed)).corpus


def run_jobs(overrides: Sequence[str], multirun: bool, job: Callable[[Config, str, str], Any]) -> None:
    """Compose and check, then do one job, or with `multirun` one for every combination of the values given.

    A job takes a configuration, the name of its run and the command that asks for it; what it returns Hydra's
    sweepers may optimise.

    Raises
    ------
    UsageError
        For a setting that does not exist or cannot be what it is given, before any job is begun.
    """
    import hydra
    from hydra.core.hydra_config import HydraConfig

    with _one_line_errors():
        overrides = prepared(overrides, multirun)
        first = _first_of_each(overrides)
        composed = _composed(first)
        overrides = _secret_aside(overrides, composed.tracking.uri)
        if swept := _swept_by_recipe(overrides, composed):
            said = ", ".join(f"{key}={values}" for key, values in swept.items())
            print(f"this experiment is a run for each of {said}", file=sys.stderr)
            overrides, multirun = [*overrides, *(f"{key}={values}" for key, values in swept.items())], True
        overrides = [*overrides, NO_OTHER_SWEEP] if multirun else overrides
        _check_all(overrides, multirun, {tuple(first): composed})
    failures: list[BaseException] = []

    def task(composed: DictConfig) -> Any:
        if failures:  # of a multirun's earlier job: no other is begun
            return None
        try:
            config = _checked(composed, HydraConfig.get().runtime.choices.get("themes"))
            typed = [as_typed(override) for override in HydraConfig.get().overrides.task]
            return job(config, run_name(config, typed), command(typed))
        except BaseException as error:  # Hydra would add lines of its own to what the command says
            failures.append(error)
            return None

    os.environ["HYDRA_FULL_ERROR"] = "1"  # errors come up to our own handling instead of Hydra's
    sys.argv = ["paratheme-train", *_own_configuration(), *overrides, *(["--multirun"] if multirun else [])]
    hydra.main(config_path=str(shipped("conf")), config_name=CONFIG, version_base="1.3")(task)()
    if failures:
        raise failures[0]


def run_name(config: Config, overrides: Sequence[str]) -> str:
    """Return a run's name: the one it was given, or else what was typed, but for where things are."""
    typed = dict(override.partition("=")[::2] for override in overrides)
    if "name" in typed:
        return config.label
    unsaid = UNSAID if config.name else (*UNSAID, "model")
    told = [f"{key}={value}" for key, value in typed.items() if key not in unsaid and not key.startswith(ASIDE)]
    name = " ".join([config.label, *told])
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 3]}..."


def command(overrides: Sequence[str]) -> str:
    """Return how a training is typed, without the password of an address."""
    return " ".join(["paratheme train", *(shlex.quote(without_password(one)) for one in overrides)])


def _composed(overrides: Sequence[str], name: str = CONFIG) -> DictConfig:
    from hydra import compose as hydra_compose
    from hydra import initialize_config_dir

    _register_experiments()
    with initialize_config_dir(str(shipped("conf")), version_base="1.3"):
        typed = [*_own_configuration(), *prepared(overrides)]
        composed: DictConfig = hydra_compose(name, overrides=typed, return_hydra_config=True)
        return composed


def _checked(composed: DictConfig, themes: str | None = None) -> Config:
    """Return a composed configuration, typed and checked, with its behavioural checks."""
    if "hydra" in composed:
        themes = composed.hydra.runtime.choices.get("themes")
    data = _plain(composed)
    folders = (shipped("conf"), Path("conf"))  # in Hydra's order
    file = next((path for folder in folders if (path := folder / "themes" / f"{themes}.yaml").is_file()), None)
    config = validated(Config, data, {"themes": file} if file else {})
    load_checks(config.checks.suites)
    return config


def _plain(composed: DictConfig) -> Any:
    """Return a composed configuration as plain data, without Hydra's own."""
    from omegaconf import OmegaConf

    composed = OmegaConf.masked_copy(composed, [str(key) for key in composed if key != "hydra"])
    return OmegaConf.to_container(composed, resolve=True, throw_on_missing=True)


def _register_experiments() -> None:
    """Make the recipes of ``experiments/`` Hydra's group ``experiment``."""
    from hydra.core.config_store import ConfigStore
    from omegaconf import OmegaConf

    for file in shipped("experiments").glob("*.yaml"):
        ConfigStore.instance().store(file.stem, OmegaConf.load(file), group="experiment", package="_global_")


def _own_configuration() -> list[str]:
    """Return the override that adds the user's own configuration: ``conf/`` in the working directory."""
    own = Path.cwd() / "conf"
    if not own.is_dir() or own.samefile(shipped("conf")):
        return []
    check_own(own)
    return [f"hydra.searchpath=[{quoted(f'file://{own}')}]"]


def _swept_by_recipe(overrides: Sequence[str], composed: DictConfig) -> dict[str, str]:
    """Return what a recipe's ``hydra.sweeper.params`` want a run each for, but for what was typed."""
    if not any(override.startswith(("experiment=", "+experiment=", "hydra")) for override in overrides):
        return {}
    typed = {override.partition("=")[0].lstrip("+~") for override in overrides}
    params = composed.hydra.sweeper.params or {}
    return {str(key): str(values) for key, values in params.items() if key not in typed}


def _check_all(overrides: Sequence[str], multirun: bool, composed: Mapping[tuple[str, ...], DictConfig]) -> None:
    """Check every value of every override, so that a wrong one is told before anything runs."""
    choices = _choices(overrides, multirun)
    first = tuple(values[0] for values in choices)
    _checked(composed[first] if first in composed else _composed(first))
    for position, values in enumerate(choices):
        for value in values[1:]:
            compose([*first[:position], value, *first[position + 1 :]])


def _secret_aside(overrides: list[str], uri: str | None) -> list[str]:
    """Hand a tracking address with a password on by the environment: Hydra writes what it composes to a file."""
    if uri is None or without_password(uri) == uri:
        return overrides
    os.environ["MLFLOW_TRACKING_URI"] = uri
    return [*(one for one in overrides if not one.startswith("tracking.uri=")), "tracking.uri=null"]


def _first_of_each(overrides: Sequence[str]) -> list[str]:
    return [values[0] for values in _choices(overrides, multirun=True)]


def _choices(overrides: Sequence[str], multirun: bool) -> list[list[str]]:
    """Return the overrides that each one stands for, several where it is swept; none of Hydra's own."""
    from hydra.core.override_parser.overrides_parser import OverridesParser

    parsed = OverridesParser.create().parse_overrides(list(overrides))
    choices = []
    for override, typed in zip(parsed, overrides, strict=True):
        if multirun and override.is_sweep_override() and override.is_discrete_sweep():
            choices.append([f"{override.get_key_element()}={value}" for value in override.sweep_string_iterator()])
        elif not typed.startswith("hydra"):
            choices.append([typed])
    return choices


class _Labelled(Settings):
    """What `labelled.yaml` composes."""

    corpus: CorpusSettings


@contextmanager
def _one_line_errors() -> Iterator[None]:
    """Say in one line what Hydra says in many."""
    import yaml
    from hydra.errors import HydraException
    from omegaconf.errors import OmegaConfBaseException

    try:
        yield
    except (HydraException, OmegaConfBaseException) as error:
        raise UsageError(_one_line(error)) from error
    except UnicodeDecodeError as error:  # does not say of which file
        for path in sorted(Path("conf").rglob("*.yaml")):
            if error.object in path.read_bytes():
                load_yaml(path)
        raise UsageError(
            f"a file of the configuration is not in UTF-8 ({first_line(error)}); save it as UTF-8"
        ) from error
    except ValueError as error:  # Hydra's own, of a group that is given null or a mapping
        raise UsageError(first_line(error)) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        file = mark.name.removeprefix(f"{Path.cwd()}{os.sep}") if mark else "configuration"
        raise UsageError(yaml_error(error, file)) from error


def _one_line(error: Exception) -> str:
    from omegaconf.errors import InterpolationResolutionError, MissingMandatoryValue, OmegaConfBaseException

    cause = error if isinstance(error, OmegaConfBaseException) else error.__cause__
    if isinstance(cause, MissingMandatoryValue):
        return f"{cause.full_key} must be given: add {cause.full_key}=..."
    if isinstance(cause, InterpolationResolutionError):
        return f"{cause.full_key}: {first_line(cause)}"
    if isinstance(cause, OmegaConfBaseException) and hasattr(cause.parent_node, "keys"):
        there = [str(key) for key in cause.parent_node if key != "hydra"]
        return f"there is no setting {cause.full_key}; {known_names(str(cause.key), there)}"
    message = " ".join(str(error).partition("Config search path")[0].split())
    if missing := re.match(r".*Could not find '(\w+)/(.*)' Available options in '\w+': (.*)", message):
        group, name, there = missing[1], missing[2], missing[3].split()
        message = f"there is no {group}={name}; {known_names(name, there)}"
        if group == "themes" and re.fullmatch(r"[\w-]+", name):
            message += f"; `paratheme init {name}` writes it"
    if twice := re.match(r"Multiple values for (\w+)", message):
        message = f"+{twice[1]}: there is one already; write {twice[1]}=... without the plus"
    return message
