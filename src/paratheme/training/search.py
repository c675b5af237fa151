"""The search for settings that suit a corpus, by Optuna; it never looks at the test part.

Hydra's own Optuna plugin is made for Optuna 2 and can neither prune nor resume, so Optuna is used directly.
"""

from __future__ import annotations

import copy
import hashlib
import json
import logging
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from paratheme.corpus import split
from paratheme.corpus.corpus import Corpus
from paratheme.errors import ParathemeError
from paratheme.evaluation.metrics import macro_average_precision
from paratheme.tracking import log as tracking
from paratheme.training.fit import new_model

if TYPE_CHECKING:
    import optuna

Settings = Mapping[str, Any]
BEFORE_PRUNING = 5  # trials that run to their end, so that there is something to be worse than
PARENT = "run_id"
SEARCHED = ("model", "encoder")  # what a trial depends on


def open_study(settings: Settings, corpus: Corpus) -> optuna.Study:
    """Open the study of these settings on this corpus, with the trials that it has already.

    Parameters
    ----------
    settings : mapping
        The composed configuration, with `sweep`.
    corpus : Corpus

    Raises
    ------
    ParathemeError
        If the space is empty or names a setting that does not exist.
    """
    import optuna

    space = list(_leaves(settings["sweep"]["space"]))
    if not space:
        raise ParathemeError("sweep.space is empty; name settings to try, such as +sweep.space.model.C=[0.1,1.0]")
    for path, choices in space:
        _check(settings, path, choices)
    for key, least in (("trials", 1), ("folds", 2)):
        if not isinstance(settings["sweep"][key], int) or settings["sweep"][key] < least:
            raise ParathemeError(f"sweep.{key}={settings['sweep'][key]}: at least {least}")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    logging.getLogger("alembic").setLevel(logging.ERROR)
    same = {key: value for key, value in settings.items() if key not in ("tracking", "checks", "evaluation")}
    same["sweep"] = {key: settings["sweep"][key] for key in ("space", "folds")}
    digest = hashlib.blake2b(json.dumps([same, corpus.fingerprint], sort_keys=True).encode(), digest_size=4)
    storage, name = settings["sweep"]["storage"], f"{settings['name'] or 'sweep'} {digest.hexdigest()}"
    try:
        before = len(optuna.load_study(storage=storage, study_name=name).trials)
    except KeyError:  # there is no such study yet
        before = 0
    return optuna.create_study(
        storage=storage,
        study_name=name,
        direction="maximize",
        sampler=optuna.samplers.TPESampler(seed=settings["seed"] + before),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=BEFORE_PRUNING),
        load_if_exists=True,
    )


def unfinished_run(study: optuna.Study) -> str | None:
    """Return the id of the run whose search was interrupted, and can go on."""
    import mlflow
    from mlflow.exceptions import MlflowException

    try:
        run = mlflow.get_run(study.user_attrs.get(PARENT, ""))
    except MlflowException:
        return None
    resumable = run.info.status in ("KILLED", "FAILED") and run.info.lifecycle_stage == "active"
    return str(run.info.run_id) if resumable and "seed" not in run.data.params else None


