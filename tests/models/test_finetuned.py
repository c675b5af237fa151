"""Fine-tuning: when it stops, what it reads, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from paratheme.models.finetuned import PERTURBATIONS, FinetunedModel
from paratheme.models.settings import EncoderSettings

pytestmark = pytest.mark.slow

New = Callable[..., FinetunedModel]


@pytest.fixture(scope="module")
def new(tiny_encoder: Path) -> New:
    """Make an unfitted model."""
    fixed = {"encoder": EncoderSettings(path=str(tiny_encoder), max_length=32), "batch_size": 32, "learning_rate": 1e-3}

    def make(**changes: Any) -> FinetunedModel:
        return FinetunedModel(**{**fixed, "epochs": 1, **changes})

    return make


def test_another_seed_fine_tunes_otherwise(new: New, texts: list[str], labels: Any) -> None:
    one, other = (new(seed=seed).fit(texts, labels).predict_proba(texts) for seed in (0, 1))
    assert np.abs(one - other).max() > 1e-4


def test_fine_tuning_stops_when_the_validation_set_gets_no_better_and_keeps_the_best_epoch(
    new: New, texts: list[str], labels: Any
) -> None:
    from sklearn.metrics import average_precision_score

    model = new(epochs=6, patience=1).fit(texts[:40], labels[:40], valid=(texts[40:], labels[40:]))
    found = [entry["eval_average_precision"] for entry in model.history_ if "eval_average_precision" in entry]
    assert 1 < len(found) <= 6
    assert all(one < following for one, following in pairwise(found[:-1]))
    reached = average_precision_score(labels[40:], model.predict_proba(texts[40:]), average="macro")
    assert reached == pytest.approx(max(found), abs=0.02)


def test_texts_are_perturbed_in_training_alone(new: New, texts: list[str], labels: Any) -> None:
    accented = [f"{text} à l'école" for text in texts]
    model = new(text_noise=1.0, epochs=1).fit(accented, labels)
    rows = model._rows(accented, labels, PERTURBATIONS)
    as_they_are = {tuple(ids) for ids in model.encoder_.tokenize(accented)}
    batch = model._collate([rows[i] for i in range(len(rows))])
    lengths = batch["attention_mask"].sum(dim=1).tolist()
    read = [tuple(ids[:length]) for ids, length in zip(batch["input_ids"].tolist(), lengths, strict=True)]
    assert sum(ids in as_they_are for ids in read) < len(read) / 2
    evaluated = model._collate([model._rows(accented, labels)[i] for i in range(4)])
    assert evaluated["attention_mask"].sum(dim=1).tolist() == [
        len(ids) for ids in model.encoder_.tokenize(accented[:4])
    ]


def test_layers_that_are_to_stay_as_pretrained_stay(
    new: New, tiny_encoder: Path, texts: list[str], labels: Any
) -> None:
    from safetensors.torch import load_file

    before = load_file(tiny_encoder / "model.safetensors")
    model = new(frozen_layers=0.5).fit(texts, labels)
    after = model.encoder_.model.state_dict()
    changed = {name for name in before if "pooler" not in name and (before[name].half() != after[name].half()).any()}
    assert changed
    assert all(name.startswith("encoder.layer.1.") for name in changed)


def test_without_an_epoch_the_encoder_stays_as_it_is_and_is_shared(new: New, texts: list[str], labels: Any) -> None:
    one, other = (new(epochs=0, head_C=C).fit(texts, labels) for C in (0.01, 0.1))
    assert one.encoder_ is other.encoder_
    assert one.history_ == []


def test_halfway_weights_lie_between_those_before_and_after_training(new: New, texts: list[str], labels: Any) -> None:
    before, half, after = (
        new(interpolation=share).fit(texts, labels).head_.linear.weight.detach() for share in (0.0, 0.5, 1.0)
    )
    assert (after - before).abs().max() > 1e-3
    np.testing.assert_allclose(half, (before + after) / 2, atol=1e-5)
