"""Labelled blocks from wherever they are -> one `datasets.Dataset` with typed features."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from paratheme.corpus.tables import (
    TABLE_SUFFIXES,
    is_missing,
    numbered_json_lines,
    read_json_lines,
    read_table,
    records_of,
)
from paratheme.documents.block_kinds import KINDS
from paratheme.documents.readers import DocumentError, find, read
from paratheme.documents.segmentation import languages_of
from paratheme.errors import ParathemeError
from paratheme.paths import shipped
from paratheme.themes.theme_set import ThemeSet

if TYPE_CHECKING:
    from datasets import Dataset, Features

ALSO_CALLED = {"validation": ("valid", "dev")}  # names of parts in local copies of datasets
LABELLED_KINDS = ("paragraph", "list_item", "caption")
Record = dict[str, Any]


@dataclass(frozen=True)
class Columns:
    """Which columns of a table hold what; a column that is missing counts as empty, but for the text.

    Attributes
    ----------
    text, language, document, story, part, kind, genre, layout : str
        Names of columns. `part` may say ``train``, ``valid`` or ``test`` (for ``split=given``).
    themes : str, dict or None
        A column of lists or of separated strings; or a column for each theme (theme id -> column);
        or None: columns named as the themes, holding 0/1, true/false, yes/no.
    """

    text: str = "text"
    themes: Any = "themes"
    language: str = "language"
    document: str = "document"
    story: str = "story"
    part: str = "part"
    kind: str = "kind"
    genre: str = "genre"
    layout: str = "layout"


@dataclass(frozen=True)
class CorpusSettings:
    """Where labelled blocks come from.

    Attributes
    ----------
    name : str
        What runs and tables call it.
    path : str or None
        A folder of documents with ``labels.jsonl``; a JSONL, CSV, TSV or Parquet file; a folder or hub
        dataset with one table a language and part; None: the seed corpus.
    exclusive : bool
        Whether each text carries exactly one theme (topics).
    columns : Columns
        For tables.
    separator : str
        Between themes in one cell.
    languages : dict of str to str or None
        For a dataset with a configuration (or folder) a language: configuration -> language.
    parts : dict of str to str or None
        The same for its parts: the dataset's name of a part -> ``train``, ``valid`` or ``test``.
    """

    name: str = "seeds"
    path: str | None = None
    exclusive: bool = False
    columns: Columns = field(default_factory=Columns)
    separator: str = ";"
    languages: dict[str, str] | None = None
    parts: dict[str, str] | None = None


@dataclass(frozen=True)
class Corpus:
    """Labelled blocks.

    Attributes
    ----------
    name : str
    blocks : datasets.Dataset
        One row a block: `document, start, end, kind, language, genre, layout, story, part, text, themes`;
        an empty `story` means that nobody said which story it tells.
    themes : ThemeSet
    exclusive : bool
        Whether each block carries exactly one theme.
    """

    name: str
    blocks: Dataset
    themes: ThemeSet
    exclusive: bool = False

    @cached_property
    def texts(self) -> list[str]:
        """The blocks' texts."""
        return list(self.blocks["text"])

    @cached_property
    def languages(self) -> list[str]:
        """The blocks' languages."""
        return list(self.blocks["language"])

    @cached_property
    def labels(self) -> npt.NDArray[np.int64]:
        """0/1, shape (n, themes)."""
        labels = np.zeros((len(self.blocks), len(self.themes.ids)), np.int64)
        for row, themes in enumerate(self.blocks["themes"]):
            labels[row, themes] = 1
        return labels

    @cached_property
    def fingerprint(self) -> str:
        """A hash of texts, languages, stories and labels, whatever the order of the rows."""
        columns = zip(
            self.texts,
            self.languages,
            self.blocks["story"],
            self.blocks["part"],
            self.labels.tolist(),
            strict=True,
        )
        rows = sorted(json.dumps(row, ensure_ascii=True) for row in columns)
        return hashlib.sha256("\n".join([*self.themes.ids, *rows]).encode()).hexdigest()[:16]

    def contradictions(self) -> list[Record]:
        """Return texts that stand more than once, with different themes."""
        rows_of: dict[str, list[int]] = {}
        for row, text in enumerate(self.texts):
            rows_of.setdefault(" ".join(text.split()), []).append(row)
        found = []
        for text, rows in rows_of.items():
            labellings = Counter(tuple(np.array(self.themes.ids)[self.labels[row] > 0]) for row in rows)
            if len(labellings) > 1:
                documents = [self.blocks[row]["document"] for row in rows]
                found.append({"text": text, "documents": documents, "themes": [list(key) for key in labellings]})
        return found


