"""Whole stories dealt out to parts so that each part is like the others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from paratheme.corpus.corpus import Corpus
from paratheme.types import Labels, Rows

TRAIN, VALID, OPEN = 0, 1, -1  # parts of a corpus


def stratified_groups(
    groups: Sequence[str],
    labels: Labels,
    strata: Sequence[str],
    shares: Sequence[float],
    seed: int,
) -> Rows:
    """Deal whole groups out to parts so that every label in every stratum is spread as the shares ask.

    Iterative stratification (Sechidis, Tsoumakas and Vlahavas, 2011, "On the stratification of
    multi-label data") with groups in place of single rows: the largest groups are dealt first, each to
    the part that still lacks most of what the group carries.

    Parameters
    ----------
    groups : sequence of str, length n
        The group (story) of each row.
    labels : ndarray of 0 and 1, shape (n, n_labels)
        The labels of each row.
    strata : sequence of str, length n
        The stratum (language) of each row.
    shares : sequence of float
        The share of each part, above 0; they sum to 1.
    seed : int
        Another seed deals otherwise; the same seed deals the same on any machine, in whatever order the
        rows come.

    Returns
    -------
    ndarray of int64, shape (n,)
        The part of each row.
    """
    names, group_of_row = np.unique(np.asarray(groups), return_inverse=True)
    levels, stratum_of_row = np.unique(np.asarray(strata), return_inverse=True)
    size = np.ones((len(group_of_row), 1))
    in_stratum = np.eye(len(levels))[stratum_of_row]
    carried = np.hstack([size, labels])
    by_stratum = (in_stratum[:, :, None] * carried[:, None, :]).reshape(len(carried), len(levels) * carried.shape[1])
    content = np.zeros((len(names), carried.shape[1] + by_stratum.shape[1]))
    np.add.at(content, group_of_row, np.hstack([carried, by_stratum]))

    total = content.sum(axis=0)
    content = content / np.where(total > 0, total, 1)
    lacking = np.tile((total > 0).astype(float), (len(shares), 1))  # in units of each part's own share
    noise = np.random.RandomState(seed).uniform(0.7, 1.3, len(names))
    part_of_group = np.zeros(len(names), dtype=np.int64)
    for group in np.argsort(-content.sum(axis=1) * noise, kind="stable"):
        gain = np.round(lacking @ content[group], 12)  # rounded: no machine's last bit decides
        part = int(np.argmax(gain))
        part_of_group[group] = part
        lacking[part] -= content[group] / shares[part]
    return part_of_group[group_of_row]


def kept_for_learning(corpus: Corpus) -> Rows:
    """Return the part that a corpus states for the story of each row: `TRAIN`, `VALID`, or `OPEN` for none.

    A corpus that states a part for every row is open: to divide it anew is what was asked for.
    """
    part, story = np.asarray(corpus.parts), np.asarray(corpus.stories)
    stated = np.full(len(part), OPEN)
    if (part == "").any():
        stated[np.isin(story, story[part == "valid"])] = VALID
        stated[np.isin(story, story[part == "train"])] = TRAIN
    return stated


def deal_open(corpus: Corpus, shares: Sequence[float], seed: int, rows: Rows) -> Rows:
    """Deal rows out, as `deal` does, but for those whose part the corpus states (`kept_for_learning`)."""
    part = kept_for_learning(corpus)[rows]
    part[part == OPEN] = deal(corpus, rows[part == OPEN], shares, seed)
    return part


def deal(corpus: Corpus, rows: Rows, shares: Sequence[float], seed: int) -> Rows:
    """Deal some rows of a corpus out, as `stratified_groups` does."""
    some = [[values[row] for row in rows] for values in (corpus.stories, corpus.languages)]
    return stratified_groups(some[0], corpus.labels[rows], some[1], shares, seed)
