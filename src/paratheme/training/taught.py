"""What a teacher said of unlabelled texts: a student learns its probabilities beside the labels."""

from __future__ import annotations

import logging
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path

import numpy as np

from paratheme.classifier.filed import filed_by, groups_of_file
from paratheme.corpus.corpus import LABELLED_KINDS
from paratheme.errors import ParathemeError
from paratheme.types import Scores

logger = logging.getLogger(__name__)


def taught(file: Path, themes: tuple[str, ...], labelled: Collection[str]) -> tuple[list[str], Scores]:
    """Return the texts that a classifier filed, each once, and its probabilities, shape (n, themes).

    Parameters
    ----------
    file : Path
        What ``paratheme predict -o`` wrote, as JSON Lines, a table or Parquet.
    themes : tuple of str
    labelled : collection of str
        Texts that are left out: those of the corpus, whose test part must stay unseen.

    Raises
    ------
    ParathemeError
        If it is no such file, or of other themes.
    """
    told = _read(file, file.stat().st_mtime_ns if file.is_file() else 0, themes)
    known = set(labelled)
    kept = {text: scores for text, scores in told.items() if text not in known}
    if not kept:
        raise ParathemeError(f"{file}: holds no text that is not in the corpus; leave out model.taught")
    return list(kept), np.array(list(kept.values()), np.float64)


@lru_cache(maxsize=1)
def _read(file: Path, changed: int, themes: tuple[str, ...]) -> dict[str, tuple[float, ...]]:
    teacher = filed_by(file) if file.is_file() else None
    if teacher is None:
        remedy = "write one with `paratheme predict PATH -o FILE.jsonl`"
        raise ParathemeError(f"{file}: is no file of filed blocks; {remedy}")
    found = {}
    for group in groups_of_file(file, themes):
        for block in group:
            if block["kind"] in LABELLED_KINDS and block["text"].strip():
                found[block["text"]] = tuple(block["scores"].values())
    logger.info("Learning from %s texts as %s filed them, beside the labels", f"{len(found):,}", teacher)
    return found
