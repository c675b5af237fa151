"""What the encoder understands and what the theme's words know, joined."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Self

from paratheme.models.finetuned import FinetunedModel
from paratheme.models.settings import EncoderSettings
from paratheme.models.word_recall import WordRecall
from paratheme.themes.theme_set import ThemeSet
from paratheme.types import Floats, Labels, Vectors


class HybridModel(FinetunedModel):
    """A fine-tuned encoder whose linear layer also reads which themes' words stand in the text.

    The encoder knows meanings but not names, the words know names but not meanings.  For each theme the
    linear layer reads, besides the encoder's vector: does a word decide for it, how many do, is there only a
    weak one, is there any at all, were it only one near the theme, and what does it say in this language that
    there is none (`WordRecall`).  One penalised fit weighs both, so the words are trusted as far as the labels
    bear them out.  A theme without words, in general or in the language of a text, has zeros there, and the
    encoder decides alone.

    Parameters
    ----------
    encoder : EncoderSettings
    themes : ThemeSet
        The theme set with its words.
    word_weight : float
        The size of the words' features beside the standardised vector: larger means less penalised.
    word_noise : float
        The share of training texts that are shown another text's words in a step, so that the words are not
        trusted blindly: the labelled texts have them right more often than real ones.
    word_masking : float
        The share of training texts that are read in a step as if no words of their language were known, so that
        the encoder learns to decide alone where it must.
    epochs, learning_rate, head_factor, head_C, batch_size, warmup, weight_decay, dropout, layer_decay, interpolation
        As in `FinetunedModel`.
    text_noise, frozen_layers, class_weight, patience, seed, single_label
        As in `FinetunedModel`.
    """

    def __init__(
        self,
        encoder: EncoderSettings,
        themes: ThemeSet,
        word_weight: float = 30.0,
        word_noise: float = 0.2,
        word_masking: float = 0.2,
        epochs: float = 2,
        learning_rate: float = 2e-4,
        head_factor: float = 10.0,
        head_C: float = 0.001,
        batch_size: int = 16,
        warmup: float = 0.1,
        weight_decay: float = 0.01,
        dropout: float = 0.1,
        layer_decay: float = 1.0,
        interpolation: float = 0.7,
        text_noise: float = 0.0,
        frozen_layers: float = 0.5,
        class_weight: str | None = None,
        patience: int = 2,
        seed: int = 0,
        single_label: bool = False,
    ) -> None:
        super().__init__(
            encoder,
            epochs=epochs,
            learning_rate=learning_rate,
            head_factor=head_factor,
            head_C=head_C,
            batch_size=batch_size,
            warmup=warmup,
            weight_decay=weight_decay,
            dropout=dropout,
            layer_decay=layer_decay,
            interpolation=interpolation,
            text_noise=text_noise,
            frozen_layers=frozen_layers,
            class_weight=class_weight,
            patience=patience,
            seed=seed,
            single_label=single_label,
        )
        self.themes = themes
        self.word_weight = word_weight
        self.word_noise = word_noise
        self.word_masking = word_masking

    def word_evidence(self, texts: Sequence[str]) -> Floats:
        """Return what calibration reads of the themes' words, shape (n, themes)."""
        return self.recall_.evidence(self.themes, texts)

    def save(self, folder: Path) -> None:
        """Write the encoder (float16), the linear layer (safetensors), and how often words are there (JSON)."""
        super().save(folder)
        self.recall_.save(folder)

    def load(self, folder: Path) -> Self:
        """Read what `save` wrote."""
        self.recall_ = WordRecall.load(folder)
        return super().load(folder)

    def _learn_words(self, texts: Sequence[str], Y: Labels) -> None:
        self.recall_ = WordRecall.fit(self.themes, texts, Y)

    def _extra_features(self, texts: Sequence[str]) -> Vectors:
        """Return the words' features of each text, shape (n, 5 * themes)."""
        return self.recall_.features(self.themes, texts, self.word_weight)