def load_corpus(settings: CorpusSettings, themes: ThemeSet) -> Corpus:
    """Load labelled blocks.

    Parameters
    ----------
    settings : CorpusSettings
    themes : ThemeSet
        The themes that labels may name, by id or by display name.

    Returns
    -------
    Corpus

    Raises
    ------
    ParathemeError
        If the corpus cannot be read or says something that cannot be; names file, place and remedy.
    """
    from datasets import Dataset

    path = Path(settings.path).expanduser() if settings.path else shipped("seeds")
    if (path / "labels.jsonl").is_file():
        records = _standoff(path, _theme_finder(themes))
    elif path.suffix in TABLE_SUFFIXES:
        records = _table(path, settings, themes)
    elif path.is_dir() or not path.exists():
        records = _dataset(path, settings, themes)
    else:
        raise ParathemeError(f"{path}: no corpus; use a folder with labels.jsonl or {', '.join(TABLE_SUFFIXES)}")
    if not records:
        raise ParathemeError(f"{path}: no labelled block in it")
    _complete(records)
    if settings.exclusive:
        _check_exclusive(records, path)
    blocks = Dataset.from_list(records, features=_features(themes))
    return Corpus(settings.name, blocks, themes, settings.exclusive)


def _features(themes: ThemeSet) -> Features:
    from datasets import ClassLabel, Features, Sequence, Value

    strings = ("document", "kind", "language", "genre", "layout", "story", "part", "text")
    return Features(
        {
            **{name: Value("string") for name in strings},
            "start": Value("int64"),
            "end": Value("int64"),
            "themes": Sequence(ClassLabel(names=list(themes.ids))),
        }
    )


def _standoff(folder: Path, theme_of: Mapping[str, str]) -> list[Record]:
    """Read a folder of documents with ``labels.jsonl`` and, where there is one, ``documents.jsonl``."""
    described = folder / "documents.jsonl"
    about = {record.get("document"): record for record in read_json_lines(described)} if described.is_file() else {}
    files = _document_files(folder)
    texts: dict[str, str] = {}
    records = []
    for number, label in numbered_json_lines(folder / "labels.jsonl"):
        place = f"{folder / 'labels.jsonl'}, line {number}"
        missing = {"document", "start", "end", "kind", "themes"} - set(label)
        if missing:
            raise ParathemeError(f"{place}: {sorted(missing)[0]!r} is missing")
        name, start, end = label["document"], label["start"], label["end"]
        if name not in texts:
            texts[name] = _text_of(name, files, place)
        if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(texts[name])):
            raise ParathemeError(f"{place}: {start}-{end} lies outside {name} ({len(texts[name])} code points)")
        _check_kind(label["kind"], place)
        if label["kind"] in LABELLED_KINDS:
            record: Record = {
                key: str(about.get(name, {}).get(key) or "") for key in ("language", "genre", "layout", "story")
            }
            record |= {"document": name, "start": start, "end": end, "kind": label["kind"]}
            record |= {"text": texts[name][start:end], "themes": _resolve(label["themes"], theme_of, place)}
            records.append(record)
    return records


def _document_files(folder: Path) -> dict[str, Path]:
    root = folder / "documents" if (folder / "documents").is_dir() else folder
    files = {}
    for file in find([root]):
        relative = file.relative_to(root)
        files[str(relative)] = files[str(relative.with_suffix(""))] = file
    return files


def _text_of(name: str, files: Mapping[str, Path], place: str) -> str:
    if name not in files:
        raise ParathemeError(f"{place}: there is no document {name!r}; put it beside the labels or in documents/")
    try:
        return read(files[name]).text
    except DocumentError as error:
        raise ParathemeError(str(error)) from error


def _table(
    path: Path, settings: CorpusSettings, themes: ThemeSet, defaults: Mapping[str, str] | None = None
) -> list[Record]:
    return _rows(records_of(read_table(path)), str(path), settings, themes, defaults or {})


def _rows(
    rows: Iterable[Mapping[str, Any]],
    source: str,
    settings: CorpusSettings,
    themes: ThemeSet,
    defaults: Mapping[str, str],
) -> list[Record]:
    columns, theme_of = settings.columns, _theme_finder(themes)
    records = []
    for number, row in enumerate(rows, start=1):
        place = f"{source}, row {number}"
        if columns.text not in row:
            raise ParathemeError(f"{place}: no column {columns.text!r}; set corpus.columns.text")
        text = _cell(row, columns.text)
        if not text.strip():
            continue
        record: Record = {"text": text, "start": 0, "end": len(text)}
        for key in ("language", "document", "story", "part", "kind", "genre", "layout"):
            record[key] = _cell(row, getattr(columns, key)) or defaults.get(key, "")
        record["document"] = record["document"] or f"{Path(source).stem}-{number}"
        record["kind"] = record["kind"] or "paragraph"
        _check_kind(record["kind"], place)
        record["themes"] = _themes_of_row(row, settings, themes, theme_of, place)
        if record["kind"] in LABELLED_KINDS:
            records.append(record)
    return records


