"""What is filed: documents, and the rows of tables, in groups of blocks that are read together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, islice
from pathlib import Path
from typing import Any, NamedTuple

from paratheme.classifier.columns import Columns, free
from paratheme.corpus.tables import (
    check_header,
    check_text,
    columns_told,
    is_missing,
    open_table,
    table_suffix,
    text_of,
    value_at,
)
from paratheme.documents.blocks import read_groups
from paratheme.documents.language import languages_of_each
from paratheme.documents.passed_over import passed_over
from paratheme.documents.readers import DocumentFile, find
from paratheme.errors import ParathemeError

Record = dict[str, Any]
Row = dict[str, Any]
Group = list[Record]  # the blocks of a document, rows of one document that stand together, or one row
# Of an output. A table has a say in document and language; what else it calls so is kept under another name.
OURS = ("index", "start", "end", "kind", "themes", "scores", "reasons", "model")
OF_ROW = ("document", "language")  # for which a row that does not say has the table's name, and what is detected
OF_DOCUMENTS = {"page": 1, "title": "", "date": ""}  # what some blocks of documents have, and others have not
BLOCKS = 20  # of a document, about


class Place(NamedTuple):
    """How far inputs were read.

    Attributes
    ----------
    done : int
        Inputs that were read to their end.
    groups : int
        Groups that were read of the next one.
    """

    done: int = 0
    groups: int = 0


BEGINNING = Place()
Window = list[tuple[Place, Group]]  # groups that are filed together, each with the place behind it


@dataclass
class TableInput:
    """A table, each row of which is a block.

    Attributes
    ----------
    path : Path
    text_column : str
        The column of the texts.
    size : int
        How many rows it has, once `check` has read them.
    name : str
        What rows without a document have for one; default: the file's name.
    """

    path: Path
    text_column: str = "text"
    size: int = 0
    name: str = ""

    def __post_init__(self) -> None:
        self.name = self.name or self.path.name

    def check(self, columns: Columns) -> tuple[str, ...]:
        """Read the table to its end, see what columns it has, and return what was guessed or replaced.

        Raises
        ------
        ParathemeError
            If it is no table, or has no texts; names the line where there is one.
        """
        table = open_table(self.path)
        found = dict.fromkeys(table.columns or ())
        columns.see(self._passed(found))
        has_texts = self.text_column in found
        for self.size, row in enumerate(table.rows(), start=1):
            there, value = value_at(row, self.text_column)
            has_texts = has_texts or there
            check_text(value, self.text_column, "--text-column", f"{self.path}, row {self.size}")
            found.update(dict.fromkeys(row))
            columns.see(self._passed(row))
        if not has_texts:
            check_header(self.path, self.text_column)
            if not found:
                raise ParathemeError(f"{self.path}: holds no rows; save the table again")
            told = f"no column {self.text_column!r} (it has {columns_told(found)})"
            raise ParathemeError(f"{self.path}: {told}; rename one, or name it with --text-column")
        return table.repairs

    def groups(self, failures: list[str], begin: int = 0) -> Iterator[Group]:
        """Yield the rows as blocks, those of one document that stand together in one group, from the group `begin`."""

        def together(numbered: tuple[int, Row]) -> Any:
            number, row = numbered
            document = row.get("document")
            return (True, str(document)) if _says(document) else (False, number)

        try:
            grouped = (list(rows) for _, rows in groupby(enumerate(open_table(self.path).rows()), together))
            for rows in islice(grouped, begin, None):
                yield [self._record(index, row) for index, row in rows]
        except ParathemeError as error:
            failures.append(str(error))

    def _record(self, index: int, row: Row) -> Record:
        given = value_at(row, self.text_column)[1]
        text, passed = "" if is_missing(given) else text_of(given), self._passed(row)
        record = {"document": self.name, "index": index, "start": 0, "end": len(text), "kind": "paragraph"}
        language = passed.get("language") or languages_of_each([text])[0]
        return {**record, "language": language, "text": text, **passed}

    def _passed(self, row: Row) -> Row:
        """What the table itself says, None where a cell is empty; what it says under our names gets another one."""
        cells = {str(key): value for key, value in row.items() if key != self.text_column}
        passed = {key: None if is_missing(value) else value for key, value in cells.items()}
        passed = {key: value for key, value in passed.items() if key not in OF_ROW or _says(value)}
        ours = OURS if self.text_column == "text" else (*OURS, "text")
        return {free(f"given_{key}", passed) if key in ours else key: value for key, value in passed.items()}


def _says(value: Any) -> bool:
    """Whether a cell names a document or a language: blanks name none."""
    return not is_missing(value) and bool(str(value).strip())


@dataclass
class DocumentInput:
    """A document, whose blocks are one group.

    Attributes
    ----------
    file : DocumentFile
    size : int
        One: it is read at once.
    """

    file: DocumentFile
    size: int = 1

    @property
    def name(self) -> str:
        """What it is called."""
        return self.file.name

    @name.setter
    def name(self, name: str) -> None:
        self.file = replace(self.file, name=name)

    @property
    def path(self) -> Path:
        """Its file."""
        return self.file.path

    def check(self, columns: Columns) -> tuple[str, ...]:
        """Say what columns blocks of documents may have; the document itself is read when it is filed."""
        columns.see(OF_DOCUMENTS)
        return ()


@dataclass
class Inputs:
    """What was named, tables first, each file once.

    Attributes
    ----------
    found : list of TableInput or DocumentInput
    notes, failures, repairs : list of str
        What was passed over or named twice, what cannot be read, and what was guessed so that it could be, a line each.
    """

    found: list[TableInput | DocumentInput]
    notes: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    repairs: list[str] = field(default_factory=list)

    @property
    def unit(self) -> str:
        """What is counted: rows, documents, or both."""
        kinds = {type(one) for one in self.found}
        return {TableInput: " rows", DocumentInput: " documents"}[kinds.pop()] if len(kinds) == 1 else ""

    @property
    def blocks(self) -> int:
        """How many blocks there are, about, once tables were checked."""
        return sum(one.size * (BLOCKS if isinstance(one, DocumentInput) else 1) for one in self.found)

    def size_of(self, window: Window) -> int:
        """How many rows and documents a window holds."""
        return sum(len(group) if isinstance(self.found[place.done], TableInput) else 1 for place, group in window)

    def identity(self) -> list[tuple[str, int, int]]:
        """What is another one when a file was added, left out or changed: paths, sizes, times of last change."""
        facts = [(one.path, one.path.stat()) for one in self.found if one.path.exists()]
        return [(str(path), fact.st_size, fact.st_mtime_ns) for path, fact in facts]

    def check(self, columns: Columns) -> None:
        """Read the tables to their end, leave out those that cannot be filed, and see what columns there will be."""
        kept = []
        for one in self.found:
            try:
                self.repairs += one.check(columns)
                kept.append(one)
            except ParathemeError as error:
                self.failures.append(str(error))
        self.found = kept

    def groups(self, begin: Place = BEGINNING, workers: int = 1) -> Iterator[tuple[Place, Group]]:
        """Yield the groups from a place on, each with the place behind it; so many processes read documents."""
        documents = []
        for number, one in enumerate(self.found[begin.done :], start=begin.done):
            passed = begin.groups if number == begin.done else 0
            if isinstance(one, TableInput):  # tables are first
                for count, group in enumerate(one.groups(self.failures, passed), start=passed + 1):
                    yield Place(number, count), group
            elif not passed:
                documents.append((number, one.file))
        read = read_groups([file for _, file in documents], self.failures, self.repairs, workers)
        for (number, _), group in zip(documents, read, strict=True):
            if group:
                yield Place(number, 1), group


def find_inputs(paths: Sequence[str], text_column: str = "text") -> Inputs:
    """Find documents and tables.

    Parameters
    ----------
    paths : sequence of str
        Documents, folders of documents, and tables.
    text_column : str
        Where the texts stand in the tables.

    Raises
    ------
    ParathemeError
        If a path does not exist or is of a kind that cannot be read.
    """
    tables: dict[Path, TableInput] = {}
    documents: dict[Path, DocumentInput] = {}
    inputs = Inputs([])
    for path in map(Path, paths):
        twice = []
        if table_suffix(path) and not path.is_dir():
            twice = [path] if path.resolve() in tables else []
            tables.setdefault(path.resolve(), TableInput(path, text_column))
        else:
            for file in find([path]):
                place = file.path.resolve()
                twice += [file.path] if place in documents else []
                documents.setdefault(place, DocumentInput(file))
        if len(twice) > 1:
            inputs.notes.append(f"{path}: {len(twice)} of its files are named twice; each is filed once")
        elif twice:
            inputs.notes.append(f"{twice[0]}: is named twice; it is filed once")
        if path.is_dir() and (note := passed_over(path)):
            inputs.notes.append(note)
    inputs.found = [*tables.values(), *sorted(documents.values(), key=lambda one: one.path)]
    _tell_apart(inputs.found)
    return inputs


def _tell_apart(found: Sequence[TableInput | DocumentInput]) -> None:
    """Call inputs that would be called alike by their paths as they were typed."""
    often = Counter(one.name for one in found)
    for one in found:
        if often[one.name] > 1:
            one.name = one.path.as_posix()
