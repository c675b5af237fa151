"""Has a stream of documents moved? Permutation tests between two piles, whole documents at a time.

Blocks of one document are alike, so that tests which take them for independent find movement everywhere. Here the
documents of both piles are dealt out anew, as many to either side, and whatever is measured is measured again: where
nothing moved, the observed figure is one of many (Good, 2005, "Permutation, parametric and bootstrap tests of
hypotheses").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from paratheme.evaluation.bootstrap import TOLERANCE, holm
from paratheme.evaluation.streams import Stream, positions, table_of
from paratheme.types import Floats

AT_ONCE = 100  # permutations that are measured together
NUMBERS = 2_000_000  # that are held at once while words are counted
SHOWN = 8  # words that are named
OTHER_TESTS = ("languages", "kinds", "unseen words", "distance")  # besides one a theme
FEWEST = 5  # documents on either side


@dataclass(frozen=True)
class Moved:
    """One test of two piles.

    Attributes
    ----------
    what : str
        ``theme ID``, ``languages``, ``kinds``, ``unseen words`` or ``distance``.
    baseline, new : float
        The figure in either pile, or where nothing moved and now.
    statistic : float
        What is permuted.
    effect : float
        Its size: Cohen's h for a theme's share, the share of blocks that would have to change for languages and kinds,
        the excess share of unseen words, the energy coefficient of the distance.
    p, p_holm : float
        By permutation, and adjusted for the number of tests.
    moved : bool
    told : str
        What that means, in a line.
    """

    what: str
    baseline: float
    new: float
    statistic: float
    effect: float
    p: float
    p_holm: float
    moved: bool
    told: str


@dataclass(frozen=True)
class _Measured:
    """A figure of the piles as they are, and of every permutation."""

    what: str
    baseline: float
    new: float
    effect: float
    told: str
    permuted: Floats  # the first is that of the piles as they are


def movement(
    baseline: Stream,
    new: Stream,
    themes: Sequence[str],
    vectors: Any,
    level: float = 0.05,
    permutations: int = 999,
    seed: int = 0,
) -> list[Moved]:
    """Test whether a pile is like another.

    Parameters
    ----------
    baseline, new : Stream
        Of at least `FEWEST` documents each.
    themes : sequence of str
    vectors : ndarray or sparse matrix
        Of the blocks in the sample of `baseline`, then of those in that of `new`.
    level : float
        How likely it may be that anything is found where nothing moved.
    permutations : int
    seed : int

    Returns
    -------
    list of Moved
        A test for each theme, then for languages, kinds, unseen words and the distance.
    """
    documents = [*baseline.documents, *new.documents]
    sides = np.repeat([False, True], [len(baseline.documents), len(new.documents)])
    draws = list(_deals(sides, permutations, seed))
    blocks = np.array([document.blocks for document in documents], np.float64)[:, None]
    measured = _themes(draws, [document.themes for document in documents], blocks, themes)
    for what, counts in (
        ("languages", [document.languages for document in documents]),
        ("kinds", [document.kinds for document in documents]),
    ):
        measured.append(_composition(draws, what, *table_of(counts)))
    measured.append(_unseen(draws, documents))
    owners = [f"0 {name}" for name, _ in baseline.sample] + [f"1 {name}" for name, _ in new.sample]
    names = [f"{int(side)} {document.name}" for side, document in zip(sides, documents, strict=True)]
    measured.append(_distance(draws, vectors, positions(owners, names)))
    ps = [_p(one.permuted) for one in measured]
    return [
        Moved(
            one.what,
            one.baseline,
            one.new,
            float(one.permuted[0]),
            one.effect,
            p,
            adjusted,
            adjusted <= level,
            one.told,
        )
        for one, p, adjusted in zip(measured, ps, holm(ps), strict=True)
    ]


def _deals(sides: Any, permutations: int, seed: int) -> Iterator[Floats]:
    """Yield which documents are on the new side, shape (some, documents); the first as it is."""
    random = np.random.default_rng(seed)
    for start in range(0, permutations + 1, AT_ONCE):
        some = np.tile(sides.astype(np.float64), (min(AT_ONCE, permutations + 1 - start), 1))
        random.permuted(some, axis=1, out=some)
        if not start:
            some[0] = sides
        yield some


def _p(permuted: Floats) -> float:
    return float((permuted >= permuted[0] - TOLERANCE).mean())


def _shares(draws: Sequence[Floats], counts: Floats, of: Floats) -> tuple[Floats, Floats]:
    """Return the shares on either side, shape (permutations, columns) each."""
    new, whole = (np.concatenate([chunk @ values for chunk in draws]) for values in (counts, of))
    rest, others = counts.sum(axis=0) - new, of.sum(axis=0) - whole
    return rest / np.maximum(others, 1), new / np.maximum(whole, 1)


def _themes(draws: Sequence[Floats], counts: Any, blocks: Floats, themes: Sequence[str]) -> list[_Measured]:
    """Compare shares by their difference in its own standard error, documents as clusters.

    Permuted like that the test holds where documents of one side are longer too, or more alike (Chung and Romano, 2013,
    "Exact and asymptotically robust permutation tests").
    """
    filed = np.array([[one[theme] for theme in themes] for one in counts], np.float64)
    before, after = _shares(draws, filed, blocks)
    new = np.concatenate(draws)
    errors = [_squared_error(sides, filed, blocks, shares) for sides, shares in ((1 - new, before), (new, after))]
    difference = np.abs(after - before)
    t = np.where(difference <= TOLERANCE, 0.0, difference / np.sqrt(np.maximum(errors[0] + errors[1], TOLERANCE)))
    h = 2 * (np.arcsin(np.sqrt(np.clip(after[0], 0, 1))) - np.arcsin(np.sqrt(np.clip(before[0], 0, 1))))
    found = []
    for i, theme in enumerate(themes):
        told = f"{before[0, i]:.1%} of the blocks were filed under it, now {after[0, i]:.1%}"
        figures = (float(before[0, i]), float(after[0, i]), float(h[i]), told)
        found.append(_Measured(f"theme {theme}", *figures, t[:, i]))
    return found


def _squared_error(sides: Floats, filed: Floats, blocks: Floats, shares: Floats) -> Floats:
    """Return the variance of the shares on one side: that of a ratio of sums over documents."""
    of_squares = sides @ filed**2 - 2 * shares * (sides @ (filed * blocks)) + shares**2 * (sides @ blocks**2)
    return np.asarray(np.maximum(of_squares, 0) / np.maximum(sides @ blocks, 1) ** 2)


def _composition(draws: Sequence[Floats], what: str, names: Sequence[str], counts: Floats) -> _Measured:
    """Compare shares that add up to 1 by half the sum of their differences."""
    before, after = _shares(draws, counts, counts.sum(axis=1, keepdims=True))
    distance = np.abs(after - before).sum(axis=1) / 2
    most = int(np.abs(after[0] - before[0]).argmax())
    told = f"most of it: {names[most]}, {before[0, most]:.1%} of the blocks, now {after[0, most]:.1%}"
    return _Measured(what, float(before[0, most]), float(after[0, most]), float(distance[0]), told, distance)


def _unseen(draws: Sequence[Floats], documents: Any) -> _Measured:
    """Measure the share of the words on the new side that the other side has nowhere."""
    from scipy.sparse import csr_array

    names: dict[str, int] = {}
    triples = [
        (count, row, names.setdefault(word, len(names)))
        for row, document in enumerate(documents)
        for word, count in sorted(document.words.items())
    ]
    values, rows, columns = (
        (np.array(part) for part in zip(*triples, strict=True)) if triples else np.zeros((3, 0), int)
    )
    counts: Any = csr_array((values.astype(np.float64), (columns, rows)), shape=(len(names), len(documents)))
    total = counts.sum(axis=1)[:, None]
    first, shares = np.zeros(len(names)), list[float]()
    some = max(1, NUMBERS // max(len(names), 1))
    for chunk in draws:
        for start in range(0, len(chunk), some):
            new = counts @ chunk[start : start + some].T  # a column a permutation
            only = np.where(new == total, new, 0)
            first = first if shares else only[:, 0]
            shares += list(only.sum(axis=0) / np.maximum(new.sum(axis=0), 1))
    permuted = np.array(shares)
    usual = float(permuted[1:].mean())
    words, common = list(names), np.argsort(-first, kind="stable")[:SHOWN]
    listed = ", ".join(words[i] for i in common if first[i])
    told = f"{permuted[0]:.1%} of the words are nowhere in the baseline, {usual:.1%} where nothing moved"
    told += f"; the commonest: {listed}" if listed else ""
    return _Measured("unseen words", usual, float(permuted[0]), float(permuted[0]) - usual, told, permuted)


def _distance(draws: Sequence[Floats], vectors: Any, owner: Any) -> _Measured:
    """Measure the energy distance between the blocks of either side.

    Székely and Rizzo (2013), "Energy statistics: a class of statistics based on distances"; it is the maximum mean
    discrepancy of Gretton and others (2012) for the kernel of minus the distance.
    """
    from scipy.sparse import csr_array
    from sklearn.metrics import pairwise_distances

    there, row = np.unique(owner, return_inverse=True)
    of_document: Any = csr_array((np.ones(len(row)), (row, np.arange(len(row)))), shape=(len(there), len(row)))
    between = of_document @ (of_document @ pairwise_distances(vectors)).T
    size = of_document.sum(axis=1)
    energies, coefficient = list[Floats](), 0.0
    for chunk in draws:
        new = chunk[:, there]
        old = 1 - new
        new, old = (side / np.maximum(side @ size, 1)[:, None] for side in (new, old))
        across, within = 2 * _form(new, between, old), _form(new, between, new) + _form(old, between, old)
        if not energies:
            coefficient = float((across - within)[0] / across[0]) if across[0] > 0 else 0.0
        energies.append(across - within)
    permuted = np.concatenate(energies)
    usual = float(permuted[1:].mean())
    times = permuted[0] / usual if usual > 0 else 1.0
    told = f"the texts of the two lie {times:.1f} times as far apart as where nothing moved"
    return _Measured("distance", usual, float(permuted[0]), coefficient, told, permuted)


def _form(left: Floats, matrix: Floats, right: Floats) -> Floats:
    return np.asarray(np.einsum("ij,ij->i", left @ matrix, right), np.float64)
