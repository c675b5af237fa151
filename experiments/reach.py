"""How far around a block its document is read: ``python experiments/reach.py RUN``.

For a run of the default split and seeds: the log-loss over validation documents, five folds by story, of calibration
with other values of `REACH`, `SILENT` and `CLEAREST` in `paratheme.classifier.nearby`. The test set is not touched.
"""

from __future__ import annotations

import sys

import numpy as np
from sklearn.metrics import log_loss
from sklearn.model_selection import GroupKFold

from paratheme import load
from paratheme.classifier.calibration import Calibration
from paratheme.classifier.nearby import nearby
from paratheme.training.compose import compose
from paratheme.training.data import prepare
from paratheme.types import Floats


def main(run: str) -> None:
    """Print two tables: a row a reach, a column a number of silent blocks; and how many blocks are the clearest."""
    data = prepare(compose())
    valid = data.corpus.take(data.folds[0].valid)
    model = load(run).model
    P = model.predict_proba(valid.texts)
    scores = dict(zip(valid.texts, P, strict=True))
    words = model.word_evidence(valid.texts)

    def loss(around: Floats) -> float:
        calibrated = np.zeros(P.shape)
        for learn, held in GroupKFold(5).split(P, groups=valid.stories):
            fitted = Calibration.fit(P[learn], valid.labels[learn], words=words[learn], around=around[learn])
            calibrated[held] = fitted.calibrate(P[held], words[held], around[held])
        columns = zip(valid.labels.T, calibrated.T, strict=True)
        return float(np.mean([log_loss(y, p, labels=[0, 1]) for y, p in columns]))

    silents = (0.0, 1.0, 2.0, 4.0, 8.0, 16.0)
    print("reach  " + "".join(f"{silent:8.0f}" for silent in silents))
    for reach in (2.0, 3.0, 5.0, 7.0, 10.0, 15.0):
        losses = [loss(nearby(valid.passages, scores, reach, silent)) for silent in silents]
        print(f"{reach:5.0f}  " + "".join(f"{one:8.4f}" for one in losses))
    near = nearby(valid.passages, scores)
    near[..., 1] = 0 * near[..., 0]
    print(f"clearest: without {loss(near):.4f}", end="")
    for clearest in (1, 2, 3, 4, 5, 8):
        print(f", {clearest} {loss(nearby(valid.passages, scores, clearest=clearest)):.4f}", end="")
    print()


if __name__ == "__main__":
    main(*sys.argv[1:])
