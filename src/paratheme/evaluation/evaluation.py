"""One test of a classifier: everything that is measured, in one place; `paratheme.tracking.log` writes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from paratheme.classifier.classifier import ThemeClassifier
from paratheme.corpus.corpus import Corpus
from paratheme.evaluation import error_analysis, plots
from paratheme.evaluation.bootstrap import Resampling
from paratheme.evaluation.checks import Check, applicable, failure_rates, run_checks
from paratheme.evaluation.predictions import Predictions
from paratheme.evaluation.robustness import macro_f1_under_perturbation
from paratheme.evaluation.slices import overall, slices
from paratheme.types import Labels

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Evaluation:
    """What was measured on a test set.

    Attributes
    ----------
    predictions : Predictions
    metrics : dict of str to float
        As `paratheme.evaluation.slices.overall` names them.
    tables : dict of str to pandas.DataFrame
        By the name of the file they are logged as.
    classifier : ThemeClassifier or None
        What was tested; None where predictions of several were joined.
    """

    predictions: Predictions
    metrics: dict[str, float]
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    classifier: ThemeClassifier | None = None

    def figures(self, language: str | None = None) -> Iterator[tuple[str, Figure]]:
        """Draw the pictures, by the name of the file they are logged as.

        Parameters
        ----------
        language : str or None
            In which the themes are named; None: by their ids.
        """
        if self.classifier is not None:
            themes = self.classifier.themes.themes
            names = [theme.name(language) if language else theme.id for theme in themes]
            history = getattr(self.classifier.model, "history_", [])
            yield from plots.draw_all(self.predictions, self.classifier.calibration, names, history)


def evaluate(
    classifier: ThemeClassifier, corpus: Corpus, resampling: Resampling, learned: Corpus | None = None
) -> Evaluation:
    """Test a classifier on the blocks of a corpus; errors are shown with the nearest of the `learned` blocks."""
    scores = classifier.predict_proba(corpus.passages)
    y_pred = classifier.calibration.decide(scores)
    predictions = Predictions.of(corpus, scores, y_pred)
    metrics = overall(predictions, corpus.single_label, resampling) | recall_by_words(corpus, y_pred)
    errors = error_analysis.errors(corpus, predictions)
    if learned is not None:
        errors = error_analysis.with_nearest(errors, learned)
    tables = {"errors.json": errors, "slices.json": slices(predictions, resampling)}
    return Evaluation(predictions, metrics, tables, classifier)


def recall_by_words(corpus: Corpus, y_pred: Labels) -> dict[str, float]:
    """Return how many themes are found in blocks that name them, and in blocks with none of the theme's words.

    Parameters
    ----------
    corpus : Corpus
        With the words of its theme set.
    y_pred : ndarray of 0 and 1, shape (n, themes)

    Returns
    -------
    dict of str to float
        ``recall_named, recall_unnamed`` and ``support_unnamed``, over all themes together; nothing where there are
        no such blocks of both sorts.
    """
    about = corpus.labels == 1
    named = about & (corpus.themes.lexicon.matrix(corpus.texts) > 0)
    unnamed = about & ~named
    if not named.any() or not unnamed.any():
        return {}
    recall_named, recall_unnamed = (float(y_pred[sort].mean()) for sort in (named, unnamed))
    return {
        "recall_named": recall_named,
        "recall_unnamed": recall_unnamed,
        "support_unnamed": float(unnamed.sum()),
    }


def join(parts: Sequence[Evaluation], folds: Sequence[str], single_label: bool, resampling: Resampling) -> Evaluation:
    """Return one evaluation over the predictions of all folds together."""
    predictions = Predictions.join([part.predictions for part in parts], folds)
    tables = {"slices.json": slices(predictions, resampling)}
    return Evaluation(predictions, overall(predictions, single_label, resampling), tables)


def evaluate_behaviour(
    classifier: ThemeClassifier, corpus: Corpus, checks: Sequence[Check], perturbed_texts: int
) -> tuple[Mapping[str, float], pd.DataFrame | None, list[str]]:
    """Put a trained classifier through behavioural checks, and score it on perturbed texts of its test set.

    Returns metrics (``test_checks/failure_rate/...``, ``test_perturbed/macro_f1/...``), what came of every check (None
    where none applies), and the themes of the checks that the classifier does not have.
    """
    metrics: dict[str, float] = {}
    results = None
    kept, lacking = applicable(checks, classifier.themes.ids)
    if kept:
        results = run_checks(classifier.predict, kept)
        metrics |= {f"test_checks/{name}": rate for name, rate in failure_rates(results).items()}
    scores = macro_f1_under_perturbation(classifier.decide, corpus.texts, corpus.labels, perturbed_texts)
    return metrics | {f"test_perturbed/macro_f1/{name}": score for name, score in scores.items()}, results, lacking
