"""Documents and tables in, labelled blocks out."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from paratheme import ThemeClassifier
from paratheme.classifier import predict
from paratheme.classifier.calibration import Thresholds
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
def model(texts: list[str], labels: Any, themes: ThemeSet, tmp_path_factory: pytest.TempPathFactory) -> str:
    fitted = LexiconModel(themes.to_dict()).fit(texts, labels)
    folder = tmp_path_factory.mktemp("model") / "saved"
    thresholds = Thresholds.fit(fitted.predict_proba(texts), labels)
    ThemeClassifier(themes, "lexicon", fitted, thresholds).save(folder)
    return str(folder)


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "report.txt"
    path.write_text(DOCUMENT, "utf-8")
    return path


def predicted(capsys: pytest.CaptureFixture[str], *paths: Path, model: str, status: int = 0) -> list[dict[str, Any]]:
    assert predict.run([str(path) for path in paths], model, "jsonl", None) == status
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_every_block_of_a_document_is_filed_where_it_stands(
    document: Path, model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    blocks = predicted(capsys, document, model=model)
    assert [list(block) for block in blocks] == [OWN] * 4
    assert [block["index"] for block in blocks] == [0, 1, 2, 3]
    assert all(DOCUMENT[block["start"] : block["end"]] == block["text"] for block in blocks)
    assert {block["document"] for block in blocks} == {"report.txt"}
    assert [block["kind"] for block in blocks] == ["heading", "paragraph", "paragraph", "paragraph"]
    assert [block["themes"] for block in blocks] == [[], ["gaza"], ["sudan"], []]
    assert [block["language"] for block in blocks][1:] == ["en", "fr", "en"]


def test_a_heading_has_scores_but_carries_no_theme(
    document: Path, model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    heading = predicted(capsys, document, model=model)[0]
    assert "Gaza" in heading["text"]
    assert heading["themes"] == []
    assert heading["scores"]["gaza"] > 0.5


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "tsv", "parquet"])
def test_the_rows_of_a_table_stay_in_order_with_their_own_columns(
    tmp_path: Path, model: str, suffix: str, capsys: pytest.CaptureFixture[str]
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
    rows = predicted(capsys, path, model=model)
    assert [(row["id"], row["who"], row["given_themes"]) for row in rows] == [("09", "é", "x"), ("02", "ü", "y")]
    assert [row["themes"] for row in rows] == [["sudan"], ["gaza"]]
    assert [(row["document"], row["index"], row["start"], row["end"]) for row in rows] == [
        (f"rows.{suffix}", 0, 0, 18),
        (f"rows.{suffix}", 1, 0, 5),
    ]


def test_values_pass_through_as_they_were(tmp_path: Path, model: str, capsys: pytest.CaptureFixture[str]) -> None:
    given = [
        {"text": "Gaza", "id": 7, "ok": True, "tags": ["a", "b"], "scores": {"mine": 1}},
        {"text": "Gaza", "note": "only here"},
        {"text": None, "id": 9},
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(map(json.dumps, given)), "utf-8")
    first, second, third = predicted(capsys, path, model=model)
    assert (first["id"], first["ok"], first["tags"], first["given_scores"]) == (7, True, ["a", "b"], {"mine": 1})
    assert "note" not in first
    assert second["note"] == "only here"
    assert not {"id", "ok", "tags"} & set(second)
    assert (third["text"], third["themes"], third["id"]) == ("", [], 9)


def test_lists_of_a_parquet_table_pass_through_as_lists(
    tmp_path: Path, model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "rows.parquet"
    pd.DataFrame({"text": ["Gaza"], "tags": [["a", "b"]]}).to_parquet(path)
    assert predicted(capsys, path, model=model)[0]["tags"] == ["a", "b"]


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_filed(
    tmp_path: Path, document: Path, model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.txt"
    broken.write_bytes(b"%PDF-1.4")
    assert predict.run([str(broken), str(document), str(tmp_path / "no.csv")], model, "jsonl", None) == 1
    said = capsys.readouterr()
    assert len(said.out.splitlines()) == 4
    assert [line.split(": ")[1] for line in said.err.splitlines()] == [str(tmp_path / "no.csv"), str(broken)]


def test_when_nothing_can_be_read_no_model_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert predict.run([str(tmp_path / "no.csv")], "/no/model", "jsonl", None) == 1
    assert "no such file" in capsys.readouterr().err


def test_a_path_that_does_not_exist_is_refused_before_the_model_is_loaded(tmp_path: Path) -> None:
    with pytest.raises(ParathemeError, match="nowhere"):
        predict.run([str(tmp_path / "nowhere")], "/no/model", "jsonl", None)


def test_a_table_without_texts_is_refused_with_the_columns_it_has(
    tmp_path: Path, model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("id,body\n1,Gaza\n", "utf-8")
    assert predict.run([str(path)], model, "jsonl", None) == 1
    assert "no column 'text' (it has id, body)" in capsys.readouterr().err


def test_csv_has_a_column_a_score_and_joins_themes(tmp_path: Path, document: Path, model: str) -> None:
    output = tmp_path / "out.csv"
    assert predict.run([str(document)], model, "csv", output) == 0
    with output.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [*OWN[:-1], "score_gaza", "score_sudan", "score_food_security"]
    assert [row["themes"] for row in rows] == ["", "gaza", "sudan", ""]
    assert all(0 <= float(row["score_gaza"]) <= 1 for row in rows)


def test_parquet_holds_what_json_lines_hold(
    tmp_path: Path, document: Path, model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "out.parquet"
    assert predict.run([str(document)], model, "parquet", output) == 0
    rows = pd.read_parquet(output).to_dict("records")
    found = [{**row, "themes": list(row["themes"]), "scores": json.loads(row["scores"])} for row in rows]
    assert found == predicted(capsys, document, model=model)


def test_the_table_for_people_shows_no_control_characters_and_isolates_directions(
    tmp_path: Path, model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "rows.jsonl"
    texts = ["Gaza [bold]\x1b[31m red\x07 \u202eevil", "أعيد فتح المخبز الوحيد في غزة بعد وصول شاحنتين من الدقيق. " * 3]
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts), "utf-8")
    assert predict.run([str(path)], model, "table", None) == 0
    shown = capsys.readouterr().out
    assert "[bold]" in shown  # and no markup either
    assert not {"\x1b", "\x07", "\u202e"} & set(shown)
    assert "\u2066Gaza" in shown
    assert shown.count("\u2067") >= 2, "every line of a wrapped Arabic text opens right to left"
    for line in shown.splitlines():
        assert line.count("\u2066") + line.count("\u2067") == line.count("\u2069")
    assert re.search(r"gaza [01]\.\d\d", shown)


@pytest.mark.parametrize("form", ["jsonl", "csv", "table"])
def test_a_document_without_text_gives_no_blocks(
    tmp_path: Path, model: str, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty.txt").write_text("\n \n", "utf-8")
    assert predict.run([str(tmp_path / "empty.txt")], model, form, None) in (0, 1)
    assert "Traceback" not in capsys.readouterr().err
