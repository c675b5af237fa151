"""The classifier: what it predicts, what comes back when it was saved, and what is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from paratheme import ThemeClassifier
from paratheme.classifier.calibration import Calibration
from paratheme.classifier.classifier import reads_words
from paratheme.errors import ParathemeError
from paratheme.models import build
from paratheme.models.lexicon import LexiconModel
from paratheme.models.settings import EncoderSettings
from paratheme.models.tfidf import TfidfModel
from paratheme.themes.theme_set import ThemeSet


@pytest.fixture(scope="module")
def classifier(texts: list[str], labels: Any, themes: ThemeSet) -> ThemeClassifier:
    model = TfidfModel(word_ngrams=(1, 1), char_ngrams=(2, 3)).fit(texts, labels)
    calibration = Calibration.fit(model.predict_proba(texts), labels)
    return ThemeClassifier(themes, "tfidf", model, calibration, {"corpus": "blocks", "test": {"macro_f1": 0.5}})


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


# Predicting


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


def test_decisions_are_the_themes_that_are_predicted(classifier: ThemeClassifier, texts: list[str]) -> None:
    ids = classifier.themes.ids
    expected = [[int(theme in prediction.themes) for theme in ids] for prediction in classifier.predict(texts)]
    assert classifier.decide(texts).tolist() == expected


def test_no_texts_give_no_predictions(classifier: ThemeClassifier) -> None:
    assert classifier.predict([]) == []
    assert classifier.decide([]).shape == (0, 3)


def test_a_single_string_is_refused_for_it_would_be_read_letter_by_letter(classifier: ThemeClassifier) -> None:
    with pytest.raises(TypeError, match=r"predict\(\[text\]\)"):
        classifier.predict("Gaza")


def test_a_theme_that_is_stated_to_be_rarer_scores_lower_and_the_others_as_before(
    classifier: ThemeClassifier, texts: list[str]
) -> None:
    before, after = classifier.predict_proba(texts), classifier.with_prior({"sudan": 0.01}).predict_proba(texts)
    assert (after[:, 1] < before[:, 1]).all()
    np.testing.assert_array_equal(after[:, [0, 2]], before[:, [0, 2]])
    np.testing.assert_array_equal(classifier.predict_proba(texts), before)


@pytest.mark.parametrize(
    ("prior", "said"),
    [
        ({"peace": 0.1}, "no theme 'peace'; there are gaza, sudan, food_security"),
        ({"gaza": 0.0}, "prior 0.0: lies between 0 and 1"),
        ({"gaza": 1.0}, "prior 1.0: lies between 0 and 1"),
    ],
)
def test_a_prior_that_cannot_be_is_refused(classifier: ThemeClassifier, prior: dict[str, float], said: str) -> None:
    with pytest.raises(ParathemeError, match=said):
        classifier.with_prior(prior)


def test_models_that_are_made_with_themes_are_calibrated_with_their_words() -> None:
    assert [kind for kind in ("lexicon", "tfidf", "finetuned", "hybrid") if reads_words(kind)] == ["lexicon", "hybrid"]


# Saving and loading


def test_a_saved_classifier_comes_back_whole(classifier: ThemeClassifier, saved: Path, texts: list[str]) -> None:
    again = ThemeClassifier.load(saved)
    np.testing.assert_allclose(again.predict_proba(texts), classifier.predict_proba(texts), atol=1e-4)
    assert [p.themes for p in again.predict(texts)] == [p.themes for p in classifier.predict(texts)]
    assert (again.themes, again.model_type, again.about) == (classifier.themes, "tfidf", classifier.about)
    assert again.model.get_params() == {**classifier.model.get_params(), "char_ngrams": [2, 3], "word_ngrams": [1, 1]}
    assert again.calibration.to_dict() == classifier.calibration.to_dict()


def test_a_loaded_classifier_can_be_saved_again(saved: Path, texts: list[str], tmp_path: Path) -> None:
    first = ThemeClassifier.load(saved)
    first.save(tmp_path / "second")
    second = ThemeClassifier.load(str(tmp_path / "second"))
    np.testing.assert_array_equal(second.predict_proba(texts), first.predict_proba(texts))


def test_themes_stand_once_in_the_manifest_and_reach_the_model_that_reads_their_words(
    texts: list[str], labels: Any, themes: ThemeSet, tmp_path: Path
) -> None:
    model = LexiconModel(themes).fit(texts, labels)
    calibration = Calibration.fit(model.predict_proba(texts), labels, words=model.word_evidence(texts))
    first = ThemeClassifier(themes, "lexicon", model, calibration)
    first.save(tmp_path / "saved")
    manifest = json.loads((tmp_path / "saved" / "classifier.json").read_text("utf-8"))
    assert manifest["parameters"] == {"single_label": False}
    assert manifest["themes"] == themes.to_dict()
    again = ThemeClassifier.load(tmp_path / "saved")
    assert again.calibration.reads_words
    np.testing.assert_array_equal(again.predict_proba(texts), first.predict_proba(texts))


def test_an_encoder_is_saved_with_the_classifier_and_the_folder_it_came_from_forgotten(
    texts: list[str], labels: Any, themes: ThemeSet, tiny_encoder: Path, tmp_path: Path
) -> None:
    settings = EncoderSettings(path=str(tiny_encoder), prefix="", max_length=32)
    model = build("finetuned", {"epochs": 0}, {"encoder": settings}).fit(texts, labels)
    first = ThemeClassifier(themes, "finetuned", model, Calibration.fit(model.predict_proba(texts), labels))
    first.save(tmp_path / "saved")
    assert str(tiny_encoder) not in (tmp_path / "saved" / "classifier.json").read_text("utf-8")
    again = ThemeClassifier.load(tmp_path / "saved")
    assert again.model.get_params()["encoder"] == settings.model_copy(update={"path": "saved"})
    np.testing.assert_allclose(again.predict_proba(texts), first.predict_proba(texts), atol=1e-4)
    change_manifest(tmp_path / "saved", parameters={"epochs": 0, "encoder": {"pooling": "max"}})
    with pytest.raises(
        ParathemeError, match=r"classifier\.json: damaged \(encoder: pooling=max: give one of mean, cls\)"
    ):
        ThemeClassifier.load(tmp_path / "saved")


def test_the_manifest_names_versions_and_every_file(saved: Path) -> None:
    manifest = json.loads((saved / "classifier.json").read_text("utf-8"))
    assert {"python", "numpy", "scikit-learn"} <= set(manifest["versions"])
    there = {path.relative_to(saved).as_posix() for path in saved.rglob("*") if path.is_file()}
    assert set(manifest["files"]) == there - {"classifier.json"}


# Refusals


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
def test_a_changed_file_is_refused_by_name_before_any_is_read(
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


def test_a_classifier_of_an_older_version_is_refused_with_what_to_do(saved: Path) -> None:
    change_manifest(saved, format=2, family="tfidf", model_type=...)
    with pytest.raises(ParathemeError, match="format 2, but this version reads 5; train it again"):
        ThemeClassifier.load(saved)


@pytest.mark.parametrize(
    "changes",
    [
        {"model_type": "oracle"}, {"parameters": {"nonsense": 1}}, {"parameters": []}, {"parameters": 7},
        {"calibration": {}}, {"calibration": []}, {"files": 7}, {"themes": {}}, {"themes": []},
        {"themes": {"themes": [{"id": "No Id"}]}}, {"model_type": ["tfidf"]},
        {"themes": ...}, {"about": ...}, {"model_type": ...}, {"parameters": ...}, {"calibration": ...},
        {"format": ...}, {"files": ...},
    ],
)  # fmt: skip
def test_a_damaged_manifest_is_refused_in_one_line(saved: Path, changes: dict[str, Any]) -> None:
    change_manifest(saved, **changes)
    with pytest.raises(ParathemeError, match=r"classifier\.json: damaged") as caught:
        ThemeClassifier.load(saved)
    assert "\n" not in str(caught.value)
