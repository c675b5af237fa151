"""What weak labels and the audit are worth, on the seeds with their labels hidden or flipped.

    python experiments/labels.py [OVERRIDE ...]     # such as model=hybrid_frozen; half an hour

Trains on the weak labels of the training and validation part; again, where a classifier that reads no words was trained
on them and votes too (co-training; Blum and Mitchell, 1998); then with the true labels of a hundred
blocks more, drawn at random or chosen by the strategy `mixed`; then on all true labels. Measures on the test part, for
five divisions of the corpus; flips one label in twenty at random, and counts how many of these stand in the first tenth
of what the audit suspects. Nothing is logged.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath

import numpy as np
from scipy.stats import ttest_1samp

from paratheme.classifier.classifier import ThemeClassifier
from paratheme.corpus.corpus import Corpus
from paratheme.corpus.label_blocks import blocks_to_label
from paratheme.corpus.label_file import TextBlock
from paratheme.corpus.label_model import ABSTAIN, Votes, combine
from paratheme.evaluation.metrics import metrics_of
from paratheme.paths import shipped
from paratheme.training.audit import suspects, with_documents
from paratheme.training.choose import STRATEGIES, Pool, choose
from paratheme.training.compose import compose
from paratheme.training.config import Config
from paratheme.training.data import TrainingData, prepare
from paratheme.training.fit import OUT_OF_FOLD, fit_classifier, folds_by_story, predict_out_of_fold
from paratheme.training.weak_labels import labelling_functions, votes_of
from paratheme.types import Labels, Rows

FLIPPED, LOOKED_AT = 0.05, 0.1
DIVISIONS, MORE = 5, 100
READER = "model=frozen"  # reads no words
ROWS = (
    "votes, combined",
    "trained on votes",
    "a reader votes too",
    f"and {MORE} at random",
    f"and {MORE} chosen",
    "all true labels",
)


def main(overrides: Sequence[str]) -> None:
    """Measure and print."""
    table = np.array([one_division([*overrides, f"split.seed={seed}"]) for seed in range(DIVISIONS)])
    for name, values in zip(ROWS, table.T, strict=True):
        print(f"{values.mean():.3f}  macro-F1, {name} ({', '.join(f'{value:.3f}' for value in values)})")
    for more, less in (
        ("trained on votes", "votes, combined"),
        ("a reader votes too", "votes, combined"),
        (f"and {MORE} chosen", f"and {MORE} at random"),
    ):
        gain = table[:, ROWS.index(more)] - table[:, ROWS.index(less)]
        p = ttest_1samp(gain, 0).pvalue
        print(f"{gain.mean():+.3f}  {more!r} beside {less!r}, paired t-test p = {p:.3f}")
    config = compose(overrides)
    data = prepare(config)
    found = [share_of_flips_found(data.corpus, config, seed) for seed in range(3)]
    told = f"{np.mean(found):.3f}  of the labels that were flipped stand in the first tenth of the suspects"
    print(f"{told} ({', '.join(f'{share:.3f}' for share in found)})")


def votes_on(corpus: Corpus) -> Votes:
    """Return the votes of the themes' words on the seeds."""
    blocks = blocks_to_label([str(shipped("seeds") / "documents")], [], [])
    at = {(PurePath(block.document).stem, block.start): row for row, block in enumerate(blocks)}
    rows = [at[place] for place in zip(corpus.blocks["document"], corpus.blocks["start"], strict=True)]
    return votes_of(labelling_functions([], corpus.themes), blocks)[rows]


def one_division(overrides: Sequence[str]) -> list[float]:
    """Return the macro-F1 of each of `ROWS` on the test part of one division."""
    config = compose(overrides)
    data = prepare(config)
    (fold,), corpus = data.folds, data.corpus
    votes, nothing = votes_on(corpus), np.zeros(len(corpus), bool)
    weak, complete = labels_of(votes)
    scores = [macro_f1(corpus, weak, data), trained_on(data, weak, complete, config)[1]]
    reader, _ = trained_on(data, weak, complete, compose([*overrides, READER]))
    learned = fold.labelled
    said = reader.decide(corpus.take(learned).passages)[:, None, :].astype(np.int8)
    weak[learned], complete[learned] = labels_of(np.concatenate([votes[learned], said], axis=1))
    classifier, trained = trained_on(data, weak, complete, config)
    scores.append(trained)
    drawn, chosen = at_random(corpus, fold.labelled, config.split.seed), as_next(corpus, fold.labelled, classifier)
    for known in (drawn, chosen, ~nothing):
        labels = np.where(known[:, None], corpus.labels, weak)
        scores.append(trained_on(data, labels, complete | known, config)[1])
    print("  ".join(f"{score:.3f}" for score in scores), file=sys.stderr)
    return scores


