"""Character and word n-grams with logistic regression."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from scipy.sparse import hstack
from sklearn.base import BaseEstimator
from sklearn.feature_extraction.text import TfidfVectorizer

from paratheme.documents.normalise import normalise
from paratheme.models.linear_head import LinearHead
from paratheme.types import Floats, Labels, Scores


def _features(text: str) -> str:
    return normalise(text, fold_case=True)


class TfidfModel(BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """TF-IDF of character and word n-grams of the normalised text, a logistic regression per theme.

    Parameters
    ----------
    char_ngrams, word_ngrams : tuple of int
        Smallest and largest n-gram; characters are taken inside word boundaries.
    min_count : int
        An n-gram in fewer training texts than this is left out.
    C : float
        Inverse strength of the L2 penalty.
    class_weight : {"balanced"} or None
        As in `sklearn.linear_model.LogisticRegression`.
    single_label : bool
        Whether each text carries exactly one theme.
    """

    def __init__(
        self,
        char_ngrams: Sequence[int] = (2, 5),
        word_ngrams: Sequence[int] = (1, 2),
        min_count: int = 2,
        C: float = 10.0,
        class_weight: str | None = "balanced",
        single_label: bool = False,
    ) -> None:
        self.char_ngrams = char_ngrams
        self.word_ngrams = word_ngrams
        self.min_count = min_count
        self.C = C
        self.class_weight = class_weight
        self.single_label = single_label

    def fit(
        self,
        texts: Sequence[str],
        Y: Labels,
        valid: tuple[Sequence[str], Labels] | None = None,
        checkpoints: Path | None = None,
    ) -> Self:
        """Learn from `texts` and `Y`; `valid` and `checkpoints` are not used."""
        self.vectorizers_ = self._vectorizers(None, None)
        X = hstack([vectorizer.fit_transform(texts) for vectorizer in self.vectorizers_]).tocsr()
        self.head_ = self._head().fit(X, Y)
        return self

    def predict_proba(self, texts: Sequence[str]) -> Scores:
        """Return probabilities, float32, shape (n, themes)."""
        if not len(texts):
            return np.zeros((0, len(self.head_.intercept)), np.float32)
        X = hstack([vectorizer.transform(texts) for vectorizer in self.vectorizers_]).tocsr()
        return self.head_.predict_proba(X)

    def word_logits(self, texts: Sequence[str]) -> Floats:
        """Return zeros, shape (n, themes): the themes' words are not read."""
        return np.zeros((len(texts), len(self.head_.intercept)))

    word_evidence = word_logits

    def save(self, folder: Path) -> None:
        """Write vocabulary (JSON), inverse document frequencies and coefficients (safetensors)."""
        from safetensors.numpy import save_file

        vocabularies = [list(vectorizer.get_feature_names_out()) for vectorizer in self.vectorizers_]
        (folder / "vocabulary.json").write_text(json.dumps(vocabularies, ensure_ascii=False), "utf-8")
        save_file({str(i): v.idf_ for i, v in enumerate(self.vectorizers_)}, folder / "idf.safetensors")
        self.head_.save(folder / "head.safetensors")

    def load(self, folder: Path) -> Self:
        """Read what `save` wrote."""
        from safetensors.numpy import load_file

        vocabularies = json.loads((folder / "vocabulary.json").read_text("utf-8"))
        self.vectorizers_ = self._vectorizers(*vocabularies)
        idf = load_file(folder / "idf.safetensors")
        for i, vectorizer in enumerate(self.vectorizers_):
            vectorizer.idf_ = idf[str(i)]
        self.head_ = self._head().load(folder / "head.safetensors")
        return self

    def _head(self) -> LinearHead:
        return LinearHead(self.C, self.class_weight, self.single_label)

    def _vectorizers(self, *vocabularies: list[str] | None) -> list[TfidfVectorizer]:
        common: dict[str, Any] = {
            "preprocessor": _features,
            "min_df": self.min_count,
            "sublinear_tf": True,
            "dtype": np.float32,
        }
        characters, words = vocabularies
        return [
            TfidfVectorizer(analyzer="char_wb", ngram_range=tuple(self.char_ngrams), vocabulary=characters, **common),
            TfidfVectorizer(token_pattern=r"\w+", ngram_range=tuple(self.word_ngrams), vocabulary=words, **common),
        ]
