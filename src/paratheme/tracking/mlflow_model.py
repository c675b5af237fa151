"""What MLflow runs to load a logged classifier: code, no pickle (MLflow's "models from code")."""

from __future__ import annotations

from typing import Any

import pandas as pd
from mlflow.models import set_model
from mlflow.pyfunc import PythonModel

from paratheme.classifier.classifier import ThemeClassifier
from paratheme.classifier.prediction import checked
from paratheme.corpus.tables import is_missing
from paratheme.documents.context import Passages, passages_of
from paratheme.errors import ParathemeError
from paratheme.tracking.signature import DOCUMENT, PRIOR


class PyfuncClassifier(PythonModel):  # type: ignore[misc]  # MLflow ships no strict types
    """A data frame with a column `text` in; `themes` and a column per theme with its probability out.

    A column `document` may say which texts are paragraphs of one document, in their order; they are read together.
    """

    def load_context(self, context: Any) -> None:
        """Load the classifier that was logged as artifact."""
        self.classifier = ThemeClassifier.load(context.artifacts["classifier"])

    def predict(self, context: Any, model_input: pd.DataFrame, params: dict[str, Any] | None = None) -> pd.DataFrame:
        """Return one row a text, in order.

        `params` may say ``{"prior": {"gaza": 0.3}}``: how often themes occur in these texts, as in
        `ThemeClassifier.with_prior`; the signature has it.

        Raises
        ------
        ParathemeError
            For another parameter, or a prior that cannot be.
        TypeError
            For a text that is missing, by its position.
        """
        if unknown := sorted(set(params or {}) - {PRIOR}):
            raise ParathemeError(f"params: there is no {unknown[0]!r}; there is {PRIOR}, such as {{'gaza': 0.3}}")
        classifier = self.classifier.with_prior((params or {}).get(PRIOR) or {})
        predictions = classifier.predict(_passages(model_input))
        rows = [{"themes": prediction.themes, **prediction.scores} for prediction in predictions]
        return pd.DataFrame(rows, columns=["themes", *classifier.themes.ids])


def _passages(frame: pd.DataFrame) -> Passages:
    """Return texts, those of one document in each other's context."""
    texts = checked(list(frame["text"]))
    if DOCUMENT not in frame:
        return texts
    named = (row if is_missing(name) else str(name) for row, name in enumerate(frame[DOCUMENT]))  # a row stands alone
    blocks = [{"document": name, "kind": "paragraph", "text": text} for name, text in zip(named, texts, strict=True)]
    return passages_of(blocks, ["paragraph"])


set_model(PyfuncClassifier())
