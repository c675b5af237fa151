"""What is fine-tuned: the head, the freezing, the way between two sets of weights."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import nn

from paratheme.models.encoder import Encoder
from paratheme.models.fine_tuning import parameter_groups
from paratheme.models.network import Head, LowerLayers, Network, freeze


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


@pytest.fixture
def network() -> Network:
    torch.manual_seed(0)
    return Network(SimpleNamespace(model=Small()), Head(4, 2, 3), nn.BCEWithLogitsLoss())  # type: ignore[arg-type]


def test_token_embeddings_and_the_lowest_layers_stay(network: Network) -> None:
    freeze(network.model, 2)
    learns = {name for name, parameter in network.model.named_parameters() if parameter.requires_grad}
    assert learns == {f"layer.2.{part}" for part in ("dense.weight", "dense.bias", "norm.weight", "norm.bias")}


def test_a_lower_layer_learns_slower_the_head_faster_and_only_matrices_decay(network: Network) -> None:
    freeze(network.model, 0)
    groups = parameter_groups(network, learning_rate=1.0, head_factor=10.0, layer_decay=0.5, weight_decay=0.1)
    of = {id(p): (group["lr"], group["weight_decay"]) for group in groups for p in group["params"]}
    layers = network.model.layer
    assert [of[id(layer.dense.weight)] for layer in layers] == [(0.25, 0.1), (0.5, 0.1), (1.0, 0.1)]
    assert of[id(layers[2].dense.bias)] == of[id(layers[2].norm.weight)] == (1.0, 0.0)
    assert of[id(network.head.linear.weight)] == (10.0, 0.0)
    assert id(network.model.embeddings.weight) not in of


def test_weights_go_part_of_the_way(network: Network) -> None:
    freeze(network.model, 0)
    start = network.trainable()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(1)
    embeddings = network.model.embeddings.weight.clone()
    network.move(start, 0.25)
    for name, parameter in network.named_parameters():
        if name in start:
            torch.testing.assert_close(parameter, start[name] + 0.75)
    assert torch.equal(network.model.embeddings.weight, embeddings), "what does not learn does not move"


def test_some_texts_are_shown_the_words_of_others_and_only_in_training() -> None:
    torch.manual_seed(0)
    head = Head(1, 1, 1, noise=0.5)
    nn.init.ones_(head.linear.weight)
    nn.init.zeros_(head.linear.bias)
    pooled, beside = torch.ones(200, 1), torch.arange(200.0)[:, None]
    assert head.eval()(pooled, beside).squeeze().tolist() == [1.0 + i for i in range(200)]
    shown = head.train()(pooled, beside).squeeze() - 1
    changed = (shown != beside.squeeze()).float().mean()
    assert 0.35 < changed < 0.65
    assert set(shown.tolist()) <= set(beside.squeeze().tolist())


@pytest.mark.parametrize("layers", [1, 2])
def test_what_lower_layers_gave_is_gone_on_from_with_the_same_result(
    layers: int, tiny_encoder: Path, texts: list[str]
) -> None:
    encoder = Encoder.from_settings({"path": str(tiny_encoder)})
    ids = encoder.tokenize(texts[:9])
    lower = LowerLayers.of(encoder, layers, ids)
    assert lower is not None
    stack = encoder.model.encoder.layer
    network = Network(encoder, Head(32, 1, 3), nn.BCEWithLogitsLoss(), lower).eval()
    batch = {**encoder.pad(ids), "beside": torch.ones(9, 1), "labels": torch.ones(9, 3)}
    with torch.inference_mode():
        whole = network(**batch)["logits"]
        calls = []
        hooks = [layer.register_forward_hook(lambda *_: calls.append(1)) for layer in stack]
        rest = network(**batch, states=lower.batch(ids, batch["input_ids"].shape[1]))["logits"]
    assert len(calls) == len(stack) - layers
    assert encoder.model.encoder.layer is stack
    torch.testing.assert_close(rest, whole, atol=0.02, rtol=0.02)
    for hook in hooks:
        hook.remove()


def test_what_lower_layers_gave_is_not_what_a_model_that_ends_in_a_norm_returns(texts: list[str]) -> None:
    from transformers import ModernBertConfig, ModernBertModel

    torch.manual_seed(0)
    config = ModernBertConfig(
        vocab_size=50, hidden_size=32, intermediate_size=64, num_hidden_layers=4, num_attention_heads=4
    )
    config.pad_token_id, config.initializer_range = 0, 0.2  # layers that change what they are given
    model = ModernBertModel(config).eval()
    batch = {"input_ids": torch.randint(1, 50, (3, 7)), "attention_mask": torch.ones(3, 7, dtype=torch.long)}
    encoder = SimpleNamespace(
        model=model,
        dimensions=32,
        batches=lambda ids: [[0, 1, 2]],
        pad=lambda ids: {**batch, "input_ids": torch.tensor(ids)},
    )
    lower = LowerLayers.of(encoder, 2, batch["input_ids"].tolist())  # type: ignore[arg-type]
    assert lower is not None
    with torch.inference_mode():
        whole = model(**batch).last_hidden_state
        with lower.skipped(lower.batch(batch["input_ids"].tolist(), 7).float()):
            rest = model(**batch).last_hidden_state
    torch.testing.assert_close(rest, whole, atol=0.05, rtol=0.05)


def test_lower_layers_are_not_kept_where_none_is_frozen_or_there_is_too_much(
    tiny_encoder: Path, texts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = Encoder.from_settings({"path": str(tiny_encoder)})
    ids = encoder.tokenize(texts)
    assert LowerLayers.of(encoder, 0, ids) is None
    monkeypatch.setattr("paratheme.models.network.MEMORY", 1000)
    assert LowerLayers.of(encoder, 1, ids) is None
