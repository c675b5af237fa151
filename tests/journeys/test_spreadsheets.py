"""Sheets of labels through a real spreadsheet program, LibreOffice, in either format: nothing lost, nothing changed."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from paratheme.cli import main
from tests.corpus.label_examples import ODD

OFFICE = shutil.which("soffice")
pytestmark = [pytest.mark.journey, pytest.mark.skipif(OFFICE is None, reason="needs LibreOffice Calc (soffice)")]
TO = {".xlsx": "xlsx:Calc MS Excel 2007 XML", ".csv": "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true"}
HARD = [
    *("=1+1", "'=1+1", "+33 1 23", "-", "@here", "12/03/2024", "1e5", "TRUE", "false", "0012", "3.14", "50 %", "٣"),
    *(
        "_x000D_",
        "\\u000d",
        '"quoted", and; so on',
        "tab\there",
        "one\ntwo\r\nthree\rfour",
        "قال: «لا» 3/4",
        "\ufeffmark",
    ),
    *("Réunion à 10 h\u00a030", "a" * 5000, "😀 e\u0301", "January 5", "1,234", "10:30", "€ 12", "#REF!", "  spaces  "),
    *(ODD[at : at + 20] for at in range(0, len(ODD), 20)),
]


def converted(file: Path, suffix: str) -> Path:
    """Have LibreOffice open a file and save it in another format."""
    folder = file.with_name(f"{file.name} as {suffix[1:]}")
    command = [str(OFFICE), "--headless", f"-env:UserInstallation={(file.parent / 'profile').as_uri()}"]
    command += ["--infilter=CSV:44,34,76"] if file.suffix == ".csv" else []
    command += ["--convert-to", TO[suffix], "--outdir", str(folder), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    found = folder / f"{file.stem}{suffix}"
    assert found.is_file(), done.stdout + done.stderr
    return found


@pytest.fixture
def labels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A labels file of texts that spreadsheets change, each labelled."""
    monkeypatch.chdir(tmp_path)
    lines, at = [], 0
    for number, text in enumerate(text for text in HARD if text.strip()):
        place = {"document": "2024-01-01", "start": at, "end": at + len(text), "kind": "paragraph", "language": "ar"}
        said = {
            "themes": ["gaza"] if number % 2 else [],
            "source": "annotator",
            "annotator": "00 =amal",
            "guide": "1.0",
        }
        lines.append({**place, "text": text, **said, "time": "2026-01-02T03:04:05+00:00"})
        at += len(text) + 1
    file = tmp_path / "labels.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    assert main(["label", "import", "labels.jsonl", "-o", "before.jsonl"]) == 0
    return tmp_path / "before.jsonl"


@pytest.mark.parametrize("way", [(".csv", ".xlsx"), (".xlsx", ".csv")])
def test_labels_come_back_through_a_spreadsheet_program(labels: Path, way: tuple[str, ...]) -> None:
    sheet = labels.with_name(f"sheet{way[0]}")
    assert main(["label", "export", str(labels), "--labels", str(labels), "-o", str(sheet)]) == 0
    for suffix in way[1:]:
        sheet = converted(sheet, suffix)
    assert main(["label", "import", str(sheet), "-o", "after.jsonl", "--documents", str(labels)]) == 0
    assert Path("after.jsonl").read_bytes() == labels.read_bytes()


def test_what_is_filled_in_there_is_read(labels: Path) -> None:
    """A program that saves what it opened writes other quotes and types; a person adds an x here and there."""
    assert main(["label", "export", str(labels), "-o", "sheet.xlsx"]) == 0
    saved = converted(Path("sheet.xlsx").absolute(), ".csv")
    with saved.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows[:2]:
        row |= {"done": "x", "sudan": "X"}
    with saved.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    filled = converted(saved, ".xlsx")
    assert main(["label", "import", str(filled), "-o", "people.jsonl", "--annotator", "ben"]) == 0
    lines = [json.loads(line) for line in Path("people.jsonl").read_text("utf-8").splitlines()]
    assert [(line["themes"], line["annotator"]) for line in lines] == [(["sudan"], "ben")] * 2
