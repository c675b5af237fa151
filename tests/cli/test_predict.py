"""`paratheme predict`: documents and tables in, filed blocks out, in the form that is asked for."""

from __future__ import annotations

import json
import sys
from functools import partial
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest

from paratheme.classifier import predict as classifier_predict
from paratheme.classifier import unfinished
from paratheme.classifier.classifier import ThemeClassifier
from paratheme.cli import filing
from paratheme.corpus.tables import read_rows
from tests.cli.conftest import DOCUMENT, Command, Said


def test_blocks_are_filed_as_json_lines(document: Path, model: Path, command: Command) -> None:
    said = command("predict", document, "--model", model, "--format", "jsonl")
    blocks = [json.loads(line) for line in said.out.splitlines()]
    assert [block["themes"] for block in blocks] == [[], ["gaza"], []]
    assert all(DOCUMENT[block["start"] : block["end"]] == block["text"] for block in blocks)
    filing, summary = said.err.splitlines()
    assert filing == f"paratheme: filing with {model} (lexicon, themes desk)"
    assert summary == "paratheme: 3 blocks of 1 document, 1 filed: gaza 1"
    assert {block["model"] for block in blocks} == {str(model)}


def test_reasons_are_told_in_json_lines_and_in_a_report(
    tmp_path: Path, document: Path, model: Path, command: Command
) -> None:
    said = command("predict", document, "--model", model, "--format", "jsonl", "--explain")
    blocks = [json.loads(line) for line in said.out.splitlines()]
    assert [list(block["reasons"]) for block in blocks] == [[], ["gaza"], []]
    reason, text = blocks[1]["reasons"]["gaza"], blocks[1]["text"]
    assert [text[one["start"] : one["end"]] for one in reason["phrases"]] == [one["text"] for one in reason["phrases"]]
    assert "Gaza" in [one["text"] for one in reason["phrases"] if one["theme_word"]]
    report = tmp_path / "report.html"
    command("predict", document, "--model", model, "-o", report, "--explain", "--language", "fr")
    page = report.read_text("utf-8")
    assert '<html lang="fr" dir="ltr">' in page
    assert '<mark class="word">Gaza' in page


def test_a_row_a_document_in_every_format(tmp_path: Path, document: Path, model: Path, command: Command) -> None:
    typed = ["predict", document, "--model", model, "--by", "document"]
    (line,) = map(json.loads, command(*typed, "--format", "jsonl").out.splitlines())
    assert (line["document"], line["language"], line["blocks"]) == (document.name, "en", 2)
    assert (line["themes"], line["counts"]["gaza"], line["model"]) == (["gaza"], 1, str(model))
    shown = command(*typed)
    assert [*shown.lines[-1]] == [document.name, "en", "2", "gaza", f"{line['scores']['gaza']:.2f}", "1"]
    assert shown.err.splitlines()[-1] == "paratheme: 3 blocks of 1 document, 1 filed: gaza 1"  # as ever
    for name in ("out.csv", "out.parquet", "out.xlsx"):
        command(*typed, "-o", tmp_path / name)
        (row,) = read_rows(tmp_path / name)[0]
        assert list(row)[:5] == ["document", "language", "blocks", "themes", "score_gaza"]
        assert int(row["blocks_gaza"]) == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--format", "csv", "--explain"], "--explain goes with --format jsonl or html"),
        (["--explain"], "table has no place for reasons"),
        (["--format", "jsonl", "--language", "ar"], "--language is that of a report"),
        (["--format", "html", "--resume"], "--resume goes on with a file of --format jsonl"),
        (
            ["--format", "html", "--by", "document"],
            "--format html shows every document with its blocks; leave out --by",
        ),
        (["--format", "jsonl", "--by", "document", "--explain"], "--explain tells of blocks; leave out --by document"),
    ],
)
def test_what_a_format_has_no_place_for_is_refused(
    options: list[str], said: str, document: Path, command: Command
) -> None:
    assert said in command("predict", document, "--model", "/no/model", *options, status=2).err


def test_what_was_guessed_in_a_document_is_told_before_it_is_filed(
    tmp_path: Path, model: Path, command: Command
) -> None:
    report = tmp_path / "report.txt"
    report.write_bytes(DOCUMENT.replace("twice", "à deux fois").encode("cp1252"))
    said = command("predict", report, "--model", model, "--format", "jsonl").err.splitlines()
    assert said[0].startswith(f"paratheme: {report}: taken to be in Windows-1252")
    assert said[1].startswith("paratheme: filing with ")


