"""The report in Chromium: filters, a phone, no JavaScript, hostile texts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from paratheme import ThemeClassifier
from paratheme.classifier.calibration import Calibration
from paratheme.classifier.report import ReportWriter
from paratheme.models.lexicon import LexiconModel
from paratheme.themes.theme_set import ThemeSet
from tests.classifier.filed import record

playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright, of the extra dev")
CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
EVIL = "<script>document.title = 'hit'</script><img src=x onerror=\"document.title = 'hit'\">"
pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Chromium"),
]


@pytest.fixture(scope="module")
def address(texts: list[str], labels: Any, themes: ThemeSet, tmp_path_factory: pytest.TempPathFactory) -> str:
    model = LexiconModel(themes).fit(texts, labels)
    classifier = ThemeClassifier(themes, "lexicon", model, Calibration.fit(model.predict_proba(texts), labels))
    scores = dict.fromkeys(themes.ids, 0.01)
    near = classifier.thresholds["gaza"] + 0.01
    fields = dict.fromkeys(("document", "title", "date", "page", "language", "kind", "note", EVIL), EVIL)
    calm = {"themes": [], "scores": scores}
    blocks = [
        record(document="a", text="Bombs fell on Gaza") | {"scores": scores | {"gaza": 0.99}},
        record(document="a", text="تحذر UNICEF من المجاعة", language="ar") | {"scores": scores | {"gaza": near}},
        record(document="b", text="The museum " + "o" * 2000, kind="heading") | calm,
        record(text=EVIL) | fields | calm,
    ]
    path = tmp_path_factory.mktemp("report") / "report.html"
    with path.open("wb") as file:
        writer = ReportWriter(file, classifier)
        writer.write(blocks)
        writer.close()
    return path.as_uri()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield opened
        opened.close()


def test_filters_leave_what_they_say_and_say_how_much(browser: Any, address: str) -> None:
    page = browser.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text))
    page.goto(address)
    shown = page.locator(".block:visible")

    def asked(name: str, value: str, left: int) -> None:
        field = page.locator(f"#filters [name={name}]")
        field.select_option(value) if field.evaluate("e => e.tagName") == "SELECT" else field.fill(value)
        playwright.expect(shown).to_have_count(left)
        assert page.inner_text("#shown") == str(left)
        page.get_by_role("button", name="Clear").click()
        playwright.expect(shown).to_have_count(4)

    asked("theme", "gaza", 2)
    asked("language", "ar", 1)
    asked("kind", "heading", 1)
    asked("score", "0.9", 1)
    asked("text", "MUSEUM", 1)
    page.get_by_label("Only doubtful").check()
    playwright.expect(shown).to_have_count(1)
    assert page.locator("article:visible").count() == 1
    assert problems == []


def test_hostile_texts_run_nothing_and_are_read_as_they_are(browser: Any, address: str) -> None:
    page = browser.new_page()
    page.goto(address)
    assert page.title() == "Filed paragraphs"
    assert page.locator("img").count() == 0
    assert page.locator(".block .text").last.inner_text() == EVIL
    assert page.locator("article h2").last.inner_text() == EVIL


def test_without_javascript_all_is_there_and_no_filter(browser: Any, address: str) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(address)
    playwright.expect(page.locator(".block:visible")).to_have_count(4)
    assert not page.locator("#filters").is_visible()


def test_a_phone_scrolls_down_only_and_arabic_stands_at_the_right(browser: Any, address: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    arabic = page.locator(".text:lang(ar)")
    assert arabic.evaluate("e => [getComputedStyle(e).direction, getComputedStyle(e).textAlign]") == ["rtl", "right"]
