"""What a logged model takes and gives, as MLflow checks it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlflow.models.signature import ModelSignature

PRIOR = "prior"  # the one parameter of predictions
DOCUMENT = "document"  # the column that may say which texts belong together


def signature_of(themes: Sequence[str]) -> ModelSignature:
    """Return the signature of a classifier: what it takes and gives.

    In go `text` and, where texts are paragraphs of documents, `document`; out come `themes` and a score a theme;
    priors are its parameters.
    """
    from mlflow.models.signature import ModelSignature
    from mlflow.types.schema import Array, ColSpec, DataType, Object, ParamSchema, ParamSpec, Property, Schema

    outputs = [ColSpec(Array(DataType.string), "themes"), *(ColSpec(DataType.double, theme) for theme in themes)]
    priors = Object([Property(theme, DataType.double, required=False) for theme in themes])
    params = ParamSchema([ParamSpec(PRIOR, priors, default={})])
    inputs = [ColSpec(DataType.string, "text"), ColSpec(DataType.string, DOCUMENT, required=False)]
    return ModelSignature(Schema(inputs), Schema(outputs), params)