def test_a_prior_moves_the_scores(document: Path, model: Path, command: Command) -> None:
    def score(*options: str) -> float:
        said = command("predict", document, "--model", model, "--format", "jsonl", *options)
        return float(json.loads(said.out.splitlines()[1])["scores"]["gaza"])

    assert score("--prior", "gaza=0.001") < score() < score("--prior", "gaza=0.9")
    assert (
        "no theme 'weather'" in command("predict", document, "--model", model, "--prior", "weather=0.5", status=1).err
    )
    assert "'gaza=2': a rate lies between 0 and 1" in command("predict", document, "--prior", "gaza=2", status=2).err
    assert "'gaza' is not of the form THEME=RATE" in command("predict", document, "--prior", "gaza", status=2).err


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_filed(
    tmp_path: Path, document: Path, model: Path, command: Command
) -> None:
    broken = tmp_path / "broken.txt"
    broken.write_bytes(b"%PDF-1.4")
    typed = ["predict", broken, document, tmp_path / "no.csv", "--model", model, "--format", "jsonl"]
    said = command(*typed, status=1)
    assert len(said.out.splitlines()) == 3
    filing, *failed, summary = [line.split(": ")[1] for line in said.err.splitlines()]
    assert summary == "3 blocks of 1 document, 1 filed"
    assert filing.startswith("filing with ")
    assert failed == [str(tmp_path / "no.csv"), str(broken)]


def test_when_nothing_can_be_read_no_model_is_asked_for_and_nothing_is_written(
    tmp_path: Path, command: Command
) -> None:
    output = tmp_path / "out.jsonl"
    said = command("predict", tmp_path / "no.csv", "--model", "/no/model", "--output", output, status=1)
    assert "no such file" in said.err
    assert not output.exists()


def test_a_path_that_does_not_exist_is_refused_before_the_model_is_loaded(tmp_path: Path, command: Command) -> None:
    said = command("predict", tmp_path / "nowhere", "--model", "/no/model", status=1)
    assert "nowhere" in said.err
    assert said.err.count("\n") == 1


def test_a_file_is_written_in_the_form_that_its_name_says(
    tmp_path: Path, document: Path, model: Path, command: Command
) -> None:
    for name in ("out.txt", "out.jsonl", "out.csv", "out.tsv.gz", "out.parquet", "out.xlsx"):
        assert command("predict", document, "--model", model, "--output", tmp_path / name).out == ""
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    texts = [line["text"] for line in lines]
    assert len(texts) == 3
    for name in ("out.csv", "out.tsv.gz", "out.parquet", "out.xlsx"):
        rows, _ = read_rows(tmp_path / name)
        assert [row["text"] for row in rows] == texts
        assert [row["model"] for row in rows] == [str(model)] * 3
        assert [float(row["score_gaza"]) for row in rows] == [line["scores"]["gaza"] for line in lines]
    assert "gaza" in (tmp_path / "out.txt").read_text("utf-8")
    assert [path.name for path in tmp_path.iterdir() if ".part" in path.name] == []


def test_without_a_form_a_table_is_shown(document: Path, model: Path, command: Command) -> None:
    shown = command("predict", document, "--model", model).out
    assert "report.txt" in shown
    assert "1 paragraph" in shown


def test_parquet_does_not_go_to_a_terminal(document: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert "give --output FILE" in command("predict", document, "--format", "parquet", status=2).err
    assert "give --output FILE" in command("predict", document, "--format", "xlsx", status=2).err


@pytest.mark.parametrize("form", ["jsonl", "csv", "table"])
def test_a_document_without_text_is_named(tmp_path: Path, model: Path, form: str, command: Command) -> None:
    (tmp_path / "empty.txt").write_text("\n \n", "utf-8")
    said = command("predict", tmp_path / "empty.txt", "--model", model, "--format", form, status=1)
    assert "empty.txt" in said.err
    assert said.err.count("\n") == 1


def test_what_a_folder_holds_beside_documents_is_counted_and_each_file_filed_once(
    tmp_path: Path, document: Path, model: Path, command: Command
) -> None:
    for name in ("a.csv", "b.csv", "c.JPG", "LICENSE", ".hidden", "~$report.docx"):
        (tmp_path / name).write_text("x", "utf-8")
    said = command("predict", tmp_path, document, "--model", model, "--format", "jsonl")
    assert said.err.splitlines()[:2] == [
        f"paratheme: {tmp_path}: passed over 6 files: 2 .csv, 2 hidden or lock files, 1 .jpg, 1 without a suffix",
        f"paratheme: {document}: is named twice; it is filed once",
    ]
    assert len(said.out.splitlines()) == 3


def test_headings_are_filed_when_that_is_asked_for(document: Path, model: Path, command: Command) -> None:
    said = command("predict", document, "--model", model, "--format", "jsonl", "--file-headings")
    assert [json.loads(line)["themes"] for line in said.out.splitlines()] == [["gaza"], ["gaza"], []]


def test_the_texts_of_a_table_may_stand_in_any_column(tmp_path: Path, model: Path, command: Command) -> None:
    (tmp_path / "t.csv").write_text("id,body\n7,Rafah\n", "utf-8")
    said = command("predict", tmp_path / "t.csv", "--model", model, "--format", "jsonl", "--text-column", "body")
    row = json.loads(said.out)
    assert (row["text"], row["themes"], row["id"]) == ("Rafah", ["gaza"], "7")


def test_a_document_or_a_table_may_come_on_standard_input(
    model: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def filed(typed: str, *options: str, status: int = 0) -> Said:
        monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(typed.encode())))
        return command("predict", "-", "--model", model, "--format", "jsonl", *options, status=status)

    assert [json.loads(line)["themes"] for line in filed(DOCUMENT).out.splitlines()] == [[], ["gaza"], []]
    row = json.loads(filed('{"text": "Rafah", "id": 7}', "--format-in", "jsonl").out)
    assert (row["document"], row["themes"], row["id"]) == ("stdin.jsonl", ["gaza"], 7)
    assert filed("", status=1).err.startswith("paratheme: standard input is empty; ")
    assert filed("{", "--format-in", "jsonl", status=1).err.startswith("paratheme: stdin.jsonl, line 1: not JSON")


