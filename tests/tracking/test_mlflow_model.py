"""The model as MLflow runs it: texts in, themes and scores out, a prior where one is given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from paratheme import ThemeClassifier
from paratheme.classifier.calibration import Calibration
from paratheme.documents.context import Passages
from paratheme.models.tfidf import TfidfModel
from paratheme.themes.theme_set import ThemeSet
from paratheme.tracking.signature import signature_of

FILE = Path(__file__).parents[2] / "src" / "paratheme" / "tracking" / "mlflow_model.py"
TEXTS = ["Bombs fell on Gaza again", "Fighting in Sudan spread"]


@pytest.fixture(scope="module")
def classifier(texts: list[str], labels: Any, themes: ThemeSet) -> ThemeClassifier:
    model = TfidfModel(word_ngrams=(1, 1), char_ngrams=(2, 3)).fit(texts, labels)
    return ThemeClassifier(themes, "tfidf", model, Calibration.fit(model.predict_proba(texts), labels))


@pytest.fixture(scope="module")
def model(classifier: ThemeClassifier, tmp_path_factory: pytest.TempPathFactory) -> Any:
    import mlflow

    folder = tmp_path_factory.mktemp("model")
    classifier.save(folder / "classifier")
    mlflow.pyfunc.save_model(
        folder / "model",
        python_model=str(FILE),
        artifacts={"classifier": str(folder / "classifier")},
        signature=signature_of(classifier.themes.ids),
        pip_requirements=[],
    )
    return mlflow.pyfunc.load_model(str(folder / "model"))


def test_texts_get_themes_and_a_score_a_theme(model: Any, classifier: ThemeClassifier) -> None:
    filed = model.predict(pd.DataFrame({"text": TEXTS}))
    assert list(filed.columns) == ["themes", *classifier.themes.ids]
    assert filed["themes"].tolist() == [one.themes for one in classifier.predict(TEXTS)]


def test_texts_of_one_document_are_read_together(model: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Passages] = []
    real = ThemeClassifier.predict

    def predict(self: ThemeClassifier, texts: Passages) -> Any:
        asked.append(texts)
        return real(self, texts)

    monkeypatch.setattr(ThemeClassifier, "predict", predict)
    names = ["a", "b", "a", None, ""]
    frame = pd.DataFrame({"text": ["one", "two", "three", "four", "five"], "document": names})
    assert len(model.predict(frame)) == 5
    together = ("one", "three")
    assert [one.document for one in asked[0].contexts] == [together, ("two",), together, ("four",), ("five",)]
    assert list(asked[0]) == list(frame["text"])


@pytest.mark.parametrize("count", [1, 1000])
def test_one_text_or_a_thousand_are_served_as_mlflow_serves_them(
    model: Any, classifier: ThemeClassifier, texts: list[str], count: int
) -> None:
    from fastapi.testclient import TestClient
    from mlflow.pyfunc import scoring_server

    asked = [f"{texts[i % len(texts)]} {i}" for i in range(count)]
    question = {
        "dataframe_split": {"columns": ["text", "document"], "data": [[text, f"d{i}"] for i, text in enumerate(asked)]}
    }
    answer = TestClient(scoring_server.init(model)).post("/invocations", json=question)
    assert [row["themes"] for row in answer.json()["predictions"]] == [one.themes for one in classifier.predict(asked)]


def test_a_prior_is_taken_as_a_parameter(model: Any, classifier: ThemeClassifier) -> None:
    filed = model.predict(pd.DataFrame({"text": TEXTS}), params={"prior": {"gaza": 0.01}})
    expected = classifier.with_prior({"gaza": 0.01}).scores(TEXTS)
    assert filed["gaza"].tolist() == pytest.approx(expected["gaza"].tolist(), abs=1e-4)
    assert filed["gaza"][0] < model.predict(pd.DataFrame({"text": TEXTS}))["gaza"][0]


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"prior": {"peace": 0.1}}, "peace"),
        ({"prior": {"gaza": "often"}}, "gaza"),
        ({"prior": {"gaza": 2.0}}, "prior 2.0: lies between 0 and 1"),
        ({"prior": 0.3}, "prior"),
    ],
)
def test_a_prior_that_cannot_be_is_refused(model: Any, params: dict[str, Any], said: str) -> None:
    with pytest.raises(Exception, match=said):
        model.predict(pd.DataFrame({"text": TEXTS}), params=params)


def test_another_parameter_is_refused_by_the_model_itself(model: Any) -> None:
    with pytest.raises(Exception, match="there is no 'threshold'; there is prior"):
        model.unwrap_python_model().predict(None, pd.DataFrame({"text": TEXTS}), {"threshold": 0.5})


def test_a_missing_text_is_told_by_its_position(model: Any) -> None:
    with pytest.raises(Exception, match=r"texts\[1\] is missing"):
        model.predict(pd.DataFrame({"text": ["Gaza", None]}))
