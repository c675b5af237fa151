"""One fold: a classifier fitted on its training set, calibrated, and tested once."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from paratheme.classifier.classifier import ThemeClassifier, reads_words
from paratheme.classifier.deployment import deployment_weights
from paratheme.classifier.nearby import nearby
from paratheme.classifier.observed import Observed, without_words
from paratheme.corpus.corpus import Corpus
from paratheme.corpus.split import Fold
from paratheme.corpus.stratified import TRAIN, kept_for_learning, stratified_groups
from paratheme.evaluation.evaluation import Evaluation, evaluate
from paratheme.evaluation.metrics import metrics_of
from paratheme.evaluation.predictions import text_hash
from paratheme.models import Model, build
from paratheme.training.config import Config
from paratheme.training.held_out import held_out
from paratheme.training.kept import Kept
from paratheme.training.taught import taught
from paratheme.types import Floats, Rows, Scores

logger = logging.getLogger(__name__)
OUT_OF_FOLD = 5  # folds of training and validation set for out-of-fold predictions


@dataclass(frozen=True)
class FoldResult:
    """What one fold gave.

    Attributes
    ----------
    classifier : ThemeClassifier or None
        None where a process before this one fitted it, one fold of several.
    test : Evaluation
        On the test set.
    valid : dict of str to float
        Metrics on the predictions that calibration and thresholds were learned from.
    fit_seconds : float
    """

    classifier: ThemeClassifier | None
    test: Evaluation
    valid: dict[str, float]
    fit_seconds: float


def fit_and_test(corpus: Corpus, fold: Fold, config: Config, kept: Kept | None = None) -> FoldResult:
    """Fit a classifier, and test it once; what is `kept` of the fit is not done again."""
    if fold.without_words:
        themes = corpus.themes.without_words(fold.without_words)
        corpus, config = replace(corpus, themes=themes), config.model_copy(update={"themes": themes})
    logger.info("Fitting %s on %s labelled blocks", config.model.label, f"{len(fold.labelled):,}")
    started = time.perf_counter()
    classifier, valid = fit_classifier(corpus, fold, config, kept)
    fit_seconds = time.perf_counter() - started
    logger.info("  fitted in %.1f s", fit_seconds)
    logger.info("Testing on %s blocks", f"{len(fold.test):,}")
    test = evaluate(classifier, corpus.take(fold.test), config.evaluation, learned=corpus.take(fold.labelled))
    test.metrics.update(_unseen(test.metrics, corpus, fold))
    logger.info("  macro F1 %.3f, %.1f s", test.metrics["macro_f1"], time.perf_counter() - started - fit_seconds)
    classifier.about["test"] = test.metrics
    return FoldResult(classifier, test, valid, fit_seconds)


def fit_classifier(
    corpus: Corpus, fold: Fold, config: Config, kept: Kept | None = None
) -> tuple[ThemeClassifier, dict[str, float]]:
    """Fit on the training set, calibrate on predictions for texts not fitted on.

    Returns the classifier, and metrics on the predictions that calibration and thresholds were learned from.
    """
    model, P, rows = _fit(corpus, fold, config, kept or Kept())
    held, themes = corpus.take(rows), corpus.themes
    seen, wordless = observed(held, P, model, reads_words(config.model.model_type))
    calibration = (seen + wordless if wordless else seen).calibration()
    about = {
        "model": config.model.label,
        "corpus": corpus.name,
        "fingerprint": corpus.fingerprint,
        "languages": sorted(set(corpus.languages)),
        "texts": len(fold.labelled),
        "split": config.split.model_dump(),
        "encoder": config.encoder.model_dump(),
        "held_out": held_out(held, seen, wordless).to_dict(),
        "seen": sorted({text_hash(text) for text in corpus.take(fold.labelled).texts}),
    }
    scores = calibration.calibrate(P, seen.words, seen.around)
    y_pred = calibration.decide(scores)
    valid = metrics_of(held.labels, scores, y_pred, themes.ids, held.languages, corpus.single_label)
    return ThemeClassifier(themes, config.model.model_type, model, calibration, about), valid


def around(corpus: Corpus, P: Scores) -> Floats | None:
    """Return what the document around each text of a corpus says, as calibration reads it."""
    return None if corpus.single_label else nearby(corpus.passages, dict(zip(corpus.texts, P, strict=True)))


def observed(held: Corpus, P: Scores, model: Model, reads: bool) -> tuple[Observed, Observed | None]:
    """Return what calibration learns from: texts as the model reads them, and if it reads words, without these.

    A text in a language whose words are not known is read so, and calibration has to hold for it too.
    """
    if not reads:
        return _observed(held, P, None), None
    seen = _observed(held, P, model.word_evidence(held.texts))
    if held.single_label:
        return seen, None
    wordless = without_words(P, model.word_logits(held.texts)).astype(np.float32)
    nothing = replace(_observed(held, wordless, None), words=np.zeros(P.shape))
    return seen, nothing


def _observed(held: Corpus, P: Scores, words: Floats | None) -> Observed:
    stated, hits = held.themes.deployment, None if words is None else (words > 0).astype(np.int64)
    weights, weights_alone = (
        deployment_weights(one, held.themes.ids, held.labels, hits)
        for one in (stated, stated and (stated.alone or stated))
    )
    return Observed(P, held.labels, held.single_label, weights, weights_alone, words, around(held, P))


def new_model(config: Config) -> Model:
    """Return an unfitted model as configured."""
    shared = {
        "encoder": config.encoder,
        "themes": config.themes,
        "seed": config.seed,
        "single_label": config.corpus.single_label,
    }
    return build(config.model.model_type, config.model.params, shared)


def folds_by_story(corpus: Corpus, folds: int) -> Rows:
    """Deal the stories of a corpus out to folds; return the fold of each row."""
    return stratified_groups(corpus.stories, corpus.labels, corpus.languages, [1 / folds] * folds, seed=0)


def predict_out_of_fold(
    config: Config, corpus: Corpus, folds: Rows, fold: int, P: Scores, whole: Corpus | None = None
) -> None:
    """Fit on all rows but those of a fold, and put probabilities for these into `P`; `whole` as in `learned_from`."""
    learn, held = corpus.take(np.flatnonzero(folds != fold)), corpus.take(np.flatnonzero(folds == fold))
    P[folds == fold] = new_model(config).fit(*learned_from(learn, config, whole or corpus)).predict_proba(held.texts)


def learned_from(corpus: Corpus, config: Config, whole: Corpus | None = None) -> tuple[list[str], Any]:
    """Return the texts that a model is fitted on, and their labels or, where a teacher filed them, probabilities.

    Parameters
    ----------
    corpus : Corpus
    config : Config
        Says whether the themes' definitions are learned from too, and what a teacher filed.
    whole : Corpus, optional
        What `corpus` is a part of: none of its texts is taken from a teacher.
    """
    texts = list(corpus.texts)
    Y: list[Any] = [corpus.labels]
    if config.model.definitions:
        texts += [
            f"{', '.join(theme.names.values()) or theme.id}. {theme.definition}" for theme in corpus.themes.themes
        ]
        Y.append(np.eye(len(corpus.themes.ids), dtype=corpus.labels.dtype))
    if (file := getattr(config.model, "taught", None)) is not None:
        more, P = taught(Path(file), tuple(corpus.themes.ids), (whole or corpus).texts)
        texts += more
        Y.append(P)
    return texts, np.concatenate(Y)


def _fit(corpus: Corpus, fold: Fold, config: Config, kept: Kept) -> tuple[Model, Scores, Rows]:
    """Return a fitted model, raw probabilities for texts it was not fitted on, and those texts' rows."""
    model, checkpoints = new_model(config), kept.part("fit").folder
    if config.model.thresholds_from == "validation":
        train, valid = corpus.take(fold.train), corpus.take(fold.valid)
        model.fit(*learned_from(train, config, corpus), (valid.texts, valid.labels), checkpoints)
        return model, model.predict_proba(valid.texts), fold.valid
    labelled = corpus.take(fold.labelled)
    inner = np.full(len(labelled), -1)  # what is kept for training is never held out: thresholds are not made for it
    asked = np.flatnonzero(kept_for_learning(labelled) != TRAIN)
    inner[asked] = folds_by_story(labelled.take(asked), OUT_OF_FOLD)
    P = np.zeros((len(labelled), len(corpus.themes.ids)), np.float32)
    for which in map(int, np.unique(inner[asked])):

        def predicted(which: int = which) -> Scores:
            predict_out_of_fold(config, labelled, inner, which, P, corpus)
            return np.asarray(P[inner == which])

        P[inner == which] = kept.array(f"out-of-fold-{which}", predicted)
    model.fit(*learned_from(labelled, config, corpus), checkpoints=checkpoints)
    return model, P[asked], fold.labelled[asked]


def _unseen(metrics: dict[str, float], corpus: Corpus, fold: Fold) -> dict[str, float]:
    """Return means over the languages that are tested but not trained on, where there are such among others."""
    trained, tested = (set(corpus.take(rows).languages) for rows in (fold.train, fold.test))
    unseen = sorted(tested - trained)
    if not unseen or unseen == sorted(tested):
        return {}
    named = {"unseen_macro_f1": "f1", "unseen_accuracy": "accuracy"}
    means = {name: [metrics[f"{of}/{one}"] for one in unseen if f"{of}/{one}" in metrics] for name, of in named.items()}
    return {name: float(np.mean(values)) for name, values in means.items() if values}
