"""A pile is documents, tables, and files of blocks that were filed before: these are read as they were."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from paratheme import ThemeClassifier
from paratheme.classifier.filed import filed_by, find_pile, name_of
from paratheme.errors import ParathemeError, UsageError
from tests.classifier.filed import THEMES, filed, written

KEPT = ("document", "kind", "language", "text", "themes", "scores", "index")


def groups_of(path: Path, classifier: ThemeClassifier) -> list[list[dict[str, Any]]]:
    pile = find_pile([str(path)])
    pile.check()
    return list(pile.groups(classifier, THEMES))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "rows.csv"
    path.write_text("text,id\nFamine in Gaza,7\nMusic in the garden,8\n", "utf-8")
    return path


@pytest.mark.parametrize("form", ["jsonl", "csv", "tsv", "parquet"])
def test_what_was_written_is_read_as_it_was_filed(
    tmp_path: Path, document: Path, table: Path, classifier: ThemeClassifier, form: str
) -> None:
    records = [{**record, "model": "m"} for record in filed(classifier, document, table)]
    path = tmp_path / f"out.{form}"
    path.write_bytes(written(records, form))
    assert filed_by(path) == "m"
    found = groups_of(path, classifier)
    assert [len(group) for group in found] == [1, 1, 4]  # rows of a table each by itself
    assert [[record[key] for key in KEPT] for group in found for record in group] == [
        [record[key] for key in KEPT] for record in records
    ]
    assert [name_of(group, {}) for group in found] == ["rows.csv, row 0", "rows.csv, row 1", "report.txt"]
    assert name_of(found[2], {"report.txt", "report.txt (2)"}) == "report.txt (3)"


def test_documents_and_tables_are_filed(document: Path, table: Path, classifier: ThemeClassifier) -> None:
    found = [group for path in (table, document) for group in groups_of(path, classifier)]
    assert [record["themes"] for group in found for record in group] == [
        record["themes"] for record in filed(classifier, document, table)
    ]


def test_a_row_a_document_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "documents.jsonl"
    path.write_text(json.dumps({"document": "d", "blocks": 3, "themes": [], "scores": {}, "model": "m"}), "utf-8")
    with pytest.raises(UsageError, match="holds a row a document; file it without --by document"):
        find_pile([str(path)])


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"scores": {"gaza": 0.5}}, "row 2: has no 'sudan'; name with --model what filed it"),
        ({"scores": {"gaza": "high", "sudan": 0.1, "food_security": 0.1}}, "row 2: is no filed block"),
        ({"scores": None}, "row 2: has no 'gaza'"),
        ({"themes": 7}, "row 2: is no filed block"),
    ],
)
def test_what_is_damaged_is_told_with_its_row(
    tmp_path: Path, document: Path, classifier: ThemeClassifier, changed: dict[str, Any], said: str
) -> None:
    records = [{**record, "model": "m"} for record in filed(classifier, document)]
    path = tmp_path / "out.jsonl"
    path.write_bytes(written([records[0], {**records[1], **changed}], "jsonl"))
    with pytest.raises(ParathemeError, match=said):
        groups_of(path, classifier)


def test_where_nothing_can_be_read_that_is_an_error_and_otherwise_it_is_told(
    tmp_path: Path, document: Path, classifier: ThemeClassifier
) -> None:
    missing = str(tmp_path / "no.csv")
    with pytest.raises(ParathemeError, match="no such file"):
        find_pile([missing]).check()
    pile = find_pile([missing, str(document)])
    pile.check()
    assert len(list(pile.groups(classifier, THEMES))) == len(pile.failures) == 1
