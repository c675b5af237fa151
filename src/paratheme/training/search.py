"""The search for settings that suit a corpus, by Optuna; it never looks at the test set.

Hydra's own Optuna plugin is made for Optuna 2 and can neither prune nor resume, so Optuna is used directly.
"""

from __future__ import annotations

import hashlib
import json
import logging
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from paratheme.corpus.corpus import Corpus
from paratheme.evaluation.metrics import macro_average_precision
from paratheme.tracking.log import log_metrics, log_params, set_tag
from paratheme.tracking.open_run import open_run
from paratheme.training.config import Config, SweepSettings
from paratheme.training.fit import folds_by_story, predict_out_of_fold

if TYPE_CHECKING:
    import optuna

logger = logging.getLogger(__name__)
BEFORE_PRUNING = 5  # trials that run to their end, so that there is something to be worse than


def open_study(config: Config, sweep: SweepSettings, corpus: Corpus) -> optuna.Study:
    """Open the study of these settings on this corpus, with the trials that it has already."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    logging.getLogger("alembic").setLevel(logging.ERROR)
    same = {key: value for key, value in config.plain().items() if key not in ("tracking", "checks", "evaluation")}
    same["sweep"] = {"space": sweep.space, "folds": sweep.folds}
    digest = hashlib.blake2b(json.dumps([same, corpus.fingerprint], sort_keys=True).encode(), digest_size=4)
    name = f"{config.name or 'sweep'} {digest.hexdigest()}"
    try:
        before = len(optuna.load_study(storage=sweep.storage, study_name=name).trials)
    except KeyError:  # there is no such study yet
        before = 0
    return optuna.create_study(
        storage=sweep.storage,
        study_name=name,
        direction="maximize",
        sampler=optuna.samplers.TPESampler(seed=config.seed + before),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=BEFORE_PRUNING),
        load_if_exists=True,
    )


def search(study: optuna.Study, config: Config, sweep: SweepSettings, labelled: Corpus) -> Config:
    """Try settings, each in a child run of the open one, until there are as many trials as asked for; return the best.

    A trial is judged by the macro average precision of its out-of-fold predictions on training and validation set, over
    folds by story; one that is worse after a fold than half of the others were then is broken off.
    """
    import optuna

    folds = folds_by_story(labelled, sweep.folds)

    def objective(trial: optuna.Trial) -> float:
        chosen = {path: _suggest(trial, path, choices) for path, choices in sweep.leaves()}
        changed = config.changed(chosen)
        P = np.zeros((len(labelled), len(labelled.themes.ids)), np.float32)
        with open_run(f"trial {trial.number}", "trial", {"model": config.model.label}):
            logger.info("Trial %d of %d", trial.number + 1, sweep.trials)
            log_params(chosen)
            for fold in range(sweep.folds):
                predict_out_of_fold(changed, labelled, folds, fold, P)
                seen = folds <= fold
                value = macro_average_precision(labelled.labels[seen], P[seen])
                log_metrics({"average_precision": value}, "sweep", step=fold)
                trial.report(value, fold)
                if pruned := fold < sweep.folds - 1 and trial.should_prune():
                    set_tag("pruned", f"after {fold + 1} of {sweep.folds} folds")
                    break
        if pruned:
            raise optuna.TrialPruned
        return value

    states = (optuna.trial.TrialState.COMPLETE, optuna.trial.TrialState.PRUNED)
    missing = sweep.trials - len(study.get_trials(deepcopy=False, states=states))
    if missing > 0:
        study.optimize(objective, n_trials=missing, show_progress_bar=sys.stderr.isatty())
    return config.changed(best_params(study))


def best_params(study: optuna.Study) -> dict[str, Any]:
    """Return the best trial's settings, by path such as ``model.head_C``."""
    # what was chosen from a list is kept as JSON, for Optuna stores plain values only
    return {path: json.loads(value) if isinstance(value, str) else value for path, value in study.best_params.items()}


def best_overrides(study: optuna.Study) -> str:
    """Return the best trial's settings as they are typed."""
    best = best_params(study).items()
    return " ".join(f"{key}={value:.4g}" if isinstance(value, float) else f"{key}={value}" for key, value in best)


def _suggest(trial: optuna.Trial, path: str, choices: Any) -> Any:
    if isinstance(choices, list):
        return json.loads(trial.suggest_categorical(path, [json.dumps(choice) for choice in choices]))
    low, high, log = choices["low"], choices["high"], bool(choices.get("log"))
    if isinstance(low, int) and isinstance(high, int):
        return trial.suggest_int(path, low, high, log=log)
    return trial.suggest_float(path, low, high, log=log)
