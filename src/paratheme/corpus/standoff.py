"""Labelled blocks as records, from documents and the offsets of blocks in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from paratheme.corpus.corpus import LABELLED_KINDS, TITLE_KINDS
from paratheme.corpus.labels import ThemeNames
from paratheme.corpus.offsets import COUNTED, code_points, whole_number
from paratheme.corpus.records import PARTS, Record, check_kind
from paratheme.corpus.tables import numbered_json_lines, read_json_lines
from paratheme.documents.readers import find, read
from paratheme.errors import ParathemeError

LINE_END = re.compile(r"\r\n|\r")
# Thai, Lao, Burmese, Khmer, Japanese and Chinese letters: words stand side by side there
WITHOUT_SPACES = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


@dataclass
class Label:
    """A line of ``labels.jsonl``."""

    said: Mapping[str, Any]
    place: str


def standoff_records(folder: Path, names: ThemeNames, told: list[str] | None = None) -> list[Record]:
    """Read a folder of documents with ``labels.jsonl`` and, where there is one, ``documents.jsonl``.

    What was mended (offsets that were not counted in code points, blocks that stand on several lines) or left out is
    added to `told`, a line each.
    """
    told = [] if told is None else told
    described, labels_of_all = (_called(folder, name) for name in ("documents.jsonl", "labels.jsonl"))
    files = _document_files(folder)
    about = _about(described, files, told) if described.is_file() else {}
    labels: dict[str, list[Label]] = {}
    order = []
    for number, said in numbered_json_lines(labels_of_all):
        offsets: dict[str, Any] = {key: whole_number(said[key]) for key in ("start", "end") if key in said}
        label = Label({**said, **offsets}, f"{labels_of_all}, line {number}")
        name = _checked(label, files)
        labels.setdefault(name, []).append(label)
        order.append((name, label))
    spans: dict[int, tuple[str, int, int]] = {}
    otherwise: dict[str, list[str]] = {}  # how offsets are counted -> the documents
    for name, its_labels in labels.items():
        document = read(files[name])
        told += [f"{files[name]}: {phrase}" for phrase in document.repairs]
        for label, (start, end) in zip(
            its_labels, _spans(document.text, name, its_labels, told, otherwise), strict=True
        ):
            spans[id(label)] = document.text[start:end], start, end
    for counted, documents in otherwise.items():
        more = f" and {len(documents) - 1} more" if len(documents) > 1 else ""
        told.append(f"{labels_of_all}: offsets in {documents[0]}{more} count {counted}; read so")
    records = []
    for name, label in order:
        text, start, end = spans[id(label)]
        if label.said["kind"] in (*LABELLED_KINDS, *TITLE_KINDS):
            described_as = about.get(files[name], {})
            keys = ("language", "genre", "layout", "story", "part")
            record: Record = {key: str(described_as.get(key) or "") for key in keys}
            record["part"] = PARTS.get(record["part"].strip().casefold(), record["part"])
            record |= {"document": name, "start": start, "end": end, "kind": label.said["kind"], "text": text}
            themes = label.said["themes"]
            record["themes"] = names.resolve([themes] if isinstance(themes, str) else themes or [], label.place)
            records.append(record)
    return _joined(records, labels_of_all, told)


def _about(described: Path, files: Mapping[str, Path], told: list[str]) -> dict[Path, Mapping[str, Any]]:
    """Return what ``documents.jsonl`` says of each document."""
    about: dict[Path, Mapping[str, Any]] = {}
    unknown = []
    for said in read_json_lines(described):
        if file := files.get(name_key(str(said.get("document")))):
            about[file] = said
        else:
            unknown.append(said.get("document"))
    if unknown:
        told.append(
            f"{described}: {len(unknown)} of the documents in it are not there, the first is {unknown[0]!r}; "
            "correct the name, or put the document beside the labels or in documents/"
        )
    return about


def _joined(records: list[Record], source: Path, told: list[str]) -> list[Record]:
    """Make one block of those at one place, where a line was written for each theme; of a kind that is learned from."""
    blocks: dict[tuple[str, int, int], Record] = {}
    several = []
    kinds: dict[tuple[str, int, int], set[str]] = {}
    for record in records:
        place = (record["document"], record["start"], record["end"])
        block = blocks.setdefault(place, record)
        if block is not record:
            block["themes"] = sorted({*block["themes"], *record["themes"]})
            several.append(place)
        if block["kind"] != record["kind"]:
            kinds.setdefault(place, {block["kind"]}).add(record["kind"])
            block["kind"] = block["kind"] if block["kind"] in LABELLED_KINDS else record["kind"]
    if several:
        document, start, end = several[0]
        told.append(
            f"{source}: {len(set(several))} blocks stand on several lines, the first is {start}-{end} of {document}; "
            "each carries the themes of all of its lines"
        )
    for (document, start, end), its in islice(kinds.items(), 1):
        kind = blocks[document, start, end]["kind"]
        told.append(
            f"{source}: the lines of {len(kinds)} blocks say different kinds, the first is {start}-{end} of {document} "
            f"({', '.join(sorted(its))}), read as {kind}; write one kind on all lines of a block"
        )
    return list(blocks.values())


def labels_file(folder: Path) -> Path | None:
    """Return the ``labels.jsonl`` of a folder, in capitals or not; None where it has none."""
    file = _called(folder, "labels.jsonl")
    return file if file.is_file() else None


def _called(folder: Path, name: str) -> Path:
    """The file of a folder that has this name, in capitals or not."""
    return next((file for file in sorted(folder.iterdir(), reverse=True) if file.name.lower() == name), folder / name)


def name_key(name: str) -> str:
    """Return a document's name as it is compared: in one Unicode form, with slashes, from its folder on."""
    parts = unicodedata.normalize("NFC", name).replace("\\", "/").split("/")
    parts = [part for part in parts if part not in ("", ".")]
    return "/".join(parts[1:] if len(parts) > 1 and parts[0] == "documents" else parts)


