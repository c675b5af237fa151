"""What is fine-tuned: an encoder, one linear layer over its vectors, and a loss."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import torch
from torch import nn

from paratheme.models.encoder import Encoder
from paratheme.models.lower_layers import LowerLayers


class Head(nn.Module):
    """One linear layer over pooled vectors, standardised as the pretrained ones were, and extra features.

    Parameters
    ----------
    dimensions, extra_features, topics : int
        Lengths of a vector, of the extra features, and of the output.
    dropout : float
        On the standardised vector.
    noise, masking : float
        The shares of texts that have another text's extra features in training, and none.
    """

    mean: torch.Tensor
    scale: torch.Tensor

    def __init__(
        self,
        dimensions: int,
        extra_features: int,
        topics: int,
        dropout: float = 0.0,
        noise: float = 0.0,
        masking: float = 0.0,
    ) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(dimensions))
        self.register_buffer("scale", torch.ones(dimensions))
        self.dropout, self.noise, self.masking = nn.Dropout(dropout), noise, masking
        self.linear = nn.Linear(dimensions + extra_features, topics)

    def forward(self, pooled: torch.Tensor, extra: torch.Tensor) -> torch.Tensor:
        """Return logits, shape (n, topics)."""
        if self.training and self.noise:
            another = torch.rand(len(extra), 1, device=extra.device) < self.noise
            extra = torch.where(another, extra[torch.randperm(len(extra), device=extra.device)], extra)
        if self.training and self.masking:
            extra = extra * (torch.rand(len(extra), 1, device=extra.device) >= self.masking)
        standard = (nn.functional.normalize(pooled, dim=-1) - self.mean) / self.scale
        logits: torch.Tensor = self.linear(torch.cat([self.dropout(standard), extra], dim=-1))
        return logits


class Network(nn.Module):
    """What the Trainer trains: token ids and labels in, loss and logits out."""

    _keys_to_ignore_on_save = None  # the Trainer looks for it where a checkpoint lacks the weights that stay

    def __init__(self, encoder: Encoder, head: Head, loss: nn.Module, lower: LowerLayers | None = None) -> None:
        super().__init__()
        self.encoder, self.model, self.head, self.loss = encoder, encoder.model, head, loss
        self.lower = lower
        self.losses: list[torch.Tensor] = []  # of the batches learned from since the Trainer last reported their mean

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        extra_features: torch.Tensor,
        labels: torch.Tensor,
        states: torch.Tensor | None = None,
    ) -> dict[str, torch.Tensor]:
        """Return loss and logits of a batch; with `states`, from what the lower layers gave for it."""
        known: AbstractContextManager[None] = nullcontext()
        if self.lower is not None and states is not None:
            known = self.lower.skipped(nn.functional.dropout(states.float(), self.head.dropout.p, self.training))
        with known:
            hidden = self.model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        logits = self.head(self.encoder.pool(hidden, attention_mask), extra_features).float()
        loss = self.loss(logits, labels)
        if self.training:
            self.losses.append(loss.detach())
        return {"loss": loss, "logits": logits}

    def trainable_state(self) -> dict[str, torch.Tensor]:
        """Return a copy of the weights that training changes."""
        return {name: p.detach().clone() for name, p in self.named_parameters() if p.requires_grad}

    def interpolate(self, weights: dict[str, torch.Tensor], share: float) -> None:
        """Go `share` of the way from the present weights to `weights`: 0 changes nothing, 1 takes them."""
        with torch.no_grad():
            for name, parameter in self.named_parameters():
                if name in weights:  # which may have been copied before the network went to another device
                    parameter.lerp_(weights[name].to(parameter.device), share)


def no_attention_dropout(model: nn.Module) -> None:
    """Leave the dropout of attention weights out: it takes a quarter of a step on a processor, for nothing."""
    for name, module in model.named_modules():
        if "attention.self" in name and isinstance(module, nn.Dropout):
            module.p = 0.0
