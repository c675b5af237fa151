"""``paratheme evaluate``."""

from __future__ import annotations

import argparse

from paratheme.cli.terminal import resampling_of, resampling_options, show_metrics

PARTS = ("train", "valid", "test", "all")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("model", metavar="MODEL", help="a folder, a run's name, runs:/... or models:/...")
    parser.add_argument("corpus", metavar="CORPUS", help="a folder, a table, or a name: seeds, sib200, your own")
    told = "as in train: corpus.columns.text=body ..."
    parser.add_argument("overrides", nargs="*", default=[], metavar="OVERRIDE", help=told)
    parser.add_argument("--part", choices=PARTS, help="default: test of the model's own corpus, all of another")
    resampling_options(parser)


def execute(options: argparse.Namespace) -> int:
    """Measure a saved model on labelled data and log it to MLflow."""
    from paratheme.training.evaluate import evaluate_model

    resampling = resampling_of(options)
    result = evaluate_model(options.model, options.corpus, options.part, options.overrides, resampling)
    blocks = "every block" if result.part == "all" else f"{result.part} set"
    title = f"{result.model} on {result.corpus.name}, {blocks}"
    show_metrics(result.evaluation.metrics, result.corpus.themes.ids, result.corpus.languages, title)
    waits = f"waits in {result.waiting} for the tracking store; paratheme sync delivers it"
    print(f"run    {waits if result.waiting else f'runs:/{result.run_id}'}")
    return 0
