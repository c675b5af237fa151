"""One fold: a classifier fitted on its training part, calibrated, tested, logged."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from paratheme.classifier.calibration import Thresholds
from paratheme.classifier.classifier import ThemeClassifier
from paratheme.corpus import split
from paratheme.corpus.corpus import Corpus
from paratheme.corpus.split import Fold
from paratheme.errors import ParathemeError
from paratheme.evaluation import behaviour, plots
from paratheme.evaluation import format as report
from paratheme.evaluation.bootstrap import Resampling
from paratheme.evaluation.error_analysis import with_nearest
from paratheme.evaluation.metrics import evaluate
from paratheme.evaluation.model_card import model_card
from paratheme.evaluation.predictions import Results, text_hash
from paratheme.evaluation.slices import overall, slices
from paratheme.models import Model, build
from paratheme.models.lexicon import word_hits
from paratheme.themes import stream
from paratheme.tracking import log as tracking

Settings = Mapping[str, Any]
SAMPLE = 64  # texts on which speed is measured and the saved copy is checked
SAME_SCORE = 1e-4
THRESHOLDS_FROM = ("validation", "out_of_fold")


@dataclass(frozen=True)
class Outcome:
    """What one fold gave.

    Attributes
    ----------
    classifier : ThemeClassifier
    test, valid : dict of str to float
        Metrics on the test part, and on the predictions that the thresholds were learned from.
    tested : Results
        The test part, and what the classifier said of it.
    fit_seconds : float
    """

    classifier: ThemeClassifier
    test: dict[str, float]
    valid: dict[str, float]
    tested: Results
    fit_seconds: float


def fit_classifier(
    corpus: Corpus, stories: list[str], fold: Fold, settings: Settings
) -> tuple[ThemeClassifier, dict[str, float]]:
    """Fit on the training part, calibrate on predictions for texts not fitted on.

    Parameters
    ----------
    corpus : Corpus
    stories : list of str
        The story of each row.
    fold : Fold
    settings : mapping
        The composed configuration.

    Returns
    -------
    classifier : ThemeClassifier
    valid : dict of str to float
        Metrics on the predictions that the thresholds were learned from.
    """
    model, P, rows = _fit(corpus, stories, fold, settings)
    Y, words = corpus.labels[rows], None
    if "themes" in model.get_params(deep=False):  # a model that reads the words is calibrated with them
        words = word_hits(corpus.themes.to_dict(), [corpus.texts[row] for row in rows])
    thresholds = Thresholds.fit(P, Y, corpus.exclusive, stream.weights(corpus.themes, Y, words), words)
    about = {
        "corpus": corpus.name,
        "fingerprint": corpus.fingerprint,
        "languages": sorted(set(corpus.languages)),
        "texts": len(fold.train) + len(fold.valid),
        "split": dict(settings["split"]),
        "encoder": dict(settings["encoder"]),
        "seen": sorted({text_hash(corpus.texts[row]) for rows in (fold.train, fold.valid) for row in rows}),
    }
    valid = _metrics(corpus, rows, thresholds.calibrate(P, words), thresholds)
    return ThemeClassifier(corpus.themes, settings["model"]["family"], model, thresholds, about), valid


def fit_and_test(corpus: Corpus, stories: list[str], fold: Fold, settings: Settings) -> Outcome:
    """Fit a classifier, and test it once."""
    started = time.perf_counter()
    classifier, valid = fit_classifier(corpus, stories, fold, settings)
    fit_seconds = time.perf_counter() - started
    scores = classifier.predict_proba([corpus.texts[row] for row in fold.test])
    tested = Results.of(corpus, stories, fold.test, scores, classifier.thresholds.decide(scores))
    test = overall(tested, corpus.exclusive, Resampling(**settings["evaluation"]))
    test |= _unseen(test, corpus, fold)
    classifier.about["test"] = test
    return Outcome(classifier, test, valid, tested, fit_seconds)


def _unseen(test: dict[str, float], corpus: Corpus, fold: Fold) -> dict[str, float]:
    """Return means over the languages that are tested but not trained on, where there are such among others."""
    trained, tested = ({corpus.languages[row] for row in rows} for rows in (fold.train, fold.test))
    unseen = sorted(tested - trained)
    if not unseen or unseen == sorted(tested):
        return {}
    named = {"unseen_macro_f1": "f1", "unseen_accuracy": "accuracy"}
    means = {name: [test[f"{of}/{one}"] for one in unseen if f"{of}/{one}" in test] for name, of in named.items()}
    return {name: float(np.mean(values)) for name, values in means.items() if values}


def _fit(
    corpus: Corpus, stories: list[str], fold: Fold, settings: Settings
) -> tuple[Model, npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """Return a fitted model, raw probabilities for texts it was not fitted on, and those texts' rows."""

    def part(rows: npt.NDArray[np.int64]) -> tuple[list[str], npt.NDArray[np.int64]]:
        return [corpus.texts[row] for row in rows], corpus.labels[rows]

    if (source := settings["model"]["thresholds_from"]) not in THRESHOLDS_FROM:
        raise ParathemeError(f"model.thresholds_from={source}: one of {', '.join(THRESHOLDS_FROM)}")
    if source == "validation":
        model = new_model(settings, corpus).fit(*part(fold.train), valid=part(fold.valid))
        return model, model.predict_proba(part(fold.valid)[0]), fold.valid
    rows = np.concatenate([fold.train, fold.valid])
    groups, languages = [stories[row] for row in rows], [corpus.languages[row] for row in rows]
    inner = split.stratified_groups(groups, corpus.labels[rows], languages, [0.2] * 5, seed=0)
    P = np.zeros((len(rows), len(corpus.themes.ids)), np.float32)
    for which in np.unique(inner):
        fitted = new_model(settings, corpus).fit(*part(rows[inner != which]))
        P[inner == which] = fitted.predict_proba(part(rows[inner == which])[0])
    return new_model(settings, corpus).fit(*part(rows)), P, rows


