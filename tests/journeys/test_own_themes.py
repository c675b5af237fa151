"""The tutorial's five minutes: from nothing to documents filed by one's own themes, as it is written there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from paratheme.themes.theme_set import ThemeSet

ROOT = Path(__file__).parents[2]


def commands_of(section: str) -> list[str]:
    """Return the commands of a section of the tutorial, a block each."""
    text = (ROOT / "docs" / "tutorial.md").read_text("utf-8")
    (body,) = re.findall(rf"^## \d+\. {section}\n(.*?)(?=^## )", text, re.MULTILINE | re.DOTALL)
    return re.findall(r"```sh\n(.*?)```", body, re.DOTALL)


def shell(command: str, folder: Path) -> str:
    """Run what the tutorial says, `paratheme` being this checkout's; return what it printed."""
    known = {key: value for key, value in os.environ.items() if key != "MLFLOW_TRACKING_URI"}
    known |= {"HF_HUB_OFFLINE": "1", "PYTHONPATH": str(ROOT / "src")}
    script = f'set -e\nparatheme() {{ "{sys.executable}" -m paratheme "$@"; }}\n{command}'
    done = subprocess.run(["bash", "-c", script], cwd=folder, env=known, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return re.sub("[\u2066-\u2069]", "", done.stdout)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    (tmp_path / "inbox").mkdir()
    return tmp_path


def test_the_tutorials_way_to_own_themes_leads_there(folder: Path) -> None:
    init, check, train, explain, predict = commands_of("File by your own themes")
    assert "paratheme themes check desk" in shell(init, folder)
    assert ThemeSet.from_file(folder / "conf" / "themes" / "desk.yaml").ids == ("cholera", "elections")
    assert "10 words sought in 3 blocks of your documents; 7 find nothing" in shell(check, folder)
    shell(train, folder)
    assert len((folder / "desk-labels.csv").read_text("utf-8").splitlines()) == 31
    rows = [line.split() for line in shell(explain, folder).splitlines()]
    assert [[row[0], *row[3:]] for row in rows if row[:1] and row[0] in ("cholera", "elections")][:2] == [
        ["cholera", "yes", "Cholera"],
        ["elections", "yes", "polling", "stations"],
    ]
    filed = shell(predict, folder)
    assert re.search(r"1 paragraph +cholera 0\.\d\d +The health cluster reports", filed)
    assert re.search(r"2 paragraph +elections 0\.\d\d +The vote is moved", filed)


def test_tfidf_learns_from_thirty_labels_without_words(folder: Path) -> None:
    shell("paratheme init desk\ncp docs/examples/desk-labels.csv .", folder)
    printed = shell("paratheme train themes=desk corpus.path=desk-labels.csv model=tfidf split=kfold split.k=3", folder)
    assert "pooled macro F1" in printed
