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

SUFFIXES = (".json", ".csv", ".xlsx")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    told = "documents, folders, or tables of blocks, such as `paratheme label next` writes"
    parser.add_argument("paths", nargs="+", metavar="PATH", help=told)
    told = "tasks for Label Studio (.json, with its configuration beside it as .xml), or a sheet (.csv, .xlsx)"
    parser.add_argument("-o", "--output", required=True, type=Path, metavar="FILE", help=told)
    told = "labels files: what people said is exported as theirs, weak and model labels as suggestions"
    parser.add_argument("--labels", nargs="+", default=[], type=Path, metavar="FILE", help=told)
    theme_options(parser)
    parser.add_argument("--force", action="store_true", help="overwrite the file")


def execute(options: argparse.Namespace) -> int:
    """Write blocks for annotators: tasks of Label Studio, or a spreadsheet."""
    from paratheme.corpus.label_blocks import blocks_to_label
    from paratheme.corpus.label_file import guide_version

    suffix = options.output.suffix.lower()
    if suffix not in SUFFIXES:
        raise UsageError(f"{options.output}: no format is called {suffix!r}; end it in {', '.join(SUFFIXES)}")
    if suffix == ".xlsx":
        from paratheme.classifier.excel import check_openpyxl

        check_openpyxl()
    written = [options.output, *([options.output.with_suffix(".xml")] if suffix == ".json" else [])]
    for file in written:
        check_new(file, options.force)
    themes = theme_set(options.themes)
    labels = read_labels(options.labels, themes)
    failures: list[str] = []
    repairs: list[str] = []
    blocks = blocks_to_label(options.paths, failures, repairs)
    check_labels(labels, blocks)
    for file, data in zip(written, export(blocks, labels, themes, options.guide or guide_version(themes), suffix)):
        file.write_bytes(data)
    tell((*repairs, *failures))
    documents = len({block.document for block in blocks})
    print(f"{', '.join(map(str, written))}: {labelled_count(blocks)} blocks of {documents} documents", file=sys.stderr)
    return 1 if failures else 0


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
    blocks: Sequence[TextBlock], labels: Sequence[BlockLabel], themes: ThemeSet, guide: str, suffix: str
) -> list[bytes]:
    """Return what is written: the file and, for Label Studio, its configuration.

    Parameters
    ----------
    blocks, labels : sequence
    themes : ThemeSet
    guide : str
        Its version.
    suffix : {".json", ".csv", ".xlsx"}
    """
    import json

    from paratheme.corpus.corpus import LABELLED_KINDS
    from paratheme.corpus.label_sheets import sheet_rows, write_csv, write_xlsx
    from paratheme.corpus.label_studio_tasks import labelling_config, tasks_of

    known = {block.place for block in blocks}
    labels = [label for label in labels if label.block.place in known]
    if suffix == ".json":
        tasks = json.dumps(tasks_of(blocks, labels, guide), ensure_ascii=False, indent=1)
        return [tasks.encode("utf-8", "backslashreplace"), labelling_config(themes).encode()]
    rows = sheet_rows([block for block in blocks if block.kind in LABELLED_KINDS], labels, themes.ids)
    return [write_csv(rows, themes.ids) if suffix == ".csv" else write_xlsx(rows, themes.ids)]
