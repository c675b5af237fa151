"""Labelled blocks as records, from the rows of a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from paratheme.corpus.corpus import LABELLED_KINDS, TITLE_KINDS
from paratheme.corpus.labels import ThemeNames, labels_in
from paratheme.corpus.tables import check_text, columns_told, is_missing, text_of, value_at
from paratheme.documents.block_kinds import KINDS
from paratheme.errors import ParathemeError
from paratheme.types import Settings

Record = dict[str, Any]
# What spreadsheets and people write for true and false, in small letters.
TRUE = (
    *("1", "1.0", "1,0", "١", "۱", "true", "yes", "y", "t", "x", "✓", "✔", "☑", "✅", "oui", "vrai", "نعم"),
    *("صحيح", "صح", "wahr", "ja", "verdadero", "sí", "si", "verdadeiro", "sim", "vero", "sì", "waar", "истина"),
    *("да", "doğru", "evet", "benar", "ya", "درست", "بله", "ہاں", "kweli", "ndiyo"),
)
FALSE = (
    *("", "0", "0.0", "0,0", "٠", "۰", "false", "no", "n", "f", "-", "none", "nan", "n/a", "✗", "☐", "❌", "non"),
    *("faux", "لا", "خطأ", "falsch", "nein", "falso", "não", "onwaar", "nee", "ложь", "нет", "yanlış", "yanliş"),
    *("hayır", "hayir", "salah", "tidak", "نادرست", "خیر", "نہیں", "hapana", "si kweli"),
)
TRUTH = {**dict.fromkeys(TRUE, True), **dict.fromkeys(FALSE, False)}
PARTS = {  # what people call the parts of a corpus
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("valid", "validation", "val", "dev", "development"), "valid"),
    **dict.fromkeys(("test", "testing", "eval"), "test"),
}
ANSWERS = ("accept", "reject", "ignore")  # of Prodigy, to the label that a row proposes
NAMED = 12  # columns that a message names


class Columns(Settings):
    """Which columns of a table hold what; a column that is missing counts as empty, but for the text.

    Attributes
    ----------
    text, language, document, story, part, kind, genre, layout : str
        Names of columns; ``article.body`` is the ``body`` in a column of objects. `part` may say ``train``,
        ``valid`` or ``test`` (for ``split=given``).
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


def table_records(
    rows: Iterable[Mapping[str, Any]],
    source: str,
    columns: Columns,
    separator: str,
    names: ThemeNames,
    told: list[str],
    defaults: Mapping[str, str] | None = None,
) -> list[Record]:
    """Read labelled blocks from the rows of a table, which error messages call `source`.

    `separator` stands between themes in one cell; `defaults` are `language` and `part` where the table does not say.
    Where a column ``answer`` says whether the label of each row was accepted, a rejected one is not there, and rows
    without an answer to learn from are left out. How many these are, how many have no text, and how many are of no
    theme since nothing is said of it, is added to `told`.
    """
    records = []
    empty: list[int] = []
    unanswered: list[int] = []
    unlabelled: list[int] = []
    rows = list(rows)
    answered = bool(rows) and all(row.get("answer") in ANSWERS for row in rows)
    accepted = {_cell(row, columns.text) for row in rows if answered and row["answer"] == "accept"}
    for number, row in enumerate(rows, start=1):
        place = f"{source}, row {number}"
        if not value_at(row, columns.text)[0]:
            raise ParathemeError(f"{place}: no column {columns.text!r}{_there_are(row)}; set corpus.columns.text")
        _check_named(row, columns, place)
        check_text(value_at(row, columns.text)[1], columns.text, "corpus.columns.text", place)
        text = _cell(row, columns.text)
        if not text.strip():
            empty.append(number)
            continue
        record: Record = {"text": text, "start": 0, "end": len(text)}
        for key in ("language", "document", "story", "part", "kind", "genre", "layout"):
            record[key] = _cell(row, getattr(columns, key)) or (defaults or {}).get(key, "")
        record["part"] = PARTS.get(record["part"].strip().casefold(), record["part"])
        record["document"] = record["document"] or f"{Path(source).stem}-{number}"
        record["kind"] = record["kind"] or "paragraph"
        check_kind(record["kind"], place)
        if isinstance(columns.themes, str) and is_missing(value_at(row, columns.themes)[1]):
            unlabelled.append(number)
        remedy = f"see corpus.separator (now {separator!r}) and corpus.columns.themes; leave a cell empty for no theme"
        labels = _labels_of(row, columns.themes, separator, names, place)
        if other := names.separator_in(labels):
            typed = {"\n": "$'\\n'", "\t": "$'\\t'"}.get(other, f'"{other}"')
            remedy = f"they are joined by {other!r}: set corpus.separator={typed}"
        elif labels and all(str(label).isdecimal() for label in labels):
            remedy = "these are numbers of classes: put the names of the classes in their place"
        record["themes"] = names.resolve(labels, place, remedy)
        if answered and row["answer"] != "accept":
            if row["answer"] == "ignore" or len(record["themes"]) > 1:  # which of them was rejected is not said
                unanswered.append(number)
                continue
            if text in accepted:  # with another label: that row says it all
                continue
            record["themes"] = []
        if record["kind"] in (*LABELLED_KINDS, *TITLE_KINDS):
            records.append(record)
    if unlabelled:
        told.append(
            f"{source}: {len(unlabelled)} rows have no value in {columns.themes!r}, the first is row {unlabelled[0]}; "
            "they count as of no theme: leave them out if nobody labelled them"
        )
    if empty:
        told.append(f"{source}: {len(empty)} rows without text left out, the first is row {empty[0]}")
    if unanswered:
        told.append(
            f"{source}: {len(unanswered)} rows left out that were ignored, or rejected with several labels, the first "
            f"is row {unanswered[0]}"
        )
    return records


