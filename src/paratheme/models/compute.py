"""What a machine computes fastest with: measured once, and remembered."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any, Literal

import psutil
import torch

from paratheme.errors import UsageError
from paratheme.paths import cache_folder, write_apart

Work = Literal["prediction", "training"]
CHOICES: dict[str, Sequence[Any]] = {
    "precision": ("float32", "bfloat16"),
    "attention": ("eager", "sdpa"),  # plain matrix products, or PyTorch's fused kernel
    "threads": (),  # all that PyTorch would take, or half of them
    "batch_size": (16, 8, 32),  # of prediction alone: in training it is a setting, since it changes what is learned
}
VARIABLES = {name: f"PARATHEME_{name.upper()}" for name in CHOICES} | {"threads": "OMP_NUM_THREADS"}
TEXTS, TOKENS = 32, 64  # what is read in a round of the probe
ROUNDS = 5
THREADS = torch.get_num_threads()  # what PyTorch takes by itself
GAIN = 0.9  # what comes later in a list must take at most this share of the time to be chosen
BUSY = 0.05  # of a machine: what others may use while threads are measured
logger = logging.getLogger("paratheme")


@dataclass(frozen=True)
class Compute:
    """What an encoder computes with.

    Attributes
    ----------
    precision : {"float32", "bfloat16"}
    attention : {"eager", "sdpa"}
        The kernel, by its name in transformers.
    threads : int
    batch_size : int
        Texts that are read together.
    """

    precision: str = "float32"
    attention: str = "eager"
    threads: int = 1
    batch_size: int = 16

    def __str__(self) -> str:
        """Return it in a line."""
        read = f"{self.attention} attention, {self.threads} threads, {self.batch_size} texts together"
        return f"computing in {self.precision}, {read}"

    @property
    def bfloat16(self) -> bool:
        """Whether matrices are multiplied in bfloat16."""
        return self.precision == "bfloat16"


@cache
def fastest(work: Work = "prediction") -> Compute:
    """Return what this machine does the work fastest with, and have PyTorch take so many threads.

    A processor may know the instructions for bfloat16 and be slower with them, and so with the rest: a short probe
    reads texts by one layer of a small encoder in each way, in turn, once for each machine and release of PyTorch; the
    answers stand in ``compute.json`` of the cache. The variables ``PARATHEME_PRECISION``, ``PARATHEME_ATTENTION``,
    ``PARATHEME_BATCH_SIZE`` and ``OMP_NUM_THREADS`` overrule it. ``--debug`` tells what was chosen, and why.

    Parameters
    ----------
    work : {"prediction", "training"}

    Raises
    ------
    UsageError
        If a variable holds what there is no choice of.
    """
    stated, defaults = _stated(), _defaults()
    questions = {name: choices for name, choices in _questions(work).items() if name not in stated}
    known = {name: answer for name, answer in _remembered(work).items() if answer["value"] in questions.get(name, ())}
    compute = replace(defaults, **stated, **{name: answer["value"] for name, answer in known.items()})
    asked = {name: choices for name, choices in questions.items() if name not in known}
    for name, choices in asked.items():
        before, started = _others_seconds(), time.perf_counter()
        shares = _shares(work, [replace(compute, **{name: value}) for value in choices])
        disturbed = _others_seconds() - before > BUSY * THREADS * (time.perf_counter() - started)
        if disturbed and name == "threads":
            continue  # more threads wait for others' work; asked again next time
        best = min(range(len(choices)), key=shares.__getitem__)
        value = choices[best if shares[best] <= GAIN else 0]
        others = " and ".join(f"{one} {share:.2f}" for one, share in list(zip(choices, shares, strict=True))[1:])
        known[name] = {"value": value, "why": f"{others} of the time of {choices[0]}"}
        compute = replace(compute, **{name: value})
    if asked:
        _remember(work, known)
    torch.set_num_threads(compute.threads)
    why = [f"{VARIABLES[name]} says {value}" for name, value in stated.items()]
    why += [f"{name} measured once: {answer['why']}" for name, answer in known.items()]
    logger.debug("%s: %s; %s", work, compute, "; ".join(why) or "there is no choice here")
    return compute


def _defaults() -> Compute:
    gpu = torch.cuda.is_available()
    half = gpu and torch.cuda.is_bf16_supported(including_emulation=False)
    precision, attention = "bfloat16" if half else "float32", "sdpa" if gpu else "eager"
    return Compute(precision, attention, THREADS, 128 if gpu else 16)


def _stated() -> dict[str, Any]:
    """Return what a person chose."""
    stated: dict[str, Any] = {}
    for name, variable in VARIABLES.items():
        value = os.environ.get(variable, "")
        if not value or name == "threads":  # PyTorch has read that one
            continue
        wrong = value not in CHOICES[name] if name != "batch_size" else not value.isdecimal() or int(value) < 1
        if wrong:
            choices = "a number from 1" if name == "batch_size" else " or ".join(CHOICES[name])
            raise UsageError(f"{variable}={value}: takes {choices}")
        stated[name] = int(value) if name == "batch_size" else value
    return stated


def _questions(work: Work) -> dict[str, Sequence[Any]]:
    """Return what is to be measured here, with the choices, the default first."""
    if torch.cuda.is_available() or torch.backends.mps.is_available():
        return {}  # what they compute with is known
    questions = {**CHOICES}
    if THREADS > 1 and not os.environ.get("OMP_NUM_THREADS"):
        questions["threads"] = (THREADS, THREADS // 2)
    if work == "training":
        del questions["batch_size"]
    knows = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    if not any(getattr(torch.cpu, check, bool)() for check in knows):  # these are not public, hence the care
        del questions["precision"]
    return {name: choices for name, choices in questions.items() if choices}


def _others_seconds() -> float:
    """Return the processor's time that others used since the machine was started, in seconds."""
    times = psutil.cpu_times()
    idle = times.idle + getattr(times, "iowait", 0.0)
    return float(sum(times) - getattr(times, "guest", 0.0) - idle - time.process_time())


