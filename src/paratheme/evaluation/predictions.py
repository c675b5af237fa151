"""The predictions of a run on its test set: one row a block, no text. Comparisons read this, nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from paratheme.corpus.corpus import Corpus
from paratheme.errors import ParathemeError
from paratheme.types import Floats, Labels, Scores

if TYPE_CHECKING:
    import pandas as pd

FILE = "predictions.parquet"
DESCRIBED = ("document", "start", "end", "story", "language", "kind", "genre", "layout")
ARRAYS = ("y_true", "y_pred", "score")


@dataclass(frozen=True)
class Predictions:
    """The tested blocks of a run.

    Attributes
    ----------
    frame : pandas.DataFrame
        Columns `document, start, end, story, language, kind, genre, layout, length, text_hash` and, for each
        theme, ``y_true/THEME`` and ``y_pred/THEME`` (0 or 1) and ``score/THEME`` (calibrated probability); for
        folds that were joined, `fold` too.
    """

    frame: pd.DataFrame

    @classmethod
    def of(cls, corpus: Corpus, scores: Scores, y_pred: Labels) -> Self:
        """Gather what is to be kept of a test.

        Parameters
        ----------
        corpus : Corpus
            The blocks that were tested, with the stories that the split used.
        scores, y_pred : ndarray, shape (n, themes)
            Calibrated probabilities, and decisions of 0 or 1.
        """
        import pandas as pd

        frame = corpus.blocks.to_pandas()[list(DESCRIBED)]
        frame["length"] = [len(text) for text in corpus.texts]
        frame["text_hash"] = [text_hash(text) for text in corpus.texts]
        arrays: dict[str, Any] = dict(
            zip(ARRAYS, (corpus.labels.astype(np.int8), y_pred.astype(np.int8), scores), strict=True)
        )
        values = {f"{name}/{t}": v[:, i] for name, v in arrays.items() for i, t in enumerate(corpus.themes.ids)}
        return cls(pd.concat([frame, pd.DataFrame(values)], axis=1))

    @classmethod
    def read(cls, file: Path) -> Self:
        """Read what `write` wrote.

        Raises
        ------
        ParathemeError
            If the file is no such table.
        """
        import pandas as pd

        try:
            predictions = cls(pd.read_parquet(file))
        except (ValueError, OSError) as error:
            raise ParathemeError(f"{file.name}: not a readable table of predictions") from error
        themes = predictions.themes or ("...",)
        wanted = {*DESCRIBED, "length", "text_hash", *(f"{name}/{theme}" for name in ARRAYS for theme in themes)}
        if missing := sorted(wanted - set(predictions.frame), key=lambda name: (not name.startswith("y_true"), name)):
            raise ParathemeError(f"{file.name}: no column {missing[0]!r}; evaluate the run's model anew")
        return predictions

    @classmethod
    def join(cls, parts: Sequence[Self], folds: Sequence[str]) -> Self:
        """Join the tested blocks of folds; a column `fold` names each one's."""
        import pandas as pd

        named = [part.frame.assign(fold=fold) for part, fold in zip(parts, folds, strict=True)]
        return cls(pd.concat(named, ignore_index=True))

    def write(self, file: Path) -> None:
        """Write a Parquet file."""
        self.frame.to_parquet(file, index=False)

    def __len__(self) -> int:
        return len(self.frame)

    @cached_property
    def themes(self) -> tuple[str, ...]:
        """The theme ids, in order."""
        return tuple(name.removeprefix("y_true/") for name in map(str, self.frame) if name.startswith("y_true/"))

    @cached_property
    def y_true(self) -> Labels:
        """Labels of 0 and 1, shape (n, themes)."""
        return self._columns("y_true").astype(np.int64)

    @cached_property
    def y_pred(self) -> Labels:
        """Decisions of 0 and 1, shape (n, themes)."""
        return self._columns("y_pred").astype(np.int64)

    @cached_property
    def scores(self) -> Scores:
        """Calibrated probabilities, shape (n, themes)."""
        return self._columns("score").astype(np.float32)

    @cached_property
    def stories(self) -> list[str]:
        """The story of each block."""
        return [str(story) for story in self.frame["story"]]

    @cached_property
    def languages(self) -> list[str]:
        """The language of each block."""
        return [str(language) for language in self.frame["language"]]

    @cached_property
    def fingerprint(self) -> str:
        """A hash of the tested texts and their labels, whatever their order: the same test, or another."""
        rows = sorted(f"{key} {y.tolist()}" for key, y in zip(self.frame["text_hash"], self.y_true, strict=True))
        return hashlib.sha256("\n".join([*self.themes, *rows]).encode()).hexdigest()[:16]

    def in_common_order(self) -> Self:
        """Return the blocks in an order that depends on nothing but the blocks: two runs' rows match then."""
        keys = ["text_hash", *(f"y_true/{theme}" for theme in self.themes), "document", "start"]
        return type(self)(self.frame.sort_values(keys, kind="stable", ignore_index=True))

    def _columns(self, name: str) -> Floats:
        return self.frame[[f"{name}/{theme}" for theme in self.themes]].to_numpy()


def text_hash(text: str) -> str:
    """Return a short hash of a text; white space does not count."""
    return hashlib.sha256(" ".join(text.split()).encode("utf-8", "replace")).hexdigest()[:12]
