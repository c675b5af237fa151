"""Hydra: from what was typed to composed configurations, and one training each."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paratheme.errors import ParathemeError
from paratheme.paths import shipped

if TYPE_CHECKING:
    from omegaconf import DictConfig

CONFIG = "train"
UNSAID = ("experiment", "seed", "corpus.path")  # overrides that a run's name says otherwise, or need not say
ASIDE = ("checks", "evaluation", "tracking", "hydra")
LONGEST = 80  # letters of a name


def compose(overrides: Sequence[str]) -> DictConfig:
    """Return the configuration of one training.

    Parameters
    ----------
    overrides : sequence of str
        In Hydra's syntax, such as ``model=tfidf`` or ``seed=1``.

    Raises
    ------
    hydra.errors.HydraException
        If an override names what does not exist.
    """
    from hydra import compose as hydra_compose
    from hydra import initialize_config_dir

    with initialize_config_dir(str(shipped("conf")), version_base="1.3"):
        config: DictConfig = hydra_compose(CONFIG, overrides=[*_own_configuration(), *overrides])
        return config


def _own_configuration() -> list[str]:
    """Return the override that adds the user's own configuration: ``conf/`` in the working directory."""
    own = Path.cwd() / "conf"
    if not own.is_dir() or own.samefile(shipped("conf")):
        return []
    return [f"hydra.searchpath=['file://{own}']"]


def plain(config: DictConfig) -> dict[str, Any]:
    """Return a configuration as plain data, references resolved."""
    from omegaconf import OmegaConf

    data = OmegaConf.to_container(config, resolve=True, throw_on_missing=True)
    assert isinstance(data, dict)
    return {str(key): value for key, value in data.items()}


def compose_corpus(named: str, overrides: Sequence[str] = ()) -> dict[str, Any]:
    """Return the settings of a corpus that is named by itself.

    Parameters
    ----------
    named : str
        A folder or table, or else the name of a file in ``conf/corpus/``.
    overrides : sequence of str
        In Hydra's syntax, such as ``corpus.columns.text=body``.

    Returns
    -------
    dict
        As `paratheme.training.data.corpus_settings` reads it.

    Raises
    ------
    ParathemeError
        If there is neither, or an override is no setting of a corpus.
    """
    from hydra.errors import HydraException
    from omegaconf.errors import OmegaConfBaseException

    if foreign := [override for override in overrides if not override.lstrip("+~").startswith("corpus.")]:
        raise ParathemeError(f"{foreign[0]!r} is no setting of a corpus; write corpus.KEY=VALUE")
    path = Path(named).expanduser()
    if not path.exists() and not re.fullmatch(r"[\w-]+", named):
        raise ParathemeError(f"{named}: no such file or folder; give a labelled corpus")
    group = named
    if path.exists():
        group = "hub" if path.is_dir() and not (path / "labels.jsonl").is_file() else "folder"
    try:
        config = compose([f"corpus={group}", *overrides]).corpus
        if path.exists():
            config.path = str(path)
            config.name = path.stem if config.name == group else config.name
        return plain(config)
    except (HydraException, OmegaConfBaseException) as error:
        raise ParathemeError(_one_line(error)) from error


def run_experiment(overrides: Sequence[str], multirun: bool) -> int:
    """Compose and train, once or for every combination of the values given.

    Parameters
    ----------
    overrides : sequence of str
        In Hydra's syntax.
    multirun : bool
        Whether comma-separated values are combinations to run.

    Returns
    -------
    int
        The exit status: 2 for an override that does not exist.
    """
    import hydra
    from hydra.core.hydra_config import HydraConfig
    from hydra.errors import HydraException
    from omegaconf.errors import OmegaConfBaseException

    try:
        _check(overrides, multirun)
    except (HydraException, OmegaConfBaseException) as error:
        print(f"paratheme: {_one_line(error)}", file=sys.stderr)
        return 2

    failures: list[BaseException] = []

    def task(config: DictConfig) -> float | None:
        from paratheme.training.train import train

        if failures:  # of a multirun's earlier job: no other is begun
            return None
        try:
            settings = plain(config)
            return train(settings, _name(settings, HydraConfig.get().overrides.task))
        except BaseException as error:  # Hydra would add lines of its own to what the command says
            failures.append(error)
            return None

    os.environ["HYDRA_FULL_ERROR"] = "1"  # errors come up to our own handling instead of Hydra's
    sys.argv = ["paratheme-train", *_own_configuration(), *overrides, *(["--multirun"] if multirun else [])]
    hydra.main(config_path=str(shipped("conf")), config_name=CONFIG, version_base="1.3")(task)()
    if failures:
        raise failures[0]
    return 0


def _name(settings: dict[str, Any], overrides: Sequence[str]) -> str:
    """Return a run's name: the one it was given, or else what was typed, but for where things are.

    Parameters
    ----------
    settings : dict
        The composed configuration.
    overrides : sequence of str
        What was typed for this one run.
    """
    typed = dict(override.partition("=")[::2] for override in overrides)
    base = settings["name"] or settings["model"]["family"]
    if "name" in typed:
        return str(base)
    unsaid = UNSAID if settings["name"] else (*UNSAID, "model")
    told = [f"{key}={value}" for key, value in typed.items() if key not in unsaid and not key.startswith(ASIDE)]
    name = " ".join([base, *told])
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 3]}..."


def _check(overrides: Sequence[str], multirun: bool) -> None:
    """Compose once for every value of every override, so that a wrong one is told before anything runs."""
    from hydra.core.override_parser.overrides_parser import OverridesParser

    parsed = OverridesParser.create().parse_overrides(list(overrides))
    choices = []
    for override, typed in zip(parsed, overrides, strict=True):
        if multirun and override.is_sweep_override() and override.is_discrete_sweep():
            choices.append([f"{override.get_key_element()}={value}" for value in override.sweep_string_iterator()])
        elif not typed.startswith("hydra"):
            choices.append([typed])
    first = [values[0] for values in choices]
    plain(compose(first))
    for position, values in enumerate(choices):
        for value in values[1:]:
            plain(compose([*first[:position], value, *first[position + 1 :]]))


def _one_line(error: Exception) -> str:
    from omegaconf.errors import MissingMandatoryValue, OmegaConfBaseException

    cause = error if isinstance(error, OmegaConfBaseException) else error.__cause__
    if isinstance(cause, MissingMandatoryValue):
        return f"{cause.full_key} must be given: add {cause.full_key}=..."
    if isinstance(cause, OmegaConfBaseException) and hasattr(cause.parent_node, "keys"):
        there = ", ".join(str(key) for key in cause.parent_node if key != "hydra")
        return f"there is no setting {cause.full_key}; there are {there}"
    message = str(error).partition("Config search path")[0]
    return " ".join(message.split())
