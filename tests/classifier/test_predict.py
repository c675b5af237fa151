"""Documents and tables in, labelled blocks out."""

from __future__ import annotations

import csv
import json
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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


def read_csv(written: str) -> list[dict[str, str]]:
    assert written[0] == "\ufeff"
    return list(csv.DictReader(StringIO(written[1:], newline="")))


def test_csv_has_a_column_a_score_and_joins_themes(document: Path, classifier: ThemeClassifier) -> None:
    rows = read_csv(written(filed(classifier, document), "csv"))
    assert list(rows[0]) == [*OWN[:-1], "score_gaza", "score_sudan", "score_food_security"]
    assert [row["themes"] for row in rows] == ["", "gaza", "sudan", ""]
    assert all(0 <= float(row["score_gaza"]) <= 1 for row in rows)


def test_csv_carries_the_columns_of_a_table_and_leaves_cells_empty_where_rows_have_none(
    tmp_path: Path, classifier: ThemeClassifier
) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "Gaza famine", "id": 7}\n{"text": "Gaza", "note": "n"}\n', "utf-8")
    rows = read_csv(written(filed(classifier, path), "csv"))
    assert [(row["themes"], row["id"], row["note"]) for row in rows] == [
        ("gaza;food_security", "7", ""),
        ("gaza", "", "n"),
    ]


def test_parquet_holds_what_json_lines_hold(document: Path, classifier: ThemeClassifier) -> None:
    records = filed(classifier, document)
    file = BytesIO()
    write_parquet(records, file)
    frame = pd.read_parquet(file)
    row_themes = ("gaza", "sudan", "food_security")
    assert {str(frame[f"score_{theme}"].dtype) for theme in row_themes} == {"float64"}
    rows = frame.to_dict("records")
    found = [
        {key: value for key, value in row.items() if not key.startswith("score_")}
        | {"themes": list(row["themes"]), "scores": {theme: row[f"score_{theme}"] for theme in row_themes}}
        for row in rows
    ]
    assert found == [json.loads(line) for line in written(records, "jsonl").splitlines()]


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_no_blocks_are_written_as_none(form: str) -> None:
    assert len(written([], form).splitlines()) == (1 if form == "csv" else 0)


def of(**passed: Any) -> dict[str, Any]:
    own = {"document": "d", "index": 0, "start": 0, "end": 1, "kind": "paragraph", "language": "en", "text": "x"}
    return {**own, **passed, "themes": ["gaza"], "scores": {"gaza": 0.5}}


def test_parquet_takes_columns_of_every_type_and_of_several() -> None:
    records = [
        of(
            n=1, f=1, mixed=1, tags=["a"], odd=["a", 1], nested={"a": [1]}, big=10**30, some=None, when=date(2024, 5, 1)
        ),
        of(n=2, f=0.5, mixed="b", tags=[], odd=[], nested={}, big=1, when=None),
        of(n=None, mixed=True, ok=True, score_gaza="mine"),
    ]
    file = BytesIO()
    write_parquet(records, file)
    found = pq.read_table(file).to_pylist()
    assert [row["n"] for row in found] == [1, 2, None]
    assert [row["f"] for row in found] == [1.0, 0.5, None]
    assert [row["mixed"] for row in found] == ["1", "b", "true"]
    assert [row["tags"] for row in found] == [["a"], [], None]
    assert [row["odd"] for row in found] == ['["a", 1]', "[]", None]
    assert [row["nested"] for row in found] == ['{"a": [1]}', "{}", None]
    assert [row["big"] for row in found] == [str(10**30), "1", None]
    assert [(row["some"], row["ok"]) for row in found] == [(None, None), (None, None), (None, True)]
    assert [row["when"] for row in found] == [date(2024, 5, 1), None, None]
    assert [(row["score_gaza"], row["given_score_gaza"]) for row in found] == [(0.5, None), (0.5, None), (0.5, "mine")]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(blacklist_categories=("Cs",))),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=2), inner, max_size=3),
    max_leaves=6,
)


@settings(deadline=None, max_examples=100)
@given(st.lists(VALUES, min_size=1, max_size=4))
def test_whatever_a_table_holds_can_be_written_in_every_form(values: list[Any]) -> None:
    records = [of(value=value) for value in values]
    for line in written(records, "jsonl").splitlines():
        json.loads(line, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
    assert len(read_csv(written(records, "csv"))) == len(values)
    file = BytesIO()
    write_parquet(records, file)
    assert pq.read_table(file).num_rows == len(values)


def test_what_is_no_number_is_null_in_json() -> None:
    (line,) = written([of(a=float("nan"), b=[float("inf")], c={"d": float("-inf")})], "jsonl").splitlines()
    assert {key: json.loads(line)[key] for key in "abc"} == {"a": None, "b": [None], "c": {"d": None}}


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_nothing_in_csv_is_executed_by_a_spreadsheet(sign: str) -> None:
    record = of(text=f"{sign}1+1", document=f"{sign}d", note=f"{sign}n", n=-5)
    (row,) = read_csv(written([record], "csv"))
    assert (row["text"], row["document"], row["note"]) == (f"'{sign}1+1", f"'{sign}d", f"'{sign}n")
    assert row["n"] == "-5"
    header = written([of(**{f"{sign}h": 1})], "csv").splitlines()[0]
    assert f",'{sign}h" in header or f"\"'{sign}h" in written([of(**{f"{sign}h": 1})], "csv")


def test_objects_in_csv_are_json() -> None:
    (row,) = read_csv(written([of(tags=["é", "b"], about={"a": None})], "csv"))
    assert (row["tags"], row["about"]) == ('["é", "b"]', '{"a": null}')


def test_a_table_that_was_written_here_can_be_filed_again(tmp_path: Path, classifier: ThemeClassifier) -> None:
    path = tmp_path / "out.csv"
    path.write_text("text,themes,given_themes\nGaza,sudan,mars\n", "utf-8")
    (row,) = filed(classifier, path)
    assert (row["themes"], row["given_given_themes"], row["given_themes"]) == (["gaza"], "sudan", "mars")
    path.write_text(written([row], "csv"), "utf-8")
    (again,) = filed(classifier, path)
    (line,) = read_csv(written([again], "csv"))
    assert float(line["score_gaza"]) == float(line["given_score_gaza"])


def test_each_row_of_a_table_has_a_language_of_its_own_and_repairs_are_told(tmp_path: Path) -> None:
    path = tmp_path / "rows.CSV"
    path.write_bytes("text\nLe marché ouvre tôt demain\nThe market opens early\n".encode("cp1252"))
    repairs: list[str] = []
    failures: list[str] = []
    rows = list(read_records([str(path)], failures, repairs))
    assert ([row["language"] for row in rows], failures) == (["fr", "en"], [])
    assert repairs == [f"{path}: taken to be in Windows-1252 (Western); save it as UTF-8 if it reads wrong"]
