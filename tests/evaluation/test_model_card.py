"""The model card."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from paratheme import ThemeClassifier
from paratheme.classifier.calibration import Calibration
from paratheme.corpus.corpus import Corpus
from paratheme.evaluation.metrics import metrics_of
from paratheme.evaluation.model_card import model_card
from paratheme.models import build
from paratheme.themes.theme_set import Deployment


def card(
    corpus: Corpus,
    rows: list[int],
    behaved: dict[str, float] | None = None,
    single_label: bool = False,
    deployment: Deployment | None = None,
    uri: str = "models:/paratheme/7",
    confidence: float = 0.95,
    **metrics: float,
) -> str:
    """The card of a classifier that learned from some rows and decided all rightly."""
    test = metrics_of(corpus.labels, corpus.labels, corpus.labels, corpus.themes.ids, corpus.languages)
    about = {"corpus": corpus.name, "fingerprint": corpus.fingerprint, "split": {"strategy": "holdout"}}
    calibration = Calibration(
        np.ones(3), np.zeros(3), np.zeros(3), np.array([0.25, 0.5, 0.75]), np.full(3, 0.1), single_label
    )
    themes = corpus.themes.model_copy(update={"deployment": deployment})
    about |= {"test": {**test, **metrics}}
    classifier = ThemeClassifier(themes, "tfidf", build("tfidf", {}), calibration, about)
    return model_card(classifier, corpus.take(np.array(rows)), uri, behaved, confidence)


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


def test_what_failed_in_checks_and_under_perturbation_is_a_limit(corpus: Corpus) -> None:
    behaved = {
        "test_checks/failure_rate/gaza": 0.25,
        "test_checks/failure_rate/sudan": 0.05,
        "test_perturbed/macro_f1/unchanged": 0.9,
    }
    behaved |= {"test_perturbed/macro_f1/misread_letters": 0.8, "test_perturbed/macro_f1/strip_diacritics": 0.89}
    text = card(corpus, list(range(80)), behaved)
    assert "Fails behavioural checks of: gaza (25%);" in text
    assert "macro-F1 below the 0.90 of unchanged text: misread letters (0.80)." in text


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


def test_with_a_single_label_a_text_there_are_no_thresholds(corpus: Corpus) -> None:
    text = card(corpus, list(range(80)), single_label=True)
    assert "temperature scaling" in text
    assert "likeliest" in text


def test_a_card_says_how_the_corpus_was_split_and_how_much_was_learned_from(corpus: Corpus) -> None:
    text = card(corpus, list(range(0, 80, 2)))
    assert f"Corpus `blocks`, fingerprint `{corpus.fingerprint}`: 40 texts, languages en, fr;" in text
    assert "the rest was kept for the test (split: holdout)." in text


def test_a_card_without_a_registered_version_names_the_champion(corpus: Corpus) -> None:
    text = card(corpus, list(range(80)), uri="")
    assert "paratheme predict DOCUMENTS --model models:/paratheme@champion\n" in text
    assert 'paratheme.load("models:/paratheme@champion")' in text


def test_intervals_are_headed_by_their_confidence(corpus: Corpus) -> None:
    text = card(corpus, list(range(80)), confidence=0.9, macro_f1_low=0.9, macro_f1_high=1.0)
    assert "| theme | precision | recall | F1 | 90% |" in text
    assert "(0.900 to 1.000, 90%)" in text


def test_a_card_says_for_which_texts_its_scores_are_made(corpus: Corpus) -> None:
    assert "They hold where themes are about as frequent as in the corpus." in card(corpus, list(range(80)))
    stated = card(corpus, list(range(80)), deployment=Deployment(prior=0.1))
    assert "occur this often: gaza 0.1, sudan 0.1, food_security 0.1 (`--prior` adjusts them)" in stated
    single = card(corpus, list(range(80)), deployment=Deployment(prior=0.1), single_label=True)
    assert "this often" not in single


def test_a_card_is_markdown_without_a_gap_in_its_tables(corpus: Corpus) -> None:
    lines = card(corpus, list(range(80))).splitlines()
    assert [line for line in lines if line.startswith("## ")] == [
        "## Figures", "## Limits", "## How to use it", "## What it was trained on", "## Themes",
    ]  # fmt: skip
    rows = [number for number, line in enumerate(lines) if line.startswith("|")]
    tables = 1 + sum(second - first > 1 for first, second in pairwise(rows))
    assert (tables, len(rows)) == (2, 2 * (2 + 3))  # a head, a rule and a row for each theme
    cells = [line.count("|") for line in lines if line.startswith("|")]
    assert sorted(set(cells)) == [4, 9]
    assert not [line for line in lines if "{{" in line or "{%" in line]
    assert not [first for first, second in pairwise(lines) if first == second == ""]
