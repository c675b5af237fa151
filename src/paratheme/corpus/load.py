"""Labelled blocks from wherever they are: a folder, a table, a dataset on the hub."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field, model_validator

from paratheme.corpus.corpus import LABELLED_KINDS, Corpus
from paratheme.corpus.folders import folder_records, is_of_part, refuse_twins, tables_in, with_languages_of_texts
from paratheme.corpus.label_studio import is_export, rows_of_spans, rows_of_tasks
from paratheme.corpus.labels import ThemeNames, UnknownTheme
from paratheme.corpus.records import Columns, Record, table_records
from paratheme.corpus.tables import TABLE_SUFFIXES, check_header, read_rows, table_suffix, value_at
from paratheme.documents.context import passages_of
from paratheme.errors import ParathemeError, UsageError, first_line
from paratheme.paths import shipped
from paratheme.themes.theme_set import ThemeSet
from paratheme.types import Settings

if TYPE_CHECKING:
    from datasets import Dataset, Features

logger = logging.getLogger(__name__)
UNNAMED = ("seeds", "table", "folder", "hub")  # names of ways to read a corpus, not of a corpus
PART_ALIASES = {"validation": ("valid", "dev")}  # names of parts in local copies of datasets


class CorpusSettings(Settings):
    """Where labelled blocks come from.

    Attributes
    ----------
    name : str
        What runs and tables call it; where none is given, the name of its file or folder.
    path : str or None
        A folder of documents with ``labels.jsonl``; a folder a theme, with a document a file; a table (JSON, JSON
        lines, CSV, TSV, Parquet or Excel; also an export of Label Studio); folders or tables of these kinds named
        ``train``, ``valid``, ``test``; a folder or hub dataset with one table a language and part; None: the
        seed corpus.
    single_label : bool
        Whether each text carries exactly one theme (topics).
    columns : Columns
        For tables.
    separator : str
        Between themes in one cell. Where it leaves no known theme and another usual one leaves only known
        ones, that one counts.
    languages : dict of str to str or None
        For a dataset with a configuration (or folder) a language: configuration -> language.
    parts : dict of str to str or None
        The same for its parts: the dataset's name of a part -> ``train``, ``valid`` or ``test``.
    """

    name: str = "seeds"
    path: str | None = None
    single_label: bool = False
    columns: Columns = Field(default_factory=Columns)
    separator: str = Field(";", min_length=1)
    languages: dict[str, str] | None = None
    parts: dict[str, str] | None = None

    @model_validator(mode="before")
    @classmethod
    def _named_after_its_path(cls, data: Any) -> Any:
        if isinstance(data, Mapping) and data.get("path") and data.get("name", "seeds") in UNNAMED:
            return {**data, "name": Path(str(data["path"])).name}
        return data


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
    names = ThemeNames(themes)
    logger.info("Reading the corpus %s", settings.path or settings.name)
    started = time.perf_counter()
    told: list[str] = []
    records: list[Record] | None = None
    if table_suffix(path) and not path.is_dir():
        records = _table(path, settings, names, told)
    elif path.is_dir() and not settings.languages and not settings.parts:
        rows_of = partial(_part_table, settings=settings, names=names, told=told)
        try:
            records = folder_records(path, names, rows_of, told)
        except UnknownTheme as error:
            if settings.path:
                raise
            told_themes = ", ".join(themes.ids)
            raise UsageError(
                f"the seed corpus is not labelled by your themes ({told_themes}): add corpus.path=YOUR_LABELS"
            ) from error
    if records is None:
        if not path.is_dir() and path.exists():
            raise ParathemeError(f"{path}: no corpus; use a folder with labels.jsonl or {', '.join(TABLE_SUFFIXES)}")
        records = _dataset_records(path, settings, names, told)
    for line in told:
        logger.warning("%s", line)
    labelled = [row for row, record in enumerate(records) if record["kind"] in LABELLED_KINDS]
    if not labelled:
        kinds = ", ".join(LABELLED_KINDS)
        raise ParathemeError(f"{path}: no labelled block in it; add texts with their themes, of the kinds {kinds}")
    around = passages_of(records, LABELLED_KINDS).take(labelled)
    records = [{"part": "", **records[row]} for row in labelled]
    if settings.single_label:
        _check_single_label(records, path)
    blocks = Dataset.from_list(records, features=_features(themes))
    documents = len(set(blocks["document"]))
    logger.info("  %s blocks of %s documents, %.1f s", f"{len(blocks):,}", documents, time.perf_counter() - started)
    return Corpus(settings.name, blocks, themes, settings.single_label, around=around)


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


def _table(
    path: Path, settings: CorpusSettings, names: ThemeNames, told: list[str], defaults: Mapping[str, str] | None = None
) -> list[Record]:
    """Read a table, or an export of Label Studio."""
    rows, repairs = read_rows(path)
    if not any(value_at(row, settings.columns.text)[0] for row in rows[:1]):
        check_header(path, settings.columns.text)
    told += repairs
    if table_suffix(path) == ".xlsx":  # where an empty cell means none, as in CSV
        rows = [{name: "" if value is None else value for name, value in row.items()} for row in rows]
    if is_export(rows):
        rows = list(rows_of_tasks(rows, settings.columns, str(path), told))
    else:
        rows = list(rows_of_spans(rows, settings.columns))
    return _of_rows(rows, str(path), settings, names, told, defaults)


def _part_table(path: Path, part: str, *, settings: CorpusSettings, names: ThemeNames, told: list[str]) -> list[Record]:
    return _table(path, settings, names, told, {"part": part})


def _of_rows(
    rows: Iterable[Record],
    source: str,
    settings: CorpusSettings,
    names: ThemeNames,
    told: list[str],
    defaults: Mapping[str, str] | None = None,
) -> list[Record]:
    records = table_records(rows, source, settings.columns, settings.separator, names, told, defaults)
    return with_languages_of_texts(records)


def _dataset_records(path: Path, settings: CorpusSettings, names: ThemeNames, told: list[str]) -> list[Record]:
    """Read a hub dataset, or its local copy as one folder a configuration with one table a part."""
    records = []
    for configuration, language in (settings.languages or {"": ""}).items():
        for called, part in (settings.parts or {"train": ""}).items():
            defaults = {"language": language, "part": part}
            if path.is_dir():
                for file in _part_files(path / configuration, called, names):
                    records += _table(file, settings, names, told, defaults)
            else:
                rows, source = _hub_rows(settings, configuration, called), f"{settings.path} {configuration}"
                records += _of_rows(rows, source, settings, names, told, defaults)
    return records


def _part_files(folder: Path, part: str, names: ThemeNames) -> list[Path]:
    """The tables of a part: those of its name or, where there are none, of another name for it."""
    tables = tables_in(folder) or tables_in(folder / "data")  # as datasets of the hub have them
    of_name = ([file for file in tables if is_of_part(file, name)] for name in (part, *PART_ALIASES.get(part, ())))
    files = next(filter(None, of_name), [])
    if not files:
        raise ParathemeError(
            f"{folder}: no table {part!r}; see corpus.languages, .parts; or use labels.jsonl beside documents, or "
            f"a folder a theme ({', '.join(names.ids)})"
        )
    refuse_twins(files)
    return files


def _hub_rows(settings: CorpusSettings, configuration: str, part: str) -> list[Record]:
    from datasets import load_dataset

    try:
        return list(_with_names(load_dataset(str(settings.path), configuration or None, split=part)))
    except Exception as error:  # the hub's client raises whatever its layers raise
        raise ParathemeError(
            f"corpus.path={settings.path}: no file or folder of this name, and no dataset that could be "
            f"loaded from the hub ({first_line(error)})"
        ) from error


def _with_names(rows: Dataset) -> Iterable[Record]:
    """Yield rows with class numbers, and lists of them, as names."""
    from datasets import ClassLabel

    # a list of classes has them as its feature
    classes = {name: getattr(feature, "feature", feature) for name, feature in rows.features.items()}
    classes = {name: feature for name, feature in classes.items() if isinstance(feature, ClassLabel)}
    for row in rows:
        yield {**row, **{name: feature.int2str(row[name]) for name, feature in classes.items()}}


def _check_single_label(records: list[Record], path: Path) -> None:
    for record in records:
        if len(record["themes"]) != 1:
            raise ParathemeError(
                f"{path}, document {record['document']}: {len(record['themes'])} themes, but "
                "corpus.single_label=true wants exactly one"
            )
