"""The model families, behind one small protocol.

Every family is a scikit-learn estimator: constructor arguments are the hyperparameters, fitted state ends
in ``_``, `sklearn.base.clone` works.  Adding one: a module here, a line in `FAMILIES`, a file in
``conf/model/`` and a line in the common test's list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np
import numpy.typing as npt

Labels = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]

FAMILIES = {
    "lexicon": "paratheme.models.lexicon:LexiconModel",
    "tfidf": "paratheme.models.tfidf:TfidfModel",
    "frozen": "paratheme.models.frozen:FrozenModel",
    "finetuned": "paratheme.models.finetuned:FinetunedModel",
    "hybrid": "paratheme.models.hybrid:HybridModel",
}


class Model(Protocol):
    """What a model family offers."""

    def fit(self, texts: Sequence[str], Y: Labels, valid: tuple[Sequence[str], Labels] | None = None) -> Self:
        """Learn from texts and their 0/1 labels, shape (n, themes); `valid` may decide when to stop."""

    def predict_proba(self, texts: Sequence[str]) -> Scores:
        """Return a float32 array, shape (n, themes), of probabilities."""

    def save(self, folder: Path) -> None:
        """Write all that `load` needs into an existing, empty folder."""

    def load(self, folder: Path) -> Self:
        """Take the fitted state from a folder that `save` filled; the constructor's arguments are given."""

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the constructor's arguments (scikit-learn's)."""


def build(family: str, shared: Mapping[str, Any] | None = None, **params: Any) -> Model:
    """Make an unfitted model of a family.

    Parameters
    ----------
    family : str
        A key of `FAMILIES`.
    shared : mapping, optional
        What an experiment knows besides (encoder, themes, seed, exclusive); a family takes what it has
        parameters for.
    **params
        The family's hyperparameters.

    Returns
    -------
    Model

    Raises
    ------
    ValueError
        If there is no such family, or it does not take one of `params`.
    """
    if family not in FAMILIES:
        raise ValueError(f"model family {family!r} does not exist; there are {', '.join(FAMILIES)}")
    module, name = FAMILIES[family].split(":")
    cls = getattr(import_module(module), name)
    known = cls._get_param_names()
    if unknown := sorted(set(params) - set(known)):
        raise ValueError(f"model family {family!r} has no setting {unknown[0]!r}; it has {', '.join(known)}")
    taken = {key: value for key, value in (shared or {}).items() if key in known}
    model: Model = cls(**{**taken, **params})
    return model
