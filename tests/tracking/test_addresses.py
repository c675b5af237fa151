"""Models as people type them, and the classifiers that stand there."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import paratheme
from paratheme.errors import ParathemeError
from paratheme.tracking.addresses import find_source, load
from paratheme.tracking.registry import set_champion, version_of_run
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
def test_a_model_that_is_not_there_is_refused_in_one_line(mlflow: Any, uri: str) -> None:
    with pytest.raises(ParathemeError) as caught:
        load(uri)
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


def test_a_champion_is_found_by_word_and_by_its_theme_set_and_never_taken_for_another(
    log_test: Any, workplace: SimpleNamespace
) -> None:
    run = log_test("six")
    version = version_of_run(run)
    assert version is not None
    set_champion(version)
    for typed in (None, "champion", "six", run, run[:10], f"runs:/{run}", f"runs:/{run}/model", version.uri):
        assert find_source(typed) == find_source(version.uri)
    assert find_source(None, "oic").run_id == run
    with pytest.raises(ParathemeError, match="no champion of themes 'desk'; there are champions of: oic"):
        find_source(None, "desk")
    other = log_test("desk", register=False)
    workplace.client.create_registered_model("paratheme-desk")
    workplace.client.create_model_version("paratheme-desk", f"runs:/{other}/model", other)
    desk = version_of_run(other)
    assert desk is not None
    set_champion(desk)
    assert find_source(None, "desk").uri == "models:/paratheme-desk/1"
    with pytest.raises(ParathemeError, match=r"several theme sets have a champion: .*choose with --themes"):
        find_source()
    assert find_source(None, "oic").run_id == run


def test_the_source_of_a_model_is_its_registered_version_or_its_run_or_its_folder(log_test: Any) -> None:
    run, bare = log_test("source"), log_test("unregistered", register=False)
    version = version_of_run(run)
    assert version is not None
    for address in (version.uri, f"runs:/{run}", f"runs:/{run}/model"):
        assert (find_source(address).uri, find_source(address).run_id) == (version.uri, run)
    assert (find_source(f"runs:/{bare}").uri, find_source(f"runs:/{bare}").tags) == (
        f"runs:/{bare}",
        {"source_run_id": bare},
    )
    assert find_source("saved/model").tags == {}


def test_a_model_is_addressed_by_its_runs_name(log_test: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    run = log_test("called")
    log_test("its evaluation", {"source_run_id": run}, register=False)
    assert find_source("called").run_id == find_source("its evaluation").run_id == run
    monkeypatch.chdir(tmp_path)
    (tmp_path / "called").mkdir()
    assert find_source("called").uri == "called", "a folder goes before a run"
