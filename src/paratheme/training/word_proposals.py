"""Words that may speak of a new theme: those its examples have more often than other texts, and those near in meaning.

Both are proposals for a person to review: few examples have many words by chance.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from paratheme.corpus.label_file import TextBlock
from paratheme.documents.normalise import normalise
from paratheme.documents.phrases import words
from paratheme.types import Floats, Vectors

MOST = 15  # words a language
SHORTEST = 3  # letters
PRIOR = 500.0  # words as if seen before in either kind of text
BEYOND_CHANCE = 1.96  # standard errors
IN_EXAMPLES = 2  # in so many a word must stand that is proposed for its frequency
NEAR = 0.25  # cosine from which a word is near in meaning
MIDDLE = 400  # texts that tell what is common to all
COMMONEST = 2000  # words of a language that are looked at, besides those of the examples
ELISION = re.compile(r"^\w{1,2}['’](?=\w)")
ARTICLE = re.compile("^(?:[وف]?[بك]?ال|[وف]?لل)(?=.{3})")  # without it a word is found with it, too


@dataclass(frozen=True)
class Proposal:
    """A word that may speak of a theme.

    Attributes
    ----------
    word, language : str
    contrast : float
        By how many standard errors it is more frequent in the examples than in other texts.
    likeness : float
        How near its meaning is to definition and examples: a cosine, after what all words and texts share is taken off.
    """

    word: str
    language: str
    contrast: float
    likeness: float


def propose_words(
    definition: str,
    examples: Sequence[TextBlock],
    others: Sequence[TextBlock],
    languages: Sequence[str],
    embed: Callable[[Sequence[str]], Vectors],
    most: int = MOST,
) -> list[Proposal]:
    """Propose words for a theme.

    Parameters
    ----------
    definition : str
    examples : sequence of TextBlock
        Texts about the theme.
    others : sequence of TextBlock
        Texts of which hardly any is about it.
    languages : sequence of str
    embed : callable
        Returns unit vectors of texts.
    most : int
        How many words a language, at most.

    Returns
    -------
    list of Proposal
        Language by language, those nearest in meaning first.
    """
    some = others[:: max(1, len(others) // MIDDLE)]
    center = embed([block.text for block in some]).mean(axis=0)
    about = embed([block.text for block in examples]).mean(axis=0)
    target = (embed([definition])[0] + about) / 2 - center if definition else about - center
    return [
        proposal
        for language in languages
        for proposal in _of_language(
            language,
            [word_forms(block.text) for block in examples if block.language == language],
            [word_forms(block.text) for block in others if block.language == language],
            target,
            embed,
        )[:most]
    ]


def word_forms(text: str) -> list[str]:
    """Return the words of a text as a word list has them: in lower case, without article or elision before them."""
    found = (ARTICLE.sub("", ELISION.sub("", text[start:end].lower())) for start, end in words(text))
    return [word for word in found if len(word) >= SHORTEST and not any(map(str.isdigit, word))]


def contrast(more: Counter[str], less: Counter[str]) -> dict[str, float]:
    """Return by how many standard errors each word of `more` is more frequent there than in `less`.

    The log-odds ratio with an informative Dirichlet prior, the frequencies in both together (Monroe, Colaresi and
    Quinn, 2008, "Fightin' words", equations 16, 20 and 22).
    """
    both = more + less
    total, n, m = both.total(), more.total(), less.total()
    found = {}
    for word, count in more.items():
        seen = PRIOR * both[word] / total
        here = np.log(count + seen) - np.log(n + PRIOR - count - seen)
        there = np.log(less[word] + seen) - np.log(m + PRIOR - less[word] - seen)
        found[word] = float((here - there) / np.sqrt(1 / (count + seen) + 1 / (less[word] + seen)))
    return found


def _of_language(
    language: str,
    examples: Sequence[list[str]],
    others: Sequence[list[str]],
    target: Floats,
    embed: Callable[[Sequence[str]], Vectors],
) -> list[Proposal]:
    spelled: dict[str, Counter[str]] = {}  # what a word is compared as -> how it is written, and how often
    for form in (form for forms in (*examples, *others) for form in forms):
        spelled.setdefault(_folded(form), Counter())[form] += 1
    more, less, in_examples = (Counter(_each(texts)) for texts in (examples, others, map(set, examples)))
    common = [word for word, _ in (more + less).most_common(COMMONEST)]
    vocabulary = list(dict.fromkeys([*more, *common]))
    if not vocabulary:
        return []
    vectors = embed([spelled[word].most_common(1)[0][0] for word in vocabulary])
    vectors = vectors - vectors.mean(axis=0)
    lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(target)
    likeness = dict(zip(vocabulary, (vectors @ target / np.maximum(lengths, 1e-9)).tolist(), strict=True))
    by_contrast = contrast(more, less)
    chosen = [
        word
        for word in vocabulary
        if likeness[word] >= NEAR
        or (in_examples[word] >= IN_EXAMPLES and by_contrast[word] >= BEYOND_CHANCE and likeness[word] >= NEAR / 2)
    ]
    chosen.sort(key=lambda word: -likeness[word])
    return [
        Proposal(spelled[word].most_common(1)[0][0], language, by_contrast.get(word, 0.0), likeness[word])
        for word in chosen
    ]


def _each(texts: Iterable[Iterable[str]]) -> Iterable[str]:
    return (_folded(form) for text in texts for form in text)


def _folded(word: str) -> str:
    return normalise(word, fold_case=True)
