"""What a logged model takes and gives, as MLflow checks it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlflow.models.signature import ModelSignature

PRIOR = "prior"  # the one parameter of predictions


def signature_of(themes: Sequence[str]) -> ModelSignature:
    """Return the signature of a classifier: `text` in, `themes` and a score a theme out, and what priors it takes."""
    from mlflow.models.signature import ModelSignature
    from mlflow.types.schema import Array, ColSpec, DataType, Object, ParamSchema, ParamSpec, Property, Schema

    outputs = [ColSpec(Array(DataType.string), "themes"), *(ColSpec(DataType.double, theme) for theme in themes)]
    priors = Object([Property(theme, DataType.double, required=False) for theme in themes])
    params = ParamSchema([ParamSpec(PRIOR, priors, default={})])
    return ModelSignature(Schema([ColSpec(DataType.string, "text")]), Schema(outputs), params)
