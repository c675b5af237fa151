"""Which library runs a classifier's encoder: PyTorch, or for large piles a faster one where that is installed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from paratheme.classifier.classifier import ThemeClassifier
from paratheme.errors import ParathemeError, first_line
from paratheme.paths import cache_folder

if TYPE_CHECKING:
    from paratheme.models.finetuned import FinetunedModel

AUTO, PYTORCH = "auto", "pytorch"
FASTEST = "openvino"  # of those that were measured
MANY = 2000  # blocks: what `auto` changes the engine for, which takes some seconds, and once half a minute
SAMPLE = 32  # texts that both must read alike
ALIKE = 0.999  # the cosine of their vectors, at least


def run_by(
    classifier: ThemeClassifier, engine: str, blocks: int, texts: Sequence[str], tell: Callable[[str], None]
) -> ThemeClassifier:
    """Return the classifier with its encoder run by an engine.

    The engine's files are made once for each encoder, and kept in the cache; no weight is rounded that was not
    rounded before. How alike PyTorch and the engine read is tried on some of the texts.

    Parameters
    ----------
    classifier : ThemeClassifier
    engine : {"auto", "pytorch", "openvino", "onnx"}
        ``auto`` takes the fastest engine where it is installed, the blocks are many, and nothing speaks against it.
    blocks : int
        How many there are, about.
    texts : sequence of str
        Some of them.
    tell : callable
        Says a line.

    Raises
    ------
    ParathemeError
        If an engine that is named is not installed, or does not read alike; or there is no encoder.
    """
    by_itself = engine == AUTO
    if engine == PYTORCH or (by_itself and (blocks < MANY or not _installed(FASTEST))):
        return classifier
    model = _in_pytorch(classifier)
    if model is None and by_itself:
        return classifier
    if model is None:
        raise ParathemeError(f"--engine {engine}: this classifier has no encoder in PyTorch; leave the option out")
    name = FASTEST if by_itself else engine
    try:
        other = _from_cache(model, name, tell)
        _check(model, other, name, list(dict.fromkeys(texts))[:SAMPLE])
    except Exception as error:  # whatever a library does
        if not by_itself:
            told = f"{name} cannot run the encoder: {first_line(error)}"
            raise ParathemeError(f"{told}; delete {_folder()}, or file with --engine {PYTORCH}") from error
        tell(f"filing by PyTorch, since {name} cannot run the encoder: {first_line(error)}")
        return classifier
    return replace(classifier, model=other, about={**classifier.about, "engine": name})


def _folder() -> Path:
    return cache_folder() / "engines"


def _installed(engine: str) -> bool:
    return find_spec(engine) is not None


def _in_pytorch(classifier: ThemeClassifier) -> FinetunedModel | None:
    """Return its model, if PyTorch runs an encoder in it."""
    if not hasattr(classifier.model, "with_encoder"):  # so that nothing is loaded for words alone
        return None
    from paratheme.models.engines import Engine

    model: Any = classifier.model
    return None if isinstance(model.encoder_.model, Engine) else model


def _from_cache(model: FinetunedModel, engine: str, tell: Callable[[str], None]) -> FinetunedModel:
    """Return the model as the engine's files in the cache have it; make them where they are not there."""
    from paratheme.models.encoder import Encoder
    from paratheme.models.engines import ENGINES, require
    from paratheme.models.export import exported

    kind = ENGINES[engine]
    require(kind, kind.packages)
    release = version(kind.packages[0])
    folder = _folder() / f"{engine}-{release}-{model.encoder_.fingerprint}"
    if not (folder / kind.files[0]).is_file():
        tell(f"writing the encoder for {engine}, once: it is kept in {folder}")
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
            new = Path(temporary) / "new"
            new.mkdir()
            exported(model, engine, new, ())
            shutil.rmtree(folder, ignore_errors=True)  # what is damaged
            new.rename(folder)
    encoder = model.encoder_
    return model.with_encoder(Encoder(kind(folder), encoder.tokenizer, encoder.settings))


def _check(model: FinetunedModel, other: FinetunedModel, engine: str, texts: Sequence[str]) -> None:
    vectors = [one.encoder_.embed(texts) for one in (model, other)]
    cosine = float(np.sum(vectors[0] * vectors[1], axis=1).min(initial=1.0))
    if not cosine >= ALIKE:
        raise ParathemeError(f"{engine} reads texts otherwise than PyTorch (cosine {cosine:.4f}); file by PyTorch")
