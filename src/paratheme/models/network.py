"""What is fine-tuned: an encoder, one linear layer over its vectors, and a loss."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import nn

from paratheme.models.encoder import Encoder


class Head(nn.Module):
    """One linear layer over pooled vectors, standardised as the pretrained ones were, and what stands beside.

    Parameters
    ----------
    dimensions, beside, topics : int
        Lengths of a vector, of what stands beside it, and of the output.
    dropout : float
        On the standardised vector.
    noise : float
        The share of texts that have another text's features beside their vector in training.
    """

    mean: torch.Tensor
    scale: torch.Tensor

    def __init__(self, dimensions: int, beside: int, topics: int, dropout: float = 0.0, noise: float = 0.0) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(dimensions))
        self.register_buffer("scale", torch.ones(dimensions))
        self.dropout, self.noise = nn.Dropout(dropout), noise
        self.linear = nn.Linear(dimensions + beside, topics)

    def forward(self, pooled: torch.Tensor, beside: torch.Tensor) -> torch.Tensor:
        """Return logits, shape (n, topics)."""
        if self.training and self.noise:
            another = torch.rand(len(beside), 1, device=beside.device) < self.noise
            beside = torch.where(another, beside[torch.randperm(len(beside), device=beside.device)], beside)
        standard = (nn.functional.normalize(pooled, dim=-1) - self.mean) / self.scale
        logits: torch.Tensor = self.linear(torch.cat([self.dropout(standard), beside], dim=-1))
        return logits


class Network(nn.Module):
    """What the Trainer trains: token ids and labels in, loss and logits out."""

    def __init__(self, encoder: Encoder, head: Head, loss: nn.Module) -> None:
        super().__init__()
        self.encoder, self.model, self.head, self.loss = encoder, encoder.model, head, loss

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        beside: torch.Tensor,
        labels: torch.Tensor,
    ) -> dict[str, torch.Tensor]:
        """Return loss and logits of a batch."""
        hidden = self.model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        logits = self.head(self.encoder.pool(hidden, attention_mask), beside).float()
        return {"loss": self.loss(logits, labels), "logits": logits}

    def trainable(self) -> dict[str, torch.Tensor]:
        """Return a copy of the weights that training changes."""
        return {name: p.detach().clone() for name, p in self.named_parameters() if p.requires_grad}

    def move(self, weights: dict[str, torch.Tensor], share: float) -> None:
        """Go `share` of the way from the present weights to `weights`: 0 changes nothing, 1 takes them."""
        with torch.no_grad():
            for name, parameter in self.named_parameters():
                if name in weights:  # which may have been copied before the network went to another device
                    parameter.lerp_(weights[name].to(parameter.device), share)


def freeze(model: nn.Module, layers: int) -> None:
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


def no_attention_dropout(model: nn.Module) -> None:
    """Leave the dropout of attention weights out: it takes a quarter of a step on a processor, for nothing."""
    for name, module in model.named_modules():
        if "attention.self" in name and isinstance(module, nn.Dropout):
            module.p = 0.0
