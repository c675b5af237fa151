"""The training text nearest to a wrongly decided one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from paratheme.corpus.corpus import CorpusSettings, load_corpus
from paratheme.evaluation.error_analysis import nearest, with_nearest
from paratheme.themes.theme_set import ThemeSet


def test_the_text_that_shares_most_is_nearest_whatever_its_spelling() -> None:
    among = ["Bread has become dear.", "القتال في السودان مستمر", "Le musée a ouvert ses portes."]
    position, cosine = nearest(["LE MUSEE a fermé ses portes", "السُّودان", "zzz"], among)
    assert position[:2].tolist() == [2, 1]
    assert (cosine[:2] > 0.2).all()
    assert cosine[2] == 0


def test_the_nearest_training_text_stands_beside_each_error(table: Path, themes: ThemeSet) -> None:
    corpus = load_corpus(CorpusSettings(name="blocks", path=str(table)), themes)
    errors = pd.DataFrame({"text": [corpus.texts[0]], "surprise": [0.9], "gaza": [0.1]})
    rows = np.arange(8, 80)
    found = with_nearest(errors, corpus, rows).iloc[0]
    row = corpus.texts.index(found["nearest_training_text"])
    assert row in rows
    assert "gaza" in found["nearest_training_themes"]
    assert found["nearest_training_document"] == corpus.blocks[row]["document"]
    assert 0 < found["similarity"] <= 1
    assert list(with_nearest(errors, corpus, rows))[-1] == "gaza"


def test_without_errors_there_is_nothing_to_look_for(table: Path, themes: ThemeSet) -> None:
    corpus = load_corpus(CorpusSettings(name="blocks", path=str(table)), themes)
    assert with_nearest(pd.DataFrame(), corpus, np.arange(8)).empty
