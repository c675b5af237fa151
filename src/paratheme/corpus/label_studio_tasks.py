"""Blocks as tasks of Label Studio, a document each, and what annotators said there as labels.

A block is a region of its document's text, under an id that is its own; its themes are chosen for the region. What
else stands in the document (headings, furniture) is shown and is no region.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from paratheme.corpus.corpus import LABELLED_KINDS
from paratheme.corpus.label_file import BY_PEOPLE, BlockLabel, TextBlock, block_of, is_time
from paratheme.corpus.labels import ThemeNames
from paratheme.corpus.lines import open_lines
from paratheme.errors import ParathemeError, first_line
from paratheme.themes.theme_set import ThemeSet

REGION, THEMES, TEXT = "block", "themes", "text"  # names of controls
BETWEEN = "\n\n"  # blocks
HOTKEYS = "1234567890qwertyuiop"
# Label Studio shows no region beyond a line break that white space follows, so blocks are shown on one line.
UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
# each paragraph from the side from which its own letters are written
STYLE = ".htx-text, .lsf-htx-richtext, [class*=richtext] { unicode-bidi: plaintext; text-align: start; }"


def labelling_config(themes: ThemeSet) -> str:
    """Return the labelling configuration of a theme set, in XML: definitions, hotkeys, text in either direction."""
    from xml.etree import ElementTree as xml

    view = xml.Element("View")
    xml.SubElement(view, "Style").text = STYLE
    xml.SubElement(view, "Header", value="$document")
    panel = xml.SubElement(xml.SubElement(view, "Collapse"), "Panel", value="What counts")
    told = xml.SubElement(panel, "View")
    for theme in themes.themes:
        xml.SubElement(told, "Header", size="5", value=f"{theme.id}: {theme.definition or theme.name('en')}")
    regions = xml.SubElement(view, "Labels", name=REGION, toName=TEXT, showInline="true")
    xml.SubElement(regions, "Label", value=REGION)
    xml.SubElement(view, "Text", name=TEXT, value="$text", granularity="paragraph")
    asked = {"name": THEMES, "toName": TEXT, "perRegion": "true", "choice": "multiple", "whenTagName": REGION}
    choices = xml.SubElement(view, "Choices", {**asked, "showInline": "true"})
    for position, theme in enumerate(themes.themes):
        choice = xml.SubElement(choices, "Choice", value=theme.id, hint=theme.definition or theme.name("en"))
        if position < len(HOTKEYS):
            choice.set("hotkey", HOTKEYS[position])
    xml.indent(view)
    return xml.tostring(view, encoding="unicode") + "\n"


def tasks_of(blocks: Iterable[TextBlock], labels: Iterable[BlockLabel], guide: str) -> list[dict[str, Any]]:
    """Return a task for each document.

    Parameters
    ----------
    blocks : iterable of TextBlock
    labels : iterable of BlockLabel
        What is known of them: people's labels become annotations, others predictions with their scores.
    guide : str
        The version of the guide by which labels are given that have none.

    Returns
    -------
    list of dict
        As Label Studio imports them from a JSON file.
    """
    documents: dict[str, list[TextBlock]] = {}
    for block in blocks:
        documents.setdefault(block.document, []).append(block)
    said: dict[str, list[BlockLabel]] = {}
    for label in labels:
        said.setdefault(label.block.document, []).append(label)
    return [
        _task(sorted(documents[document], key=lambda block: block.place), said.get(document, []), guide)
        for document in documents
    ]


def read_tasks(path: Path, names: ThemeNames, time: str, guide: str) -> list[BlockLabel]:
    """Read what annotators said in an export of Label Studio (JSON).

    Predictions and skipped tasks say nothing. An annotation that is marked as ground truth is adjudicated.

    Parameters
    ----------
    path : Path
    names : ThemeNames
    time, guide : str
        Of annotations that say none.

    Raises
    ------
    ParathemeError
        If the file is no such export, or a region is no block any more; names file, task and remedy.
    """
    try:
        tasks = json.loads("".join(open_lines(path)[0]("\n")))
    except (ValueError, RecursionError) as error:
        raise ParathemeError(f"{path}: not JSON ({first_line(error)}); export the project as JSON") from error
    if not isinstance(tasks, list) or not all(isinstance(task, dict) for task in tasks):
        raise ParathemeError(f"{path}: no list of tasks; export the project as JSON, not JSON-MIN")
    labels = []
    for number, task in enumerate(tasks, start=1):
        place = f"{path}, task {task.get('id', number)}"
        regions = _regions(task, place)
        for annotation in task.get("annotations") or []:
            if not annotation.get("was_cancelled"):
                labels += _said(annotation, regions, names, place, time, str(task["data"].get("guide") or guide))
    return labels


def _task(blocks: Sequence[TextBlock], labels: Sequence[BlockLabel], guide: str) -> dict[str, Any]:
    shown, placed, at = [], [], 0
    for block in blocks:
        shown.append(UNSHOWN.sub(" ", block.text))
        placed.append({**asdict(block), "at": at})
        at += len(block.text) + len(BETWEEN)
    text = BETWEEN.join(shown)
    regions = {(one["document"], one["start"], one["end"]): one for one in placed}
    task: dict[str, Any] = {"data": {"document": blocks[0].document, TEXT: text, "guide": guide, "blocks": placed}}
    task |= {"predictions": [], "annotations": []}
    speakers: dict[tuple[str, ...], list[BlockLabel]] = {}
    for label in labels:
        moment = (label.time, label.guide) if label.source in BY_PEOPLE else ()
        speakers.setdefault((label.source, label.annotator, *moment), []).append(label)
    for (source, annotator, *when), said in speakers.items():
        result = [one for label in said for one in _results(label, regions[label.block.place], text)]
        if when:
            about = {"completed_by": {"email": annotator}, "ground_truth": source == "adjudicated"}
            about |= {"created_at": when[0], "updated_at": when[0], "guide": when[1]}
            task["annotations"].append({**about, "result": result})
        else:
            scores = [one["score"] for one in result if "score" in one]
            about = {"model_version": f"{source} {annotator}"}
            about |= {"score": round(sum(scores) / len(scores), 4)} if scores else {}
            task["predictions"].append({**about, "result": result})
    task["predictions"] = task["predictions"] or [{"model_version": "blocks", "result": []}]
    for prediction in task["predictions"]:
        # what an annotator begins with has every block, also those of which nothing is said
        known = {one["id"] for one in prediction["result"]}
        bare = [one for one in placed if one["kind"] in LABELLED_KINDS and _id_of(one) not in known]
        prediction["result"] += [_region(one, text) for one in bare]
    return task


def _region(block: Mapping[str, Any], text: str) -> dict[str, Any]:
    start, end = block["at"], block["at"] + len(block["text"])
    value = {"start": start, "end": end, "text": text[start:end], "labels": [REGION]}
    return {"id": _id_of(block), "from_name": REGION, "to_name": TEXT, "type": "labels", "value": value}


def _results(label: BlockLabel, block: Mapping[str, Any], text: str) -> list[dict[str, Any]]:
    region = _region(block, text)
    if label.probabilities:  # how sure it is of the theme of which it is least sure
        region["score"] = round(min(max(p, 1 - p) for p in label.probabilities.values()), 4)
    if not label.themes:
        return [region]
    value = {**region["value"], "choices": list(label.themes)}
    del value["labels"]
    return [region, {**region, "from_name": THEMES, "type": "choices", "value": value}]


def _id_of(block: Mapping[str, Any]) -> str:
    return f"{block['start']}-{block['end']}"


def _regions(task: Mapping[str, Any], place: str) -> dict[str, tuple[TextBlock, int]]:
    """Return the blocks of a task by the ids of their regions, each with where it stands in the task's text."""
    data = task.get("data")
    if not isinstance(data, dict) or not isinstance(data.get("blocks"), list) or not isinstance(data.get(TEXT), str):
        raise ParathemeError(f"{place}: was not made by `paratheme label export`; train on it with corpus.path=...")
    regions = {}
    for record in data["blocks"]:
        block, at = block_of(record, place), record.get("at")
        shown = UNSHOWN.sub(" ", block.text)
        if type(at) is not int or data[TEXT][at : at + len(shown)] != shown:
            raise ParathemeError(f"{place}: the text at {block} is another than was exported; export it again")
        regions[_id_of(record)] = block, at
    return regions


