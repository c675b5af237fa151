"""The labelled text most like another: what a wrong decision may have been learned from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfVectorizer

from paratheme.documents.normalise import normalise

if TYPE_CHECKING:
    import pandas as pd

    from paratheme.corpus.corpus import Corpus

BATCH = 256  # rows of similarities held at once


def with_nearest(table: pd.DataFrame, corpus: Corpus, rows: npt.NDArray[np.int64]) -> pd.DataFrame:
    """Return a table of texts with the nearest training text beside each.

    Parameters
    ----------
    table : pandas.DataFrame
        With columns `text` and `surprise`, as `paratheme.evaluation.format.errors` gives it.
    corpus : Corpus
    rows : ndarray
        The rows that the model learned from.

    Returns
    -------
    pandas.DataFrame
        With `nearest_training_text, nearest_training_themes, nearest_training_document, similarity` after
        `surprise`.
    """
    if not len(table):
        return table
    found, similarity = nearest(list(table["text"]), [corpus.texts[row] for row in rows])
    blocks = [corpus.blocks[int(rows[i])] for i in found]
    added = {
        "nearest_training_text": [block["text"] for block in blocks],
        "nearest_training_themes": [", ".join(corpus.themes.ids[theme] for theme in b["themes"]) for b in blocks],
        "nearest_training_document": [block["document"] for block in blocks],
        "similarity": [round(float(value), 3) for value in similarity],
    }
    after = list(table).index("surprise") + 1
    return table.assign(**added)[[*list(table)[:after], *added, *list(table)[after:]]]


def nearest(texts: Sequence[str], among: Sequence[str]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Return, for each text, the position and cosine of the likest other by TF-IDF of its character 4-grams.

    Parameters
    ----------
    texts : sequence of str
    among : sequence of str
        At least one.
    """
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
