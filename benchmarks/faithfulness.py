"""Do the reasons name what carried a theme? How far scores fall without it, and without as many words at random.

python benchmarks/faithfulness.py MODEL [--documents 30] [--draws 3] [--paths PATH ...]

MODEL is a folder, runs:/... or models:/... that was trained on the seeds with the default split; documents of their
test part are drawn at random, or those at --paths are read.  Of each block, for each theme that it is given, the words
that the reasons name are deleted, and then as many drawn from the whole block.  Themes of which nothing is named are
counted, and no fall is taken of them.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence

import numpy as np
from scipy.special import logit

from paratheme import load
from paratheme.classifier.inputs import find_inputs
from paratheme.corpus.corpus import LABELLED_KINDS
from paratheme.documents.context import Passages, passages_of
from paratheme.documents.phrases import without as left_out
from paratheme.documents.phrases import words
from paratheme.training.compose import compose
from paratheme.training.data import prepare


def seeds_test(documents: int) -> Passages:
    """Return the blocks of some documents of the seeds' test part."""
    data = prepare(compose([]))
    (fold,) = data.folds
    names = data.corpus.blocks["document"]
    tested = sorted({names[int(row)] for row in fold.test})
    chosen = {*random.Random(0).sample(tested, min(documents, len(tested)))}
    return data.corpus.passages.take([int(row) for row in fold.test if names[int(row)] in chosen])


def blocks_at(paths: Sequence[str]) -> Passages:
    """Return the blocks of documents that are filed."""
    groups = [group for _, group in find_inputs(list(paths)).groups()]
    read = [passages_of(group, LABELLED_KINDS) for group in groups]
    filed = [[i for i, record in enumerate(group) if record["kind"] in LABELLED_KINDS] for group in groups]
    taken = [one.take(rows) for one, rows in zip(read, filed, strict=True)]
    return Passages([text for one in taken for text in one.texts], [c for one in taken for c in one.contexts])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--documents", type=int, default=30)
    parser.add_argument("--draws", type=int, default=3)
    parser.add_argument("--paths", nargs="+")
    options = parser.parse_args()
    classifier, chance = load(options.model), random.Random(0)
    passages = blocks_at(options.paths) if options.paths else seeds_test(options.documents)

    started = time.process_time()
    filed = classifier.predict(passages)
    filing = time.process_time() - started
    started = time.process_time()
    explained = classifier.predict(passages, explain=True)
    explaining = time.process_time() - started

    cases, shorter, contexts = [], [], []
    for text, context, prediction in zip(passages, passages.contexts, explained, strict=True):
        all_words = words(text)
        for theme, reason in prediction.reasons.items():
            spans = [(one.start, one.end) for one in reason.phrases]
            if not spans:
                continue
            count = sum(any(start < e and s < end for s, e in spans) for start, end in all_words)
            draws = [chance.sample(all_words, min(count, len(all_words))) for _ in range(options.draws)]
            cases.append((theme, prediction.scores[theme], count / max(len(all_words), 1)))
            shorter += [left_out(text, chosen) for chosen in (spans, *draws)]
            contexts += [context] * (1 + options.draws)
    scores = classifier.predict_proba(Passages(shorter, contexts))
    columns = [classifier.themes.ids.index(theme) for theme, *_ in cases]
    after = np.array([row[:, c] for row, c in zip(np.split(scores, len(cases)), columns, strict=True)], np.float64)
    before = np.array([score for _, score, _ in cases])[:, None]
    odds = logit(np.clip(before, 1e-6, 1 - 1e-6)) - logit(np.clip(after, 1e-6, 1 - 1e-6))
    falls = before - after

    themes = sum(len(one.themes) for one in filed)
    decided = [reason.decided_by for one in explained for reason in one.reasons.values()]
    print(f"{len(passages)} blocks, {sum(bool(one.themes) for one in filed)} with a theme, {themes} themes given")
    print("decided by " + ", ".join(f"{what} {decided.count(what)}" for what in ("words", "reading", "document")))
    print(
        f"named: {np.mean([share for *_, share in cases]):.0%} of the words; nothing for {themes - len(cases)} themes"
    )
    for what, fall in (("score", falls), ("log-odds", odds)):
        named, drawn = fall[:, 0].mean(), fall[:, 1:].mean()
        print(f"fall of the {what}: named {named:.3f}, as many at random {drawn:.3f}, ratio {named / drawn:.1f}")
    print(f"processor time: filing {filing:.1f} s, with reasons {explaining:.1f} s, ratio {explaining / filing:.1f}")


if __name__ == "__main__":
    main()
