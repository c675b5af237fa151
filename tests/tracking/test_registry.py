"""Registered models: found by address or alias, and loaded; what is not there is said in one line."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import paratheme
from paratheme.errors import ParathemeError
from paratheme.tracking.registry import Version, find_version, load, set_champion, version_of_run, version_with_alias
from paratheme.tracking.store import connect


@pytest.fixture(scope="module")
def mlflow(workplace: SimpleNamespace) -> Any:
    return connect(workplace.uri, "tests")


def test_the_package_loads_what_the_registry_loads() -> None:
    assert paratheme.load is load


def test_a_store_without_a_model_says_to_train_first(mlflow: Any) -> None:
    with pytest.raises(ParathemeError, match="run `paratheme train` first or give --model"):
        load()


@pytest.mark.parametrize("uri", ["runs:/0123456789abcdef0123456789abcdef", "models:/paratheme/99", "models:/other@x"])
def test_a_model_that_is_not_there_is_refused_in_one_line_with_the_store(
    mlflow: Any, workplace: SimpleNamespace, uri: str
) -> None:
    with pytest.raises(ParathemeError) as caught:
        load(uri)
    assert str(caught.value).startswith(uri)
    assert f"no such model in {workplace.uri}" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_that_is_not_there_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(ParathemeError, match="nowhere") as caught:
        load(tmp_path / "nowhere")
    assert "\n" not in str(caught.value)


def test_looking_for_a_model_makes_no_store(mlflow: Any, tmp_path: Path, workplace: SimpleNamespace) -> None:
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path / 'none.db'}")
    try:
        for address in (None, "models:/paratheme/1", "runs:/0123456789abcdef0123456789abcdef"):
            with pytest.raises(ParathemeError, match=r"there is no .*none\.db; run `paratheme train` first"):
                load(address)
    finally:
        mlflow.set_tracking_uri(workplace.uri)
    assert list(tmp_path.iterdir()) == []


def test_a_version_is_found_by_its_number_as_the_latest_by_its_alias_and_by_its_run(log_test: Any) -> None:
    runs = [log_test("one"), log_test("two")]
    one, two = (version_of_run(run) for run in runs)
    assert one is not None
    assert two is not None
    assert (one.run_id, two.run_id) == tuple(runs)
    assert find_version(one.uri) == one
    assert find_version("models:/paratheme/latest") == two
    assert version_with_alias("champion") is None
    set_champion(one, None)
    assert find_version("models:/paratheme@champion") == version_with_alias("champion") == one
    set_champion(two, one)
    assert (version_with_alias("champion"), version_with_alias("previous")) == (two, one)


@pytest.mark.parametrize("uri", ["models:/paratheme/99", "models:/paratheme@nobody", "models:/other/1"])
def test_a_version_that_is_not_there_is_told_in_one_line(log_test: Any, uri: str) -> None:
    with pytest.raises(ParathemeError) as caught:
        find_version(uri)
    assert "\n" not in str(caught.value)


def test_a_run_that_registered_nothing_has_no_version(log_test: Any) -> None:
    assert version_of_run(log_test("bare", register=False)) is None


def test_the_reason_for_a_champion_stays_with_its_version_and_run(log_test: Any, workplace: SimpleNamespace) -> None:
    run = log_test("wanted")
    version = version_of_run(run)
    assert version == Version(version.number if version else "", run)
    set_champion(version, None, "a new desk")
    assert workplace.client.get_model_version("paratheme", version.number).tags["promotion_reason"] == "a new desk"
    assert workplace.client.get_run(run).data.tags["promotion_reason"] == "a new desk"
