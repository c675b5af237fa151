"""The scripts that measure import what there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scripts import module_of

ROOT = Path(__file__).parents[1]
SCRIPTS = sorted(path for folder in ("experiments", "benchmarks") for path in (ROOT / folder).glob("*.py"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_imports_what_there_is(script: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(script.parent))
    assert callable(module_of(script).main)
