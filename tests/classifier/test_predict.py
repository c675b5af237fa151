"""Blocks in, filed blocks out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paratheme import Prediction, ThemeClassifier
from paratheme.classifier.columns import OWN
from paratheme.classifier.inputs import Place
from paratheme.classifier.predict import Tally, file_inputs, label, windows
from paratheme.documents.context import Passages
from tests.classifier.filed import DOCUMENT, filed, inputs_of, read_csv, written


def test_every_block_of_a_document_is_filed_where_it_stands(document: Path, classifier: ThemeClassifier) -> None:
    blocks = filed(classifier, document)
    assert [list(block) for block in blocks] == [list(OWN)] * 4
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


def test_a_table_that_was_written_here_can_be_filed_again(tmp_path: Path, classifier: ThemeClassifier) -> None:
    path = tmp_path / "out.csv"
    path.write_text("text,themes,given_themes\nGaza,sudan,mars\n", "utf-8")
    (row,) = filed(classifier, path)
    assert (row["themes"], row["given_given_themes"], row["given_themes"]) == (["gaza"], "sudan", "mars")
    path.write_bytes(written([row], "csv"))
    (again,) = filed(classifier, path)
    (line,) = read_csv(written([again], "csv"))
    assert float(line["score_gaza"]) == float(line["given_score_gaza"])


@given(st.lists(st.integers(1, 9), max_size=30), st.integers(1, 12))
def test_windows_hold_whole_groups_in_order_and_no_more_than_they_must(sizes: list[int], size: int) -> None:
    groups = [(Place(0, number), [{"n": number}] * blocks) for number, blocks in enumerate(sizes)]
    found = list(windows(groups, size))
    assert [one for window in found for one in window] == groups
    for window in found:
        assert sum(len(group) for _, group in window[:-1]) < size
    for window in found[:-1]:
        assert sum(len(group) for _, group in window) >= size


class Echo:
    """Scores a text by what stands around it: what would change if a document were divided."""

    def predict(self, texts: Sequence[str], explain: bool | Sequence[bool] = False) -> list[Prediction]:
        passages = Passages.of(texts)
        told = [f"{text} {around.document}" for text, around in zip(texts, passages.contexts)]
        return [Prediction(["gaza"], {"gaza": crc32(one.encode()) / 2**32}) for one in told]


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_windows_of_any_size_give_the_same(tmp_path: Path, document: Path, size: int) -> None:
    path = tmp_path / "rows.jsonl"
    names = ["a", "a", None, "b", None, "a"]
    path.write_text("".join(json.dumps({"text": f"{n} {i}", "document": n}) + "\n" for i, n in enumerate(names)))
    found = []
    for window in windows(inputs_of(path, document).groups(), size):
        groups = [group for _, group in window]
        label(groups, Echo())
        found += [record for group in groups for record in group]
    assert found == list(file_inputs(inputs_of(path, document), Echo()))
    assert len(found) == len(names) + 4


def headings(*texts: str, kind: str = "heading") -> list[dict[str, Any]]:
    return [{"document": "d.md", "kind": kind, "text": text, "start": i} for i, text in enumerate(texts)]


def test_headings_without_text_below_them_are_filed_each_by_itself_and_that_is_said() -> None:
    group = headings("Gaza", "Sudan")
    assert label([group], Echo()) == ["d.md: has headings and no text below them; they are filed"]
    assert [record["themes"] for record in group] == [["gaza"], ["gaza"]]
    (alone,) = group_of_one = headings("Sudan")
    label([group_of_one], Echo())
    assert alone["scores"] == group[1]["scores"]


def test_headings_above_text_are_filed_when_that_is_asked_for() -> None:
    def themes(file_headings: bool) -> list[list[str]]:
        group = [*headings("Gaza"), *headings("Rain fell.", kind="paragraph"), *headings("Menu", kind="boilerplate")]
        assert label([group], Echo(), file_headings) == []
        return [record["themes"] for record in group]

    assert themes(False) == [[], ["gaza"], []]
    assert themes(True) == [["gaza"], ["gaza"], []]


def test_what_was_filed_is_counted(tmp_path: Path, document: Path, classifier: ThemeClassifier) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("text\nGaza famine\nRain\n", "utf-8")
    inputs, tally = inputs_of(path, document), Tally()
    for window in windows(inputs.groups(), 1):
        label([group for _, group in window], classifier)
        tally.add(window, inputs)
        tally = Tally.from_dict(json.loads(json.dumps(tally.to_dict())))
    assert str(tally) == "6 blocks of 1 document and 1 table, 3 filed: gaza 2, food_security 1, sudan 1"
    assert str(Tally()) == "0 blocks of 0 documents, 0 filed"
