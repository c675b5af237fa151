"""`paratheme sync` delivers what waits, and says what still does."""

from __future__ import annotations

from types import SimpleNamespace

from paratheme.tracking import delivery
from paratheme.tracking.open_run import open_run
from paratheme.tracking.outbox import ROOT
from paratheme.tracking.store import connect
from tests.cli.conftest import Command


def test_what_waits_is_delivered_once(workplace: SimpleNamespace, command: Command, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    connect(workplace.uri, "tests")
    with monkeypatch.context() as patch:
        patch.setattr(delivery.LINE, "deliver", lambda *_, **__: False)
        with open_run("waits", "evaluation", {}):
            pass
        assert command("sync", status=1).err.endswith(f"still waits: waits: {workplace.uri} does not answer\n")
    assert command("sync").out == "delivered  waits\n"
    assert command("sync").out == "nothing waits\n"
    assert not ROOT.exists()


def test_another_command_delivers_it_too(workplace: SimpleNamespace, command: Command, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    connect(workplace.uri, "tests")
    with monkeypatch.context() as patch:
        patch.setattr(delivery.LINE, "deliver", lambda *_, **__: False)
        with open_run("waits too", "training", {}):
            pass
    said = command("runs")
    assert said.err == "paratheme: delivered what waited for the tracking store: waits too\n"
    assert "waits too" in said.out