def _checked(label: Label, files: Mapping[str, Path]) -> str:
    """Return the name of a label's document; refuse a label that lacks something or belongs to no document."""
    if missing := {"document", "start", "end", "kind", "themes"} - set(label.said):
        raise ParathemeError(f"{label.place}: {sorted(missing)[0]!r} is missing")
    name = name_key(str(label.said["document"]))
    if name not in files:
        given = label.said["document"]
        raise ParathemeError(
            f"{label.place}: there is no document {given!r}; put it beside the labels or in documents/"
        )
    check_kind(label.said["kind"], label.place)
    return name


def _document_files(folder: Path) -> dict[str, Path]:
    """Return the files of a corpus by the names that labels may give them, with suffix or without."""
    root = folder / "documents" if (folder / "documents").is_dir() else folder
    files = {}
    for file in find([root]):
        name = name_key(file.name)
        files[name] = files[str(Path(name).with_suffix("").as_posix())] = file.path
    return files


def _spans(
    text: str, name: str, labels: Sequence[Label], told: list[str], otherwise: dict[str, list[str]]
) -> list[tuple[int, int]]:
    """Return the offsets of a document's labels in code points, however they were counted."""
    given = [(label.said["start"], label.said["end"]) for label in labels]
    whole = all(type(start) is int and type(end) is int for start, end in given)
    misfits = sum(not _fits(text, span, label) for span, label in zip(given, labels, strict=True)) if whole else 0
    if (
        whole
        and len(labels) > 1
        and all(_lacks_last(text, *span, label) for span, label in zip(given, labels, strict=True))
    ):
        otherwise.setdefault("to the last character", []).append(name)
        return [(start, end + 1) for start, end in given]
    if misfits:
        proof = misfits > 1 or all(_said_text(label) for label in labels)
        for counted, counting in COUNTED.items():
            if counting.needs_proof and not proof:
                continue
            code_point = code_points(text, counting.width)
            spans = [
                (code_point.get(start + counting.to_start, -1), code_point.get(end + counting.to_end, -1))
                for start, end in given
            ]
            if all(_fits(text, span, label) for span, label in zip(spans, labels, strict=True)):
                otherwise.setdefault(counted, []).append(name)
                return spans
    spans = [_span(text, name, label, told) for label in labels]
    placed = zip(labels, spans, strict=True)
    cut = [label for label, span in placed if not _said_text(label) and _cuts_word(text, *span)]
    if cut:
        line = (
            f"{cut[0].place}: {len(cut)} of {len(labels)} labels of {name} begin or end within a word, this one first; "
            "count offsets in code points of the file"
        )
        if 2 * len(cut) >= len(labels):
            raise ParathemeError(f"{line}, or add to each label its 'text', by which it is found")
        told.append(line)
    return spans


