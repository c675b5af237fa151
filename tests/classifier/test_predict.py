"""Documents and tables in, labelled blocks out."""

from __future__ import annotations

import csv
import json
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from paratheme import ThemeClassifier
from paratheme.classifier.calibration import Calibration
from paratheme.classifier.predict import label, read_records, rows_of_table, write, write_parquet
from paratheme.errors import ParathemeError
from paratheme.models.lexicon import LexiconModel
from paratheme.themes.theme_set import ThemeSet

DOCUMENT = """\
Gaza in the news

Bombs fell on Gaza again on Tuesday, and the hospital in Rafah was hit twice before the evening.

Les combats au Soudan gagnent la ville de Khartoum, et des milliers de familles ont pris la fuite.

The museum opened its doors on Sunday, and children played music in the garden until it was dark.
"""
OWN = ["document", "index", "start", "end", "kind", "language", "text", "themes", "scores"]


@pytest.fixture(scope="module")
def classifier(texts: list[str], labels: Any, themes: ThemeSet) -> ThemeClassifier:
    model = LexiconModel(themes).fit(texts, labels)
    return ThemeClassifier(themes, "lexicon", model, Calibration.fit(model.predict_proba(texts), labels))


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "report.txt"
    path.write_text(DOCUMENT, "utf-8")
    return path


def filed(classifier: ThemeClassifier, *paths: Path) -> list[dict[str, Any]]:
    """Read and label what can all be read."""
    failures: list[str] = []
    records = list(read_records([str(path) for path in paths], failures))
    assert failures == []
    label(records, classifier)
    return records


def written(records: list[dict[str, Any]], form: str) -> str:
    file = StringIO(newline="")
    write(records, form, file)
    return file.getvalue()


def test_every_block_of_a_document_is_filed_where_it_stands(document: Path, classifier: ThemeClassifier) -> None:
    blocks = filed(classifier, document)
    assert [list(block) for block in blocks] == [OWN] * 4
    assert [block["index"] for block in blocks] == [0, 1, 2, 3]
    assert all(DOCUMENT[block["start"] : block["end"]] == block["text"] for block in blocks)
    assert {block["document"] for block in blocks} == {"report.txt"}
    assert [block["kind"] for block in blocks] == ["heading", "paragraph", "paragraph", "paragraph"]
    assert [block["themes"] for block in blocks] == [[], ["gaza"], ["sudan"], []]
    assert [block["language"] for block in blocks][1:] == ["en", "fr", "en"]


def test_a_heading_has_scores_but_carries_no_theme(document: Path, classifier: ThemeClassifier) -> None:
    heading = filed(classifier, document)[0]
    assert "Gaza" in heading["text"]
    assert heading["themes"] == []
    assert heading["scores"]["gaza"] > 0.5


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "tsv", "parquet"])
def test_the_rows_of_a_table_stay_in_order_with_their_own_columns(
    tmp_path: Path, classifier: ThemeClassifier, suffix: str
) -> None:
    frame = pd.DataFrame(
        {"id": ["09", "02"], "text": ["Soudan et Khartoum", "Rafah"], "themes": ["x", "y"], "who": ["é", "ü"]}
    )
    path = tmp_path / f"rows.{suffix}"
    if suffix == "parquet":
        frame.to_parquet(path)
    elif suffix == "jsonl":
        path.write_text("\n".join(json.dumps(row) for row in frame.to_dict("records")), "utf-8")
    else:
        frame.to_csv(path, sep="\t" if suffix == "tsv" else ",", index=False)
    rows = filed(classifier, path)
    assert [(row["id"], row["who"], row["given_themes"]) for row in rows] == [("09", "é", "x"), ("02", "ü", "y")]
    assert [row["themes"] for row in rows] == [["sudan"], ["gaza"]]
    assert [(row["document"], row["index"], row["start"], row["end"]) for row in rows] == [
        (f"rows.{suffix}", 0, 0, 18),
        (f"rows.{suffix}", 1, 0, 5),
    ]


