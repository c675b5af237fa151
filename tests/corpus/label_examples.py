"""Blocks and labels for the tests of labels files and of what they are exchanged in."""

from __future__ import annotations

import string

from hypothesis import strategies as st

from paratheme.corpus.label_file import BlockLabel, TextBlock

TIME = "2026-01-02T03:04:05+00:00"
THEMES = ("food_security", "gaza", "sudan")
# what spreadsheets compute or convert, what XML cannot hold, both directions of writing, half of the code points
ODD = "=+-@'\t\r\n\x00\x0b\x1f\x85\u2028\ufeff\uffff\\\"_x000D_;,|<&>٣غزة\u0301😀" + string.printable
texts = st.one_of(
    st.text(st.sampled_from(ODD), min_size=1, max_size=60),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60),
    st.sampled_from(["=1+1", "'=1+1", "12/03/2024", "1e5", "TRUE", "true", "-", "0012", "_x000D_", "\\u000d", "+33 1"]),
).filter(lambda text: text.strip() != "")


@st.composite
def labels(draw: st.DrawFn) -> list[BlockLabel]:
    """What one or two annotators said of blocks of one or two documents."""
    found = []
    documents = st.sampled_from(["a.txt", "2024-01-01", "=cmd", "sub/ب.html"])
    for document in draw(st.lists(documents, min_size=1, unique=True)):
        at = 0
        for text in draw(st.lists(texts, min_size=1, max_size=4)):
            block = TextBlock(document, at, at + len(text), "paragraph", "ar", text)
            at += len(text) + draw(st.integers(0, 5))
            for annotator in draw(st.lists(st.sampled_from(["amal@desk", "ben", "3"]), max_size=2, unique=True)):
                said = tuple(sorted(draw(st.sets(st.sampled_from(THEMES)))))
                guide = draw(st.sampled_from(["", "v1", "1.0"]))
                source = draw(st.sampled_from(["annotator", "adjudicated"]))
                found.append(BlockLabel(block, said, source, annotator, TIME, guide))
    return found


def label(
    text: str = "Bombs fell on Gaza.", themes: tuple[str, ...] = ("gaza",), annotator: str = "amal", **said: object
) -> BlockLabel:
    """One label, of a block of its own document unless it is said where."""
    document, language = str(said.pop("document", "a.txt")), str(said.pop("language", "en"))
    start = int(str(said.pop("start", 0)))
    block = TextBlock(document, start, start + len(text), "paragraph", language, text)
    given = {"source": "annotator", "time": TIME, "guide": "v1", **said}
    return BlockLabel(block, themes, annotator=annotator, **given)  # type: ignore[arg-type]
