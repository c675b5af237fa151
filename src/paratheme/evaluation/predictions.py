"""What a run was tested on and what it said: one row a block, no text. Comparisons read this, nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt

from paratheme.errors import ParathemeError

if TYPE_CHECKING:
    import pandas as pd

    from paratheme.corpus.corpus import Corpus

FILE = "predictions.parquet"
DESCRIBED = ("document", "start", "end", "story", "language", "kind", "genre", "layout")
Labels = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Results:
    """The tested blocks of a run.

    Attributes
    ----------
    frame : pandas.DataFrame
        Columns `document, start, end, story, language, kind, genre, layout, length, text_hash` and, for each
        theme, ``gold/THEME`` and ``decided/THEME`` (0 or 1) and ``score/THEME`` (calibrated probability); for
        folds that were joined, `fold` too.
    """

    frame: pd.DataFrame

    @classmethod
    def of(
        cls, corpus: Corpus, stories: Sequence[str], rows: npt.NDArray[np.int64], scores: Scores, decided: Labels
    ) -> Self:
        """Gather what is to be kept of a test.

        Parameters
        ----------
        corpus : Corpus
        stories : sequence of str
            The story of each block of the corpus, as the split used it.
        rows : ndarray of int
            The rows that were tested.
        scores, decided : ndarray, shape (len(rows), themes)
            Calibrated probabilities, and decisions of 0 or 1.
        """
        import pandas as pd

        frame = corpus.blocks.select(rows).to_pandas()[[name for name in DESCRIBED if name != "story"]]
        frame["story"] = [stories[row] for row in rows]
        frame["length"] = [len(corpus.texts[row]) for row in rows]
        frame["text_hash"] = [text_hash(corpus.texts[row]) for row in rows]
        gold = corpus.labels[rows]
        given: dict[str, npt.NDArray[Any]] = {
            "gold": gold.astype(np.int8),
            "score": scores,
            "decided": decided.astype(np.int8),
        }
        values = {f"{name}/{t}": v[:, i] for name, v in given.items() for i, t in enumerate(corpus.themes.ids)}
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
            found = cls(pd.read_parquet(file))
        except (ValueError, OSError) as error:
            raise ParathemeError(f"{file.name}: not a readable table of predictions") from error
        wanted = {*DESCRIBED, "length", "text_hash", *(f"{c}/{t}" for c in ("score", "decided") for t in found.themes)}
        if missing := sorted(wanted - set(found.frame)) or ([] if found.themes else ["gold/..."]):
            raise ParathemeError(f"{file.name}: no column {missing[0]!r}; evaluate the run's model anew")
        return found

    @classmethod
    def join(cls, parts: Sequence[Self], folds: Sequence[str]) -> Self:
        """Join the tested blocks of folds; a column `fold` names each one's."""
        import pandas as pd

        named = [part.frame.assign(fold=fold) for part, fold in zip(parts, folds, strict=True)]
        return cls(pd.concat(named, ignore_index=True))

    def write(self, file: Path) -> None:
        """Write a Parquet file."""
        self.frame.to_parquet(file, index=False)

    @cached_property
    def themes(self) -> tuple[str, ...]:
        """The theme ids, in order."""
        return tuple(name.removeprefix("gold/") for name in map(str, self.frame) if name.startswith("gold/"))

    @cached_property
    def gold(self) -> Labels:
        """Labels of 0 and 1, shape (n, themes)."""
        return self._columns("gold").astype(np.int64)

    @cached_property
    def decided(self) -> Labels:
        """Decisions of 0 and 1, shape (n, themes)."""
        return self._columns("decided").astype(np.int64)

    @cached_property
    def scores(self) -> Scores:
        """Calibrated probabilities, shape (n, themes)."""
        return self._columns("score").astype(np.float32)

    @cached_property
    def stories(self) -> list[str]:
        """The story of each block."""
        return [str(story) for story in self.frame["story"]]

    @cached_property
    def fingerprint(self) -> str:
        """A hash of the tested texts and their labels, whatever their order: the same test, or another."""
        rows = sorted(f"{key} {gold.tolist()}" for key, gold in zip(self.frame["text_hash"], self.gold, strict=True))
        return hashlib.sha256("\n".join([*self.themes, *rows]).encode()).hexdigest()[:16]

    def in_common_order(self) -> Self:
        """Return the blocks in an order that depends on nothing but the blocks: two runs' rows match then."""
        keys = ["text_hash", *(f"gold/{theme}" for theme in self.themes), "document", "start"]
        return type(self)(self.frame.sort_values(keys, kind="stable", ignore_index=True))

    def _columns(self, name: str) -> npt.NDArray[np.float64]:
        return self.frame[[f"{name}/{theme}" for theme in self.themes]].to_numpy()


def text_hash(text: str) -> str:
    """Return a short hash of a text; white space does not count."""
    return hashlib.sha256(" ".join(text.split()).encode("utf-8", "replace")).hexdigest()[:12]
