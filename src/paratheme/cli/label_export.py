"""``paratheme label export``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from paratheme.cli.label_options import check_new, labelled_count, read_labels, tell, theme_options
from paratheme.cli.themes import theme_set
from paratheme.errors import ParathemeError, UsageError

if TYPE_CHECKING:
    from paratheme.corpus.label_file import BlockLabel, TextBlock
    from paratheme.themes.theme_set import ThemeSet

SUFFIXES = {"label-studio": ".json", "argilla": ".json", "doccano": ".jsonl", "csv": ".csv", "xlsx": ".xlsx"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    told = "documents, folders, or tables of blocks, such as `paratheme label next` writes"
    parser.add_argument("paths", nargs="+", metavar="PATH", help=told)
    told = "for Label Studio (.json, its configuration beside it as .xml), for doccano (.jsonl), a sheet (.csv, .xlsx)"
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("-o", "--output", type=Path, metavar="FILE", help=told)
    told = "send the tasks to a project of a Label Studio server instead, or name the server for a new project"
    where.add_argument("--to-project", metavar="ADDRESS", help=f"{told}; the key of your account: LABEL_STUDIO_API_KEY")
    parser.add_argument(
        "--to", choices=SUFFIXES, help="whose format it is; default: by the suffix; argilla is .json, too"
    )
    told = "labels files: what people said is exported as theirs, weak and model labels as suggestions"
    parser.add_argument("--labels", nargs="+", default=[], type=Path, metavar="FILE", help=told)
    theme_options(parser)
    parser.add_argument("--force", action="store_true", help="overwrite the file")


def execute(options: argparse.Namespace) -> int:
    """Write blocks for annotators: tasks of Label Studio, or a spreadsheet."""
    from paratheme.corpus.label_file import guide_version

    if options.to_project:
        return send(options)
    form = format_of(options.output, options.to)
    if form == "xlsx":
        from paratheme.classifier.excel import check_openpyxl

        check_openpyxl()
    written = [options.output, *([options.output.with_suffix(".xml")] if form == "label-studio" else [])]
    for file in written:
        check_new(file, options.force)
    themes = theme_set(options.themes)
    blocks, labels, failures = to_annotate(options, themes)
    for file, data in zip(written, export(blocks, labels, themes, options.guide or guide_version(themes), form)):
        file.write_bytes(data)
    print(f"{', '.join(map(str, written))}: {told_of(blocks)}", file=sys.stderr)
    return 1 if failures else 0


def send(options: argparse.Namespace) -> int:
    """Send tasks to a project of a Label Studio server."""
    from paratheme.corpus.label_file import guide_version
    from paratheme.corpus.label_studio_project import LabelStudioProject
    from paratheme.corpus.label_studio_tasks import labelling_config, tasks_of

    if options.to not in (None, "label-studio"):
        raise UsageError(f"--to-project sends to Label Studio; leave --to {options.to} out, or name a file with -o")
    project, themes = LabelStudioProject.at(options.to_project), theme_set(options.themes)
    blocks, labels, failures = to_annotate(options, themes)
    tasks = tasks_of(blocks, of_blocks(labels, blocks), options.guide or guide_version(themes))
    address, loaded = project.send(tasks, labelling_config(themes), f"paratheme: {themes.name or 'themes'}")
    there = f"; {len(tasks) - loaded} were there already" if loaded < len(tasks) else ""
    print(f"{address}: {loaded} of {len(tasks)} tasks, {told_of(blocks)}{there}", file=sys.stderr)
    return 1 if failures else 0


def to_annotate(
    options: argparse.Namespace, themes: ThemeSet
) -> tuple[Sequence[TextBlock], Sequence[BlockLabel], Sequence[str]]:
    """Return the blocks, what is known of them, and what could not be read, which is told."""
    from paratheme.corpus.label_blocks import blocks_to_label

    labels = read_labels(options.labels, themes)
    failures: list[str] = []
    repairs: list[str] = []
    blocks = blocks_to_label(options.paths, failures, repairs)
    check_labels(labels, blocks)
    tell((*repairs, *failures))
    return blocks, labels, failures


def of_blocks(labels: Sequence[BlockLabel], blocks: Sequence[TextBlock]) -> list[BlockLabel]:
    """Return the labels that are of these blocks."""
    known = {block.place for block in blocks}
    return [label for label in labels if label.block.place in known]


def told_of(blocks: Sequence[TextBlock]) -> str:
    """Return how many blocks of how many documents these are."""
    from paratheme.evaluation.format import counted

    return f"{counted(labelled_count(blocks), 'block')} of {counted(len({one.document for one in blocks}), 'document')}"


def format_of(output: Path, named: str | None) -> str:
    """Return which format a file is written in.

    Raises
    ------
    UsageError
        If its suffix is none that is known, or not that of the format that was named.
    """
    suffix = output.suffix.lower()
    form = named or next((form for form, known in SUFFIXES.items() if known == suffix), None)
    if form is None:
        known = ", ".join(dict.fromkeys(SUFFIXES.values()))
        raise UsageError(f"{output}: no format is called {suffix!r}; end it in {known}")
    if SUFFIXES[form] != suffix:
        raise UsageError(f"{output}: {form} is written as {SUFFIXES[form]}; change --to or the name")
    return form


def check_labels(labels: Sequence[BlockLabel], blocks: Sequence[TextBlock]) -> None:
    """Refuse labels of another text than the one that stands at their place; say how many have no block here."""
    known = {block.place: block for block in blocks}
    for label in labels:
        block = known.get(label.block.place)
        if block is not None and block.text != label.block.text:
            raise ParathemeError(f"{label.block}: the text is another than {label.annotator} labelled; label it again")
    if elsewhere := len({label.block.place for label in labels} - known.keys()):
        print(f"paratheme: labels of {elsewhere} blocks that are not among these; left out", file=sys.stderr)


def export(
    blocks: Sequence[TextBlock], labels: Sequence[BlockLabel], themes: ThemeSet, guide: str, form: str
) -> list[bytes]:
    """Return what is written: the file and, for Label Studio, its configuration.

    Parameters
    ----------
    blocks, labels : sequence
    themes : ThemeSet
    guide : str
        Its version.
    form : str
        One of `SUFFIXES`.
    """
    import json

    from paratheme.corpus.corpus import LABELLED_KINDS
    from paratheme.corpus.label_records import argilla_records, doccano_records
    from paratheme.corpus.label_sheets import sheet_rows, write_csv, write_xlsx
    from paratheme.corpus.label_studio_tasks import labelling_config, tasks_of
    from paratheme.corpus.lines import LINE_BREAKS

    labels = of_blocks(labels, blocks)
    if form == "label-studio":
        tasks = json.dumps(tasks_of(blocks, labels, guide), ensure_ascii=False, indent=1)
        return [tasks.encode("utf-8", "backslashreplace"), labelling_config(themes).encode()]
    some = [block for block in blocks if block.kind in LABELLED_KINDS]
    if form == "argilla":
        records = json.dumps(argilla_records(some, labels, guide), ensure_ascii=False, indent=1)
        return [records.encode("utf-8", "backslashreplace")]
    if form == "doccano":
        lines = (json.dumps(one, ensure_ascii=False).translate(LINE_BREAKS) for one in doccano_records(some, guide))
        return ["".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace")]
    rows = sheet_rows(some, labels, themes.ids)
    return [write_csv(rows, themes.ids) if form == "csv" else write_xlsx(rows, themes.ids)]
