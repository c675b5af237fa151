"""Blocks as records of doccano and of Argilla, and what annotators said there as labels.

Neither tells a block without a theme from one that nobody labelled, so that a label of its own, `NONE`, says it. Where
a block stands goes along as metadata, with a hash by which a text that was changed is seen.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from paratheme.corpus.label_file import BlockLabel, TextBlock, block_of
from paratheme.corpus.labels import ThemeNames
from paratheme.corpus.tables import numbered_json_lines
from paratheme.errors import ParathemeError, first_line

NONE = "none"
QUESTION, FIELD = "themes", "text"


def doccano_records(blocks: Iterable[TextBlock], guide: str) -> list[dict[str, Any]]:
    """Return blocks as lines of JSON that doccano imports for text classification, without a label.

    What is given a label there counts as said by a person; suggestions have no place.
    """
    return [{"text": block.text, "label": [], **_metadata(block, guide)} for block in blocks]


def argilla_records(blocks: Iterable[TextBlock], labels: Iterable[BlockLabel], guide: str) -> list[dict[str, Any]]:
    """Return blocks as the records that `Dataset.records.from_json` of Argilla 2 reads, labels as suggestions.

    The dataset needs a text field `text` and a multi-label question `themes` with the theme ids and `NONE`.
    """
    said = {label.block.place: label for label in labels}
    return [
        {
            "id": str(block),
            "fields": {FIELD: block.text},
            "metadata": _metadata(block, guide),
            "suggestions": {QUESTION: _suggestion(said[block.place])} if block.place in said else {},
            "responses": {},
            "vectors": {},
        }
        for block in blocks
    ]


def is_doccano(path: Path) -> bool:
    """Whether the first line of a file of JSON lines is an example of doccano, not a label of ours."""
    first = next((record for _, record in numbered_json_lines(path)), {})
    return "label" in first and "themes" not in first


def is_argilla(path: Path) -> bool:
    """Whether a JSON file is a list of records of Argilla, not of tasks of Label Studio."""
    try:
        records = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return False
    return isinstance(records, list) and bool(records) and isinstance(records[0], dict) and "fields" in records[0]


def read_doccano(path: Path, names: ThemeNames, annotator: str, time: str) -> list[BlockLabel]:
    """Read what one annotator said in an export of doccano (JSONL); an example without a label says nothing.

    Raises
    ------
    ParathemeError
        If nobody says who labelled, or a text is not the one that was exported; names file and line.
    """
    if not annotator:
        raise ParathemeError(f"{path}: doccano does not say who labelled; add --annotator NAME")
    found: list[BlockLabel] = []
    for number, record in numbered_json_lines(path):
        place = f"{path}, line {number}"
        given = record.get("label")
        if not isinstance(given, list):
            raise ParathemeError(f"{place}: label is no list; export a project of text classification as JSONL")
        found += _said(record, record.get("text"), given, names, place, annotator, time)
    return found


def read_argilla(path: Path, names: ThemeNames, time: str) -> list[BlockLabel]:
    """Read the responses in records that `Dataset.records.to_json` of Argilla 2 wrote; annotators are their user ids.

    Raises
    ------
    ParathemeError
        If a text is not the one that was exported; names file and record.
    """
    try:
        records = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise ParathemeError(f"{path}: not JSON ({first_line(error)}); export the records with to_json") from error
    found: list[BlockLabel] = []
    for number, record in enumerate(records, start=1):
        place = f"{path}, record {number}"
        if not isinstance(record, dict) or not isinstance(record.get("fields"), dict):
            raise ParathemeError(f"{place}: no record of Argilla; export the records with to_json")
        for response in (record.get("responses") or {}).get(QUESTION) or []:
            who, given = str(response.get("user_id") or ""), response.get("value") or []
            found += _said(record.get("metadata") or {}, record["fields"].get(FIELD), given, names, place, who, time)
    return found


def _metadata(block: TextBlock, guide: str) -> dict[str, Any]:
    place = {key: value for key, value in asdict(block).items() if key != "text"}
    return {**place, "guide": guide, "block": block.digest}


def _suggestion(label: BlockLabel) -> dict[str, Any]:
    value = list(label.themes) or [NONE]
    known = label.probabilities or {}
    scores = {"score": [known[theme] for theme in value]} if all(theme in known for theme in value) else {}
    return {"value": value, **scores, "agent": f"{label.source} {label.annotator}"}


def _said(
    metadata: Mapping[str, Any], text: Any, given: list[Any], names: ThemeNames, place: str, who: str, time: str
) -> Iterator[BlockLabel]:
    if not given:
        return
    if "block" not in metadata:
        raise ParathemeError(f"{place}: was not made by `paratheme label export`, or lost its metadata")
    block = block_of({**metadata, "text": text}, place)
    if block.digest != metadata["block"]:
        raise ParathemeError(f"{place}: text or place of {block} is not what was exported; leave them as they are")
    if NONE in given and len(given) > 1:
        raise ParathemeError(f"{place}: {NONE} beside {', '.join(str(one) for one in given if one != NONE)}; drop one")
    themes = () if given == [NONE] else tuple(names.resolve(given, place))
    yield BlockLabel(block, themes, "annotator", who, time, str(metadata.get("guide") or ""))
