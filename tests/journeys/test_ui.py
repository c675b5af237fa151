"""What a person sees in the MLflow UI, looked at with a real browser on a store with real runs."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest

from paratheme.tracking.ui import runs_page
from tests.journeys.conftest import heed_interrupts

playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright, of the extra dev")
CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
MINUTE = 60_000
NAMES = ("quick", "lexicon", "tfidf")
THEMES = ("gaza", "sudan", "afghanistan", "islamophobia", "counter_terrorism", "food_security")

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"needs Chromium: no {CHROMIUM}; set CHROMIUM")


@pytest.fixture(scope="module")
def store(side_by_side: dict[str, str], workplace: Path) -> SimpleNamespace:
    """The journeys' store, with three runs in it: the quick one, the champion, and two more."""
    import mlflow

    mlflow.set_tracking_uri(f"sqlite:///{workplace / 'mlflow.db'}")
    runs = [mlflow.get_run(uri.removeprefix("runs:/")) for uri in side_by_side.values()]
    mlflow.set_tracking_uri("")
    assert tuple(run.info.run_name for run in runs) == NAMES
    return SimpleNamespace(folder=workplace, runs={run.info.run_name: run for run in runs})


@pytest.fixture(scope="module")
def address(store: SimpleNamespace) -> Iterator[str]:
    """The UI as `paratheme ui` serves it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    known = {key: value for key, value in os.environ.items() if key != "MLFLOW_TRACKING_URI"}
    server = subprocess.Popen(
        [sys.executable, "-m", "paratheme", "ui", "--port", str(port)],
        cwd=store.folder,
        env=known,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=heed_interrupts,
    )
    try:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5)
                break
            except OSError:
                time.sleep(0.5)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(server.pid, signal.SIGINT)  # as Ctrl-C does
        server.wait(timeout=60)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    opened = browser.new_page(viewport={"width": 1900, "height": 1000})
    opened.add_init_script("localStorage.setItem('mlflow.assistant.fab.autoOpenedOnFirstLoad_v1', 'true')")
    opened.set_default_timeout(2 * MINUTE)
    yield opened
    opened.close()


def expect(locator: Any) -> Any:
    return playwright.expect(locator)


def macro_f1(run: Any) -> str:
    return str(run.data.metrics["test/macro_f1"])


def test_the_runs_table_names_every_run_with_its_macro_f1(store: SimpleNamespace, address: str, page: Any) -> None:
    page.goto(runs_page(address, store.runs["tfidf"].info.experiment_id))
    for name in NAMES:
        expect(page.get_by_role("link", name=name, exact=True).first).to_be_visible(timeout=2 * MINUTE)
        expect(page.get_by_text(macro_f1(store.runs[name])).first).to_be_visible(timeout=MINUTE)
    expect(page.get_by_text("test/macro_f1").first).to_be_visible()
    expect(page.get_by_text("Each run is one classifier").first).to_be_visible()


def test_beside_the_open_assistant_each_run_has_its_figure(store: SimpleNamespace, address: str, browser: Any) -> None:
    opened = browser.new_page(viewport={"width": 1280, "height": 800})  # the assistant opens by itself the first time
    opened.goto(runs_page(address, store.runs["tfidf"].info.experiment_id))
    pane = opened.get_by_placeholder("Ask a question...")
    expect(pane).to_be_visible(timeout=2 * MINUTE)
    for name in NAMES:
        figure = opened.get_by_text(macro_f1(store.runs[name]), exact=True).first
        expect(figure).to_be_visible(timeout=MINUTE)
        box = figure.bounding_box()
        assert box["x"] + box["width"] < pane.bounding_box()["x"]
    opened.close()


def test_the_charts_open_on_the_headline_figures(store: SimpleNamespace, address: str, page: Any) -> None:
    page.goto(f"{runs_page(address, store.runs['tfidf'].info.experiment_id)}&compareRunsMode=CHART")
    expect(page.get_by_text(re.compile(r"^headline")).first).to_be_visible(timeout=2 * MINUTE)
    for metric in ("test/macro_f1", "test/macro_average_precision", "time/fit_s"):
        expect(page.get_by_text(metric, exact=True).first).to_be_visible(timeout=MINUTE)


def test_three_runs_are_compared_by_macro_f1(store: SimpleNamespace, address: str, page: Any) -> None:
    ids = quote(json.dumps([store.runs[name].info.run_id for name in NAMES]))
    experiments = quote(json.dumps([store.runs["tfidf"].info.experiment_id]))
    page.goto(f"{address}/#/compare-runs?runs={ids}&experiments={experiments}")
    expect(page.get_by_text("Comparing 3 Runs")).to_be_visible(timeout=2 * MINUTE)
    for name in NAMES:
        expect(page.get_by_text(name, exact=True).first).to_be_visible(timeout=MINUTE)
    # the metric that the parallel coordinates are opened on
    expect(page.locator("text.axis-title", has_text=re.compile(r"^test/macro_f1$"))).to_be_visible(timeout=MINUTE)


def test_a_run_shows_its_pictures_and_its_errors_with_arabic(store: SimpleNamespace, address: str, page: Any) -> None:
    run = store.runs["tfidf"]
    page.goto(f"{address}/#/experiments/{run.info.experiment_id}/runs/{run.info.run_id}/artifacts/plots/scores.png")
    picture = page.locator("img[src^='blob:'], img[src*='scores.png']").first
    expect(picture).to_be_visible(timeout=2 * MINUTE)
    playwright.expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("image => image.naturalWidth") > 500
    for other in ("f1_by_language.png", "precision_recall.png", "reliability.png", "cooccurrence.png"):
        expect(page.get_by_text(other, exact=True)).to_be_visible()
    page.get_by_text("errors.json", exact=True).click()
    for column in ("text", "gold", "predicted", "nearest_training_text"):
        expect(page.get_by_text(column, exact=True).first).to_be_visible(timeout=MINUTE)
    heads = [page.get_by_text(column, exact=True).first for column in ("text", "gold", "predicted", "surprise")]
    places = [head.bounding_box()["x"] for head in heads]
    assert places == sorted(places)
    expect(page.get_by_text(re.compile(r"[\u0627-\u064a]{3,} [\u0627-\u064a]{3,}")).first).to_be_visible()
    page.get_by_text("slices.json", exact=True).click()
    for column in ("slice_kind", "slice", "theme", "support", "few", "f1", "f1_low", "f1_high"):
        expect(page.get_by_text(column, exact=True).first).to_be_visible(timeout=MINUTE)


def test_the_champion_has_its_alias_and_its_model_card(store: SimpleNamespace, address: str, page: Any) -> None:
    page.goto(f"{address}/#/models/paratheme")
    for version in (1, 2, 3):
        expect(page.get_by_text(f"Version {version}", exact=True)).to_be_visible(timeout=2 * MINUTE)
    expect(page.get_by_text("@ champion")).to_be_visible()
    page.get_by_text("Version 1", exact=True).click()
    expect(page.get_by_role("heading", name="Limits")).to_be_visible(timeout=MINUTE)
    for theme in THEMES:
        expect(page.get_by_role("cell", name=theme, exact=True).first).to_be_visible()
