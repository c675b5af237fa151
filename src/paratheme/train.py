"""One experiment, from configuration to a logged, saved classifier."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from paratheme import behaviour, checks, plots, report, split, tracking
from paratheme.card import model_card
from paratheme.classifier import ThemeClassifier, versions
from paratheme.corpus import Columns, Corpus, CorpusSettings, load_corpus
from paratheme.errors import ParathemeError
from paratheme.evaluate import evaluate
from paratheme.models import Model, build
from paratheme.neighbours import with_nearest
from paratheme.resample import Resampling
from paratheme.results import Results, text_hash
from paratheme.slices import overall, slices
from paratheme.split import Fold
from paratheme.stories import Pair, group_stories
from paratheme.themes import ThemeSet
from paratheme.thresholds import Thresholds

Settings = Mapping[str, Any]
SAMPLE = 64  # texts on which speed is measured and the saved copy is checked
SAME_SCORE = 1e-4


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


def train(settings: Settings) -> float:
    """Run one experiment.

    Parameters
    ----------
    settings : mapping
        The composed configuration, as plain data (see ``conf/train.yaml``).

    Returns
    -------
    float
        Macro-F1 on the test part, or its mean over the folds: what a sweep maximises.

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
    tracking.connect(settings["tracking"]["uri"], settings["tracking"]["experiment"])
    name = (settings["name"] or settings["model"]["family"]) + (f" seed {settings['seed']}" if settings["seed"] else "")
    with tracking.run(name, _tags(settings, corpus)) as run:
        tracking.log_settings(settings)
        tracking.log_corpus(corpus, "training")
        _log_findings(corpus, pairs)
        model_uri = None
        if len(folds) == 1:
            outcomes = [fit_and_test(corpus, stories, folds[0], settings)]
            model_uri = log_outcome(outcomes[0], corpus, folds[0], settings)
            macro_f1 = outcomes[0].test["macro_f1"]
            tracking.describe(report.headline(outcomes[0].test, corpus))
        else:
            outcomes = _fit_folds(corpus, stories, folds, settings, name)
            macro_f1, pooled = log_folds(outcomes, folds, corpus, settings)
            tracking.describe(f"Macro-F1 **{macro_f1:.3f}** on average over {len(folds)} folds of {corpus.name}.")
    # printed when the run is closed: a broken pipe is no failed run
    if len(folds) == 1:
        report.show_run(outcomes[0].test, corpus, run.info.run_id, model_uri)
    else:
        report.show_folds([fold.name for fold in folds], [o.test for o in outcomes], corpus, run.info.run_id, pooled)
    return macro_f1


def _fit_folds(corpus: Corpus, stories: list[str], folds: list[Fold], settings: Settings, name: str) -> list[Outcome]:
    """Fit and test every fold in a child run of its own."""
    outcomes = []
    for fold in folds:
        with tracking.run(f"{name} {fold.name}", {**_tags(settings, corpus), "fold": fold.name}, nested=True):
            outcomes.append(fit_and_test(corpus, stories, fold, settings))
            log_outcome(outcomes[-1], corpus, fold, settings, keep_model=False)
    return outcomes


def corpus_settings(settings: Settings) -> CorpusSettings:
    """Check the corpus part of the configuration."""
    return CorpusSettings(**{**settings, "columns": Columns(**settings.get("columns", {}))})


def find_stories(corpus: Corpus, settings: Settings) -> tuple[list[str], list[Pair]]:
    """Give every block a story; look for copies and translations where the corpus names none."""
    stories = list(corpus.blocks["story"])
    how = settings["split"]
    if all(stories) or how["strategy"] == "given":
        return [story or f"~{name}" for story, name in zip(stories, corpus.blocks["document"], strict=True)], []
    embed = None
    if how["group_translations"] and len(set(corpus.languages)) > 1:
        from paratheme.models.encoder import Encoder

        encoder = Encoder.from_settings(settings["encoder"])

        def embed(texts: Any) -> npt.NDArray[np.float32]:
            return encoder.embed(texts, cached=True)

    return group_stories(corpus.blocks["document"], corpus.texts, corpus.languages, stories, embed=embed)


def divide(corpus: Corpus, stories: list[str], settings: Settings) -> list[Fold]:
    """Divide the corpus as the split part of the configuration says."""
    if settings["strategy"] == "given":
        return split.given(corpus.blocks["part"])
    known: dict[str, Callable[..., list[Fold]]] = {
        "holdout": split.holdout,
        "kfold": split.kfold,
        "leave_language_out": split.leave_language_out,
    }
    if settings["strategy"] not in known:
        raise ParathemeError(f"split.strategy={settings['strategy']!r}; there are {', '.join(known)}, given")
    options = {key: settings[key] for key in ("seed", "k", "valid_size", "test_size") if key in settings}
    folds = known[settings["strategy"]](stories, corpus.labels, corpus.languages, **options)
    if any(len(part) == 0 for fold in folds for part in (fold.train, fold.valid, fold.test)):
        raise ParathemeError(
            f"corpus {corpus.name!r}: too small for split.strategy={settings['strategy']}: a part stays empty "
            f"({len(corpus.texts)} blocks in {len(set(stories))} stories)"
        )
    return folds


