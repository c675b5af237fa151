"""Labelling by keyboard, in Chromium: the real command, closed in the middle and begun again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import heed_interrupts

playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright, of the extra dev")
CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Chromium"),
]
EVIL = "<img src=x onerror=\"document.title = 'hit'\"><script>document.title = 'hit'</script>"
TEXTS = {
    "en": "The fighting around Khartoum went on for the third night, and the hospital asked for fuel again.",
    "ar": "قال سكان مخيم جباليا إن القصف تجدد فجرًا، وإن المخابز في غزة بقيت مغلقة لليوم الرابع.",
    "fr": "À Hérat, les écoles de filles restent fermées; les enseignantes réclament leurs salaires.",
}


@pytest.fixture
def blocks(tmp_path: Path) -> Path:
    """Twenty blocks to label in four documents, each under a heading; one of them tries to run something."""
    lines = []
    for document in range(4):
        language, at = ("en", "ar", "fr", "en")[document], 0
        texts = [("heading", f"Report {document}")]
        texts += [("paragraph", f"{TEXTS[language]} ({document}.{block})") for block in range(5)]
        if document == 3:
            texts[1] = ("paragraph", EVIL)
        for kind, text in texts:
            place = {"document": f"report {document}.txt", "start": at, "end": at + len(text)}
            lines.append({**place, "kind": kind, "language": language, "text": text})
            at += len(text) + 2
    file = tmp_path / "round1.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return file


@contextmanager
def served(blocks: Path, *options: str, said_last: list[str] | None = None) -> Iterator[str]:
    """Run the command, and yield the address of its page; end it with SIGTERM and keep what it said."""
    command = [sys.executable, "-m", "paratheme", "label", "page", blocks.name, "-o", "labels.jsonl", *options]
    process = subprocess.Popen(
        command,
        cwd=blocks.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        preexec_fn=heed_interrupts,
    )
    assert process.stdout is not None
    try:
        address = process.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:"), process.communicate()[1]
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    if said_last is not None:
        said_last.append(errors.splitlines()[-1])


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield opened
        opened.close()


def opened(browser: Any, address: str, problems: list[str], **how: Any) -> Any:
    page = browser.new_page(**how)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text))
    page.goto(address)
    return page


def saved(blocks: Path) -> dict[tuple[str, int], list[str]]:
    """What the labels file says, by annotator and the block's number."""
    asked = [line for line in map(json.loads, blocks.read_text("utf-8").splitlines()) if line["kind"] == "paragraph"]
    numbers = {(line["document"], line["start"]): number for number, line in enumerate(asked, start=1)}
    lines = map(json.loads, (blocks.parent / "labels.jsonl").read_text("utf-8").splitlines())
    return {(line["annotator"], numbers[line["document"], line["start"]]): line["themes"] for line in lines}


def test_twenty_blocks_without_a_mouse_closed_in_the_middle_and_nothing_lost(browser: Any, blocks: Path) -> None:
    problems: list[str] = []
    last: list[str] = []
    with served(blocks, said_last=last) as address:
        page = opened(browser, address, problems)
        place = page.locator("#place")
        page.keyboard.type("Amal")
        page.keyboard.press("Enter")
        playwright.expect(place).to_have_text("Block 1 of 20")
        playwright.expect(page.locator("#asked")).to_be_focused()
        for _ in range(9):
            page.keyboard.press("2")
            page.keyboard.press("Enter")
        playwright.expect(place).to_have_text("Block 10 of 20")
        page.keyboard.press("1")
        playwright.expect(page.locator("#status")).to_have_text("Saved: Gaza.")
        page.close()
    assert last == ["labels.jsonl: 20 blocks, labelled: 10 by Amal"]
    with served(blocks, "--annotator", "Amal") as address:
        page = opened(browser, address, problems)
        place = page.locator("#place")
        playwright.expect(place).to_have_text("Block 11 of 20")
        page.keyboard.press("n")  # none, and on
        playwright.expect(place).to_have_text("Block 12 of 20")
        page.keyboard.press("u")  # back to the block, unlabelled
        playwright.expect(place).to_have_text("Block 11 of 20")
        playwright.expect(page.locator("#status")).to_have_text("Undone.")
        assert ("Amal", 11) not in saved(blocks)
        for key in "36":
            page.keyboard.press(key)
        page.keyboard.press("Enter")
        for _ in range(9):
            page.keyboard.press("n")
        playwright.expect(page.locator("#status")).to_have_text("All 20 blocks are labelled. You can close this page.")
        assert page.title() == "Label blocks"
        assert page.locator("#around img").count() == 0
    said = saved(blocks)
    assert [said["Amal", number] for number in range(1, 21)] == [
        *[["sudan"]] * 9,
        ["gaza"],
        ["afghanistan", "food_security"],
        *[[]] * 9,
    ]
    assert problems == []


def test_two_annotators_in_turn_do_not_see_each_others_labels(browser: Any, blocks: Path) -> None:
    last: list[str] = []
    with served(blocks, "--annotator", "Amal", said_last=last) as address:
        page = opened(browser, address, [])
        playwright.expect(page.locator("#asked")).to_be_focused()
        page.keyboard.press("1")
        playwright.expect(page.locator("#themes input:checked")).to_have_count(1)
        page.get_by_role("button", name="Another annotator").press("Enter")
        page.keyboard.type("Ben")
        page.keyboard.press("Enter")
        playwright.expect(page.locator("#place")).to_have_text("Block 1 of 20")
        playwright.expect(page.locator("#themes input:checked")).to_have_count(0)
        page.keyboard.press("2")
        playwright.expect(page.locator("#themes input:checked")).to_have_count(1)
    assert saved(blocks) == {("Amal", 1): ["gaza"], ("Ben", 1): ["sudan"]}
    assert last == ["labels.jsonl: 20 blocks, labelled: 1 by Amal, 1 by Ben"]


def test_the_page_speaks_arabic_from_the_right_and_fits_a_phone(browser: Any, blocks: Path) -> None:
    problems: list[str] = []
    with served(blocks, "--annotator", "أمل", "--language", "ar") as address:
        page = opened(browser, address, problems, viewport={"width": 390, "height": 844})
        playwright.expect(page.locator("#place")).to_have_text("المقطع 1 من 20")
        for _ in range(5):
            page.keyboard.press("ArrowLeft")  # forward, where writing goes to the left
        playwright.expect(page.locator("#place")).to_have_text("المقطع 6 من 20")
        text = page.locator("#asked .text")
        assert text.evaluate("e => [getComputedStyle(e).direction, getComputedStyle(e).textAlign]") == ["rtl", "right"]
        page.keyboard.press("Digit1")
        playwright.expect(page.locator("#status")).to_have_text("حُفظ: غزة.")
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        page.keyboard.press("?")
        playwright.expect(page.locator("#help")).to_be_visible()
        page.keyboard.press("Escape")
        playwright.expect(page.locator("#help")).to_be_hidden()
    assert saved(blocks) == {("أمل", 6): ["gaza"]}
    assert problems == []


def test_what_could_not_be_saved_is_said_and_not_shown_as_saved(browser: Any, blocks: Path) -> None:
    with served(blocks, "--annotator", "Amal") as address:
        page = opened(browser, address, [])
        playwright.expect(page.locator("#asked")).to_be_focused()
    page.keyboard.press("1")  # the command has ended
    playwright.expect(page.get_by_role("alert")).to_contain_text("Not saved: paratheme has ended")
    playwright.expect(page.locator("#themes input:checked")).to_have_count(0)
