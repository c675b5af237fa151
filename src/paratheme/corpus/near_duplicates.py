"""Near-copies and translations: which documents without a story id tell the same story."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from paratheme.documents.normalise import normalise
from paratheme.types import Floats, Vectors

SHINGLE = 5  # characters: serves scripts that write no spaces, too
PERMUTATIONS = 128
COPY_SIMILARITY = 0.6
Embed = Callable[[Sequence[str]], Vectors]


@dataclass(frozen=True)
class Pair:
    """Two documents held to tell one story.

    Attributes
    ----------
    first, second : str
        The documents.
    reason : {"copy", "translation"}
    similarity : float
        Estimated Jaccard similarity of a copy, centred cosine of a translation.
    """

    first: str
    second: str
    reason: str
    similarity: float


def group_stories(
    documents: Sequence[str],
    texts: Sequence[str],
    languages: Sequence[str],
    stories: Sequence[str],
    *,
    embed: Embed | None,
    copy_similarity: float = COPY_SIMILARITY,
    translation_similarity: float = 0.5,
) -> tuple[list[str], list[Pair]]:
    """Give every row a story: its own id, or the group that its document was found to belong to.

    Parameters
    ----------
    documents, texts, languages, stories : sequence of str, length n
        One entry a block; an empty story is to be found.
    embed : callable or None
        Texts -> unit vectors, for translations; None leaves translations ungrouped.
    copy_similarity : float
        Documents whose sets of character 5-grams overlap this much (Jaccard, estimated by MinHash;
        Broder, 1997) are copies.
    translation_similarity : float
        Documents in two languages whose mean vectors, centred by language, have at least this cosine and
        are each other's nearest are translations.

    Returns
    -------
    stories : list of str, length n
    pairs : list of Pair
        What was grouped, and why.
    """
    rows_of: dict[str, list[int]] = {}
    given: dict[str, str] = {}
    for row, (document, story) in enumerate(zip(documents, stories, strict=True)):
        rows_of.setdefault(document, []).append(row)
        if story:
            given.setdefault(document, story)
    unnamed = {document for document, story in zip(documents, stories, strict=True) if not story}
    if not unnamed:
        return list(stories), []
    names = sorted(rows_of)
    pairs = copies(((name, " ".join(texts[row] for row in rows_of[name])) for name in names), copy_similarity)
    if embed is not None:
        language_of = {name: languages[rows_of[name][0]] for name in names}
        # one vector a document: the mean over its blocks
        vectors = embed([texts[row] for name in names for row in rows_of[name]])
        owner = np.repeat(np.arange(len(names)), [len(rows_of[name]) for name in names])
        means = np.zeros((len(names), vectors.shape[1]))
        np.add.at(means, owner, vectors)
        pairs += _translations(names, [language_of[name] for name in names], means, translation_similarity)
    pairs = [pair for pair in pairs if {pair.first, pair.second} & unnamed]  # explicit story ids win
    root = roots(names, pairs)
    story_of: dict[str, str] = {}
    for name in sorted(given, key=lambda name: given[name]):
        story_of.setdefault(root[name], given[name])
    found = [
        story or story_of.get(root[document], f"~{root[document]}")
        for document, story in zip(documents, stories, strict=True)
    ]
    return found, pairs


def copies(documents: Iterable[tuple[str, str]], similarity: float = COPY_SIMILARITY) -> list[Pair]:
    """Return which documents are near-copies of each other; of each that was read a sketch is kept.

    Parameters
    ----------
    documents : iterable of (str, str)
        Names, no two alike, and texts.
    similarity : float
        As `copy_similarity` in `group_stories`.
    """
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=similarity, num_perm=PERMUTATIONS)
    sketches: dict[str, MinHash] = {}
    pairs = []
    for name, text in documents:
        text = normalise(text, fold_case=True)
        shingles = {text[i : i + SHINGLE].encode() for i in range(max(1, len(text) - SHINGLE + 1))}
        sketch = MinHash(PERMUTATIONS, seed=1)
        sketch.update_batch(list(shingles))
        for other in sorted(index.query(sketch)):
            found = sketch.jaccard(sketches[other])
            if found >= similarity:
                pairs.append(Pair(other, name, "copy", round(float(found), 3)))
        sketches[name] = sketch
        index.insert(name, sketch)
    return pairs


def _translations(names: Sequence[str], languages: Sequence[str], means: Floats, similarity: float) -> list[Pair]:
    language = np.asarray(languages)
    centred = means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)
    for one in np.unique(language):  # what all texts of a language share says nothing about a story
        centred[language == one] -= centred[language == one].mean(axis=0)
    centred /= np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9)
    pairs = []
    for one, other in combinations(np.unique(language), 2):
        rows, columns = np.flatnonzero(language == one), np.flatnonzero(language == other)
        cosine = centred[rows] @ centred[columns].T
        nearest, back = cosine.argmax(axis=1), cosine.argmax(axis=0)
        for i, j in enumerate(nearest):
            if back[j] == i and cosine[i, j] >= similarity:
                pairs.append(Pair(names[rows[i]], names[columns[j]], "translation", round(float(cosine[i, j]), 3)))
    return pairs


def roots(names: Sequence[str], pairs: Sequence[Pair]) -> dict[str, str]:
    """Return for each document the first name of the group it is linked into."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    position = {name: i for i, name in enumerate(names)}
    first = [position[pair.first] for pair in pairs]
    second = [position[pair.second] for pair in pairs]
    links = coo_array((np.ones(len(pairs)), (first, second)), shape=(len(names), len(names)))
    component: list[int] = list(connected_components(links, directed=False)[1]) if names else []
    root: dict[int, str] = {}
    for name, group in zip(names, component, strict=True):
        root.setdefault(group, name)
    return {name: root[group] for name, group in zip(names, component, strict=True)}
