"""The service as people meet it: a program asks it, a person drops a file on its page, a signal ends it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx2
import psutil
import pytest

from tests.journeys.conftest import Paratheme, heed_interrupts, json_lines

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
TOKEN = "a-secret-that-is-long"
TEXT = "غزة: أعيد فتح المخبز الوحيد في خان يونس.\n\nLe musée de la ville a rouvert ses portes samedi matin.\n"
pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def service(quick_run: str, workplace: Path) -> Iterator[SimpleNamespace]:
    """The champion as `paratheme serve` serves it, from when it is ready."""
    known = {key: value for key, value in os.environ.items() if key != "MLFLOW_TRACKING_URI"}
    process = subprocess.Popen(
        [sys.executable, "-m", "paratheme", "serve", "--port", "0", "--token-env", "PARATHEME_TOKEN"],
        cwd=workplace,
        env=known | {"PARATHEME_TOKEN": TOKEN},
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=heed_interrupts,
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        client = httpx2.Client(base_url=address, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=120)
        while client.get("/ready").status_code != 200:
            assert process.poll() is None
            time.sleep(0.5)
        yield SimpleNamespace(process=process, address=address, client=client)
    finally:
        process.kill()


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("dropped") / "note.md"
    path.write_text(TEXT, "utf-8")
    return path


def test_a_document_is_filed_as_predict_files_it(service: Any, document: Path, paratheme: Paratheme) -> None:
    expected = json_lines(paratheme("predict", document, "--format", "jsonl").stdout)
    answer = service.client.post("/documents", files={"files": (document.name, document.read_bytes())}).json()
    assert [one | {"scores": None} for one in answer["blocks"]] == [one | {"scores": None} for one in expected]
    for one, other in zip(answer["blocks"], expected, strict=True):
        assert one["scores"] == pytest.approx(other["scores"], abs=0.01)


def test_a_person_drops_a_file_and_reads_the_report(service: Any, document: Path) -> None:
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright, of the extra dev")
    if not CHROMIUM.exists():
        pytest.skip(f"needs Chromium: no {CHROMIUM}; set CHROMIUM")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        known = {"username": "me", "password": TOKEN}  # which the browser asks for
        page = browser.new_context(http_credentials=known, viewport={"width": 390, "height": 844}).new_page()
        problems: list[str] = []
        page.on("console", lambda message: problems.append(message.text))
        page.goto(f"{service.address}/?language=fr")
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        page.get_by_label("Déposez des documents ici").set_input_files(document)
        page.keyboard.press("Tab")  # from the first link on, all is reached with keys
        page.get_by_role("button", name="Classer, et montrer").press("Enter")
        playwright.expect(page).to_have_title("Paragraphes classés", timeout=120_000)
        assert page.locator(".block .text").first.inner_text().startswith("غزة")
        page.get_by_label("Le texte contient").fill("musée")  # the report's own program works
        playwright.expect(page.locator(".block:visible")).to_have_count(1)
        assert problems == []
        browser.close()


def test_a_signal_ends_it_and_nothing_is_left(service: Any) -> None:
    broken = {"files": ("broken.pdf", b"%PDF-1.4")}
    assert service.client.post("/documents", files=broken).json()["failures"][0].startswith("broken.pdf: is damaged")
    processes = [service.process, *psutil.Process(service.process.pid).children(recursive=True)]
    assert len(processes) > 1  # that in which documents are read
    service.process.send_signal(signal.SIGTERM)
    assert service.process.wait(60) == 0
    assert [one for one in processes[1:] if one.is_running() and one.status() != psutil.STATUS_ZOMBIE] == []
