"""The model card."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from paratheme import ThemeClassifier
from paratheme.classifier.calibration import Thresholds
from paratheme.corpus.corpus import Corpus, CorpusSettings, load_corpus
from paratheme.evaluation.metrics import evaluate
from paratheme.evaluation.model_card import model_card
from paratheme.models import build
from paratheme.themes.theme_set import ThemeSet


@pytest.fixture(scope="module")
def corpus(table: Path, themes: ThemeSet) -> Corpus:
    return load_corpus(CorpusSettings(name="blocks", path=str(table)), themes)


def card(
    corpus: Corpus,
    rows: list[int],
    behaved: dict[str, float] | None = None,
    exclusive: bool = False,
    **metrics: float,
) -> str:
    test = evaluate(corpus.labels, corpus.labels, corpus.labels, corpus.themes.ids, corpus.languages)
    about = {"corpus": corpus.name, "fingerprint": corpus.fingerprint, "test": {**test, **metrics}}
    thresholds = Thresholds(
        np.ones(3), np.zeros(3), np.zeros(3), np.array([0.25, 0.5, 0.75]), np.full(3, 0.1), exclusive
    )
    classifier = ThemeClassifier(corpus.themes, "tfidf", build("tfidf"), thresholds, about)
    return model_card(classifier, corpus, np.array(rows), "holdout", "models:/paratheme/7", behaved)


def test_a_card_says_what_where_from_how_well_and_how_to_use(corpus: Corpus) -> None:
    text = card(corpus, list(range(0, 80, 2)))
    for said in ("# tfidf", "Macro-F1 **1.000** on 80 test texts", corpus.fingerprint, "models:/paratheme/7"):
        assert said in text
    assert "| gaza | 1.000 | 1.000 | 1.000 | - | 0.000 | 0.25 | 20 |" in text
    assert "en 1.000 (40 texts), fr 1.000 (40 texts)" in text
    assert "- **gaza** (Gaza, غزة)" in text


def test_intervals_stand_where_they_were_measured(corpus: Corpus) -> None:
    metrics = {"macro_f1_low": 0.912, "macro_f1_high": 0.998, "f1_low/gaza": 0.9, "f1_high/gaza": 1.0}
    text = card(corpus, list(range(80)), **metrics)
    assert "**1.000 (0.912 to 0.998, 95%)**" in text
    assert "| gaza | 1.000 | 1.000 | 1.000 | 0.900 to 1.000 | 0.000 |" in text


def test_what_failed_in_checks_and_under_noise_is_a_limit(corpus: Corpus) -> None:
    behaved = {"check/failure_rate/gaza": 0.25, "check/failure_rate/sudan": 0.05, "robust/macro_f1/unchanged": 0.9}
    behaved |= {"robust/macro_f1/misread_letters": 0.8, "robust/macro_f1/marks": 0.89}
    text = card(corpus, list(range(80)), behaved)
    assert "Fails behavioural checks of: gaza (25%);" in text
    assert "macro-F1 there below the 0.90 without: misread letters (0.80)." in text


def test_limits_come_from_the_data(corpus: Corpus) -> None:
    english = [row for row, language in enumerate(corpus.languages) if language == "en"]
    text = card(corpus, english, **{"f1/sudan": 0.4, "support/sudan": 3})
    assert "Languages other than en were never seen" in text
    assert "fr was tested but not trained on" in text
    assert "sudan (0.40)" in text
    assert "Fewer than 10 test examples, so the figure says little: sudan (3)" in text
    assert "gaza in en (10)" in text
    assert "Headings and boilerplate" in text


def test_training_examples_are_counted_by_theme_and_language(corpus: Corpus) -> None:
    assert "| theme | en | fr |" in card(corpus, list(range(80)))
    assert "| sudan | 10 | 10 |" in card(corpus, list(range(80)))


def test_exclusive_topics_have_no_thresholds(corpus: Corpus) -> None:
    text = card(corpus, list(range(80)), exclusive=True)
    assert "temperature scaling" in text
    assert "likeliest" in text
