"""How large a report is, and how fast it opens in Chromium.

python benchmarks/report.py [--documents 10 100 1000] [--chromium /usr/bin/chromium] [--keep FOLDER] [--axe axe.min.js]

The seeds' documents, again and again, filed and explained by the themes' words alone: what is measured is the page.
With axe-core (`npm pack axe-core`, the file axe.min.js in it) what it finds against accessibility is told too.
Opened means that all of it is read, laid out where it is seen, and answers: the load event, then a filter.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from paratheme.classifier.calibration import Calibration
from paratheme.classifier.classifier import ThemeClassifier
from paratheme.classifier.inputs import find_inputs
from paratheme.classifier.predict import label
from paratheme.classifier.report import ReportWriter
from paratheme.corpus.load import load_corpus
from paratheme.models.lexicon import LexiconModel
from paratheme.paths import shipped
from paratheme.training.compose import compose

FILTER = """() => { const begun = performance.now(); const box = document.querySelector('[name=filed]');
  box.checked = true; apply(); document.body.getBoundingClientRect(); return performance.now() - begun; }"""


def words_alone() -> ThemeClassifier:
    """Return a classifier of the themes' words, fitted on the seeds."""
    config = compose([])
    corpus = load_corpus(config.corpus, config.themes)
    model = LexiconModel(corpus.themes).fit(corpus.texts, corpus.labels)
    words = model.word_evidence(corpus.texts)
    calibration = Calibration.fit(model.predict_proba(corpus.texts), corpus.labels, words=words)
    return ThemeClassifier(corpus.themes, "lexicon", model, calibration)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, nargs="+", default=[10, 100, 1000])
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--axe", type=Path)
    options = parser.parse_args()
    folder = options.keep or Path(tempfile.mkdtemp())
    classifier = words_alone()
    groups = [group for _, group in find_inputs([str(shipped("seeds") / "documents")]).groups()]
    label(groups, classifier, explain=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.chromium, args=["--no-sandbox"])
        for number in options.documents:
            path = folder / f"{number}.html"
            with path.open("wb") as file:
                writer, blocks = ReportWriter(file, classifier), 0
                for i in range(number):
                    group = groups[i * 7 % len(groups)]
                    blocks += len(group)
                    writer.write([{**record, "document": f"{i}-{record['document']}"} for record in group])
                writer.close()
            tab = browser.new_page(viewport={"width": 1280, "height": 900})
            session = tab.context.new_cdp_session(tab)
            session.send("Performance.enable", {"timeDomain": "threadTicks"})
            started = time.perf_counter()
            tab.goto(path.resolve().as_uri(), wait_until="load")
            took = time.perf_counter() - started
            spent = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
            told = f"opened in {took:.2f} s, {spent['TaskDuration']:.2f} s of it the page's own work"
            told += f", filtered in {tab.evaluate(FILTER) / 1000:.2f} s"
            print(f"{number} documents, {blocks} blocks: {path.stat().st_size / 1e6:.1f} MB, {told}")
            if options.axe and number == min(options.documents):
                tab.evaluate(options.axe.read_text("utf-8"))
                found = tab.evaluate("axe.run(document)")
                told = ", ".join(f"{one['id']} ({one['impact']})" for one in found["violations"]) or "nothing"
                print(f"axe-core finds {told}; {len(found['passes'])} rules hold")
            tab.close()
        browser.close()


if __name__ == "__main__":
    main()
