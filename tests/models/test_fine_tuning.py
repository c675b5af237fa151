"""What the optimiser is told of each weight."""

from __future__ import annotations

import pytest

from paratheme.models.fine_tuning import attention, parameter_groups
from paratheme.models.lower_layers import freeze
from tests.models.examples import small_network


def test_a_lower_layer_learns_slower_the_head_faster_and_only_matrices_decay() -> None:
    network = small_network()
    freeze(network.model, 0)
    groups = parameter_groups(network, learning_rate=1.0, head_factor=10.0, layer_decay=0.5, weight_decay=0.1)
    of = {id(p): (group["lr"], group["weight_decay"]) for group in groups for p in group["params"]}
    layers = network.model.layer
    assert [of[id(layer.dense.weight)] for layer in layers] == [(0.25, 0.1), (0.5, 0.1), (1.0, 0.1)]
    assert of[id(layers[2].dense.bias)] == of[id(layers[2].norm.weight)] == (1.0, 0.0)
    assert of[id(network.head.linear.weight)] == (10.0, 0.0)
    assert id(network.model.embeddings.weight) not in of


@pytest.mark.slow
def test_an_encoder_has_the_kernel_of_training_for_training_alone() -> None:
    from transformers import BertConfig, BertModel

    shape = {"hidden_size": 8, "intermediate_size": 8, "num_attention_heads": 2, "num_hidden_layers": 1}
    model = BertModel(BertConfig(vocab_size=8, **shape), add_pooling_layer=False)
    model.set_attn_implementation("eager")
    with attention(model, "sdpa"):
        assert model.config._attn_implementation == "sdpa"
    assert model.config._attn_implementation == "eager"
