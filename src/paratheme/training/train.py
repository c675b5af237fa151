"""One experiment, from its configuration to a logged, saved classifier."""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from paratheme import __version__
from paratheme.classifier.classifier import ThemeClassifier
from paratheme.classifier.storage import versions
from paratheme.corpus.split import Growing
from paratheme.errors import ParathemeError
from paratheme.evaluation import plots
from paratheme.evaluation.checks import applicable, load_checks
from paratheme.evaluation.evaluation import Evaluation, evaluate_behaviour, join
from paratheme.evaluation.format import headline
from paratheme.evaluation.model_card import model_card
from paratheme.tracking import log
from paratheme.tracking.dead_runs import close_dead_runs
from paratheme.tracking.delivery import LINE
from paratheme.tracking.open_run import OpenRun, open_run
from paratheme.tracking.registry import ARTIFACT
from paratheme.tracking.store import StoreAwayError, connect, git_commit
from paratheme.training.config import Config
from paratheme.training.data import TrainingData, prepare
from paratheme.training.fit import FoldResult, fit_and_test
from paratheme.training.kept import Kept
from paratheme.training.search import best_overrides, open_study, search
from paratheme.types import Scores

logger = logging.getLogger(__name__)
# Of the test; MLflow shows groups of metrics by their names, and this one stands before what a run costs.
HEADLINE = ("macro_f1", "macro_average_precision", "accuracy")
SAMPLE = 64  # texts on which speed is measured and the saved copy is checked
SAME_SCORE = 1e-4


@dataclass(frozen=True)
class TrainingResult:
    """What an experiment gave.

    Attributes
    ----------
    config : Config
        As it was trained: after a search with the best settings.
    data : TrainingData
    run_id : str
    folds : list of FoldResult
        One for each fold of the data.
    pooled : Evaluation or None
        Over the predictions of all folds together, where there are several that test different blocks.
    model_uri : str or None
        The registered version, where the classifier was logged.
    searched : str
        What a search found, in a sentence; empty without one.
    waiting : Path or None
        The folder in which the run waits for a tracking store that did not answer.
    """

    config: Config
    data: TrainingData
    run_id: str
    folds: list[FoldResult]
    pooled: Evaluation | None = None
    model_uri: str | None = None
    searched: str = ""
    waiting: Path | None = None

    @property
    def score(self) -> float:
        """Macro average precision on what thresholds were learned from, over the folds.

        This is what a search may choose by: never select on the test set.
        """
        return float(np.mean([fold.valid["macro_average_precision"] for fold in self.folds]))


def train(config: Config, name: str | None = None, command: str = "") -> TrainingResult:
    """Run one experiment.

    Parameters
    ----------
    config : Config
    name : str, optional
        What the run is called; by default as `Config.label` says.
    command : str, optional
        What was typed to train it, for the record.

    Returns
    -------
    TrainingResult

    Raises
    ------
    ParathemeError
        If the corpus cannot be read or divided, or there can be no such tracking store.
    """
    data = prepare(config)
    try:
        connect(config.tracking.uri, config.tracking.experiment)
        for left in close_dead_runs():
            logger.warning("run %s was left open by a process that is no more: marked as killed", left)
    except StoreAwayError as error:
        LINE.away(error)
    name = (name or config.label) + (f" seed {config.seed}" if config.seed else "")
    study = open_study(config, config.sweep, data.corpus) if config.sweep else None
    tags = {**_tags(config, data), "command": command}
    with open_run(name, "training", tags, _key(config, data), resume=config.resume == "auto") as run:
        trained, searched = config, ""
        if study and config.sweep:
            labelled = data.corpus.take(data.folds[0].labelled)
            trained = search(study, config, config.sweep, labelled)
            searched = f"Best of {len(study.trials)} trials: {best_overrides(study)}"
        log.log_config({**config.plain(), "model": trained.model.model_dump(), "encoder": trained.encoder.model_dump()})
        log.log_corpus(data.corpus, "training")
        _log_findings(data)
        pooled, kept = None, Kept(run.done)
        if len(data.folds) == 1:
            folds = [fit_and_test(data.corpus, data.folds[0], trained, kept)]
            _log_single(folds[0], data, trained, name, " ".join([searched, f"`{command}`" * bool(command)]), run)
        else:
            folds = _fit_folds(data, trained, name, kept)
            if isinstance(trained.split, Growing):
                _log_learning_curve(folds, data, trained)
            else:
                pooled = _log_folds(folds, data, trained)
    return TrainingResult(trained, data, run.run_id, folds, pooled, run.model_uri, searched, run.waiting)


