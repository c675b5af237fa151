"""What weak labels and the audit are worth, on the seeds with their labels hidden or flipped.

    python experiments/labels.py [OVERRIDE ...]     # such as model=hybrid_frozen; some minutes

Trains on the weak labels of the training and validation part, and measures on the test part; flips one label in twenty
at random, and counts how many of these stand in the first tenth of what the audit suspects. Nothing is logged.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath

import numpy as np

from paratheme.corpus.corpus import Corpus
from paratheme.corpus.label_blocks import blocks_to_label
from paratheme.corpus.label_model import ABSTAIN, Votes, combine
from paratheme.evaluation.metrics import metrics_of
from paratheme.paths import shipped
from paratheme.training.audit import suspects, with_documents
from paratheme.training.compose import compose
from paratheme.training.config import Config
from paratheme.training.data import TrainingData, prepare
from paratheme.training.fit import OUT_OF_FOLD, fit_classifier, folds_by_story, predict_out_of_fold
from paratheme.training.weak_labels import labelling_functions, votes_of
from paratheme.types import Labels

FLIPPED, LOOKED_AT = 0.05, 0.1


def main(overrides: Sequence[str]) -> None:
    """Measure and print."""
    config = compose(overrides)
    data = prepare(config)
    weak, complete = weakly_labelled(data.corpus)
    print(f"{macro_f1(data.corpus, weak, data):.3f}  macro-F1 of the votes, combined, on the test part")
    print(f"{weakly_trained(data, weak, complete, config):.3f}  of {config.model.label} trained on such votes")
    found = [share_of_flips_found(data.corpus, config, seed) for seed in range(3)]
    told = f"{np.mean(found):.3f}  of the labels that were flipped stand in the first tenth of the suspects"
    print(f"{told} ({', '.join(f'{share:.3f}' for share in found)})")


def weakly_labelled(corpus: Corpus) -> tuple[Labels, np.ndarray]:
    """Return weak labels of the seeds, and which blocks have a vote on every theme."""
    blocks = blocks_to_label([str(shipped("seeds") / "documents")], [], [])
    at = {(PurePath(block.document).stem, block.start): row for row, block in enumerate(blocks)}
    rows = [at[place] for place in zip(corpus.blocks["document"], corpus.blocks["start"], strict=True)]
    votes: Votes = votes_of(labelling_functions([], corpus.themes), blocks)[rows]
    return (combine(votes) >= 0.5).astype(np.int64), (votes != ABSTAIN).any(axis=1).all(axis=1)


def weakly_trained(data: TrainingData, weak: Labels, complete: np.ndarray, config: Config) -> float:
    """Return macro-F1 on the test part after training on weak labels."""
    (fold,) = data.folds
    hidden = with_labels(data.corpus, weak)
    some = replace(fold, train=fold.train[complete[fold.train]], valid=fold.valid[complete[fold.valid]])
    classifier, _ = fit_classifier(hidden, some, config)
    decided = np.zeros_like(weak)
    decided[fold.test] = classifier.decide(data.corpus.take(fold.test).passages)
    return macro_f1(data.corpus, decided, data)


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
