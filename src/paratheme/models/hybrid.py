"""What the encoder understands and what the theme's words know, joined."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from paratheme.models.embedding_cache import Vectors
from paratheme.models.finetuned import FinetunedModel
from paratheme.models.lexicon import lexicon_of

MANY = 3  # words of one theme: more say no more


class HybridModel(FinetunedModel):
    """A fine-tuned encoder whose linear layer also reads which themes' words stand in the text.

    The encoder knows meanings but not names, the words know names but not meanings.  For each theme the
    linear layer reads, beside the encoder's vector: does a word decide for it, how many do, is there only a
    weak one, is there any at all, were it only one near the theme.  One penalised fit weighs both, so the
    words are trusted as far as the labels bear them out.  A theme without words has zeros there, and the
    encoder decides alone.

    Parameters
    ----------
    themes : dict
        The theme set with its words, as `ThemeSet.to_dict` gives it.
    word_weight : float
        The size of the words' features beside the standardised vector: larger means less penalised.
    word_noise : float
        The share of training texts that are shown another text's words in a step, so that the words are not
        trusted blindly: the labelled texts have them right more often than real ones.
    **others
        As in `FinetunedModel`; other defaults are those that suit the hybrid: `head_C` 0.001, `interpolation` 0.7,
        `frozen_layers` 0.5.
    """

    def __init__(
        self,
        encoder: dict[str, Any],
        themes: dict[str, Any],
        word_weight: float = 30.0,
        word_noise: float = 0.2,
        **others: Any,
    ) -> None:
        super().__init__(encoder, **{"head_C": 0.001, "interpolation": 0.7, "frozen_layers": 0.5, **others})
        self.themes = themes
        self.word_weight = word_weight
        self.word_noise = word_noise

    @classmethod
    def _get_param_names(cls) -> list[str]:
        """Return scikit-learn's list of parameters, which leaves `others` out by itself."""
        return sorted({*super()._get_param_names(), *FinetunedModel._get_param_names()})

    def _beside(self, texts: Sequence[str]) -> Vectors:
        """Return the words' features, shape (n, 4 * themes)."""
        found = lexicon_of(self.themes).matrix(texts)
        features = np.hstack([found >= 1, np.minimum(found, MANY) / MANY, found == 0.5, found > 0])
        return (self.word_weight * features).astype(np.float32)