def search(
    study: optuna.Study,
    settings: Settings,
    corpus: Corpus,
    stories: list[str],
    rows: npt.NDArray[np.int64],
    run_id: str,
) -> dict[str, Any]:
    """Try settings, each in a child run, until there are as many trials as asked for.

    A trial's figure is the macro average precision of predictions out of fold, over folds by story inside `rows`;
    a trial that is worse after a fold than half of the others were then is broken off.

    Parameters
    ----------
    study : optuna.Study
        From `open_study`.
    settings : mapping
        The composed configuration.
    corpus : Corpus
    stories : list of str
        The story of each row.
    rows : ndarray of int64
        The training and validation part.
    run_id : str
        The parent run.

    Returns
    -------
    dict
        The configuration with the best trial's settings.
    """
    import optuna

    study.set_user_attr(PARENT, run_id)
    groups, languages = [stories[row] for row in rows], [corpus.languages[row] for row in rows]
    folds = settings["sweep"]["folds"]
    part = split.stratified_groups(groups, corpus.labels[rows], languages, [1 / folds] * folds, seed=0)

    def objective(trial: optuna.Trial) -> float:
        chosen = {path: _suggest(trial, path, choices) for path, choices in _leaves(settings["sweep"]["space"])}
        changed = with_settings(settings, chosen)
        P = np.zeros((len(rows), len(corpus.themes.ids)), np.float32)
        with tracking.run(
            f"trial {trial.number}", {"kind": "trial", "model": settings["model"]["family"]}, nested=True
        ):
            tracking.log_params(chosen)
            for fold in range(folds):
                learn, held = rows[part != fold], rows[part == fold]
                model = new_model(changed, corpus).fit([corpus.texts[row] for row in learn], corpus.labels[learn])
                P[part == fold] = model.predict_proba([corpus.texts[row] for row in held])
                value = macro_average_precision(corpus.labels[rows[part <= fold]], P[part <= fold])
                tracking.log_metrics({"average_precision": value}, "sweep", step=fold)
                trial.report(value, fold)
                if pruned := fold < folds - 1 and trial.should_prune():
                    tracking.tag("pruned", f"after {fold + 1} of {folds} folds")
                    break
        if pruned:
            raise optuna.TrialPruned
        return value

    states = (optuna.trial.TrialState.COMPLETE, optuna.trial.TrialState.PRUNED)
    missing = settings["sweep"]["trials"] - len(study.get_trials(deepcopy=False, states=states))
    if missing > 0:
        study.optimize(objective, n_trials=missing, show_progress_bar=sys.stderr.isatty())
    return with_settings(settings, best_params(study))


def best_params(study: optuna.Study) -> dict[str, Any]:
    """Return the best trial's settings, by path such as ``model.head_C``."""
    # what was chosen from a list is kept as JSON, for Optuna stores plain values only
    return {path: json.loads(value) if isinstance(value, str) else value for path, value in study.best_params.items()}


def with_settings(settings: Settings, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of the configuration with some values changed, by path such as ``model.head_C``."""
    changed = copy.deepcopy(dict(settings))
    for path, value in chosen.items():
        *groups, last = path.split(".")
        where = changed
        for group in groups:
            where = where[group]
        where[last] = value
    return changed


def _leaves(space: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in space.items():
        if isinstance(value, Mapping) and "low" not in value:
            yield from _leaves(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


def _check(settings: Settings, path: str, choices: Any) -> None:
    where: Any = settings
    if path.split(".")[0] not in SEARCHED:
        raise ParathemeError(f"sweep.space.{path}: only settings of {' and '.join(SEARCHED)} can be searched for")
    for key in path.split("."):
        if not isinstance(where, Mapping) or key not in where:
            there = ", ".join(where) if isinstance(where, Mapping) else "no settings"
            raise ParathemeError(
                f"sweep.space: there is no setting {path}; there are {there}. Another space: sweep=NAME, of conf/sweep/"
            )
        where = where[key]
    span = isinstance(choices, Mapping) and {"low", "high"} <= set(choices) <= {"low", "high", "log"}
    if not span and not (isinstance(choices, list) and choices):
        raise ParathemeError(f"sweep.space.{path}: give a list of values, or {{low: 0.1, high: 10.0, log: true}}")


def _suggest(trial: optuna.Trial, path: str, choices: Any) -> Any:
    if isinstance(choices, list):
        return json.loads(trial.suggest_categorical(path, [json.dumps(choice) for choice in choices]))
    low, high, log = choices["low"], choices["high"], bool(choices.get("log"))
    if isinstance(low, int) and isinstance(high, int):
        return trial.suggest_int(path, low, high, log=log)
    return trial.suggest_float(path, low, high, log=log)
