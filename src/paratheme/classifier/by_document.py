"""A document's themes: those of its blocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from paratheme.classifier.columns import DocumentColumns
from paratheme.classifier.inputs import Group, Record
from paratheme.classifier.predict import kinds_filed


def document_of(group: Group, file_headings: bool = False) -> Record:
    """Return a document, as one record, from all of its filed blocks.

    It carries the themes that one of its blocks carries at least. Its score of a theme is the highest of the blocks
    that may carry themes, so that it reaches the theme's threshold where the document carries the theme.

    Parameters
    ----------
    group : list of dict
        Its blocks, or rows.
    file_headings : bool
        Whether headings were filed too, as in `paratheme.classifier.predict.label`.

    Returns
    -------
    dict
        `document, language, blocks, themes, scores, counts` (theme -> how many blocks carry it), and what all of its
        blocks say alike. `blocks` are those that may carry themes; without any there are no scores.
    """
    kinds = kinds_filed(group, file_headings)
    blocks = [record for record in group if record["kind"] in kinds]
    counts = Counter(theme for record in blocks for theme in record["themes"])
    ids = list(group[0]["scores"])
    alike = {
        name: value
        for key, value in group[0].items()
        if (name := DocumentColumns.passed_as(key)) and all(record.get(key) == value for record in group)
    }
    return {
        "document": group[0]["document"],
        "language": _language(blocks or group),
        "blocks": len(blocks),
        "themes": [theme for theme in ids if counts[theme]],
        "scores": {theme: max(record["scores"][theme] for record in blocks) for theme in ids} if blocks else {},
        "counts": {theme: counts[theme] for theme in ids},
        **alike,
    }


def _language(blocks: Sequence[Record]) -> Any:
    """Return the language that most of a document's letters are in."""
    letters: Counter[Any] = Counter()
    for record in blocks:
        letters[record["language"]] += len(record["text"])
    return letters.most_common(1)[0][0]
