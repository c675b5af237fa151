"""Labels without annotators: functions that vote on blocks, and what a label model makes of their votes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from itertools import groupby
from typing import Any, Protocol

import numpy as np

from paratheme.classifier.classifier import ThemeClassifier
from paratheme.corpus.corpus import LABELLED_KINDS, TITLE_KINDS
from paratheme.corpus.label_file import BlockLabel, TextBlock
from paratheme.corpus.label_model import ABSTAIN, Votes, combine
from paratheme.documents.context import Passages, passages_of
from paratheme.errors import UsageError, first_line
from paratheme.themes.theme_set import ThemeSet
from paratheme.types import Floats, Labels


class LabellingFunction(Protocol):
    """Votes on blocks.

    Attributes
    ----------
    name : str
    """

    name: str

    def votes(self, blocks: Sequence[TextBlock]) -> Labels:
        """Return 1 for a theme, 0 against it, or `ABSTAIN`, shape (blocks, themes)."""


class Words:
    """Votes for a theme whose words decide in a block, against it where none is in a language that has such words."""

    name = "words"

    def __init__(self, themes: ThemeSet) -> None:
        self.themes = themes

    def votes(self, blocks: Sequence[TextBlock]) -> Labels:
        """Vote."""
        counts = self.themes.lexicon.matrix([block.text for block in blocks])
        votes = np.where(counts >= 1, 1, ABSTAIN)
        return np.where((counts == 0) & _has_words(self.themes, blocks), 0, votes)


class Headings:
    """Votes for a theme that the document's title or the heading above names, against one that nothing in it names."""

    name = "headings"

    def __init__(self, themes: ThemeSet) -> None:
        self.themes = themes

    def votes(self, blocks: Sequence[TextBlock]) -> Labels:
        """Vote."""
        counts = self.themes.lexicon.matrix([block.text for block in blocks])
        votes = np.full(counts.shape, ABSTAIN)
        speaks = _has_words(self.themes, blocks)
        for rows in _documents(blocks):
            anywhere = counts[rows].max(axis=0) > 0
            title = above = np.zeros(counts.shape[1], bool)
            for row in rows:
                votes[row, ~anywhere & speaks[row]] = 0
                votes[row, title | above] = 1
                if blocks[row].kind in TITLE_KINDS:
                    above = counts[row] >= 1
                    title = title if row != rows[0] else above
        return votes


class SavedClassifier:
    """Votes as a classifier decides.

    Raises
    ------
    UsageError
        If it files by other themes.
    """

    def __init__(self, name: str, classifier: ThemeClassifier, themes: ThemeSet) -> None:
        if missing := [theme for theme in themes.ids if theme not in classifier.themes.ids]:
            raise UsageError(f"{name}: does not file by {missing[0]!r}; choose --themes as it was trained by")
        self.name, self.classifier = name, classifier
        self.columns = [classifier.themes.ids.index(theme) for theme in themes.ids]

    def votes(self, blocks: Sequence[TextBlock]) -> Labels:
        """Vote."""
        return self.classifier.decide(passages(blocks))[:, self.columns]


class PythonFunction:
    """Votes as a function says that takes a `TextBlock`.

    It returns the ids of the themes it votes for (the others it votes against), a mapping of ids to True, False or
    None, or None where it abstains.
    """

    def __init__(self, name: str, function: Callable[[TextBlock], Any], themes: ThemeSet) -> None:
        self.name, self.function, self.ids = name, function, themes.ids

    def votes(self, blocks: Sequence[TextBlock]) -> Labels:
        """Vote."""
        votes = np.full((len(blocks), len(self.ids)), ABSTAIN)
        for row, block in enumerate(blocks):
            said = self.function(block)
            if said is None:
                continue
            if not isinstance(said, Mapping):
                given = list(said)
                said = {**dict.fromkeys(self.ids, False), **dict.fromkeys(given, True)}
            if unknown := [theme for theme in said if theme not in self.ids]:
                raise UsageError(f"{self.name}: votes for {unknown[0]!r}; there are {', '.join(self.ids)}")
            for theme, vote in said.items():
                votes[row, self.ids.index(theme)] = ABSTAIN if vote is None else int(bool(vote))
        return votes


def labelling_functions(named: Iterable[str], themes: ThemeSet) -> list[LabellingFunction]:
    """Return the functions of the themes' words, and those that are named.

    Parameters
    ----------
    named : iterable of str
        ``module:function``, found from the working directory too, or the address of a saved classifier.
    themes : ThemeSet

    Raises
    ------
    UsageError
        If there is no such function.
    """
    found: list[LabellingFunction] = []
    if any(theme.words or theme.weak for theme in themes.themes):
        found += [Words(themes), Headings(themes)]
    for name in named:
        module, _, function = name.partition(":")
        if function.isidentifier() and all(part.isidentifier() for part in module.split(".")):
            found.append(PythonFunction(name, _imported(module, function), themes))
        else:
            from paratheme.tracking.addresses import load

            found.append(SavedClassifier(name, load(name), themes))
    if not found:
        raise UsageError(f"theme set {themes.name}: no theme has words; name a function with --function")
    return found


def votes_of(functions: Sequence[LabellingFunction], blocks: Sequence[TextBlock]) -> Votes:
    """Return the votes of all functions, shape (blocks, functions, themes)."""
    return np.stack([function.votes(blocks) for function in functions], axis=1).astype(np.int8)


def weak_labels(
    blocks: Sequence[TextBlock], votes: Votes, functions: Sequence[str], themes: Sequence[str], time: str, guide: str
) -> tuple[list[BlockLabel], Floats]:
    """Return a weak label for each block that has a vote on every theme.

    The probabilities of all blocks come with them. A label's themes are those of at least one half.
    """
    P = combine(votes)
    complete = (votes != ABSTAIN).any(axis=1).all(axis=1)
    labels = []
    for row, block in enumerate(blocks):
        if complete[row]:
            probabilities = {theme: round(float(p), 4) for theme, p in zip(themes, P[row], strict=True)}
            given = tuple(sorted(theme for theme, p in probabilities.items() if p >= 0.5))
            labels.append(BlockLabel(block, given, "weak", "+".join(functions), time, guide, probabilities))
    return labels, P


def passages(blocks: Sequence[TextBlock]) -> Passages:
    """Return blocks as a classifier reads them, each with what stands around it in its document."""
    return passages_of([vars(block) for block in blocks], LABELLED_KINDS)


def _documents(blocks: Sequence[TextBlock]) -> list[list[int]]:
    """Return the rows of each document, in order of their places."""
    rows = sorted(range(len(blocks)), key=lambda row: blocks[row].place)
    return [list(group) for _, group in groupby(rows, key=lambda row: blocks[row].document)]


def _has_words(themes: ThemeSet, blocks: Sequence[TextBlock]) -> Any:
    """Return whether each theme has words in each block's language, shape (blocks, themes)."""
    return np.array([[block.language in theme.words for theme in themes.themes] for block in blocks], bool)


def _imported(module: str, function: str) -> Callable[[TextBlock], Any]:
    here = os.getcwd()
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        found = getattr(import_module(module), function)
    except Exception as error:  # importing runs the user's module
        raise UsageError(f"{module}:{function}: cannot be imported ({first_line(error)})") from error
    if not callable(found):
        raise UsageError(f"{module}:{function}: is no function")
    return found  # type: ignore[no-any-return]
