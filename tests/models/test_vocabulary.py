"""A vocabulary is cut to the scripts of texts, and what is written in them is read as before."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paratheme.errors import ParathemeError
from paratheme.models.encoder import Encoder
from paratheme.models.settings import EncoderSettings
from paratheme.models.vocabulary import START, trimmed

PIECES = [
    "<s>",
    "<pad>",
    "</s>",
    "<unk>",
    START,
    "a",
    "b",
    "ا",
    "я",
    "aid",
    f"{START}aid",
    "яз",
    f"{START}اا",
    "<mask>",
]
TEXTS = ["A bad aid", "اا"]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    """An encoder of one small layer whose tokenizer puts words together from `PIECES`."""
    from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    scores = [(piece, 0.0 if piece[:1] == "<" else -2.0 - (len(piece) == 1)) for piece in PIECES]
    tokenizer = Tokenizer(models.Unigram(scores, unk_id=3))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.add_special_tokens([AddedToken(piece) for piece in PIECES if piece[:1] == "<"])
    ends = [("<s>", PIECES.index("<s>")), ("</s>", PIECES.index("</s>"))]
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=ends)
    names = {"bos_token": "<s>", "pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>"}
    names |= {"cls_token": "<s>", "sep_token": "</s>", "mask_token": "<mask>"}
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=16, **names)
    shape = {"hidden_size": 8, "intermediate_size": 8, "num_attention_heads": 2, "num_hidden_layers": 1}
    config = BertConfig(vocab_size=len(PIECES), pad_token_id=1, max_position_embeddings=64, **shape)
    settings = EncoderSettings(path="small", prefix="", max_length=16)
    return Encoder(BertModel(config, add_pooling_layer=False).eval(), fast, settings)


@pytest.fixture(scope="module")
def small(encoder: Encoder) -> Encoder:
    return trimmed(encoder, TEXTS)


def pieces_of(encoder: Encoder, texts: list[str]) -> list[list[str]]:
    return [encoder.tokenizer.convert_ids_to_tokens(row) for row in encoder.tokenize(texts)]


def test_pieces_of_other_scripts_go_but_for_single_signs(encoder: Encoder, small: Encoder) -> None:
    assert [*small.tokenizer.convert_ids_to_tokens(range(len(PIECES) - 1))] == [p for p in PIECES if p != "яз"]
    assert small.model.config.vocab_size == len(small.model.get_input_embeddings().weight) == len(PIECES) - 1
    assert pieces_of(small, ["яз aid"])[0][1:-1] == [START, "я", "<unk>", f"{START}aid"]
    assert encoder.model.config.vocab_size == len(PIECES)


@given(st.lists(st.text("abidا Aя", max_size=12), max_size=5))
def test_what_is_written_in_their_scripts_is_divided_as_before(
    encoder: Encoder, small: Encoder, texts: list[str]
) -> None:
    assert pieces_of(small, texts) == pieces_of(encoder, texts)


def test_its_vectors_are_the_same(encoder: Encoder, small: Encoder) -> None:
    np.testing.assert_allclose(small.embed(TEXTS), encoder.embed(TEXTS), atol=1e-6)


def test_it_is_saved_and_loaded_as_any_other(encoder: Encoder, small: Encoder, tmp_path: Path) -> None:
    small.save(tmp_path)
    loaded = Encoder.load(tmp_path, encoder.settings)
    assert loaded.tokenize(TEXTS) == small.tokenize(TEXTS)
    np.testing.assert_allclose(loaded.embed(TEXTS), encoder.embed(TEXTS), atol=1e-2)  # kept in 16 bits


def test_another_kind_of_tokenizer_is_refused(tiny_encoder: Path) -> None:
    encoder = Encoder.from_settings(EncoderSettings(path=str(tiny_encoder)))
    with pytest.raises(ParathemeError, match="of the kind WordLevel, of which no vocabulary can be cut"):
        trimmed(encoder, TEXTS)