def _key(config: Config, data: TrainingData) -> str:
    """Return what says that two trainings do the same: the configuration but for where it is logged, and the data."""
    same = {key: value for key, value in config.plain().items() if key not in ("tracking", "resume")}
    taught = getattr(config.model, "taught", None)
    changed = Path(taught).stat().st_mtime_ns if taught and Path(taught).is_file() else 0
    told = json.dumps([same, data.corpus.fingerprint, changed, __version__], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _fit_folds(data: TrainingData, config: Config, name: str, kept: Kept) -> list[FoldResult]:
    """Fit and test every fold in a child run of its own, but for those that are done."""
    results = []
    for number, fold in enumerate(data.folds):
        done = kept.part(f"fold-{number}")
        if known := done.evaluation():
            logger.info("Fold %s is done", fold.name)
            results.append(FoldResult(None, known[0], **known[1]))
            continue
        tags = {**_tags(config, data), "fold": fold.name}
        with open_run(f"{name} {fold.name}", "fold", tags, fold.name, resume=True):
            logger.info("Fold %s, one of %d", fold.name, len(data.folds))
            results.append(fit_and_test(data.corpus, fold, config, done))
            _log_result(results[-1], config)
        done.keep_evaluation(results[-1].test, valid=results[-1].valid, fit_seconds=results[-1].fit_seconds)
    return results


def _log_result(result: FoldResult, config: Config) -> None:
    """Log what was measured of a classifier."""
    logger.info("Logging to MLflow: figures, tables%s", ", pictures" if config.tracking.log_figures else "")
    started = time.perf_counter()
    log.log_evaluation(result.test, "test", figures=config.tracking.log_figures, language=config.tracking.labels)
    log.log_metrics({name: result.test.metrics[name] for name in HEADLINE if name in result.test.metrics}, "result")
    log.log_metrics(result.valid, "valid")
    log.log_metrics({"fit_s": result.fit_seconds}, "time")
    classifier = result.classifier
    assert classifier is not None
    log.log_metrics(dict(zip(classifier.themes.ids, classifier.calibration.threshold, strict=True)), "threshold")
    log.log_training_curve(getattr(classifier.model, "history_", []))
    logger.info("  logged in %.1f s", time.perf_counter() - started)


def _log_single(result: FoldResult, data: TrainingData, config: Config, name: str, note: str, run: OpenRun) -> None:
    """Log a classifier that is kept, with its behaviour and its card."""
    _log_result(result, config)
    classifier, fold = result.classifier, data.folds[0]
    assert classifier is not None
    tested, learned = data.corpus.take(fold.test), data.corpus.take(fold.labelled)
    checks = load_checks(config.checks.suites)
    asked = len(applicable(checks, classifier.themes.ids)[0])
    tried = f"{asked} behavioural checks and " if asked else ""
    logger.info("Trying %s%d perturbed texts", tried, config.checks.perturbed_texts)
    started = time.perf_counter()
    behaviour, results, lacking = evaluate_behaviour(classifier, tested, checks, config.checks.perturbed_texts)
    if lacking and asked:
        logger.warning("no checks of %s: no themes of %r", ", ".join(lacking), classifier.themes.name)
    logger.info("  tried in %.1f s", time.perf_counter() - started)
    log.log_metrics(behaviour)
    if results is not None:
        log.log_params({"check.cases": len(results)})
        log.log_table(results, "checks.json")
    folder = run.outbox.folder / ARTIFACT
    shutil.rmtree(folder, ignore_errors=True)  # of a process before this one
    classifier.save(folder)
    speed = _check_saved(folder, tested.passages[:SAMPLE], result.test.predictions.scores[:SAMPLE])
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    log.log_metrics({"speed/blocks_per_s": speed, "size/megabytes": size / 1e6})
    logger.info("Keeping the model%s", f", {size / 1e6:.0f} MB" if config.tracking.log_model else ": not asked for")
    if config.tracking.log_model:
        log.log_classifier(classifier, learned.texts[:1], name)
    card = model_card(classifier, learned, run.model_uri or "", behaviour, config.evaluation.confidence)
    log.log_card(card, config.tracking.log_model)
    summary = headline(result.test.metrics, classifier.themes.ids, data.corpus.name)
    log.set_description(f"{summary} {note}".strip())


def _log_learning_curve(folds: Sequence[FoldResult], data: TrainingData, config: Config) -> None:
    """Log test figures against the number of labelled rows as ``curve/...``, and their picture."""
    sizes = [len(fold.labelled) for fold in data.folds]
    tests = [fold.test.metrics for fold in folds]
    for size, test in zip(sizes, tests, strict=True):
        log.log_metrics(test, "curve", step=size)
    if config.tracking.log_figures:
        picture = plots.learning_curve(sizes, tests, data.corpus.themes.ids)
        log.log_figures([("plots/learning_curve.png", picture)])
    last = f"Macro-F1 **{tests[-1]['macro_f1']:.3f}** with {sizes[-1]} labelled paragraphs of {data.corpus.name}"
    log.set_description(f"{last}, {tests[0]['macro_f1']:.3f} with {sizes[0]}.")


def _log_folds(folds: Sequence[FoldResult], data: TrainingData, config: Config) -> Evaluation:
    """Log mean and spread over the folds as ``cv/...``, and figures over all their predictions as ``pooled/...``."""
    tests = [fold.test.metrics for fold in folds]
    values = {name: [test[name] for test in tests] for name in set.intersection(*map(set, tests))}
    cv = {name: float(np.mean(value)) for name, value in values.items() if name.partition("/")[0] != "support"}
    spread = [name for name in cv if name in ("macro_f1", "micro_f1", "accuracy") or name.startswith("f1/")]
    cv |= {f"{name}_std": float(np.std(values[name], ddof=1)) for name in spread}
    cv |= {f"macro_f1/{fold.name}": test["macro_f1"] for fold, test in zip(data.folds, tests, strict=True)}
    log.log_metrics(cv, "cv")
    log.log_metrics({"fit_s": sum(fold.fit_seconds for fold in folds)}, "time")
    names = [fold.name for fold in data.folds]
    pooled = join([fold.test for fold in folds], names, data.corpus.single_label, config.evaluation)
    log.log_evaluation(pooled, "pooled")
    mean = f"**{cv['macro_f1']:.3f}** (standard deviation {cv['macro_f1_std']:.3f})"
    log.set_description(f"Macro-F1 {mean} on average over {len(folds)} folds of {data.corpus.name}.")
    return pooled


def _check_saved(folder: Path, texts: Sequence[str], expected: Scores) -> float:
    """Load the saved copy, see that it scores as the fitted one did, and return its texts a second."""
    saved = ThemeClassifier.load(folder)
    half = len(texts) // 2
    saved.predict_proba(texts[:half])  # the first time, which is slower
    started = time.perf_counter()
    saved.predict_proba(texts[half:])  # others: what is remembered of a text would be free
    seconds = time.perf_counter() - started
    scores = saved.predict_proba(texts)
    if (difference := float(np.abs(scores - expected).max())) > SAME_SCORE:
        raise ParathemeError(f"the saved classifier's scores differ from the fitted one's by {difference:.1e}")
    return (len(texts) - half) / seconds


def _tags(config: Config, data: TrainingData) -> dict[str, str]:
    return {
        "experiment": config.name or "",
        "themes": config.themes.name,
        "model": config.model.label,
        "encoder": config.encoder.path if hasattr(config.model, "epochs") else "",
        "corpus": data.corpus.name,
        "split": config.split.strategy,
        "languages": " ".join(sorted(set(data.corpus.languages))),
        "git_commit": git_commit(),
        "data_fingerprint": data.corpus.fingerprint,
        **_machine(),
    }


def _machine() -> dict[str, str]:
    """Return what figures may depend on besides configuration and data."""
    import torch

    exact = versions()
    names: tuple[str, ...] = ("python", "numpy", "scikit-learn", "torch", "transformers")
    told = [f"paratheme {__version__}", *(f"{name} {exact[name]}" for name in names if name in exact)]
    capability, threads = torch.backends.cpu.get_cpu_capability(), torch.get_num_threads()
    return {"versions": ", ".join(told), "machine": f"{capability}, threads: {threads}"}  # two tags: a page shows all


def _log_findings(data: TrainingData) -> None:
    """Log and tell what was found in the corpus: documents grouped into stories, contradicting labels."""
    if data.pairs:
        log.log_table(pd.DataFrame([vars(pair) for pair in data.pairs]), "corpus/grouped_documents.json")
        logger.info("%d pairs of near-copies or translations kept on one side of the split", len(data.pairs))
    if contradictions := data.corpus.contradictions():
        log.log_table(pd.DataFrame(contradictions), "corpus/contradictions.json")
        logger.warning(
            "%d texts stand more than once with different themes, for example in %s; all are in "
            "corpus/contradictions.json of the run",
            len(contradictions),
            ", ".join(contradictions[0]["documents"][:2]),
        )
