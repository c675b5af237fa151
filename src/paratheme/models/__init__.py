"""The model types, behind one small protocol.

Every one is a scikit-learn estimator: constructor arguments are the hyperparameters, fitted state ends
in ``_``, `sklearn.base.clone` works.  Adding one: a module here, its settings in `settings`, a line in
`MODEL_TYPES`, a file in ``conf/model/`` and a line in the common test's list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, Self

from paratheme.types import Floats, Labels, Scores

MODEL_TYPES = {
    "lexicon": "paratheme.models.lexicon:LexiconModel",
    "tfidf": "paratheme.models.tfidf:TfidfModel",
    "finetuned": "paratheme.models.finetuned:FinetunedModel",
    "hybrid": "paratheme.models.hybrid:HybridModel",
    "static": "paratheme.models.static:StaticModel",
}


class Model(Protocol):
    """What a model type offers."""

    def fit(
        self,
        texts: Sequence[str],
        Y: Labels,
        valid: tuple[Sequence[str], Labels] | None = None,
        checkpoints: Path | None = None,
    ) -> Self:
        """Learn from texts and their 0/1 labels, shape (n, themes); `valid` may decide when to stop.

        A long fit keeps in the folder `checkpoints` where it is, and goes on from what it finds there.
        """

    def predict_proba(self, texts: Sequence[str]) -> Scores:
        """Return a float32 array, shape (n, themes), of probabilities."""

    def word_logits(self, texts: Sequence[str]) -> Floats:
        """Return what the themes' words add to each raw logit, shape (n, themes): 0 where a model reads none."""

    def word_evidence(self, texts: Sequence[str]) -> Floats:
        """Return what calibration reads of the themes' words, shape (n, themes): 0 where a model reads none.

        Above 0 where a word of the theme stands in the text, below 0 by how much its absence says, and 0 where no
        words are known in the text's language.
        """

    def save(self, folder: Path) -> None:
        """Write all that `load` needs into an existing, empty folder."""

    def load(self, folder: Path) -> Self:
        """Take the fitted state from a folder that `save` filled; the constructor's arguments are given."""

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the constructor's arguments (scikit-learn's)."""


def parameters_of(model_type: str) -> list[str]:
    """Return the names of a model type's constructor arguments."""
    return list(_class_of(model_type)._get_param_names())


def build(model_type: str, params: Mapping[str, Any], shared: Mapping[str, Any] | None = None) -> Model:
    """Make an unfitted model.

    Parameters
    ----------
    model_type : str
        A key of `MODEL_TYPES`.
    params : mapping
        Its hyperparameters.
    shared : mapping, optional
        What an experiment knows besides (encoder, themes, seed, single_label); a model takes what it has
        parameters for.

    Returns
    -------
    Model

    Raises
    ------
    ValueError
        If there is no such model type, or it does not take one of `params`.
    """
    known = parameters_of(model_type)
    if unknown := sorted(set(params) - set(known)):
        raise ValueError(f"model type {model_type!r} has no setting {unknown[0]!r}; it has {', '.join(known)}")
    taken = {key: value for key, value in (shared or {}).items() if key in known}
    model: Model = _class_of(model_type)(**{**taken, **params})
    return model


def _class_of(model_type: str) -> Any:
    if model_type not in MODEL_TYPES:
        raise ValueError(f"model type {model_type!r} does not exist; there are {', '.join(MODEL_TYPES)}")
    module, name = MODEL_TYPES[model_type].split(":")
    return getattr(import_module(module), name)
