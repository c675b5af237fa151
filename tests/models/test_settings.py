"""What encoders and model types can be told, and what is refused before any is loaded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from paratheme.errors import UsageError, load_yaml, validated
from paratheme.models import parameters_of
from paratheme.models.settings import (
    EncoderSettings,
    FinetunedSettings,
    HybridSettings,
    LexiconSettings,
    ModelSettings,
    StaticSettings,
    TfidfSettings,
)

CONF = Path(__file__).parents[2] / "conf"
SHARED = {"encoder", "themes", "seed", "single_label"}  # what an experiment knows besides
TYPES: dict[str, Any] = {
    "lexicon": LexiconSettings,
    "tfidf": TfidfSettings,
    "static": StaticSettings,
    "finetuned": FinetunedSettings,
    "hybrid": HybridSettings,
}

OF_TRAINING = {"model_type", "thresholds_from", "definitions", "taught"}  # what no model's constructor takes


def written(name: str) -> dict[str, Any]:
    """Return what a file of ``conf/model/`` says, with what it takes over from another."""
    data: dict[str, Any] = load_yaml(CONF / "model" / f"{name}.yaml")
    others = [other for other in data.pop("defaults", []) if other != "_self_"]
    return {**(written(others[0]) if others else {}), **data}


@pytest.mark.parametrize("file", sorted((CONF / "model").glob("*.yaml")), ids=lambda file: str(file.stem))
def test_a_shipped_model_is_of_its_type_and_called_as_its_file(file: Path) -> None:
    data = written(file.stem)
    settings = TypeAdapter(ModelSettings).validate_python(data)
    assert type(settings) is TYPES[data["model_type"]]
    assert settings.label == file.stem
    assert settings.params == {key: data[key] for key in data if key not in OF_TRAINING}


@pytest.mark.parametrize("model_type", TYPES)
def test_a_model_type_can_be_told_all_that_its_constructor_takes(model_type: str) -> None:
    told = set(TYPES[model_type].model_fields) - OF_TRAINING
    assert told == set(parameters_of(model_type)) - SHARED


@pytest.mark.parametrize("file", sorted((CONF / "encoder").glob("*.yaml")), ids=lambda file: str(file.stem))
def test_a_shipped_encoder_can_be_read(file: Path) -> None:
    assert validated(EncoderSettings, load_yaml(file), {"": file}).path


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("tfidf", {"C": 0}, "C=0: give a number above 0"),
        ("tfidf", {"C": "1"}, "C=1: give a number above 0"),
        ("tfidf", {"char_ngrams": [2]}, r"char_ngrams=\[2\]: give a list"),
        ("tfidf", {"word_ngrams": [0, 2]}, r"word_ngrams\[1\]=0: give a whole number of at least 1"),
        ("tfidf", {"min_count": 1.5}, "min_count=1.5: give a whole number of at least 1"),
        ("tfidf", {"class_weight": "even"}, "class_weight=even: give balanced or null"),
        (
            "tfidf",
            {"epochs": 2},
            "there is no setting epochs; there are thresholds_from, definitions, model_type, char_ngrams",
        ),
        ("lexicon", {"thresholds_from": "test"}, "thresholds_from=test: give one of validation, out_of_fold"),
        ("finetuned", {"epochs": -1}, "epochs=-1: give a number of at least 0"),
        ("finetuned", {"dropout": 1}, "dropout=1: give a number of at least 0 and below 1"),
        ("finetuned", {"frozen_layers": 1.5}, "frozen_layers=1.5: give a number of at least 0 and up to 1"),
        ("finetuned", {"patience": 0}, "patience=0: give a whole number of at least 1"),
        ("hybrid", {"word_noise": True}, "word_noise=true: give a number"),
        ("hybrid", {"model_type": "finetuned"}, "model_type=finetuned: give hybrid"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(name: str, change: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=f"^{said}"):
        validated(TYPES[name], {**written(name), **change})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"pooling": "max"}, "pooling=max: give one of mean, cls"),
        ({"max_length": 4}, "max_length=4: give a whole number of at least 8"),
        ({"path": None}, "path=null: give text"),
        ({"name": "e5"}, "there is no setting name; there are path, revision, prefix, pooling, max_length"),
    ],
)
def test_an_encoder_that_cannot_be_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=f"^{said}"):
        validated(EncoderSettings, change)


def test_settings_are_checked_without_loading_a_model() -> None:
    program = "import sys, paratheme.models.settings; print({'torch', 'transformers', 'sklearn'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
