"""The model card: what a classifier is, what it scored, where it fails and how to use it, in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from paratheme.evaluation.format import figure, percent, span, with_interval

if TYPE_CHECKING:
    from paratheme.classifier.classifier import ThemeClassifier
    from paratheme.corpus.corpus import Corpus

FEW_TEST = 10  # test examples: a figure over fewer says little
FEW_TRAINING = 30  # training examples of a theme in a language
WEAK = 0.7  # F1 below which a theme is named as weak
FAILING = 0.1  # rate of failed behavioural checks above which a theme is named
FRAGILE = 0.03  # macro-F1 that noise may cost without being named


def model_card(
    classifier: ThemeClassifier,
    corpus: Corpus,
    rows: npt.NDArray[np.int64],
    split: str,
    uri: str = "",
    behaved: Mapping[str, float] | None = None,
    confidence: float = 0.95,
) -> str:
    """Describe a classifier to whoever is to use it.

    Parameters
    ----------
    classifier : ThemeClassifier
        With its metrics on the test part in ``about["test"]``.
    corpus : Corpus
        What it was trained on.
    rows : ndarray
        The rows it learned from; every other row was tested on.
    split : str
        How the corpus was divided, such as ``holdout``.
    uri : str, optional
        Where it is found, such as ``models:/paratheme/3``; without it the champion is named.
    behaved : mapping of str to float, optional
        What `paratheme.evaluation.behaviour.log_checks` returned.
    confidence : float
        Of the intervals among the metrics.

    Returns
    -------
    str
        Markdown.
    """
    uri = uri or "models:/paratheme@champion"
    about, themes = classifier.about, corpus.themes
    metrics: Mapping[str, float] = about["test"]
    counts = _counts(corpus, rows)
    languages = ", ".join(sorted(counts))
    parts = [
        f"# {classifier.family}: paragraphs filed by theme",
        f"Files paragraphs under {len(themes.ids)} themes ({', '.join(themes.ids)}); "
        + ("each carries exactly one. " if corpus.exclusive else "each carries none, one or several. ")
        + f"Macro-F1 **{with_interval(metrics, confidence)}** on {metrics['support']:.0f} test texts.",
        "## Figures",
        _figures(classifier, metrics, confidence),
        f"By language: {_by_language(metrics, corpus)}.",
        "## Limits",
        "\n".join(f"- {limit}" for limit in _limits(classifier, metrics, counts, behaved or {})),
        "## How to use it",
        _usage(uri, themes.ids[0]),
        "## What it was trained on",
        f"Corpus `{about['corpus']}`, fingerprint `{about['fingerprint']}`: {len(rows)} texts, languages {languages}; "
        f"the rest was kept for the test (split: {split}).",
        _table(
            ["theme", *sorted(counts)],
            [[theme, *(str(counts[one][i]) for one in sorted(counts))] for i, theme in enumerate(themes.ids)],
        ),
        "## Themes",
        "\n".join(
            f"- **{theme.id}** {_names(theme.names)}{' '.join(theme.definition.split())}".rstrip()
            for theme in themes.themes
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _counts(corpus: Corpus, rows: npt.NDArray[np.int64]) -> dict[str, list[int]]:
    """Return the number of training examples of each theme, by language."""
    language = np.asarray([corpus.languages[row] for row in rows])
    return {str(one): corpus.labels[rows][language == one].sum(axis=0).tolist() for one in np.unique(language)}


def _figures(classifier: ThemeClassifier, metrics: Mapping[str, float], confidence: float) -> str:
    thresholds = classifier.thresholds
    rows = []
    for theme, threshold in zip(classifier.themes.ids, thresholds.threshold, strict=True):
        values = [figure(metrics.get(f"{name}/{theme}")) for name in ("precision", "recall", "f1")]
        values.append(span(metrics.get(f"f1_low/{theme}"), metrics.get(f"f1_high/{theme}")))
        values.append(figure(metrics.get(f"ece/{theme}")))
        cut = "likeliest" if thresholds.exclusive else f"{threshold:.2f}"
        rows.append([theme, *values, cut, f"{metrics[f'support/{theme}']:.0f}"])
    f1 = ["F1", percent(confidence)]
    heads = ["theme", "precision", "recall", *f1, "calibration error", "threshold", "test examples"]
    how = "temperature scaling" if thresholds.exclusive else "Platt scaling"
    return (
        _table(heads, rows) + f"\n\nScores are probabilities ({how}); a theme is given from its threshold on. "
        "Calibration and thresholds were learned on texts that the model had not been fitted on, none of them "
        f"of the test part. {_expected(classifier)}"
    )


def _expected(classifier: ThemeClassifier) -> str:
    themes, thresholds = classifier.themes, classifier.thresholds
    if thresholds.exclusive or themes.stream is None:
        return "They hold where themes are about as frequent as in the corpus."
    priors = ", ".join(f"{t.id} {p:.2g}" for t, p in zip(themes.themes, thresholds.prior, strict=True))
    return (
        f"They are made for texts in which the themes occur this often: {priors} (`--prior` adjusts them); the "
        "calibration error is measured on the test part, where themes are as frequent as in the corpus."
    )


def _by_language(metrics: Mapping[str, float], corpus: Corpus) -> str:
    tested = [one for one in sorted(set(corpus.languages)) if f"f1/{one}" in metrics]
    return ", ".join(f"{one} {metrics[f'f1/{one}']:.3f} ({metrics[f'support/{one}']:.0f} texts)" for one in tested)


def _limits(
    classifier: ThemeClassifier,
    metrics: Mapping[str, float],
    counts: Mapping[str, Sequence[int]],
    behaved: Mapping[str, float],
) -> Iterator[str]:
    themes = classifier.themes.ids
    yield f"Languages other than {', '.join(sorted(counts))} were never seen; figures for them do not exist."
    tested = [key.removeprefix("f1/") for key in metrics if key.startswith("f1/") and key.count("/") == 1]
    for one in sorted(set(tested) - set(themes) - set(counts)):
        yield f"{one} was tested but not trained on."
    weak = [f"{theme} ({metrics[f'f1/{theme}']:.2f})" for theme in themes if metrics.get(f"f1/{theme}", 1.0) < WEAK]
    if weak:
        yield f"Weak on the test part (F1 below {WEAK}): {', '.join(weak)}."
    few = [f"{theme} ({metrics[f'support/{theme}']:.0f})" for theme in themes if metrics[f"support/{theme}"] < FEW_TEST]
    if few:
        yield f"Fewer than {FEW_TEST} test examples, so the figure says little: {', '.join(few)}."
    scarce = [
        f"{theme} in {one} ({number})"
        for one in sorted(counts)
        for theme, number in zip(themes, counts[one], strict=True)
        if number < FEW_TRAINING
    ]
    if scarce:
        yield f"Fewer than {FEW_TRAINING} training examples: {', '.join(scarce)}."
    failing = {theme: behaved.get(f"check/failure_rate/{theme}", 0.0) for theme in themes}
    if failed := [f"{theme} ({rate:.0%})" for theme, rate in failing.items() if rate > FAILING]:
        yield f"Fails behavioural checks of: {', '.join(failed)}; `checks.json` of the run has them."
    unchanged = behaved.get("robust/macro_f1/unchanged", 0.0)
    noises = {key.rpartition("/")[2].replace("_", " "): value for key, value in behaved.items() if "robust/" in key}
    if lost := [f"{name} ({value:.2f})" for name, value in noises.items() if value < unchanged - FRAGILE]:
        yield f"Minds noise, macro-F1 there below the {unchanged:.2f} without: {', '.join(lost)}."
    if classifier.family == "lexicon":
        yield "Knows the themes' words and nothing else: what is told without them is missed."
    if classifier.family == "tfidf":
        yield "Knows spellings, not meanings: it does not carry over to a language it was not trained on."
    yield "Headings and boilerplate (menus, notices, footers) get scores but are never filed under a theme."
    yield "The test texts come from the same corpus; on text of another kind measure again: `paratheme evaluate`."


def _usage(uri: str, theme: str) -> str:
    return f"""```sh
paratheme predict DOCUMENTS --model {uri}
```

```python
from paratheme import ThemeClassifier

classifier = ThemeClassifier.load("{uri}")
classifier.predict(["..."])[0].scores["{theme}"]
```

```python
import mlflow, pandas as pd  # needs no paratheme installed

mlflow.pyfunc.load_model("{uri}").predict(pd.DataFrame({{"text": ["..."]}}))
```"""


def _names(names: Mapping[str, str]) -> str:
    return f"({', '.join(names.values())}): " if names else ""


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
