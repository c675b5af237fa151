"""A saved classifier on any labelled corpus, logged as a run of its own."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from paratheme.classifier.classifier import ThemeClassifier, versions
from paratheme.corpus.corpus import Corpus, load_corpus
from paratheme.corpus.near_duplicates import group_stories
from paratheme.errors import ParathemeError
from paratheme.evaluation import format as report
from paratheme.evaluation import plots
from paratheme.evaluation.bootstrap import Resampling
from paratheme.evaluation.predictions import Results, text_hash
from paratheme.evaluation.slices import overall, slices
from paratheme.tracking import log as tracking
from paratheme.tracking import registry
from paratheme.training.config import compose_corpus
from paratheme.training.data import corpus_settings, divide, find_stories

Rows = npt.NDArray[np.int64]


def run(model: str, corpus_name: str, part: str | None, overrides: Sequence[str], resampling: Resampling) -> int:
    """What ``paratheme evaluate`` does.

    Parameters
    ----------
    model : str
        As in `ThemeClassifier.load`, or a run's name.
    corpus_name : str
        A folder or table, or the name of a file in ``conf/corpus/``, such as ``seeds``.
    part : {"train", "valid", "test", "all"} or None
        Of the division that the model was trained with, or that the corpus brings along in its part column;
        None: ``test`` of the model's own corpus, all of another.
    overrides : sequence of str
        Settings of the corpus as in training, such as ``corpus.columns.text=body``.
    resampling : Resampling

    Returns
    -------
    int
        The exit status, 0.
    """
    model = registry.model_uri(model)
    source = registry.find_source(model)
    classifier = ThemeClassifier.load(model)
    settings = {**compose_corpus(corpus_name, overrides), "exclusive": classifier.thresholds.exclusive}
    corpus = load_corpus(corpus_settings(settings), classifier.themes)
    own = corpus.fingerprint == classifier.about.get("fingerprint")
    part = part or ("test" if own else "all")
    stories, rows = _divided(corpus, classifier, part)
    texts = [corpus.texts[row] for row in rows]
    trained_on = set(classifier.about.get("seen", ()))
    seen = sum(text_hash(text) in trained_on for text in texts)
    if seen:
        told = f"{model} was trained on {seen} of these {len(rows)} blocks: it looks better than it is"
        print(f"paratheme: {told}", file=sys.stderr)
    started = time.perf_counter()
    scores = classifier.predict_proba(texts)
    speed = len(texts) / (time.perf_counter() - started)
    tested = Results.of(corpus, stories, rows, scores, classifier.thresholds.decide(scores))
    metrics = overall(tested, corpus.exclusive, resampling)
    tracking.connect()
    tags = _tags(classifier, corpus, part, seen) | {"evaluated_model": source.uri} | source.tags
    with tracking.run(f"evaluation of {source.uri} on {corpus.name}", tags) as active:
        tracking.log_corpus(corpus, "evaluation")
        tracking.log_params({"part": part, **{f"corpus.{key}": value for key, value in settings.items()}})
        tracking.log_metrics(metrics, "test")
        tracking.log_metrics({"blocks_per_s": speed}, "speed")
        tracking.log_table(report.errors(corpus, rows, scores, classifier.thresholds), "errors.json")
        tracking.log_results(tested, slices(tested, resampling))
        languages = [corpus.languages[row] for row in rows]
        scored = plots.Scored(classifier.themes, tested.gold, scores, classifier.thresholds, languages)
        tracking.log_figures(plots.draw_all(scored))
        tracking.describe(report.headline(metrics, corpus))
    title = f"{source.uri} on {corpus.name}, " + ("every block" if part == "all" else f"{part} part")
    report.show_run(metrics, corpus, active.info.run_id, None, title)
    return 0


def _divided(corpus: Corpus, classifier: ThemeClassifier, part: str) -> tuple[list[str], Rows]:
    """Return the story of each block, and the rows of a part."""
    if part == "all":
        stories, _ = group_stories(
            corpus.blocks["document"], corpus.texts, corpus.languages, list(corpus.blocks["story"]), embed=None
        )
        return stories, np.arange(len(corpus.texts))
    about: dict[str, Any] = {key: classifier.about.get(key) or {} for key in ("split", "encoder")}
    brought = any(corpus.blocks["part"])
    strategy = "given" if brought else about["split"].get("strategy", "given")
    if strategy == "given" and part not in corpus.blocks["part"]:
        raise ParathemeError(f"--part {part}: nothing says which blocks of {corpus.name} that is; use --part all")
    settings = {**about, "split": {**about["split"], "strategy": strategy}}
    stories, _ = find_stories(corpus, settings)
    if strategy == "given":
        return stories, np.flatnonzero(np.asarray(corpus.blocks["part"]) == part)
    (fold,) = divide(corpus, stories, settings["split"])
    return stories, {"train": fold.train, "valid": fold.valid, "test": fold.test}[part]


def _tags(classifier: ThemeClassifier, corpus: Corpus, part: str, seen: int) -> dict[str, str]:
    return {
        "kind": "evaluation",
        "model": classifier.family,
        "corpus": corpus.name,
        "part": part,
        "languages": " ".join(sorted(set(corpus.languages))),
        "git_commit": tracking.git_commit(),
        "data_fingerprint": corpus.fingerprint,
        "python": versions()["python"],
        "seen_in_training": str(seen),
    }
