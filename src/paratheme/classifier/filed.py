"""Filed blocks of a pile: filed now, or read from a file that ``paratheme predict`` wrote."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count, groupby
from pathlib import Path
from typing import Any

from paratheme.classifier.columns import Columns
from paratheme.classifier.inputs import Group, Inputs, Record, find_inputs
from paratheme.classifier.predict import label, windows
from paratheme.classifier.prediction import Predicts
from paratheme.corpus.tables import is_missing, open_table, table_suffix
from paratheme.errors import ParathemeError, UsageError

SCORE = "score_"  # how the columns of scores begin in flat tables
WRITTEN = ("document", "kind", "language", "text", "themes", "model")  # what every file of filed blocks has


@dataclass
class Pile:
    """What was named: files of filed blocks, and documents and tables that are to be filed.

    Attributes
    ----------
    written : dict of Path to str
        Files of filed blocks, and the classifier that filed each.
    inputs : Inputs
        The others, with what was passed over, guessed or cannot be read.
    """

    written: dict[Path, str] = field(default_factory=dict)
    inputs: Inputs = field(default_factory=lambda: Inputs([]))

    @property
    def failures(self) -> list[str]:
        """What cannot be read, a line each."""
        return self.inputs.failures

    def check(self) -> None:
        """Read tables that are to be filed to their end; leave out those that cannot be.

        Raises
        ------
        ParathemeError
            If nothing is left.
        """
        self.inputs.check(Columns())
        if self.failures and not (self.written or self.inputs.found):
            raise ParathemeError(self.failures[0])

    def groups(self, classifier: Predicts, themes: Sequence[str]) -> Iterator[Group]:
        """Yield the filed blocks, those of a document together, and each row of a table by itself.

        Raises
        ------
        ParathemeError
            If a file of filed blocks is damaged, or was filed by other themes.
        """
        for path in self.written:
            yield from groups_of_file(path, themes)
        for window in windows(self.inputs.groups()):
            groups = [group for _, group in window]
            self.inputs.repairs += label(groups, classifier)
            yield from groups


def find_pile(paths: Sequence[str], text_column: str = "text") -> Pile:
    """Find documents, tables, and files of filed blocks.

    Raises
    ------
    ParathemeError
        If a path does not exist or is of a kind that cannot be read.
    """
    written: dict[Path, str] = {}
    others = []
    for path in paths:
        model = filed_by(Path(path))
        if model is None:
            others.append(path)
        else:
            written[Path(path)] = model
    return Pile(written, find_inputs(others, text_column))


def filed_by(path: Path) -> str | None:
    """Return the classifier that filed the blocks in a file; None where it holds no filed blocks.

    Raises
    ------
    UsageError
        If it holds filed documents, a row each.
    """
    if not table_suffix(path) or not path.is_file():
        return None
    try:
        row = next(open_table(path).rows(), {})
    except ParathemeError:  # told when it is read
        return None
    has_scores = isinstance(row.get("scores"), dict) or any(str(key).startswith(SCORE) for key in row)
    if has_scores and {"document", "blocks", "themes", "model"} <= set(row):
        raise UsageError(f"{path}: holds a row a document; file it without --by document, or name the documents")
    return str(row["model"]) if has_scores and {*WRITTEN} <= set(row) else None


def stands_alone(record: Mapping[str, Any]) -> bool:
    """Whether a block is a row of a table that has no documents: it is called after the table."""
    return bool(table_suffix(Path(str(record["document"]))))


def name_of(group: Group, taken: Container[str]) -> str:
    """Return what a document is called, or a row of a table, and no other of the pile: folders may have like names."""
    first = group[0]
    name = f"{first['document']}, row {first['index']}" if stands_alone(first) else str(first["document"])
    others = (f"{name} ({number})" for number in count(2))
    return name if name not in taken else next(other for other in others if other not in taken)


def groups_of_file(path: Path, themes: Sequence[str]) -> Iterator[Group]:
    """Yield the filed blocks of one file, those of a document together.

    Raises
    ------
    ParathemeError
        If it is damaged, or was filed by other themes.
    """

    def together(numbered: tuple[int, Record]) -> Any:
        number, record = numbered
        return number if stands_alone(record) else record["document"]

    rows = enumerate(open_table(path).rows(), start=1)
    records = ((number, _record(row, path, number, themes)) for number, row in rows)
    for _, group in groupby(records, together):
        yield [record for _, record in group]


def _record(row: Mapping[str, Any], path: Path, number: int, themes: Sequence[str]) -> Record:
    """Return a filed block as it was before it was written."""
    try:
        given, scores = row["themes"], row.get("scores")
        filed = (
            (given.split(";") if given else []) if isinstance(given, str) else list(given if given is not None else ())
        )
        if not isinstance(scores, dict):
            scores = {theme: row[f"{SCORE}{theme}"] for theme in themes}
        told = {key: "" if is_missing(row[key]) else str(row[key]) for key in WRITTEN if key != "themes"}
        index = int(row.get("index") or 0)
        return {**told, "index": index, "themes": filed, "scores": {theme: float(scores[theme]) for theme in themes}}
    except KeyError as error:
        missing = str(error.args[0]).removeprefix(SCORE)
        raise ParathemeError(
            f"{path}, row {number}: has no {missing!r}; name with --model what filed it, or file it again"
        ) from error
    except (TypeError, ValueError) as error:
        raise ParathemeError(f"{path}, row {number}: is no filed block ({error}); file it again") from error
