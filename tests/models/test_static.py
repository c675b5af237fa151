"""The mean of token vectors, read without the encoder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from paratheme.models.settings import EncoderSettings
from paratheme.models.static import StaticModel
from paratheme.themes.theme_set import ThemeSet


@pytest.fixture
def model(
    tiny_encoder: Path, themes: ThemeSet, texts: list[str], labels: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> StaticModel:
    monkeypatch.setenv("PARATHEME_CACHE", str(tmp_path / "cache"))
    return StaticModel(EncoderSettings(path=str(tiny_encoder)), themes, dimensions=8).fit(texts, labels)


def test_a_texts_vector_is_the_mean_of_its_tokens_whatever_stands_beside_it(
    model: StaticModel, texts: list[str]
) -> None:
    together = model._vectors([*texts[:5], "", "hospital Gaza"])
    assert together.shape == (7, 8)
    np.testing.assert_allclose(together[:5], np.vstack([model._vectors([text]) for text in texts[:5]]), atol=1e-6)
    np.testing.assert_allclose(together[6], model._vectors(["Gaza hospital"])[0], atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), [1, 1, 1, 1, 1, 0, 1], atol=1e-5)


def test_the_head_reads_vectors_and_words_as_they_are(model: StaticModel, texts: list[str]) -> None:
    features = np.hstack([model._vectors(texts), model._words(texts)])
    logits = features @ model.head_.coef.T + model.head_.intercept
    np.testing.assert_allclose(model.predict_proba(texts), 1 / (1 + np.exp(-logits)), atol=1e-5)


def test_tokens_are_read_once_and_kept_and_what_is_damaged_is_made_again(
    model: StaticModel, texts: list[str], labels: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (kept,) = (tmp_path / "cache").rglob("tokens-*.safetensors")
    whole, scores = kept.read_bytes(), model.predict_proba(texts)
    with monkeypatch.context() as patch:
        patch.setattr("paratheme.models.static._read_alone", lambda encoder: pytest.fail("read again"))
        again = StaticModel(model.encoder, model.themes, dimensions=8).fit(texts, labels)
    np.testing.assert_array_equal(again.predict_proba(texts), scores)
    kept.write_bytes(whole[:50])
    again = StaticModel(model.encoder, model.themes, dimensions=8).fit(texts, labels)
    np.testing.assert_allclose(again.predict_proba(texts), scores, atol=1e-3)
    assert len(kept.read_bytes()) == len(whole)
