"""The tracking store away, slow, full or locked while trainings run: all that was logged is there in the end, once."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.chaos.common import Row, client_of, differences, finish, held, run, runs_of, small_corpus, start
from tests.chaos.servers import Postgres, Proxy, Server

Place = Callable[[str], Path]
Outage = Callable[["Scene"], tuple[int, str]]
QUICK = ("model=lexicon", "checks=none", "tracking.log_figures=false", "evaluation.n_resamples=100", "corpus=table")
HASTE = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0", "MLFLOW_HTTP_REQUEST_TIMEOUT": "10"}
NOISE = re.compile(r"urllib3|Traceback|WARNING|Retrying")
BEFORE_LOGGING = """
import os, time
import paratheme.training.train as module
fit_and_test = module.fit_and_test
def wait(*given, **named):
    open("fitting", "w").close()
    result = fit_and_test(*given, **named)
    while not os.path.exists("go"):
        time.sleep(0.1)
    return result
module.fit_and_test = wait
"""


def faults(place: Place, short: bool) -> Iterator[tuple[str, Callable[[Row], None]]]:
    """Yield the outages by name."""
    shared = Shared(place("outages"))
    for name, outage in (DURING if not short else {k: v for k, v in DURING.items() if k in SHORT}).items():
        yield f"server {name}", lambda row, outage=outage: with_server(row, shared, outage)
    if not short:
        yield "SQLite locked", lambda row: locked(row, shared)
        yield "four trainings at once", lambda row: four(row, shared)
        for name in ("dies in the middle", "down at the start"):
            yield f"PostgreSQL, server {name}", lambda row, name=name: on_postgres(row, shared, DURING[name])
        yield "PostgreSQL stops", lambda row: on_postgres(row, shared, postgres_stops)


class Shared:
    """A corpus, and what a training on it logs where nothing is wrong."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.count = folder, 0
        self.corpus: Path | None = None

    def begin(self) -> tuple[Path, list[str]]:
        """Return a working directory and what is typed there."""
        if self.corpus is None:
            self.corpus = small_corpus(self.folder / "corpus.jsonl", 20)
            calm = self.new()
            status, _, err = run(calm, *self.typed())
            if status:
                raise RuntimeError(f"a training to which nothing happens ended with {status}: {err[-300:]}")
            client = client_of(f"sqlite:///{calm / 'mlflow.db'}")
            self.wanted = held(client, runs_of(client, "outage")[0])
        return self.new(), self.typed()

    def new(self) -> Path:
        self.count += 1
        folder = self.folder / str(self.count)
        folder.mkdir()
        return folder

    def typed(self) -> list[str]:
        return ["train", *QUICK, f"corpus.path={self.corpus}", "name=outage"]


def judged(row: Row, shared: Shared, folder: Path, uri: str, said: str, status: int, told: bool = True) -> None:
    """Deliver what waits, twice, and count what is not there or there twice."""
    losses = [] if status == 0 else [f"the training ended with {status}: {said[-300:]}"]
    if noise := NOISE.search(said):
        losses.append(f"noise on the terminal: {said[max(0, noise.start() - 100) : noise.end() + 100]}")
    if told and said.count("does not answer (") != 1:
        losses.append(f"the outage is told {said.count('does not answer (')} times: {said[-600:]}")
    environment = {"MLFLOW_TRACKING_URI": uri, **HASTE}
    for _ in range(2):
        status, out, err = run(folder, "sync", **environment)
    if status or out != "nothing waits\n":
        losses.append(f"sync, the second time: {status} {out} {err[-300:]}")
    client = client_of(uri)
    found = runs_of(client, "outage")
    if len(found) != 1:
        losses.append(f"{len(found)} runs instead of one")
    else:
        losses += differences(held(client, found[0]), shared.wanted, 1e-6)
        versions = client.search_model_versions(f"run_id = '{found[0].info.run_id}'")
        if len(versions) != 1 or len(found[0].outputs.model_outputs) != 1:
            losses.append(f"{len(versions)} registered versions, {len(found[0].outputs.model_outputs)} models")
    if (folder / "outputs" / "unfinished").exists():
        losses.append("something is left in outputs/unfinished")
    row.add(losses)


class Scene:
    """A working directory, its server, and a training there."""

    def __init__(self, folder: Path, typed: list[str], server: Server, base: Any = None) -> None:
        self.folder, self.typed, self.server, self.base = folder, typed, server, base
        self.uri = server.uri

    def train(self, held_back: bool = False) -> subprocess.Popen[str]:
        """Start the training; with `held_back` it waits after the fit, before it logs what came of it."""
        code = BEFORE_LOGGING if held_back else ""
        return start(self.folder, *self.typed, code=code, MLFLOW_TRACKING_URI=self.uri, **HASTE)

    def train_until_fitted(self) -> subprocess.Popen[str]:
        """Start the training, and return when it waits after the fit."""
        process = self.train(held_back=True)
        while process.poll() is None and not (self.folder / "fitting").exists():
            time.sleep(0.1)
        return process

    def go(self) -> None:
        (self.folder / "go").touch()

    def end(self, process: subprocess.Popen[str]) -> tuple[int, str]:
        status, _, err = finish(process)
        return status, err


def down_at_the_start(scene: Scene) -> tuple[int, str]:
    done = scene.end(scene.train())
    scene.server.start()
    return done


