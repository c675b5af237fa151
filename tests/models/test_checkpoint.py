"""A fine-tuning that is broken off goes on, step for step, as if it had not been."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from paratheme.models import checkpoint
from paratheme.models.checkpoint import Checkpoints
from paratheme.models.finetuned import FinetunedModel
from paratheme.models.settings import EncoderSettings

pytestmark = pytest.mark.slow

New = Callable[..., FinetunedModel]


class Killed(Exception):
    """What ends a fit in a test."""


@pytest.fixture
def new(tiny_encoder: Path, monkeypatch: pytest.MonkeyPatch) -> New:
    """Make an unfitted model that keeps where it is at every step."""
    fixed = {"encoder": EncoderSettings(path=str(tiny_encoder), max_length=24), "batch_size": 16, "learning_rate": 1e-3}
    monkeypatch.setattr(checkpoint, "EVERY", 0.0)
    monkeypatch.setattr(checkpoint, "SHARE", 1e9)
    return lambda **changes: FinetunedModel(**{**fixed, "epochs": 3, **changes})


def kill_before(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Checkpoints.on_step_begin

    def begin(self: Any, args: Any, state: Any, control: Any, **known: Any) -> None:
        real(self, args, state, control, **known)
        if state.global_step == step:
            raise Killed

    monkeypatch.setattr(Checkpoints, "on_step_begin", begin)


@pytest.mark.parametrize(  # within an epoch, where the second of three-step epochs begins, and when all is done
    ("step", "changes"), [(1, {}), (3, {}), (4, {"frozen_layers": 0.5, "interpolation": 0.5}), (9, {})]
)
def test_a_fit_that_was_broken_off_ends_as_one_that_was_not(
    step: int,
    changes: dict[str, Any],
    new: New,
    texts: list[str],
    labels: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    valid = texts[48:], labels[48:]
    whole = new(**changes).fit(texts[:48], labels[:48], valid, tmp_path / "whole")
    with monkeypatch.context() as patch:
        kill_before(step, patch)
        if step < 9:
            with pytest.raises(Killed):
                new(**changes).fit(texts[:48], labels[:48], valid, tmp_path / "kept")
        else:  # all nine steps were done
            new(**changes).fit(texts[:48], labels[:48], valid, tmp_path / "kept")
    before = {path.name for path in (tmp_path / "kept").iterdir()}
    again = new(**changes).fit(texts[:48], labels[:48], valid, tmp_path / "kept")
    assert before == {f"step-{step:09d}"}, "one checkpoint, of the last step"
    assert np.array_equal(again.predict_proba(texts), whole.predict_proba(texts))
    for name in ("eval_average_precision", "loss"):
        reported = [entry[name] for entry in whole.history_ if name in entry]
        assert [entry[name] for entry in again.history_ if name in entry] == pytest.approx(reported, abs=1e-6)
        assert len(reported) == 3


def test_a_checkpoint_holds_no_pickle(new: New, texts: list[str], labels: Any, tmp_path: Path) -> None:
    new().fit(texts[:48], labels[:48], None, tmp_path)
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.suffix for path in kept} == {".json", ".safetensors"}


def test_a_checkpoint_that_is_damaged_is_said_and_training_begins_anew(
    new: New,
    texts: list[str],
    labels: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with monkeypatch.context() as patch:
        kill_before(2, patch)
        with pytest.raises(Killed):
            new().fit(texts[:48], labels[:48], None, tmp_path)
    (tmp_path / "step-000000002" / "optimizer.safetensors").write_bytes(b"\xff" * 100)
    again = new().fit(texts[:48], labels[:48], None, tmp_path)
    assert "damaged" in caplog.text
    shutil.rmtree(tmp_path)
    assert np.array_equal(again.predict_proba(texts), new().fit(texts[:48], labels[:48]).predict_proba(texts))


def test_a_full_disk_ends_no_training(
    new: New, texts: list[str], labels: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("no folder can be made below a file")
    new().fit(texts[:48], labels[:48], None, tmp_path / "file" / "kept")
    assert "no checkpoint could be written" in caplog.text