def check_kind(kind: Any, place: str) -> None:
    """Refuse a kind of block that there is not."""
    if kind not in KINDS:
        raise ParathemeError(f"{place}: unknown kind {kind!r}; there are {', '.join(KINDS)}")


def _check_named(row: Mapping[str, Any], columns: Columns, place: str) -> None:
    """See that columns are there that were named otherwise than by default; `none` names none."""
    for key, default in Columns().model_dump().items():
        column = getattr(columns, key)
        if key != "themes" and column not in (default, "none") and not value_at(row, column)[0]:
            raise ParathemeError(f"{place}: no column {column!r}{_there_are(row)}; set corpus.columns.{key}")


def _cell(row: Mapping[str, Any], column: str) -> str:
    _, value = value_at(row, column)
    return "" if is_missing(value) else text_of(value)


def _labels_of(
    row: Mapping[str, Any], source: str | dict[str, str] | None, separator: str, names: ThemeNames, place: str
) -> list[Any]:
    if isinstance(source, str):
        there, value = value_at(row, source)
        if not there:
            told = f"set corpus.columns.themes{_advice(row, names)}"
            raise ParathemeError(f"{place}: no column {source!r}{_there_are(row)}; {told}")
        return labels_in(value, separator, names, place)
    columns = source or {theme: theme for theme in names.ids}
    for theme, column in columns.items():
        if not value_at(row, column)[0]:
            raise ParathemeError(f"{place}: no column {column!r} for theme {theme!r}; set corpus.columns.themes")
    return [theme for theme, column in columns.items() if _is_true(value_at(row, column)[1], column, place)]


def _there_are(row: Mapping[str, Any]) -> str:
    return f" (there are {columns_told(row, NAMED)})"


def _advice(row: Mapping[str, Any], names: ThemeNames) -> str:
    """What to set where there is a column a theme."""
    known = [str(column) for column in row if names.know(column)]
    one_each = ", ".join(f"{names.resolve([column], '')[0]}: {column}" for column in known)
    return f", for a column a theme corpus.columns.themes='{{{one_each}}}'" if known else ""


def _is_true(value: Any, column: str, place: str) -> bool:
    word = "" if is_missing(value) else str(value).strip().casefold()
    if word not in TRUTH:
        told = f"{value!r} in column {column!r} is neither 0 nor 1"
        raise ParathemeError(f"{place}: {told}; write 0 or 1, or set corpus.columns.themes")
    return TRUTH[word]
