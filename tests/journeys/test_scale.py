"""A pile filed on several machines is what one machine makes of it, whoever dies meanwhile."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from tests.journeys.conftest import ROOT, Paratheme, run

pytest.importorskip("ray.data", reason="needs Ray Data, of the extra scale")
JOB = ROOT / "docs" / "examples" / "file_with_ray.py"
DOCUMENTS = sorted((ROOT / "seeds" / "documents").iterdir())
TABLES, ROWS = 8, 4_000  # a second's work each, or more: so that one is in the middle whenever we look
QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_AUTH_MODE": "disabled", "RAY_worker_niceness": "0"}
OPTIONS = {"object_store_memory": 100 * 2**20}  # bytes


@pytest.fixture(scope="module")
def model(paratheme: Paratheme, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a trained classifier."""
    store = tmp_path_factory.mktemp("store")
    paratheme("train", "model=lexicon", "checks=none", cwd=store)
    (manifest,) = store.rglob("classifier.json")
    return manifest.parent


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """A head that does no work, and two workers."""
    from ray.cluster_utils import Cluster

    for name, value in QUIET.items():
        monkeypatch.setenv(name, value)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False, **OPTIONS})
    try:
        workers = [cluster.add_node(num_cpus=1, **OPTIONS) for _ in range(2)]
        yield SimpleNamespace(cluster=cluster, workers=workers, address=cluster.address)
    finally:
        cluster.shutdown()
        for number, handler in handlers.items():  # Ray sets its own, which would end the whole test run
            signal.signal(number, handler)


def write_table(path: Path, number: int) -> None:
    """Rows that are all different, among them rows of one document."""
    sentences = [line for document in DOCUMENTS[:40] for line in document.read_text("utf-8").splitlines() if line]
    with path.open("w", encoding="utf-8") as table:
        for i in range(ROWS):
            row = {"text": f"{sentences[i % len(sentences)]} ({number}, {i})", "document": f"{number}-{i // 5}"}
            table.write(json.dumps(row, ensure_ascii=False) + "\n")


def lines_of(folder: Path) -> list[bytes]:
    return sorted(line for part in folder.glob("part-*.jsonl") for line in part.read_bytes().splitlines())


def kill_one_in_the_middle(cluster: SimpleNamespace, folder: Path, job: subprocess.Popen[str]) -> str:
    """Kill the node of a worker that is in the middle of a part, when others are done; return the part."""
    raylets = {node.all_processes["raylet"][0].process.pid: node for node in cluster.workers}
    while job.poll() is None:
        time.sleep(0.01)
        workers = [worker for raylet in raylets for worker in psutil.Process(raylet).children()]
        in_the_middle = {}
        for worker in workers:
            for file in worker.open_files():
                if Path(file.path).parent == folder / "unfinished" and ".jsonl." in file.path:
                    in_the_middle[worker] = Path(file.path)
        if len(in_the_middle) < 2 or len([*folder.glob("part-*.jsonl")]) < 2:
            continue
        worker, unfinished = next(iter(in_the_middle.items()))
        raylet = worker.parent()
        worker.suspend()
        if not unfinished.exists():  # it became whole just now
            worker.resume()
            continue
        for process in (*raylet.children(recursive=True), raylet):
            process.kill()
        cluster.cluster.remove_node(raylets[raylet.pid], allow_graceful=False)
        return unfinished.name.partition(".")[0]
    raise AssertionError(f"the job ended before a worker could be killed:\n{job.communicate()[1][-3000:]}")


def test_a_machine_dies_in_the_middle_and_the_result_is_that_of_a_single_one(
    cluster: SimpleNamespace, model: Path, paratheme: Paratheme, tmp_path: Path
) -> None:
    pile: list[Any] = [ROOT / "seeds" / "documents", *(tmp_path / f"table-{number}.jsonl" for number in range(TABLES))]
    for number, table in enumerate(pile[1:]):
        write_table(table, number)
    folder = tmp_path / "filed"
    command = [sys.executable, JOB, *pile, "--model", model, "-o", folder, "--documents", "20"]
    known = os.environ | {"RAY_ADDRESS": cluster.address, "HF_HUB_OFFLINE": "1", **QUIET}
    with subprocess.Popen(list(map(str, command)), env=known, stderr=subprocess.PIPE, text=True) as job:
        lost = kill_one_in_the_middle(cluster, folder, job)
        assert not (folder / f"{lost}.jsonl").exists()
        told = job.communicate(timeout=600)[1]
    assert job.returncode == 0, told[-3000:]
    single = tmp_path / "single.jsonl"
    done = paratheme("predict", *pile, "--model", model, "-o", single)
    assert lines_of(folder) == sorted(single.read_bytes().splitlines())  # scores too
    assert told.splitlines()[-1] == done.stderr.splitlines()[-1]  # how much was filed, by theme
    assert not (folder / "unfinished").exists()


def test_what_cannot_be_read_is_told_and_what_is_missing_is_filed_again(
    model: Path, paratheme: Paratheme, tmp_path: Path
) -> None:
    pile, folder = tmp_path / "pile", tmp_path / "filed"
    pile.mkdir()
    for document in DOCUMENTS[:5]:
        (pile / document.name).write_bytes(document.read_bytes())
    (pile / "broken.pdf").write_bytes(b"%PDF-1.4")
    (pile / "old.txt").write_bytes("Le marché d’El Fasher a rouvert, mais le blé reste trop cher.".encode("cp1252"))
    job = (sys.executable, JOB, pile, "--model", model, "-o", folder, "--documents", "3")
    told = run(*job, cwd=tmp_path, status=1, environment=QUIET).stderr
    single = tmp_path / "single.jsonl"
    said = paratheme("predict", pile, "--model", model, "-o", single, status=1).stderr
    assert lines_of(folder) == sorted(single.read_bytes().splitlines())
    (failure,), (note,) = [(folder / f"{name}.txt").read_text("utf-8").splitlines() for name in ("failures", "notes")]
    assert failure.startswith(f"{pile / 'broken.pdf'}: is damaged")
    assert failure in said
    assert note.startswith(f"{pile / 'old.txt'}: ")
    assert note in said
    assert f"paratheme: 1 not read or filed; {folder / 'failures.txt'} names them" in told

    parts = sorted(folder.glob("part-*.jsonl"))
    before = {part: (part.read_bytes(), part.stat().st_mtime_ns) for part in parts}
    parts[1].unlink()
    assert run(*job, cwd=tmp_path, status=1, environment=QUIET).stderr.splitlines()[-2:] == told.splitlines()[-2:]
    assert {part: part.read_bytes() for part in parts} == {part: known for part, (known, _) in before.items()}
    assert [part for part in parts if part.stat().st_mtime_ns != before[part][1]] == [parts[1]]

    (pile / "broken.pdf").unlink()
    refused = run(*job, cwd=tmp_path, status=1, environment=QUIET).stderr
    assert f"paratheme: {folder}: was begun with other inputs; name another folder" in refused
