"""What looks wrong in labelled blocks: labels that a model contradicts, copies labelled otherwise, gaps, shortcuts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from paratheme.classifier.calibration import Calibration, best_threshold
from paratheme.classifier.classifier import reads_words
from paratheme.corpus.corpus import Corpus
from paratheme.corpus.near_duplicates import group_stories
from paratheme.documents.normalise import normalise
from paratheme.evaluation.metrics import per_theme
from paratheme.models.word_recall import WordRecall
from paratheme.themes.theme_set import ThemeSet
from paratheme.themes.word_list import WordList, masked
from paratheme.training.config import Config
from paratheme.training.fit import OUT_OF_FOLD, around, folds_by_story, new_model
from paratheme.types import Labels, Scores

COPY = 0.8  # of their 5-grams of characters, two blocks that are copies share


@dataclass(frozen=True)
class Suspect:
    """A label that is likely wrong.

    Attributes
    ----------
    row : int
        Of the corpus.
    theme : str
    given : bool
        Whether the theme was given.
    probability : float
        That the block carries it, by a model that did not learn from its story.
    confident : bool
        Whether this is as sure as the model usually is of the blocks that are labelled so.
    """

    row: int
    theme: str
    given: bool
    probability: float
    confident: bool


@dataclass(frozen=True)
class Shortcut:
    """What remains of a theme when its words are masked.

    Attributes
    ----------
    theme : str
    f1, masked_f1 : float
        Out of fold; NaN without an example.
    """

    theme: str
    f1: float
    masked_f1: float


def out_of_fold(corpus: Corpus, config: Config) -> tuple[Scores, Scores]:
    """Return probabilities of the texts, and of the texts with the words of each theme masked, shape (n, themes).

    A model that a text's story was kept from gives them; in the second, a theme's column is of the texts without the
    words of that theme.
    """
    themes = corpus.themes
    texts = [normalise(text) for text in corpus.texts]
    without = [mask_words(texts, themes, theme) for theme in range(len(themes.ids))]
    folds = folds_by_story(corpus, OUT_OF_FOLD)
    P, P_masked = (np.zeros((len(corpus), len(themes.ids)), np.float32) for _ in range(2))
    for fold in np.unique(folds):
        learn, held = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        model = new_model(config).fit([texts[row] for row in learn], corpus.labels[learn])
        P[held] = model.predict_proba([texts[row] for row in held])
        for theme, copies in enumerate(without):
            changed = [row for row in held if copies[row] != texts[row]]
            P_masked[held, theme] = P[held, theme]
            if changed:
                P_masked[changed, theme] = model.predict_proba([copies[row] for row in changed])[:, theme]
    return P, P_masked


def with_documents(corpus: Corpus, P: Scores, config: Config) -> Scores:
    """Return calibrated probabilities, in which the rest of each block's document is read too."""
    words, near = None, around(corpus, P)
    if reads_words(config.model.model_type):
        recall = WordRecall.fit(corpus.themes, corpus.texts, corpus.labels)
        words = recall.evidence(corpus.themes, corpus.texts)
    calibration = Calibration.fit(P, corpus.labels, corpus.single_label, words=words, around=near)
    return calibration.calibrate(P, words, near)


def suspects(Y: Labels, P: Scores, themes: Sequence[str]) -> list[Suspect]:
    """Return every label, the likeliest error first.

    Confident learning (Northcutt, Jiang and Chuang, 2021, "Confident learning: estimating uncertainty in dataset
    labels"), for each theme by itself: a label is contradicted where the model is as sure of the opposite as it is on
    average of the blocks that are labelled so. Those come first; within both groups, those of which it is surest.

    Parameters
    ----------
    Y : ndarray of 0 and 1, shape (n, themes)
    P : ndarray, shape (n, themes)
        Out of fold.
    themes : sequence of str
    """
    found = []
    for column, theme in enumerate(themes):
        y, p = Y[:, column] == 1, P[:, column].astype(np.float64)
        if y.all() or not y.any():  # nothing to compare with
            continue
        sure_of_it, sure_of_none = p[y].mean(), (1 - p[~y]).mean()
        contradicted = np.where(y, 1 - p >= sure_of_none, p >= sure_of_it)
        found += [Suspect(row, theme, bool(y[row]), float(p[row]), bool(contradicted[row])) for row in range(len(y))]
    return sorted(found, key=lambda one: (not one.confident, one.probability if one.given else 1 - one.probability))


def copies_labelled_otherwise(corpus: Corpus) -> list[tuple[int, int]]:
    """Return pairs of rows whose texts are copies of each other, or nearly so, with different themes."""
    rows = [str(row) for row in range(len(corpus))]
    _, pairs = group_stories(rows, corpus.texts, corpus.languages, [""] * len(rows), embed=None, copy_similarity=COPY)
    found = [tuple(sorted((int(pair.first), int(pair.second)))) for pair in pairs]
    return sorted((a, b) for a, b in found if (corpus.labels[a] != corpus.labels[b]).any())


def rare_themes(corpus: Corpus, fewest: int) -> list[tuple[str, str, int]]:
    """Return language, theme and number of blocks where these are fewer than `fewest`."""
    languages = np.array(corpus.languages, dtype=object)
    counts = [
        (language, theme, int(corpus.labels[languages == language, column].sum()))
        for language in sorted(set(languages))
        for column, theme in enumerate(corpus.themes.ids)
    ]
    return [one for one in counts if one[2] < fewest]


def shortcuts(Y: Labels, P: Scores, P_masked: Scores, themes: Sequence[str]) -> list[Shortcut]:
    """Return the F1 of each theme with and without its words, at the threshold that is best with them."""
    threshold = np.array([best_threshold(p, y) if y.any() else 0.5 for p, y in zip(P.T, Y.T, strict=True)])
    with_words, without = (per_theme(Y, (scores >= threshold).astype(np.int64))[2] for scores in (P, P_masked))
    return [Shortcut(*one) for one in zip(themes, map(float, with_words), map(float, without), strict=True)]


def mask_words(texts: Sequence[str], themes: ThemeSet, theme: int) -> list[str]:
    """Return normalised texts without the words of a theme, weak ones among them."""
    chosen = themes.themes[theme]
    patterns = [WordList(words).pattern for words in (chosen.words, chosen.weak)]
    for pattern in patterns:
        if pattern is not None:
            texts = [masked(text, pattern.finditer(text)) for text in texts]
    return [" ".join(text.split()) if "\n" in text else text for text in texts]
