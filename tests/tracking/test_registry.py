"""Registered models, one for each theme set: versions found by address or alias, and who is champion."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from paratheme.errors import ParathemeError
from paratheme.tracking.registry import (
    Version,
    champions,
    find_version,
    history,
    registered_name,
    set_champion,
    undo_champion,
    version_of_run,
)


@pytest.mark.parametrize(
    ("themes", "name"),
    [("oic", "paratheme"), ("", "paratheme"), ("desk", "paratheme-desk"), ("a/b: c", "paratheme-a-b-c")],
)
def test_every_theme_set_has_a_registered_model_of_its_own(themes: str, name: str) -> None:
    assert registered_name(themes) == name


def test_a_version_is_found_by_its_number_as_the_latest_by_its_alias_and_by_its_run(log_test: Any) -> None:
    runs = [log_test("one"), log_test("two")]
    one, two = (version_of_run(run) for run in runs)
    assert one is not None
    assert two is not None
    assert (one.run_id, two.run_id) == tuple(runs)
    assert find_version(one.uri) == one
    assert find_version("models:/paratheme/latest") == two
    assert champions() == {}
    set_champion(one)
    assert champions() == {"paratheme": one}
    assert find_version("models:/paratheme@champion") == one
    set_champion(two)
    assert champions() == {"paratheme": two}
    assert find_version("models:/paratheme@previous") == one


def test_undoing_goes_back_as_far_as_there_were_champions(log_test: Any) -> None:
    for name in ("three", "four"):
        set_champion(version_of_run(log_test(name)) or Version("", ""), f"why {name}")
    before = [reign.number for reign in history("paratheme")]
    for number in reversed(before[:-1]):
        undone = undo_champion("paratheme")
        assert undone is not None
        assert undone[0].number == champions()["paratheme"].number == number
    assert undo_champion("paratheme") is None
    reigns = history("paratheme")
    assert [reign.number for reign in reigns] == before, "what was undone stays on record"
    assert [bool(reign.undone) for reign in reigns] == [False, *[True] * (len(before) - 1)]


@pytest.mark.parametrize(
    ("uri", "there"),
    [
        ("models:/paratheme/99", "paratheme has versions 1"),
        ("models:/paratheme@nobody", "paratheme has versions 1"),
        ("models:/other/1", "there are paratheme"),
    ],
)
def test_a_version_that_is_not_there_is_told_in_one_line_with_those_there_are(
    log_test: Any, uri: str, there: str
) -> None:
    log_test("there")
    with pytest.raises(ParathemeError, match=f"there is no model {uri}; {there}") as caught:
        find_version(uri)
    assert "\n" not in str(caught.value)


def test_a_run_that_registered_nothing_has_no_version(log_test: Any) -> None:
    assert version_of_run(log_test("bare", register=False)) is None


def test_the_reason_for_a_champion_stays_with_its_version_and_run(log_test: Any, workplace: SimpleNamespace) -> None:
    run = log_test("wanted")
    version = version_of_run(run)
    assert version == Version(version.number if version else "", run)
    set_champion(version, "a new desk")
    assert workplace.client.get_model_version("paratheme", version.number).tags["promotion_reason"] == "a new desk"
    assert workplace.client.get_run(run).data.tags["promotion_reason"] == "a new desk"
