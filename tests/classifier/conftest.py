"""A classifier of words, and a document."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from paratheme import ThemeClassifier
from paratheme.classifier.calibration import Calibration
from paratheme.models.lexicon import LexiconModel
from paratheme.themes.theme_set import ThemeSet
from tests.classifier.filed import DOCUMENT


@pytest.fixture(scope="module")
def classifier(texts: list[str], labels: Any, themes: ThemeSet) -> ThemeClassifier:
    model = LexiconModel(themes).fit(texts, labels)
    return ThemeClassifier(themes, "lexicon", model, Calibration.fit(model.predict_proba(texts), labels))


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "report.txt"
    path.write_text(DOCUMENT, "utf-8")
    return path