def test_what_is_written_so_far_can_be_seen_while_a_long_pile_is_filed(
    tmp_path: Path, model: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "t.csv").write_text("text\n" + "Rafah\n" * 10, "utf-8")
    seen: list[int] = []
    whole = filing.label

    def look(*given: Any) -> list[str]:
        seen.append(sum(path.stat().st_size for path in tmp_path.glob("out.csv.part")))
        return whole(*given)

    monkeypatch.setattr(classifier_predict, "windows", partial(classifier_predict.windows, size=4))
    monkeypatch.setattr(filing, "label", look)
    monkeypatch.setattr(unfinished, "SECONDS", 0.0)
    command("predict", tmp_path / "t.csv", "--model", model, "--output", tmp_path / "out.csv")
    assert len(seen) == 3
    assert seen == sorted(set(seen))


def test_what_was_filed_before_is_not_scored_again_unless_it_or_the_way_changed(
    tmp_path: Path, document: Path, model: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARATHEME_CACHE", str(tmp_path / "cache"))
    scored: list[str] = []
    predict = ThemeClassifier.predict

    def noted(classifier: ThemeClassifier, texts: Any, explain: Any = False) -> Any:
        scored.extend(texts)
        return predict(classifier, texts, explain)

    monkeypatch.setattr(ThemeClassifier, "predict", noted)
    other = tmp_path / "headlines.md"
    other.write_text("# Bread in Gaza\n", "utf-8")
    typed = ["predict", document, other, "--model", model, "--format", "jsonl"]
    plain, first = command(*typed), command(*typed, "--cache")
    scored.clear()
    again = command(*typed, "--cache")
    assert plain.out == first.out == again.out
    assert scored == []
    assert "paratheme: 0 of 2 documents and single rows were filed before" in first.err
    assert "paratheme: 2 of 2 documents and single rows were filed before" in again.err
    assert "headlines.md: has headings and no text below them; they are filed" in again.err
    explained = command(*typed, "--cache", "--explain")
    assert "0 of 2" in explained.err
    assert explained.out == command(*typed, "--cache", "--explain").out
    assert "0 of 2" in command(*typed, "--cache", "--prior", "gaza=0.9").err
    document.write_text(f"{DOCUMENT}\n\nMore bread.\n", "utf-8")
    scored.clear()
    assert "1 of 2" in command(*typed, "--cache").err
    assert "More bread." in scored
    assert "# Bread in Gaza" not in scored


@pytest.mark.slow
def test_so_many_processes_as_are_asked_for_read_and_the_result_is_the_same(
    tmp_path: Path, model: Path, command: Command
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for number in range(7):
        (inbox / f"{number}.md").write_text(f"# Report {number}\n\n{DOCUMENT}\n", "utf-8")
    (inbox / "3.md").write_bytes(b"")
    typed = ["predict", inbox, "--model", model, "--format", "jsonl"]
    one, three = command(*typed, status=1), command(*typed, "--workers", "3", status=1)
    assert (one.out, one.err) == (three.out, three.err)
    assert "3.md: is empty" in three.err
    assert "'0' is no number from 1 to 64" in command(*typed, "--workers", "0", status=2).err
