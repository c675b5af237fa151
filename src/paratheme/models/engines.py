"""Encoders that a faster library than PyTorch runs: what `paratheme export` writes stands in the weights' place."""

from __future__ import annotations

import shutil
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from types import SimpleNamespace
from typing import Any, ClassVar

import torch
from torch import nn

from paratheme.errors import ParathemeError
from paratheme.models.compute import fastest

_CORE_LOCK = Lock()  # of two cores that are made at once, one would be let go


class Engine(nn.Module):
    """What stands for a `transformers` model in an `Encoder`: called alike, with its hidden states as the answer.

    Parameters
    ----------
    folder : Path
        Where its files are, with the encoder's ``config.json``.
    """

    name: ClassVar[str]
    files: ClassVar[tuple[str, ...]]  # the first is the one that tells it
    packages: ClassVar[tuple[str, ...]]  # that run it, and then those that write it

    def __init__(self, folder: Path) -> None:
        from transformers import AutoConfig

        super().__init__()
        self.folder, self.config = folder, AutoConfig.from_pretrained(folder)
        require(type(self), self.packages[:1])
        self.open(folder / self.files[0])

    def open(self, file: Path) -> None:
        """Load the file."""
        raise NotImplementedError

    def run(self, inputs: dict[str, Any]) -> Any:
        """Return an array of hidden states, shape (n, tokens, dimensions), for arrays of ids and mask."""
        raise NotImplementedError

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> SimpleNamespace:
        """Return hidden states as a `transformers` model does."""
        hidden = self.run({"input_ids": input_ids.cpu().numpy(), "attention_mask": attention_mask.cpu().numpy()})
        return SimpleNamespace(last_hidden_state=torch.from_numpy(hidden).to(input_ids.device))

    def save(self, folder: Path) -> None:
        """Copy its files and the encoder's configuration."""
        for name in (*self.files, "config.json"):
            shutil.copyfile(self.folder / name, folder / name)

    @staticmethod
    def in_folder(folder: Path) -> Engine | None:
        """Return the engine whose files stand in a folder, if there are any."""
        found = next((one for one in ENGINES.values() if (folder / one.files[0]).is_file()), None)
        return found(folder) if found else None


class OpenVinoEngine(Engine):
    """OpenVINO (Apache 2.0): on processors; the numbers it computes with are those this machine is fastest with."""

    name, files, packages = "openvino", ("openvino.xml", "openvino.bin"), ("openvino", "nncf")

    def open(self, file: Path) -> None:
        """Compile the model for this machine."""
        options = {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_NUM_THREADS": torch.get_num_threads(),
            "INFERENCE_PRECISION_HINT": "bf16" if fastest().bfloat16 else "f32",
        }
        self.lock = Lock()  # a request serves one thread at a time
        self.request = openvino_core().compile_model(file, "CPU", options).create_infer_request()

    def run(self, inputs: dict[str, Any]) -> Any:
        """Return hidden states."""
        with self.lock:
            return self.request.infer(inputs)[0].copy()  # the request's own buffer serves the next batch too


def openvino_core() -> Any:
    """Return OpenVINO's core, one for the life of the process.

    A core gives its thread a stack on which signals are handled. Let go by another thread it would take the memory
    away and leave the stack in its place: the next Ctrl-C would end the process with a segmentation fault.
    """
    with _CORE_LOCK:
        return _core()


@cache
def _core() -> Any:
    import openvino

    return openvino.Core()


class OnnxEngine(Engine):
    """ONNX Runtime (MIT): on processors, and the format that programs in other languages read."""

    name, files, packages = "onnx", ("encoder.onnx",), ("onnxruntime", "onnx", "onnxscript")

    def open(self, file: Path) -> None:
        """Open a session."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])

    def run(self, inputs: dict[str, Any]) -> Any:
        """Return hidden states."""
        return self.session.run(None, inputs)[0]


ENGINES: dict[str, type[Engine]] = {one.name: one for one in (OpenVinoEngine, OnnxEngine)}


def require(engine: type[Engine], packages: tuple[str, ...]) -> None:
    """See that an engine's packages are installed, and let none of them report to its makers.

    Raises
    ------
    ParathemeError
        If one is missing; names the extra that has it.
    """
    if lacking := [name for name in packages if find_spec(name) is None]:
        raise ParathemeError(
            f"the {engine.name} engine needs {' and '.join(lacking)}; pip install 'paratheme[{engine.name}]'"
        )
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]  # OpenVINO and NNCF do without it
