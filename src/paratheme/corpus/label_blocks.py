"""Blocks that are to be labelled: of documents and folders, and of tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from paratheme.corpus.label_file import TextBlock, block_of
from paratheme.corpus.tables import open_table, table_suffix
from paratheme.documents.blocks import read_blocks
from paratheme.documents.language import languages_of_each
from paratheme.documents.readers import find
from paratheme.errors import ParathemeError


def blocks_to_label(paths: Sequence[str], failures: list[str], repairs: list[str]) -> list[TextBlock]:
    """Read blocks, of every kind, in the order of their documents.

    Parameters
    ----------
    paths : sequence of str
        Documents and folders of documents; tables with a column `text`, among them what ``paratheme segment`` writes
        and labels files.
    failures, repairs : list of str
        What could not be read, and what was guessed in what was, is added, a line each.

    Returns
    -------
    list of TextBlock
        Each place once.

    Raises
    ------
    ParathemeError
        If there is no block, or one place holds two texts.
    """
    tables = [path for path in map(Path, paths) if table_suffix(path) and not path.is_dir()]
    others = [path for path in map(Path, paths) if path not in tables]
    found = [block for table in tables for block in _rows(table, repairs)]
    for record in read_blocks(find(others) if others else [], failures, repairs):
        found.append(block_of(record, str(record["document"])))
    blocks: dict[tuple[str, int, int], TextBlock] = {}
    for block in found:
        if blocks.setdefault(block.place, block).text != block.text:
            raise ParathemeError(f"{block}: two texts stand there; give each document a name of its own")
    if not blocks:
        raise ParathemeError(failures[0] if failures else f"{', '.join(paths)}: no block of text there")
    return list(blocks.values())


def _rows(path: Path, repairs: list[str]) -> list[TextBlock]:
    table = open_table(path)
    repairs += table.repairs
    blocks = []
    for number, row in enumerate(table.rows(), start=1):
        text = row.get("text")
        if not isinstance(text, str):
            raise ParathemeError(f"{path}, row {number}: no text in it; name the column text")
        if not text.strip():
            continue
        placed = type(row.get("start")) is int and type(row.get("end")) is int
        start, end = (row["start"], row["end"]) if placed else (0, len(text))
        document = str(row.get("document") or "")
        if not placed:  # rows without a place are documents of their own
            document = f"{document or path.stem}-{number}"
        given = {"document": document, "start": start, "end": end, "kind": row.get("kind"), "text": text}
        blocks.append(block_of({**given, "language": row.get("language")}, f"{path}, row {number}"))
    unknown = iter(languages_of_each([block.text for block in blocks if not block.language]))
    return [block if block.language else replace(block, language=next(unknown)) for block in blocks]
