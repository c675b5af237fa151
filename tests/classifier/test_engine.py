"""A large pile is filed by the faster engine where it is installed, and by PyTorch where anything speaks against it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from paratheme.classifier import engine as module
from paratheme.classifier.calibration import Calibration
from paratheme.classifier.classifier import ThemeClassifier
from paratheme.classifier.engine import ALIKE, MANY, run_by
from paratheme.errors import ParathemeError
from paratheme.models.engines import ENGINES
from paratheme.models.finetuned import FinetunedModel
from paratheme.models.settings import EncoderSettings
from paratheme.themes.theme_set import ThemeSet

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("exact")]


@pytest.fixture(scope="module")
def classifier(
    tiny_encoder: Path, texts: list[str], labels: Any, themes: ThemeSet, tmp_path_factory: Any, exact: None
) -> ThemeClassifier:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PARATHEME_CACHE", str(tmp_path_factory.mktemp("cache")))
        settings = EncoderSettings(path=str(tiny_encoder), max_length=32)
        model = FinetunedModel(settings, epochs=0, head_C=1.0).fit(texts, labels)
    return ThemeClassifier(themes, "finetuned", model, Calibration.fit(model.predict_proba(texts), labels))


class Copy:
    """Stands for the model that an engine runs."""

    def __init__(self, model: FinetunedModel, shift: float) -> None:
        self.model, self.shift, self.encoder_ = model, shift, self

    def embed(self, texts: list[str]) -> Any:
        vectors = self.model.encoder_.embed(texts)
        vectors[:, 0] += self.shift
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """Whether the fastest engine is there, and by how much its vectors differ."""
    state: dict[str, Any] = {"there": True, "shift": 0.0, "asked": []}

    def from_cache(model: FinetunedModel, engine: str, tell: Any) -> Copy:
        state["asked"].append(engine)
        return Copy(model, state["shift"])

    monkeypatch.setenv("PARATHEME_CACHE", str(tmp_path))
    monkeypatch.setattr(module, "_installed", lambda engine: state["there"])
    monkeypatch.setattr(module, "_from_cache", from_cache)
    return state


def run(classifier: ThemeClassifier, engine: str, blocks: int, texts: list[str]) -> tuple[ThemeClassifier, list[str]]:
    said: list[str] = []
    return run_by(classifier, engine, blocks, texts, said.append), said


def test_many_blocks_are_filed_by_the_fastest(
    classifier: ThemeClassifier, installed: dict[str, Any], texts: list[str]
) -> None:
    faster, _ = run(classifier, "auto", MANY, texts)
    assert isinstance(faster.model, Copy)
    assert faster.about["engine"] == "openvino"


@pytest.mark.parametrize(
    ("engine", "blocks", "there"), [("auto", MANY - 1, True), ("auto", MANY, False), ("pytorch", MANY, True)]
)
def test_few_are_not_nor_where_it_is_missing_or_not_wanted(
    classifier: ThemeClassifier, installed: dict[str, Any], texts: list[str], engine: str, blocks: int, there: bool
) -> None:
    installed["there"] = there
    assert run(classifier, engine, blocks, texts) == (classifier, [])
    assert installed["asked"] == []


def test_an_engine_that_is_named_is_taken_for_few_too(
    classifier: ThemeClassifier, installed: dict[str, Any], texts: list[str]
) -> None:
    assert run(classifier, "onnx", 1, texts)[0].about["engine"] == "onnx"


def test_one_that_reads_otherwise_is_not_taken_by_itself_and_refused_where_it_is_named(
    classifier: ThemeClassifier, installed: dict[str, Any], texts: list[str]
) -> None:
    installed["shift"] = 0.2
    kept, said = run(classifier, "auto", MANY, texts)
    assert kept is classifier
    assert said[0].startswith(
        "filing by PyTorch, since openvino cannot run the encoder: openvino reads texts otherwise"
    )
    with pytest.raises(ParathemeError, match=r"cannot run the encoder: .*file with --engine pytorch$"):
        run(classifier, "openvino", MANY, texts)


def test_words_alone_have_no_engine(classifier: ThemeClassifier, installed: dict[str, Any], texts: list[str]) -> None:
    words = replace(classifier, model=object())  # type: ignore[arg-type]
    assert run(words, "auto", MANY, texts) == (words, [])
    with pytest.raises(ParathemeError, match="--engine openvino: this classifier has no encoder in PyTorch"):
        run(words, "openvino", MANY, texts)


@pytest.mark.parametrize("engine", ENGINES)
def test_its_files_are_made_once_and_kept(
    engine: str,
    classifier: ThemeClassifier,
    texts: list[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    for package in ENGINES[engine].packages:
        pytest.importorskip(package, reason=f"the extra {engine} is not installed")
    monkeypatch.setenv("PARATHEME_CACHE", str(tmp_path))
    faster, said = run(classifier, engine, 1, texts)
    assert len(said) == 1
    again, said = run(classifier, engine, 1, texts)
    assert said == []
    for one in (faster, again):
        np.testing.assert_allclose(one.predict_proba(texts), classifier.predict_proba(texts), atol=0.02)
        assert one.model.encoder_.model.name == engine  # type: ignore[attr-defined]
    (folder,) = (tmp_path / "engines").iterdir()
    assert {*ENGINES[engine].files} <= {file.name for file in folder.iterdir()}
    (folder / ENGINES[engine].files[0]).write_bytes(b"damaged")
    with pytest.raises(ParathemeError, match=f"{engine} cannot run the encoder: .*; delete .*engines, or file with"):
        run(classifier, engine, 1, texts)
    assert 0.99 < ALIKE < 1
