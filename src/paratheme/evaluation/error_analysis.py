"""Wrong decisions, each with the labelled text that it may have been learned from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from paratheme.corpus.corpus import Corpus
from paratheme.documents.normalise import normalise
from paratheme.evaluation.predictions import Predictions
from paratheme.types import Floats, Labels, Rows

if TYPE_CHECKING:
    import pandas as pd

BATCH = 256  # rows of similarities held at once


def errors(corpus: Corpus, predictions: Predictions) -> pd.DataFrame:
    """Return the wrongly decided blocks of the tested `corpus`, the worst first.

    Columns `text, gold, predicted, surprise, language, document` and a score for each theme; `surprise` is the largest
    distance between a probability and the label. What is wrong stands first: MLflow shows three columns at once.
    """
    import pandas as pd

    ids, scores = corpus.themes.ids, predictions.scores
    surprise = np.abs(predictions.y_true - scores).max(axis=1)
    wrong = np.flatnonzero((predictions.y_true != predictions.y_pred).any(axis=1))
    rows = []
    for i in wrong[np.argsort(-surprise[wrong], kind="stable")]:
        block = corpus.blocks[int(i)]
        row = {"text": block["text"]}
        row |= {"gold": _names(predictions.y_true[i], ids), "predicted": _names(predictions.y_pred[i], ids)}
        row |= {"surprise": round(float(surprise[i]), 3), "language": block["language"], "document": block["document"]}
        rows.append(row | {theme: round(float(s), 3) for theme, s in zip(ids, scores[i], strict=True)})
    return pd.DataFrame(rows)


def with_nearest(table: pd.DataFrame, learned: Corpus) -> pd.DataFrame:
    """Return a table of `errors` with the nearest `learned` block for each.

    Adds `nearest_training_text, nearest_training_themes, nearest_training_document, similarity` after `surprise`.
    """
    if not len(table):
        return table
    positions, similarity = nearest(list(table["text"]), learned.texts)
    blocks = [learned.blocks[int(i)] for i in positions]
    added = {
        "nearest_training_text": [block["text"] for block in blocks],
        "nearest_training_themes": [", ".join(learned.themes.ids[theme] for theme in b["themes"]) for b in blocks],
        "nearest_training_document": [block["document"] for block in blocks],
        "similarity": [round(float(value), 3) for value in similarity],
    }
    after = list(table).index("surprise") + 1
    return table.assign(**added)[[*list(table)[:after], *added, *list(table)[after:]]]


def nearest(texts: Sequence[str], among: Sequence[str]) -> tuple[Rows, Floats]:
    """Return, for each text, the position and cosine of the likest other by TF-IDF of its character 4-grams."""
    vectorizer = TfidfVectorizer(
        preprocessor=lambda text: normalise(text, fold_case=True),
        analyzer="char_wb",
        ngram_range=(4, 4),
        sublinear_tf=True,
        dtype=np.float32,
    )
    known = vectorizer.fit_transform(among).T.tocsr()
    asked = vectorizer.transform(texts)
    position, cosine = np.zeros(len(texts), np.int64), np.zeros(len(texts))
    for start in range(0, len(texts), BATCH):
        similarity = (asked[start : start + BATCH] @ known).toarray()
        position[start : start + BATCH] = similarity.argmax(axis=1)
        cosine[start : start + BATCH] = similarity.max(axis=1)
    return position, cosine


def _names(flags: Labels, ids: Sequence[str]) -> str:
    return ", ".join(theme for theme, given in zip(ids, flags, strict=True) if given)
