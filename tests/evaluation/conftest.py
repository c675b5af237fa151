"""What tests of evaluation share."""

from __future__ import annotations

from pathlib import Path

import pytest

from paratheme.corpus.corpus import Corpus
from paratheme.corpus.load import CorpusSettings, load_corpus
from paratheme.themes.theme_set import ThemeSet


@pytest.fixture(scope="session")
def corpus(table: Path, themes: ThemeSet) -> Corpus:
    """The eighty blocks of `rows`."""
    return load_corpus(CorpusSettings(name="blocks", path=str(table)), themes)
