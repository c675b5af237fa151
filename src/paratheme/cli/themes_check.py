"""``paratheme themes check``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from paratheme.cli.themes import theme_set
from paratheme.paths import shipped

if TYPE_CHECKING:
    from paratheme.themes.theme_set import ThemeSet
    from paratheme.themes.word_check import WordCheck


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("name", metavar="NAME", help="of conf/themes/NAME.yaml, or a file")
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="documents, folders or tables; default: the seed corpus"
    )


def execute(options: argparse.Namespace) -> int:
    """Check a theme set: what its words find in documents, and which get in each other's way."""
    failures: list[str] = []
    repairs: list[str] = []
    themes = theme_set(options.name)
    check, blocks = check_themes(themes, options.paths, failures, repairs)
    for line in (*repairs, *failures):
        print(f"paratheme: {line}", file=sys.stderr)
    show(themes, check, f"{blocks} blocks of {'your documents' if options.paths else 'the seed corpus'}")
    return 1 if failures else 0


def check_themes(
    themes: ThemeSet, paths: Sequence[str], failures: list[str], repairs: list[str]
) -> tuple[WordCheck, int]:
    """Return what the words of a theme set find in documents, and in how many blocks they were sought.

    Boilerplate is passed over; without a path, the documents of the seed corpus are read. What cannot be read is added
    to `failures`, what was guessed in a document to `repairs`.
    """
    from paratheme.classifier.columns import Columns
    from paratheme.classifier.inputs import find_inputs
    from paratheme.themes.word_check import check_words

    inputs = find_inputs(list(paths) or [str(shipped("seeds") / "documents")])
    inputs.check(Columns())
    blocks = (block for _, group in inputs.groups() for block in group)
    texts = [block["text"] for block in blocks if block["kind"] != "boilerplate"]
    failures += inputs.failures
    repairs += inputs.repairs
    return check_words(themes, texts), len(texts)


def show(themes: ThemeSet, check: WordCheck, where: str) -> None:
    """Print what the words of a theme set find."""
    from paratheme.cli.isolated import isolated, show_words

    for theme in themes.themes:
        words = check.of(theme.id)
        found = sorted((hits for hits in words if hits.texts), key=lambda hits: -hits.texts)
        title = f"{theme.id}: {_by_language([hits.language for hits in words])}"
        if found:
            rows = [[isolated(hits.word), hits.language, hits.sort, str(hits.texts), hits.example] for hits in found]
            show_words(title, ["word", "language", "it", "blocks", "example"], rows, ["blocks"])
        else:
            print(f"{title}\n")
        if idle := [f"{isolated(hits.word)} ({hits.language})" for hits in words if not hits.texts]:
            print(f"find nothing: {', '.join(idle)}\n")
    for overlap in check.overlaps:
        found_as = ", ".join(map(isolated, overlap.other_words))
        print(f"{overlap.theme}: {isolated(overlap.word)} is found as {overlap.other}, too ({found_as})")
    if check.without_words:
        print(f"without words, learned from labels alone: {', '.join(check.without_words)}")
    idle_words = sum(not hits.texts for hits in check.words)
    print(
        f"{len(check.words)} words sought in {where}; {idle_words} find nothing, {len(check.overlaps)} another theme's"
    )


def _by_language(languages: Sequence[str]) -> str:
    counts = {language: languages.count(language) for language in dict.fromkeys(languages)}
    return (
        f"words in {', '.join(f'{language} ({count})' for language, count in counts.items())}" if counts else "no words"
    )
