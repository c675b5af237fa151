"""A pretrained encoder, fine-tuned end to end with the transformers Trainer."""

from __future__ import annotations

import logging
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from sklearn.base import BaseEstimator
from sklearn.metrics import average_precision_score
from sklearn.preprocessing import StandardScaler
from torch import nn

from paratheme.models import Labels, Scores
from paratheme.models.encoder import Encoder, device, gains_from_bfloat16, progress, round_to_half
from paratheme.models.linear import LinearHead
from paratheme.models.vectors import Vectors

MAX_POSITIVE_WEIGHT = 10.0


class FinetunedModel(BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """First the linear layer alone, as in the frozen family, then encoder and linear layer together.

    Starting from a fitted linear layer spares the encoder the large, random steps of the beginning, which
    cost time and undo what it knows (LP-FT; Kumar et al., 2022, "Fine-tuning can distort pretrained features
    and underperform out-of-distribution").

    Parameters
    ----------
    encoder : dict
        The arguments of `EncoderSettings`.
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
        Before the linear layer.
    frozen_layers : int
        How many of the lower layers stay as pretrained; the token embeddings always do, which keeps the
        languages aligned and saves the largest part of the optimiser's work.
    class_weight : {"balanced"} or None
        ``"balanced"`` weighs a theme's positives by its rate of negatives to positives, at most 10.
    patience : int
        Epochs without a better average precision on the validation texts before training stops; the best
        epoch is kept. Without validation texts all epochs run.
    seed : int
        Of everything random.
    exclusive : bool
        Whether each text carries exactly one theme.
    """

    word_dropout = 0.0  # nothing stands beside the vectors here; see HybridModel

    def __init__(
        self,
        encoder: dict[str, Any],
        epochs: float = 2,
        learning_rate: float = 1e-4,
        head_factor: float = 10.0,
        head_C: float = 0.01,
        batch_size: int = 16,
        warmup: float = 0.1,
        weight_decay: float = 0.01,
        dropout: float = 0.1,
        frozen_layers: int = 0,
        class_weight: str | None = None,
        patience: int = 2,
        seed: int = 0,
        exclusive: bool = False,
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
        self.frozen_layers = frozen_layers
        self.class_weight = class_weight
        self.patience = patience
        self.seed = seed
        self.exclusive = exclusive

    def fit(self, texts: Sequence[str], Y: Labels, valid: tuple[Sequence[str], Labels] | None = None) -> Self:
        """Learn from `texts` and `Y`; stop by average precision on `valid` where it is given."""
        from transformers import set_seed

        set_seed(self.seed)
        self.encoder_ = Encoder.from_settings(self.encoder)
        self.head_ = self._fitted_head(self.encoder_.embed(texts, cached=True), self._beside(texts), Y)
        self.history_: list[dict[str, float]] = []
        if self.epochs:
            network = _Network(self.encoder_, self.head_, self._loss(Y))
            _freeze(self.encoder_.model, self.frozen_layers)
            _no_attention_dropout(self.encoder_.model)
            with tempfile.TemporaryDirectory() as folder:
                self.history_ = self._train(network, texts, Y, valid, folder)
        round_to_half(self.encoder_.model)
        self._ready()
        return self

    def predict_proba(self, texts: Sequence[str]) -> Scores:
        """Return probabilities, float32, shape (n, themes)."""
        ids, beside = self.encoder_.tokenize(texts), torch.from_numpy(self._beside(texts))
        logits = torch.zeros((len(ids), self.head_.linear.out_features))
        with progress(len(ids), "Classifying") as bar, torch.inference_mode():
            for batch in self.encoder_.batches(ids):
                logits[batch] = self.head_(self.encoder_.forward([ids[i] for i in batch]), beside[batch])
                bar.update(len(batch))
        probabilities = logits.softmax(dim=-1) if self.exclusive else logits.sigmoid()
        return np.asarray(probabilities.numpy(), np.float32)

    def save(self, folder: Path) -> None:
        """Write the encoder (float16) and the linear layer (safetensors)."""
        from safetensors.torch import save_file

        (folder / "encoder").mkdir()
        self.encoder_.save(folder / "encoder")
        save_file({k: v.cpu().contiguous() for k, v in self.head_.state_dict().items()}, folder / "head.safetensors")

    def load(self, folder: Path) -> Self:
        """Read what `save` wrote."""
        from safetensors.torch import load_file

        self.encoder_ = Encoder.from_settings({**self.encoder, "path": str(folder / "encoder"), "revision": None})
        state = load_file(folder / "head.safetensors")
        topics, width = state["linear.weight"].shape
        self.head_ = _Head(len(state["mean"]), width - len(state["mean"]), topics)
        self.head_.load_state_dict(state)
        self._ready()
        return self

    def _ready(self) -> None:
        self.encoder_.model.to(device()).eval()
        self.head_.cpu().eval()

    def _beside(self, texts: Sequence[str]) -> Vectors:
        """Return what the head reads beside the encoder's vectors, shape (n, features): here nothing."""
        return np.zeros((len(texts), 0), np.float32)

    def _fitted_head(self, vectors: Vectors, beside: Vectors, Y: Labels) -> _Head:
        """Return the head that a linear model gives on the encoder's vectors as they are."""
        head = _Head(vectors.shape[1], beside.shape[1], Y.shape[1], self.dropout, self.word_dropout)
        scaler = StandardScaler().fit(vectors)
        features = np.hstack([scaler.transform(vectors), beside])
        linear = LinearHead(self.head_C, self.class_weight, self.exclusive).fit(features, Y)
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
        if self.exclusive:
            return nn.CrossEntropyLoss()
        if self.class_weight is None:
            return nn.BCEWithLogitsLoss()
        positives = Y.sum(axis=0)
        weight = np.clip((len(Y) - positives) / np.maximum(positives, 1), 1, MAX_POSITIVE_WEIGHT)
        return nn.BCEWithLogitsLoss(pos_weight=torch.tensor(weight, dtype=torch.float32))

    def _train(
        self,
        network: _Network,
        texts: Sequence[str],
        Y: Labels,
        valid: tuple[Sequence[str], Labels] | None,
        folder: str,
    ) -> list[dict[str, float]]:
        from transformers import Trainer

        best = _best_epoch_callback(self.patience)
        logging.getLogger("accelerate").setLevel(logging.ERROR)
        trainer = Trainer(
            model=network,
            args=self._arguments(folder, evaluated=valid is not None),
            train_dataset=self._rows(texts, Y),
            eval_dataset=self._rows(*valid) if valid is not None else None,
            data_collator=self._collate,
            compute_metrics=_average_precision,
            callbacks=[best] if valid is not None else [],
            optimizers=(self._optimizer(network), None),
        )
        _silence(trainer)
        trainer.train()
        best.restore(network)
        return [dict(entry) for entry in trainer.state.log_history]

    def _arguments(self, folder: str, evaluated: bool) -> Any:
        from transformers import TrainingArguments

        grouped = "train_sampling_strategy" in TrainingArguments.__dataclass_fields__
        by_length = {"train_sampling_strategy": "group_by_length"} if grouped else {"group_by_length": True}
        return TrainingArguments(
            output_dir=folder,
            num_train_epochs=self.epochs,
            per_device_train_batch_size=self.batch_size,
            per_device_eval_batch_size=2 * self.batch_size,
            lr_scheduler_type="linear",
            warmup_steps=self.warmup,
            bf16=gains_from_bfloat16(),
            use_cpu=device().type == "cpu",
            eval_strategy="epoch" if evaluated else "no",
            save_strategy="no",
            logging_strategy="epoch",
            remove_unused_columns=False,
            label_names=["labels"],
            report_to="none",
            disable_tqdm=not sys.stderr.isatty(),
            dataloader_pin_memory=device().type == "cuda",
            seed=self.seed,
            **by_length,
        )

    def _optimizer(self, network: _Network) -> torch.optim.Optimizer:
        matrices: list[nn.Parameter] = []
        vectors: list[nn.Parameter] = []  # biases and layer norms do not decay
        for parameter in self.encoder_.model.parameters():
            if parameter.requires_grad:
                (matrices if parameter.ndim > 1 else vectors).append(parameter)
        groups = [
            {"params": matrices, "lr": self.learning_rate, "weight_decay": self.weight_decay},
            {"params": vectors, "lr": self.learning_rate, "weight_decay": 0.0},
            {
                "params": self.head_.parameters(),
                "lr": self.learning_rate * self.head_factor,
                "weight_decay": 0.0,
            },
        ]
        return torch.optim.AdamW(groups, lr=self.learning_rate, fused=device().type != "mps")

    def _rows(self, texts: Sequence[str], Y: Labels) -> Any:
        from datasets import Dataset

        ids, beside = self.encoder_.tokenize(texts), self._beside(texts)
        labels = Y.argmax(axis=1) if self.exclusive else Y.astype(np.float32)
        return Dataset.from_dict(
            {
                "input_ids": ids,
                "length": [len(row) for row in ids],
                "beside": beside.tolist(),
                "labels": labels.tolist(),
            }
        )

    def _collate(self, rows: Sequence[dict[str, Any]]) -> dict[str, torch.Tensor]:
        kind = torch.long if self.exclusive else torch.float32
        labels = torch.tensor([row["labels"] for row in rows], dtype=kind)
        beside = torch.tensor([row["beside"] for row in rows], dtype=torch.float32)
        return {**self.encoder_.pad([row["input_ids"] for row in rows]), "beside": beside, "labels": labels}


class _Head(nn.Module):
    """One linear layer over pooled vectors, standardised as the pretrained ones were, and what stands beside."""

    mean: torch.Tensor
    scale: torch.Tensor

    def __init__(self, dimensions: int, beside: int, topics: int, dropout: float = 0.0, hidden: float = 0.0) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(dimensions))
        self.register_buffer("scale", torch.ones(dimensions))
        self.dropout, self.hidden = nn.Dropout(dropout), hidden
        self.linear = nn.Linear(dimensions + beside, topics)

    def forward(self, pooled: torch.Tensor, beside: torch.Tensor) -> torch.Tensor:
        if self.training and self.hidden:  # of whole rows: the encoder alone must do then
            beside = beside * (torch.rand(len(beside), 1, device=beside.device) >= self.hidden)
        standard = (nn.functional.normalize(pooled, dim=-1) - self.mean) / self.scale
        logits: torch.Tensor = self.linear(torch.cat([self.dropout(standard), beside], dim=-1))
        return logits


class _Network(nn.Module):
    """What the Trainer trains: token ids and labels in, loss and logits out."""

    def __init__(self, encoder: Encoder, head: _Head, loss: nn.Module) -> None:
        super().__init__()
        self.encoder, self.model, self.head, self.loss = encoder, encoder.model, head, loss

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        beside: torch.Tensor,
        labels: torch.Tensor,
    ) -> dict[str, torch.Tensor]:
        hidden = self.model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        logits = self.head(self.encoder.pool(hidden, attention_mask), beside).float()
        return {"loss": self.loss(logits, labels), "logits": logits}


