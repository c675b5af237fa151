"""Fine-tuning by the transformers Trainer, with what suits small corpora and plain processors."""

from __future__ import annotations

import logging
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.metrics import average_precision_score
from torch import nn

from paratheme.models.compute import fastest
from paratheme.models.encoder import device
from paratheme.models.network import Network

logger = logging.getLogger(__name__)
LAYER = re.compile(r"\.(?:layers?|h|blocks?)\.(\d+)\.")


def fine_tune(
    network: Network,
    rows: Any,
    valid_rows: Any,
    collate: Callable[[Any], dict[str, torch.Tensor]],
    groups: list[dict[str, Any]],
    *,
    epochs: float,
    batch_size: int,
    warmup: float,
    patience: int,
    seed: int,
    checkpoints: Path | None = None,
) -> list[dict[str, float]]:
    """Train a network in place and return the Trainer's history: losses, average precisions.

    `rows` and `valid_rows` (None: all epochs run) have columns `input_ids, length, extra_features, labels`; `collate`
    makes a batch of rows, `groups` come from `parameter_groups`, the other settings are those of `FinetunedModel`. In
    the folder `checkpoints` stands where training is; it goes on from what is found there.
    """
    from transformers import Trainer
    from transformers.trainer_callback import PrinterCallback

    logging.getLogger("accelerate").setLevel(logging.ERROR)
    best = _best_epoch_callback(patience)
    kept = None
    if checkpoints is not None:
        from paratheme.models.checkpoint import Checkpoints

        kept = Checkpoints(checkpoints, network, best)
    with tempfile.TemporaryDirectory() as folder:
        trainer = Trainer(
            model=network,
            args=_arguments(folder, epochs, batch_size, warmup, seed, evaluated=valid_rows is not None),
            train_dataset=rows,
            eval_dataset=valid_rows,
            data_collator=collate,
            compute_metrics=_average_precision,
            callbacks=[*([best] if valid_rows is not None else []), *([kept] if kept else [])],
            optimizers=(torch.optim.AdamW(groups, fused=device().type != "mps"), None),
        )
        trainer.remove_callback(PrinterCallback)
        where = "minutes on a processor" if device().type == "cpu" else device().type
        logger.info("  fine-tuning on %s texts for at most %g epochs: %s", f"{len(rows):,}", epochs, where)
        going_on = kept.restore() if kept else None
        if kept and kept.is_done:
            history = kept.history()
        else:
            with attention(network.model, fastest("training").attention):
                trainer.train(resume_from_checkpoint=str(going_on) if going_on else None)
            history = trainer.state.log_history
            if kept:
                kept.write(trainer.state, trainer.optimizer, done=True)
    network.interpolate(best.weights, 1.0)
    return [dict(entry) for entry in history]


@contextmanager
def attention(model: Any, kernel: str) -> Iterator[None]:
    """Let an encoder that can change it have another kernel within a ``with`` statement."""
    before = model.config._attn_implementation
    try:
        model.set_attn_implementation(kernel)
        yield
    finally:
        model.set_attn_implementation(before)


def parameter_groups(
    network: Network, learning_rate: float, head_factor: float, layer_decay: float, weight_decay: float
) -> list[dict[str, Any]]:
    """Return an optimiser's groups: a lower layer learns slower, the head faster, only matrices decay.

    A layer learns `layer_decay` times as fast as the one above it (Howard and Ruder, 2018, "Universal language model
    fine-tuning for text classification"), the head `head_factor` times as fast as the highest.
    """
    depth = int(network.model.config.num_hidden_layers)
    groups: dict[tuple[int, bool], list[nn.Parameter]] = {}
    for name, parameter in network.model.named_parameters():
        if parameter.requires_grad:
            found = LAYER.search(f".{name}")
            below = depth - 1 - int(found[1]) if found else (depth if "embeddings" in name else 0)
            groups.setdefault((below, parameter.ndim > 1), []).append(parameter)
    encoder = [
        {"params": parameters, "lr": learning_rate * layer_decay**below, "weight_decay": weight_decay * decays}
        for (below, decays), parameters in groups.items()
    ]
    return [*encoder, {"params": network.head.parameters(), "lr": learning_rate * head_factor, "weight_decay": 0.0}]


def _arguments(folder: str, epochs: float, batch_size: int, warmup: float, seed: int, evaluated: bool) -> Any:
    from transformers import TrainingArguments

    grouped = "train_sampling_strategy" in TrainingArguments.__dataclass_fields__
    # transformers 5 renamed the one and takes a share for the other
    renamed: dict[str, Any] = {"train_sampling_strategy": "group_by_length", "warmup_steps": warmup}
    before: dict[str, Any] = {"group_by_length": True, "warmup_ratio": warmup}
    return TrainingArguments(
        output_dir=folder,
        num_train_epochs=epochs,
        per_device_train_batch_size=batch_size,
        per_device_eval_batch_size=2 * batch_size,
        lr_scheduler_type="linear",
        bf16=fastest("training").bfloat16,
        use_cpu=device().type == "cpu",
        eval_strategy="epoch" if evaluated else "no",
        save_strategy="no",
        logging_strategy="epoch",
        remove_unused_columns=False,
        label_names=["labels"],
        report_to="none",
        disable_tqdm=not sys.stderr.isatty(),
        dataloader_pin_memory=device().type == "cuda",
        seed=seed,
        **(renamed if grouped else before),
    )


def _average_precision(prediction: Any) -> dict[str, float]:
    logits, labels = prediction.predictions, prediction.label_ids
    if labels.ndim == 1:
        labels = np.eye(logits.shape[1])[labels]
    present = labels.any(axis=0)
    value = average_precision_score(labels[:, present], logits[:, present], average="macro") if present.any() else 0.0
    return {"average_precision": float(value)}


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
            most = args.num_train_epochs
            logger.info("  epoch %g of at most %g: average precision in validation %.3f", state.epoch, most, value)
            if value > self.best:
                self.best, self.waited = value, 0
                self.weights = known["model"].trainable_state()
            else:
                self.waited += 1
                control.should_training_stop = self.waited >= patience

    return BestEpoch()
