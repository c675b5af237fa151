"""What is fine-tuned: the head, and the way between two sets of weights."""

from __future__ import annotations

import torch
from torch import nn

from paratheme.models.lower_layers import freeze
from paratheme.models.network import Head, no_attention_dropout
from tests.models.examples import small_network


def test_weights_go_part_of_the_way() -> None:
    network = small_network()
    freeze(network.model, 0)
    start = network.trainable_state()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(1)
    embeddings = network.model.embeddings.weight.clone()
    network.interpolate(start, 0.25)
    for name, parameter in network.named_parameters():
        if name in start:
            torch.testing.assert_close(parameter, start[name] + 0.75)
    assert torch.equal(network.model.embeddings.weight, embeddings), "what does not learn does not move"


def test_some_texts_are_shown_the_words_of_others_and_only_in_training() -> None:
    torch.manual_seed(0)
    head = Head(1, 1, 1, noise=0.5)
    nn.init.ones_(head.linear.weight)
    nn.init.zeros_(head.linear.bias)
    pooled, extra = torch.ones(200, 1), torch.arange(200.0)[:, None]
    assert head.eval()(pooled, extra).squeeze().tolist() == [1.0 + i for i in range(200)]
    shown = head.train()(pooled, extra).squeeze() - 1
    changed = (shown != extra.squeeze()).float().mean()
    assert 0.35 < changed < 0.65
    assert set(shown.tolist()) <= set(extra.squeeze().tolist())


def test_vectors_are_standardised_as_the_pretrained_ones_were() -> None:
    head = Head(2, 0, 1).eval()
    head.mean, head.scale = torch.tensor([0.6, 0.0]), torch.tensor([0.1, 0.4])
    nn.init.ones_(head.linear.weight)
    nn.init.zeros_(head.linear.bias)
    logits = head(torch.tensor([[3.0, 4.0]]), torch.zeros(1, 0))  # of length 5: 0.6 and 0.8
    torch.testing.assert_close(logits, torch.tensor([[2.0]]))


def test_dropout_of_attention_weights_is_left_out_and_no_other() -> None:
    model = nn.ModuleDict({"attention": nn.ModuleDict({"self": nn.Dropout(0.1), "output": nn.Dropout(0.1)})})
    no_attention_dropout(model)
    assert [module.p for module in model.modules() if isinstance(module, nn.Dropout)] == [0.0, 0.1]
