"""The seed corpus keeps its own rules."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from paratheme.corpus.tables import read_json_lines
from paratheme.documents.block_kinds import KINDS
from paratheme.documents.readers import read
from paratheme.documents.segmentation import VISIBLE
from paratheme.themes.theme_set import ThemeSet

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "seeds"
FILES = {path.stem: path for path in sorted((SEEDS / "documents").iterdir())}
ABOUT = {record["document"]: record for record in read_json_lines(SEEDS / "documents.jsonl")}


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return {name: read(path).text for name, path in FILES.items()}


@pytest.fixture(scope="module")
def labels() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in FILES}
    for record in read_json_lines(SEEDS / "labels.jsonl"):
        found.setdefault(record["document"], []).append(record)
    return found


@pytest.fixture(scope="module")
def theme_set() -> ThemeSet:
    return ThemeSet.from_file(ROOT / "conf" / "themes" / "oic.yaml")


def test_every_document_is_there_described_once_and_labelled(labels: dict[str, Any]) -> None:
    described = [record["document"] for record in read_json_lines(SEEDS / "documents.jsonl")]
    assert [name for name, times in Counter(described).items() if times > 1] == []
    assert set(described) == set(FILES) == {name for name, blocks in labels.items() if blocks}


@pytest.mark.parametrize("key", ["language", "genre", "layout", "story"])
def test_every_description_is_filled_in(key: str) -> None:
    assert [name for name, about in ABOUT.items() if not about.get(key)] == []


def test_every_block_lies_inside_its_document_and_begins_and_ends_on_what_is_visible(
    texts: dict[str, str], labels: dict[str, Any]
) -> None:
    wrong = [
        block
        for name, blocks in labels.items()
        for block in blocks
        if not 0 <= block["start"] < block["end"] <= len(texts[name])
        or not VISIBLE.match(texts[name][block["start"]])
        or not VISIBLE.match(texts[name][block["end"] - 1])
    ]
    assert wrong == []


def test_the_blocks_of_a_document_stand_in_order_and_do_not_overlap(labels: dict[str, Any]) -> None:
    for name, blocks in labels.items():
        ends = [0, *(block["end"] for block in blocks)]
        assert all(end <= block["start"] for end, block in zip(ends, blocks, strict=False)), name


def test_every_label_of_a_document_stands_together_with_the_others() -> None:
    order = [record["document"] for record in read_json_lines(SEEDS / "labels.jsonl")]
    changes = [name for before, name in zip(["", *order], order, strict=False) if name != before]
    assert len(changes) == len(set(changes))


def test_every_kind_and_every_theme_exists(labels: dict[str, Any], theme_set: ThemeSet) -> None:
    blocks = [block for listed in labels.values() for block in listed]
    assert {block["kind"] for block in blocks} <= set(KINDS)
    assert {theme for block in blocks for theme in block["themes"]} == set(theme_set.ids)
    assert [block for block in blocks if len(block["themes"]) != len(set(block["themes"]))] == []


def test_headings_and_boilerplate_carry_no_theme(labels: dict[str, Any]) -> None:
    bare = ("heading", "boilerplate")
    assert [b for blocks in labels.values() for b in blocks if b["kind"] in bare and b["themes"]] == []


def test_a_story_told_twice_is_not_told_twice_by_the_same_document() -> None:
    told = Counter((about["story"], about["document"]) for about in ABOUT.values())
    assert max(told.values()) == 1