def _cell(row: Mapping[str, Any], column: str) -> str:
    value = row.get(column)
    return "" if is_missing(value) else str(value)


def _themes_of_row(
    row: Mapping[str, Any],
    settings: CorpusSettings,
    themes: ThemeSet,
    theme_of: Mapping[str, str],
    place: str,
) -> list[str]:
    source = settings.columns.themes
    if isinstance(source, str):
        if source not in row:
            raise ParathemeError(f"{place}: no column {source!r}; set corpus.columns.themes")
        value = row[source]
        if isinstance(value, str):
            value = [part.strip() for part in value.split(settings.separator) if part.strip()]
        if is_missing(value):
            value = []
        return _resolve(value if isinstance(value, list | tuple) else [value], theme_of, place)
    columns = dict(source) if source else {theme: theme for theme in themes.ids}
    for theme, column in columns.items():
        if column not in row:
            raise ParathemeError(f"{place}: no column {column!r} for theme {theme!r}; set corpus.columns.themes")
    return _resolve([theme for theme, column in columns.items() if _is_true(row[column], place)], theme_of, place)


def _is_true(value: Any, place: str) -> bool:
    word = "" if is_missing(value) else str(value).strip().casefold()
    if word in ("1", "1.0", "true", "yes", "x"):
        return True
    if word in ("", "0", "0.0", "false", "no", "none", "nan"):
        return False
    raise ParathemeError(f"{place}: {value!r} is neither 0 nor 1")


def _dataset(path: Path, settings: CorpusSettings, themes: ThemeSet) -> list[Record]:
    """Read a hub dataset, or its local copy as one folder a configuration with one table a part."""
    from datasets import load_dataset

    records = []
    for configuration, language in (settings.languages or {"": ""}).items():
        for part_name, part in (settings.parts or {"train": ""}).items():
            defaults = {"language": language, "part": part}
            if path.is_dir():
                names = (part_name, *ALSO_CALLED.get(part_name, ()))
                files = [file for name in names for file in sorted((path / configuration).glob(f"{name}.*"))]
                found = [file for file in files if file.suffix in TABLE_SUFFIXES]
                if not found:
                    raise ParathemeError(
                        f"{path / configuration}: no table {part_name!r}; see corpus.languages, .parts"
                    )
                records += _table(found[0], settings, themes, defaults)
                continue
            try:
                rows = load_dataset(str(settings.path), configuration or None, split=part_name)
            except Exception as error:  # the hub's client raises whatever its layers raise
                reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
                raise ParathemeError(
                    f"corpus.path={settings.path}: no file or folder of this name, and no dataset that could be "
                    f"loaded from the hub ({reason})"
                ) from error
            records += _rows(_with_names(rows), f"{settings.path} {configuration}", settings, themes, defaults)
    return records


def _with_names(rows: Dataset) -> Iterable[Record]:
    """Yield rows with class numbers, and lists of them, as names."""
    from datasets import ClassLabel

    # a list of classes has them as its feature
    classes = {name: getattr(feature, "feature", feature) for name, feature in rows.features.items()}
    classes = {name: feature for name, feature in classes.items() if isinstance(feature, ClassLabel)}
    for row in rows:
        yield {**row, **{name: feature.int2str(row[name]) for name, feature in classes.items()}}


def _check_kind(kind: Any, place: str) -> None:
    if kind not in KINDS:
        raise ParathemeError(f"{place}: unknown kind {kind!r}; there are {', '.join(KINDS)}")


def _key(label: str) -> str:
    return re.sub(r"[\W_]+", "_", label.casefold()).strip("_")


def _theme_finder(themes: ThemeSet) -> dict[str, str]:
    finder = {_key(name): theme.id for theme in themes.themes for name in theme.names.values()}
    return finder | {_key(theme.id): theme.id for theme in themes.themes}


def _resolve(labels: Iterable[Any], theme_of: Mapping[str, str], place: str) -> list[str]:
    found = []
    for label in labels:
        if _key(str(label)) not in theme_of:
            known = ", ".join(dict.fromkeys(theme_of.values()))
            raise ParathemeError(f"{place}: unknown theme {label!r}; the theme set has {known}")
        found.append(theme_of[_key(str(label))])
    return sorted(set(found))


def _complete(records: list[Record]) -> None:
    for record in records:
        record.setdefault("part", "")
    unknown = [record for record in records if not record["language"]]
    for record, language in zip(unknown, languages_of([r["text"] for r in unknown]), strict=True):
        record["language"] = language


def _check_exclusive(records: list[Record], path: Path) -> None:
    for record in records:
        if len(record["themes"]) != 1:
            raise ParathemeError(
                f"{path}, document {record['document']}: {len(record['themes'])} themes, but corpus.exclusive=true "
                "wants exactly one"
            )
