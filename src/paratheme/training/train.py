"""One experiment, from configuration to a logged, saved classifier."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import numpy as np

from paratheme.classifier.classifier import versions
from paratheme.corpus.corpus import Corpus, load_corpus
from paratheme.corpus.near_duplicates import Pair
from paratheme.corpus.split import Fold
from paratheme.errors import ParathemeError
from paratheme.evaluation import checks, plots
from paratheme.evaluation import format as report
from paratheme.evaluation.bootstrap import Resampling
from paratheme.evaluation.predictions import Results
from paratheme.evaluation.slices import overall, slices
from paratheme.themes.theme_set import ThemeSet
from paratheme.tracking import log as tracking
from paratheme.training import search as sweep
from paratheme.training.data import corpus_settings, divide, find_stories
from paratheme.training.fit import Outcome, fit_and_test, log_outcome, new_model

Settings = Mapping[str, Any]


def train(settings: Settings, name: str | None = None) -> float:
    """Run one experiment.

    Parameters
    ----------
    settings : mapping
        The composed configuration, as plain data (see ``conf/train.yaml``).
    name : str, optional
        What to call the run, to which a seed is added; without it the configuration says.

    Returns
    -------
    float
        Macro average precision on the validation part, or its mean over the folds: what a search may maximise,
        for the test part is not to choose by.

    Raises
    ------
    ParathemeError
        If corpus, configuration, encoder or tracking store are not what they should be.
    """
    themes = ThemeSet.from_dict(settings["themes"], source="themes")
    checks.load(settings["checks"]["suites"])  # a wrong one is told before anything is trained
    corpus = load_corpus(corpus_settings(settings["corpus"]), themes)
    stories, pairs = find_stories(corpus, settings)
    folds = divide(corpus, stories, settings["split"])
    if settings["sweep"] and len(folds) > 1:
        raise ParathemeError("sweep: a search has one test part; use split=holdout or split=given")
    growing = settings["split"]["strategy"] == "learning_curve"
    tracking.connect(settings["tracking"]["uri"], settings["tracking"]["experiment"])
    name = name or settings["name"] or settings["model"]["family"]
    name += f" seed {settings['seed']}" if settings["seed"] else ""
    study = sweep.open_study(settings, corpus) if settings["sweep"] else None
    unfinished = sweep.unfinished_run(study) if study else None
    with tracking.run(name, _tags(settings, corpus), run_id=unfinished) as run:
        if study:
            labelled = np.concatenate([folds[0].train, folds[0].valid])
            settings = sweep.search(study, settings, corpus, stories, labelled, run.info.run_id)
        tracking.log_settings(settings)
        tracking.log_corpus(corpus, "training")
        _log_findings(corpus, pairs)
        model_uri = None
        if len(folds) == 1:
            outcomes = [fit_and_test(corpus, stories, folds[0], settings)]
            model_uri = log_outcome(outcomes[0], corpus, folds[0], settings)
            chosen = f" Best of the search: `{_overrides(sweep.best_params(study))}`." if study else ""
            tracking.describe(report.headline(outcomes[0].test, corpus) + chosen)
        else:
            outcomes = _fit_folds(corpus, stories, folds, settings, name)
            if growing:
                log_curve(outcomes, folds, corpus, settings)
            else:
                pooled = log_folds(outcomes, folds, corpus, settings)
    # printed when the run is closed: a broken pipe is no failed run
    names, tested = [fold.name for fold in folds], [outcome.test for outcome in outcomes]
    if study:
        print(f"best of {len(study.trials)} trials: {_overrides(sweep.best_params(study))}")
    if len(folds) == 1:
        report.show_run(outcomes[0].test, corpus, run.info.run_id, model_uri)
    elif growing:
        report.show_curve(names, tested, corpus, run.info.run_id)
    else:
        report.show_folds(names, tested, corpus, run.info.run_id, pooled)
    if settings["tracking"]["uri"]:
        print(f"other commands find the runs with MLFLOW_TRACKING_URI={settings['tracking']['uri']}")
    return float(np.mean([outcome.valid["macro_average_precision"] for outcome in outcomes]))


def _fit_folds(corpus: Corpus, stories: list[str], folds: list[Fold], settings: Settings, name: str) -> list[Outcome]:
    """Fit and test every fold in a child run of its own."""
    outcomes = []
    for fold in folds:
        tags = {**_tags(settings, corpus), "kind": "fold", "fold": fold.name}
        with tracking.run(f"{name} {fold.name}", tags, nested=True):
            outcomes.append(fit_and_test(corpus, stories, fold, settings))
            log_outcome(outcomes[-1], corpus, fold, settings, keep_model=False)
    return outcomes


def log_curve(outcomes: list[Outcome], folds: list[Fold], corpus: Corpus, settings: Settings) -> None:
    """Log test figures against the number of labelled rows as ``curve/...``, and their picture."""
    sizes = [len(fold.train) + len(fold.valid) for fold in folds]
    tested = [outcome.test for outcome in outcomes]
    for size, test in zip(sizes, tested, strict=True):
        tracking.log_metrics(test, "curve", step=size)
    if settings["tracking"]["log_figures"]:
        tracking.log_figures([("plots/labelled.png", plots.labelled(sizes, tested, corpus.themes.ids))])
    last = f"Macro-F1 **{tested[-1]['macro_f1']:.3f}** with {sizes[-1]} labelled paragraphs of {corpus.name}"
    tracking.describe(f"{last}, {tested[0]['macro_f1']:.3f} with {sizes[0]}.")


def log_folds(outcomes: list[Outcome], folds: list[Fold], corpus: Corpus, settings: Settings) -> dict[str, float]:
    """Log mean and spread over the folds as ``cv/...``, and figures over all their predictions as ``pooled/...``.

    Returns
    -------
    dict of str to float
        The figures over all folds' predictions together.
    """
    names = set.intersection(*(set(outcome.test) for outcome in outcomes))
    values = {name: [outcome.test[name] for outcome in outcomes] for name in names}
    found = {name: float(np.mean(value)) for name, value in values.items() if name.partition("/")[0] != "support"}
    spread = [name for name in found if name in ("macro_f1", "micro_f1", "accuracy") or name.startswith("f1/")]
    found |= {f"{name}_std": float(np.std(values[name], ddof=1)) for name in spread}
    for fold, outcome in zip(folds, outcomes, strict=True):
        found[f"macro_f1/{fold.name}"] = outcome.test["macro_f1"]
    tracking.log_metrics(found, "cv")
    tracking.log_metrics({"fit_s": sum(outcome.fit_seconds for outcome in outcomes)}, "time")
    resampling = Resampling(**settings["evaluation"])
    all_folds = Results.join([outcome.tested for outcome in outcomes], [fold.name for fold in folds])
    pooled = overall(all_folds, corpus.exclusive, resampling)
    tracking.log_metrics(pooled, "pooled")
    tracking.log_results(all_folds, slices(all_folds, resampling))
    mean = f"**{found['macro_f1']:.3f}** (standard deviation {found['macro_f1_std']:.3f})"
    tracking.describe(f"Macro-F1 {mean} on average over {len(folds)} folds of {corpus.name}.")
    return pooled


def _overrides(params: Mapping[str, Any]) -> str:
    """Return settings as they are typed."""
    return " ".join(
        f"{key}={value:.4g}" if isinstance(value, float) else f"{key}={value}" for key, value in params.items()
    )


def _tags(settings: Settings, corpus: Corpus) -> dict[str, str]:
    reads = new_model(settings, corpus).get_params()
    tags = {
        "kind": "training",
        "experiment": settings["name"] or "",
        "model": settings["model"]["family"],
        "encoder": reads["encoder"]["path"] if "encoder" in reads else "",
        "corpus": corpus.name,
        "split": settings["split"]["strategy"],
        "languages": " ".join(sorted(set(corpus.languages))),
        "git_commit": tracking.git_commit(),
        "data_fingerprint": corpus.fingerprint,
        "python": versions()["python"],
    }
    return {key: value for key, value in tags.items() if value}


def _log_findings(corpus: Corpus, pairs: list[Pair]) -> None:
    """Log and tell what was found in the corpus: documents grouped into stories, contradicting labels."""
    import pandas as pd

    if pairs:
        tracking.log_table(pd.DataFrame([vars(pair) for pair in pairs]), "corpus/grouped_documents.json")
        print(
            f"{len(pairs)} pairs of near-copies or translations kept on one side of the split",
            file=sys.stderr,
        )
    if contradictions := corpus.contradictions():
        tracking.log_table(pd.DataFrame(contradictions), "corpus/contradictions.json")
        first = contradictions[0]
        print(
            f"{len(contradictions)} texts stand more than once with different themes, for example in "
            f"{', '.join(first['documents'][:2])}; all are in corpus/contradictions.json of the run",
            file=sys.stderr,
        )
