"""What is fastest here: measured once a machine, remembered, and overruled by who knows better."""

from __future__ import annotations

import json
from collections import namedtuple
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import torch

from paratheme.errors import UsageError
from paratheme.models import compute
from paratheme.models.compute import VARIABLES, Compute, fastest

FASTEST = Compute("bfloat16", "sdpa", 4, 8)


@pytest.fixture
def probed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[list[tuple[str, str]]]:
    """What was asked of an idle machine with eight processors that is twice as fast with `FASTEST`."""
    asked: list[tuple[str, str]] = []

    def shares(work: str, ways: Sequence[Compute]) -> list[float]:
        different = next(name for name in vars(ways[0]) if len({getattr(way, name) for way in ways}) > 1)
        asked.append((work, different))
        return [0.5 if getattr(way, different) == getattr(FASTEST, different) else 1.0 for way in ways]

    monkeypatch.setenv("PARATHEME_CACHE", str(tmp_path))
    for variable in VARIABLES.values():
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: True)
    monkeypatch.setattr(compute, "THREADS", 8)
    monkeypatch.setattr(compute, "_machine", lambda: "this")
    monkeypatch.setattr(compute, "_others_seconds", lambda: 0.0)
    monkeypatch.setattr(compute, "_shares", shares)
    threads = torch.get_num_threads()
    fastest.cache_clear()
    yield asked
    fastest.cache_clear()
    torch.set_num_threads(threads)


def test_everything_is_measured_once_and_remembered(probed: list[tuple[str, str]], tmp_path: Path) -> None:
    assert fastest() == FASTEST
    assert probed == [("prediction", name) for name in ("precision", "attention", "threads", "batch_size")]
    assert torch.get_num_threads() == FASTEST.threads
    told = json.loads((tmp_path / "compute.json").read_text("utf-8"))["this prediction"]
    assert told["attention"] == {"value": "sdpa", "why": "sdpa 0.50 of the time of eager"}
    fastest.cache_clear()
    assert fastest() == FASTEST
    assert len(probed) == 4


def test_training_is_measured_by_itself_but_for_the_batch_which_changes_what_is_learned(
    probed: list[tuple[str, str]],
) -> None:
    fastest()
    probed.clear()
    assert fastest("training") == Compute("bfloat16", "sdpa", 4, 16)
    assert probed == [("training", name) for name in ("precision", "attention", "threads")]


def test_what_is_hardly_faster_is_not_chosen(monkeypatch: pytest.MonkeyPatch, probed: list[tuple[str, str]]) -> None:
    monkeypatch.setattr(compute, "_shares", lambda work, ways: [1.0, *(0.95 for _ in ways[1:])])
    assert fastest() == Compute("float32", "eager", 8, 16)


def test_a_busy_machine_keeps_its_threads_and_is_asked_again(
    monkeypatch: pytest.MonkeyPatch, probed: list[tuple[str, str]], tmp_path: Path
) -> None:
    monkeypatch.setattr(compute, "_others_seconds", count(1.0).__next__)
    assert fastest().threads == 8
    probed.clear()
    monkeypatch.setattr(compute, "_others_seconds", lambda: 0.0)
    fastest.cache_clear()
    assert fastest() == FASTEST
    assert probed == [("prediction", "threads")]


@pytest.mark.parametrize(
    "known",
    [
        '{"other prediction": {"precision": {"value": "float32", "why": ""}}}',
        '{"this prediction": {"precision": {"value": "float8", "why": ""}}}',
        '{"this prediction": {"precision": "float32"}}',
        '{"this prediction": []}',
        "{",
        "[]",
    ],
)
def test_what_is_known_of_other_machines_or_damaged_is_no_answer(
    probed: list[tuple[str, str]], tmp_path: Path, known: str
) -> None:
    (tmp_path / "compute.json").write_text(known, "utf-8")
    assert fastest() == FASTEST
    assert ("other prediction" in (tmp_path / "compute.json").read_text("utf-8")) == ("other" in known)


@pytest.mark.parametrize(
    ("name", "value"), [("precision", "float32"), ("attention", "eager"), ("batch_size", "3"), ("threads", "2")]
)
def test_a_person_overrules_it(
    probed: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(VARIABLES[name], value)
    monkeypatch.setattr(compute, "THREADS", 2 if name == "threads" else 8)  # PyTorch reads that one itself
    assert str(getattr(fastest(), name)) == value
    assert name not in {asked for _, asked in probed}


@pytest.mark.parametrize(("name", "value"), [("precision", "half"), ("attention", "flash"), ("batch_size", "0")])
def test_what_there_is_no_choice_of_is_refused(
    probed: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(VARIABLES[name], value)
    with pytest.raises(UsageError, match=f"{VARIABLES[name]}={value}: takes "):
        fastest()


def test_a_processor_without_the_instructions_is_not_asked_for_bfloat16(
    probed: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for check in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"):
        monkeypatch.setattr(torch.cpu, check, lambda: False, raising=False)
    assert not fastest().bfloat16
    assert ("prediction", "precision") not in probed


def test_a_gpu_is_asked_nothing(probed: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: True)
    assert (fastest().precision, fastest().attention) == ("bfloat16", "sdpa")
    assert probed == []


def test_what_was_chosen_is_told_with_its_reason(
    probed: list[tuple[str, str]], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level("DEBUG", "paratheme")
    monkeypatch.setenv("PARATHEME_PRECISION", "float32")
    fastest()
    (told,) = caplog.messages
    assert told.startswith("prediction: computing in float32, sdpa attention, 4 threads, 8 texts together; ")
    assert "PARATHEME_PRECISION says float32" in told
    assert "threads measured once: 4 0.50 of the time of 8" in told


def test_what_others_use_is_all_but_idle_time_and_what_this_process_used(monkeypatch: pytest.MonkeyPatch) -> None:
    times = namedtuple("times", ["user", "system", "idle", "iowait", "steal", "guest"])
    monkeypatch.setattr(compute.psutil, "cpu_times", lambda: times(10.0, 2.0, 100.0, 5.0, 3.0, 1.0))
    monkeypatch.setattr(compute.time, "process_time", lambda: 4.0)
    assert compute._others_seconds() == 11.0


@pytest.mark.slow
@pytest.mark.parametrize("work", ["prediction", "training"])
def test_the_probe_reads_as_many_texts_in_each_way(work: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compute, "ROUNDS", 1)
    read = []
    monkeypatch.setattr(compute, "_timed", lambda side: read.append(side) or 2.0)  # type: ignore[func-returns-value]
    ways = [Compute(attention=attention, batch_size=size) for attention in ("eager", "sdpa") for size in (16, 32)]
    assert compute._shares(work, ways) == [1.0] * 4
    assert [side.args[2] for side in read] == ways
