"""``paratheme explain``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from paratheme.errors import UsageError

if TYPE_CHECKING:
    from paratheme.classifier.classifier import ThemeClassifier
    from paratheme.classifier.explain import ThemeExplanation


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("text", metavar="TEXT", help="a paragraph, in quotes; - reads it from standard input")
    parser.add_argument("--model", metavar="MODEL", help="a folder, a run, models:/...; default: the champion")
    parser.add_argument(
        "--themes", metavar="NAME", help="the theme set whose champion is asked, where there are several"
    )
    parser.add_argument(
        "--corpus", metavar="CORPUS", help="show labelled examples near it: a folder, a table, or a name such as seeds"
    )


def execute(options: argparse.Namespace) -> int:
    """Show why a paragraph gets its themes: scores, thresholds, words, labelled examples near it."""
    classifier, explanations = explain(options.text, options.model, options.corpus, options.themes)
    show(classifier, explanations, options.corpus)
    return 0


def explain(
    text: str, model: str | None = None, corpus: str | None = None, themes: str | None = None
) -> tuple[ThemeClassifier, list[ThemeExplanation]]:
    """Return a classifier, and what it says of a text; which one it is goes to standard error.

    Raises
    ------
    UsageError
        If there is no text, or a file is named instead of one.
    """
    from paratheme.classifier import explain as explaining
    from paratheme.corpus.load import load_corpus
    from paratheme.tracking.addresses import describe, find_source, load_source
    from paratheme.training.compose import compose_corpus

    if text == "-":
        text = sys.stdin.read()
    elif len(text) < 256 and Path(text).is_file():
        raise UsageError(f"{text} is a file; give a paragraph in quotes, or: paratheme explain - < FILE")
    if not text.strip():
        raise UsageError("TEXT is empty; give a paragraph in quotes")
    settings = compose_corpus(corpus) if corpus else None
    source = find_source(model, themes)
    classifier = load_source(source)
    print(f"paratheme: asking {describe(source, classifier)}", file=sys.stderr)
    labelled = load_corpus(settings, classifier.themes) if settings else None
    return classifier, explaining.explain(classifier, text, labelled)


def show(classifier: ThemeClassifier, explanations: list[ThemeExplanation], corpus: str | None) -> None:
    """Print what a classifier says of a text, theme by theme."""
    from paratheme.classifier.classifier import reads_words
    from paratheme.cli.isolated import isolated, show_words

    rows = []
    for one in explanations:
        threshold = "-" if one.threshold is None else f"{one.threshold:.3f}"
        words = ", ".join(map(isolated, one.words))
        rows.append([one.theme, f"{one.score:.3f}", threshold, "yes" if one.given else "no", words])
    numbers = ("score", "threshold", "similarity")
    show_words("What it says", ["theme", "score", "threshold", "given", "words found"], rows, numbers)
    for one in explanations:
        if one.reason:
            parts = f"prior {one.reason.prior:+.1f}, words {one.reason.words:+.1f}, reading {one.reason.reading:+.1f}"
            carried = ", ".join(isolated(phrase.text) for phrase in one.reason.phrases) or "nothing by itself"
            print(f"why {one.theme}: decided by {one.reason.decided_by} (log-odds: {parts}); carried by {carried}")
    if any(one.reason for one in explanations):
        print()
    if not reads_words(classifier.model_type):
        print("the words are shown for you; this model was not told them\n")
    if near := [(one.theme, one.nearest) for one in explanations if one.nearest]:
        rows = [[theme, f"{one.similarity:.2f}", one.document, one.text] for theme, one in near]
        show_words(f"Nearest labelled examples in {corpus}", ["theme", "similarity", "document", "text"], rows, numbers)
        print("similarity: letters in common, from 0 to 1; another language has few")
