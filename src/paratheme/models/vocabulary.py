"""An encoder with the part of its vocabulary that texts can use: token embeddings are most of a multilingual one."""

from __future__ import annotations

import copy
import json
import unicodedata
from collections.abc import Collection, Sequence
from typing import Any

from torch import nn

from paratheme.errors import ParathemeError
from paratheme.models.encoder import Encoder

START = "\u2581"  # marks the beginning of a word in a piece


def trimmed(encoder: Encoder, texts: Sequence[str]) -> Encoder:
    """Return the same encoder with the pieces whose letters all stand in texts, and every piece of a single sign.

    So all that is written in the scripts of these texts is read as before, whatever its words. What is written in
    another script is put together from single signs. To keep the pieces that the texts are made of, and no others,
    would make it smaller still, but new words are then divided otherwise, which changes what is decided.

    Parameters
    ----------
    encoder : Encoder
        Its tokenizer divides texts by a Unigram model, as those of XLM-RoBERTa and multilingual E5 do.
    texts : sequence of str

    Raises
    ------
    ParathemeError
        If its tokenizer divides texts in another way: there a piece depends on others that made it.
    """
    letters = {letter for text in texts for letter in unicodedata.normalize("NFKC", text).casefold()}
    words = (piece.replace(START, "").casefold() for piece, _ in _told(encoder)["model"]["vocab"])
    return cut(encoder, {place for place, word in enumerate(words) if letters.issuperset(word)})


def cut(encoder: Encoder, kept: Collection[int]) -> Encoder:
    """Return the same encoder with some of its pieces, by their numbers, and every piece of a single sign."""
    told = _told(encoder)
    pieces = told["model"]["vocab"]
    kept = {*kept, *(token["id"] for token in told["added_tokens"]), told["model"]["unk_id"]}
    kept |= {place for place, (piece, _) in enumerate(pieces) if len(piece.removeprefix(START)) <= 1}
    order = sorted(kept)
    place = {old: new for new, old in enumerate(order)}
    model = copy.deepcopy(encoder.model)
    weights = model.get_input_embeddings().weight.detach()[order]
    padding = place[encoder.tokenizer.pad_token_id]
    embedding = nn.Embedding.from_pretrained(weights.clone(), padding_idx=padding)  # type: ignore[no-untyped-call]
    model.set_input_embeddings(embedding)
    model.config.vocab_size = len(order)
    for name in ("pad_token_id", "bos_token_id", "eos_token_id"):
        if (old := getattr(model.config, name, None)) is not None:
            setattr(model.config, name, place.get(old))
    told["model"] |= {"vocab": [pieces[old] for old in order], "unk_id": place[told["model"]["unk_id"]]}
    for token in told["added_tokens"]:
        token["id"] = place[token["id"]]
    for token in (told["post_processor"] or {}).get("special_tokens", {}).values():
        token["ids"] = [place[old] for old in token["ids"]]
    return Encoder(model, _tokenizer(told, encoder.tokenizer), encoder.settings)


def _told(encoder: Encoder) -> dict[str, Any]:
    """Return the tokenizer as plain data."""
    told: dict[str, Any] = json.loads(encoder.tokenizer.backend_tokenizer.to_str())
    if told["model"]["type"] != "Unigram":
        raise ParathemeError(
            f"the encoder's tokenizer is of the kind {told['model']['type']}, of which no vocabulary can be cut; "
            "export without --trim-vocabulary"
        )
    return told


def _tokenizer(told: dict[str, Any], before: Any) -> Any:
    from tokenizers import Tokenizer
    from transformers import PreTrainedTokenizerFast

    return PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer.from_str(json.dumps(told)),
        model_max_length=before.model_max_length,
        padding_side=before.padding_side,
        **before.special_tokens_map,
    )
