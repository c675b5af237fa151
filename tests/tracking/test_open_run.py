"""A run is opened, logged to and closed, and gone on with where it was broken off."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from paratheme.tracking.open_run import open_run
from paratheme.tracking.outbox import ROOT
from paratheme.tracking.store import connect


@pytest.fixture(scope="module")
def mlflow(workplace: SimpleNamespace) -> Any:
    return connect(workplace.uri, "tests")


def test_a_run_that_ends_well_is_finished(mlflow: Any) -> None:
    with open_run("good", "training", {"model": "tfidf", "encoder": ""}) as run:
        pass
    found = mlflow.get_run(run.run_id)
    assert (found.info.status, found.info.run_name) == ("FINISHED", "good")
    assert (found.data.tags["kind"], found.data.tags["model"]) == ("training", "tfidf")
    assert "encoder" not in found.data.tags, "what is empty is no tag"


def test_a_run_that_an_error_ends_is_failed_and_says_why(mlflow: Any) -> None:
    with pytest.raises(ValueError, match="boom"), open_run("bad", "training", {}) as run:
        raise ValueError("boom")
    found = mlflow.get_run(run.run_id)
    assert (found.info.status, found.data.tags["error"]) == ("FAILED", "ValueError: boom")


def test_a_run_that_an_interrupt_ends_is_killed(mlflow: Any) -> None:
    with pytest.raises(KeyboardInterrupt), open_run("stopped", "training", {}) as run:
        raise KeyboardInterrupt
    assert mlflow.get_run(run.run_id).info.status == "KILLED"


def test_a_run_that_was_broken_off_can_be_gone_on_with(mlflow: Any) -> None:
    with pytest.raises(KeyboardInterrupt), open_run("long", "training", {}, "key") as run:
        raise KeyboardInterrupt
    with open_run("another", "training", {}, "other key", resume=True) as other:
        pass
    with open_run("long", "training", {}, "key", resume=True) as again:
        assert mlflow.get_run(run.run_id).info.status == "RUNNING"
    assert again.run_id == run.run_id != other.run_id
    assert mlflow.get_run(run.run_id).info.status == "FINISHED"
    with open_run("long", "training", {}, "key", resume=True) as anew:
        pass
    assert anew.run_id != run.run_id


@pytest.mark.parametrize("kind", ["fold", "trial"])
def test_an_error_in_a_child_run_fails_both(mlflow: Any, kind: Any) -> None:
    with (
        pytest.raises(ValueError, match="boom"),
        open_run("parent", "training", {}) as parent,
        open_run("child", kind, {}) as one,
    ):
        raise ValueError("boom")
    child = mlflow.get_run(one.run_id)
    assert child.data.tags["mlflow.parentRunId"] == parent.run_id
    assert {child.info.status, mlflow.get_run(parent.run_id).info.status} == {"FAILED"}


def test_a_run_that_is_delivered_leaves_nothing_behind(mlflow: Any, workplace: SimpleNamespace) -> None:
    with open_run("clean", "evaluation", {}) as run:
        run.keep("note.txt", lambda path: path.write_text("note"))
        assert (run.outbox.folder / "files" / "note.txt").read_text() == "note"
    assert not run.outbox.folder.exists()
    assert not any(path.name == "new" for path in Path(ROOT).glob("*"))


def test_a_run_tells_its_process(mlflow: Any) -> None:
    with open_run("told", "evaluation", {}) as run:
        pass
    tags = mlflow.get_run(run.run_id).data.tags
    assert tags["pid"] == str(os.getpid())
    assert tags["host"]
    assert float(tags["process_started"]) > 0


def test_a_fold_that_was_broken_off_is_gone_on_with(mlflow: Any) -> None:
    ids: dict[str, list[str]] = {}

    def folds(broken: bool) -> None:
        with open_run("folds", "training", {}, "folds", resume=True):
            for name in ("first", "second"):
                with open_run(name, "fold", {}, name, resume=True) as run:
                    ids.setdefault(name, []).append(run.run_id)
                    if broken and name == "second":
                        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        folds(broken=True)
    folds(broken=False)
    assert ids["second"][0] == ids["second"][1]
    assert mlflow.get_run(ids["second"][0]).info.status == "FINISHED"


def test_a_password_in_an_address_reaches_no_tag_and_no_file(mlflow: Any, workplace: SimpleNamespace) -> None:
    secret = "postgresql://me:s3cret@host/db?password=s3cret"
    with pytest.raises(ValueError), open_run("secret", "training", {"command": f"train tracking.uri={secret}"}) as run:
        raise ValueError(f"no answer from {secret}")
    tags = mlflow.get_run(run.run_id).data.tags
    assert "host/db" in tags["error"]
    assert not any("s3cret" in value for value in tags.values())
    assert not any("s3cret" in file.read_text() for file in run.outbox.folder.rglob("*") if file.is_file())
