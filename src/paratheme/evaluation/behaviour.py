"""How a trained classifier behaves: on the checks, and on test texts under noise."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from paratheme.classifier.classifier import Prediction, ThemeClassifier
from paratheme.documents.perturb import macro_f1_under_noise
from paratheme.evaluation.checks import Case, Check, applicable, expand, load
from paratheme.tracking import log as tracking

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from paratheme.corpus.corpus import Corpus

MARGIN = 0.05  # a score that moves less has not moved
COLUMNS = ["name", "kind", "theme", "language", "text", "variant", "expected", "got", "failed"]


def run(predict: Callable[[Sequence[str]], Sequence[Prediction]], checks: Sequence[Check]) -> pd.DataFrame:
    """Try the checks on a classifier.

    Parameters
    ----------
    predict : callable
        Texts to their predictions, such as `ThemeClassifier.predict`; called once, with distinct texts.
    checks : sequence of Check
        Checks of themes that the predictions have.

    Returns
    -------
    pandas.DataFrame
        A row for each case and theme, failures first: `name, kind, theme, language, text, variant, expected,
        got, failed`.
    """
    import pandas as pd

    cases = expand(checks)
    texts = list(dict.fromkeys(text for case in cases for text in (case.text, case.variant) if text))
    predicted = dict(zip(texts, predict(texts), strict=True))
    rows = []
    for case in cases:
        check = case.check
        for theme in check.themes:
            judged = _judge(case, theme, predicted)
            rows.append((check.name, check.kind, theme, check.language, case.text, case.variant, *judged))
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.sort_values("failed", ascending=False, kind="stable", ignore_index=True)


def summary(results: pd.DataFrame) -> dict[str, float]:
    """Return failure rates: in all (``failure_rate``), by kind, by theme and by language (``failure_rate/ar``)."""
    rates = {"failure_rate": float(results["failed"].mean())}
    for column in ("kind", "theme", "language"):
        for value, rows in results.groupby(column):
            rates[f"failure_rate/{value}"] = float(rows["failed"].mean())
    return rates


def log_checks(
    classifier: ThemeClassifier, corpus: Corpus, rows: npt.NDArray[np.int64], settings: Mapping[str, Any]
) -> dict[str, float]:
    """Check a trained classifier, and score it under noise; log both.

    Parameters
    ----------
    classifier : ThemeClassifier
    corpus : Corpus
    rows : ndarray
        The rows of the test part.
    settings : mapping
        The group ``checks`` of the configuration.

    Returns
    -------
    dict of str to float
        What was logged: ``check/failure_rate/...``, ``robust/macro_f1/...``.
    """
    logged: dict[str, float] = {}
    checks, lacking = applicable(load(settings["suites"]), classifier.themes.ids)
    if lacking:
        print(f"no checks of {', '.join(lacking)}: no themes of {classifier.themes.name!r}", file=sys.stderr)
    if checks:
        results = run(classifier.predict, checks)
        rates = summary(results)
        tracking.log_metrics(rates, "check")
        tracking.log_params({"check.cases": len(results)})
        logged |= {f"check/{name}": rate for name, rate in rates.items()}
        tracking.log_table(results, "checks.json")

    def decide(texts: Sequence[str]) -> npt.NDArray[np.int64]:
        return classifier.thresholds.decide(classifier.predict_proba(texts))

    texts = [corpus.texts[row] for row in rows]
    found = macro_f1_under_noise(decide, texts, corpus.labels[rows], settings["noise_texts"])
    tracking.log_metrics(found, "robust/macro_f1")
    return logged | {f"robust/macro_f1/{name}": value for name, value in found.items()}


def _judge(case: Case, theme: str, predicted: Mapping[str, Prediction]) -> tuple[str, str, bool]:
    """Return what was expected, what was got, and whether that is a failure."""
    first = predicted[case.text]
    score = first.scores[theme]
    given = theme in first.themes
    if case.check.kind == "minimum_functionality":
        return _word(bool(case.check.expected)), f"{_word(given)} ({score:.2f})", given is not case.check.expected
    second = predicted[case.variant]
    after = second.scores[theme]
    got = f"{score:.2f}, then {after:.2f}"
    if case.check.kind == "invariance":
        now = theme in second.themes
        return _word(given), f"{_word(now)} ({got})", now is not given
    before, then = (score, after) if case.check.score == "rises" else (1 - score, 1 - after)
    at_its_end = min(before, then) > 1 - MARGIN  # nowhere to go
    return case.check.score, got, then - before < MARGIN and not at_its_end


def _word(given: bool) -> str:
    return "given" if given else "not given"
