"""The encoder: the same text, the same vector, whatever stands around it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file

from paratheme.errors import ParathemeError
from paratheme.models import encoder as module
from paratheme.models.encoder import EMBEDDINGS, LAYERS, Encoder, shared_encoder
from paratheme.models.settings import EncoderSettings


@pytest.fixture(scope="module")
def encoder(tiny_encoder: Path) -> Encoder:
    return Encoder.from_settings(EncoderSettings(path=str(tiny_encoder), max_length=32))


def changed(settings: EncoderSettings, **values: Any) -> EncoderSettings:
    return EncoderSettings(**{**settings.model_dump(), **values})


def test_vectors_are_float32_of_length_one(encoder: Encoder, texts: list[str]) -> None:
    vectors = encoder.embed(texts)
    assert (vectors.shape, vectors.dtype) == ((len(texts), encoder.dimensions), np.float32)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.abs(vectors[0] - vectors[1]).max() > 0.01


@settings(deadline=None, max_examples=10)
@given(data=st.data())
def test_the_vector_of_a_text_does_not_depend_on_the_batch_it_is_in(
    data: st.DataObject, encoder: Encoder, texts: list[str]
) -> None:
    text = data.draw(st.sampled_from(texts))
    others = data.draw(st.lists(st.sampled_from([*texts, "", "Gaza", " ".join(texts)]), max_size=20))
    position = data.draw(st.integers(0, len(others)))
    together = encoder.embed([*others[:position], text, *others[position:]])[position]
    np.testing.assert_allclose(together, encoder.embed([text])[0], atol=1e-5)


@given(st.lists(st.integers(1, 40), max_size=60), st.integers(1, 20))
def test_batches_hold_every_text_once_and_only_texts_padded_to_the_same_length(lengths: list[int], size: int) -> None:
    ids = [[0] * length for length in lengths]
    batches = list(Encoder(None, None, EncoderSettings()).batches(ids, size))
    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    for batch in batches:
        assert len(batch) <= size
        assert len({-(-lengths[i] // module.BUCKET) for i in batch}) == 1


@pytest.mark.parametrize("pooling", ["mean", "cls"])
def test_pooling_does_as_it_is_called_and_ignores_padding(encoder: Encoder, pooling: str) -> None:
    hidden = torch.tensor([[[1.0, 2.0], [3.0, 6.0], [9.0, 9.0]]])
    other = Encoder(encoder.model, encoder.tokenizer, changed(encoder.settings, pooling=pooling))
    pooled = other.pool(hidden, torch.tensor([[1, 1, 0]]))
    assert pooled.tolist() == ([[2.0, 4.0]] if pooling == "mean" else [[1.0, 2.0]])


def test_every_text_is_prefixed_and_cut(encoder: Encoder) -> None:
    ids = encoder.tokenize(["Gaza " * 100, "Gaza"])
    assert [len(row) for row in ids] == [32, 5]  # <s> query : Gaza </s>
    assert encoder.tokenizer.convert_ids_to_tokens(ids[1]) == ["<s>", "query", ":", "Gaza", "</s>"]


def test_no_texts_have_no_vectors(encoder: Encoder) -> None:
    for cached in (False, True):
        assert encoder.embed([], cached=cached).shape == (0, encoder.dimensions)


def test_the_cache_returns_the_same_vectors_without_encoding(
    encoder: Encoder, texts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = encoder.embed(texts[:20], cached=True)
    encoded: list[str] = []
    original = encoder._embed
    monkeypatch.setattr(encoder, "_embed", lambda new: encoded.extend(new) or original(new))
    again = encoder.embed([texts[30], *texts[:20][::-1]], cached=True)
    np.testing.assert_array_equal(again[1:], first[::-1])
    assert encoded == [texts[30]]
    np.testing.assert_allclose(first, encoder.embed(texts[:20]), atol=1e-5)


@pytest.mark.parametrize("change", [{"prefix": "passage: "}, {"pooling": "cls"}, {"max_length": 8}])
def test_the_cache_keeps_settings_apart(encoder: Encoder, texts: list[str], change: dict[str, Any]) -> None:
    other = Encoder(encoder.model, encoder.tokenizer, changed(encoder.settings, **change))
    plain = encoder.embed(texts[:3], cached=True)
    found = other.embed(texts[:3], cached=True)
    np.testing.assert_allclose(found, other.embed(texts[:3]), atol=1e-5)
    assert np.abs(found - plain).max() > 1e-4


def test_other_weights_have_another_fingerprint(encoder: Encoder, tiny_encoder: Path) -> None:
    same, other = (Encoder.from_settings(EncoderSettings(path=str(tiny_encoder))) for _ in range(2))
    with torch.no_grad():
        other.model.encoder.layer[0].output.dense.weight[0, 0] += 0.5
    assert same.fingerprint == encoder.fingerprint != other.fingerprint


def test_a_saved_encoder_is_read_again_by_its_folder(encoder: Encoder, texts: list[str], tmp_path: Path) -> None:
    encoder.save(tmp_path)
    again = Encoder.load(tmp_path, encoder.settings)
    np.testing.assert_allclose(again.embed(texts[:9]), encoder.embed(texts[:9]), atol=5e-3)  # float16 on disk


def test_token_embeddings_have_a_file_of_their_own(encoder: Encoder, tmp_path: Path) -> None:
    encoder.save(tmp_path)
    found = {file: load_file(tmp_path / file) for file in (EMBEDDINGS, LAYERS)}
    assert all("embeddings" in name for name in found[EMBEDDINGS])
    assert not any("embeddings" in name for name in found[LAYERS])
    index = json.loads((tmp_path / "model.safetensors.index.json").read_text("utf-8"))
    assert index["weight_map"] == {name: file for file, state in found.items() for name in state}
    assert {path.name for path in tmp_path.glob("*.safetensors")} == {EMBEDDINGS, LAYERS}


def test_when_no_hub_can_be_reached_the_bundled_encoder_is_named() -> None:
    with pytest.raises(ParathemeError, match=r"'nobody/no-such-model'.*encoder=bundled") as caught:
        Encoder.from_settings(EncoderSettings(path="nobody/no-such-model"))
    assert "\n" not in str(caught.value)


def test_weights_in_a_pickle_are_refused(encoder: Encoder, tmp_path: Path) -> None:
    encoder.save(tmp_path)
    for file in tmp_path.glob("model*.safetensors*"):
        file.unlink()
    torch.save(encoder.model.state_dict(), tmp_path / "pytorch_model.bin")
    with pytest.raises(ParathemeError, match="encoder=bundled"):
        Encoder.from_settings(EncoderSettings(path=str(tmp_path)))


def test_an_encoder_that_is_not_trained_is_loaded_once(tiny_encoder: Path) -> None:
    settings = EncoderSettings(path=str(tiny_encoder), max_length=16)
    assert shared_encoder(settings) is shared_encoder(EncoderSettings(path=str(tiny_encoder), max_length=16))
    for parameter in shared_encoder(settings).model.parameters():
        assert torch.equal(parameter, parameter.half().float()), "it scores as what is saved of it in float16"


def test_a_saved_encoder_is_read_as_its_settings_say_wherever_it_came_from(encoder: Encoder, tmp_path: Path) -> None:
    encoder.save(tmp_path)
    again = Encoder.load(tmp_path, EncoderSettings(path="gone", revision="abc", prefix="", max_length=8))
    assert again.settings == EncoderSettings(path=str(tmp_path), prefix="", max_length=8)
    assert len(again.tokenize(["Gaza " * 20])[0]) == 8