def parts_of_documents(settings: Settings) -> dict[str, str]:
    """Return the part that each document of the corpus falls in: ``train``, ``valid`` or ``test``."""
    themes = ThemeSet.from_dict(settings["themes"], source="themes")
    corpus = load_corpus(corpus_settings(settings["corpus"]), themes)
    stories, _ = find_stories(corpus, settings)
    (fold,) = divide(corpus, stories, settings["split"])
    rows = {"train": fold.train, "valid": fold.valid, "test": fold.test}
    return {corpus.blocks[int(row)]["document"]: part for part in rows for row in rows[part]}


def fit_and_test(corpus: Corpus, stories: list[str], fold: Fold, settings: Settings) -> Outcome:
    """Fit on the training part, calibrate on predictions for texts not fitted on, test once."""
    started = time.perf_counter()
    model, P, rows = _fit(corpus, stories, fold, settings)
    prior = [theme.prior for theme in corpus.themes.themes]
    thresholds = Thresholds.fit(P, corpus.labels[rows], corpus.exclusive, prior)
    fit_seconds = time.perf_counter() - started
    valid = _metrics(corpus, rows, thresholds.calibrate(P), thresholds)
    scores = thresholds.calibrate(model.predict_proba([corpus.texts[row] for row in fold.test]))
    tested = Results.of(corpus, stories, fold.test, scores, thresholds.decide(scores))
    test = overall(tested, corpus.exclusive, Resampling(**settings["evaluation"]))
    about = {
        "corpus": corpus.name,
        "fingerprint": corpus.fingerprint,
        "languages": sorted(set(corpus.languages)),
        "texts": len(fold.train) + len(fold.valid),
        "test": test,
        "split": dict(settings["split"]),
        "encoder": dict(settings["encoder"]),
        "seen": sorted({text_hash(corpus.texts[row]) for rows in (fold.train, fold.valid) for row in rows}),
    }
    classifier = ThemeClassifier(corpus.themes, settings["model"]["family"], model, thresholds, about)
    return Outcome(classifier, test, valid, tested, fit_seconds)


def _fit(
    corpus: Corpus, stories: list[str], fold: Fold, settings: Settings
) -> tuple[Model, npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """Return a fitted model, raw probabilities for texts it was not fitted on, and those texts' rows."""

    def part(rows: npt.NDArray[np.int64]) -> tuple[list[str], npt.NDArray[np.int64]]:
        return [corpus.texts[row] for row in rows], corpus.labels[rows]

    if settings["model"]["thresholds_from"] == "validation":
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
    tracking.log_figures(plots.draw_all(_scored(outcome, corpus, fold, settings), history))
    if not (keep_model and settings["tracking"]["log_model"]):
        return None
    behaviour.log_checks(outcome.classifier, corpus, fold.test, settings["checks"])
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary, tracking.ARTIFACT)
        outcome.classifier.save(folder)
        sample = fold.test[:SAMPLE]
        speed = _check_saved(folder, [corpus.texts[row] for row in sample], outcome.tested.scores[: len(sample)])
        tracking.log_metrics({"blocks_per_s": speed}, "speed")
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        tracking.log_metrics({"megabytes": size / 1e6}, "size")
        uri = tracking.log_classifier(outcome.classifier, folder, [corpus.texts[fold.train[0]]])
    tracking.log_card(model_card(outcome.classifier, corpus, learned, settings["split"]["strategy"], uri), uri)
    return uri


def _scored(outcome: Outcome, corpus: Corpus, fold: Fold, settings: Settings) -> plots.Scored:
    languages = [corpus.languages[row] for row in fold.test]
    thresholds, labels = outcome.classifier.thresholds, settings["tracking"].get("labels")
    return plots.Scored(corpus.themes, corpus.labels[fold.test], outcome.tested.scores, thresholds, languages, labels)


def log_folds(
    outcomes: list[Outcome], folds: list[Fold], corpus: Corpus, settings: Settings
) -> tuple[float, dict[str, float]]:
    """Log mean and spread over the folds as ``cv/...``, and figures over all their predictions as ``pooled/...``.

    Returns
    -------
    mean : float
        Of the folds' macro-F1.
    pooled : dict of str to float
        The figures over all folds' predictions together.
    """
    names = set.intersection(*(set(outcome.test) for outcome in outcomes))
    values = {name: [outcome.test[name] for outcome in outcomes] for name in names}
    found = {name: float(np.mean(value)) for name, value in values.items() if "support" not in name}
    found |= {f"{name}_std": float(np.std(values[name], ddof=1)) for name in ("macro_f1", "micro_f1")}
    for fold, outcome in zip(folds, outcomes, strict=True):
        found[f"macro_f1/{fold.name}"] = outcome.test["macro_f1"]
    tracking.log_metrics(found, "cv")
    tracking.log_metrics({"fit_s": sum(outcome.fit_seconds for outcome in outcomes)}, "time")
    resampling = Resampling(**settings["evaluation"])
    all_folds = Results.join([outcome.tested for outcome in outcomes], [fold.name for fold in folds])
    pooled = overall(all_folds, corpus.exclusive, resampling)
    tracking.log_metrics(pooled, "pooled")
    tracking.log_results(all_folds, slices(all_folds, resampling))
    return found["macro_f1"], pooled


def _check_saved(folder: Path, texts: list[str], expected: npt.NDArray[np.float32]) -> float:
    """Load the saved copy, see that it scores as the fitted one did, and return its texts a second."""
    saved = ThemeClassifier.load(folder)
    started = time.perf_counter()
    scores = saved.predict_proba(texts)
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


def _tags(settings: Settings, corpus: Corpus) -> dict[str, str]:
    reads = new_model(settings, corpus).get_params()
    tags = {
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
