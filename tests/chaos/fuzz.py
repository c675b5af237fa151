"""Random bytes and texts through the readers: each is read or refused, and every block stands where it says."""

from __future__ import annotations

import random
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

from tests.chaos.common import ROOT, Row, environment

PROCESSES = 2
LONGEST = 40  # tokens of an input
TOKENS = (
    *("a", "The report says", "rain", "Gaza", " ", "  ", "\n", "\n\n", "\r\n", "\r", "\t", "\x0c", "\x00", "\x1b[31m"),
    *("# ", "## ", "- ", "* ", "1. ", "> ", "|", "|-|-|\n", "```\n", "~~~\n", "---\n", "===\n", "***", "[a](b)", "!["),
    *(
        "[^1]",
        "[^1]: ",
        "<p>",
        "</p>",
        "<div>",
        "<script>",
        "</script>",
        "<!--",
        "-->",
        "<table><tr><td>",
        "&amp;",
        "](",
    ),
    *(
        "title: x\n",
        "date: 2024-01-01\n",
        "---\ntitle: a\n---\n",
        "http://a.b/c",
        "www.x.org",
        "a@b.c",
        "©",
        "Photo: X",
    ),
    *("\u202e", "\u2066", "\u200b", "\u200f", "\ufeff", "\u2028", "\u0640", "\u064b", "\ud800", "\udfff", "\U0001f600"),
    *(
        "في خان يونس",
        "غزة",
        "؟",
        "،",
        "。",
        "é",
        "e\u0301",
        "ß",
        "İ",
        "ı",
        "٣",
        "12/3",
        "1,000",
        "%",
        "Page 1 of 2",
        "•",
    ),
    *("&#x0;", "&amp;", "Photo: X", "Page 1 of 2", "•", "ﷺ", "…", "."),
)


def fuzz(row: Row, folder: Path, inputs: int) -> None:
    """Have processes each read their share of inputs."""
    share = inputs // PROCESSES
    command = [sys.executable, "-m", "tests.chaos.fuzz"]
    processes = [
        subprocess.Popen(
            [*command, str(seed), str(share), str(folder)],
            cwd=ROOT,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for seed in range(PROCESSES)
    ]
    for process in processes:
        out, err = process.communicate()
        done = out.count("\n") and int(out.splitlines()[-1])
        row.injected += share
        row.survived += done
        row.lost = [*(row.lost or []), *out.splitlines()[:-1]]
        if process.returncode:
            row.lost.append(f"the process ended with {process.returncode}: {err[-300:]}")


def read_many(seed: int, inputs: int, folder: Path) -> None:
    """Read inputs; print what did not hold, and last how many held."""
    from paratheme.documents.document import Document
    from paratheme.documents.encodings import DocumentError, decode
    from paratheme.documents.html import read_html
    from paratheme.documents.markdown import markdown_document
    from paratheme.documents.normalise import clean, normalise
    from paratheme.documents.segmentation import segment

    randomly, held = random.Random(seed), 0
    path, page = Path("fuzz.txt"), folder / f"{seed}.html"
    for number in range(inputs):
        text = "".join(randomly.choices(TOKENS, k=randomly.randrange(LONGEST)))
        kind = number % 20
        try:
            if number % 200 == 0:  # a library's parser, which is slow
                page.write_bytes(text.encode("utf-8", "surrogatepass"))
                read_html(page)
            elif kind < 8:
                data = bytearray(text.encode(randomly.choice(("utf-8", "utf-16", "utf-8")), "surrogatepass"))
                for _ in range(randomly.randrange(4)):
                    if data:
                        data[randomly.randrange(len(data))] = randomly.randrange(256)
                text, _ = decode(bytes(data), path)
            elif kind < 11:
                document = markdown_document(text)
                check(document.text == text and _in_order(document), "Markdown moves its text")
            elif kind < 17:
                blocks = segment(Document("", text))
                check(all(0 <= a.end <= b.start for a, b in pairwise(blocks)), "blocks overlap")
                check(all(text[one.start : one.end].strip() for one in blocks), "a block of nothing")
            else:
                normalise(text)
                clean(text)
            held += 1
        except DocumentError:
            held += 1
        except Exception as error:
            print(f"{type(error).__name__}: {error} at {text[:200]!r}".replace("\n", " "))
    print(held)


def check(holds: bool, what: str) -> None:
    if not holds:
        raise AssertionError(what)


def _in_order(document: object) -> bool:
    pieces = getattr(document, "pieces", None) or ()
    return all(a.end <= b.start for a, b in pairwise(pieces))


if __name__ == "__main__":
    read_many(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