def dies_in_the_middle(scene: Scene) -> tuple[int, str]:
    scene.server.start()
    process = scene.train_until_fitted()
    scene.server.stop()
    scene.go()
    done = scene.end(process)
    scene.server.start()
    return done


def is_back_later(scene: Scene) -> tuple[int, str]:
    process = scene.train_until_fitted()
    scene.server.start()
    scene.go()
    return scene.end(process)


def never_comes_back(scene: Scene) -> tuple[int, str]:
    """Another server, at another address, gets it."""
    scene.server.start()
    process = scene.train_until_fitted()
    scene.server.stop()
    scene.go()
    status, said = scene.end(process)
    (waiting,) = (scene.folder / "outputs" / "unfinished").iterdir()
    if not (waiting / "journal.jsonl").is_file() or not (waiting / "classifier" / "classifier.json").is_file():
        return 1, f"what waits is not in {waiting}"
    status, out, err = run(scene.folder, "sync", MLFLOW_TRACKING_URI=scene.uri, **HASTE)
    if status != 1 or "does not answer" not in err:
        return 1, f"sync without a server: {status} {out} {err}"
    scene.server.start()  # so that this test can look
    return 0, said


def is_slow(scene: Scene) -> tuple[int, str]:
    proxy = Proxy(scene.server.start())
    proxy.delay, scene.uri = 0.3, proxy.uri
    try:
        return scene.end(scene.train())
    finally:
        proxy.stop()


def answers_500(scene: Scene) -> tuple[int, str]:
    proxy = Proxy(scene.server.start())
    direct, scene.uri = scene.uri, proxy.uri
    process = scene.train_until_fitted()
    proxy.broken = True
    scene.go()
    done = scene.end(process)
    proxy.broken = False
    status, _, err = run(scene.folder, "sync", MLFLOW_TRACKING_URI=proxy.uri, **HASTE)
    proxy.stop()
    scene.uri = direct
    return done if status == 0 else (status, err)


def has_a_full_disk(scene: Scene) -> tuple[int, str]:
    scene.server.start()
    process = scene.train_until_fitted()
    scene.server.stop()
    scene.server.largest = 50_000  # no file of the server's may grow beyond; its database is larger already
    scene.server.start()
    scene.go()
    done = scene.end(process)
    scene.server.stop()
    scene.server.largest = 0
    scene.server.start()
    return done


def has_read_only_artifacts(scene: Scene) -> tuple[int, str]:
    scene.server.start()
    process = scene.train_until_fitted()
    artifacts, aside = scene.server.folder / "artifacts", scene.server.folder / "aside"
    artifacts.rename(aside)
    artifacts.write_text("a file where the folder was: root may write to folders that are read-only")
    scene.go()
    done = scene.end(process)
    artifacts.unlink()
    aside.rename(artifacts)
    return done


def postgres_stops(scene: Scene) -> tuple[int, str]:
    scene.server.start()
    process = scene.train_until_fitted()
    scene.base.stop()
    scene.go()
    done = scene.end(process)
    scene.base.start()
    return done


DURING: dict[str, Outage] = {
    "down at the start": down_at_the_start,
    "dies in the middle": dies_in_the_middle,
    "is back later": is_back_later,
    "never comes back": never_comes_back,
    "is slow": is_slow,
    "answers 500": answers_500,
    "has a full disk": has_a_full_disk,
    "has read-only artifacts": has_read_only_artifacts,
}
SHORT = ("dies in the middle",)


def with_server(row: Row, shared: Shared, outage: Outage, database: str = "", base: Any = None) -> None:
    folder, typed = shared.begin()
    server = Server(shared.new(), database)
    try:
        scene = Scene(folder, typed, server, base)
        status, said = outage(scene)
        judged(row, shared, folder, server.uri, said, status, told=outage is not is_slow)
    finally:
        server.stop()


def on_postgres(row: Row, shared: Shared, outage: Outage) -> None:
    if reason := Postgres.missing():
        row.skipped = reason
        return
    shared.begin()
    base = Postgres(shared.new()).make().start()
    try:
        with_server(row, shared, outage, base.uri, base)
    finally:
        base.stop()


def locked(row: Row, shared: Shared) -> None:
    """Another process has the database for itself until the training has ended."""
    folder, typed = shared.begin()
    uri = f"sqlite:///{folder / 'mlflow.db'}"
    run(folder, "runs")
    client_of(uri).search_experiments()  # makes the tables
    with closing(sqlite3.connect(folder / "mlflow.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        status, _, said = run(folder, *typed)
        other.execute("ROLLBACK")
    judged(row, shared, folder, uri, said, status)


def four(row: Row, shared: Shared) -> None:
    """Four at once, in one directory, on a database that none of them has made yet."""
    folder, typed = shared.begin()
    uri = f"sqlite:///{folder / 'mlflow.db'}"
    processes = [start(folder, *typed) for _ in range(4)]
    ended = [finish(process) for process in processes]
    run(folder, "sync")
    client = client_of(uri)
    found = runs_of(client, "outage")
    for number, (status, _, err) in enumerate(ended):
        losses = [] if status == 0 else [f"a training of four ended with {status}: {err[-300:]}"]
        if number < len(found):
            losses += differences(held(client, found[number]), shared.wanted, 1e-6)
        row.add(losses)
    if len(found) != 4 or len(client.search_model_versions("")) != 4:
        row.lost = [*(row.lost or []), f"{len(found)} runs, {len(client.search_model_versions(''))} versions, not 4"]
