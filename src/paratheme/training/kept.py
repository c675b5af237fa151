"""What a training has done already, kept so that a process that goes on with it does not do it again."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from paratheme.errors import first_line
from paratheme.evaluation.evaluation import Evaluation
from paratheme.evaluation.predictions import FILE, Predictions
from paratheme.paths import write_apart

logger = logging.getLogger(__name__)


class Kept:
    """A folder of what is done; without one nothing is kept.

    Every file is written apart and moved: what is there is whole.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder

    def part(self, name: str) -> Kept:
        """Return the folder of a part."""
        return Kept(self.folder / name if self.folder else None)

    def array(self, name: str, make: Callable[[], Any]) -> Any:
        """Return an array that was made before, or make it."""
        if self.folder is None:
            return make()
        file = self.folder / f"{name}.npy"
        if file.is_file():
            return np.load(file, allow_pickle=False)
        made = make()

        def write(new: Path) -> None:
            with new.open("wb") as opened:  # by its name NumPy would write another file
                np.save(opened, made, allow_pickle=False)

        self._write(file, write)
        return made

    def evaluation(self) -> tuple[Evaluation, dict[str, Any]] | None:
        """Return what was measured before, and what was noted with it."""
        if self.folder is None or not (self.folder / "result.json").is_file():
            return None
        told = json.loads((self.folder / "result.json").read_text("utf-8"))
        return Evaluation(Predictions.read(self.folder / FILE), told.pop("metrics")), told

    def keep_evaluation(self, evaluation: Evaluation, **noted: Any) -> None:
        """Keep what was measured, and a note."""
        if self.folder is not None:
            told = json.dumps({"metrics": {key: float(value) for key, value in evaluation.metrics.items()}, **noted})
            self._write(self.folder / FILE, evaluation.predictions.write)
            self._write(self.folder / "result.json", lambda new: new.write_text(told, "utf-8"))

    def _write(self, file: Path, write: Callable[[Path], Any]) -> None:
        try:
            write_apart(file, write)
        except OSError as error:  # a full disk ends no training
            logger.warning("%s: cannot be kept (%s)", file, first_line(error))
