"""``paratheme train``."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paratheme.training.config import Config
    from paratheme.training.train import TrainingResult


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.usage = "paratheme train [OVERRIDE ...] [-m]"
    parser.add_argument("overrides", nargs="*", metavar="OVERRIDE", help="Hydra: experiment=quick model=tfidf seed=1")
    parser.add_argument("-m", "--multirun", action="store_true", help="one run for every combination of values")


def execute(options: argparse.Namespace) -> int:
    """Train an experiment and log it to MLflow."""
    from paratheme.training.compose import run_jobs

    run_jobs(options.overrides, options.multirun, _train)
    return 0


def _train(config: Config, name: str) -> float:
    from paratheme.training.train import train

    result = train(config, name)
    show_result(result)  # when the run is closed: a broken pipe is no failed run
    return result.score


def show_result(result: TrainingResult) -> None:
    """Print what an experiment gave, and what to type next."""
    from paratheme.cli.terminal import show_metrics

    themes, languages = result.data.corpus.themes.ids, result.data.corpus.languages
    if result.searched:
        print(result.searched)
    if len(result.folds) == 1:
        show_metrics(result.folds[0].test.metrics, themes, languages, "Test set")
    elif result.pooled is None:
        _show_learning_curve(result)
    else:
        _show_folds(result)
    print(f"run    runs:/{result.run_id}")
    if result.model_uri:
        print(f"model  {result.model_uri}\nnext   paratheme predict YOUR_DOCUMENTS   or   paratheme ui")
    elif len(result.folds) > 1:
        print("next   paratheme ui")
    if uri := result.config.tracking.uri:
        print(f"other commands find the runs with MLFLOW_TRACKING_URI={uri}")


def _show_folds(result: TrainingResult) -> None:
    """Print the F1 of each theme in each fold, with mean and spread, and over all folds' predictions together."""
    import numpy as np

    from paratheme.cli.terminal import Grid, show
    from paratheme.evaluation.format import format_macro_f1, format_score

    assert result.pooled is not None
    tests, pooled, rows = [fold.test.metrics for fold in result.folds], result.pooled.metrics, []
    for theme in [*result.data.corpus.themes.ids, "macro average"]:
        key = "macro_f1" if theme == "macro average" else f"f1/{theme}"
        values = [test.get(key, np.nan) for test in tests]
        known = [value for value in values if not np.isnan(value)]
        mean = np.mean(known) if known else np.nan
        spread = np.std(known, ddof=1) if len(known) > 1 else np.nan
        rows.append([theme, *map(format_score, [*values, mean, spread, pooled.get(key, np.nan)])])
    names = [fold.name for fold in result.data.folds]
    title = "F1 on each fold's test set"
    note = f"pooled macro F1 {format_macro_f1(pooled)}"
    show(Grid(title, ["theme", *names, "mean", "spread", "pooled"], rows, note))


def _show_learning_curve(result: TrainingResult) -> None:
    """Print the test figures of each step of a learning curve."""
    from paratheme.cli.terminal import Grid, show
    from paratheme.evaluation.format import format_interval, format_score

    tests = [fold.test.metrics for fold in result.folds]
    languages = [one for one in sorted(set(result.data.corpus.languages)) if f"f1/{one}" in tests[0]]
    rows = []
    for fold, test in zip(result.data.folds, tests, strict=True):
        interval = format_interval(test.get("macro_f1_low"), test.get("macro_f1_high"))
        figures = [test.get("macro_average_precision"), *(test.get(f"f1/{one}") for one in languages)]
        rows.append([fold.name, format_score(test["macro_f1"]), interval, *map(format_score, figures)])
    heads = ["run", "macro F1", "interval", "average precision", *languages]
    show(Grid("On the same test set; F1 by language", heads, rows))
