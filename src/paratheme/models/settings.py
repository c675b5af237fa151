"""What an encoder and each model type can be told, checked without loading any of them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from paratheme.types import Fraction, Settings

Positive = Annotated[float, Field(gt=0)]
NGrams = Annotated[list[Annotated[int, Field(ge=1)]], Field(min_length=2, max_length=2)]


class EncoderSettings(Settings):
    """Where an encoder comes from and how it is read.

    Attributes
    ----------
    path : str
        ``"bundled"``, a hub id or a local folder.
    revision : str or None
        A commit, tag or branch of a hub id.
    prefix : str
        Written before every text; the e5 family asks for ``"query: "``.
    pooling : {"mean", "cls"}
        How token vectors become one vector.
    max_length : int
        Texts are cut after this many tokens.
    """

    path: str = "bundled"
    revision: str | None = None
    prefix: str = "query: "
    pooling: Literal["mean", "cls"] = "mean"
    max_length: int = Field(256, ge=8)


class _AnyModel(Settings):
    """What every model type is told.

    Attributes
    ----------
    thresholds_from : {"validation", "out_of_fold"}
        What calibration and thresholds are learned from: predictions on the validation set, or out-of-fold
        predictions on training and validation set together, on both of which the model is then fitted.
    definitions : bool
        Whether the themes' names and definitions are learned from too, each as a text about its theme: what there is
        where hardly anything is labelled.
    """

    thresholds_from: Literal["validation", "out_of_fold"]
    definitions: bool

    @property
    def params(self) -> dict[str, Any]:
        """The hyperparameters."""
        return self.model_dump(exclude={"model_type", "thresholds_from", "definitions", "taught"})

    @property
    def label(self) -> str:
        """What runs and tables call it: the name of its file in ``conf/model/``."""
        return str(self.model_dump()["model_type"])


class LexiconSettings(_AnyModel):
    """The theme words as a classifier; no hyperparameters."""

    model_type: Literal["lexicon"]


class TfidfSettings(_AnyModel):
    """As `paratheme.models.tfidf.TfidfModel`."""

    model_type: Literal["tfidf"]
    char_ngrams: NGrams
    word_ngrams: NGrams
    min_count: int = Field(ge=1)
    C: Positive
    class_weight: Literal["balanced"] | None


class StaticSettings(_AnyModel):
    """As `paratheme.models.static.StaticModel`.

    Attributes
    ----------
    taught : str or None
        A file of blocks that a better classifier filed, as ``paratheme predict -o`` writes it: its probabilities are
        learned from beside the labels.
    """

    model_type: Literal["static"]
    taught: str | None
    dimensions: int = Field(ge=1)
    word_weight: float = Field(ge=0)
    word_noise: Fraction
    word_masking: Fraction
    head_C: Positive
    class_weight: Literal["balanced"] | None


class FinetunedSettings(_AnyModel):
    """As `paratheme.models.finetuned.FinetunedModel`."""

    model_type: Literal["finetuned"]
    epochs: float = Field(ge=0)
    learning_rate: Positive
    head_factor: Positive
    head_C: Positive
    batch_size: int = Field(ge=1)
    warmup: Fraction
    weight_decay: float = Field(ge=0)
    dropout: float = Field(ge=0, lt=1)
    layer_decay: float = Field(gt=0, le=1)
    interpolation: Fraction
    text_noise: Fraction
    frozen_layers: Fraction
    class_weight: Literal["balanced"] | None
    patience: int = Field(ge=1)

    @property
    def label(self) -> str:
        """What runs and tables call it: the name of its file in ``conf/model/``."""
        return super().label if self.epochs else "frozen"


class HybridSettings(FinetunedSettings):
    """As `paratheme.models.hybrid.HybridModel`."""

    model_type: Literal["hybrid"]  # type: ignore[assignment]
    word_weight: float = Field(ge=0)
    word_noise: Fraction
    word_masking: Fraction

    @property
    def label(self) -> str:
        """What runs and tables call it: the name of its file in ``conf/model/``."""
        return "hybrid" if self.epochs else "hybrid_frozen"


ModelSettings = Annotated[
    LexiconSettings | TfidfSettings | StaticSettings | FinetunedSettings | HybridSettings,
    Field(discriminator="model_type"),
]