def test_values_pass_through_as_they_were(tmp_path: Path, classifier: ThemeClassifier) -> None:
    given = [
        {"text": "Gaza", "id": 7, "ok": True, "tags": ["a", "b"], "scores": {"mine": 1}},
        {"text": "Gaza", "note": "only here"},
        {"text": None, "id": 9},
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(map(json.dumps, given)), "utf-8")
    first, second, third = map(json.loads, written(filed(classifier, path), "jsonl").splitlines())
    assert (first["id"], first["ok"], first["tags"], first["given_scores"]) == (7, True, ["a", "b"], {"mine": 1})
    assert "note" not in first
    assert second["note"] == "only here"
    assert not {"id", "ok", "tags"} & set(second)
    assert (third["text"], third["themes"], third["id"]) == ("", [], 9)


def test_lists_of_a_parquet_table_pass_through_as_lists(tmp_path: Path, classifier: ThemeClassifier) -> None:
    path = tmp_path / "rows.parquet"
    pd.DataFrame({"text": ["Gaza"], "tags": [["a", "b"]]}).to_parquet(path)
    assert json.loads(written(filed(classifier, path), "jsonl"))["tags"] == ["a", "b"]


def test_a_table_says_itself_which_document_and_language_a_text_is_of(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("text,language,document\nGaza,tr,haber-7\n", "utf-8")
    (row,) = rows_of_table(path)
    assert (row["document"], row["language"]) == ("haber-7", "tr")


def test_what_cannot_be_read_is_told_and_the_others_are_read(tmp_path: Path, document: Path) -> None:
    broken, empty, table = tmp_path / "broken.txt", tmp_path / "empty.txt", tmp_path / "no.csv"
    broken.write_bytes(b"%PDF-1.4")
    empty.write_text("\n \n", "utf-8")
    failures: list[str] = []
    records = list(read_records([str(path) for path in (broken, document, empty, table)], failures))
    assert [record["document"] for record in records] == ["report.txt"] * 4
    assert [line.split(": ")[0] for line in failures] == [str(table), str(broken), str(empty)]
    assert not [line for line in failures if "\n" in line]


def test_a_path_that_does_not_exist_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(ParathemeError, match="nowhere"):
        read_records([str(tmp_path / "nowhere")], [])


def test_a_table_without_texts_is_refused_with_the_columns_it_has(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("id,body\n1,Gaza\n", "utf-8")
    failures: list[str] = []
    assert list(read_records([str(path)], failures)) == []
    assert failures == [f"{path}: no column 'text' (it has id, body); rename one"]


def test_csv_has_a_column_a_score_and_joins_themes(document: Path, classifier: ThemeClassifier) -> None:
    rows = list(csv.DictReader(StringIO(written(filed(classifier, document), "csv"), newline="")))
    assert list(rows[0]) == [*OWN[:-1], "score_gaza", "score_sudan", "score_food_security"]
    assert [row["themes"] for row in rows] == ["", "gaza", "sudan", ""]
    assert all(0 <= float(row["score_gaza"]) <= 1 for row in rows)


def test_csv_carries_the_columns_of_a_table_and_leaves_cells_empty_where_rows_have_none(
    tmp_path: Path, classifier: ThemeClassifier
) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "Gaza famine", "id": 7}\n{"text": "Gaza", "note": "n"}\n', "utf-8")
    rows = list(csv.DictReader(StringIO(written(filed(classifier, path), "csv"), newline="")))
    assert [(row["themes"], row["id"], row["note"]) for row in rows] == [
        ("gaza;food_security", "7", ""),
        ("gaza", "", "n"),
    ]


def test_parquet_holds_what_json_lines_hold(document: Path, classifier: ThemeClassifier) -> None:
    records = filed(classifier, document)
    file = BytesIO()
    write_parquet(records, file)
    rows = pd.read_parquet(file).to_dict("records")
    found = [{**row, "themes": list(row["themes"]), "scores": json.loads(row["scores"])} for row in rows]
    assert found == [json.loads(line) for line in written(records, "jsonl").splitlines()]


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_no_blocks_are_written_as_none(form: str) -> None:
    assert len(written([], form).splitlines()) == (1 if form == "csv" else 0)
