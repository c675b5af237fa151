"""What MLflow runs to load a logged classifier: code, no pickle (MLflow's "models from code")."""

from __future__ import annotations

from typing import Any

import pandas as pd
from mlflow.models import set_model
from mlflow.pyfunc import PythonModel

from paratheme.classifier.classifier import ThemeClassifier


class PyfuncClassifier(PythonModel):  # type: ignore[misc]  # MLflow ships no strict types
    """A data frame with a column `text` in; `themes` and a column per theme with its probability out."""

    def load_context(self, context: Any) -> None:
        """Load the classifier that was logged as artifact."""
        self.classifier = ThemeClassifier.load(context.artifacts["classifier"])

    def predict(self, context: Any, model_input: pd.DataFrame, params: dict[str, Any] | None = None) -> pd.DataFrame:
        """Return one row a text, in order."""
        predictions = self.classifier.predict([str(text) for text in model_input["text"]])
        rows = [{"themes": prediction.themes, **prediction.scores} for prediction in predictions]
        return pd.DataFrame(rows, columns=["themes", *self.classifier.themes.ids])


set_model(PyfuncClassifier())
