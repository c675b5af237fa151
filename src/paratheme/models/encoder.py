"""A pretrained multilingual encoder: where it comes from, how texts become vectors."""

from __future__ import annotations

import hashlib
import json
import logging
import sys
import time
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from paratheme.documents.normalise import clean
from paratheme.errors import ParathemeError, first_line
from paratheme.models.bundled_encoder import bundled_encoder
from paratheme.models.cache_file import VectorCache
from paratheme.models.compute import fastest
from paratheme.models.engines import Engine
from paratheme.models.settings import EncoderSettings
from paratheme.paths import cache_folder
from paratheme.types import Vectors

EMBEDDINGS, LAYERS = "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"
logger = logging.getLogger(__name__)
BUCKET = 8  # token lengths are padded to a multiple of this: see `Encoder.batches`


def device() -> torch.device:
    """Return the best device there is: CUDA, Apple's, or the processor."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def progress(total: int, what: str) -> Any:
    """Return a progress bar on standard error for what takes over two seconds, silent where that is no terminal."""
    from tqdm.auto import tqdm

    return tqdm(total=total, desc=what, unit="text", disable=not sys.stderr.isatty(), leave=False, delay=2)


class Encoder:
    """A pretrained encoder with its tokenizer.

    Parameters
    ----------
    model : torch.nn.Module
        A `transformers` model, or an `Engine`: its output has `last_hidden_state`.
    tokenizer : transformers tokenizer
    settings : EncoderSettings
    """

    def __init__(self, model: Any, tokenizer: Any, settings: EncoderSettings) -> None:
        self.model, self.tokenizer, self.settings = model, tokenizer, settings
        self._fingerprint = ""

    @classmethod
    def from_settings(cls, settings: EncoderSettings, *, saved: bool = False) -> Encoder:
        """Load an encoder, in float32, for evaluation.

        Parameters
        ----------
        settings : EncoderSettings
        saved : bool, default=False
            Whether `save` wrote it: its tokenizer is then taken as it stands, where its class would build it anew
            from the vocabulary, which takes longer than all the rest.

        Raises
        ------
        ParathemeError
            If it is neither a folder nor cached nor on a hub that can be reached.
        """
        from transformers import AutoModel, AutoTokenizer, PreTrainedTokenizerFast
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()
        transformers_logging.set_verbosity_error()
        logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
        where = str(bundled_encoder()) if settings.path == "bundled" else settings.path
        # safetensors only: the older weight files are pickles
        options = {"revision": settings.revision or "main", "trust_remote_code": False}
        attention = "eager" if fastest().attention == "eager" else None  # None: the fused one, where the encoder has it
        as_it_stands = saved and (Path(where) / "tokenizer.json").is_file()
        tokenizer_class = PreTrainedTokenizerFast if as_it_stands else AutoTokenizer
        try:
            tokenizer = tokenizer_class.from_pretrained(where, **options)
            model = Engine.in_folder(Path(where)) if saved else None
            if model is None:
                model = AutoModel.from_pretrained(
                    where, use_safetensors=True, dtype=torch.float32, attn_implementation=attention, **options
                )
        except (OSError, ValueError) as error:
            raise ParathemeError(
                f"encoder {settings.path!r} is no readable folder, is not in the hub's cache and could not be "
                f"fetched from the hub ({first_line(error)}); use encoder=bundled, which needs no hub, or "
                "encoder.path=FOLDER"
            ) from error
        return cls(model.eval(), tokenizer, settings)

    @classmethod
    def load(cls, folder: Path, settings: EncoderSettings) -> Encoder:
        """Load what `save` wrote, to be read as `settings` says."""
        return cls.from_settings(settings.model_copy(update={"path": str(folder), "revision": None}), saved=True)

    @property
    def dimensions(self) -> int:
        """The length of a vector."""
        return int(self.model.config.hidden_size)

    @property
    def fingerprint(self) -> str:
        """A hash of the weights."""
        if not self._fingerprint:
            digest = hashlib.blake2b(digest_size=16)
            for name, tensor in sorted(self.model.state_dict().items()):
                if "pooler" not in name:  # not used here, and random where the checkpoint has none
                    digest.update(name.encode())
                    digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
            self._fingerprint = digest.hexdigest()
        return self._fingerprint

    def tokenize(self, texts: Sequence[str]) -> list[list[int]]:
        """Return token ids of the prefixed, cleaned texts, special tokens included."""
        if not len(texts):
            return []
        prefixed = [self.settings.prefix + clean(text) for text in texts]
        ids = self.tokenizer(prefixed, truncation=True, max_length=self.settings.max_length)["input_ids"]
        return [list(row) for row in ids]

    def pad(self, ids: Sequence[list[int]], multiple: int = BUCKET) -> dict[str, torch.Tensor]:
        """Return `input_ids` and `attention_mask`, padded to a multiple of `multiple` tokens."""
        padded = self.tokenizer.pad({"input_ids": list(ids)}, pad_to_multiple_of=multiple, return_tensors="pt")
        return {name: padded[name] for name in ("input_ids", "attention_mask")}

    def batches(self, ids: Sequence[list[int]], size: int | None = None) -> Iterator[list[int]]:
        """Yield positions of `size` texts of (almost) the same length, the longest first.

        All texts of a batch are padded to the same multiple of `BUCKET`, whatever else is in the batch,
        so that a text's vector does not depend on its neighbours, in bfloat16 too.
        """
        bucket = [-(-len(row) // BUCKET) for row in ids]
        order = sorted(range(len(ids)), key=lambda i: -bucket[i])
        size = size or fastest().batch_size
        while order:
            batch = [i for i in order[:size] if bucket[i] == bucket[order[0]]]
            order = order[len(batch) :]
            yield batch

    def pool(self, hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Return one float32 vector a text from token vectors, shape (n, tokens, dimensions)."""
        hidden = hidden.float()
        if self.settings.pooling == "cls":
            return hidden[:, 0]
        weights = mask.unsqueeze(-1).to(hidden.dtype)
        return (hidden * weights).sum(dim=1) / weights.sum(dim=1)

    def forward(self, ids: Sequence[list[int]]) -> torch.Tensor:
        """Return pooled float32 vectors of one batch, on the processor; no gradients."""
        where = device()
        batch = {name: tensor.to(where) for name, tensor in self.pad(ids).items()}
        with torch.inference_mode(), torch.autocast(where.type, torch.bfloat16, fastest().bfloat16):
            hidden = self.model(**batch).last_hidden_state
            return self.pool(hidden, batch["attention_mask"]).cpu()

    def embed(self, texts: Sequence[str], cached: bool = False) -> Vectors:
        """Return unit vectors, float32, shape (n, dimensions).

        Parameters
        ----------
        texts : sequence of str
        cached : bool
            Whether to look in the cache first, and to keep there what is new.
        """
        cache = VectorCache(cache_folder() / "embeddings.sqlite", self._namespace()) if cached else None
        found = cache.vectors(texts) if cache else {}
        new = [position for position in range(len(texts)) if position not in found]
        if new:
            started = time.perf_counter()
            if cache:
                logger.info("Encoding %s texts, once: the vectors are kept", f"{len(new):,}")
            vectors = self._embed([texts[position] for position in new])
            if cache:
                logger.info("  encoded in %.1f s", time.perf_counter() - started)
                cache.keep([texts[position] for position in new], vectors)
            found.update(zip(new, vectors, strict=True))
        if not found:
            return np.zeros((0, self.dimensions), np.float32)
        return np.stack([found[position] for position in range(len(texts))])

    def save(self, folder: Path) -> None:
        """Write weights (float16), configuration, tokenizer; `from_settings` reads them by path.

        Token embeddings, which are most of the weights and which no training changes, have a file of their own, so
        that a store can keep them once for many classifiers.
        """
        from safetensors.torch import save_file

        self.tokenizer.save_pretrained(folder)
        if isinstance(self.model, Engine):
            self.model.save(folder)
            return
        state = {name: half(tensor) for name, tensor in self.model.state_dict().items() if "pooler" not in name}
        files = {name: EMBEDDINGS if "embeddings" in name else LAYERS for name in state}
        for file in (EMBEDDINGS, LAYERS):
            some = {name: tensor for name, tensor in state.items() if files[name] == file}
            save_file(some, folder / file, metadata={"format": "pt"})
        size = sum(tensor.nbytes for tensor in state.values())
        index = {"metadata": {"total_size": size}, "weight_map": files}
        (folder / "model.safetensors.index.json").write_text(json.dumps(index), "utf-8")
        self.model.config.save_pretrained(folder)

    def _embed(self, texts: Sequence[str]) -> Vectors:
        ids = self.tokenize(texts)
        self.model.to(device()).eval()
        vectors = np.zeros((len(ids), self.dimensions), np.float32)
        with progress(len(ids), "Encoding") as bar:
            for batch in self.batches(ids):
                pooled = self.forward([ids[i] for i in batch])
                vectors[batch] = nn.functional.normalize(pooled, dim=-1).numpy()
                bar.update(len(batch))
        return vectors

    def _namespace(self) -> str:
        settings = {**self.settings.model_dump(), "path": "", "revision": ""}  # the weights speak for themselves
        # another release or kernel rounds otherwise, and in bfloat16 that is more than saved scores may differ
        kernel = f"{torch.__version__} {getattr(self.model.config, '_attn_implementation', '')} {fastest().precision}"
        return f"{self.fingerprint} {sorted(settings.items())} {kernel}"


@lru_cache(maxsize=1)
def shared_encoder(settings: EncoderSettings) -> Encoder:
    """Return an encoder as it was pretrained, loaded once however many models read it; not to be trained."""
    encoder = Encoder.from_settings(settings)
    round_to_half(encoder.model)
    return encoder


def half(tensor: torch.Tensor) -> torch.Tensor:
    """Return a contiguous float16 copy on the processor (integer tensors as they are)."""
    tensor = tensor.detach().cpu().contiguous()
    return tensor.half() if tensor.is_floating_point() else tensor


def round_to_half(model: nn.Module) -> None:
    """Round all weights to what float16 storage keeps, in place: what was saved scores as what was fitted."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(parameter.half().to(parameter.dtype))
