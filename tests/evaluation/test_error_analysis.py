"""Wrong decisions, each with the learned text that is nearest to it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from paratheme.corpus.corpus import Corpus
from paratheme.evaluation.error_analysis import errors, nearest, with_nearest
from paratheme.evaluation.predictions import Predictions

LEARNED = np.arange(8, 80)


def test_wrongly_decided_texts_are_listed_the_worst_first(corpus: Corpus) -> None:
    rows = np.array([7, 0, 1, 2])
    tested = corpus.take(rows)
    assert tested.labels.tolist() == [[0, 0, 0], [1, 0, 1], [0, 1, 0], [0, 0, 1]]
    scores = np.array([[0.7, 0, 0], [0.9, 0, 0.4], [0.05, 0.9, 0.05], [0.99, 0, 0.02]], np.float32)
    found = errors(tested, Predictions.of(tested, scores, (scores >= 0.5).astype(int)))
    assert found["document"].tolist() == [corpus.blocks[row]["document"] for row in (2, 7, 0)]
    assert found["text"].tolist() == [corpus.texts[row] for row in (2, 7, 0)]
    assert found["gold"].tolist() == ["food_security", "", "gaza, food_security"]
    assert found["predicted"].tolist() == ["gaza", "gaza", "gaza"]
    assert found["surprise"].tolist() == [0.99, 0.7, 0.6]
    assert list(found)[-3:] == ["gaza", "sudan", "food_security"]


def test_without_errors_the_table_is_empty(corpus: Corpus) -> None:
    tested = corpus.take(np.arange(5))
    found = errors(tested, Predictions.of(tested, tested.labels.astype(np.float32), tested.labels))
    assert len(found) == 0


def test_the_text_that_shares_most_is_nearest_whatever_its_spelling() -> None:
    among = ["Bread has become dear.", "القتال في السودان مستمر", "Le musée a ouvert ses portes."]
    position, cosine = nearest(["LE MUSEE a fermé ses portes", "السُّودان", "zzz"], among)
    assert position[:2].tolist() == [2, 1]
    assert (cosine[:2] > 0.2).all()
    assert cosine[2] == 0


def test_the_nearest_learned_text_stands_beside_each_error(corpus: Corpus) -> None:
    table = pd.DataFrame({"text": [corpus.texts[0]], "surprise": [0.9], "gaza": [0.1]})
    found = with_nearest(table, corpus.take(LEARNED)).iloc[0]
    row = corpus.texts.index(found["nearest_training_text"])
    assert row in LEARNED
    assert "gaza" in found["nearest_training_themes"]
    assert found["nearest_training_document"] == corpus.blocks[row]["document"]
    assert 0 < found["similarity"] <= 1
    added = ["nearest_training_text", "nearest_training_themes", "nearest_training_document", "similarity"]
    assert list(found.index) == ["text", "surprise", *added, "gaza"]


def test_without_errors_there_is_nothing_to_look_for(corpus: Corpus) -> None:
    assert with_nearest(pd.DataFrame(), corpus.take(np.arange(8))).empty
