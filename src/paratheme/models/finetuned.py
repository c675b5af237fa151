"""A pretrained encoder, fine-tuned end to end with the transformers Trainer."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from sklearn.base import BaseEstimator
from sklearn.preprocessing import StandardScaler
from torch import nn

from paratheme.documents.perturb import Perturbation, glued_words, strip_diacritics, translated_words
from paratheme.models.encoder import Encoder, device, round_to_half, shared_encoder
from paratheme.models.fine_tuning import fine_tune, parameter_groups
from paratheme.models.linear_head import LinearHead, less_sure
from paratheme.models.lower_layers import LowerLayers, freeze
from paratheme.models.network import Head, Network, no_attention_dropout
from paratheme.models.settings import EncoderSettings
from paratheme.types import Floats, Labels, Scores, Vectors

MAX_POSITIVE_WEIGHT = 10.0
PERTURBATIONS = (glued_words, strip_diacritics, translated_words)


class FinetunedModel(BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """First the linear layer alone, then encoder and linear layer together.

    Starting from a fitted linear layer spares the encoder the large, random steps of the beginning, which
    cost time and undo what it knows (LP-FT; Kumar et al., 2022, "Fine-tuning can distort pretrained features
    and underperform out-of-distribution").

    Parameters
    ----------
    encoder : EncoderSettings
    epochs : float
        Passes over the training texts, at most; 0 leaves the encoder as it is.
    learning_rate : float
        The encoder's; the linear layer learns `head_factor` times as fast.
    head_factor : float
        See `learning_rate`.
    head_C : float
        Inverse strength of the L2 penalty when the linear layer is fitted alone.
    batch_size : int
        Texts a step; batches hold texts of similar length.
    warmup : float
        The share of steps in which the learning rate rises; it then falls linearly.
    weight_decay : float
        AdamW's.
    dropout : float
        Of the vectors before the linear layer, and of what frozen layers gave.
    layer_decay : float
        A layer learns this many times as fast as the one above it.
    interpolation : float
        Where between their values before (0) and after (1) training the weights are taken. Halfway keeps more
        of what the encoder knew, for texts unlike the training ones (Wortsman et al., 2022, "Robust fine-tuning
        of zero-shot models").
    text_noise : float
        The share of texts that are read in a step as scraping or machine translation leaves them: words glued,
        diacritics and accents lost, articles dropped and words swapped.
    frozen_layers : float
        The share of the layers, from below, that stay as pretrained; what they give is computed once, so that an
        epoch costs what the other layers cost. The token embeddings always stay. Both keep the languages aligned.
    class_weight : {"balanced"} or None
        ``"balanced"`` weighs a theme's positives by its rate of negatives to positives, at most 10.
    patience : int
        Epochs without a better average precision on the validation texts before training stops; the best
        epoch is kept. Without validation texts all epochs run.
    seed : int
        Of everything random.
    single_label : bool
        Whether each text carries exactly one theme.
    """

    word_noise = word_masking = 0.0  # there are no extra features here; see HybridModel

    def __init__(
        self,
        encoder: EncoderSettings,
        epochs: float = 2,
        learning_rate: float = 1e-4,
        head_factor: float = 10.0,
        head_C: float = 0.01,
        batch_size: int = 16,
        warmup: float = 0.1,
        weight_decay: float = 0.01,
        dropout: float = 0.1,
        layer_decay: float = 1.0,
        interpolation: float = 1.0,
        text_noise: float = 0.0,
        frozen_layers: float = 0.0,
        class_weight: str | None = None,
        patience: int = 2,
        seed: int = 0,
        single_label: bool = False,
    ) -> None:
        self.encoder = encoder
        self.epochs = epochs
        self.learning_rate = learning_rate
        self.head_factor = head_factor
        self.head_C = head_C
        self.batch_size = batch_size
        self.warmup = warmup
        self.weight_decay = weight_decay
        self.dropout = dropout
        self.layer_decay = layer_decay
        self.interpolation = interpolation
        self.text_noise = text_noise
        self.frozen_layers = frozen_layers
        self.class_weight = class_weight
        self.patience = patience
        self.seed = seed
        self.single_label = single_label

    def fit(
        self,
        texts: Sequence[str],
        Y: Labels,
        valid: tuple[Sequence[str], Labels] | None = None,
        checkpoints: Path | None = None,
    ) -> Self:
        """Learn from `texts` and `Y`; stop by average precision on `valid` where it is given.

        With a folder `checkpoints` a fit that was broken off there goes on; the rest of what is given must be the same.
        """
        from transformers import set_seed

        set_seed(self.seed)
        self.cached_ = not self.epochs
        self.encoder_ = shared_encoder(self.encoder) if self.cached_ else Encoder.from_settings(self.encoder)
        self._learn_words(texts, Y)
        self.head_ = self._fitted_head(self.encoder_.embed(texts, cached=True), self._extra_features(texts), Y)
        self.history_: list[dict[str, float]] = []
        if self.epochs:
            frozen = int(self.frozen_layers * self.encoder_.model.config.num_hidden_layers)
            freeze(self.encoder_.model, frozen)
            no_attention_dropout(self.encoder_.model)
            rows = self._rows(texts, Y, PERTURBATIONS if self.text_noise else ())
            valid_rows = self._rows(*valid) if valid is not None else None
            lower = LowerLayers.of(self.encoder_, frozen, _ids(rows) + _ids(valid_rows)) if frozen else None
            network = Network(self.encoder_, self.head_, self._loss(Y), lower)
            start = network.trainable_state()
            self.history_ = fine_tune(
                network,
                rows,
                valid_rows,
                lambda batch: self._collate(batch, lower),
                parameter_groups(network, self.learning_rate, self.head_factor, self.layer_decay, self.weight_decay),
                epochs=self.epochs,
                batch_size=self.batch_size,
                warmup=self.warmup,
                patience=self.patience,
                seed=self.seed,
                checkpoints=checkpoints,
            )
            network.interpolate(start, 1 - self.interpolation)
            round_to_half(self.encoder_.model)
        self._ready()
        return self

    def predict_proba(self, texts: Sequence[str]) -> Scores:
        """Return probabilities, float32, shape (n, themes)."""
        vectors = torch.from_numpy(self.encoder_.embed(texts, cached=self.cached_))
        with torch.inference_mode():
            logits = self.head_(vectors, torch.from_numpy(self._extra_features(texts)))
        probabilities = logits.softmax(dim=-1) if self.single_label else logits.sigmoid()
        return np.asarray(probabilities.numpy(), np.float32)

    def word_logits(self, texts: Sequence[str]) -> Floats:
        """Return what the extra features add to each raw logit, shape (n, themes)."""
        extra = self._extra_features(texts)
        weights = self.head_.linear.weight.detach().numpy()[:, len(self.head_.mean) :]
        return np.asarray(extra @ weights.T, np.float64)

    def word_evidence(self, texts: Sequence[str]) -> Floats:
        """Return what calibration reads of the themes' words, shape (n, themes): here nothing."""
        return np.zeros((len(texts), self.head_.linear.out_features))

    def with_encoder(self, encoder: Encoder) -> Self:
        """Return the same model with another encoder, whose vectors must mean the same."""
        other = copy.copy(self)
        other.encoder_, other.cached_ = encoder, False
        return other

    def save(self, folder: Path) -> None:
        """Write the encoder (float16) and the linear layer (safetensors)."""
        from safetensors.torch import save_file

        (folder / "encoder").mkdir()
        self.encoder_.save(folder / "encoder")
        save_file({k: v.cpu().contiguous() for k, v in self.head_.state_dict().items()}, folder / "head.safetensors")

    def load(self, folder: Path) -> Self:
        """Read what `save` wrote."""
        from safetensors.torch import load_file

        self.encoder_ = Encoder.load(folder / "encoder", self.encoder)
        self.cached_ = False
        state = load_file(folder / "head.safetensors")
        topics, width = state["linear.weight"].shape
        self.head_ = Head(len(state["mean"]), width - len(state["mean"]), topics)
        self.head_.load_state_dict(state)
        self._ready()
        return self

    def _ready(self) -> None:
        self.encoder_.model.to(device()).eval()
        self.head_.cpu().eval()

    def _learn_words(self, texts: Sequence[str], Y: Labels) -> None:
        """Learn what the extra features need to know of the training texts: here nothing."""

    def _extra_features(self, texts: Sequence[str]) -> Vectors:
        """Return what the head reads besides the encoder's vectors, shape (n, features): here nothing."""
        return np.zeros((len(texts), 0), np.float32)

    def _fitted_head(self, vectors: Vectors, extra: Vectors, Y: Labels) -> Head:
        """Return the head that a linear model gives on the encoder's vectors as they are."""
        head = Head(vectors.shape[1], extra.shape[1], Y.shape[1], self.dropout, self.word_noise, self.word_masking)
        scaler = StandardScaler().fit(vectors)
        extra = less_sure(extra, self.word_noise, self.word_masking, self.seed)
        features = np.hstack([scaler.transform(vectors), extra])
        linear = LinearHead(self.head_C, self.class_weight, self.single_label).fit(features, Y)
        head.load_state_dict(
            {
                "mean": torch.tensor(scaler.mean_, dtype=torch.float32),
                "scale": torch.tensor(scaler.scale_, dtype=torch.float32),
                "linear.weight": torch.tensor(linear.coef, dtype=torch.float32),
                "linear.bias": torch.tensor(linear.intercept, dtype=torch.float32),
            }
        )
        return head

    def _loss(self, Y: Labels) -> nn.Module:
        if self.single_label:
            return nn.CrossEntropyLoss()
        if self.class_weight is None:
            return nn.BCEWithLogitsLoss()
        positives = Y.sum(axis=0)
        weight = np.clip((len(Y) - positives) / np.maximum(positives, 1), 1, MAX_POSITIVE_WEIGHT)
        return nn.BCEWithLogitsLoss(pos_weight=torch.tensor(weight, dtype=torch.float32))

    def _rows(self, texts: Sequence[str], Y: Labels, perturbations: Sequence[Perturbation] = ()) -> Any:
        """Return what the Trainer reads: each text as it is, followed by its perturbed versions."""
        from datasets import Dataset

        versions = [texts, *(perturb(texts, self.seed) for perturb in perturbations)]
        ids = [self.encoder_.tokenize(version) for version in versions]
        extra = [self._extra_features(version).tolist() for version in versions]
        labels = Y.argmax(axis=1) if self.single_label else Y.astype(np.float32)
        return Dataset.from_dict(
            {
                "input_ids": list(zip(*ids, strict=True)),
                "length": [len(row) for row in ids[0]],
                "extra_features": list(zip(*extra, strict=True)),
                "labels": labels.tolist(),
            }
        )

    def _collate(self, rows: Sequence[dict[str, Any]], lower: LowerLayers | None = None) -> dict[str, torch.Tensor]:
        versions = len(rows[0]["input_ids"])
        which = [0] * len(rows)
        if versions > 1:
            which = (torch.randint(1, versions, (len(rows),)) * (torch.rand(len(rows)) < self.text_noise)).tolist()
        kind = torch.long if self.single_label else torch.float32
        labels = torch.tensor([row["labels"] for row in rows], dtype=kind)
        extra = torch.tensor([row["extra_features"][i] for row, i in zip(rows, which, strict=True)]).float()
        ids = [row["input_ids"][i] for row, i in zip(rows, which, strict=True)]
        batch = {**self.encoder_.pad(ids), "extra_features": extra, "labels": labels}
        return batch if lower is None else {**batch, "states": lower.batch(ids, batch["input_ids"].shape[1])}


def _ids(rows: Any) -> list[list[int]]:
    """Return the token ids of every version of every text; `rows` may be None."""
    return [ids for versions in rows["input_ids"] for ids in versions] if rows is not None else []
