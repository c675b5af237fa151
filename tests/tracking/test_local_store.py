"""A store in a file: paths of any letters, several who open it first, and a move with its artifacts."""

from __future__ import annotations

import logging
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from paratheme.errors import ParathemeError
from paratheme.tracking import log
from paratheme.tracking.local_store import file_of, follow_artifacts, plain_address
from paratheme.tracking.open_run import open_run
from paratheme.tracking.store import connect, search_runs

pytestmark = pytest.mark.slow

MakeStore = Callable[[Path], tuple[Any, str]]
ODD_FOLDERS = ("a space", "été", "br[a]ck", "o'brien", "a=b,c", "100% sure", "q?x#y", "مجلد", "%20", "semi;colon")


@pytest.fixture
def elsewhere(workplace: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty working directory without a store; the tests' own store is gone back to."""
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    connect(workplace.uri, "tests")


@pytest.fixture
def store_with_a_run(empty_store: Path, monkeypatch: pytest.MonkeyPatch) -> MakeStore:
    """Make a store in a folder, with a run that has one artifact."""

    def make(folder: Path) -> tuple[Any, str]:
        folder.mkdir()
        shutil.copy(empty_store, folder / "mlflow.db")
        monkeypatch.chdir(folder)
        mlflow = connect(f"sqlite:///{folder}/mlflow.db", "moving")
        with open_run("one", "training", {}) as run:
            log.log_text("its text", "note.txt")
        return mlflow, run.run_id

    return make


@pytest.mark.parametrize("name", ODD_FOLDERS)
def test_an_escaped_address_leads_to_the_folder_that_was_meant(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mlflow.utils.file_utils import path_to_local_sqlite_uri

    (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / name)
    file = tmp_path / name / "mlflow.db"
    address = plain_address(path_to_local_sqlite_uri(str(file)))
    found = file_of(address)
    assert found is not None
    assert found.absolute() == file
    assert "%" not in address, "MLflow makes a folder of the escaped name"


@pytest.mark.parametrize("address", ["http://host/a%20b", "sqlite://", "sqlite:///:memory:", "postgresql://h/d"])
def test_other_addresses_are_no_files_and_stay(address: str) -> None:
    assert file_of(address) is None
    assert plain_address(address) == address


def test_a_store_moved_with_its_artifacts_finds_them_and_says_so(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, store_with_a_run: MakeStore
) -> None:
    _, run_id = store_with_a_run(elsewhere / "before")
    monkeypatch.chdir(elsewhere)
    (elsewhere / "before").rename(elsewhere / "now")
    with caplog.at_level(logging.WARNING):
        mlflow = connect(f"sqlite:///{elsewhere}/now/mlflow.db", "moving")
        assert mlflow.artifacts.load_text(f"runs:/{run_id}/note.txt") == "its text"
        with open_run("two", "training", {}):
            log.log_text("more", "note.txt")
        connect(f"sqlite:///{elsewhere}/now/mlflow.db", "moving")
    assert not (elsewhere / "before").exists(), "new artifacts go beside the store"
    assert [f"{elsewhere}/before/mlruns" in line for line in caplog.messages] == [True], "told once"


def test_a_copied_store_has_artifacts_of_its_own(elsewhere: Path, store_with_a_run: MakeStore) -> None:
    mlflow, run_id = store_with_a_run(elsewhere / "first")
    shutil.copytree(elsewhere / "first", elsewhere / "copy")
    connect(f"sqlite:///{elsewhere}/copy/mlflow.db", "moving")
    assert mlflow.get_run(run_id).info.artifact_uri.startswith(f"{elsewhere}/copy/mlruns/")
    connect(f"sqlite:///{elsewhere}/first/mlflow.db", "moving")
    assert mlflow.get_run(run_id).info.artifact_uri.startswith(f"{elsewhere}/first/mlruns/")


def test_artifacts_that_are_kept_elsewhere_on_purpose_stay(elsewhere: Path, store_with_a_run: MakeStore) -> None:
    mlflow, run_id = store_with_a_run(elsewhere / "desk")
    (elsewhere / "stores" / "mlruns" / "1").mkdir(parents=True)
    file = shutil.copy(elsewhere / "desk" / "mlflow.db", elsewhere / "stores" / "mlflow.db")
    follow_artifacts(Path(file))
    connect(f"sqlite:///{file}", "moving")
    assert mlflow.get_run(run_id).info.artifact_uri.startswith(f"{elsewhere}/desk/mlruns/")


def test_several_can_open_a_new_store_at_once(tmp_path: Path) -> None:
    code = "from paratheme.tracking.store import connect; connect(None, 'first')"
    openers = [
        subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    told = [opener.communicate()[1] for opener in openers]
    assert [opener.returncode for opener in openers] == [0, 0, 0], told


def test_a_file_that_is_no_store_is_named(elsewhere: Path) -> None:
    (elsewhere / "mlflow.db").write_text("no database at all, but long enough to be looked into" * 20)
    with pytest.raises(ParathemeError, match=r"mlflow\.db does not answer") as caught:
        connect(f"sqlite:///{elsewhere}/mlflow.db", "any")
    assert "\n" not in str(caught.value)


def test_a_deleted_experiment_is_told_with_the_command_that_restores_it(
    elsewhere: Path, caplog: pytest.LogCaptureFixture, store_with_a_run: MakeStore
) -> None:
    store_with_a_run(elsewhere / "kept here")
    uri = f"sqlite:///{elsewhere}/kept here/mlflow.db"
    mlflow = connect(uri, "moving")
    number = mlflow.get_experiment_by_name("moving").experiment_id
    mlflow.delete_experiment(number)
    restore = f"MLFLOW_TRACKING_URI='{uri}' mlflow experiments restore --experiment-id {number}"
    with pytest.raises(ParathemeError) as caught:
        connect(uri, "moving")
    assert f"'moving' was deleted; bring it back with `{restore}`" in str(caught.value)
    assert "tracking.experiment=NAME" in str(caught.value)
    assert search_runs("", 5) == []
    assert f"no runs; experiment 'moving' was deleted; bring it back with `{restore}`" in caplog.messages
