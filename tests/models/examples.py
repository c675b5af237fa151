"""A network small enough to look into."""

from __future__ import annotations

from types import SimpleNamespace

import torch
from torch import nn

from paratheme.models.network import Head, Network


class Layer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.dense, self.norm = nn.Linear(4, 4), nn.LayerNorm(4)


class Small(nn.Module):
    """Named as encoders name their parts: embeddings, then three layers."""

    def __init__(self) -> None:
        super().__init__()
        self.config = SimpleNamespace(num_hidden_layers=3)
        self.embeddings = nn.Embedding(5, 4)
        self.layer = nn.ModuleList(Layer() for _ in range(3))

    def get_input_embeddings(self) -> nn.Module:
        return self.embeddings


def small_network() -> Network:
    torch.manual_seed(0)
    return Network(SimpleNamespace(model=Small()), Head(4, 2, 3), nn.BCEWithLogitsLoss())  # type: ignore[arg-type]
