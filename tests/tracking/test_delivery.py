"""What is logged reaches the store in order and once, however often the store was away."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from paratheme.tracking import delivery, log
from paratheme.tracking.delivery import Line, deliver, deliver_waiting
from paratheme.tracking.open_run import OpenRun, current_run, open_run
from paratheme.tracking.outbox import ROOT, Outbox, unfinished
from paratheme.tracking.runs import search_runs
from paratheme.tracking.store import connect


@pytest.fixture
def store(workplace: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """The store, which answers as long as `away` is false; at the end nothing waits."""
    from mlflow import MlflowClient

    connect(workplace.uri, "tests")
    monkeypatch.setattr(delivery, "FIRST_PAUSE", 0.0)  # it is asked again each time
    line = Line()
    monkeypatch.setattr(delivery, "LINE", line)
    monkeypatch.setattr("paratheme.tracking.open_run.LINE", line)
    known = SimpleNamespace(away=False, line=line, client=workplace.client, asked=0, answers=None)

    def watched(real: Any) -> Any:
        def ask(*arguments: Any, **named: Any) -> Any:
            known.asked += 1
            if known.away or (known.answers is not None and known.asked > known.answers):
                raise ConnectionError("[Errno 111] Connection refused")
            return real(*arguments, **named)

        return ask

    for name in ("create_run", "log_batch", "log_artifact", "set_terminated", "update_run", "log_inputs"):
        monkeypatch.setattr(MlflowClient, name, watched(getattr(MlflowClient, name)))
    yield known
    known.away, known.answers = False, None
    deliver_waiting()
    for box in unfinished():
        box.remove()


def log_some() -> None:
    log.log_params({"a": 1})
    log.log_metrics({"f1": 0.5}, "test", step=1)
    log.log_metrics({"f1": 0.6}, "test", step=2)
    log.log_text("hello", "notes/hello.txt")
    log.log_table(pd.DataFrame({"x": [1, 2]}), "errors.json")
    log.set_tag("color", "red")


def named(name: str) -> Any:
    (run,) = search_runs(f"attributes.run_name = '{name}'", 5)
    return run


def all_of(store: SimpleNamespace, name: str) -> dict[str, Any]:
    """Return what a run holds."""
    run = named(name)
    files = [file.path for folder in ("", "notes") for file in store.client.list_artifacts(run.info.run_id, folder)]
    history = [(one.step, one.value) for one in store.client.get_metric_history(run.info.run_id, "test/f1")]
    tags = {key: value for key, value in run.data.tags.items() if key in ("color", "mlflow.loggedArtifacts", "kind")}
    told = run.info.status, run.info.start_time, run.info.end_time
    return {"params": run.data.params, "history": history, "files": sorted(files), "tags": tags, "told": told}


def test_what_a_run_holds_is_the_same_whether_the_store_was_away_or_not(store: SimpleNamespace) -> None:
    with open_run("always there", "evaluation", {}):
        log_some()
    store.away = True
    with open_run("away", "evaluation", {}) as run:
        log_some()
    assert run.waiting == run.outbox.folder
    store.away = False
    assert deliver_waiting() == (["away"], [])
    there, away = all_of(store, "always there"), all_of(store, "away")
    assert there.pop("told")[0] == away.pop("told")[0] == "FINISHED"
    assert there == away
    assert there["history"] == [(1, 0.5), (2, 0.6)]
    assert not run.outbox.folder.exists()


@pytest.mark.parametrize("answers", range(1, 9))
def test_a_store_that_dies_at_any_request_gets_the_rest_later(answers: int, store: SimpleNamespace) -> None:
    store.answers = answers
    name = f"dies after {answers}"
    with open_run(name, "evaluation", {}):
        log_some()
    store.answers = None
    deliver_waiting()
    assert all_of(store, name)["history"] == [(1, 0.5), (2, 0.6)]
    assert set(all_of(store, name)["files"]) >= {"errors.json", "notes/hello.txt"}
    assert all_of(store, name)["told"][0] == "FINISHED"


def test_delivering_twice_changes_nothing(store: SimpleNamespace) -> None:
    store.away = True
    with open_run("twice", "training", {}, "twice") as run:
        log_some()
    store.away = False
    box = run.outbox
    deliver(box)
    first = all_of(store, "twice")
    box.state = {"count": 0}  # all that was remembered of it is lost, the run's id too
    deliver(box)
    assert all_of(store, "twice") == first
    box.remove()


def test_a_store_that_comes_back_gets_the_rest_while_the_run_goes_on(store: SimpleNamespace) -> None:
    store.away = True
    with open_run("comes back", "evaluation", {}):
        log.log_params({"a": 1})
        store.away = False
        log.log_params({"b": 2})
        assert named("comes back").data.params == {"a": "1", "b": "2"}


def test_an_outage_is_told_in_one_line_and_its_end_in_another(
    store: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    store.away = True
    with open_run("told", "evaluation", {}) as run:
        log_some()
        store.away = False
        log.set_tag("late", "yes")
    first, last = [record.getMessage() for record in caplog.records]
    assert "does not answer ([Errno 111] Connection refused): what is logged waits in" in first
    assert str(run.outbox.folder) in first
    assert last == "the tracking store answers again: what waited is delivered"


def test_a_store_that_is_away_is_not_asked_at_every_entry(
    store: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "FIRST_PAUSE", 1000.0)
    store.away = True
    with open_run("patient", "evaluation", {}):
        log_some()
        assert store.asked == 1
    assert store.asked == 2, "once more at the end"


def test_a_run_that_someone_deleted_is_delivered_anew(store: SimpleNamespace) -> None:
    with open_run("deleted", "evaluation", {}):
        log.log_params({"a": 1})
        store.client.delete_run(current_run().run_id)
        deleted = current_run().run_id
        log.log_params({"b": 2})
    assert named("deleted").info.run_id != deleted
    assert named("deleted").data.params == {"a": "1", "b": "2"}


def test_what_the_store_refuses_is_told_and_the_rest_goes_on(
    store: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    with open_run("refused", "evaluation", {}):
        log.log_params({"a": 1})
        log.log_params({"a": 2})  # MLflow changes no parameter
        log.set_tag("after", "yes")
    assert "the tracking store refuses params" in caplog.text
    assert named("refused").data.tags["after"] == "yes"


@pytest.mark.parametrize("lasting", [False, True])
def test_what_a_stopped_database_makes_look_like_a_refusal_is_asked_again(
    lasting: bool, store: SimpleNamespace, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mlflow import MlflowClient
    from mlflow.exceptions import MlflowException
    from mlflow.protos.databricks_pb2 import BAD_REQUEST

    real, refusals = MlflowClient.log_batch, []

    def log_batch(client: Any, run_id: str, metrics: Any = (), params: Any = (), tags: Any = ()) -> Any:
        if params and (lasting or not refusals):
            refusals.append(params)
            raise MlflowException("the connection is closed", BAD_REQUEST)
        return real(client, run_id, metrics, params, tags)

    monkeypatch.setattr(MlflowClient, "log_batch", log_batch)
    with open_run(f"stopped {lasting}", "evaluation", {}):
        log.log_params({"a": 1})
        log.set_tag("after", "yes")
    assert ("the tracking store refuses params" in caplog.text) is lasting
    assert len(refusals) == (2 if lasting else 1)
    assert named(f"stopped {lasting}").data.params == ({} if lasting else {"a": "1"})
    assert named(f"stopped {lasting}").data.tags["after"] == "yes"


def test_a_process_that_died_has_its_run_closed_and_parts_of_it_too(store: SimpleNamespace) -> None:
    with open_run("parent", "training", {}, "dead"), open_run("part", "fold", {}, "part"):
        log_some()
        left = {folder: folder.with_name("copy") for folder in ROOT.iterdir()}
        for folder, copy in left.items():  # as a process leaves it that is killed here
            import shutil

            shutil.copytree(folder, copy)
    for folder, copy in left.items():
        copy.rename(folder)
    deliver_waiting()
    for name in ("parent", "part"):
        assert (named(name).info.status, named(name).data.tags["error"]) == (
            "KILLED",
            "its process ended without a word",
        )


def test_half_a_line_of_a_process_that_was_killed_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(json.dumps({"id": "1", "started": 0, "kind": "training"}))
    (tmp_path / "journal.jsonl").write_text('{"do": "tags", "tags": {}}\n{"do": "par')
    box = Outbox.read(tmp_path)
    assert box is not None
    assert box.entries == [{"do": "tags", "tags": {}}]
    box.put("params", params={})
    again = Outbox.read(tmp_path)
    assert again is not None
    assert [entry["do"] for entry in again.entries] == ["tags", "params"]


def test_what_waits_for_another_store_is_named(store: SimpleNamespace) -> None:
    store.away = True
    with open_run("elsewhere", "evaluation", {}) as run:
        pass
    store.away = False
    told = {**run.outbox.about, "uri": "http://...@far.example/"}
    (run.outbox.folder / "run.json").write_text(json.dumps(told))
    assert deliver_waiting(everywhere=True) == (
        [],
        ["elsewhere: for http://...@far.example/; set MLFLOW_TRACKING_URI to it"],
    )


def test_a_disk_that_is_full_loses_nothing_while_the_store_answers(
    store: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from paratheme.tracking import outbox

    real = outbox.write_apart

    def full(file: Path, write: Any) -> None:
        if ROOT.parts[0] in file.parts:
            raise OSError(28, "No space left on device")
        real(file, write)

    monkeypatch.setattr(outbox, "write_apart", full)
    with open_run("full", "evaluation", {}):
        log_some()
    assert all_of(store, "full")["files"] == ["errors.json", "notes", "notes/hello.txt"]
    assert caplog.text.count("No space left") == 1


def test_runs_of_this_machine_whose_process_is_no_more_are_closed(store: SimpleNamespace) -> None:
    from paratheme.tracking.dead_runs import close_dead_runs

    with open_run("alive", "evaluation", {}) as alive:
        tags = store.client.get_run(alive.run_id).data.tags
        experiment = store.client.get_experiment_by_name("tests").experiment_id
        for name, changed in (("reused", {"process_started": "1.0"}), ("gone", {"pid": "999999999"})):
            known = {key: tags[key] for key in ("host", "pid", "process_started")} | changed
            store.client.create_run(experiment, tags=known, run_name=name)
        store.client.create_run(experiment, tags={"host": "elsewhere", "pid": "1"}, run_name="far")
        assert sorted(close_dead_runs()) == ["gone", "reused"]
        assert named("alive").info.status == named("far").info.status == "RUNNING"
    assert named("gone").info.status == "KILLED"


def test_a_run_is_open_as_long_as_it_is(store: SimpleNamespace) -> None:
    with open_run("outer", "evaluation", {}) as outer:
        assert isinstance(outer, OpenRun)
        assert current_run() is outer
    with pytest.raises(IndexError):
        current_run()
