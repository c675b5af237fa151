"""Labelled blocks -> training, validation and test set; a story never stands on two sides."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, field_validator, model_validator

from paratheme.corpus.corpus import Corpus
from paratheme.corpus.stratified import OPEN, deal, deal_open, kept_for_learning
from paratheme.errors import ParathemeError
from paratheme.types import Rows, Settings, Share


@dataclass(frozen=True)
class Fold:
    """One division of a corpus: row numbers of each part.

    Attributes
    ----------
    name : str
        ``"holdout"``, ``"fold-1"`` ..., the language that was left out, or ``"250 labelled"``.
    train, valid, test : ndarray of int64
        Row numbers, ascending; the three share no row and no story.
    without_words : str
        A language whose words the theme set must not have; empty: none.
    """

    name: str
    train: Rows
    valid: Rows
    test: Rows
    without_words: str = field(default="", kw_only=True)

    @property
    def labelled(self) -> Rows:
        """What is learned from: the rows of the weights and those of calibration and thresholds."""
        return np.concatenate([self.train, self.valid])


class ByStory(Settings):
    """What the strategies share that divide a corpus by themselves.

    Where the part column of some documents says train or valid, and that of others nothing, those keep to it: they
    are learned from and never tested.

    Attributes
    ----------
    seed : int
        Of the division, as in `stratified_groups`.
    group_translations : bool
        Whether to look for translations, with the encoder, among documents without a story id.
    """

    seed: int = Field(0, ge=0)
    group_translations: bool = True


class Holdout(ByStory):
    """One division into training, validation and test set, stratified over themes and languages."""

    strategy: Literal["holdout"] = "holdout"
    valid_size: Share = 0.2
    test_size: Share = 0.2

    @model_validator(mode="after")
    def _leave_some_for_training(self) -> Self:
        if self.valid_size + self.test_size >= 1:
            raise ValueError(
                f"valid_size={self.valid_size:g} and test_size={self.test_size:g} leave nothing for training; "
                "together they stay below 1"
            )
        return self

    def split(self, corpus: Corpus) -> list[Fold]:
        """Return exactly one fold."""
        shares = (1 - self.valid_size - self.test_size, self.valid_size, self.test_size)
        part = deal_open(corpus, shares, self.seed, np.arange(len(corpus)))
        return [Fold("holdout", *(np.flatnonzero(part == which) for which in range(3)))]


class KFold(ByStory):
    """`k` divisions; each row is tested once. The next fold in turn serves as validation set."""

    strategy: Literal["kfold"] = "kfold"
    k: int = Field(5, ge=3)

    def split(self, corpus: Corpus) -> list[Fold]:
        """Return `k` folds."""
        part = kept_for_learning(corpus)
        is_open = part == OPEN
        part[~is_open] = self.k  # of no fold
        part[is_open] = deal(corpus, np.flatnonzero(is_open), [1 / self.k] * self.k, self.seed)
        folds = []
        for test in range(self.k):
            valid = (test + 1) % self.k
            rest = np.flatnonzero((part != test) & (part != valid))
            folds.append(Fold(f"fold-{test + 1}", rest, np.flatnonzero(part == valid), np.flatnonzero(part == test)))
        return folds


class LeaveLanguageOut(ByStory):
    """One division a language: test on all its rows, train and validate on the other languages.

    Stories that are told in the language left out too are kept out of training: their translations would give
    the answers away.

    Attributes
    ----------
    words : bool
        Whether the theme set keeps its words of the language left out; they are labels of a kind.
    """

    strategy: Literal["leave_language_out"] = "leave_language_out"
    valid_size: Share = 0.25
    words: bool = True

    def split(self, corpus: Corpus) -> list[Fold]:
        """Return a fold for each language, in alphabetical order."""
        language, story = np.asarray(corpus.languages), np.asarray(corpus.stories)
        is_open, folds = kept_for_learning(corpus) == OPEN, []
        for left_out in np.unique(language[is_open]):
            of_it = language == left_out
            rest = np.flatnonzero(~np.isin(story, story[of_it]))
            part = deal_open(corpus, (1 - self.valid_size, self.valid_size), self.seed, rest)
            without = "" if self.words else str(left_out)
            train, valid, test = rest[part == 0], rest[part == 1], np.flatnonzero(of_it & is_open)
            folds.append(Fold(str(left_out), train, valid, test, without_words=without))
        return folds


class Growing(Holdout):
    """The holdout division again and again, with ever more of what is labelled; the test set stays."""


class LearningCurve(Growing):
    """Ever larger shares of what is labelled.

    Attributes
    ----------
    shares : list of float
        Ascending shares of the labelled stories, training and validation set alike; each step keeps what the
        step before had.
    """

    strategy: Literal["learning_curve"] = "learning_curve"  # type: ignore[assignment]
    shares: list[float]

    @field_validator("shares")
    @classmethod
    def _ascending(cls, shares: list[float]) -> list[float]:
        if not shares or shares != sorted(set(shares)) or not 0 < shares[0] <= shares[-1] <= 1:
            raise ValueError(f"{shares}: give ascending shares above 0 and up to 1, such as [0.1,0.5,1.0]")
        return shares

    def split(self, corpus: Corpus) -> list[Fold]:
        """Return a fold for each step, called by its number of labelled rows."""
        (whole,) = super().split(corpus)
        parts = np.diff([0.0, *self.shares, 1.0] if self.shares[-1] < 1 else [0.0, *self.shares]).tolist()
        train_step, valid_step = (deal(corpus, rows, parts, self.seed) for rows in (whole.train, whole.valid))
        folds = []
        for step in range(len(self.shares)):
            train, valid = whole.train[train_step <= step], whole.valid[valid_step <= step]
            folds.append(Fold(f"{len(train) + len(valid)} labelled", train, valid, whole.test))
        return folds


class FewShot(Growing):
    """Few examples of each theme, and then more.

    Attributes
    ----------
    examples : list of int
        Ascending numbers of examples of each theme, and of texts without one, training and validation set together;
        each step keeps what the step before had.
    """

    strategy: Literal["few_shot"] = "few_shot"  # type: ignore[assignment]
    examples: list[Annotated[int, Field(ge=2)]]

    @field_validator("examples")
    @classmethod
    def _ascending(cls, examples: list[int]) -> list[int]:
        if not examples or examples != sorted(set(examples)):
            raise ValueError(f"{examples}: give ascending numbers, such as [4,8,16]")
        return examples

    def split(self, corpus: Corpus) -> list[Fold]:
        """Return a fold for each number of examples, called by it."""
        (whole,) = super().split(corpus)
        told = {row: hashlib.sha256(f"{self.seed} {corpus.texts[row]}".encode()).digest() for row in whole.labelled}
        drawn = np.array(sorted(told, key=told.__getitem__), np.int64)  # in whatever order the rows come
        labels = np.column_stack([corpus.labels, corpus.labels.max(axis=1) == 0])[drawn]
        rank = np.where(labels == 1, labels.cumsum(axis=0), len(labels) + 1).min(axis=1)  # which example a row is
        folds = []
        for number in self.examples:
            rows = drawn[rank <= number]
            train, valid = (part[np.isin(part, rows)] for part in (whole.train, whole.valid))
            folds.append(Fold(f"{number} a theme", train, valid, whole.test))
        return folds


class Given(Settings):
    """The division that the corpus brings along in its part column.

    Attributes
    ----------
    train_languages : list of str or None
        Train and validate on these languages alone; the test set keeps all.
    """

    strategy: Literal["given"] = "given"
    train_languages: list[str] | None = None

    def split(self, corpus: Corpus) -> list[Fold]:
        """Return exactly one fold.

        Raises
        ------
        ParathemeError
            If a part is missing, or has no row in the languages asked for.
        """
        part, language = np.asarray(corpus.parts), np.asarray(corpus.languages)
        for name in ("train", "valid", "test"):
            if not (part == name).any():
                raise ParathemeError(
                    f"split=given: no row has {name!r} in its part column; set corpus.columns.part or corpus.parts"
                )
        if missing := sorted(set(self.train_languages or ()) - set(corpus.languages)):
            known = ", ".join(sorted(set(corpus.languages)))
            raise ParathemeError(f"split.train_languages: no row in {missing[0]!r}; the corpus has {known}")
        wanted = np.isin(language, self.train_languages) if self.train_languages else np.ones(len(part), bool)
        rows = [np.flatnonzero((part == name) & (wanted | (name == "test"))) for name in ("train", "valid", "test")]
        return [Fold("given", *rows)]


SplitSettings = Annotated[
    Holdout | KFold | LeaveLanguageOut | LearningCurve | FewShot | Given, Field(discriminator="strategy")
]
