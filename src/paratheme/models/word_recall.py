"""What the themes' words in a text say, and what their absence says in its language.

A word has three states: it is there, it is not there, or nobody knows, because the theme set has no words of the
text's language. How much an absence says lies between the last two: where words find one text of a theme in three,
their absence says little; where they find nine in ten, much. So it is measured, language by language: the log of the
share of a theme's texts that its words miss, which is 0 where there are no words to miss them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import numpy as np

from paratheme.documents.language import languages_of_each
from paratheme.themes.theme_set import ThemeSet
from paratheme.types import Floats, Labels, Vectors

MANY = 3  # words of one theme: more say no more
TRUST = 20  # labelled texts of a theme's that a language needs for its own recall to weigh half
FILE = "words.json"


@dataclass(frozen=True)
class WordRecall:
    """In what share of the texts about a theme one of its words stands.

    Attributes
    ----------
    by_language : mapping of str to float
        For each language that there were labelled texts in, drawn towards the others where these were few.
    other : float
        In languages without labelled texts for which the theme set has words: the mean of the others.
    """

    by_language: Mapping[str, float] = field(default_factory=dict)
    other: float = 0.5

    @classmethod
    def fit(cls, themes: ThemeSet, texts: Sequence[str], Y: Labels) -> Self:
        """Measure it on texts and their 0/1 labels, shape (n, themes)."""
        languages = languages_of_each(texts)
        about, hits = (Y == 1) & _named(themes, languages), themes.lexicon.hits(texts)
        counts = {}
        for language in sorted(set(languages)):
            rows = np.asarray(languages) == language
            if about[rows].any():
                counts[language] = int(hits[rows][about[rows]].sum()), int(about[rows].sum())
        if not counts:
            return cls()
        other = float(np.mean([(found + 1) / (texts_about + 2) for found, texts_about in counts.values()]))
        drawn = {language: (found + TRUST * other) / (n + TRUST) for language, (found, n) in counts.items()}
        return cls(drawn, other)

    def evidence(self, themes: ThemeSet, texts: Sequence[str]) -> Floats:
        """Return what words say of each theme in each text, for calibration.

        Returns
        -------
        ndarray of float64, shape (n, themes)
            1 where a word decides for the theme, or else the log of the share of its texts that words miss: 0 where
            the theme set has no words of the text's language, or the text is too short to tell it.
        """
        return np.where(themes.lexicon.hits(texts) > 0, 1.0, self._of_absence(themes, texts))

    def features(self, themes: ThemeSet, texts: Sequence[str], weight: float) -> Vectors:
        """Return what words say of each theme in each text, for a linear layer, shape (n, 5 * themes).

        For each theme: does a word decide for it, how many do, is there only a weak one, is there any at all, and what
        does it say that there is none. All 0 where nothing is known.
        """
        count = themes.lexicon.matrix(texts)
        absence = np.where(count == 0, self._of_absence(themes, texts), 0)
        features = [count >= 1, np.minimum(count, MANY) / MANY, count == 0.5, count > 0, absence]
        return (weight * np.hstack(features)).astype(np.float32)

    def save(self, folder: Path) -> None:
        """Write it as JSON."""
        data = {"by_language": {**self.by_language}, "other": self.other}
        (folder / FILE).write_text(json.dumps(data, sort_keys=True), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote."""
        data = json.loads((folder / FILE).read_text("utf-8"))
        recall = cls({str(key): float(value) for key, value in data["by_language"].items()}, float(data["other"]))
        if not all(0 <= value < 1 for value in (*recall.by_language.values(), recall.other)):
            raise ValueError(f"{FILE}: a share of texts is not between 0 and 1")
        return recall

    def _of_absence(self, themes: ThemeSet, texts: Sequence[str]) -> Floats:
        languages = languages_of_each(texts)
        recall = np.array([self.by_language.get(language, self.other) for language in languages])
        return np.asarray(np.log1p(-recall.reshape(-1, 1) * _named(themes, languages)))


def _named(themes: ThemeSet, languages: Sequence[str]) -> Labels:
    """Return whether each theme has words in each language, shape (n, themes)."""
    known = [{*theme.words, *theme.weak} for theme in themes.themes]
    rows = {language: [language in its for its in known] for language in set(languages)}
    return np.array([rows[language] for language in languages], bool).reshape(len(languages), len(known))
