"""Has a stream of documents moved since a baseline? Logged as a run of its own."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import Field

from paratheme.classifier.inputs import Group
from paratheme.errors import ParathemeError, UsageError
from paratheme.evaluation.format import markdown
from paratheme.evaluation.movement import FEWEST, OTHER_TESTS, Moved, movement
from paratheme.evaluation.streams import Stream, words_of
from paratheme.models import Model
from paratheme.tracking import log
from paratheme.tracking.open_run import open_run
from paratheme.tracking.store import connect, git_commit
from paratheme.training.piles import open_piles
from paratheme.types import Settings, Share

Progress = Callable[[Iterable[Group]], Iterable[Group]]


class WatchSettings(Settings):
    """How two piles are compared.

    Attributes
    ----------
    level : float
        How likely it may be that movement is found where there is none.
    permutations : int
        How often the documents are dealt out anew.
    seed : int
        The same seed deals the same.
    """

    level: Share = 0.05
    permutations: int = Field(999, ge=99)
    seed: int = Field(0, ge=0)


@dataclass(frozen=True)
class Watched:
    """What came of a comparison.

    Attributes
    ----------
    moved : bool
    tests : list of Moved
    baseline, new : tuple of int
        Documents (rows of tables count as one each) and blocks.
    model : str
        The classifier that filed both.
    run_id : str
    waiting : Path or None
        The folder in which the run waits for a tracking store that did not answer.
    failures : list of str
        What could not be read.
    """

    moved: bool
    tests: list[Moved]
    baseline: tuple[int, int]
    new: tuple[int, int]
    model: str
    run_id: str
    waiting: Path | None
    failures: list[str]


def watch(
    baseline: str,
    new: str,
    model: str | None,
    themes: str | None,
    text_column: str,
    settings: WatchSettings,
    tell: Callable[[str], None],
    progress: Progress = iter,
) -> Watched:
    """Compare two piles, and log that as a run.

    Parameters
    ----------
    baseline, new : str
        A document, a folder, a table, or a file that ``paratheme predict`` wrote.
    model, themes, text_column, tell
        As in `open_piles`.
    settings : WatchSettings
    progress : callable
        Shows how far the reading of each is.

    Raises
    ------
    ParathemeError
        If one of them cannot be read, or has too few documents.
    UsageError
        If so few permutations could find nothing at this level.
    """
    piles, source, classifier = open_piles([[baseline], [new]], model, themes, text_column, tell)
    ids, streams = classifier.themes.ids, []
    tests = len(ids) + len(OTHER_TESTS)
    if settings.permutations < (fewest := math.ceil(tests / settings.level - 1e-9) - 1):
        told = f"{tests} tests at a level of {settings.level:g} need {fewest} at least"
        raise UsageError(f"--permutations {settings.permutations}: {told}")
    for path, pile in zip((baseline, new), piles, strict=True):
        stream = Stream.read(progress(pile.groups(classifier, ids)))
        for line in pile.inputs.repairs:
            tell(line)
        if (count := len(stream.documents)) < FEWEST:
            raise ParathemeError(f"{path}: {count} documents, and a test needs {FEWEST} at least; name a larger pile")
        streams.append(stream)
    before, after = streams
    vectors = vectors_of(classifier.model, [text for stream in streams for _, text in stream.sample])
    found = movement(before, after, ids, vectors, **settings.model_dump())
    moved = any(test.moved for test in found)
    connect()
    tags = {"filed_by": source.uri, "moved": "yes" if moved else "no", "git_commit": git_commit()}
    with open_run(f"watch {Path(new).name} against {Path(baseline).name}", "watch", tags) as run:
        log.log_params({"baseline": baseline, "new": new, "model": source.uri, **settings.model_dump()})
        _log_tests(found)
        log.set_description(f"**{'Moved' if moved else 'Not moved'}**: {markdown(summary(found))}")
    first, second = ((len(stream.documents), stream.blocks) for stream in streams)
    failures = [failure for pile in piles for failure in pile.failures]
    return Watched(moved, found, first, second, source.uri, run.run_id, run.waiting, failures)


def summary(tests: Sequence[Moved]) -> str:
    """Return in a line what moved."""
    return "; ".join(f"{test.what}: {test.told}" for test in tests if test.moved) or "nothing that was looked at"


def vectors_of(model: Model, texts: Sequence[str]) -> Any:
    """Return vectors of texts: of the model's own encoder, or of their words where it has none."""
    encoder = getattr(model, "encoder_", None)
    if encoder is not None:
        return encoder.embed(texts)
    from sklearn.feature_extraction.text import HashingVectorizer

    return HashingVectorizer(analyzer=words_of, alternate_sign=False).transform(texts)


def _log_tests(tests: Sequence[Moved]) -> None:
    import pandas as pd

    for figure in ("p", "p_holm", "effect", "statistic"):
        values = {test.what.replace(" ", "_").replace("theme_", "theme/"): getattr(test, figure) for test in tests}
        log.log_metrics(values, figure)
    log.log_table(pd.DataFrame([asdict(test) for test in tests]), "tests.json")