def _said(
    annotation: Mapping[str, Any],
    regions: Mapping[str, tuple[TextBlock, int]],
    names: ThemeNames,
    place: str,
    time: str,
    guide: str,
) -> list[BlockLabel]:
    by = annotation.get("completed_by")
    who = str((by.get("email") or by.get("id") or "") if isinstance(by, dict) else by if by is not None else "")
    if not who:
        raise ParathemeError(f"{place}: an annotation without completed_by; nobody knows who made it")
    at = str(annotation.get("updated_at") or annotation.get("created_at"))
    chosen: dict[str, list[str]] = {}
    for result in annotation.get("result") or []:
        value = result.get("value") or {}
        region = str(result.get("id"))
        if region not in regions:
            held = str(value.get("text") or "")[:40]
            raise ParathemeError(f"{place}: {who} drew a region that is no block ({held!r}); delete it there")
        block, start = regions[region]
        if "start" in value and (value["start"], value.get("end")) != (start, start + len(block.text)):
            raise ParathemeError(f"{place}: {who} moved the region of {block}; undo that there")
        chosen.setdefault(region, []).extend(value.get("choices") or [])
    source = "adjudicated" if annotation.get("ground_truth") else "annotator"
    when = at if is_time(at) else time
    guide = str(annotation.get("guide", guide))
    return [
        BlockLabel(regions[region][0], tuple(names.resolve(themes, place)), source, who, when, guide)
        for region, themes in chosen.items()
    ]
