"""Which library runs an encoder fastest on this processor, and how near its vectors stay to PyTorch's in float32.

PARATHEME_PRECISION=float32 python benchmarks/engines.py FOLDER [--texts 200] [--rounds 7]

FOLDER: a saved classifier with an encoder. Paragraphs of the seeds are drawn at random; those that calibrate where
activations are rounded too are others, of the training part. Each side gets the same batches (16, by length) and gives
hidden states, of which the mean over the tokens is compared by the cosine. What has no 8 bits is computed in float32.
All are measured in turn in one process. A library that is not installed is left out.
"""

from __future__ import annotations

import argparse
import copy
import logging
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch

from paratheme.classifier.classifier import ThemeClassifier
from paratheme.models.engines import ENGINES, openvino_core
from paratheme.models.export import exported
from paratheme.training.compose import compose
from paratheme.training.data import prepare

Batch = dict[str, np.ndarray]
Side = Callable[[Batch], np.ndarray]
CALIBRATING, BATCH, EXAMPLES = 300, 16, 64


def sides(classifier: ThemeClassifier, examples: list[str], folder: Path) -> Iterator[tuple[str, Side]]:
    """Yield the ways to run the encoder, each when it is asked for."""
    model, calibrating = classifier.model, batches_of(classifier, examples, 1)
    encoder = model.encoder_.model.float().eval()
    yield "PyTorch", by_pytorch(encoder)
    yield "PyTorch, compiled", by_pytorch(torch.compile(copy.deepcopy(encoder), dynamic=True))
    if find_spec("torchao"):
        from torchao.quantization import Int8DynamicActivationInt8WeightConfig, Int8WeightOnlyConfig, quantize_

        for name, config in (
            ("torchao, 8-bit weights", Int8WeightOnlyConfig()),
            ("torchao, 8 bits", Int8DynamicActivationInt8WeightConfig()),
        ):
            quantize_(rounded := copy.deepcopy(encoder), config)
            yield name, by_pytorch(rounded)
            yield f"{name}, compiled", by_pytorch(torch.compile(rounded, dynamic=True))
    rounders = {"openvino": round_by_nncf, "onnx": round_by_onnx_runtime}
    for engine, kind in ENGINES.items():
        if not all(map(find_spec, kind.packages)):
            continue
        for int8 in (False, True):
            (where := folder / f"{engine}{int8}").mkdir()
            run = exported(model, engine, where, examples[:EXAMPLES], int8=int8).encoder_.model.run
            yield engine + (", 8 bits, as `export --int8`" if int8 else ""), run
        shutil.copytree(folder / f"{engine}False", where := folder / f"{engine}, calibrated")
        rounders[engine](folder / f"{engine}False" / kind.files[0], where / kind.files[0], calibrating)
        yield f"{engine}, 8 bits, activations calibrated", kind(where).run


def by_pytorch(encoder: torch.nn.Module) -> Side:
    """Return what runs a `transformers` model."""

    def run(batch: Batch) -> np.ndarray:
        with torch.inference_mode():
            tensors = {name: torch.from_numpy(array) for name, array in batch.items()}
            return encoder(**tensors).last_hidden_state.float().numpy()

    return run


def round_by_nncf(file: Path, rounded: Path, calibrating: list[Batch]) -> None:
    """Write an OpenVINO encoder whose activations are rounded too."""
    import nncf
    import openvino

    logging.getLogger("nncf").setLevel(logging.ERROR)
    model, examples = openvino_core().read_model(file), nncf.Dataset(calibrating)
    openvino.save_model(nncf.quantize(model, examples, model_type=nncf.ModelType.TRANSFORMER), rounded)


def round_by_onnx_runtime(file: Path, rounded: Path, calibrating: list[Batch]) -> None:
    """Write an ONNX encoder whose activations are rounded by what they were on other texts."""
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    class Reader(CalibrationDataReader):
        def __init__(self) -> None:
            self.batches = iter(calibrating)

        def get_next(self) -> Any:
            return next(self.batches, None)

    prepared = file.with_name("prepared.onnx")
    quant_pre_process(str(file), str(prepared), skip_symbolic_shape=True)
    quantize_static(
        str(prepared),
        str(rounded),
        Reader(),
        quant_format=QuantFormat.QDQ,
        per_channel=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        op_types_to_quantize=["MatMul", "Gemm"],
    )


def batches_of(classifier: ThemeClassifier, texts: list[str], size: int) -> list[Batch]:
    """Return texts as the encoder reads them, the longest first."""
    encoder = classifier.model.encoder_
    tokens = encoder.tokenize(sorted(texts, key=len, reverse=True))
    padded = (encoder.pad(tokens[start : start + size]) for start in range(0, len(tokens), size))
    return [{name: batch[name].numpy() for name in ("input_ids", "attention_mask")} for batch in padded]


def vectors_of(run: Side, batches: list[Batch]) -> np.ndarray:
    """Return the mean over the tokens of each text."""
    found = []
    for batch in batches:
        mask = batch["attention_mask"][..., None]
        found.append((run(batch) * mask).sum(1) / mask.sum(1))
    return np.concatenate(found)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--texts", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    classifier = ThemeClassifier.load(options.folder)
    data = prepare(compose([]))
    (fold,) = data.folds
    draw = random.Random(0)
    examples = draw.sample(data.corpus.take(fold.train).texts, CALIBRATING)
    texts = draw.sample(data.corpus.take(fold.test).texts, options.texts)
    batches = batches_of(classifier, texts, BATCH)
    with tempfile.TemporaryDirectory() as folder:
        runs = dict(sides(classifier, examples, Path(folder)))
        vectors = {name: vectors_of(run, batches) for name, run in runs.items()}
        taken: dict[str, list[float]] = {name: [] for name in runs}
        for _ in range(options.rounds):
            for name, run in runs.items():
                start = time.perf_counter()
                vectors_of(run, batches)
                taken[name].append(time.perf_counter() - start)
        runs.clear()
    first = next(iter(taken))
    print(f"{len(texts)} paragraphs, medians of {options.rounds}, {torch.get_num_threads()} threads")
    for name, times in taken.items():
        ratio = statistics.median(one / other for one, other in zip(taken[first], times, strict=True))
        lengths = np.linalg.norm(vectors[first], axis=1) * np.linalg.norm(vectors[name], axis=1)
        cosine = float(((vectors[first] * vectors[name]).sum(1) / lengths).mean())
        rate = len(texts) / statistics.median(times)
        print(f"{name:41} {rate:6.1f} a second; ratio {ratio:.2f}; cosine {cosine:.4f}")


if __name__ == "__main__":
    main()
