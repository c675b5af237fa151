"""What a teacher is worth to `model=static`: ``python experiments/student.py [OVERRIDE ...]``; some minutes.

Half of the training and validation stories of the seeds keep their labels. A student learns from them alone, then from
what a teacher (model=hybrid_frozen, trained on the same half) says of the other half besides, then from all labels;
each is tested on the test part, for five divisions of the corpus. Nothing is logged.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.stats import ttest_1samp
from sklearn.metrics import average_precision_score, f1_score

from paratheme.corpus.corpus import Corpus
from paratheme.corpus.split import Fold
from paratheme.training.compose import compose
from paratheme.training.config import Config
from paratheme.training.data import prepare
from paratheme.training.fit import fit_classifier, folds_by_story

DIVISIONS = 5
ROWS = ("half of the labels", "and a teacher's word on the other half", "all labels")


def tested(corpus: Corpus, fold: Fold, config: Config) -> tuple[float, float]:
    """Return macro-F1 and mean average precision on the test part."""
    classifier, _ = fit_classifier(corpus, fold, config)
    test = corpus.take(fold.test)
    scores = classifier.predict_proba(test.passages)
    y_pred = classifier.calibration.decide(scores)
    return (
        float(f1_score(test.labels, y_pred, average="macro", zero_division=0)),
        float(average_precision_score(test.labels, scores, average="macro")),
    )


def one_division(seed: int, overrides: Sequence[str], folder: Path) -> list[tuple[float, float]]:
    """Return what each student has, and the teacher."""
    common = [*overrides, f"split.seed={seed}"]
    student, teacher = compose([*common, "model=static"]), compose([*common, "model=hybrid_frozen"])
    data = prepare(student)
    corpus, fold = data.corpus, data.folds[0]
    halves = folds_by_story(corpus.take(fold.labelled), 2)
    kept, hidden = fold.labelled[halves == 0], fold.labelled[halves == 1]
    train, valid = np.intersect1d(fold.train, kept), np.intersect1d(fold.valid, kept)
    known = np.concatenate([train, valid, fold.test])
    some = corpus.take(known)
    places = np.split(np.arange(len(known)), [len(train), len(train) + len(valid)])
    half = replace(fold, train=places[0], valid=places[1], test=places[2])
    said, _ = fit_classifier(some, half, teacher)
    file = folder / f"{seed}.jsonl"
    with file.open("w", encoding="utf-8") as rows:
        for i, prediction in zip(hidden, said.predict(corpus.take(hidden).passages), strict=True):
            block = {key: str(corpus.blocks[key][int(i)]) for key in ("document", "kind", "language", "text")}
            told = {**block, "themes": prediction.themes, "scores": prediction.scores, "model": "teacher"}
            rows.write(json.dumps(told) + "\n")
    taught = compose([*common, "model=static", f"model.taught={file}"])
    return [
        tested(some, half, student),
        tested(some, half, taught),
        tested(corpus, fold, student),
        tested(some, half, teacher),
    ]


def main(overrides: Sequence[str]) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        table = np.array([one_division(seed, overrides, Path(folder)) for seed in range(DIVISIONS)])
    for row, name in enumerate((*ROWS, "the teacher")):
        (f1, precision), each = table[:, row].mean(axis=0), ", ".join(f"{value:.3f}" for value in table[:, row, 0])
        print(f"{f1:.3f}  macro-F1, {precision:.3f} average precision: {name} ({each})")
    gain = table[:, 1] - table[:, 0]
    p = ttest_1samp(gain, 0).pvalue
    print(f"{gain[:, 0].mean():+.3f} (p = {p[0]:.3f}), {gain[:, 1].mean():+.3f} (p = {p[1]:.3f}) by the teacher")


if __name__ == "__main__":
    main(sys.argv[1:])
