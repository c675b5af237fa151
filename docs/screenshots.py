"""Take the README's pictures of the MLflow UI in a headless browser.

    python docs/screenshots.py FOLDER      # FOLDER: the working directory whose runs are shown

Needs the extra `dev` and Chromium (`apt-get install chromium`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import mlflow
from playwright.sync_api import Page, sync_playwright

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
    """Open a page in headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser.new_page(viewport={"width": width, "height": height})
        browser.close()


def newest_of_each_family(folder: Path) -> tuple[str, dict[str, str]]:
    """Return the experiment's id and, for each model family, its newest finished single run."""
    mlflow.set_tracking_uri(f"sqlite:///{folder / 'mlflow.db'}")
    runs = mlflow.search_runs(search_all_experiments=True, output_format="list")
    found: dict[str, str] = {}
    for run in runs:
        if run.info.status == "FINISHED" and run.data.tags.get("split") == "holdout":
            found.setdefault(run.data.tags["model"], run.info.run_id)
    return runs[0].info.experiment_id, found


def main(folder: Path) -> None:
    """Write ``compare.png`` beside this file."""
    experiment, runs = newest_of_each_family(folder)
    ids = quote(json.dumps([runs[family] for family in sorted(runs)]))
    with mlflow_ui(folder, PORT) as address, browser_page() as page:
        page.goto(f"{address}/#/compare-runs?runs={ids}&experiments={quote(json.dumps([experiment]))}")
        page.wait_for_timeout(8000)
        page.screenshot(path=HERE / "compare.png")
        page.goto(f"{address}/#/experiments/{experiment}/runs")
        page.wait_for_timeout(6000)
        page.screenshot(path=HERE / "runs.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
