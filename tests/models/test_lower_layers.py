"""What frozen lower layers give is computed once, and gone on from."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import nn

from paratheme.models.encoder import Encoder
from paratheme.models.lower_layers import FixedEmbeddings, LowerLayers, freeze
from paratheme.models.network import Head, Network
from paratheme.models.settings import EncoderSettings
from tests.models.examples import small_network


def test_token_embeddings_and_the_lowest_layers_stay() -> None:
    network = small_network()
    freeze(network.model, 2)
    learns = {name for name, parameter in network.model.named_parameters() if parameter.requires_grad}
    assert learns == {f"layer.2.{part}" for part in ("dense.weight", "dense.bias", "norm.weight", "norm.bias")}


def test_token_embeddings_stay_even_where_no_layer_is_frozen() -> None:
    network = small_network()
    freeze(network.model, 0)
    stays = {name for name, parameter in network.model.named_parameters() if not parameter.requires_grad}
    assert stays == {"embeddings.weight"}


def test_fixed_embeddings_are_given_whatever_is_asked_for() -> None:
    states = torch.rand(2, 3, 4)
    assert FixedEmbeddings(states)(torch.zeros(5), position_ids=None) is states


@pytest.mark.parametrize("layers", [1, 2])
def test_what_lower_layers_gave_is_gone_on_from_with_the_same_result(
    layers: int, tiny_encoder: Path, texts: list[str]
) -> None:
    encoder = Encoder.from_settings(EncoderSettings(path=str(tiny_encoder)))
    ids = encoder.tokenize(texts[:9])
    lower = LowerLayers.of(encoder, layers, ids)
    assert lower is not None
    stack = encoder.model.encoder.layer
    network = Network(encoder, Head(32, 1, 3), nn.BCEWithLogitsLoss(), lower).eval()
    batch = {**encoder.pad(ids), "extra_features": torch.ones(9, 1), "labels": torch.ones(9, 3)}
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
    encoder = Encoder.from_settings(EncoderSettings(path=str(tiny_encoder)))
    ids = encoder.tokenize(texts)
    assert LowerLayers.of(encoder, 0, ids) is None
    monkeypatch.setattr("paratheme.models.lower_layers.MEMORY", 1000)
    assert LowerLayers.of(encoder, 1, ids) is None


def test_what_is_known_of_texts_is_padded_with_zeros(tiny_encoder: Path, texts: list[str]) -> None:
    encoder = Encoder.from_settings(EncoderSettings(path=str(tiny_encoder)))
    ids = encoder.tokenize(["Gaza", texts[0]])
    lower = LowerLayers.of(encoder, 1, ids)
    assert lower is not None
    states = lower.batch(ids, 40)
    assert (tuple(states.shape), states.dtype) == ((2, 40, encoder.dimensions), torch.float16)
    assert [int((row != 0).any(dim=1).sum()) for row in states] == [len(row) for row in ids]


def test_a_model_is_whole_again_after_an_error(tiny_encoder: Path) -> None:
    encoder = Encoder.from_settings(EncoderSettings(path=str(tiny_encoder)))
    stack, embeddings = encoder.model.encoder.layer, encoder.model.embeddings
    lower = LowerLayers(encoder, 1)
    with pytest.raises(RuntimeError, match="halfway"), lower.skipped(torch.zeros(1, 3, 32)):
        raise RuntimeError("halfway")
    assert encoder.model.encoder.layer is stack
    assert encoder.model.embeddings is embeddings
