"""Labelled blocks -> train, validation and test parts; a story never stands on two sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from paratheme.errors import ParathemeError

IntArray = npt.NDArray[np.int64]
StringArray = npt.NDArray[np.str_]


@dataclass(frozen=True)
class Fold:
    """One division of a corpus: row numbers of each part.

    Attributes
    ----------
    name : str
        ``"holdout"``, ``"fold-1"`` ..., the language that was left out, or ``"250 labelled"``.
    train, valid, test : ndarray of int64
        Row numbers, ascending; the three share no row and no story.
    """

    name: str
    train: IntArray
    valid: IntArray
    test: IntArray


def stratified_groups(
    groups: Sequence[str] | StringArray,
    labels: npt.NDArray[np.integer],
    strata: Sequence[str] | StringArray,
    shares: Sequence[float],
    seed: int,
) -> IntArray:
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
        The share of each part; they sum to 1.
    seed : int
        Another seed deals otherwise; the same seed deals the same on any machine, in whatever order the
        rows come.

    Returns
    -------
    ndarray of int64, shape (n,)
        The part of each row.

    Raises
    ------
    ParathemeError
        If a part has no share.
    """
    if min(shares) <= 0:
        found = ", ".join(f"{share:.2g}" for share in shares)
        raise ParathemeError(
            f"split: every part needs a share above 0, not {found}; set split.valid_size, split.test_size"
        )
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


def holdout(
    groups: Sequence[str],
    labels: npt.NDArray[np.integer],
    languages: Sequence[str],
    *,
    seed: int = 0,
    valid_size: float = 0.2,
    test_size: float = 0.2,
) -> list[Fold]:
    """One division into train, validation and test.

    Parameters
    ----------
    groups, labels, languages, seed
        As in `stratified_groups`.
    valid_size, test_size : float
        The shares of the validation and the test part.

    Returns
    -------
    list of Fold
        Exactly one.
    """
    shares = (1 - valid_size - test_size, valid_size, test_size)
    part = stratified_groups(groups, labels, languages, shares, seed)
    return [Fold("holdout", *(np.flatnonzero(part == which) for which in range(3)))]


def kfold(
    groups: Sequence[str],
    labels: npt.NDArray[np.integer],
    languages: Sequence[str],
    *,
    seed: int = 0,
    k: int = 5,
) -> list[Fold]:
    """`k` divisions; each row is tested once. The next fold in turn serves as validation part.

    Parameters
    ----------
    groups, labels, languages, seed
        As in `stratified_groups`.
    k : int
        The number of folds, at least 3.

    Returns
    -------
    list of Fold
        `k` of them.
    """
    if k < 3:
        raise ParathemeError(f"split.k={k}: training, validation and test part need at least 3 folds")
    part = stratified_groups(groups, labels, languages, [1 / k] * k, seed)
    folds = []
    for test in range(k):
        valid = (test + 1) % k
        rest = np.flatnonzero((part != test) & (part != valid))
        folds.append(Fold(f"fold-{test + 1}", rest, np.flatnonzero(part == valid), np.flatnonzero(part == test)))
    return folds


def leave_language_out(
    groups: Sequence[str],
    labels: npt.NDArray[np.integer],
    languages: Sequence[str],
    *,
    seed: int = 0,
    valid_size: float = 0.25,
) -> list[Fold]:
    """One division a language: test on all its rows, train and validate on the other languages.

    Stories that are told in the language left out too are kept out of training: their translations
    would give the answers away.

    Parameters
    ----------
    groups, labels, languages, seed
        As in `stratified_groups`.
    valid_size : float
        The validation part's share of the rows in the other languages.

    Returns
    -------
    list of Fold
        One for each language, in alphabetical order.
    """
    language, group = np.asarray(languages), np.asarray(groups)
    folds = []
    for left_out in np.unique(language):
        test = np.flatnonzero(language == left_out)
        rest = np.flatnonzero(~np.isin(group, group[test]))
        part = stratified_groups(group[rest], labels[rest], language[rest], (1 - valid_size, valid_size), seed)
        folds.append(Fold(str(left_out), rest[part == 0], rest[part == 1], test))
    return folds


def learning_curve(
    groups: Sequence[str],
    labels: npt.NDArray[np.integer],
    languages: Sequence[str],
    *,
    seed: int = 0,
    valid_size: float = 0.2,
    test_size: float = 0.2,
    shares: Sequence[float] = (0.1, 0.25, 0.5, 1.0),
) -> list[Fold]:
    """The holdout division again and again, with ever more of what is labelled; the test part stays.

    Parameters
    ----------
    groups, labels, languages, seed, valid_size, test_size
        As in `holdout`.
    shares : sequence of float
        Ascending shares of the labelled stories, training and validation part alike; each step keeps what
        the step before had.

    Returns
    -------
    list of Fold
        One a step, called by its number of labelled rows.
    """
    if not shares or list(shares) != sorted(set(shares)) or not 0 < shares[0] <= shares[-1] <= 1:
        raise ParathemeError(f"split.shares={list(shares)}: ascending shares above 0 and up to 1, such as [0.1,0.5,1]")
    (whole,) = holdout(groups, labels, languages, seed=seed, valid_size=valid_size, test_size=test_size)
    group, language = np.asarray(groups), np.asarray(languages)
    parts = np.diff([0.0, *shares, 1.0] if shares[-1] < 1 else [0.0, *shares])

    def step_of(rows: IntArray) -> IntArray:
        return stratified_groups(group[rows], labels[rows], language[rows], list(parts), seed)

    steps = step_of(whole.train), step_of(whole.valid)
    folds = []
    for step in range(len(shares)):
        train, valid = (rows[of <= step] for rows, of in zip((whole.train, whole.valid), steps, strict=True))
        folds.append(Fold(f"{len(train) + len(valid)} labelled", train, valid, whole.test))
    return folds


def given(
    parts: Sequence[str], languages: Sequence[str] | None = None, train_languages: Sequence[str] | None = None
) -> list[Fold]:
    """Return the division that the corpus brings along.

    Parameters
    ----------
    parts : sequence of str, length n
        ``train``, ``valid`` or ``test`` for each row.
    languages : sequence of str, length n, optional
        The language of each row.
    train_languages : sequence of str, optional
        Train and validate on these languages alone; the test part keeps all.

    Returns
    -------
    list of Fold
        Exactly one.

    Raises
    ------
    ParathemeError
        If a part is missing, or has no row in the languages asked for.
    """
    part = np.asarray(parts)
    for name in ("train", "valid", "test"):
        if not (part == name).any():
            raise ParathemeError(
                f"split=given: no row has {name!r} in its part column; set corpus.columns.part or corpus.parts"
            )
    wanted = np.ones(len(part), bool)
    if train_languages:
        there = np.asarray(languages)
        if missing := sorted(set(train_languages) - set(there)):
            known = ", ".join(sorted(set(there)))
            raise ParathemeError(f"split.train_languages: no row in {missing[0]!r}; the corpus has {known}")
        wanted = np.isin(there, list(train_languages))
    rows = [np.flatnonzero((part == name) & (wanted | (name == "test"))) for name in ("train", "valid", "test")]
    return [Fold("given", *rows)]
