"""The report: one page on which every text stays text."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import yaml

from paratheme import ThemeClassifier
from paratheme.classifier.inputs import find_inputs
from paratheme.classifier.page import LANGUAGES, read_part
from paratheme.classifier.predict import label
from paratheme.classifier.report import PART, WORDS, ReportWriter
from paratheme.documents.block_kinds import KINDS
from paratheme.themes.theme import Theme
from paratheme.themes.theme_set import ThemeSet
from tests.classifier.filed import filed, record

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)></p>{{ 7*7 }}\u202e\x00</style>"
VOID = ("meta", "input", "br", "rect")


class Page(HTMLParser):
    """A page as a browser takes it: its elements with their attributes and texts, and what is never closed."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str]]] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: dict[str, list[str]] = {}
        self.html = data.decode("utf-8")
        self.feed(self.html)

    def handle_starttag(self, tag: str, attributes: Any) -> None:
        element = (tag, {key: value or "" for key, value in attributes})
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attributes: Any) -> None:
        self.elements.append((tag, {key: value or "" for key, value in attributes}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        for tag, attributes in self.open:
            self.texts.setdefault(f"{tag}.{attributes.get('class', '')}", []).append(data)

    def all(self, tag: str, of_class: str = "") -> list[dict[str, str]]:
        listed = [found for name, found in self.elements if name == tag]
        return [found for found in listed if not of_class or of_class in found.get("class", "").split()]

    def text(self, selector: str) -> str:
        return " ".join("".join(self.texts.get(selector, [])).split())


def page(records: Sequence[dict[str, Any]], classifier: ThemeClassifier, language: str = "en") -> Page:
    """Write a report, two blocks at once, and read it."""
    file = BytesIO()
    writer = ReportWriter(file, classifier, language)
    for start in range(0, len(records), 2):
        writer.write(records[start : start + 2])
    writer.close()
    return Page(file.getvalue())


def block(text: str = "x", gaza: float = 0.9, **more: Any) -> dict[str, Any]:
    scores = {"gaza": gaza, "sudan": 0.01, "food_security": 0.01}
    return {**record(text=text, end=len(text)), "scores": scores, "model": "m", **more}


def explained(path: Path, classifier: ThemeClassifier) -> list[dict[str, Any]]:
    groups = [group for _, group in find_inputs([str(path)]).groups()]
    label(groups, classifier, explain=True)
    return [one for group in groups for one in group]


def test_documents_paragraphs_themes_and_the_words_that_carried_them_are_shown(
    document: Path, classifier: ThemeClassifier
) -> None:
    shown = page(explained(document, classifier), classifier)
    assert not shown.open
    assert "report.txt" in shown.text("h2.")
    assert "Bombs fell on Gaza● again on Tuesday, and the hospital in Rafah● was" in shown.text("p.text")
    assert shown.text("mark.word") == "Gaza●Rafah●Soudan▲Khartoum▲"
    assert "Why Gaza: decided by: words of the theme" in shown.text("details.")
    assert "1 documents" in shown.text("p.")


def test_without_reasons_nothing_is_marked(document: Path, classifier: ThemeClassifier) -> None:
    shown = page(filed(classifier, document), classifier)
    assert shown.all("mark") == []
    assert "Gaza" in shown.text("li.theme t0")


def test_hostile_texts_stay_text_in_every_field(classifier: ThemeClassifier) -> None:
    fields = dict.fromkeys(("document", "title", "date", "page", "kind", "language", "model", "note", EVIL), EVIL)
    phrase = {"start": 0, "end": 8, "text": EVIL, "theme_word": True, "drop": 1.0}
    why = {
        "gaza": {
            "decided_by": "words",
            "prior": -3.0,
            "words": 1.0,
            "document": 0.0,
            "reading": 0.0,
            "phrases": [phrase],
        }
    }
    calm = page([block("x", title="t", date="d", page=1, note="n", other="o", reasons=why)], classifier)
    shown = page([block(EVIL, **fields, reasons=why)], classifier)
    names = [name for name, _ in shown.elements]
    assert [names.count(tag) for tag in ("script", "style", "img")] == [1, 1, 0]
    assert {key for _, found in shown.elements for key in found} == {key for _, found in calm.elements for key in found}
    assert shown.text("p.text").startswith("<script>●alert(1)</script>")
    assert "{{ 7*7 }}" in shown.text("p.text")
    assert not shown.open


def test_a_hostile_theme_stays_text(texts: list[str], labels: Any, classifier: ThemeClassifier) -> None:
    from dataclasses import replace

    named = ThemeSet(themes=tuple(Theme(id=one.id, names={"en": EVIL}) for one in classifier.themes.themes))
    shown = page([block()], replace(classifier, themes=named))
    assert len(shown.all("script")) == 1
    assert shown.all("img") == []


def test_nothing_is_fetched_and_only_its_own_script_and_style_may_run(classifier: ThemeClassifier) -> None:
    shown = page([block()], classifier)
    (policy,) = [one["content"] for one in shown.all("meta") if one.get("http-equiv") == "Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    for tag in ("style", "script"):
        content = re.search(f"<{tag}>(.*?)</{tag}>", shown.html, re.DOTALL)
        assert content is not None
        digest = b64encode(sha256(content[1].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert not {"src", "style", "onclick"} & {key for _, found in shown.elements for key in found}
    assert all(one["href"].startswith("#") for one in shown.all("a"))
    assert "url(" not in shown.html


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("ur", "rtl"), ("fr", "ltr"), ("", "auto")])
def test_a_text_is_set_as_its_language_is(classifier: ThemeClassifier, language: str, direction: str) -> None:
    shown = page([block("UNICEF تحذر من المجاعة", language=language)], classifier)
    assert [one["dir"] for one in shown.all("p", "text")] == [direction]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_speaks_each_of_its_languages(classifier: ThemeClassifier, language: str) -> None:
    words = yaml.safe_load(read_part(WORDS))
    assert {*words[language]} == {*words["en"]}
    assert {*words[language]["kinds"]} == {*KINDS}
    for key, text in words[language].items():
        assert {*re.findall(r"{\w+}", str(text))} == {*re.findall(r"{\w+}", str(words["en"][key]))}, key
    (html,) = page([block()], classifier, language).all("html")
    assert (html["lang"], html["dir"]) == (language, "rtl" if language == "ar" else "ltr")
    assert words[language]["overview"] in page([block()], classifier, language).html


def test_scores_near_a_threshold_are_marked_on_both_sides_of_it(classifier: ThemeClassifier) -> None:
    threshold = classifier.thresholds["gaza"]
    near = [block(gaza=threshold + 0.05), block(gaza=threshold - 0.05, themes=[])]
    far = [block(gaza=threshold + 0.2), block(gaza=threshold - 0.05, themes=[], kind="boilerplate")]
    shown = page([*near, *far], classifier)
    assert ["data-d" in one for one in shown.all("div", "block")] == [True, True, False, False]
    assert "2 are doubtful" in shown.text("p.")


def test_the_place_in_the_source_and_what_a_table_brings_along_are_shown(classifier: ThemeClassifier) -> None:
    details = page([block(start=5, end=9, index=3, page=7, note="mine")], classifier).text("details.")
    assert "page 7 · block 3, characters 5 to 9" in details
    assert "Other columns: note: mine" in details


def test_the_overview_counts_documents_paragraphs_languages_and_dates(classifier: ThemeClassifier) -> None:
    records = [block(document="a", date="2024-05-01"), block(document="a", language="fr", date="2024-05-01")]
    records += [block(document="b", date="2024-06-30"), block(document="c", date="sometime", themes=[])]
    shown = page(records, classifier).text("tbody.")
    assert f"● Gaza{classifier.thresholds['gaza']:.2f}23" in shown
    assert "en2" in shown
    assert "2024-051" in shown
    assert "2024-061" in shown


def test_many_months_are_shown_by_year(classifier: ThemeClassifier) -> None:
    records = [block(document=f"{i}", date=f"{2000 + i // 12}-{i % 12 + 1:02}-01") for i in range(30)]
    assert "200012" in page(records, classifier).text("tbody.")


def test_a_long_table_is_shown_in_parts(classifier: ThemeClassifier) -> None:
    shown = page([block(index=i) for i in range(PART + 1)], classifier)
    assert len(shown.all("article")) == 2
    assert f"rows from {PART}" in shown.text("p.dim text")


def test_half_a_character_and_no_blocks_can_be_written(classifier: ThemeClassifier) -> None:
    assert "a?" in page([block("a\udce9")], classifier).text("p.text")
    assert page([], classifier).all("article") == []
