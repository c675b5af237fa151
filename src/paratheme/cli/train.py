"""``paratheme train``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from paratheme.errors import ParathemeError, UsageError

ENOUGH = 30  # labelled blocks of a theme: with fewer its figures say little
FEW_STORIES = 10

if TYPE_CHECKING:
    from paratheme.tracking.promotion import Standing
    from paratheme.training.config import Config
    from paratheme.training.train import TrainingResult


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.usage = "paratheme train [OVERRIDE ...] [-m] [--cfg job]"
    parser.add_argument("overrides", nargs="*", metavar="OVERRIDE", help="Hydra: experiment=quick model=tfidf seed=1")
    parser.add_argument("-m", "--multirun", action="store_true", help="one run for every combination of values")
    parser.add_argument("--cfg", choices=["job"], help="print the configuration as YAML, and train nothing")


def further_help() -> str:
    """Return what can be configured."""
    from paratheme.training.settings_help import help_text

    return help_text()


def execute(options: argparse.Namespace) -> int:
    """Train an experiment and log it to MLflow."""
    from paratheme.training.compose import run_jobs

    if options.cfg:
        print(configuration(options.overrides, options.multirun), end="")
        return 0
    trained: list[str] = []

    def job(config: Config, name: str, command: str) -> float:
        from paratheme.training.train import train

        try:
            result = train(config, name, command)
        except KeyboardInterrupt:
            if config.resume == "auto" and Path("outputs", "unfinished").is_dir():
                print(f"what was learned is kept; to go on: {command}", file=sys.stderr)
            raise
        show_result(result)  # when the run is closed: a broken pipe is no failed run
        if not result.waiting and (result.pooled or len(result.folds) == 1):
            trained.append(result.run_id)
        return result.score

    run_jobs(options.overrides, options.multirun, job)
    if len(trained) > 1:
        _show_comparison(trained)
    return 0


def configuration(overrides: Sequence[str], multirun: bool = False) -> str:
    """Return the configuration that overrides compose, checked, as YAML."""
    import yaml

    from paratheme.training.compose import compose

    if multirun:
        raise UsageError("--cfg job shows the configuration of one run; leave -m and give one value for each setting")
    return yaml.safe_dump(compose(overrides).plain(), allow_unicode=True, sort_keys=False, width=120)


def _show_comparison(run_ids: Sequence[str]) -> None:
    """Print what several trainings came to, side by side."""
    from paratheme.cli.compare import compare, leaderboard_grid
    from paratheme.cli.terminal import show
    from paratheme.evaluation.bootstrap import Resampling

    resampling = Resampling()
    for comparison in compare([f"runs:/{run_id}" for run_id in run_ids], resampling)[0]:
        print()
        show(leaderboard_grid(comparison, resampling))


def show_result(result: TrainingResult) -> None:
    """Print what an experiment gave, and what to type next."""
    from paratheme.cli.terminal import show_metrics
    from paratheme.tracking.promotion import against_champion

    themes, languages = result.data.corpus.themes.ids, result.data.corpus.languages
    try:
        standing = against_champion(result.run_id) if result.model_uri else None
    except ParathemeError as error:  # the training is done, whatever the store says now
        print(f"paratheme: {error}", file=sys.stderr)
        standing = None
    if standing and standing.is_better:
        print(f"Better than the champion beyond chance: {_standing_told(standing)}\n")
    if result.searched:
        print(result.searched)
    if len(result.folds) == 1:
        show_metrics(result.folds[0].test.metrics, themes, languages, "Test set")
    elif result.pooled is None:
        _show_learning_curve(result)
    else:
        _show_folds(result)
    for note in few_labels(result):
        print(f"note      {note}")
    if result.waiting:
        _show_waiting(result, result.waiting)
        return
    print(f"run       runs:/{result.run_id}")
    if result.model_uri:
        print(f"model     {result.model_uri}")
        print(f"champion  {_standing_told(standing) if standing else 'this run'}")
        print(f"next      {'   or   '.join(_next(result, standing))}")
    elif len(result.folds) > 1:
        print("next      paratheme compare   or   paratheme ui")
    if uri := result.config.tracking.uri:
        print(f"other commands find the runs with MLFLOW_TRACKING_URI={uri}")


def _next(result: TrainingResult, standing: Standing | None) -> list[str]:
    """Return the commands that may follow, the likeliest first; only a run that is better is offered as champion."""
    commands = [f"paratheme predict YOUR_DOCUMENTS --model {result.model_uri}", "paratheme ui"]
    if standing is None:
        return commands
    if standing.difference is None:
        return [*commands, f"paratheme evaluate {result.run_id[:8]} CORPUS, as the champion, and then promote"]
    promote = f"paratheme promote {result.run_id[:8]}"
    is_better = standing.difference.estimate > 0
    return [promote, *commands] if is_better else [*commands, f"{promote} --dry-run"]


def _show_waiting(result: TrainingResult, folder: Path) -> None:
    """Print where a run waits for a tracking store that did not answer."""
    from paratheme.tracking.registry import ARTIFACT

    print(f"run       waits in {folder} for the tracking store")
    model = folder / ARTIFACT
    using = f"   or   paratheme predict YOUR_DOCUMENTS --model {model}" if model.is_dir() else ""
    print(f"next      paratheme sync{using}")


def _standing_told(standing: Standing) -> str:
    """Return how a run stands to the champion, in a phrase."""
    from paratheme.evaluation.format import format_difference, format_score

    champion, d = standing.champion.uri, standing.difference
    if d is None:
        return f"{champion}, which was tested on other data"
    ps = f"p {format_score(d.p)}, permuted {format_score(d.p_permutation)}"
    gain = f"this run {format_difference(d.estimate)} ({ps})"
    return f"{champion}, macro F1 {format_score(standing.macro_f1)} on the same test; {gain}"


def few_labels(result: TrainingResult) -> list[str]:
    """Return what a person with few labels should know, and what helps."""
    data, themes = result.data, result.data.corpus.themes
    labels = data.corpus.take(data.folds[-1].labelled).labels.sum(axis=0)
    counts = dict(zip(themes.ids, map(int, labels), strict=True))
    notes = []
    if missing := [theme for theme, count in counts.items() if not count]:
        notes.append(f"no labelled block to learn from: {', '.join(missing)}; such a theme is never learned")
    if few := [f"{theme} ({count})" for theme, count in counts.items() if 0 < count < ENOUGH]:
        notes.append(f"fewer than {ENOUGH} labelled blocks: {', '.join(few)}; more labels help most")
    if len(result.folds) == 1 and len(set(data.corpus.take(data.folds[0].test).stories)) < FEW_STORIES:
        notes.append("the test set has few stories; split=kfold tests every block once")
    wordless = [theme.id for theme in themes.themes if not theme.words]
    if wordless and len(wordless) < len(themes.themes) and result.config.model.model_type in ("lexicon", "hybrid"):
        notes.append(f"themes without words: {', '.join(wordless)}; this model reads words, so give them some")
    return notes


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
