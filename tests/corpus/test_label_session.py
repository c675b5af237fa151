"""Labelling block after block: what is said is in the file at once, and nothing of others is lost or shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paratheme.corpus.label_file import TextBlock, read_label_file, write_label_file
from paratheme.corpus.label_session import LabelSession, checked_name
from paratheme.corpus.labels import ThemeNames
from paratheme.errors import ParathemeError
from paratheme.themes.theme import Theme
from paratheme.themes.theme_set import ThemeSet
from tests.corpus.label_examples import THEMES, label

NAMES = ThemeNames(ThemeSet(name="desk", themes=tuple(Theme(id=theme) for theme in THEMES)))
BLOCKS = [
    TextBlock("b.txt", 0, 5, "heading", "en", "Title"),
    TextBlock("b.txt", 7, 11, "paragraph", "en", "Rain"),
    TextBlock("b.txt", 13, 17, "paragraph", "en", "Snow"),
    TextBlock("a.txt", 0, 3, "paragraph", "en", "Sun"),
]


def session(file: Path) -> LabelSession:
    return LabelSession(BLOCKS, file, NAMES, "v1")


def test_blocks_are_asked_in_the_order_given_and_headings_are_not(tmp_path: Path) -> None:
    assert [block.text for block in session(tmp_path / "l.jsonl").asked] == ["Rain", "Snow", "Sun"]


def test_each_label_is_in_the_file_at_once_with_who_and_by_which_guide(tmp_path: Path) -> None:
    file = tmp_path / "l.jsonl"
    session(file).say("amal", 1, ["sudan", "gaza"])
    (one,) = read_label_file(file, NAMES)
    assert (one.block, one.themes, one.source, one.annotator, one.guide) == (
        BLOCKS[2],
        ("gaza", "sudan"),
        "annotator",
        "amal",
        "v1",
    )


def test_one_begins_again_at_the_first_block_without_a_label(tmp_path: Path) -> None:
    file = tmp_path / "l.jsonl"
    first = session(file)
    first.say("amal", 0, [])
    first.say("amal", 2, ["gaza"])
    assert session(file).first_unlabelled("amal") == 1
    assert session(file).first_unlabelled("ben") == 0


def test_nobody_sees_or_changes_what_another_said(tmp_path: Path) -> None:
    both = session(tmp_path / "l.jsonl")
    both.say("amal", 0, ["gaza"])
    both.say("ben", 0, ["sudan"])
    both.say("ben", 0, None)
    assert both.said_by("ben") == {}
    assert both.said_by("amal") == {BLOCKS[1].place: ("gaza",)}


def test_what_another_program_writes_meanwhile_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "l.jsonl"
    open_one = session(file)
    open_one.say("amal", 0, ["gaza"])
    others = [*read_label_file(file, NAMES), label(annotator="import", document="elsewhere.txt")]
    write_label_file(file, others)
    open_one.say("amal", 1, [])
    assert sorted(one.annotator for one in read_label_file(file, NAMES)) == ["amal", "amal", "import"]


def test_a_label_of_another_text_than_stands_there_now_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "l.jsonl"
    before = replace(BLOCKS[1], text="Hail")
    write_label_file(file, [replace(label(), block=before)])
    with pytest.raises(ParathemeError, match=r"l\.jsonl: b\.txt 7-11: amal labelled another text"):
        session(file)


def test_a_file_that_cannot_be_written_changes_nothing_that_is_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_one = session(tmp_path / "l.jsonl")
    open_one.say("amal", 0, ["gaza"])

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("paratheme.corpus.label_session.write_label_file", full)
    with pytest.raises(OSError, match="No space"):
        open_one.say("amal", 0, ["sudan"])
    assert open_one.said_by("amal") == {BLOCKS[1].place: ("gaza",)}


steps = st.tuples(
    st.sampled_from(["amal", "ben"]), st.integers(0, 2), st.none() | st.lists(st.sampled_from(THEMES), max_size=2)
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(steps, max_size=12))
def test_the_file_says_the_last_that_each_said_however_it_was_said(
    tmp_path: Path, said: list[tuple[str, int, list[str] | None]]
) -> None:
    file = tmp_path / "l.jsonl"
    file.unlink(missing_ok=True)
    open_one = session(file)
    for step in said:
        open_one.say(*step)
    last = {(who, number): themes for who, number, themes in said}
    wanted = {
        (who, BLOCKS[number + 1].place): tuple(sorted(set(themes)))
        for (who, number), themes in last.items()
        if themes is not None
    }
    written = read_label_file(file, NAMES) if file.exists() else []
    assert {(one.annotator, one.block.place): one.themes for one in written} == wanted


def test_a_name_has_letters_and_no_line_breaks() -> None:
    assert checked_name("  Amal \n Haddad ") == "Amal Haddad"
    for wrong in ("", "  ", "a\x00b", "a" * 101, None, 7):
        with pytest.raises(ParathemeError, match="annotator"):
            checked_name(wrong)
