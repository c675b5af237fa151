"""How fast the themes' words are found: one pass (`Lexicon`) beside an expression of all words for each list.

python benchmarks/words.py [--rounds 7] [--rows 100000]
"""

from __future__ import annotations

import argparse
import itertools
import resource
import statistics
import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from paratheme.corpus.load import CorpusSettings, load_corpus
from paratheme.documents.normalise import normalise
from paratheme.paths import shipped
from paratheme.themes.lexicon import NEAR, Lexicon
from paratheme.themes.theme import Theme
from paratheme.themes.theme_set import ThemeSet
from paratheme.themes.word_list import WordList, masked, word_of

BATCH = 1000


class Expressions:
    """The words of each list as one regular expression, all of them run over every text."""

    def __init__(self, themes: Sequence[Theme]) -> None:
        self.lists = [
            [WordList(listed).pattern for listed in (theme.exclude, theme.words, theme.weak, theme.near)]
            for theme in themes
        ]

    def matrix(self, texts: Sequence[str]) -> np.ndarray:
        """Return what `Lexicon.matrix` returns."""
        rows = [[self._count(text, *lists) for lists in self.lists] for text in map(normalise, texts)]
        return np.array(rows, np.float32)

    def _count(self, text: str, exclude: object, strong: object, weak: object, near: object) -> float:
        text = masked(text, list(_all(exclude, text)))
        matches = list(_all(strong, text))
        hints = list(_all(weak, masked(text, matches)))
        count = len({word_of(match) for match in matches}) + len({word_of(match) for match in hints}) / 2
        return count or NEAR * any(True for _ in _all(near, text))


def _all(pattern: object, text: str) -> Iterator:
    return pattern.finditer(text) if pattern else iter(())


def seconds(work: Callable[[], object]) -> float:
    """Return how long something takes, by the processor time of this process, which other programs disturb less."""
    started = time.process_time()
    work()
    return time.process_time() - started


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--rows", type=int, default=100_000)
    options = parser.parse_args()
    themes = ThemeSet.from_file(shipped("conf") / "themes" / "oic.yaml")
    texts = list(load_corpus(CorpusSettings(), themes).texts)
    short = [text[:200] for text in texts if len(text) >= 100]

    ways = {"an expression a list": Expressions, "one pass": Lexicon}
    found, times, starts = {}, {name: [] for name in ways}, {name: [] for name in ways}
    for _ in range(options.rounds):
        for name, way in ways.items():
            started = time.process_time()
            made = way(themes.themes)
            made.matrix([""])  # one of the two builds when it is first asked
            starts[name].append(time.process_time() - started)
            found[name] = made.matrix(texts)  # compiles what is met, and is compared
            times[name].append(seconds(lambda made=made: made.matrix([f"{text} " for text in short])))
    assert len({matrix.tobytes() for matrix in found.values()}) == 1, "they find different words"
    mean = statistics.mean(map(len, short))
    print(f"same matrix for {len(texts):,} blocks; {len(short):,} rows of {mean:.0f} characters; medians")
    for name in ways:
        rate, first = len(short) / statistics.median(times[name]), statistics.median(starts[name])
        print(f"{name:22} {rate:8,.0f} rows a second, {first:.2f} s to the first row")

    lexicon = Lexicon(themes.themes)
    rows = (f"{text} {number}" for number in itertools.count() for text in short)
    for count in (options.rows // 10, options.rows):
        taken = seconds(lambda count=count: [lexicon.matrix(batch) for batch in batches(rows, count)])
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{count:9,} rows: {count / taken:6,.0f} a second, peak memory {peak:,.0f} MB")


def batches(rows: Iterator[str], count: int) -> Iterator[list[str]]:
    """Yield the next rows, some at a time."""
    for _ in range(count // BATCH):
        yield list(itertools.islice(rows, BATCH))


if __name__ == "__main__":
    main()
