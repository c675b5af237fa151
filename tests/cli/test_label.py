"""`paratheme label`: from documents to labels that are settled, by files that annotators fill in."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from paratheme.cli import main
from paratheme.corpus.label_studio_tasks import REGION

THEMES = """\
name: desk
themes:
- {id: gaza, names: {en: Gaza}, words: {en: [Gaza, Rafah]}}
- {id: sudan, names: {en: Sudan}, words: {en: [Sudan, Khartoum]}}
"""
PAGES = {
    "one.txt": "Bombs fell on the streets of Gaza again that night, and people fled from Rafah.\n\n"
    "The fighting in Sudan spread from Khartoum towards the west of the country.",
    "two.txt": "The museum opened its doors in the morning and the children played music.\n\n"
    "=Peace in Sudan is far away, said the mediators who met there on Monday.",
}


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "desk.yaml").write_text(THEMES, "utf-8")
    (tmp_path / "docs").mkdir()
    for name, text in PAGES.items():
        (tmp_path / "docs" / name).write_text(text, "utf-8")
    return tmp_path


def run(*words: str) -> int:
    return main(["label", *words, "--themes", "desk.yaml"])


def lines(file: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in Path(file).read_text("utf-8").splitlines()]


def fill_in(file: str, annotator: str, themes: list[str]) -> None:
    """Fill in a sheet: the theme of each row, and who said so."""
    rows = list(csv.DictReader(Path(file).read_text("utf-8-sig").splitlines()))
    for row, theme in zip(rows, themes, strict=True):
        row |= {"gaza": "", "sudan": "", "done": "x", "annotator": annotator} | ({theme: "x"} if theme else {})
    with Path(file).open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_weak_labels_are_written_with_how_each_function_votes(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("weak", "docs", "-o", "weak.jsonl") == 0
    shown = capsys.readouterr()
    assert "words" in shown.out
    assert "weak.jsonl: 4 weak labels" in shown.err
    assert [line["themes"] for line in lines("weak.jsonl")] == [["gaza"], ["sudan"], [], ["sudan"]]
    before = Path("weak.jsonl").read_bytes()
    assert run("weak", "docs", "-o", "weak.jsonl") == 0
    assert Path("weak.jsonl").read_bytes() == before


def test_two_annotators_and_an_adjudicator_make_a_gold_file(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = {"amal": ["gaza", "sudan", "", "sudan"], "ben": ["gaza", "", "", "sudan"]}
    for name, themes in said.items():
        assert run("export", "docs", "-o", f"{name}.csv") == 0
        fill_in(f"{name}.csv", name, themes)
    assert run("import", "amal.csv", "ben.csv", "-o", "labels.jsonl", "--documents", "docs") == 0
    assert "8 labels; 8 added" in capsys.readouterr().err
    assert run("agreement", "labels.jsonl", "--disagreements", "apart.jsonl", "--gold", "gold.jsonl") == 0
    shown = capsys.readouterr()
    assert "1 of 4 blocks are labelled differently" in shown.out
    assert "amal: sudan, ben: none" in shown.out
    assert "gold.jsonl: 3 blocks; 1 are not settled" in shown.err
    (apart,) = lines("apart.jsonl")
    assert apart["said"] == {"amal": ["sudan"], "ben": []}
    assert run("export", "apart.jsonl", "-o", "settle.csv") == 0
    fill_in("settle.csv", "chief", ["sudan"])
    assert run("import", "settle.csv", "-o", "labels.jsonl", "--adjudicated") == 0
    assert run("agreement", "labels.jsonl", "--gold", "gold.jsonl", "--force") == 0
    assert [(line["themes"], line["annotator"]) for line in lines("gold.jsonl")] == [
        (["gaza"], "agreed"),
        (["sudan"], "chief"),
        ([], "agreed"),
        (["sudan"], "agreed"),
    ]


def test_nothing_is_overwritten_silently(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("export", "docs", "-o", "sheet.csv") == 0
    assert run("export", "docs", "-o", "sheet.csv") == 2
    assert "sheet.csv: is there already; --force overwrites it" in capsys.readouterr().err
    fill_in("sheet.csv", "amal", ["gaza", "sudan", "", "sudan"])
    assert run("import", "sheet.csv", "-o", "labels.jsonl") == 0
    before = Path("labels.jsonl").read_bytes()
    fill_in("sheet.csv", "amal", ["gaza", "", "", "sudan"])
    assert run("import", "sheet.csv", "-o", "labels.jsonl") == 2
    assert "amal said sudan" in capsys.readouterr().err
    assert Path("labels.jsonl").read_bytes() == before
    assert run("import", "sheet.csv", "-o", "labels.jsonl", "--update") == 0
    assert "4 labels; 0 added, 3 unchanged, 1 replaced" in capsys.readouterr().err


def test_labels_of_a_text_that_changed_since_are_refused(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("export", "docs", "-o", "sheet.csv") == 0
    fill_in("sheet.csv", "amal", ["gaza", "sudan", "", "sudan"])
    page = desk / "docs" / "one.txt"
    page.write_text(page.read_text("utf-8").replace("again", "twice"), "utf-8")
    assert run("import", "sheet.csv", "-o", "labels.jsonl", "--documents", "docs") == 1
    assert "sheet.csv: one.txt 0-79: another text stands there" in capsys.readouterr().err
    assert not Path("labels.jsonl").exists()


def test_labels_of_another_text_are_not_exported(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("weak", "docs", "-o", "weak.jsonl") == 0
    page = desk / "docs" / "one.txt"
    page.write_text(page.read_text("utf-8").replace("again", "twice"), "utf-8")
    assert run("export", "docs", "--labels", "weak.jsonl", "-o", "sheet.csv") == 1
    assert "one.txt 0-79: the text is another than words+headings labelled" in capsys.readouterr().err
    assert not Path("sheet.csv").exists()


def test_label_studio_gets_suggestions_and_a_configuration_and_gives_annotations_back(desk: Path) -> None:
    assert run("weak", "docs", "-o", "weak.jsonl") == 0
    assert run("export", "docs", "--labels", "weak.jsonl", "-o", "tasks.json") == 0
    assert 'value="gaza"' in Path("tasks.xml").read_text("utf-8")
    tasks = json.loads(Path("tasks.json").read_text("utf-8"))
    for task in tasks:  # an annotator who takes the suggestions as they are
        (prediction,) = task["predictions"]
        task["annotations"] = [{"completed_by": 7, "result": prediction["result"]}]
        assert {one["from_name"] for one in prediction["result"]} >= {REGION}
    Path("export.json").write_text(json.dumps(tasks), "utf-8")
    assert run("import", "export.json", "-o", "labels.jsonl", "--documents", "docs") == 0
    said = [(line["themes"], line["source"], line["annotator"]) for line in lines("labels.jsonl")]
    assert said == [(themes, "annotator", "7") for themes in (["gaza"], ["sudan"], [], ["sudan"])]


def test_what_to_label_next_is_not_chosen_again(
    desk: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import numpy as np

    from paratheme.tracking import addresses

    class Classifier:
        themes = SimpleNamespace(ids=("gaza", "sudan"))
        thresholds = {"gaza": 0.5, "sudan": 0.5}  # noqa: RUF012

        def predict_proba(self, texts: list[str]) -> object:
            return np.array([[0.1, 0.5 if "museum" in text else 0.9] for text in texts], np.float32)

        def decide(self, texts: list[str]) -> object:
            return (np.asarray(self.predict_proba(texts)) >= 0.5).astype(np.int64)

    monkeypatch.setattr(addresses, "load", lambda model: Classifier())
    choose = ["label", "next", "docs", "-n", "1", "--strategy", "uncertainty"]
    assert main([*choose, "-o", "first.jsonl"]) == 0
    assert {line["document"] for line in lines("first.jsonl")} == {"two.txt"}
    assert main([*choose, "--done", "first.jsonl", "--before", "m"]) == 0
    shown = capsys.readouterr()
    assert {json.loads(line)["document"] for line in shown.out.splitlines()} == {"one.txt"}
    assert "kappa 1.000" in shown.err
    assert main([*choose, "-o", "first.jsonl"]) == 2
    Path("all.jsonl").write_text(Path("first.jsonl").read_text("utf-8") + shown.out, "utf-8")
    assert main([*choose, "--done", "all.jsonl"]) == 1
    assert "was chosen or labelled before" in capsys.readouterr().err


def test_an_audit_names_labels_that_are_contradicted(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = [json.loads(line) for line in table.read_text("utf-8").splitlines()]
    rows[1]["themes"] = ["gaza"]  # of Sudan
    Path("wrong.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    words = ["corpus=folder", "corpus.path=wrong.jsonl", "model=tfidf"]
    assert main(["label", "audit", *words, "-o", "suspects.jsonl"]) == 0
    shown = capsys.readouterr().out
    assert "labels are contradicted" in shown
    assert "rare in" in shown
    assert {"document": rows[1]["document"], "labelled": True, "theme": "gaza"}.items() <= {
        **next(line for line in lines("suspects.jsonl") if line["document"] == rows[1]["document"])
    }.items()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["export", "docs", "-o", "x.txt"], "x.txt: no format is called '.txt'"),
        (["import", "x.doc", "-o", "labels.jsonl"], "x.doc: of no kind that is imported"),
        (["import", "x.csv", "-o", "labels.csv"], "labels.csv: a labels file ends in .jsonl"),
        (["weak", "docs", "-o", "labels.csv"], "labels.csv: a labels file ends in .jsonl"),
        (["agreement", "x.jsonl", "--gold", "x.csv"], "x.csv: must end in .jsonl"),
    ],
)
def test_wrong_usage_is_told_in_one_line(
    desk: Path, capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    assert run(*words) == 2
    assert told in capsys.readouterr().err


def test_a_workbook_without_its_library_is_told(
    desk: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert run("export", "docs", "-o", "sheet.xlsx") == 2
    assert "pip install 'paratheme[xlsx]'" in capsys.readouterr().err


def test_an_action_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as error:
        main(["label"])
    assert error.value.code == 2
    assert "ACTION" in capsys.readouterr().err


def test_records_of_argilla_and_doccano_are_written_and_what_is_answered_there_is_read(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("export", "docs", "--to", "argilla", "-o", "records.json") == 0
    records = json.loads(Path("records.json").read_text("utf-8"))
    records[0]["responses"] = {"themes": [{"value": ["gaza"], "user_id": "u1"}]}
    Path("records.json").write_text(json.dumps(records), "utf-8")
    assert run("export", "docs", "-o", "examples.jsonl") == 0
    examples = lines("examples.jsonl")
    examples[1]["label"] = ["none"]
    Path("examples.jsonl").write_text("".join(json.dumps(one) + "\n" for one in examples), "utf-8")
    into = ("-o", "people.jsonl", "--annotator", "ben", "--documents", "docs")
    assert run("import", "records.json", "examples.jsonl", *into) == 0
    assert [(line["themes"], line["annotator"]) for line in lines("people.jsonl")] == [(["gaza"], "u1"), ([], "ben")]
    assert run("export", "docs", "--to", "doccano", "-o", "examples.csv") == 2
    assert "examples.csv: doccano is written as .jsonl; change --to or the name" in capsys.readouterr().err
