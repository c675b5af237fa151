"""The tracking store: it is connected to, runs are opened and closed in it, and it says when it has no answer."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from paratheme.errors import ParathemeError
from paratheme.tracking.open_run import open_run
from paratheme.tracking.store import StoreAwayError, connect, existing_store, git_commit, search_runs, without_password


@pytest.fixture(scope="module")
def mlflow(workplace: SimpleNamespace) -> Any:
    return connect(workplace.uri, "tests")


def test_runs_are_found_by_what_they_are_tagged_with_the_newest_first(mlflow: Any) -> None:
    for number in (1, 2, 3):
        with open_run(f"run {number}", "training", {"wanted": "no" if number == 2 else "yes"}):
            pass
    found = search_runs("tags.wanted = 'yes'", 5)
    assert [run.info.run_name for run in found] == ["run 3", "run 1"]
    assert [run.info.run_name for run in search_runs("tags.wanted = 'yes'", 1)] == ["run 3"]


def test_looking_into_a_store_makes_none(mlflow: Any, tmp_path: Path, workplace: SimpleNamespace) -> None:
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path / 'none.db'}")
    try:
        with (
            pytest.raises(ParathemeError, match=r"no runs yet: there is no .*none\.db; run `paratheme train` first"),
            existing_store(),
        ):
            pass
    finally:
        mlflow.set_tracking_uri(workplace.uri)
    assert list(tmp_path.iterdir()) == []


def test_a_store_that_does_not_answer_is_named(
    mlflow: Any, workplace: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    try:
        with pytest.raises(ParathemeError, match=r"http://127\.0\.0\.1:9 does not answer .*tracking\.uri") as caught:
            connect("http://127.0.0.1:9", "tests")
        with pytest.raises(ParathemeError, match=r"tracking store http://127\.0\.0\.1:9: ") as looked:
            search_runs("", 1)
    finally:
        connect(workplace.uri, "tests")
    assert "\n" not in str(caught.value) + str(looked.value)


def test_an_experiment_is_given_what_its_page_lacks_and_keeps_what_it_has(
    mlflow: Any, workplace: SimpleNamespace
) -> None:
    connect(workplace.uri, "another")
    mlflow.set_experiment_tag("mlflow.note.content", "ours")
    connect(workplace.uri, "another")
    tags = workplace.client.get_experiment_by_name("another").tags
    connect(workplace.uri, "tests")
    assert tags["mlflow.note.content"] == "ours"
    assert tags["mlflow.experimentKind"] == "custom_model_development"


def test_the_commit_is_that_of_the_working_directory_or_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert git_commit() == ""


def test_a_machine_without_git_knows_no_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert git_commit() == ""


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://me:p@ss/w@host/db", "postgresql://...@host/db"),
        ("tracking.uri=https://token@host", "tracking.uri=https://...@host"),
        ("sqlite:///a/b.db", "sqlite:///a/b.db"),
    ],
)
def test_names_and_passwords_in_addresses_are_taken_out(address: str, shown: str) -> None:
    assert without_password(address) == shown


def test_a_database_that_another_process_has_locked_is_away(
    mlflow: Any, workplace: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy.exc import OperationalError

    def locked(*_: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("database is locked"))

    monkeypatch.setattr(mlflow, "set_experiment", locked)
    with pytest.raises(StoreAwayError, match="database is locked"):
        connect(workplace.uri, "tests")
