"""Documents filed, what they are about as a whole, and whether the next ones are like them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.journeys.conftest import ROOT, Paratheme, json_lines, uri_of


def test_two_piles_are_filed_counted_and_compared(quick_run: str, paratheme: Paratheme, tmp_path: Path) -> None:
    documents = sorted((ROOT / "seeds" / "documents").iterdir())
    for name, some in (("before", documents[:6]), ("now", documents[-6:])):
        (tmp_path / name).mkdir()
        for document in some:
            shutil.copy(document, tmp_path / name)
        paratheme("predict", tmp_path / name, "-o", tmp_path / f"{name}.jsonl")
    rows = json_lines(paratheme("predict", tmp_path / "now", "--by", "document", "--format", "jsonl").stdout)
    assert [row["document"] for row in rows] == [document.name for document in documents[-6:]]
    found = json.loads(paratheme("shares", tmp_path / "now.jsonl", "--format", "json").stdout)
    assert found["documents"] == 6
    assert all(0 <= one["low"] <= one["share"] <= one["high"] <= 1 for one in found["shares"] if not one["language"])
    watched = paratheme("watch", tmp_path / "before.jsonl", tmp_path / "now.jsonl")
    assert uri_of(watched)
    assert {"moved", "not moved"} & {*watched.stdout.splitlines()}
