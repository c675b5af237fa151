"""A pretrained encoder as it is, with a linear head."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.preprocessing import StandardScaler

from paratheme.models import Labels, Scores
from paratheme.models.embedding_cache import Vectors
from paratheme.models.encoder import Encoder, shared_encoder
from paratheme.models.linear_head import LinearHead


class FrozenModel(BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """Pooled embeddings of a pretrained encoder, standardised, one logistic regression a theme.

    Parameters
    ----------
    encoder : dict
        The arguments of `EncoderSettings`.
    C : float
        Inverse strength of the L2 penalty.
    class_weight : {"balanced"} or None
        As in `sklearn.linear_model.LogisticRegression`.
    exclusive : bool
        Whether each text carries exactly one theme.
    """

    def __init__(
        self,
        encoder: dict[str, Any],
        C: float = 0.003,
        class_weight: str | None = "balanced",
        exclusive: bool = False,
    ) -> None:
        self.encoder = encoder
        self.C = C
        self.class_weight = class_weight
        self.exclusive = exclusive

    def fit(self, texts: Sequence[str], Y: Labels, valid: tuple[Sequence[str], Labels] | None = None) -> Self:
        """Learn from `texts` and `Y`; `valid` is not used."""
        self.encoder_ = shared_encoder(self.encoder)
        self.cached_ = True
        vectors = self.encoder_.embed(texts, cached=True)
        self.scaler_ = StandardScaler().fit(vectors)
        self.head_ = LinearHead(self.C, self.class_weight, self.exclusive).fit(self._features(vectors), Y)
        return self

    def predict_proba(self, texts: Sequence[str]) -> Scores:
        """Return probabilities, float32, shape (n, themes)."""
        return self.head_.predict_proba(self._features(self.encoder_.embed(texts, cached=self.cached_)))

    def save(self, folder: Path) -> None:
        """Write the encoder (float16), the scaling and the head (safetensors)."""
        from safetensors.numpy import save_file

        (folder / "encoder").mkdir()
        self.encoder_.save(folder / "encoder")
        scaling = {"mean": self.scaler_.mean_, "scale": self.scaler_.scale_}
        save_file(scaling, folder / "scaling.safetensors")
        self.head_.save(folder / "head.safetensors")

    def load(self, folder: Path) -> Self:
        """Read what `save` wrote."""
        from safetensors.numpy import load_file

        self.encoder_ = Encoder.from_settings({**self.encoder, "path": str(folder / "encoder"), "revision": None})
        self.cached_ = False
        scaling = load_file(folder / "scaling.safetensors")
        self.scaler_ = StandardScaler()
        self.scaler_.mean_, self.scaler_.scale_ = scaling["mean"], scaling["scale"]
        self.head_ = LinearHead(self.C, self.class_weight, self.exclusive).load(folder / "head.safetensors")
        return self

    def _features(self, vectors: Vectors) -> Vectors:
        return np.asarray((vectors - self.scaler_.mean_) / self.scaler_.scale_, np.float32)
