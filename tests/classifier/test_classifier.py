"""The saved classifier: what comes back, and what is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from paratheme import ThemeClassifier
from paratheme.classifier.calibration import Thresholds
from paratheme.errors import ParathemeError
from paratheme.models.tfidf import TfidfModel
from paratheme.themes.theme_set import ThemeSet


@pytest.fixture(scope="module")
def classifier(texts: list[str], labels: Any, themes: ThemeSet) -> ThemeClassifier:
    model = TfidfModel(word_ngrams=(1, 1), char_ngrams=(2, 3)).fit(texts, labels)
    thresholds = Thresholds.fit(model.predict_proba(texts), labels)
    return ThemeClassifier(themes, "tfidf", model, thresholds, {"corpus": "blocks", "test": {"macro_f1": 0.5}})


@pytest.fixture(scope="module")
def original(classifier: ThemeClassifier, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("classifier") / "saved"
    classifier.save(folder)
    return folder


@pytest.fixture
def saved(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(original, tmp_path / "copy"))


def change_manifest(folder: Path, **changes: Any) -> None:
    file = folder / "classifier.json"
    manifest = json.loads(file.read_text("utf-8")) | changes
    file.write_text(json.dumps({key: value for key, value in manifest.items() if value is not ...}), "utf-8")


def test_a_saved_classifier_comes_back_whole(classifier: ThemeClassifier, saved: Path, texts: list[str]) -> None:
    again = ThemeClassifier.load(saved)
    np.testing.assert_allclose(again.predict_proba(texts), classifier.predict_proba(texts), atol=1e-4)
    assert [p.themes for p in again.predict(texts)] == [p.themes for p in classifier.predict(texts)]
    assert (again.themes, again.family, again.about) == (classifier.themes, "tfidf", classifier.about)
    assert again.thresholds.to_dict() == classifier.thresholds.to_dict()


def test_a_loaded_classifier_can_be_saved_again(saved: Path, texts: list[str], tmp_path: Path) -> None:
    first = ThemeClassifier.load(saved)
    first.save(tmp_path / "second")
    second = ThemeClassifier.load(str(tmp_path / "second"))
    np.testing.assert_array_equal(second.predict_proba(texts), first.predict_proba(texts))


def test_the_manifest_names_versions_and_every_file(saved: Path) -> None:
    manifest = json.loads((saved / "classifier.json").read_text("utf-8"))
    assert {"python", "numpy", "scikit-learn"} <= set(manifest["versions"])
    there = {path.relative_to(saved).as_posix() for path in saved.rglob("*") if path.is_file()}
    assert set(manifest["files"]) == there - {"classifier.json"}


def test_predictions_carry_themes_in_order_and_a_score_for_each(classifier: ThemeClassifier) -> None:
    gaza, nothing = classifier.predict(
        [
            "Bombs fell on Gaza again and the hospital in Rafah was hit near the mill. Famine is near.",
            "The museum opened its doors and children played music near the mill.",
        ]
    )
    assert gaza.themes == ["gaza", "food_security"]
    assert nothing.themes == []
    assert list(gaza.scores) == ["gaza", "sudan", "food_security"]
    assert all(type(score) is float and 0 <= score <= 1 for score in gaza.scores.values())


def test_no_texts_give_no_predictions(classifier: ThemeClassifier) -> None:
    assert classifier.predict([]) == []


def test_a_single_string_is_refused_for_it_would_be_read_letter_by_letter(classifier: ThemeClassifier) -> None:
    with pytest.raises(TypeError, match=r"predict\(\[text\]\)"):
        classifier.predict("Gaza")


def test_saving_over_something_is_refused(classifier: ThemeClassifier, tmp_path: Path) -> None:
    (tmp_path / "precious.txt").touch()
    with pytest.raises(ParathemeError, match="not empty; save to a new folder"):
        classifier.save(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["precious.txt"]


def test_a_folder_without_a_classifier_is_refused(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(ParathemeError, match="no saved classifier"):
            ThemeClassifier.load(folder)


@pytest.mark.parametrize("name", ["head.safetensors", "idf.safetensors", "vocabulary.json"])
def test_a_changed_file_is_refused_by_name_before_it_is_read(
    saved: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TfidfModel, "load", lambda *_: pytest.fail("a damaged file was read"))
    file = saved / "model" / name
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)
    with pytest.raises(ParathemeError, match=rf"{name}: damaged, its hash differs"):
        ThemeClassifier.load(saved)


def test_a_missing_file_is_refused_by_name(saved: Path) -> None:
    (saved / "model" / "idf.safetensors").unlink()
    with pytest.raises(ParathemeError, match=r"idf\.safetensors: missing"):
        ThemeClassifier.load(saved)


def test_a_file_that_is_no_part_of_it_is_refused_by_name(saved: Path) -> None:
    (saved / "model" / "extra.pkl").touch()
    with pytest.raises(ParathemeError, match=r"extra\.pkl: not part of the saved classifier"):
        ThemeClassifier.load(saved)


def test_another_format_is_refused_with_what_to_do(saved: Path) -> None:
    change_manifest(saved, format=99)
    with pytest.raises(ParathemeError, match="format 99, but this version reads 2; use the version"):
        ThemeClassifier.load(saved)


@pytest.mark.parametrize(
    "changes",
    [
        {"family": "oracle"}, {"parameters": {"nonsense": 1}}, {"parameters": []}, {"thresholds": {}}, {"files": 7},
        {"themes": ...}, {"about": ...}, {"family": ...}, {"format": ...}, {"files": ...},
    ],
)  # fmt: skip
def test_a_damaged_manifest_is_refused_in_one_line(saved: Path, changes: dict[str, Any]) -> None:
    change_manifest(saved, **changes)
    with pytest.raises(ParathemeError, match=r"classifier\.json: damaged") as caught:
        ThemeClassifier.load(saved)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"7", b"\xff\xfe"])
def test_a_manifest_that_is_no_json_object_is_refused(saved: Path, content: bytes) -> None:
    (saved / "classifier.json").write_bytes(content)
    with pytest.raises(ParathemeError, match=r"classifier\.json: damaged"):
        ThemeClassifier.load(saved)
