"""Take the README's pictures of the MLflow UI and of a report in a headless browser.

    python docs/screenshots.py FOLDER [report]     # FOLDER: where the runs shown are; or the report alone

Needs the extra `dev` and Chromium (`apt-get install chromium`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import mlflow
from mlflow.entities import Run
from playwright.sync_api import Page, sync_playwright

from paratheme.paths import shipped
from paratheme.tracking.ui import runs_page

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
PORT = 5055
HERE = Path(__file__).parent


@contextmanager
def mlflow_ui(folder: Path, port: int) -> Iterator[str]:
    """Serve the store of a working directory; yield its address."""
    store = f"sqlite:///{folder / 'mlflow.db'}"
    command = [sys.executable, "-m", "mlflow", "ui", "--backend-store-uri", store, "--port", str(port)]
    server = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{address}/health", timeout=1)
                break
            except OSError:
                time.sleep(0.5)
        yield address
    finally:
        server.terminate()
        server.wait()


@contextmanager
def browser_page(width: int = 1500, height: int = 950) -> Iterator[Page]:
    """Open a page in headless Chromium: model training mode, without the assistant's pane."""
    kept = {
        "mlflow.workflowType_v1": "machine_learning",
        "mlflow.assistant.fab.autoOpenedOnFirstLoad_v1": True,
        "mlflow.assistant.panelOpen_v1": False,
    }
    script = "".join(f"localStorage.setItem({key!r}, {json.dumps(value)!r});" for key, value in kept.items())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": width, "height": height})
        page.set_default_timeout(120_000)
        page.add_init_script(script)
        yield page
        browser.close()


def runs_to_show(folder: Path) -> list[Run]:
    """Return three finished holdout runs, best first, of different model families as far as there are."""
    mlflow.set_tracking_uri(f"sqlite:///{folder / 'mlflow.db'}")
    runs = mlflow.search_runs(
        search_all_experiments=True,
        filter_string="attributes.status = 'FINISHED' and tags.split = 'holdout'",
        order_by=["metrics.`test/macro_f1` DESC"],
        output_format="list",
    )
    of_family: dict[str, Run] = {}
    for run in runs:
        of_family.setdefault(run.data.tags["model"], run)
    others = [run for run in runs if run not in of_family.values()]
    return [*of_family.values(), *others][:3]


def main(folder: Path) -> None:
    """Write ``runs.png``, ``compare.png``, ``run.png`` and ``model.png`` beside this file."""
    runs = runs_to_show(folder)
    experiment = runs[0].info.experiment_id
    best = f"experiments/{experiment}/runs/{runs[0].info.run_id}"
    with mlflow_ui(folder, PORT) as address, browser_page() as page:
        page.goto(runs_page(address, experiment))
        page.get_by_role("link", name=runs[0].info.run_name, exact=True).first.wait_for()
        if (notice := page.get_by_role("button", name="Close", exact=True)).count():
            notice.first.click()
        shoot(page, "runs")
        page.goto(f"{runs_page(address, experiment)}&compareRunsMode=CHART")
        page.get_by_text("headline").first.wait_for()
        shoot(page, "compare")
        page.goto(f"{address}/#/{best}/artifacts/plots/precision_recall.png")
        page.locator("img[src^='blob:'], img[src*='precision_recall']").first.wait_for()
        shoot(page, "run")
        page.goto(f"{address}/#/models/paratheme")
        page.get_by_text("@ champion").wait_for()
        shoot(page, "model")


def report(folder: Path) -> None:
    """Write ``report.png``: some of the seeds' documents, filed with the champion."""
    documents = [str(shipped("seeds") / "documents" / f"{name}.txt") for name in ("ar-a-01", "en-a-01", "fr-c-03")]
    with tempfile.TemporaryDirectory() as made:
        path = Path(made) / "report.html"
        command = [sys.executable, "-m", "paratheme", "predict", *documents, "--explain", "-o", str(path)]
        subprocess.run(command, cwd=folder, check=True)
        with browser_page(1280, 1000) as page:
            page.goto(path.as_uri())
            shoot(page, "report")


def shoot(page: Page, name: str) -> None:
    """Write a picture when the page has come to rest: charts draw themselves after they are there."""
    page.wait_for_timeout(3000)
    page.screenshot(path=HERE / f"{name}.png")


if __name__ == "__main__":
    if sys.argv[2:] != ["report"]:
        main(Path(sys.argv[1]).resolve())
    report(Path(sys.argv[1]).resolve())
