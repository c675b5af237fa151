"""Which precision a machine computes faster in: measured once, and remembered."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import statistics
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

import torch
from torch import nn

from paratheme.paths import cache_folder, write_apart

TOKENS, WIDTH, INNER = 2048, 384, 1536  # a batch of texts, and a layer of a small encoder
ROUNDS = 5
logger = logging.getLogger("paratheme")


@cache
def gains_from_bfloat16() -> bool:
    """Tell whether this machine multiplies bfloat16 faster than float32.

    A processor may know the instructions and be slower with them, so a short probe times both, once for each machine
    and release of PyTorch; the answer stands in ``precision.json`` of the cache. ``PARATHEME_PRECISION`` set to
    ``bfloat16`` or ``float32`` overrules it. ``--debug`` tells what was chosen, and why.
    """
    gains, why = _choice()
    logger.debug("computing in %s: %s", "bfloat16" if gains else "float32", why)
    return gains


def _choice() -> tuple[bool, str]:
    if chosen := os.environ.get("PARATHEME_PRECISION"):
        return chosen == "bfloat16", "PARATHEME_PRECISION says so"
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported(including_emulation=False)), "what this GPU computes with"
    if not any(getattr(torch.cpu, check, bool)() for check in ("_is_avx512_bf16_supported", "_is_amx_tile_supported")):
        return False, "this processor has no instructions for bfloat16"  # the checks are not public, hence the care
    file, machine = cache_folder() / "precision.json", _machine()
    ratio = None
    with suppress(OSError, ValueError, LookupError, TypeError):  # none yet, damaged, or of other machines
        ratio = float(json.loads(file.read_text("utf-8"))[machine])
    if ratio is None:
        ratio = _seconds(torch.bfloat16) / _seconds(torch.float32)
        _remember(file, machine, ratio)
    return ratio < 1, f"bfloat16 takes {ratio:.2f} times as long as float32, measured once ({file})"


def _machine() -> str:
    """Return a short hash of what the answer depends on."""
    try:
        processor = next(line for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line)
    except (OSError, StopIteration):
        processor = ""
    told = f"{processor} {torch.backends.cpu.get_cpu_capability()} {torch.get_num_threads()} {torch.__version__}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _seconds(precision: torch.dtype) -> float:
    """Return the median time of two linear layers over a batch."""
    layers = nn.Sequential(nn.Linear(WIDTH, INNER), nn.GELU(), nn.Linear(INNER, WIDTH))
    batch, times = torch.randn(TOKENS, WIDTH), []
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, precision is torch.bfloat16):
        layers(batch)  # the first time is slower
        for _ in range(ROUNDS):
            started = time.perf_counter()
            layers(batch)
            times.append(time.perf_counter() - started)
    return statistics.median(times)


def _remember(file: Path, machine: str, ratio: float) -> None:
    known: dict[str, float] = {}
    with suppress(OSError, ValueError, TypeError):
        known = dict(json.loads(file.read_text("utf-8")))
    told = json.dumps({**known, machine: round(ratio, 3)})
    with suppress(OSError):  # a cache that cannot be written to: measured again next time
        write_apart(file, lambda new: new.write_text(told, "utf-8"))
