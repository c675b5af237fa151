"""What all faults share: a row of the table, the command, a small corpus."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PATIENCE = 600  # seconds for a command
STORIES = 60  # of the seeds: enough for every theme, few enough to train in seconds


@dataclass
class Row:
    """A fault, how often it was put in, and what came of it.

    Attributes
    ----------
    fault : str
    injected, survived : int
    lost : list of str
        What did not hold, a line each.
    seconds : float
    skipped : str
        Why it was not tried; empty where it was.
    """

    fault: str
    injected: int = 0
    survived: int = 0
    lost: list[str] | None = None
    seconds: float = 0.0
    skipped: str = ""

    def add(self, losses: list[str]) -> None:
        """Count one more."""
        self.injected += 1
        self.survived += not losses
        self.lost = [*(self.lost or []), *losses]


def timed(fault: str, inject: Callable[[Row], None]) -> Row:
    """Return the row of a fault."""
    row, started = Row(fault, lost=[]), time.monotonic()
    try:
        inject(row)
    except Exception as error:  # what breaks the test is a loss too
        row.add([f"{type(error).__name__}: {error}"])
    row.seconds = time.monotonic() - started
    return row


def environment(**more: str) -> dict[str, str]:
    known = {key: value for key, value in os.environ.items() if key not in ("MLFLOW_TRACKING_URI", "PYTHONPATH")}
    # one thread: several trainings share two cores, and their threads would wait for each other
    return {**known, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT / "src"), **more}


def start(folder: Path, *arguments: str, code: str = "", **more: str) -> subprocess.Popen[str]:
    """Start a command of paratheme, with `code` run before it."""
    told = f"{code}\nimport sys\nfrom paratheme.cli import main\nsys.exit(main(sys.argv[1:]))"
    return subprocess.Popen(
        [sys.executable, "-c", told, *arguments],
        cwd=folder,
        env=environment(**more),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Wait for a command; return its exit status and what it said."""
    out, err = process.communicate(timeout=PATIENCE)
    return process.returncode, out, err


def run(folder: Path, *arguments: str, **more: str) -> tuple[int, str, str]:
    return finish(start(folder, *arguments, **more))


def small_corpus(file: Path, stories: int = STORIES) -> Path:
    """Write a part of the seeds as a table."""
    from paratheme.corpus.load import load_corpus
    from paratheme.training.compose import compose

    config = compose([])
    corpus = load_corpus(config.corpus, config.themes)
    kept = set(sorted(set(corpus.stories))[:: max(1, len(set(corpus.stories)) // stories)])
    rows = []
    for i, text in enumerate(corpus.texts):
        if corpus.stories[i] in kept:
            labels = [theme for theme, y in zip(corpus.themes.ids, corpus.labels[i], strict=True) if y]
            known = {"document": corpus.blocks["document"][i], "story": corpus.stories[i]}
            rows.append({"text": text, "language": corpus.languages[i], "themes": labels, **known})
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return file


def held(client: Any, run: Any) -> dict[str, Any]:
    """Return what a run holds, to be compared: metrics that do not measure time, files, how it ended."""
    paths, folders = set(), [""]
    while folders:
        for file in client.list_artifacts(run.info.run_id, folders.pop()):
            folders.append(file.path) if file.is_dir else paths.add(file.path)
    timed = ("time/", "speed/", "size/")
    metrics = {key: value for key, value in run.data.metrics.items() if not key.startswith(timed)}
    dataset = [one.dataset.digest for one in run.inputs.dataset_inputs]
    told = {"status": run.info.status, "params": run.data.params, "dataset": dataset}
    return {"metrics": metrics, "files": sorted(paths), **told}


def differences(found: dict[str, Any], wanted: dict[str, Any], tolerance: float) -> list[str]:
    """Return where a run holds something else than one that nothing happened to."""
    losses = []
    for what in ("status", "files", "dataset"):
        if found[what] != wanted[what]:
            losses.append(f"{what}: {found[what]} instead of {wanted[what]}")
    if missing := sorted(set(wanted["params"]) - set(found["params"])):
        losses.append(f"parameters missing: {missing}")
    if set(found["metrics"]) != set(wanted["metrics"]):
        losses.append(f"metrics: {sorted(set(found['metrics']) ^ set(wanted['metrics']))[:5]} differ")
        return losses
    far = {
        k: (v, wanted["metrics"][k]) for k, v in found["metrics"].items() if abs(v - wanted["metrics"][k]) > tolerance
    }
    return [*losses, *[f"metrics: {dict(list(far.items())[:3])}"] * bool(far)]


def client_of(uri: str) -> Any:
    """Return MLflow's client for a store."""
    import mlflow

    mlflow.set_tracking_uri(uri)
    return mlflow.MlflowClient(tracking_uri=uri, registry_uri=uri)


def runs_of(client: Any, name: str) -> list[Any]:
    """Return the runs of a name, the newest first."""
    experiments = [one.experiment_id for one in client.search_experiments()]
    return list(client.search_runs(experiments, f"attributes.run_name = '{name}'"))
