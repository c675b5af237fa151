"""Types that every room shares: arrays of labels and scores, and settings that are checked."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field

Labels = npt.NDArray[np.int64]  # 0 and 1, shape (texts, themes)
Scores = npt.NDArray[np.float32]  # probabilities, shape (texts, themes)
Vectors = npt.NDArray[np.float32]  # shape (texts, dimensions)
Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]  # row numbers of a corpus

Share = Annotated[float, Field(gt=0, lt=1)]
Fraction = Annotated[float, Field(ge=0, le=1)]


class Settings(BaseModel):
    """Settings that refuse unknown keys and wrong types; `paratheme.errors.validated` makes them of plain data."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)
