"""A saved classifier on any labelled corpus, logged as a run of its own."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from paratheme.classifier.classifier import ThemeClassifier
from paratheme.classifier.storage import versions
from paratheme.corpus.corpus import Corpus
from paratheme.corpus.load import load_corpus
from paratheme.corpus.split import Given, SplitSettings
from paratheme.errors import ParathemeError, validated
from paratheme.evaluation.bootstrap import Resampling
from paratheme.evaluation.evaluation import Evaluation, evaluate
from paratheme.evaluation.format import headline
from paratheme.evaluation.predictions import text_hash
from paratheme.models.settings import EncoderSettings
from paratheme.tracking import log
from paratheme.tracking.addresses import find_source, load_source
from paratheme.tracking.open_run import open_run
from paratheme.tracking.store import connect, git_commit
from paratheme.training.compose import compose_corpus
from paratheme.training.data import divide, with_stories
from paratheme.types import Settings


class _Split(Settings):
    """The split a classifier was trained with, as it is saved with it."""

    split: SplitSettings


@dataclass(frozen=True)
class EvaluationResult:
    """What an evaluation of a saved classifier gave.

    Attributes
    ----------
    corpus : Corpus
        The blocks it was tested on.
    evaluation : Evaluation
    run_id : str
    model : str
        The classifier's address.
    part : str
        ``train``, ``valid``, ``test`` or ``all`` of the corpus.
    waiting : Path or None
        The folder in which the run waits for a tracking store that did not answer.
    """

    corpus: Corpus
    evaluation: Evaluation
    run_id: str
    model: str
    part: str
    waiting: Path | None = None


def evaluate_model(
    model: str, corpus_name: str, part: str | None, overrides: Sequence[str], resampling: Resampling
) -> EvaluationResult:
    """Measure a saved classifier on labelled data, and log that as a run.

    `model` is an address as in `paratheme.load`, or a run's name; `corpus_name` and `overrides` are as in
    `compose_corpus`. `part` is of the division that the model was trained with, or that the corpus brings along in its
    part column; None: ``test`` of the model's own corpus, all of another.
    """
    source = find_source(model)
    classifier = load_source(source)
    settings = compose_corpus(corpus_name, overrides)
    settings = settings.model_copy(update={"single_label": classifier.calibration.single_label})
    corpus = load_corpus(settings, classifier.themes)
    part = part or ("test" if corpus.fingerprint == classifier.about.get("fingerprint") else "all")
    tested = part_of(corpus, classifier, part)
    learned = set(classifier.about.get("seen", ()))
    if seen := sum(text_hash(text) in learned for text in tested.texts):
        told = f"{source.uri} was trained on {seen} of these {len(tested)} blocks: it looks better than it is"
        print(f"paratheme: {told}", file=sys.stderr)
    started = time.perf_counter()
    evaluation = evaluate(classifier, tested, resampling)
    speed = len(tested) / (time.perf_counter() - started)
    connect()
    tags = _tags(classifier, corpus, part, seen) | {"evaluated_model": source.uri} | source.tags
    with open_run(f"evaluation of {source.uri} on {corpus.name}", "evaluation", tags) as run:
        log.log_corpus(tested, "evaluation")
        log.log_params({"part": part, **{f"corpus.{key}": value for key, value in settings.model_dump().items()}})
        log.log_evaluation(evaluation, "test")
        log.log_metrics({"blocks_per_s": speed}, "speed")
        log.set_description(headline(evaluation.metrics, classifier.themes.ids, corpus.name))
    return EvaluationResult(tested, evaluation, run.run_id, source.uri, part, run.waiting)


def part_of(corpus: Corpus, classifier: ThemeClassifier, part: str) -> Corpus:
    """Return a part of a corpus, ``train``, ``valid``, ``test`` or ``all``, every block with its story."""
    if part == "all":
        return with_stories(corpus)[0]
    given = "test" in corpus.parts or all(corpus.parts)  # parts of some documents alone only keep these from the test
    saved = Given() if given else classifier.about.get("split")
    split = saved if isinstance(saved, Given) else validated(_Split, {"split": saved or {"strategy": "given"}}).split
    if isinstance(split, Given):
        if part not in corpus.parts:
            raise ParathemeError(f"--part {part}: nothing says which blocks of {corpus.name} that is; use --part all")
        return with_stories(corpus, split)[0].take(np.flatnonzero(np.asarray(corpus.parts) == part))
    encoder = validated(EncoderSettings, classifier.about.get("encoder") or {})
    data = divide(corpus, split, encoder)
    (fold,) = data.folds
    return data.corpus.take({"train": fold.train, "valid": fold.valid, "test": fold.test}[part])


def _tags(classifier: ThemeClassifier, corpus: Corpus, part: str, seen: int) -> dict[str, str]:
    return {
        "model": classifier.about.get("model", classifier.model_type),
        "corpus": corpus.name,
        "part": part,
        "languages": " ".join(sorted(set(corpus.languages))),
        "git_commit": git_commit(),
        "data_fingerprint": corpus.fingerprint,
        "python": versions()["python"],
        "seen_in_training": str(seen),
    }
