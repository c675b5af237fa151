"""The datasheet of the seed corpus says what the corpus holds."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from tests.scripts import module_of

SCRIPT = Path(__file__).parents[2] / "seeds" / "tables.py"


@pytest.fixture(scope="module")
def seeds_tables() -> ModuleType:
    return module_of(SCRIPT)


def test_the_datasheet_holds_the_tables_that_the_command_prints(seeds_tables: ModuleType) -> None:
    page = seeds_tables.DATASHEET.read_text(encoding="utf-8")
    assert page == seeds_tables.with_tables(page, seeds_tables.tables()), "run: python seeds/tables.py --write"


def test_writing_tables_leaves_the_rest_of_a_page_alone(seeds_tables: ModuleType) -> None:
    page = f"Before.\n\n{seeds_tables.BEGIN}\nold\n{seeds_tables.END}\n\nAfter.\n"
    written = seeds_tables.with_tables(page, "new")
    assert written.replace("\n\nnew\n\n", "\nold\n") == page
    assert seeds_tables.with_tables(written, "new") == written


def test_a_page_without_the_marks_is_refused(seeds_tables: ModuleType) -> None:
    with pytest.raises(ValueError, match="end of tables"):
        seeds_tables.with_tables(f"Before.\n{seeds_tables.BEGIN}\n", "new")