def _shares(work: Work, ways: Sequence[Compute]) -> list[float]:
    """Return how long each way takes for the same texts, by the first one's time, all measured in turn."""
    threads = torch.get_num_threads()
    try:
        sides = [partial(_read, _layer(way.attention), work, way) for way in ways]
        for side in sides:  # the first time is slower
            side()
        taken = [[_timed(side) for side in sides] for _ in range(ROUNDS)]
    finally:
        torch.set_num_threads(threads)
    medians = [statistics.median(column) for column in zip(*taken, strict=True)]
    return [median / medians[0] for median in medians]


def _timed(side: Callable[[], None]) -> float:
    started = time.perf_counter()
    side()
    return time.perf_counter() - started


def _layer(attention: str) -> Any:
    """Return one layer of the shape of a small encoder, its weights random."""
    from transformers import BertConfig, BertModel

    shape = {"hidden_size": 384, "intermediate_size": 1536, "num_attention_heads": 12, "num_hidden_layers": 1}
    dropout = {"attention_probs_dropout_prob": 0.0}  # as it is trained
    config = BertConfig(vocab_size=8, max_position_embeddings=TOKENS, **shape, **dropout)
    config._attn_implementation = attention
    with torch.random.fork_rng(devices=[]):
        return BertModel(config, add_pooling_layer=False)


def _read(model: Any, work: Work, way: Compute) -> None:
    """Read the probe's texts, and learn from them in training."""
    torch.set_num_threads(way.threads)
    training = work == "training"
    model.train(training)
    for _ in range(TEXTS // way.batch_size):
        ids = torch.ones(way.batch_size, TOKENS, dtype=torch.long)
        with torch.set_grad_enabled(training), torch.autocast("cpu", torch.bfloat16, way.bfloat16):
            hidden = model(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state
        if training:
            hidden.float().sum().backward()


def _machine() -> str:
    """Return a short hash of what the answers depend on."""
    try:
        processor = next(line for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line)
    except (OSError, StopIteration):
        processor = ""
    told = f"{processor} {torch.backends.cpu.get_cpu_capability()} {THREADS} {torch.__version__}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _all_remembered() -> dict[str, Any]:
    with suppress(OSError, ValueError, TypeError):  # none yet, or damaged
        return dict(json.loads((cache_folder() / "compute.json").read_text("utf-8")))
    return {}


def _remembered(work: Work) -> dict[str, dict[str, Any]]:
    """Return what the cache knows of this machine: question -> value, and why."""
    with suppress(LookupError, TypeError, AttributeError):
        answers = _all_remembered()[f"{_machine()} {work}"]
        return {name: {"value": answer["value"], "why": answer["why"]} for name, answer in answers.items()}
    return {}


def _remember(work: Work, answers: dict[str, dict[str, Any]]) -> None:
    told = json.dumps({**_all_remembered(), f"{_machine()} {work}": answers})
    with suppress(OSError):  # a cache that cannot be written to: measured again next time
        write_apart(cache_folder() / "compute.json", lambda new: new.write_text(told, "utf-8"))
