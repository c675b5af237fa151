"""Fuzzing by coverage with atheris: bytes into every reader of documents and tables; each is read or refused.

`make fuzz` begins with small files of every kind and mutates what reaches new code, for as many seconds as asked for.
What fails is written to build/fuzz and ends it with an error.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

import atheris

with atheris.instrument_imports(include=["paratheme.documents", "paratheme.corpus", "markdown_it", "mdit_py_plugins"]):
    from paratheme.corpus.tables import open_table
    from paratheme.documents.encodings import DocumentError
    from paratheme.documents.readers import SUFFIXES, read
    from paratheme.documents.segmentation import segment

from paratheme.errors import ParathemeError

TABLES = (".jsonl", ".json", ".csv", ".tsv")
KINDS = (*SUFFIXES, *TABLES)
KEPT = Path("build/fuzz")
SMALL = 4096  # bytes of an input
SEEDS = (
    b"Title\n\nThe first paragraph of a report. It goes on.\n\n- an item\n",
    "---\ntitle: غزة\n---\n# Heading\n\n[a](b) ![x](y.png) | a | b |\n|-|-|\n| 1 | 2 |\n".encode(),
    b"<html><body><h1>T</h1><p>One.<ul><li>a</ul><table><tr><td>1<td>2</table></body></html>",
    b'{"text": "a", "themes": ["gaza"]}\n{"text": "b", "themes": []}\n',
    b'text,themes\n"a, b",gaza\nc,\n',
)


def main() -> int:
    """Fuzz for a while."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    options = parser.parse_args()
    KEPT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        for number in range(len(KINDS) * len(SEEDS)):
            (corpus / str(number)).write_bytes(bytes([number % len(KINDS)]) + SEEDS[number // len(KINDS)])

        def one_input(data: bytes) -> None:
            if data:
                look(Path(folder), KINDS[data[0] % len(KINDS)], data[1:])

        limits = (f"-max_total_time={options.seconds}", f"-max_len={SMALL}", "-timeout=60", "-rss_limit_mb=4096")
        atheris.Setup([sys.argv[0], str(corpus), f"-artifact_prefix={KEPT}/", *limits], one_input)
        atheris.Fuzz()
    return 0


def look(folder: Path, suffix: str, data: bytes) -> None:
    """Read bytes as a file of a kind; raise what no reader may raise."""
    file = folder / f"any{suffix}"
    file.write_bytes(data)
    refusal = f"{file}: "
    try:
        if suffix in TABLES:
            rows: Any = open_table(file).rows()
            for _ in rows:
                pass
        else:
            document = read(file)
            assert all(document.text[block.start : block.end].strip() for block in segment(document)), "an empty block"
    except (DocumentError, ParathemeError) as error:
        refusal = str(error)
    assert refusal.startswith(str(file)), f"says not which file: {refusal}"
    assert "\n" not in refusal, f"is more than a line: {refusal}"


if __name__ == "__main__":
    sys.exit(main())