def labels_of(votes: Votes) -> tuple[Labels, np.ndarray]:
    """Return weak labels, and which blocks have a vote on every theme."""
    return (combine(votes) >= 0.5).astype(np.int64), (votes != ABSTAIN).any(axis=1).all(axis=1)


def trained_on(data: TrainingData, labels: Labels, some: np.ndarray, config: Config) -> tuple[ThemeClassifier, float]:
    """Return a classifier trained on some blocks with such labels, and its macro-F1 on the test part."""
    (fold,) = data.folds
    learned = replace(fold, train=fold.train[some[fold.train]], valid=fold.valid[some[fold.valid]])
    classifier, _ = fit_classifier(with_labels(data.corpus, labels), learned, config)
    decided = np.zeros_like(labels)
    decided[fold.test] = classifier.decide(data.corpus.take(fold.test).passages)
    return classifier, macro_f1(data.corpus, decided, data)


def at_random(corpus: Corpus, rows: Rows, seed: int) -> np.ndarray:
    """Return which blocks are labelled where documents are drawn at random until there are enough blocks."""
    names = np.asarray(corpus.blocks["document"])
    known = np.zeros(len(corpus), bool)
    for name in np.random.default_rng(seed).permutation(np.unique(names[rows])):
        if known.sum() >= MORE:
            break
        known |= names == name
    return known


def as_next(corpus: Corpus, rows: Rows, classifier: ThemeClassifier) -> np.ndarray:
    """Return which blocks are labelled where documents are chosen as `label next` chooses them."""
    some, ids = corpus.take(rows), classifier.themes.ids
    keys = ("document", "start", "end", "kind", "language", "text")
    blocks = [TextBlock(*(row[key] for key in keys)) for row in some.blocks]
    thresholds = np.array([classifier.thresholds[theme] for theme in ids])
    pool = Pool(blocks, classifier.predict_proba(some.passages), thresholds, np.zeros(len(blocks), bool))
    return np.isin(corpus.blocks["document"], choose(pool, STRATEGIES["mixed"](), MORE))


def macro_f1(corpus: Corpus, decided: Labels, data: TrainingData) -> float:
    """Return macro-F1 on the test part."""
    (fold,) = data.folds
    test, y_pred = corpus.take(fold.test), decided[fold.test]
    return metrics_of(test.labels, y_pred.astype(np.float32), y_pred, corpus.themes.ids, test.languages)["macro_f1"]


def share_of_flips_found(corpus: Corpus, config: Config, seed: int) -> float:
    """Return how many of the labels that were flipped stand in the first tenth of the suspects."""
    wrong = np.random.default_rng(seed).random(corpus.labels.shape) < FLIPPED
    noisy = with_labels(corpus, np.where(wrong, 1 - corpus.labels, corpus.labels))
    folds, P = folds_by_story(noisy, OUT_OF_FOLD), np.zeros(wrong.shape, np.float32)
    for fold in map(int, np.unique(folds)):
        predict_out_of_fold(config, noisy, folds, fold, P)
    ids = corpus.themes.ids
    ranked = suspects(noisy.labels, with_documents(noisy, P, config), ids)
    first = ranked[: int(len(ranked) * LOOKED_AT)]
    return float(sum(wrong[one.row, ids.index(one.theme)] for one in first) / wrong.sum())


def with_labels(corpus: Corpus, labels: Labels) -> Corpus:
    """Return the same blocks with other labels."""
    themes = [[int(theme) for theme in np.flatnonzero(row)] for row in labels]
    blocks = corpus.blocks.map(lambda _, row: {"themes": themes[row]}, with_indices=True)
    return Corpus(corpus.name, blocks, corpus.themes, corpus.single_label, around=corpus.passages)


if __name__ == "__main__":
    main(sys.argv[1:])
