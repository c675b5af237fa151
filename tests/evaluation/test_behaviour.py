"""How checks are tried on a classifier, and what is logged of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from paratheme.classifier.calibration import Thresholds
from paratheme.classifier.classifier import Prediction, ThemeClassifier
from paratheme.corpus.corpus import CorpusSettings, load_corpus
from paratheme.documents.perturb import NOISES
from paratheme.evaluation import behaviour
from paratheme.models import build
from paratheme.themes.theme_set import ThemeSet
from paratheme.tracking import log as tracking
from tests.evaluation.test_checks import check, checks_of


def predictor(**scores: dict[str, float]) -> Any:
    """A classifier that knows each text's scores; a theme is given from one half."""

    def predict(texts: Sequence[str]) -> list[Prediction]:
        known = {key.replace("_", " "): value for key, value in scores.items()}
        found = [known[text] for text in texts]
        return [Prediction([theme for theme in row if row[theme] >= 0.5], row) for row in found]

    return predict


@pytest.mark.parametrize(("expected", "score", "failed"), [(True, 0.9, False), (True, 0.1, True), (False, 0.9, True)])
def test_minimum_functionality_fails_where_a_theme_is_missed_or_wrongly_given(
    expected: bool, score: float, failed: bool
) -> None:
    found = behaviour.run(predictor(a={"gaza": score}), checks_of(check(expected=expected)))
    assert found["failed"].tolist() == [failed]


def test_invariance_fails_where_a_filling_changes_the_decision_not_where_only_the_score_moves() -> None:
    predict = predictor(a_b={"gaza": 0.9}, a_c={"gaza": 0.6}, a_d={"gaza": 0.4})
    found = behaviour.run(predict, checks_of(check("invariance", slots={"x": ["b", "c", "d"]})))
    assert dict(zip(found["variant"], found["failed"], strict=True)) == {"a d": True, "a c": False}


@pytest.mark.parametrize(
    ("score", "before", "after", "failed"),
    [
        ("rises", 0.1, 0.8, False),
        ("rises", 0.1, 0.11, True),
        ("rises", 0.8, 0.1, True),
        ("rises", 0.98, 0.97, False),  # nowhere to go
        ("rises", 0.99, 0.5, True),
        ("falls", 0.8, 0.1, False),
        ("falls", 0.1, 0.8, True),
        ("falls", 0.5, 0.5, True),
        ("falls", 0.02, 0.03, False),
        ("falls", 0.02, 0.5, True),
    ],
)
def test_a_directional_check_fails_where_the_score_does_not_move_as_it_should(
    score: str, before: float, after: float, failed: bool
) -> None:
    predict = predictor(a={"gaza": before}, a_more={"gaza": after})
    found = behaviour.run(predict, checks_of(check("directional", score=score)))
    assert found["failed"].tolist() == [failed]
    assert found["got"].tolist() == [f"{before:.2f}, then {after:.2f}"]


def test_every_theme_is_judged_by_itself_failures_first_and_each_text_is_predicted_once() -> None:
    asked: list[str] = []

    def predict(texts: Sequence[str]) -> list[Prediction]:
        asked.extend(texts)
        return [Prediction(["gaza"], {"gaza": 0.9, "sudan": 0.1}) for _ in texts]

    entries = [check(themes=["gaza", "sudan"]), check(language="fr", themes=["sudan"], expected=False)]
    found = behaviour.run(predict, checks_of(*entries))
    assert asked == ["a"]
    assert found[["theme", "language", "failed"]].to_numpy().tolist() == [
        ["sudan", "en", True],
        ["gaza", "en", False],
        ["sudan", "fr", False],
    ]
    assert behaviour.summary(found) == pytest.approx(
        {
            "failure_rate": 1 / 3,
            "failure_rate/minimum_functionality": 1 / 3,
            "failure_rate/gaza": 0,
            "failure_rate/sudan": 0.5,
            "failure_rate/en": 0.5,
            "failure_rate/fr": 0,
        }
    )


# Logging


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What was logged, by name."""
    found: dict[str, Any] = {}
    monkeypatch.setattr(
        tracking,
        "log_metrics",
        lambda values, prefix: found.update({f"{prefix}/{name}": value for name, value in values.items()}),
    )
    monkeypatch.setattr(tracking, "log_params", found.update)
    monkeypatch.setattr(tracking, "log_table", lambda table, file: found.update({file: table}))
    return found


def log(table: Path, themes: ThemeSet, **settings: Any) -> dict[str, float]:
    corpus = load_corpus(CorpusSettings("table", str(table)), themes)
    half = np.full(len(themes.ids), 0.5)
    thresholds = Thresholds(half * 2, half * 0, half * 0, half, half)
    model = build("lexicon", shared={"themes": themes.to_dict()}).fit(corpus.texts, corpus.labels)
    classifier = ThemeClassifier(themes, "lexicon", model, thresholds)
    return behaviour.log_checks(classifier, corpus, np.arange(20), settings)


def test_failure_rates_the_table_and_macro_f1_under_noise_are_logged(
    logged: dict[str, Any], table: Path, themes: ThemeSet, capsys: pytest.CaptureFixture[str]
) -> None:
    returned = log(table, themes, suites=["oic"], noise_texts=10)
    assert returned.items() <= logged.items()
    assert logged["check.cases"] == len(logged["checks.json"])
    rates = ("", "/minimum_functionality", "/invariance", "/directional", "/gaza", "/sudan", "/food_security", "/ar")
    assert all(0 <= logged[f"check/failure_rate{rate}"] <= 1 for rate in rates)
    assert "check/failure_rate/afghanistan" not in logged
    failed = logged["checks.json"]["failed"].tolist()
    assert failed == sorted(failed, reverse=True)
    assert logged["check/failure_rate"] == pytest.approx(np.mean(failed))
    assert all(0 <= logged[f"robust/macro_f1/{name}"] <= 1 for name in ("unchanged", *NOISES))
    assert capsys.readouterr().err == "no checks of afghanistan, counter_terrorism, islamophobia: no themes of 'desk'\n"


def test_words_that_mislead_mislead_a_lexicon_that_does_not_know_them(
    logged: dict[str, Any], table: Path, themes: ThemeSet
) -> None:
    log(table, themes, suites=["oic"], noise_texts=0)
    results = logged["checks.json"]
    misleading = results[results["name"] == "Gaza Province in Mozambique"]
    assert misleading[misleading["language"] != "ar"]["failed"].all()
    assert not [name for name in logged if name.startswith("robust")]


def test_without_suites_and_noise_nothing_is_logged_or_told(
    logged: dict[str, Any], table: Path, themes: ThemeSet, capsys: pytest.CaptureFixture[str]
) -> None:
    log(table, themes, suites=[], noise_texts=0)
    assert logged == {}
    assert capsys.readouterr().err == ""
