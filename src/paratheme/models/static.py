"""For very large piles: a vector a token, made once by the encoder, their mean, and the themes' words."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.preprocessing import StandardScaler

from paratheme.documents.normalise import clean
from paratheme.models.linear_head import LinearHead, less_sure
from paratheme.models.settings import EncoderSettings
from paratheme.models.word_recall import WordRecall
from paratheme.paths import cache_folder, write_apart
from paratheme.themes.theme_set import ThemeSet
from paratheme.types import Floats, Labels, Scores, Vectors

AT_ONCE = 512  # tokens that the encoder reads together, or texts that are averaged together
logger = logging.getLogger(__name__)


class StaticModel(BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """The mean of token vectors, and which themes' words stand in the text, under a logistic regression per theme.

    Each token of the encoder's vocabulary is read by the encoder alone, once; the vectors are reduced by principal
    components and weighted by the token's rank in the vocabulary, which stands for how rare it is. That is Model2Vec
    (Tulkens and van Dongen, 2024; MIT). Filing needs neither the encoder nor PyTorch.

    Parameters
    ----------
    encoder : EncoderSettings
    themes : ThemeSet
        The theme set with its words.
    dimensions : int
        Of a token's vector.
    word_weight, word_noise, word_masking : float
        As in `HybridModel`.
    head_C : float
        Inverse strength of the L2 penalty.
    class_weight : {"balanced"} or None
        As in `sklearn.linear_model.LogisticRegression`.
    seed : int
        Of everything random.
    single_label : bool
        Whether each text carries exactly one theme.
    """

    def __init__(
        self,
        encoder: EncoderSettings,
        themes: ThemeSet,
        dimensions: int = 256,
        word_weight: float = 30.0,
        word_noise: float = 0.2,
        word_masking: float = 0.2,
        head_C: float = 0.001,
        class_weight: str | None = None,
        seed: int = 0,
        single_label: bool = False,
    ) -> None:
        self.encoder = encoder
        self.themes = themes
        self.dimensions = dimensions
        self.word_weight = word_weight
        self.word_noise = word_noise
        self.word_masking = word_masking
        self.head_C = head_C
        self.class_weight = class_weight
        self.seed = seed
        self.single_label = single_label

    def fit(
        self,
        texts: Sequence[str],
        Y: Labels,
        valid: tuple[Sequence[str], Labels] | None = None,
        checkpoints: Path | None = None,
    ) -> Self:
        """Learn from `texts` and `Y`, labels or probabilities; `valid` and `checkpoints` are not used."""
        from paratheme.models.encoder import shared_encoder

        encoder = shared_encoder(self.encoder)
        self._read(encoder.tokenizer.backend_tokenizer.to_str())
        self.table_ = _token_vectors(encoder, self.dimensions)
        self.recall_ = WordRecall.fit(self.themes, texts, Y)
        vectors, words = self._vectors(texts), self._words(texts)
        scaler = StandardScaler().fit(vectors)
        words = less_sure(words, self.word_noise, self.word_masking, self.seed)
        self.head_ = self._head().fit(np.hstack([scaler.transform(vectors), words]), Y)
        weight = self.head_.coef[:, : vectors.shape[1]] / scaler.scale_  # the vectors are then read as they are
        self.head_.intercept = (self.head_.intercept - weight @ scaler.mean_).astype(np.float32)
        self.head_.coef = np.hstack([weight, self.head_.coef[:, vectors.shape[1] :]]).astype(np.float32)
        return self

    def predict_proba(self, texts: Sequence[str]) -> Scores:
        """Return probabilities, float32, shape (n, themes)."""
        return self.head_.predict_proba(np.hstack([self._vectors(texts), self._words(texts)]))

    def word_logits(self, texts: Sequence[str]) -> Floats:
        """Return what the words' features add to each raw logit, shape (n, themes)."""
        return np.asarray(self._words(texts) @ self.head_.coef[:, self.table_.shape[1] :].T, np.float64)

    def word_evidence(self, texts: Sequence[str]) -> Floats:
        """Return what calibration reads of the themes' words, shape (n, themes)."""
        return self.recall_.evidence(self.themes, texts)

    def save(self, folder: Path) -> None:
        """Write token vectors (float16), tokenizer (JSON), coefficients, and how often words are there (JSON)."""
        from safetensors.numpy import save_file

        save_file({"table": self.table_}, folder / "table.safetensors")
        (folder / "tokenizer.json").write_text(self.tokenizer_.to_str(), "utf-8")
        self.head_.save(folder / "head.safetensors")
        self.recall_.save(folder)

    def load(self, folder: Path) -> Self:
        """Read what `save` wrote."""
        from safetensors.numpy import load_file

        self._read((folder / "tokenizer.json").read_text("utf-8"))
        self.table_ = load_file(folder / "table.safetensors")["table"]
        self.head_ = self._head().load(folder / "head.safetensors")
        self.recall_ = WordRecall.load(folder)
        return self

    def _head(self) -> LinearHead:
        return LinearHead(self.head_C, self.class_weight, self.single_label)

    def _read(self, tokenizer: str) -> None:
        from tokenizers import Tokenizer

        self.tokenizer_ = Tokenizer.from_str(tokenizer)
        self.tokenizer_.no_padding()
        self.tokenizer_.enable_truncation(self.encoder.max_length)

    def _words(self, texts: Sequence[str]) -> Vectors:
        return self.recall_.features(self.themes, texts, self.word_weight)

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        """Return the mean of each text's token vectors, brought to length 1; of a text without tokens zeros."""
        vectors = np.zeros((len(texts), self.table_.shape[1]), np.float32)
        for start in range(0, len(texts), AT_ONCE):
            some = [clean(text) for text in texts[start : start + AT_ONCE]]
            rows = [one.ids for one in self.tokenizer_.encode_batch_fast(some, add_special_tokens=False)]
            there = [i for i, ids in enumerate(rows) if ids]
            if not there:
                continue
            begins = np.cumsum([0, *(len(rows[i]) for i in there[:-1])])
            tokens = self.table_[np.concatenate([rows[i] for i in there])].astype(np.float32)
            sums = np.add.reduceat(tokens, begins, axis=0)
            norms = np.linalg.norm(sums, axis=1, keepdims=True)
            vectors[[start + i for i in there]] = sums / np.maximum(norms, 1e-9)
        return vectors


