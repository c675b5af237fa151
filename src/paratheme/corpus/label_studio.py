"""Exports of Label Studio: tasks with their annotations -> rows of a table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from paratheme.corpus.labels import LISTED_UNDER
from paratheme.corpus.records import Columns
from paratheme.corpus.tables import is_missing, value_at
from paratheme.errors import ParathemeError

Row = dict[str, Any]


def is_export(rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether rows are tasks of a JSON export (CSV and JSON-MIN are tables like others)."""
    return bool(rows) and all(
        isinstance(row.get("data"), Mapping) and isinstance(row.get("annotations"), list) for row in rows
    )


def rows_of_tasks(tasks: Iterable[Mapping[str, Any]], columns: Columns, source: str, told: list[str]) -> Iterator[Row]:
    """Yield a row for each text that was annotated, or for each span of one where spans were.

    A task without an annotation, or of which it was skipped, says nothing and is left out. Of several annotations
    the one marked as ground truth counts, else the first; of how many tasks that is so is added to `told`.

    Raises
    ------
    ParathemeError
        If a task has no text of the configured name, or labels of several names none of which is configured.
    """
    several = left_out = 0
    for number, task in enumerate(tasks, start=1):
        place = f"{source}, task {task.get('id', number)}"
        data = dict(task["data"])
        annotations = [given for given in task["annotations"] if not given.get("was_cancelled")]
        if not annotations:
            left_out += 1
            continue
        there, text = value_at(data, columns.text)
        if not there or is_missing(text):
            raise ParathemeError(
                f"{place}: no text {columns.text!r} (there are {', '.join(data)}); set corpus.columns.text"
            )
        truth = next((given for given in annotations if given.get("ground_truth")), None)
        several += truth is None and len(annotations) > 1
        truth = truth or annotations[0]
        chosen = _chosen(truth.get("result") or [], columns, place)
        themes = columns.themes if isinstance(columns.themes, str) else "themes"
        row = {columns.document: f"task-{task.get('id', number)}", **data, columns.text: text}
        yield from _rows_of([result["value"] for result in chosen], row, columns.text, themes)
    if several:
        remedy = "mark one as ground truth, or see paratheme label agreement"
        told.append(f"{source}: of {several} tasks with several annotations the first is read; {remedy}")
    if left_out:
        told.append(f"{source}: {left_out} tasks without an annotation are left out")


def rows_of_spans(rows: Iterable[Mapping[str, Any]], columns: Columns) -> Iterator[Row]:
    """Yield the rows of a table, a row for each span where spans stand in its cell of themes (JSON-MIN and CSV)."""
    for number, row in enumerate(rows, start=1):
        there, text = value_at(row, columns.text)
        has_text = there and not is_missing(text)
        values = _spans_in(value_at(row, columns.themes)[1]) if has_text and isinstance(columns.themes, str) else []
        if values:
            named = {columns.document: f"task-{row.get('id', number)}", **row, columns.text: text}
            yield from _rows_of(values, named, columns.text, str(columns.themes))
        else:
            yield dict(row)


def _spans_in(cell: Any) -> list[Mapping[str, Any]]:
    """The spans that a cell lists; none where it lists anything else."""
    if isinstance(cell, str) and cell.lstrip().startswith("[{"):
        try:
            cell = json.loads(cell)
        except (ValueError, RecursionError):
            return []
    given = cell if isinstance(cell, list) else []
    spans = [value for value in given if isinstance(value, Mapping) and "start" in value and _kind(value)]
    return spans if len(spans) == len(given) else []


def _rows_of(values: Iterable[Mapping[str, Any]], row: Row, text: str, themes: str) -> Iterator[Row]:
    """Yield a row for each span of a text, with all that is said of it, and one for what is said of the whole.

    A span of which nothing is said has no value.
    """
    spans: dict[str, list[Any]] = {}
    whole: list[Any] = []
    for value in values:
        held = _held(value, str(row[text]))
        (spans.setdefault(held, []) if held else whole).extend(_labels_in(value))
    for held, labels in spans.items():
        yield {**row, text: held, themes: labels or None}
    if whole or not spans:
        yield {**row, themes: whole}


def _kind(value: Mapping[str, Any]) -> str:
    """Under what a value lists what was chosen; empty where it lists nothing."""
    return next((kind for kind in LISTED_UNDER if kind in value), "")


def _labels_in(value: Mapping[str, Any]) -> list[Any]:
    """What was chosen, in a list or alone; of paths in a taxonomy their ends."""
    given = value[_kind(value)]
    chosen = given if isinstance(given, list) else [] if given is None else [given]
    return [path[-1] if isinstance(path, list) else path for path in chosen if path != []]


def _held(value: Mapping[str, Any], text: str) -> str:
    """The text of a span, which older exports do not tell; empty for what is said of the whole text."""
    if "start" not in value:
        return ""
    start, end = value["start"], value.get("end")
    inside = text[start:end] if type(start) is int and type(end) is int else ""
    return str(value.get("text") or inside)


def _chosen(results: Iterable[Mapping[str, Any]], columns: Columns, place: str) -> list[Mapping[str, Any]]:
    """The results of the control that says themes: the one that is configured, or the only one."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for result in results:
        if _kind(result.get("value") or {}):
            found.setdefault(str(result.get("from_name")), []).append(result)
    if isinstance(columns.themes, str) and columns.themes in found:
        return found[columns.themes]
    if len(found) > 1:
        raise ParathemeError(f"{place}: labels of several kinds ({', '.join(found)}); set corpus.columns.themes to one")
    return next(iter(found.values()), [])
