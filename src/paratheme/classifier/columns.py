"""The columns of a flat table of filed blocks, known before the first of them is written."""

from __future__ import annotations

import json
import math
from collections.abc import Container, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from paratheme.corpus.tables import is_missing

if TYPE_CHECKING:
    import pyarrow as pa

OWN = ("document", "index", "start", "end", "kind", "language", "text", "themes", "scores")
OF_DOCUMENTS = ("blocks", "counts")  # what a document has besides
EXACT = 2**53  # up to here whole numbers are exact among those with a fraction
LARGEST = 2**63 - 1


class Columns:
    """Our own columns, one a theme's scores, and what comes along with the texts.

    Parameters
    ----------
    themes : sequence of str
        Whose scores have a column each.

    Attributes
    ----------
    own : tuple of str
    passed : dict of str to Column
        What comes along, by the key it has in records.
    """

    own = tuple(key for key in OWN if key != "scores")
    figures: ClassVar[Mapping[str, str]] = {"scores": "score_"}  # of which there is a column a theme: how it is called

    def __init__(self, themes: Sequence[str] = ()) -> None:
        self.themes = list(themes)
        self.passed: dict[str, Column] = {}

    def see(self, record: Mapping[str, Any]) -> None:
        """See what a record, or some of it, brings along."""
        for key, value in record.items():
            if (name := self.passed_as(key)) is not None:
                self.passed.setdefault(name, Column()).see(value)

    @staticmethod
    def passed_as(key: str) -> str | None:
        """Return the key under which something comes along; None for what is ours."""
        return None if key in OWN else key

    @property
    def names(self) -> list[str]:
        """The names of all columns, in order; one that came along makes way for ours."""
        figures = [f"{begin}{theme}" for begin in self.figures.values() for theme in self.themes]
        names = dict.fromkeys([*self.own, *figures])
        for key in self.passed:
            names[free(key, names)] = None
        return list(names)

    def values(self, record: Mapping[str, Any]) -> Iterator[Any]:
        """Yield what stands in each column."""
        yield from (record.get(key) for key in self.own)
        yield from (record[figure].get(theme) for figure in self.figures for theme in self.themes)
        yield from (record.get(key) for key in self.passed)

    def types(self) -> list[pa.DataType]:
        """The type of each column."""
        import pyarrow as pa

        known = dict.fromkeys(("index", "start", "end", "blocks", "counts"), pa.int64())
        known |= {"themes": pa.list_(pa.string()), "scores": pa.float64()}
        ours = [known.get(key, pa.string()) for key in self.own]
        figures = [known[figure] for figure in self.figures for _ in self.themes]
        return [*ours, *figures, *(column.type for column in self.passed.values())]


class DocumentColumns(Columns):
    """The columns of a table of documents: ours, a score and a count a theme, and what all blocks of a document say.

    Parameters
    ----------
    themes : sequence of str
        Whose scores and counts have a column each.
    """

    own = ("document", "language", "blocks", "themes")
    figures: ClassVar[Mapping[str, str]] = {"scores": "score_", "counts": "blocks_"}

    @staticmethod
    def passed_as(key: str) -> str | None:
        """Return the key under which something comes along; None for what is ours, or a block's own."""
        return None if key in (*OWN, "page") else f"given_{key}" if key in OF_DOCUMENTS else key


class Column:
    """The type of a column, from all that stands in it; text where values are of several types, or objects."""

    def __init__(self) -> None:
        self.kinds: set[type] = set()
        self.largest = 0
        self.other: Any = None  # the type of what is neither text nor number

    def see(self, value: Any) -> None:
        """See a value."""
        if is_missing(value):
            return
        kind = type(value)
        self.kinds.add(kind)
        if kind is int:
            self.largest = max(self.largest, abs(value))
        elif kind is list and not all(isinstance(item, str) for item in value):
            self.kinds.add(object)
        elif kind not in (str, bool, float, list, dict):
            self._see_other(value)

    @property
    def type(self) -> pa.DataType:
        """What values can be written as, all of them."""
        import pyarrow as pa

        if self.kinds == {list}:
            return pa.list_(pa.string())
        if self.kinds == {bool}:
            return pa.bool_()
        if self.kinds == {int} and self.largest <= LARGEST:
            return pa.int64()
        if self.kinds in ({float}, {int, float}) and self.largest <= EXACT:
            return pa.float64()
        return self.other if len(self.kinds) == 1 and self.other is not None else pa.string()

    def _see_other(self, value: Any) -> None:
        import pyarrow as pa

        try:
            kind = pa.infer_type([value])
        except (pa.ArrowException, TypeError, ValueError):  # a type that Parquet has not
            self.kinds.add(object)
            return
        if isinstance(value, Decimal) and self.other is not None and pa.types.is_decimal(self.other):
            scale = max(kind.scale, self.other.scale)
            digits = max(kind.precision - kind.scale, self.other.precision - self.other.scale) + scale
            kind = pa.decimal128(digits, scale) if digits <= 38 else pa.decimal256(digits, scale)
        elif self.other not in (None, kind):
            self.kinds.add(object)
        self.other = kind


def free(name: str, taken: Container[str]) -> str:
    """Return a name, or one like it that is not taken."""
    while name in taken:
        name = f"given_{name}"
    return name


def as_text(value: Any) -> str:
    """A text as it is, a date as ISO 8601 has it, and what is neither as JSON."""
    value = plain(value)
    if not isinstance(value, dict | list | int | float | bool | None):
        return str(value)
    return json.dumps(value, ensure_ascii=False, default=str)


PLAIN = (str, int, bool, type(None))


def plain(value: Any) -> Any:
    """What valid JSON can hold: what is no number becomes null."""
    if type(value) in PLAIN:  # nearly all there is
        return value
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set):
        return [plain(inner) for inner in value]
    if hasattr(value, "item") and not isinstance(value, str):  # NumPy's scalars
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value.isoformat() if hasattr(value, "isoformat") else value