def _span(text: str, name: str, label: Label, told: list[str]) -> tuple[int, int]:
    """Return where a label stands by itself: where it says, or where the text that it should hold is."""
    start, end, said = label.said["start"], label.said["end"], _said_text(label)
    inside = type(start) is int and type(end) is int and 0 <= start < end <= len(text)
    if said and not (inside and _fits(text, (start, end), label)):
        near = start if type(start) is int else 0
        found = sorted(_occurrences(text, said), key=lambda span: abs(span[0] - near))
        if found:
            told.append(f"{label.place}: {start}-{end} does not hold its text; found at {found[0][0]}-{found[0][1]}")
            return found[0]
        raise ParathemeError(
            f"{label.place}: {start}-{end} of {name} does not hold {said[:60]!r}, nor does the rest; "
            "count offsets in code points of the file"
        )
    if type(start) is not int or type(end) is not int:
        told_as = f"start {start!r} and end {end!r} are not whole numbers"
        raise ParathemeError(f"{label.place}: {told_as}; count offsets in code points")
    if not inside:
        raise ParathemeError(
            f"{label.place}: {start}-{end} lies outside {name} ({len(text)} code points); count offsets in code points"
        )
    return start, end


def _said_text(label: Label) -> str:
    said = label.said.get("text")
    return said if isinstance(said, str) else ""


def _fits(text: str, span: tuple[int, int], label: Label) -> bool:
    """Whether a span holds what its label says; where it does not say, whether it begins and ends with a word."""
    start, end = span
    if not 0 <= start < end <= len(text):
        return False
    held = text[start:end]
    if said := _said_text(label):
        return held == said or _one_form(held) == _one_form(said)
    return held == held.strip() and not _cuts_word(text, start, end)


def _lacks_last(text: str, start: int, end: int, label: Label) -> bool:
    """Whether a label that says no text leaves out the sign that its block ends with."""
    last, after = text[end : end + 1].strip(), text[end + 1 : end + 2].strip()
    return 0 <= start < end and bool(last) and not last.isalnum() and not after and not _said_text(label)


def _cuts_word(text: str, start: int, end: int) -> bool:
    """Whether a span begins or ends within a word."""
    within = (text[max(start - 1, 0) : start + 1], text[end - 1 : end + 1])
    return any(len(two) == 2 and two.isalnum() and not WITHOUT_SPACES.search(two) for two in within)


def _one_form(text: str) -> str:
    return unicodedata.normalize("NFC", LINE_END.sub("\n", text))


def _occurrences(text: str, said: str) -> list[tuple[int, int]]:
    for form in (said, unicodedata.normalize("NFC", said), unicodedata.normalize("NFD", said)):
        pattern = r"\s+".join(map(re.escape, form.split()))
        if pattern and (found := [match.span() for match in re.finditer(pattern, text)]):
            return found
    return []
