"""SIGKILL at random moments of the default training: it goes on, in one run, to the figures of an undisturbed one."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

from tests.chaos.common import Row, client_of, differences, finish, held, small_corpus, start

WHOLE = 40.0  # seconds that a training takes, where none was timed
CLOSER = 0.01  # metrics of a training that was killed lie within this of an undisturbed one's
OFTEN = "import paratheme.models.checkpoint as c; c.EVERY = 1.0; c.SHARE = 0.5"  # as a long training would in its time


def training(corpus: Path) -> list[str]:
    return ["train", "corpus=table", f"corpus.path={corpus}", "checks=none", "evaluation.n_resamples=100"]


def kill(row: Row, folder: Path, kills: int, short: bool) -> None:
    """Kill the default training so many times, going on with it each time, then let it end.

    One that ends before it is killed is compared too, and another begun. The short form compares no figures, for
    which an undisturbed training is needed.
    """
    randomly, losses = random.Random(0), list[str]()
    corpus = small_corpus(folder / "corpus.jsonl", 20 if short else 60)
    typed = [*training(corpus), *(["tracking.log_figures=false", "model.epochs=1"] if short else [])]
    started, wanted = time.monotonic(), None
    if not short:
        wanted = undisturbed(new(folder, "calm"), typed)
    whole = time.monotonic() - started if wanted else WHOLE
    trainings, killed = 0, 0
    while killed < kills:
        trainings += 1
        here = new(folder, f"disturbed-{trainings}")
        while killed < kills:
            process = start(here, *typed, code=OFTEN)
            if not ends_within(process, randomly.uniform(0.15, 0.85) * whole):
                process.send_signal(signal.SIGKILL)
                finish(process)
                killed += 1
                row.add(half_files(here))
                if is_over(here):  # it was killed behind its end: typed again it would be another training
                    losses += ended(finish(start(here, "sync")), here, wanted)
                    break
                continue
            losses += ended(finish(process), here, wanted)
            break
        else:
            losses += ended(finish(start(here, *typed, code=OFTEN)), here, wanted)
    row.lost = [*(row.lost or []), *losses]


def new(folder: Path, name: str) -> Path:
    (folder / name).mkdir()
    return folder / name


def ends_within(process: subprocess.Popen[str], seconds: float) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def ended(done: tuple[int, str, str], folder: Path, wanted: dict[str, Any] | None) -> list[str]:
    """Return what is not as it should be when a training that was killed has ended."""
    status, _, err = done
    losses = [f"a training that went on ended with {status}: {err[-300:]}"] if status else []
    if any((folder / "outputs").glob("unfinished/*")):
        losses.append("something is left in outputs/unfinished")
    return [*losses, *compared(folder, wanted)]


def undisturbed(folder: Path, typed: list[str]) -> dict[str, Any]:
    """Return what the run of a training holds that nothing happens to."""
    status, _, err = finish(start(folder, *typed))
    if status:
        raise RuntimeError(f"the undisturbed training ended with {status}: {err[-300:]}")
    client = client_of(f"sqlite:///{folder / 'mlflow.db'}")
    return held(client, all_runs(client)[0])


def all_runs(client: Any) -> list[Any]:
    return list(client.search_runs([one.experiment_id for one in client.search_experiments()]))


def compared(folder: Path, wanted: dict[str, Any] | None) -> list[str]:
    """Return what is not as in an undisturbed training: one run, one model, the same figures."""
    client = client_of(f"sqlite:///{folder / 'mlflow.db'}")
    found = all_runs(client)
    if len(found) != 1:
        return [f"{len(found)} runs instead of one"]
    losses = differences(held(client, found[0]), wanted, CLOSER) if wanted else []
    if found[0].info.status != "FINISHED":
        losses.append(f"the run is {found[0].info.status}")
    versions = client.search_model_versions(f"run_id = '{found[0].info.run_id}'")
    return losses if len(versions) == 1 else [*losses, f"{len(versions)} registered versions instead of one"]


def is_over(folder: Path) -> bool:
    """Whether a training had closed its run already when it was killed, in the store or on the way there."""
    from paratheme.tracking.outbox import Outbox

    left = [Outbox.read(one) for one in (folder / "outputs" / "unfinished").glob("*")]
    if any(box.ended and box.entries[-1]["status"] == "FINISHED" for box in left if box):
        return True
    file = folder / "mlflow.db"
    return file.exists() and any(run.info.status == "FINISHED" for run in all_runs(client_of(f"sqlite:///{file}")))


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