def _token_vectors(encoder: Any, dimensions: int) -> Any:
    """Return a weighted vector for each token, float16, shape (vocabulary, dimensions), made once for each encoder."""
    from safetensors.numpy import load_file, save_file

    settings = [encoder.fingerprint, encoder.settings.pooling, dimensions]
    key = hashlib.sha256(json.dumps(settings).encode()).hexdigest()[:16]
    file = cache_folder() / f"tokens-{key}.safetensors"
    with suppress(Exception):  # none yet, or damaged
        return load_file(file)["table"]
    vectors = _read_alone(encoder)
    vectors -= vectors.mean(axis=0)
    _, axes = np.linalg.eigh(vectors.T @ vectors)  # the widest last
    vectors = vectors @ axes[:, ::-1][:, :dimensions]
    vectors *= np.log1p(np.arange(1, len(vectors) + 1, dtype=np.float32))[:, None]
    vectors[encoder.tokenizer.all_special_ids] = 0
    table = np.ascontiguousarray(vectors, np.float16)
    with suppress(OSError):  # a cache that cannot be written to: made again next time
        write_apart(file, lambda new: save_file({"table": table}, new))
    return table


def _read_alone(encoder: Any) -> Vectors:
    """Return what the encoder makes of each token between its first and last sign, shape (vocabulary, width)."""
    import torch

    from paratheme.models.compute import fastest
    from paratheme.models.encoder import device, progress

    first, last = encoder.tokenizer.cls_token_id, encoder.tokenizer.sep_token_id
    size, where = encoder.model.config.vocab_size, device()
    logger.info("Reading %s tokens, once for each encoder", f"{size:,}")
    encoder.model.to(where).eval()
    vectors = np.zeros((size, encoder.dimensions), np.float32)
    precision = torch.autocast(where.type, torch.bfloat16, fastest().bfloat16)
    with torch.inference_mode(), precision, progress(size, "Reading tokens") as bar:
        for start in range(0, size, AT_ONCE):
            ids = torch.arange(start, min(start + AT_ONCE, size), device=where)
            batch = torch.stack([torch.full_like(ids, first), ids, torch.full_like(ids, last)], dim=1)
            mask = torch.ones_like(batch)
            hidden = encoder.model(input_ids=batch, attention_mask=mask).last_hidden_state
            vectors[start : start + len(ids)] = encoder.pool(hidden, mask).cpu().numpy()
            bar.update(len(ids))
    return vectors
