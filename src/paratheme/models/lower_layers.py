"""The lower layers of an encoder that stay as pretrained: what they give is computed once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import torch
from torch import nn

from paratheme.models.compute import fastest
from paratheme.models.encoder import Encoder, device, progress

BYTES = 2  # of a number in float16
MEMORY = 4e9  # bytes that may be held of what lower layers give


class LowerLayers:
    """What the frozen lower layers give for each text, computed once: an epoch then costs what the others cost.

    In training it is read with the dropout that the head's vectors have, to avoid overfitting.

    Parameters
    ----------
    encoder : Encoder
        In evaluation mode.
    layers : int
        How many are frozen.
    """

    def __init__(self, encoder: Encoder, layers: int) -> None:
        self.encoder, self.layers = encoder, layers
        self.stack = _stack(encoder.model)
        self.states: dict[tuple[int, ...], torch.Tensor] = {}

    @staticmethod
    def of(encoder: Encoder, layers: int, ids: Sequence[list[int]]) -> LowerLayers | None:
        """Return them with what they give for all `ids`; None where none is frozen, skipped, or it is too much."""
        lower = LowerLayers(encoder, layers)
        fits = sum(map(len, ids)) * encoder.dimensions * BYTES <= MEMORY
        if not layers or not fits or not hasattr(encoder.model, "embeddings") or lower.stack is None:
            return None
        lower.read(ids)
        return lower

    def read(self, ids: Sequence[list[int]]) -> None:
        """Compute what they give for texts, kept in float16 on the processor."""
        new = [list(row) for row in {tuple(row) for row in ids}]
        where = device()
        model = self.encoder.model.to(where).eval()
        assert self.stack is not None
        given: list[Any] = []
        highest = self.stack[2][self.layers - 1].register_forward_hook(lambda *call: given.append(call[-1]))
        with self._swapped(slice(None, self.layers)), highest, progress(len(new), "Reading") as bar:
            for batch in self.encoder.batches(new):
                padded = {key: value.to(where) for key, value in self.encoder.pad([new[i] for i in batch]).items()}
                with torch.inference_mode(), torch.autocast(where.type, torch.bfloat16, fastest().bfloat16):
                    model(**padded)
                hidden = given.pop()  # the model's own output may have been normalised once more
                hidden = (hidden[0] if isinstance(hidden, tuple) else hidden).half().cpu()
                for i, row in zip(batch, hidden, strict=True):
                    self.states[tuple(new[i])] = row[: len(new[i])].clone()
                bar.update(len(batch))

    def batch(self, ids: Sequence[list[int]], length: int) -> torch.Tensor:
        """Return what is known of texts, padded to `length` tokens, shape (n, length, dimensions)."""
        found = torch.zeros(len(ids), length, self.encoder.dimensions, dtype=torch.float16)
        for i, row in enumerate(ids):
            found[i, : len(row)] = self.states[tuple(row)]
        return found

    def skipped(self, states: torch.Tensor) -> AbstractContextManager[None]:
        """Have the model go on from `states` instead of token ids, within a ``with`` statement."""
        return self._swapped(slice(self.layers, None), states)

    @contextmanager
    def _swapped(self, layers: slice, states: torch.Tensor | None = None) -> Iterator[None]:
        """Let the model have some of its layers alone and, with `states`, those for embeddings."""
        assert self.stack is not None
        (parent, name, stack), model = self.stack, self.encoder.model
        embeddings = model.embeddings
        try:
            setattr(parent, name, stack[layers])
            if states is not None:
                model.embeddings = FixedEmbeddings(states)
            yield
        finally:
            setattr(parent, name, stack)
            model.embeddings = embeddings


class FixedEmbeddings(nn.Module):
    """Takes the place of a model's embeddings and returns fixed ones."""

    def __init__(self, states: torch.Tensor) -> None:
        super().__init__()
        self.states = states

    def forward(self, *_: Any, **__: Any) -> torch.Tensor:
        """Return them, whatever the token ids."""
        return self.states


def _stack(model: nn.Module) -> tuple[nn.Module, str, nn.ModuleList] | None:
    """Return the list of a model's layers, the module that has it, and its name there."""
    depth = int(model.config.num_hidden_layers)  # type: ignore[union-attr, arg-type]
    for path, module in model.named_modules():
        if isinstance(module, nn.ModuleList) and len(module) == depth:
            parent, _, name = path.rpartition(".")
            return model.get_submodule(parent), name, module
    return None


def freeze(model: nn.Module, layers: int) -> None:
    """Keep the token embeddings and the lowest `layers` layers as they are."""
    model.get_input_embeddings().weight.requires_grad_(False)  # type: ignore[operator]
    stack = _stack(model)
    for layer in list(stack[2])[:layers] if stack else []:
        layer.requires_grad_(False)
    if layers:
        for name, parameter in model.named_parameters():
            if "embeddings" in name:
                parameter.requires_grad_(False)
