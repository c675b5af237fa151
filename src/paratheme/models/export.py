"""A fitted model whose encoder another engine runs: written, and the linear layer fitted to what is rounded in it."""

from __future__ import annotations

import copy
import logging
import sys
import tempfile
import warnings
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.linear_model import RidgeCV
from torch import nn

from paratheme.models.encoder import Encoder
from paratheme.models.engines import ENGINES, openvino_core, require
from paratheme.models.finetuned import FinetunedModel
from paratheme.models.network import Head
from paratheme.models.vocabulary import trimmed
from paratheme.types import Vectors

PENALTIES = np.logspace(1, 5, 5)


class _Hidden(nn.Module):
    """An encoder that returns the hidden states alone."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> Any:
        return self.model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state


def exported(
    model: FinetunedModel, engine: str, folder: Path, texts: Sequence[str], int8: bool = False, trim: bool = False
) -> FinetunedModel:
    """Return the same model with its encoder run by an engine.

    Parameters
    ----------
    model : FinetunedModel
        Fitted or loaded.
    engine : str
        A key of `paratheme.models.engines.ENGINES`.
    folder : Path
        Empty; the engine's files are written into it and read from there.
    texts : sequence of str
        Texts like those that will be read, best those it was trained on; read where one of the following is asked for.
    int8 : bool
        Whether weights have 8 bits. The linear layer is fitted again, on the texts, to give what it gave before the
        encoder was rounded.
    trim : bool
        Whether the vocabulary is cut to what is written as the texts are: `paratheme.models.vocabulary.trimmed`.
    """
    kind = ENGINES[engine]
    require(kind, kind.packages)
    encoder = trimmed(model.encoder_, texts) if trim else model.encoder_
    encoder.model.cpu().eval()
    write = {"openvino": _write_openvino, "onnx": _write_onnx}[engine]
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")  # tracing tells what it takes for constant: the copy is tried out afterwards
        write(encoder, folder / kind.files[0], int8)
    encoder.model.config.save_pretrained(folder)
    other = model.with_encoder(Encoder(kind(folder), encoder.tokenizer, encoder.settings))
    if int8:
        other.head_ = _refitted(model.head_, encoder.embed(texts), other.encoder_.embed(texts))
    return other


def _write_openvino(encoder: Encoder, file: Path, int8: bool) -> None:
    import openvino

    converted = openvino.convert_model(_Hidden(encoder.model), example_input=_example(encoder))
    if not int8:
        openvino.save_model(converted, file)  # float16, as the weights were saved before
        return
    import nncf

    # it tells of every layer; its own `set_log_level` would silence everybody's handlers
    logging.getLogger("nncf").setLevel(logging.ERROR)
    looked_up = nncf.IgnoredScope(patterns=[".*embeddings.*"], validate=False)  # not multiplied: no faster in 8 bits
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(sys.stderr):  # where its bar belongs
        half = Path(folder) / file.name
        openvino.save_model(converted, half)  # so that what is looked up is in float16
        mode = nncf.CompressWeightsMode.INT8_ASYM
        rounded = nncf.compress_weights(openvino_core().read_model(half), mode=mode, ignored_scope=looked_up)
        openvino.save_model(rounded, file)
        del rounded  # which reads its file until then


def _write_onnx(encoder: Encoder, file: Path, int8: bool) -> None:
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)  # it tells of packages that nothing here needs
    names = ("input_ids", "attention_mask")
    shape = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}
    program = torch.onnx.export(
        _Hidden(encoder.model),
        _example(encoder),
        input_names=names,
        output_names=("hidden",),
        dynamic_shapes=dict.fromkeys(names, shape),
        dynamo=True,
        external_data=False,
        verbose=False,
    )
    assert program is not None, "the exporter by torch.export returns what it made"
    program.save(file)
    if int8:
        from onnxruntime.quantization import QuantType, quantize_dynamic

        quantize_dynamic(file, file, per_channel=True, weight_type=QuantType.QInt8)


def _example(encoder: Encoder) -> tuple[torch.Tensor, torch.Tensor]:
    batch = encoder.pad(encoder.tokenize(["one text", "and another text"]))
    return batch["input_ids"], batch["attention_mask"]


def _refitted(head: Head, before: Vectors, after: Vectors) -> Head:
    """Return a head that gives for the vectors `after` what `head` gives for the vectors `before`, as near as it can.

    Rounding moves a text's vector mostly in ways that are the same for like texts, which a linear layer can undo.
    """
    mean, scale = head.mean.numpy(), head.scale.numpy()
    weight = head.linear.weight.detach().numpy()[:, : len(mean)]
    old, new = (before - mean) / scale, (after - mean) / scale
    ridge = RidgeCV(PENALTIES).fit(new, (old - new) @ weight.T)
    refitted = copy.deepcopy(head)
    with torch.no_grad():
        refitted.linear.weight[:, : len(mean)].add_(torch.from_numpy(ridge.coef_.reshape(weight.shape)))
        refitted.linear.bias.add_(torch.from_numpy(np.atleast_1d(ridge.intercept_)))
    return refitted
