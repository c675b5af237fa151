"""Labelled blocks from folders: with standoff labels, a folder a topic, a folder or a table a part."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from paratheme.corpus.labels import ThemeNames
from paratheme.corpus.records import PARTS, Record
from paratheme.corpus.standoff import labels_file, standoff_records
from paratheme.corpus.tables import table_suffix
from paratheme.documents.language import languages_of, languages_of_each
from paratheme.documents.passed_over import passed_over
from paratheme.documents.readers import find, read
from paratheme.errors import ParathemeError

NOTES = ("readme", "license", "licence", "datasheet", "changelog")
# The number of one of several tables of a part: train_1, train-00000-of-00002, train-00000-of-00002-0a1b2c
NUMBER = re.compile(r"(?<![0-9])[-_ ]?[0-9]{1,9}(?:-of-[0-9]{1,9}(?:-[0-9a-f]{1,40})?)?$")
NAMED = 5  # that are told by name
TableReader = Callable[[Path, str], list[Record]]  # a table's file and the part it is


def folder_records(folder: Path, names: ThemeNames, read_rows: TableReader, told: list[str]) -> list[Record] | None:
    """Read a folder by its layout.

    Parameters
    ----------
    folder : Path
        With ``labels.jsonl`` beside documents; or a folder a topic, each named as a theme, with a document a file;
        or tables, or folders of these kinds, named ``train``, ``valid`` or ``test``, with a number where there are
        several; or a folder ``data`` of these, as datasets of the hub have it.
    names : ThemeNames
    read_rows : callable
        Reads a table: file and part -> records.
    told : list of str
        What was guessed or mended is added, a line each.

    Returns
    -------
    list of dict or None
        None where it has none of these layouts.
    """
    if labels_file(folder):
        return with_languages_of_documents(standoff_records(folder, names, told))
    folders = [inner for inner in sorted(folder.iterdir()) if inner.is_dir() and not inner.name.startswith(".")]
    parts = {inner: PARTS[inner.name.casefold()] for inner in folders if inner.name.casefold() in PARTS}
    if parts:
        left = [path for path in sorted(folder.iterdir()) if path not in parts]
        beside = [path for path in left if table_suffix(path) and _part_name(path) in PARTS]
        _tell_left(beside, folder, told, "beside folders that are parts; put each into a folder of its own")
        _tell_left([path for path in left if path not in beside], folder, told)
        return [record for inner, part in parts.items() for record in _part(inner, part, names, read_rows, told)]
    if any(names.know(inner.name) for inner in folders):
        _tell_left([path for path in sorted(folder.iterdir()) if path not in folders], folder, told)
        return [record for inner in folders for record in _topic(inner, names, told)]
    tables = {table: PARTS.get(_part_name(table)) for table in tables_in(folder)}
    if any(tables.values()):
        refuse_twins(table for table, part in tables.items() if part)
        _tell_left([path for path in sorted(folder.iterdir()) if not tables.get(path)], folder, told)
        return [record for table, part in tables.items() if part for record in read_rows(table, part)]
    data = folder / "data"
    records = folder_records(data, names, read_rows, told) if data.is_dir() else None
    if records is not None:
        _tell_left(
            [path for path in sorted(folder.iterdir()) if path != data], folder, told, "beside data/, which is read"
        )
    return records


def is_of_part(table: Path, part: str) -> bool:
    """Whether a table is called as a part, perhaps with a number, in capitals or not."""
    return part.casefold() in (_stem(table), _part_name(table))


def refuse_twins(tables: Iterable[Path]) -> None:
    """Refuse two tables of one name, whose rows would come twice.

    Raises
    ------
    ParathemeError
        Names them.
    """
    known: dict[str, Path] = {}
    for table in tables:
        if other := known.get(_stem(table)):
            raise ParathemeError(
                f"{table.parent}: {other.name} and {table.name} have one name; keep one of them, or number them "
                f"({_stem(table)}_1, {_stem(table)}_2) where both belong to it"
            )
        known[_stem(table)] = table


def with_languages_of_documents(records: list[Record]) -> list[Record]:
    """Fill in the languages that are not known, blocks of one document together."""
    documents: dict[str, list[Record]] = {}
    for record in records:
        documents.setdefault(record["document"], []).append(record)
    for blocks in documents.values():
        if not all(block["language"] for block in blocks):
            for block, language in zip(blocks, languages_of([block["text"] for block in blocks]), strict=True):
                block["language"] = block["language"] or language
    return records


def with_languages_of_texts(records: list[Record]) -> list[Record]:
    """Fill in the languages that are not known, each text by itself."""
    unknown = [record for record in records if not record["language"]]
    for record, language in zip(unknown, languages_of_each([record["text"] for record in unknown]), strict=True):
        record["language"] = language
    return records


def _part(folder: Path, part: str, names: ThemeNames, read_rows: TableReader, told: list[str]) -> list[Record]:
    """Read the folder of a part: of any layout, or of tables whatever they are called."""
    records = folder_records(folder, names, read_rows, told)
    if records is None:
        refuse_twins(tables_in(folder))
        records = [record for table in tables_in(folder) for record in read_rows(table, part)]
    if not records:
        raise ParathemeError(
            f"{folder}: no labelled block in it; put labels.jsonl, tables, or a folder a theme ({', '.join(names.ids)})"
            " there"
        )
    # documents of one name in two parts are two documents
    return [{**record, "document": f"{folder.name}/{record['document']}", "part": part} for record in records]


def _topic(folder: Path, names: ThemeNames, told: list[str]) -> list[Record]:
    """Read the documents of a folder that is named as a theme, or `none`."""
    if note := passed_over(folder):
        told.append(note)
    remedy = "name the folder as one of these, or none where its documents have no theme"
    themes = names.resolve([folder.name], str(folder), remedy)
    records = []
    for file in find([folder]):
        document = read(file.path)
        told += [f"{file.path}: {phrase}" for phrase in document.repairs]
        text = document.text.strip()
        start = document.text.index(text)
        about = dict.fromkeys(("genre", "layout", "story"), "")
        (language,) = languages_of_each([text])
        place = {"document": f"{folder.name}/{file.name}", "start": start, "end": start + len(text)}
        records.append({**place, **about, "language": language, "kind": "paragraph", "text": text, "themes": themes})
    return records


def _tell_left(
    paths: Sequence[Path], folder: Path, told: list[str], reason: str = "not named as a part or a theme"
) -> None:
    """Tell which files and folders belong to no part or theme, but for hidden ones and notes to people."""
    left = [path.name for path in paths if path.name[0] not in "._" and path.stem.casefold() not in NOTES]
    if left:
        more = f" and {len(left) - NAMED} more" if len(left) > NAMED else ""
        told.append(f"{folder}: {', '.join(left[:NAMED])}{more} left out: {reason}")


def tables_in(folder: Path) -> list[Path]:
    """Return the tables that lie in a folder, by name; none where there is no such folder."""
    return [file for file in sorted(folder.glob("*")) if file.is_file() and table_suffix(file) and file.name[0] != "."]


def _stem(table: Path) -> str:
    return table.name.split(".")[0].casefold()


def _part_name(table: Path) -> str:
    return NUMBER.sub("", _stem(table))