def new_model(settings: Settings, corpus: Corpus) -> Model:
    """Return an unfitted model as configured."""
    params = {key: value for key, value in settings["model"].items() if key != "thresholds_from"}
    shared = {
        "encoder": dict(settings["encoder"]),
        "themes": corpus.themes.to_dict(),
        "seed": settings["seed"],
        "exclusive": corpus.exclusive,
    }
    try:
        return build(**params, shared=shared)
    except ValueError as error:
        raise ParathemeError(str(error)) from error


def log_outcome(
    outcome: Outcome, corpus: Corpus, fold: Fold, settings: Settings, keep_model: bool = True
) -> str | None:
    """Log metrics, thresholds, errors and, if it is to be kept, the model; return the model's URI."""
    tracking.log_metrics(outcome.test, "test")
    tracking.log_metrics(outcome.valid, "valid")
    tracking.log_metrics({"fit_s": outcome.fit_seconds}, "time")
    cuts = dict(zip(corpus.themes.ids, outcome.classifier.thresholds.threshold, strict=True))
    tracking.log_metrics(cuts, "threshold")
    history = getattr(outcome.classifier.model, "history_", [])
    tracking.log_history(history)
    learned = np.concatenate([fold.train, fold.valid])  # the weights' texts and the thresholds'
    wrong = report.errors(corpus, fold.test, outcome.tested.scores, outcome.classifier.thresholds)
    tracking.log_table(with_nearest(wrong, corpus, learned), "errors.json")
    tracking.log_results(outcome.tested, slices(outcome.tested, Resampling(**settings["evaluation"])))
    if settings["tracking"]["log_figures"]:
        tracking.log_figures(plots.draw_all(_scored(outcome, corpus, fold, settings), history))
    if not keep_model:
        return None
    behaved = behaviour.log_checks(outcome.classifier, corpus, fold.test, settings["checks"])
    uri = None
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary, tracking.ARTIFACT)
        outcome.classifier.save(folder)
        sample = fold.test[:SAMPLE]
        speed = _check_saved(folder, [corpus.texts[row] for row in sample], outcome.tested.scores[: len(sample)])
        tracking.log_metrics({"blocks_per_s": speed}, "speed")
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        tracking.log_metrics({"megabytes": size / 1e6}, "size")
        if settings["tracking"]["log_model"]:
            uri = tracking.log_classifier(outcome.classifier, folder, [corpus.texts[fold.train[0]]])
    confidence = settings["evaluation"]["confidence"]
    card = model_card(
        outcome.classifier, corpus, learned, settings["split"]["strategy"], uri or "", behaved, confidence
    )
    tracking.log_card(card, uri)
    return uri


def _scored(outcome: Outcome, corpus: Corpus, fold: Fold, settings: Settings) -> plots.Scored:
    languages = [corpus.languages[row] for row in fold.test]
    thresholds, labels = outcome.classifier.thresholds, settings["tracking"].get("labels")
    return plots.Scored(corpus.themes, corpus.labels[fold.test], outcome.tested.scores, thresholds, languages, labels)


def _check_saved(folder: Path, texts: list[str], expected: npt.NDArray[np.float32]) -> float:
    """Load the saved copy, see that it scores as the fitted one did, and return its texts a second."""
    saved = ThemeClassifier.load(folder)
    scores = saved.predict_proba(texts)  # the first time, which is slower
    started = time.perf_counter()
    saved.predict_proba(texts)
    seconds = time.perf_counter() - started
    if (difference := float(np.abs(scores - expected).max())) > SAME_SCORE:
        raise ParathemeError(f"the saved classifier's scores differ from the fitted one's by {difference:.1e}")
    return len(texts) / seconds


def _metrics(
    corpus: Corpus, rows: npt.NDArray[np.int64], scores: npt.NDArray[np.float32], thresholds: Thresholds
) -> dict[str, float]:
    languages = [corpus.languages[row] for row in rows]
    decided = thresholds.decide(scores)
    return evaluate(corpus.labels[rows], scores, decided, corpus.themes.ids, languages, corpus.exclusive)
