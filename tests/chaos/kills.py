"""SIGKILL at random moments of the default training: it goes on, in one run, to the figures of an undisturbed one."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path
from typing import Any

from tests.chaos.common import Row, client_of, differences, finish, held, small_corpus, start

CLOSER = 0.01  # metrics of a training that was killed lie within this of an undisturbed one's
OFTEN = "import paratheme.models.checkpoint as c; c.EVERY = 1.0; c.SHARE = 0.5"  # as a long training would in its time


def training(corpus: Path, seed: int) -> list[str]:
    return ["train", "corpus=table", f"corpus.path={corpus}", f"seed={seed}", "evaluation.n_resamples=100"]


def kill(row: Row, folder: Path, kills: int, short: bool) -> None:
    """Kill the default training so many times, going on with it each time, then let it end."""
    randomly = random.Random(0)
    corpus = small_corpus(folder / "corpus.jsonl", 20 if short else 60)
    less = ["checks=none", "tracking.log_figures=false", "model.epochs=1"] if short else ["checks=none"]
    started, seed = time.monotonic(), 0
    calm = folder / "calm"
    calm.mkdir()
    wanted = undisturbed(calm, corpus, seed, less)
    whole = time.monotonic() - started
    disturbed = folder / "disturbed"
    disturbed.mkdir()
    killed = 0
    while killed < kills:
        process = start(disturbed, *training(corpus, seed), *less, code=OFTEN)
        try:
            process.wait(randomly.uniform(0.15, 0.85) * whole)
        except Exception:
            process.send_signal(signal.SIGKILL)
            finish(process)
            killed += 1
            row.add(half_files(disturbed))
            continue
        status, _, err = finish(process)  # it ended before
        losses = [] if status == 0 else [f"a training that went on ended with {status}: {err[-300:]}"]
        row.lost = [*(row.lost or []), *losses, *compared(disturbed, wanted, seed)]
        seed += 1
        wanted = undisturbed(calm, corpus, seed, less)
    status, _, err = finish(start(disturbed, *training(corpus, seed), *less, code=OFTEN))
    if status:
        row.lost = [*(row.lost or []), f"the last training ended with {status}: {err[-300:]}"]
    row.lost = [*(row.lost or []), *compared(disturbed, wanted, seed)]
    if any((disturbed / "outputs").glob("unfinished/*")):
        row.lost.append("something is left in outputs/unfinished")


def undisturbed(folder: Path, corpus: Path, seed: int, less: list[str]) -> dict[str, Any]:
    """Return what the run of a training holds that nothing happens to."""
    status, _, err = finish(start(folder, *training(corpus, seed), *less))
    if status:
        raise RuntimeError(f"the undisturbed training ended with {status}: {err[-300:]}")
    client = client_of(f"sqlite:///{folder / 'mlflow.db'}")
    return held(client, runs_with(client, seed)[0])


def runs_with(client: Any, seed: int) -> list[Any]:
    experiments = [one.experiment_id for one in client.search_experiments()]
    return [run for run in client.search_runs(experiments) if run.data.params.get("seed") == str(seed)]


def compared(folder: Path, wanted: dict[str, Any], seed: int) -> list[str]:
    """Return what is not as in an undisturbed training: one run, one model, the same figures."""
    client = client_of(f"sqlite:///{folder / 'mlflow.db'}")
    found = runs_with(client, seed)
    if len(found) != 1:
        return [f"{len(found)} runs instead of one"]
    losses = differences(held(client, found[0]), wanted, CLOSER)
    versions = client.search_model_versions(f"run_id = '{found[0].info.run_id}'")
    return losses if len(versions) == 1 else [*losses, f"{len(versions)} registered versions instead of one"]


def half_files(folder: Path) -> list[str]:
    """Return files that would be loaded and are not whole."""
    from paratheme.classifier.weights import check_weights
    from paratheme.errors import ParathemeError

    losses = []
    for file in folder.glob("outputs/unfinished/*/done/**/step-*/*.safetensors"):
        try:
            check_weights(file)
        except ParathemeError as error:
            losses.append(str(error))
    return losses
