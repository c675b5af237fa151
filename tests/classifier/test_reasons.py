"""Why a text gets its themes: parts that add up, and words and phrases where they stand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.special import expit

from paratheme import ThemeClassifier
from paratheme.classifier.calibration import Calibration
from paratheme.classifier.inputs import find_inputs
from paratheme.classifier.nearby import nearby
from paratheme.classifier.predict import label
from paratheme.classifier.reasons import Explainer
from paratheme.documents.context import Context, Passages
from paratheme.models.lexicon import LexiconModel
from paratheme.models.tfidf import TfidfModel
from paratheme.themes.theme_set import ThemeSet

DOCUMENT = ("Bombs fell on Gaza again.", "Famine is near in Rafah.", "Bombs fell on Rafah.", "Gaza is without bread.")
CONTEXT = np.array([3.0, 0.5])


@pytest.fixture(scope="module", params=["lexicon", "tfidf"])
def asked(request: pytest.FixtureRequest, texts: list[str], labels: Any, themes: ThemeSet) -> ThemeClassifier:
    """A classifier that reads the document around, with a known weight, and one model or the other."""
    model = (LexiconModel(themes) if request.param == "lexicon" else TfidfModel()).fit(texts, labels)
    words = model.word_evidence(texts) if request.param == "lexicon" else None
    alone = Calibration.fit(model.predict_proba(texts), labels, words=words)
    parts = {name: getattr(alone, name) for name in ("slope", "word", "intercept", "threshold", "prior")}
    return ThemeClassifier(themes, request.param, model, Calibration(**parts, context=CONTEXT, alone=alone))


@pytest.fixture(scope="module")
def passages() -> Passages:
    inside = [Context(DOCUMENT, place, True) for place in range(len(DOCUMENT))]
    return Passages([*DOCUMENT, DOCUMENT[0]], [*inside, Context()])


def test_words_document_and_reading_add_up_to_the_score(asked: ThemeClassifier, passages: Passages) -> None:
    found = asked.predict(passages, explain=True)
    assert all(set(one.reasons) == set(one.themes) for one in found)
    for prediction in found:
        for theme, reason in prediction.reasons.items():
            whole = reason.prior + reason.words + reason.document + reason.reading
            assert expit(whole) == pytest.approx(prediction.scores[theme], abs=1e-5)
    raw = dict(zip(DOCUMENT, asked.model.predict_proba(DOCUMENT), strict=True))
    assert found[0].reasons["gaza"].document == pytest.approx(nearby(passages, raw)[0, 0] @ CONTEXT)
    assert found[0].reasons["gaza"].document > 0
    assert found[-1].reasons["gaza"].document == 0


def test_what_words_add_is_what_a_text_lacks_of_which_no_words_are_known(
    themes: ThemeSet, texts: list[str], labels: Any
) -> None:
    model = LexiconModel(themes).fit(texts, labels)
    calibration = Calibration.fit(model.predict_proba(texts), labels, words=model.word_evidence(texts))
    classifier = ThemeClassifier(themes, "lexicon", model, calibration)
    (reason,) = (one["gaza"] for one in classifier.reasons(["Bombs fell on Gaza and Rafah"]))
    alone = np.full((2, 3, 2), np.nan)
    both = ["Bombs fell on Gaza and Rafah", "Die Familien der Stadt warteten den ganzen Morgen auf die Lastwagen"]
    evidence = model.word_evidence(both)
    assert evidence[1].tolist() == [0, 0, 0]
    odds = calibration.log_odds(model.predict_proba(both), evidence, alone)[:, 0]
    assert reason.words == pytest.approx(odds[0] - odds[1], rel=1e-4)
    assert reason.decided_by == "words"
    assert [(one.text, one.theme_word) for one in reason.phrases] == [("Gaza", True), ("Rafah", True)]


def test_phrases_stand_where_their_offsets_say(asked: ThemeClassifier, passages: Passages) -> None:
    named = [
        (text, one)
        for text, why in zip(passages, asked.reasons(passages), strict=True)
        for reason in why.values()
        for one in reason.phrases
    ]
    assert named
    assert all(text[one.start : one.end] == one.text for text, one in named)


def test_the_reading_decides_where_a_model_reads_no_words(texts: list[str], labels: Any, themes: ThemeSet) -> None:
    model = TfidfModel().fit(texts, labels)
    classifier = ThemeClassifier(themes, "tfidf", model, Calibration.fit(model.predict_proba(texts), labels))
    (why,) = classifier.reasons([texts[0]])
    assert {reason.decided_by for reason in why.values()} == {"reading"}
    assert [reason.words for reason in why.values()] == pytest.approx([0.0] * len(why), abs=1e-9)
    assert any(one.drop > 0 for reason in why.values() for one in reason.phrases)


@pytest.mark.parametrize("single_label", [False, True])
def test_log_odds_are_those_of_the_calibrated_scores(single_label: bool) -> None:
    random = np.random.default_rng(0)
    P = random.dirichlet(np.ones(3), 50).astype(np.float32)
    Y = np.eye(3, dtype=np.int64)[P.argmax(axis=1)]
    calibration = Calibration.fit(P, Y, single_label)
    words = np.zeros((50, 3), np.int64)
    odds = calibration.log_odds(P, words, np.full((50, 3, 2), np.nan))
    np.testing.assert_allclose(expit(odds), calibration.calibrate(P, words), atol=1e-5)


def test_of_one_topic_a_text_the_reasons_add_up_too(texts: list[str], labels: Any, themes: ThemeSet) -> None:
    rows = np.flatnonzero(labels.sum(axis=1) == 1)
    texts, labels = [texts[row] for row in rows], labels[rows]
    model = LexiconModel(themes, single_label=True).fit(texts, labels)
    classifier = ThemeClassifier(themes, "lexicon", model, Calibration.fit(model.predict_proba(texts), labels, True))
    (prediction,) = classifier.predict(["Fighting in Sudan"], explain=True)
    reason = prediction.reasons["sudan"]
    assert expit(reason.prior + reason.words + reason.reading) == pytest.approx(prediction.scores["sudan"], abs=1e-5)
    assert reason.decided_by == "words"


def test_only_what_is_filed_is_read_again(tmp_path: Path, classifier: ThemeClassifier) -> None:
    path = tmp_path / "a.md"
    path.write_text("# Bombs on Gaza\n\nBombs fell on Gaza.\n\nThe museum opened.\n", "utf-8")
    groups = [group for _, group in find_inputs([str(path)]).groups()]
    label(groups, classifier, explain=True)
    reasons = [(record["kind"], list(record["reasons"])) for group in groups for record in group]
    assert reasons == [("heading", []), ("paragraph", ["gaza"]), ("paragraph", [])]
    json.dumps(groups)


def test_no_texts_have_no_reasons(classifier: ThemeClassifier) -> None:
    assert classifier.reasons([]) == []
    assert classifier.reasons(["", "The museum"]) == [{}, {}]


def test_phrases_are_tried_at_most_so_many_times(classifier: ThemeClassifier, monkeypatch: pytest.MonkeyPatch) -> None:
    read = []
    explainer = Explainer(classifier.model, classifier.calibration, classifier.themes.lexicon, classifier.themes.ids)
    predict = classifier.model.predict_proba
    monkeypatch.setattr(classifier.model, "predict_proba", lambda texts: read.append(len(texts)) or predict(texts))
    text = "Gaza " + "word " * 2000
    explainer.reasons([text], np.full((1, 3), 0.9, np.float32), None, np.array([[1, 0, 0]]))
    assert read == [33]
