"""The house: nine rooms, imports one way only, no circle, no long module."""

from __future__ import annotations

import ast
import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "paratheme"
GROUND = ("errors", "paths", "types")
FLOORS = (
    set(GROUND),
    {"documents"},
    {"themes"},
    {"corpus", "models"},
    {"classifier"},
    {"evaluation"},
    {"tracking"},
    {"training"},
    {"cli"},
)
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST = 300


def name_of(path: Path) -> str:
    return ".".join(("paratheme", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")


NAMES = {name_of(path) for path in MODULES}


def imports_of(source: str, module: str) -> set[str]:
    """Return the modules of paratheme that a module imports, wherever in it."""
    imported = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            whole = {f"{node.module}.{alias.name}" for alias in node.names}
            imported |= {name if name in NAMES else node.module for name in whole}
    return {name for name in imported if name in NAMES} - {module}


def against_the_way(module: str, imported: set[str]) -> list[str]:
    """Return the imports of a module that lead up, or across between rooms of one floor."""
    room = module.split(".")[1]
    wrong = []
    for other in imported:
        target = [*other.split("."), ""][1]
        if target and target != room and FLOOR_OF[target] >= FLOOR_OF[room]:
            wrong.append(f"{module} imports {other}")
    return wrong


def test_at_the_top_stand_nine_rooms_and_three_ground_files() -> None:
    rooms = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    files = {path.stem for path in PACKAGE.glob("*.py")}
    assert rooms == set(FLOOR_OF) - set(GROUND)
    assert files == {*GROUND, "__init__", "__main__"}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_lead_down(path: Path) -> None:
    module = name_of(path)
    if module in ("paratheme", "paratheme.__main__"):
        return
    assert against_the_way(module, imports_of(path.read_text("utf-8"), module)) == []


def test_no_import_goes_in_a_circle() -> None:
    graph = {name_of(path): imports_of(path.read_text("utf-8"), name_of(path)) for path in MODULES}
    graph["paratheme"] = set()  # the public face imports what is asked for, when it is asked for
    for imported in graph.values():
        imported.discard("paratheme")
    TopologicalSorter(graph).prepare()


def test_an_import_against_the_way_or_in_a_circle_is_noticed() -> None:
    up = imports_of("def f():\n    from paratheme.cli import main\n", "paratheme.themes.theme")
    assert against_the_way("paratheme.themes.theme", up) == ["paratheme.themes.theme imports paratheme.cli"]
    across = imports_of("from paratheme.models import hybrid", "paratheme.corpus.split")
    assert against_the_way("paratheme.corpus.split", across)
    with pytest.raises(CycleError):
        TopologicalSorter({"a": {"b"}, "b": {"a"}}).prepare()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_module_is_long(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("room", sorted(set(FLOOR_OF) - {*GROUND, "cli"}))
def test_the_architecture_names_every_module_of_a_room_and_no_other(room: str) -> None:
    page = (PACKAGE.parents[1] / "docs" / "architecture.md").read_text("utf-8")
    (row,) = re.findall(rf"^\| `{room}` \|.*$", page, re.MULTILINE)
    named = {*re.findall(r"`(\w+\*?)`", row)}
    modules = {path.stem for path in MODULES if path.parent.name == room} - {"__init__"}
    lacking = {module for module in modules if not {module, f"{module.split('_')[0]}_*"} & named}
    assert (lacking, {name for name in named if "*" not in name} - modules - {room}) == (set(), set())
