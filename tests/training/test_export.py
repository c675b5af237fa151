"""A faster copy of a classifier is checked before it is kept, on blocks that the classifier did not learn from."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from paratheme.classifier.classifier import ThemeClassifier
from paratheme.errors import ParathemeError
from paratheme.models.engines import ENGINES
from paratheme.themes.theme import Theme
from paratheme.themes.theme_set import ThemeSet
from paratheme.training import export as module
from paratheme.training.data import prepare
from paratheme.training.export import export
from paratheme.training.fit import fit_classifier
from tests.training.conftest import Composed, written

pytestmark = pytest.mark.slow

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def saved(composed: Composed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a classifier with the tiny encoder, trained on the table."""
    folder = tmp_path_factory.mktemp("saved")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PARATHEME_CACHE", str(folder / "cache"))
        config = composed("model=hybrid_frozen")
        data = prepare(config)
        fit_classifier(data.corpus, data.folds[0], config)[0].save(folder / "classifier")
    return folder / "classifier"


@pytest.fixture
def learned(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What copies are fitted on; they are the same model, and no engine's library is needed."""
    given: list[Any] = []

    def exported(
        model: Any, engine: str, folder: Path, texts: Sequence[str], int8: bool = False, trim: bool = False
    ) -> Any:
        given.append(texts if int8 or trim else None)
        return copy.copy(model)

    monkeypatch.setattr(module, "exported", exported)
    monkeypatch.setattr(module, "require", lambda engine, packages: None)
    return given


def test_a_copy_is_checked_on_the_validation_part_and_8_bits_learn_from_the_training_part(
    saved: Path, table: Path, learned: list[Any], tmp_path: Path
) -> None:
    said: list[str] = []
    result = export(str(saved), "openvino", tmp_path / "copy", int8=True, check=str(table), tell=said.append)
    assert (result.blocks, result.differing) == (16, 0)
    assert f"scoring {result.blocks} blocks" in said[0]
    assert len(learned[0]) == 48  # of 80 blocks, of which 16 are the test part, which stays unread
    loaded = ThemeClassifier.load(tmp_path / "copy")
    assert loaded.about["engine"] == "openvino int8"
    assert loaded.thresholds == ThemeClassifier.load(saved).thresholds


def test_a_vocabulary_is_cut_to_the_training_part(saved: Path, table: Path, learned: list[Any], tmp_path: Path) -> None:
    said: list[str] = []
    export(str(saved), "onnx", tmp_path / "copy", trim=True, check=str(table), tell=said.append)
    assert len(learned[0]) == 48
    assert any(line.startswith("its vocabulary has ") for line in said)
    assert ThemeClassifier.load(tmp_path / "copy").about["engine"] == "onnx trimmed"


def test_of_another_corpus_half_of_the_documents_are_learned_from_and_the_others_checked(
    saved: Path, rows: Rows, learned: list[Any], tmp_path: Path
) -> None:
    other = written([{**row, "text": f"{row['text']} Again."} for row in rows[:24]], tmp_path / "other.jsonl")
    result = export(str(saved), "onnx", tmp_path / "copy", int8=True, check=str(other), tell=str)
    assert len(learned[0]) + result.blocks == 24
    assert len(learned[0]) == 12


def test_a_copy_that_decides_otherwise_is_not_kept(
    saved: Path, table: Path, learned: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def another(model: Any, *given: Any) -> Any:
        other = copy.copy(model)
        other.themes = ThemeSet(themes=tuple(Theme(id=theme) for theme in model.themes.ids))  # which have no words
        return other

    monkeypatch.setattr(module, "exported", another)
    with pytest.raises(ParathemeError, match=r"^not exported: .* on \d+ of 16 blocks .*; at least 99.5%"):
        export(str(saved), "openvino", tmp_path / "copy", check=str(table), tell=str)
    assert not (tmp_path / "copy").exists()


def test_where_nothing_says_what_a_folder_was_trained_on_the_corpus_is_asked_for(
    saved: Path, learned: list[Any], tmp_path: Path
) -> None:
    with pytest.raises(ParathemeError, match=r"nothing says where its corpus 'blocks.jsonl' is; .* --check CORPUS"):
        export(str(saved), "openvino", tmp_path / "copy", tell=str)


def test_a_folder_that_holds_something_is_left_alone(saved: Path, learned: list[Any], tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ParathemeError, match="not empty; export to a new folder"):
        export(str(saved), "openvino", tmp_path, tell=str)


def test_a_classifier_without_an_encoder_has_nothing_to_export(
    composed: Composed, learned: list[Any], tmp_path: Path
) -> None:
    config = composed("model=lexicon")
    data = prepare(config)
    fit_classifier(data.corpus, data.folds[0], config)[0].save(tmp_path / "words")
    with pytest.raises(ParathemeError, match="reads no encoder"):
        export(str(tmp_path / "words"), "openvino", tmp_path / "copy", tell=str)


@pytest.mark.parametrize("engine", ENGINES)
def test_an_exported_classifier_loads_and_files_as_the_other(
    engine: str, saved: Path, table: Path, texts: list[str], tmp_path: Path
) -> None:
    for package in ENGINES[engine].packages:
        pytest.importorskip(package, reason=f"the extra {engine} is not installed")
    export(str(saved), engine, tmp_path / "copy", check=str(table), tell=str)
    copied = ThemeClassifier.load(tmp_path / "copy")
    np.testing.assert_allclose(copied.predict_proba(texts), ThemeClassifier.load(saved).predict_proba(texts), atol=0.05)
    with pytest.raises(ParathemeError, match=f"is run by the {engine} engine"):
        export(str(tmp_path / "copy"), engine, tmp_path / "again", check=str(table), tell=str)