def _freeze(model: nn.Module, layers: int) -> None:
    """Keep the token embeddings and the lowest `layers` layers as they are."""
    model.get_input_embeddings().weight.requires_grad_(False)  # type: ignore[operator]
    stacks = [module for module in model.modules() if isinstance(module, nn.ModuleList)]
    depth = int(model.config.num_hidden_layers)  # type: ignore[union-attr, arg-type]
    stack: Iterable[nn.Module] = next((module for module in stacks if len(module) == depth), [])
    for layer in list(stack)[:layers]:
        layer.requires_grad_(False)
    if layers:
        for name, parameter in model.named_parameters():
            if "embeddings" in name:
                parameter.requires_grad_(False)


def _no_attention_dropout(model: nn.Module) -> None:
    """Leave the dropout of attention weights out: it takes a quarter of a step on a processor, for nothing."""
    for name, module in model.named_modules():
        if "attention.self" in name and isinstance(module, nn.Dropout):
            module.p = 0.0


def _average_precision(prediction: Any) -> dict[str, float]:
    logits, labels = prediction.predictions, prediction.label_ids
    if labels.ndim == 1:
        labels = np.eye(logits.shape[1])[labels]
    present = labels.any(axis=0)
    value = average_precision_score(labels[:, present], logits[:, present], average="macro") if present.any() else 0.0
    return {"average_precision": float(value)}


def _silence(trainer: Any) -> None:
    from transformers.trainer_callback import PrinterCallback

    trainer.remove_callback(PrinterCallback)


def _best_epoch_callback(patience: int) -> Any:
    """Return a callback that keeps the best epoch's weights in memory and stops when none follows.

    The Trainer's own way writes every epoch to disk, optimiser and all.
    """
    from transformers import TrainerCallback

    class BestEpoch(TrainerCallback):  # type: ignore[misc]
        def __init__(self) -> None:
            self.best, self.waited = -1.0, 0
            self.weights: dict[str, torch.Tensor] = {}

        def on_evaluate(self, args: Any, state: Any, control: Any, **known: Any) -> None:
            value = known["metrics"]["eval_average_precision"]
            if value > self.best:
                self.best, self.waited = value, 0
                named = known["model"].named_parameters()
                self.weights = {name: p.detach().clone() for name, p in named if p.requires_grad}
            else:
                self.waited += 1
                control.should_training_stop = self.waited >= patience

        def restore(self, network: nn.Module) -> None:
            with torch.no_grad():
                for name, parameter in network.named_parameters():
                    if name in self.weights:
                        parameter.copy_(self.weights[name])

    return BestEpoch()
