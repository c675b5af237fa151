"""Labelled blocks as records: read from a folder with standoff labels, or from the rows of a table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from paratheme.corpus.corpus import LABELLED_KINDS
from paratheme.corpus.tables import is_missing, numbered_json_lines, read_json_lines
from paratheme.documents.block_kinds import KINDS
from paratheme.documents.readers import find, read
from paratheme.errors import ParathemeError
from paratheme.themes.theme_set import ThemeSet
from paratheme.types import Settings

Record = dict[str, Any]
TRUE, FALSE = ("1", "1.0", "true", "yes", "x"), ("", "0", "0.0", "false", "no", "none", "nan")


class Columns(Settings):
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
    themes: str | dict[str, str] | None = "themes"
    language: str = "language"
    document: str = "document"
    story: str = "story"
    part: str = "part"
    kind: str = "kind"
    genre: str = "genre"
    layout: str = "layout"


class ThemeNames:
    """What labels may call each theme: its id, or one of its display names."""

    def __init__(self, themes: ThemeSet) -> None:
        self.ids = themes.ids
        self._id_of = {_key(name): theme.id for theme in themes.themes for name in theme.names.values()}
        self._id_of |= {_key(theme.id): theme.id for theme in themes.themes}

    def resolve(self, labels: Iterable[Any], place: str) -> list[str]:
        """Return the ids that labels name, sorted, each once."""
        ids = set()
        for label in labels:
            if _key(str(label)) not in self._id_of:
                raise ParathemeError(f"{place}: unknown theme {label!r}; the theme set has {', '.join(self.ids)}")
            ids.add(self._id_of[_key(str(label))])
        return sorted(ids)


def standoff_records(folder: Path, names: ThemeNames) -> list[Record]:
    """Read a folder of documents with ``labels.jsonl`` and, where there is one, ``documents.jsonl``."""
    described = folder / "documents.jsonl"
    about = {record.get("document"): record for record in read_json_lines(described)} if described.is_file() else {}
    files = _document_files(folder)
    texts: dict[str, str] = {}
    records = []
    for number, label in numbered_json_lines(folder / "labels.jsonl"):
        place = f"{folder / 'labels.jsonl'}, line {number}"
        if missing := {"document", "start", "end", "kind", "themes"} - set(label):
            raise ParathemeError(f"{place}: {sorted(missing)[0]!r} is missing")
        name, start, end = label["document"], label["start"], label["end"]
        if name not in files:
            raise ParathemeError(f"{place}: there is no document {name!r}; put it beside the labels or in documents/")
        if name not in texts:
            texts[name] = read(files[name]).text
        if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(texts[name])):
            raise ParathemeError(f"{place}: {start}-{end} lies outside {name} ({len(texts[name])} code points)")
        _check_kind(label["kind"], place)
        if label["kind"] in LABELLED_KINDS:
            record: Record = {
                key: str(about.get(name, {}).get(key) or "") for key in ("language", "genre", "layout", "story")
            }
            record |= {"document": name, "start": start, "end": end, "kind": label["kind"]}
            record |= {"text": texts[name][start:end], "themes": names.resolve(label["themes"], place)}
            records.append(record)
    return records


def table_records(
    rows: Iterable[Mapping[str, Any]],
    source: str,
    columns: Columns,
    separator: str,
    names: ThemeNames,
    defaults: Mapping[str, str] | None = None,
) -> list[Record]:
    """Read labelled blocks from the rows of a table, which error messages call `source`.

    `separator` stands between themes in one cell; `defaults` are `language` and `part` where the table does not say.
    """
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
            record[key] = _cell(row, getattr(columns, key)) or (defaults or {}).get(key, "")
        record["document"] = record["document"] or f"{Path(source).stem}-{number}"
        record["kind"] = record["kind"] or "paragraph"
        _check_kind(record["kind"], place)
        record["themes"] = names.resolve(_labels_of(row, columns.themes, separator, names.ids, place), place)
        if record["kind"] in LABELLED_KINDS:
            records.append(record)
    return records


def _document_files(folder: Path) -> dict[str, Path]:
    """Return the files of a corpus by the names that labels may give them, with suffix or without."""
    root = folder / "documents" if (folder / "documents").is_dir() else folder
    files = {}
    for file in find([root]):
        files[file.name] = files[str(Path(file.name).with_suffix(""))] = file.path
    return files


def _cell(row: Mapping[str, Any], column: str) -> str:
    value = row.get(column)
    return "" if is_missing(value) else str(value)


def _labels_of(
    row: Mapping[str, Any], source: str | dict[str, str] | None, separator: str, ids: Iterable[str], place: str
) -> list[Any]:
    if isinstance(source, str):
        if source not in row:
            raise ParathemeError(f"{place}: no column {source!r}; set corpus.columns.themes")
        value = row[source]
        if isinstance(value, str):
            return [part.strip() for part in value.split(separator) if part.strip()]
        if isinstance(value, list | tuple):
            return list(value)
        return [] if is_missing(value) else [value]
    columns = source or {theme: theme for theme in ids}
    for theme, column in columns.items():
        if column not in row:
            raise ParathemeError(f"{place}: no column {column!r} for theme {theme!r}; set corpus.columns.themes")
    return [theme for theme, column in columns.items() if _is_true(row[column], place)]


def _is_true(value: Any, place: str) -> bool:
    word = "" if is_missing(value) else str(value).strip().casefold()
    if word not in (*TRUE, *FALSE):
        raise ParathemeError(f"{place}: {value!r} is neither 0 nor 1")
    return word in TRUE


def _check_kind(kind: Any, place: str) -> None:
    if kind not in KINDS:
        raise ParathemeError(f"{place}: unknown kind {kind!r}; there are {', '.join(KINDS)}")


def _key(label: str) -> str:
    return re.sub(r"[\W_]+", "_", label.casefold()).strip("_")
