"""Why a text gets its themes: scores against thresholds, the words that stand in it, labelled examples near it."""

from __future__ import annotations

from dataclasses import dataclass

from paratheme.classifier.classifier import ThemeClassifier
from paratheme.classifier.reasons import Reason
from paratheme.corpus.corpus import Corpus
from paratheme.documents.normalise import normalise
from paratheme.documents.phrases import whole_words

NGRAMS = (3, 5)  # letters in common are what makes texts near


@dataclass(frozen=True)
class Example:
    """A labelled block near a text.

    Attributes
    ----------
    document, text : str
    similarity : float
        The cosine of their character n-grams, from 0 to 1: it does not see through languages.
    """

    document: str
    text: str
    similarity: float


@dataclass(frozen=True)
class ThemeExplanation:
    """What speaks for one theme.

    Attributes
    ----------
    theme : str
    score : float
        The calibrated probability.
    threshold : float or None
        The theme is given from here on; None where every text has exactly one theme, the likeliest.
    given : bool
    words : list of str
        The theme's words that stand in the text, as it spells them.
    reason : Reason or None
        What carried it, where it is given.
    nearest : Example or None
        The labelled block of this theme that is nearest to the text, where a corpus was given that has one.
    """

    theme: str
    score: float
    threshold: float | None
    given: bool
    words: list[str]
    reason: Reason | None
    nearest: Example | None


def explain(classifier: ThemeClassifier, text: str, corpus: Corpus | None = None) -> list[ThemeExplanation]:
    """Explain what a classifier says of one text, theme by theme."""
    prediction = classifier.predict([text], explain=True)[0]
    places, thresholds = classifier.themes.lexicon.places(text), classifier.thresholds
    words = {theme: [text[start:end] for start, end in whole_words(text, found)] for theme, found in places.items()}
    nearest = _nearest(text, corpus) if corpus else {}
    return [
        ThemeExplanation(
            theme,
            prediction.scores[theme],
            thresholds.get(theme),
            theme in prediction.themes,
            list(dict.fromkeys(words.get(theme, []))),
            prediction.reasons.get(theme),
            nearest.get(theme),
        )
        for theme in classifier.themes.ids
    ]


def _nearest(text: str, corpus: Corpus) -> dict[str, Example]:
    """Return the labelled block of each theme that has most in common with a text."""
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=NGRAMS, sublinear_tf=True, lowercase=True)
    vectors = vectorizer.fit_transform([normalise(one) for one in corpus.texts])
    likeness = np.asarray((vectors @ vectorizer.transform([normalise(text)]).T).todense()).ravel()
    examples = {}
    for column, theme in enumerate(corpus.themes.ids):
        rows = np.flatnonzero(corpus.labels[:, column])
        if len(rows):
            best = int(rows[likeness[rows].argmax()])
            examples[theme] = Example(corpus.blocks[best]["document"], corpus.texts[best], float(likeness[best]))
    return examples
