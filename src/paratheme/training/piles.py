"""Piles of filed blocks with the classifier that filed them, or files them now."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from paratheme.classifier.classifier import ThemeClassifier
from paratheme.classifier.filed import Pile, find_pile
from paratheme.errors import ParathemeError, UsageError
from paratheme.tracking.addresses import Source, describe, find_source, load_source


def open_piles(
    named: Sequence[Sequence[str]],
    model: str | None,
    themes: str | None,
    text_column: str,
    tell: Callable[[str], None],
) -> tuple[list[Pile], Source, ThemeClassifier]:
    """Find piles, and load the classifier that files them or has filed them.

    Parameters
    ----------
    named : sequence of sequence of str
        The paths of each pile: documents, folders, tables, files that ``paratheme predict`` wrote.
    model, themes : str or None
        As in `find_source`; without a model the one that wrote the files, or else the champion.
    text_column : str
        Of the texts in tables.
    tell : callable
        Says a line.

    Raises
    ------
    UsageError
        If no model is named and several wrote the files.
    ParathemeError
        If a pile cannot be read at all, or there is no such classifier.
    """
    piles = [find_pile(paths, text_column) for paths in named]
    for pile in piles:
        pile.check()
        for line in pile.inputs.notes:
            tell(line)
    wrote = sorted({name for pile in piles for name in pile.written.values()})
    if model is None and len(wrote) > 1:
        raise UsageError(f"filed by {' and by '.join(wrote)}: their scores are not alike; file all by one of them")
    source = find_source(model or next(iter(wrote), None), themes)
    try:
        classifier = load_source(source)
    except ParathemeError as error:
        if model or not wrote:
            raise
        raise ParathemeError(f"{error}; these blocks were filed by it: name with --model where it is now") from error
    tell(f"{'filed' if wrote else 'filing'} with {describe(source, classifier)}")
    return piles, source, classifier
