"""The classifier in the hands of someone who writes Python: what it shows, frames in and out, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import paratheme
from paratheme import Prediction, ThemeClassifier
from paratheme.classifier.calibration import Calibration
from paratheme.classifier.columns import OWN
from paratheme.errors import ParathemeError
from paratheme.models.tfidf import TfidfModel
from paratheme.themes.theme_set import ThemeSet


@pytest.fixture(scope="module")
def classifier(texts: list[str], labels: Any, themes: ThemeSet) -> ThemeClassifier:
    model = TfidfModel(word_ngrams=(1, 1), char_ngrams=(2, 3)).fit(texts, labels)
    calibration = Calibration.fit(model.predict_proba(texts), labels)
    return ThemeClassifier(themes, "tfidf", model, calibration, {"corpus": "blocks", "test": {"macro_f1": 0.5}})


def test_the_package_shows_what_is_public_and_nothing_else() -> None:
    assert dir(paratheme) == ["Prediction", "ThemeClassifier", "__version__", "load"]
    assert all(getattr(paratheme, name) for name in dir(paratheme))
    assert Prediction(["gaza"], {"gaza": 0.9}).themes == ["gaza"]


def test_a_classifier_is_shown_in_a_few_lines(classifier: ThemeClassifier, themes: ThemeSet) -> None:
    assert repr(classifier).splitlines() == [
        "ThemeClassifier(tfidf)",
        "  themes   desk: gaza, sudan, food_security (3)",
        "  trained  on blocks",
        "  test     macro F1 0.500",
    ]
    bare = ThemeClassifier(themes, "tfidf", classifier.model, classifier.calibration)
    assert repr(bare).splitlines() == ["ThemeClassifier(tfidf)", "  themes   desk: gaza, sudan, food_security (3)"]


def test_none_and_a_single_text_are_no_list_of_texts(classifier: ThemeClassifier) -> None:
    for texts in (None, "Gaza"):
        with pytest.raises(TypeError, match=r"a list of texts is wanted.*write predict\(\[text\]\)"):
            classifier.predict(texts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, r"texts\[1\] is missing \(None\)"),
        (float("nan"), r"texts\[1\] is missing \(nan\)"),
        (7, r"texts\[1\] is of type int \(7\)"),
        (b"Gaza", r"texts\[1\] is of type bytes"),
        (["Gaza"], r"texts\[1\] is of type list"),
        (pd.NA, r"texts\[1\] is missing"),
    ],
)
@pytest.mark.parametrize("method", ["predict", "predict_proba", "decide", "scores"])
def test_what_is_no_text_is_told_by_its_position(
    classifier: ThemeClassifier, method: str, text: Any, said: str
) -> None:
    for texts in (["Gaza", text], pd.Series(["Gaza", text], dtype=object)):
        with pytest.raises(TypeError, match=said):
            getattr(classifier, method)(texts)


@pytest.mark.parametrize("reads", [False, True])
def test_no_texts_have_no_answers(classifier: ThemeClassifier, reads: bool) -> None:
    calibration = classifier.calibration
    if reads:
        calibration = replace(calibration, context=np.ones(2), alone=calibration)
    one = replace(classifier, calibration=calibration)
    assert one.calibration.reads_documents == reads
    assert one.predict([]) == one.predict([], explain=True) == []
    assert one.predict_proba([]).shape == one.scores([]).shape == one.decide([]).shape == (0, 3)


def test_scores_come_as_a_frame_with_the_index_of_a_series(classifier: ThemeClassifier, texts: list[str]) -> None:
    scores = classifier.scores(texts[:3])
    assert list(scores.columns) == list(classifier.themes.ids)
    np.testing.assert_array_equal(scores.to_numpy(), classifier.predict_proba(texts[:3]))
    assert classifier.scores(pd.Series(texts[:2], index=["a", "b"])).index.tolist() == ["a", "b"]
    assert classifier.scores([]).shape == (0, 3)


def test_a_theme_is_given_where_its_score_reaches_its_threshold(classifier: ThemeClassifier, texts: list[str]) -> None:
    thresholds = classifier.thresholds
    assert list(thresholds) == list(classifier.themes.ids)
    given = (classifier.scores(texts) >= pd.Series(thresholds)).astype(int)
    np.testing.assert_array_equal(given.to_numpy(), classifier.decide(texts))


def test_with_one_theme_a_text_there_are_no_thresholds_and_no_prior_is_no_change(themes: ThemeSet) -> None:
    Y = np.eye(3, dtype=np.int64)
    single = ThemeClassifier(themes, "tfidf", None, Calibration.fit(Y.astype(np.float32), Y, single_label=True))  # type: ignore[arg-type]
    assert single.thresholds == {}
    assert single.with_prior({}) is single


def test_documents_and_tables_are_filed_into_a_frame(classifier: ThemeClassifier, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("Fighting in Sudan spread from Khartoum towards Darfur near the mill.", "utf-8")
    pd.DataFrame({"text": ["Bombs fell on Gaza again near the mill."], "source": ["wire"]}).to_csv(tmp_path / "t.csv")
    filed = classifier.file([tmp_path / "note.txt", str(tmp_path / "t.csv")])
    assert list(filed.columns[: len(OWN)]) == list(OWN)
    by_document = filed.set_index("document")
    assert by_document.loc["note.txt", "themes"] == ["sudan"]
    assert "gaza" in by_document.loc["t.csv", "themes"]
    assert by_document.loc["t.csv", "source"] == "wire"
    assert list(by_document.loc["t.csv", "scores"]) == list(classifier.themes.ids)
    assert classifier.file(tmp_path / "note.txt")["text"].tolist() == [
        "Fighting in Sudan spread from Khartoum towards Darfur near the mill."
    ]


def test_a_file_that_cannot_be_read_is_warned_of_and_the_others_filed(
    classifier: ThemeClassifier, tmp_path: Path
) -> None:
    (tmp_path / "note.txt").write_text("Fighting in Sudan spread near the mill.", "utf-8")
    (tmp_path / "broken.pdf").write_bytes(b"no pdf")
    with pytest.warns(UserWarning, match=r"broken\.pdf"):
        assert set(classifier.file(tmp_path)["document"]) == {"note.txt"}
    with pytest.raises(ParathemeError, match=r"broken\.pdf"):
        classifier.file(tmp_path / "broken.pdf")
    with pytest.raises(ParathemeError, match="nowhere"):
        classifier.file(tmp_path / "nowhere")
