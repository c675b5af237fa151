"""Which precision is faster here: measured once a machine, remembered, and overruled by who knows better."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from paratheme.models import precision
from paratheme.models.precision import gains_from_bfloat16


@pytest.fixture
def probed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[list[torch.dtype]]:
    """What was timed on a processor that knows bfloat16 and is twice as fast with it."""
    timed: list[torch.dtype] = []

    def seconds(kind: torch.dtype) -> float:
        timed.append(kind)
        return 1.0 if kind is torch.bfloat16 else 2.0

    monkeypatch.setenv("PARATHEME_CACHE", str(tmp_path))
    monkeypatch.delenv("PARATHEME_PRECISION", raising=False)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: True)
    monkeypatch.setattr(precision, "_machine", lambda: "this")
    monkeypatch.setattr(precision, "_seconds", seconds)
    gains_from_bfloat16.cache_clear()
    yield timed
    gains_from_bfloat16.cache_clear()


def test_it_is_measured_once_and_remembered(probed: list[torch.dtype], tmp_path: Path) -> None:
    assert gains_from_bfloat16()
    assert json.loads((tmp_path / "precision.json").read_text("utf-8")) == {"this": 0.5}
    gains_from_bfloat16.cache_clear()
    assert gains_from_bfloat16()
    assert probed == [torch.bfloat16, torch.float32]


@pytest.mark.parametrize("known", ['{"other": 1.5}', "{", "[]"])
def test_what_is_known_of_other_machines_or_damaged_is_no_answer(
    probed: list[torch.dtype], tmp_path: Path, known: str
) -> None:
    (tmp_path / "precision.json").write_text(known, "utf-8")
    assert gains_from_bfloat16()
    assert len(probed) == 2
    found = json.loads((tmp_path / "precision.json").read_text("utf-8"))
    assert found == ({"other": 1.5, "this": 0.5} if "other" in known else {"this": 0.5})


def test_what_is_remembered_may_speak_against_it(probed: list[torch.dtype], tmp_path: Path) -> None:
    (tmp_path / "precision.json").write_text('{"this": 1.2}', "utf-8")
    assert not gains_from_bfloat16()
    assert probed == []


@pytest.mark.parametrize("chosen", ["bfloat16", "float32"])
def test_a_person_overrules_it(probed: list[torch.dtype], monkeypatch: pytest.MonkeyPatch, chosen: str) -> None:
    monkeypatch.setenv("PARATHEME_PRECISION", chosen)
    assert gains_from_bfloat16() is (chosen == "bfloat16")
    assert probed == []


def test_a_processor_without_the_instructions_is_not_timed(
    probed: list[torch.dtype], monkeypatch: pytest.MonkeyPatch
) -> None:
    for check in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"):
        monkeypatch.setattr(torch.cpu, check, lambda: False, raising=False)
    assert not gains_from_bfloat16()
    assert probed == []


def test_what_was_chosen_is_told_with_its_reason(
    probed: list[torch.dtype], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level("DEBUG", "paratheme")
    gains_from_bfloat16()
    monkeypatch.setenv("PARATHEME_PRECISION", "float32")
    gains_from_bfloat16.cache_clear()
    gains_from_bfloat16()
    measured, stated = caplog.messages
    assert "computing in bfloat16: bfloat16 takes 0.50 times as long as float32, measured once" in measured
    assert stated == "computing in float32: PARATHEME_PRECISION says so"
