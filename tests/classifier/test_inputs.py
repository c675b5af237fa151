"""What is filed: documents, and the rows of tables."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from paratheme.classifier.columns import Columns
from paratheme.classifier.inputs import Place, find_inputs
from paratheme.errors import ParathemeError
from tests.classifier.filed import inputs_of, read


def test_a_table_says_itself_which_document_and_language_a_text_is_of(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("text,language,document\nGaza,tr,haber-7\n", "utf-8")
    (row,) = read(path)
    assert (row["document"], row["language"]) == ("haber-7", "tr")
    assert list(row) == ["document", "index", "start", "end", "kind", "language", "text"]


def test_what_a_table_brings_along_stands_behind_our_own(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("id,kind,text\n7,mine,Gaza\n", "utf-8")
    (row,) = read(path)
    assert list(row)[6:] == ["text", "id", "given_kind"]


def test_what_a_table_calls_model_or_reasons_is_kept_beside_our_own(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("text,model,reasons\nGaza,Toyota,none\n", "utf-8")
    (row,) = read(path)
    assert (row["given_model"], row["given_reasons"]) == ("Toyota", "none")


def test_texts_that_are_bytes_or_lists_of_paragraphs_are_read_as_text(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    pq.write_table(pa.table({"text": pa.array(["غزة".encode()], pa.binary())}), path)
    assert [row["text"] for row in read(path)] == ["غزة"]
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": ["Gaza", "Sudan"]}\n', "utf-8")
    assert [row["text"] for row in read(path)] == ["Gaza\nSudan"]


def test_what_cannot_be_read_is_told_and_the_others_are_read(tmp_path: Path, document: Path) -> None:
    broken, empty, table = tmp_path / "broken.txt", tmp_path / "empty.txt", tmp_path / "no.csv"
    broken.write_bytes(b"%PDF-1.4")
    empty.write_text("\n \n", "utf-8")
    inputs = inputs_of(broken, document, empty, table)
    records = [record for _, group in inputs.groups() for record in group]
    failures = inputs.failures
    assert [record["document"] for record in records] == ["report.txt"] * 4
    assert [line.split(": ")[0] for line in failures] == [str(table), str(broken), str(empty)]
    assert not [line for line in failures if "\n" in line]


def test_a_path_that_does_not_exist_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(ParathemeError, match="nowhere"):
        find_inputs([str(tmp_path / "nowhere")])


def test_a_table_without_texts_is_refused_with_the_columns_it_has(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("id,body\n1,Gaza\n", "utf-8")
    inputs = inputs_of(path)
    assert inputs.found == []
    told = f"{path}: no column 'text' (it has id, body); rename one, or name it with --text-column"
    assert inputs.failures == [told]


def test_each_row_of_a_table_has_a_language_of_its_own_and_repairs_are_told(tmp_path: Path) -> None:
    path = tmp_path / "rows.CSV"
    path.write_bytes("text\nLe marché ouvre tôt demain\nThe market opens early\n".encode("cp1252"))
    inputs = inputs_of(path)
    rows = [row for _, group in inputs.groups() for row in group]
    assert ([row["language"] for row in rows], inputs.failures) == (["fr", "en"], [])
    assert inputs.repairs == [f"{path}: taken to be in Windows-1252 (Western); save it as UTF-8 if it reads wrong"]


def test_the_texts_may_stand_in_any_column(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"body": "Gaza", "text": "mine"}\n', "utf-8")
    (row,) = read(path, text_column="body")
    assert (row["text"], row["given_text"], row["end"]) == ("Gaza", "mine", 4)
    assert "body" not in row
    path.write_text('{"article": {"body": "Gaza"}}\n', "utf-8")
    (row,) = read(path, text_column="article.body")
    assert (row["text"], row["article"]) == ("Gaza", {"body": "Gaza"})


def test_rows_of_one_document_that_stand_together_are_a_group_and_others_stand_alone(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    documents = ["a", "a", None, None, "b", "a"]
    path.write_text("".join(json.dumps({"text": "x", "document": name}) + "\n" for name in documents), "utf-8")
    groups = [[record["index"] for record in group] for _, group in inputs_of(path).groups()]
    assert groups == [[0, 1], [2], [3], [4], [5]]


def test_a_row_with_an_empty_language_or_document_has_none(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("text,language,document\nLe marché ouvre tôt demain,,\nThe market opens early, ,\n", "utf-8")
    groups = [group for _, group in inputs_of(path).groups()]
    rows = [(row["document"], row["language"]) for group in groups for row in group]
    assert (len(groups), rows) == (2, [("rows.csv", "fr"), ("rows.csv", "en")])


@pytest.mark.parametrize("nothing", ["null", "NaN"])
def test_a_cell_that_holds_nothing_stays_and_holds_nothing(tmp_path: Path, nothing: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(f'{{"text": "Rain", "reviewer": {nothing}, "kind": {nothing}}}\n', "utf-8")
    (row,) = read(path)
    assert (row["reviewer"], row["given_kind"], row["kind"]) == (None, None, "paragraph")


def test_a_column_in_which_nothing_stands_is_a_column(tmp_path: Path) -> None:
    rows, header = tmp_path / "rows.parquet", tmp_path / "header.csv"
    pq.write_table(pa.table({"text": ["Rain"], "reviewer": pa.array([None], pa.string())}), rows)
    header.write_text("text,remark\n", "utf-8")
    columns = Columns()
    find_inputs([str(rows), str(header)]).check(columns)
    assert columns.names[-2:] == ["reviewer", "remark"]


def test_documents_of_one_name_are_called_by_their_paths_and_others_as_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "other.txt").write_text("Rain fell.", "utf-8")
    (tmp_path / "other.csv").write_text("text\nRain\n", "utf-8")
    for folder in "ab":
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "note.txt").write_text("Rain fell.", "utf-8")
        (tmp_path / folder / "rows.csv").write_text("text\nRain fell.\n", "utf-8")
    named = ["a/note.txt", "b/note.txt", "a/rows.csv", "b/rows.csv", "other.txt", "other.csv"]
    inputs = inputs_of(*map(Path, named))
    assert sorted(group[0]["document"] for _, group in inputs.groups()) == sorted(named)
    assert inputs.notes == []
    folders = inputs_of(Path("a"), Path("b"))
    assert [group[0]["document"] for _, group in folders.groups()] == ["a/note.txt", "b/note.txt"]


def test_from_any_place_on_the_same_groups_follow(tmp_path: Path, document: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps({"text": f"t{i}"}) + "\n" for i in range(3)), "utf-8")
    (tmp_path / "empty.txt").write_text("", "utf-8")
    inputs = inputs_of(path, tmp_path / "empty.txt", document)
    whole = list(inputs.groups())
    assert [place for place, _ in whole] == [Place(0, 1), Place(0, 2), Place(0, 3), Place(2, 1)]
    for done, (place, _) in enumerate(whole, start=1):
        assert list(inputs.groups(place)) == whole[done:]


def test_a_file_that_is_named_twice_is_read_once_and_that_is_said(tmp_path: Path, document: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("text\nGaza\n", "utf-8")
    again = tmp_path / ".." / tmp_path.name / "report.txt"
    inputs = inputs_of(document, again, table, table)
    assert [one.path for one in inputs.found] == [table, document]
    assert inputs.notes == [f"{again}: is named twice; it is filed once", f"{table}: is named twice; it is filed once"]
    (tmp_path / "more.txt").write_text("Rain", "utf-8")
    assert f"{tmp_path}: 2 of its files are named twice; each is filed once" in inputs_of(tmp_path, tmp_path).notes


def test_inputs_are_others_when_one_is_changed_added_or_left_out(tmp_path: Path, document: Path) -> None:
    before = inputs_of(tmp_path).identity()
    assert inputs_of(tmp_path).identity() == before
    (tmp_path / "more.txt").write_text("Rain", "utf-8")
    more = inputs_of(tmp_path).identity()
    assert more != before
    document.write_text("Rain", "utf-8")
    assert inputs_of(tmp_path).identity() != more


def test_the_columns_of_all_inputs_are_known_before_a_document_is_read(tmp_path: Path, document: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "Gaza", "id": 1}\n{"text": "Gaza", "index": 2}\n', "utf-8")
    columns = Columns()
    find_inputs([str(path), str(document)]).check(columns)
    assert list(columns.passed) == ["id", "given_index", "page", "title", "date"]
