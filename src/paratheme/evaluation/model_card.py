"""The model card: what a classifier is, what it scored, where it fails and how to use it.

Its text is the template ``model_card.md.jinja``; here are the figures in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from paratheme.classifier.classifier import ThemeClassifier
from paratheme.corpus.corpus import Corpus
from paratheme.evaluation.format import (
    SMALL,
    format_confidence,
    format_interval,
    format_macro_f1,
    format_score,
    markdown,
    printable,
)
from paratheme.paths import PACKAGE

TEMPLATE = PACKAGE / "evaluation" / "model_card.md.jinja"
FEW_TRAINING = 30  # training examples of a theme in a language
WEAK = 0.7  # F1 below which a theme is named as weak
FAILING = 0.1  # rate of failed behavioural checks above which a theme is named
FRAGILE = 0.03  # macro-F1 that a perturbation may cost without being named


def model_card(
    classifier: ThemeClassifier,
    learned: Corpus,
    uri: str = "",
    behaviour: Mapping[str, float] | None = None,
    confidence: float = 0.95,
) -> str:
    """Describe a classifier to whoever is to use it.

    Parameters
    ----------
    classifier : ThemeClassifier
        With its metrics on the test set in ``about["test"]``.
    learned : Corpus
        The blocks it learned from.
    uri : str, optional
        Where it is found, such as ``models:/paratheme/3``; without it the champion is named.
    behaviour : mapping of str to float, optional
        Metrics of checks and perturbations: ``test_checks/failure_rate/THEME``, ``test_perturbed/macro_f1/...``.
    confidence : float
        Of the intervals among the metrics.

    Returns
    -------
    str
        Markdown.
    """
    from jinja2 import Environment, StrictUndefined

    about, themes = classifier.about, classifier.themes
    metrics: Mapping[str, float] = about["test"]
    counts = _counts(learned)
    environment = Environment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    environment.filters["markdown"] = markdown
    return environment.from_string(TEMPLATE.read_text("utf-8")).render(
        label=about.get("model", classifier.model_type),
        themes=themes.themes,
        single_label=classifier.calibration.single_label,
        macro_f1=format_macro_f1(metrics, confidence),
        tested=f"{metrics['support']:.0f}",
        confidence=format_confidence(confidence),
        figures=_figures(classifier, metrics),
        priors=_priors(classifier),
        by_language=_by_language(metrics, learned),
        limits=list(_limits(classifier, metrics, counts, behaviour or {})),
        uri=uri or "models:/paratheme@champion",
        corpus=printable(about["corpus"]).replace("`", "'"),
        fingerprint=about["fingerprint"],
        split=about["split"]["strategy"],
        learned=len(learned),
        counts=sorted(counts),
        examples=[[theme, *(counts[one][i] for one in sorted(counts))] for i, theme in enumerate(themes.ids)],
    )


def _counts(learned: Corpus) -> dict[str, list[int]]:
    """Return the number of training examples of each theme, by language."""
    language = np.asarray(learned.languages)
    return {markdown(str(one)): learned.labels[language == one].sum(axis=0).tolist() for one in np.unique(language)}


def _figures(classifier: ThemeClassifier, metrics: Mapping[str, float]) -> list[list[str]]:
    calibration = classifier.calibration
    rows = []
    for theme, threshold in zip(classifier.themes.ids, calibration.threshold, strict=True):
        values = [format_score(metrics.get(f"{name}/{theme}")) for name in ("precision", "recall", "f1")]
        values.append(format_interval(metrics.get(f"f1_low/{theme}"), metrics.get(f"f1_high/{theme}")))
        values.append(format_score(metrics.get(f"ece/{theme}")))
        cut = "likeliest" if calibration.single_label else f"{threshold:.2f}"
        rows.append([theme, *values, cut, f"{metrics[f'support/{theme}']:.0f}"])
    return rows


def _priors(classifier: ThemeClassifier) -> list[str]:
    """Return how often each theme occurs in the texts that the scores are made for; empty: as in the corpus."""
    if classifier.calibration.single_label or classifier.themes.deployment is None:
        return []
    return [f"{t} {prior:.2g}" for t, prior in zip(classifier.themes.ids, classifier.calibration.prior, strict=True)]


def _by_language(metrics: Mapping[str, float], learned: Corpus) -> list[str]:
    tested = sorted(_tested_languages(metrics, learned.themes.ids))
    return [f"{markdown(one)} {metrics[f'f1/{one}']:.3f} ({metrics[f'support/{one}']:.0f} texts)" for one in tested]


def _tested_languages(metrics: Mapping[str, float], themes: Sequence[str]) -> set[str]:
    named = {key.removeprefix("f1/") for key in metrics if key.startswith("f1/") and key.count("/") == 1}
    return named - set(themes)


def _limits(
    classifier: ThemeClassifier,
    metrics: Mapping[str, float],
    counts: Mapping[str, Sequence[int]],
    behaviour: Mapping[str, float],
) -> Iterator[str]:
    themes = classifier.themes.ids
    yield f"Languages other than {', '.join(sorted(counts))} were never seen; figures for them do not exist."
    for one in sorted(set(map(markdown, _tested_languages(metrics, themes))) - set(counts)):
        yield f"{one} was tested but not trained on."
    weak = [f"{theme} ({metrics[f'f1/{theme}']:.2f})" for theme in themes if metrics.get(f"f1/{theme}", 1.0) < WEAK]
    if weak:
        yield f"Weak on the test set (F1 below {WEAK}): {', '.join(weak)}."
    few = [f"{theme} ({metrics[f'support/{theme}']:.0f})" for theme in themes if metrics[f"support/{theme}"] < SMALL]
    if few:
        yield f"Fewer than {SMALL} test examples, so the figure says little: {', '.join(few)}."
    scarce = [
        f"{theme} in {one} ({number})"
        for one in sorted(counts)
        for theme, number in zip(themes, counts[one], strict=True)
        if number < FEW_TRAINING
    ]
    if scarce:
        yield f"Fewer than {FEW_TRAINING} training examples: {', '.join(scarce)}."
    failing = {theme: behaviour.get(f"test_checks/failure_rate/{theme}", 0.0) for theme in themes}
    if failed := [f"{theme} ({rate:.0%})" for theme, rate in failing.items() if rate > FAILING]:
        yield f"Fails behavioural checks of: {', '.join(failed)}; `checks.json` of the run has them."
    unchanged = behaviour.get("test_perturbed/macro_f1/unchanged", 0.0)
    perturbed = {
        key.rpartition("/")[2].replace("_", " "): value for key, value in behaviour.items() if "test_perturbed/" in key
    }
    if lost := [f"{name} ({value:.2f})" for name, value in perturbed.items() if value < unchanged - FRAGILE]:
        yield f"Sensitive to perturbed text, macro-F1 below the {unchanged:.2f} of unchanged text: {', '.join(lost)}."
    if classifier.model_type == "lexicon":
        yield "Knows the themes' words and nothing else: it misses paragraphs that use none of them."
    if classifier.model_type == "tfidf":
        yield "Knows spellings, not meanings: it does not carry over to a language it was not trained on."
    yield "Headings and boilerplate (menus, notices, footers) get scores but are never filed under a theme."
    yield "The test texts come from the same corpus; on text of another kind measure again: `paratheme evaluate`."
