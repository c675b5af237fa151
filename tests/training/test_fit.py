"""One fold: fitted on its training set, calibrated on texts not fitted on, tested once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from paratheme.classifier.classifier import ThemeClassifier
from paratheme.classifier.observed import Observed
from paratheme.evaluation.predictions import text_hash
from paratheme.training import fit
from paratheme.training.data import prepare
from paratheme.training.fit import FoldResult, fit_and_test, fit_classifier, folds_by_story, new_model, observed
from tests.training.conftest import Composed, written

Rows = list[dict[str, Any]]


def fitted(config: Any) -> FoldResult:
    data = prepare(config)
    return fit_and_test(data.corpus, data.folds[0], config)


@pytest.fixture
def learned(monkeypatch: pytest.MonkeyPatch) -> list[SimpleNamespace]:
    """What models were fitted on; they say the same of every text."""
    given: list[SimpleNamespace] = []

    class Model:
        def fit(self, texts: list[str], Y: Any, valid: Any = None, checkpoints: Any = None) -> Any:
            given.append(SimpleNamespace(texts=set(texts), valid=set(valid[0]) if valid else None, asked=set()))
            self.own, self.shape = given[-1], Y.shape[1]
            return self

        def predict_proba(self, texts: list[str]) -> Any:
            self.own.asked |= set(texts)
            return np.full((len(texts), self.shape), 0.5, np.float32)

        def word_logits(self, texts: list[str]) -> Any:
            return np.zeros((len(texts), self.shape))

        word_evidence = word_logits

    monkeypatch.setattr(fit, "new_model", lambda config: Model())
    return given


def test_a_model_is_made_as_configured(composed: Composed) -> None:
    config = composed("model=hybrid_frozen", "model.word_weight=7", "seed=3", "corpus.single_label=true")
    model = new_model(config).get_params(deep=False)
    assert (model["word_weight"], model["epochs"], model["seed"], model["single_label"]) == (7, 0, 3, True)
    assert (model["encoder"], model["themes"]) == (config.encoder, config.themes)


@pytest.mark.parametrize("thresholds", ["validation", "out_of_fold"])
def test_definitions_are_learned_from_where_that_is_asked_for_and_calibrated_on_by_none(
    thresholds: str, composed: Composed, learned: list[SimpleNamespace]
) -> None:
    for asked in (False, True):
        config = composed("model=lexicon", f"model.thresholds_from={thresholds}", f"model.definitions={asked}")
        data = prepare(config)
        fit_classifier(data.corpus, data.folds[0], config)
        for one in learned:
            assert ("Gaza, غزة. " in one.texts) == asked
            assert not any(text.startswith("Gaza, ") for text in one.asked)
        learned.clear()


def test_what_is_fitted_on_the_training_set_is_calibrated_on_the_validation_set(
    composed: Composed, learned: list[SimpleNamespace]
) -> None:
    config = composed("model=lexicon", "model.thresholds_from=validation")
    data = prepare(config)
    (fold,) = data.folds
    fit_classifier(data.corpus, fold, config)
    train, valid = (set(data.corpus.take(rows).texts) for rows in (fold.train, fold.valid))
    assert [(one.texts, one.valid, one.asked) for one in learned] == [(train, valid, valid)]


def test_what_is_calibrated_out_of_fold_is_fitted_on_all_that_is_labelled(
    composed: Composed, learned: list[SimpleNamespace]
) -> None:
    config = composed("model=lexicon", "model.thresholds_from=out_of_fold")
    data = prepare(config)
    (fold,) = data.folds
    fit_classifier(data.corpus, fold, config)
    *inner, last = learned
    labelled = set(data.corpus.take(fold.labelled).texts)
    assert len(inner) == fit.OUT_OF_FOLD
    assert (last.texts, last.asked) == (labelled, set())
    assert set.union(*(one.asked for one in inner)) == labelled
    assert all(not one.texts & one.asked and one.texts | one.asked == labelled for one in inner)


def test_thresholds_are_not_made_for_what_is_kept_for_training(
    composed: Composed, learned: list[SimpleNamespace]
) -> None:
    config = composed("model=lexicon", "model.thresholds_from=out_of_fold")
    data = prepare(config)
    (fold,), corpus = data.folds, data.corpus
    kept = set(np.unique(corpus.stories)[:3])
    parts = ["train" if story in kept else "" for story in corpus.stories]
    corpus = replace(corpus, blocks=corpus.blocks.remove_columns("part").add_column("part", parts))
    fit_classifier(corpus, fold, config)
    texts = {text for text, part in zip(corpus.texts, parts, strict=True) if part} - set(corpus.take(fold.test).texts)
    assert texts
    assert not any(one.asked & texts for one in learned)
    assert all(texts & set(corpus.take(fold.labelled).texts) <= one.texts for one in learned)


def test_the_test_set_is_looked_at_by_nothing_that_learns(composed: Composed, learned: list[SimpleNamespace]) -> None:
    for thresholds_from in ("validation", "out_of_fold"):
        config = composed("model=lexicon", f"model.thresholds_from={thresholds_from}")
        data = prepare(config)
        fit_classifier(data.corpus, data.folds[0], config)
        tested = set(data.corpus.take(data.folds[0].test).texts)
        assert not any(tested & (one.texts | one.asked | (one.valid or set())) for one in learned)


def test_calibration_reads_words_for_a_model_that_does_and_documents_for_every_model(composed: Composed) -> None:
    for model, reads in (("lexicon", True), ("tfidf", False)):
        config = composed(f"model={model}")
        corpus = prepare(config).corpus
        P = np.full(corpus.labels.shape, 0.5, np.float32)
        fitted = new_model(config).fit(corpus.texts, corpus.labels)
        seen, wordless = observed(corpus, P, fitted, reads)
        assert (seen.words is not None) is (wordless is not None) is reads
        assert seen.words is None or np.array_equal(seen.words > 0, corpus.themes.lexicon.hits(corpus.texts) > 0)
        assert wordless is None or not wordless.words.any()
        assert seen.around is not None
        assert seen.around.shape == (*corpus.labels.shape, 2)
    seen, wordless = observed(replace(corpus, single_label=True), P, fitted, reads)
    assert (seen.words, seen.around, wordless) == (None, None, None)


@pytest.mark.parametrize(("model", "times"), [("lexicon", 2), ("tfidf", 1)])
def test_each_text_is_calibrated_on_without_its_words_too_where_a_model_reads_them(
    model: str, times: int, composed: Composed, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, learned = Observed.calibration, list[int]()

    def watched(seen: Observed) -> Any:
        learned.append(len(seen.P))
        return real(seen)

    monkeypatch.setattr(Observed, "calibration", watched)
    config = composed(f"model={model}", "model.thresholds_from=validation")
    data = prepare(config)
    fit_classifier(data.corpus, data.folds[0], config)
    assert learned[0] == times * len(data.folds[0].valid)


def test_folds_hold_whole_stories(composed: Composed) -> None:
    corpus = prepare(composed()).corpus
    folds = folds_by_story(corpus, 4)
    assert set(folds) == {0, 1, 2, 3}
    stories = [{s for s, f in zip(corpus.stories, folds, strict=True) if f == fold} for fold in range(4)]
    assert sum(map(len, stories)) == len(set(corpus.stories))


def test_a_result_has_the_test_the_figures_of_calibration_and_the_time(composed: Composed) -> None:
    config = composed("model=lexicon")
    data = prepare(config)
    found = fitted(config)
    assert len(found.test.predictions) == len(data.folds[0].test) == found.test.metrics["support"]
    assert found.test.metrics["macro_f1_low"] <= found.test.metrics["macro_f1"] <= found.test.metrics["macro_f1_high"]
    assert found.valid["support"] == len(data.folds[0].labelled)
    assert found.fit_seconds > 0


def test_a_classifier_knows_what_it_is_and_what_it_learned_from(composed: Composed) -> None:
    config = composed("model=frozen")
    data = prepare(config)
    found = fitted(config)
    about = found.classifier.about
    assert (found.classifier.model_type, about["model"]) == ("finetuned", "frozen")
    assert (about["corpus"], about["fingerprint"]) == ("blocks.jsonl", data.corpus.fingerprint)
    assert (about["languages"], about["texts"]) == (["en", "fr"], len(data.folds[0].labelled))
    assert about["seen"] == sorted({text_hash(text) for text in data.corpus.take(data.folds[0].labelled).texts})
    assert about["split"]["strategy"] == "holdout"
    assert about["encoder"]["max_length"] == 32
    assert about["test"] == found.test.metrics


def test_single_label_topics_are_a_setting_of_the_corpus(composed: Composed, rows: Rows, tmp_path: Path) -> None:
    path = written([row for row in rows if len(row["themes"]) == 1], tmp_path / "topics.jsonl")
    found = fitted(composed("model=tfidf", f"corpus.path={path}", "corpus.single_label=true"))
    assert found.test.metrics["accuracy"] > 0.9
    assert set(found.test.predictions.y_pred.sum(axis=1)) == {1}
    assert found.valid["accuracy"] > 0.9


def test_languages_not_trained_on_have_a_mean_of_their_own(composed: Composed, rows: Rows, tmp_path: Path) -> None:
    parts = ("train", "valid", "test")
    path = written([{**row, "part": parts[i % 3]} for i, row in enumerate(rows)], tmp_path / "parts.jsonl")
    given = (f"corpus.path={path}", "split=given")
    metrics = fitted(composed("model=lexicon", *given, "split.train_languages=[en]")).test.metrics
    assert metrics["unseen_macro_f1"] == metrics["f1/fr"]
    assert "unseen_macro_f1" not in fitted(composed("model=lexicon", *given)).test.metrics
    apart = written([{**row, "story": row["document"]} for row in rows], tmp_path / "apart.jsonl")
    left_out = composed("model=lexicon", f"corpus.path={apart}", "split=leave_language_out")
    assert "unseen_macro_f1" not in fitted(left_out).test.metrics, "all that is tested is unseen there"


def test_a_language_is_left_out_with_its_words_where_that_is_asked_for(composed: Composed) -> None:
    config = composed("model=lexicon")
    data = prepare(config)
    result = fit_and_test(data.corpus, replace(data.folds[0], without_words="en"), config)
    assert result.classifier is not None
    for themes in (result.classifier.themes, result.classifier.model.themes):  # type: ignore[attr-defined]
        assert themes.to_dict() == data.corpus.themes.without_words("en").to_dict()


def test_fitting_twice_gives_the_same_scores(composed: Composed) -> None:
    first, second = (fitted(composed("model=tfidf", "model.char_ngrams=[2,2]")) for _ in range(2))
    assert isinstance(first.classifier, ThemeClassifier)
    np.testing.assert_array_equal(first.test.predictions.scores, second.test.predictions.scores)
