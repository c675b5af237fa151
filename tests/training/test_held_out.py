"""What a classifier is known to get wrong is known from texts that neither model nor calibration learned from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from paratheme.classifier.calibration import Calibration
from paratheme.classifier.observed import Observed
from paratheme.corpus.corpus import Corpus
from paratheme.documents.context import passages_of
from paratheme.training import held_out as module
from paratheme.training.data import prepare
from paratheme.training.fit import fit_classifier
from tests.training.conftest import Composed


@pytest.fixture
def corpus(composed: Composed) -> Corpus:
    return prepare(composed("model=lexicon")).corpus


def test_every_story_is_scored_by_a_calibration_of_the_others(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    learned: list[int] = []

    fit = Observed.calibration

    def watched(seen: Observed) -> Calibration:
        learned.append(len(seen.P))
        return fit(seen)

    monkeypatch.setattr(Observed, "calibration", watched)
    P, ones = corpus.labels.astype(np.float32) * 0.8 + 0.1, np.ones(corpus.labels.shape)
    found = module.held_out(corpus, Observed(P, corpus.labels, corpus.single_label, ones, ones))
    assert len(learned) == 5
    assert all(0 < rows < len(corpus) for rows in learned)
    sums = found.sums["alone"].sum(axis=0)
    assert sums[:, 1, 0].tolist() == corpus.labels.sum(axis=0).tolist()
    assert sums[:, :, 0].sum(axis=1).tolist() == [len(corpus)] * 3
    assert (sums[:, 1, 1] / sums[:, 1, 0] > 0.8).all()
    assert len(found.sums["alone"]) == len(set(corpus.stories))


def test_a_story_alone_tells_nothing(corpus: Corpus) -> None:
    one = corpus.take(np.arange(4)).with_stories(["same"] * 4)
    ones = np.ones(one.labels.shape)
    assert (
        module.held_out(
            one, Observed(np.full(one.labels.shape, 0.5, np.float32), one.labels, one.single_label, ones, ones)
        ).sums
        == {}
    )


def test_blocks_in_documents_are_known_by_themselves_and_so_are_whole_documents(corpus: Corpus) -> None:
    stories = corpus.stories
    blocks = corpus.blocks.remove_columns("document").add_column("document", stories)
    passages = passages_of([{**row, "kind": "paragraph"} for row in blocks], ["paragraph"])
    whole = replace(corpus, blocks=blocks, around=passages)
    P, ones = corpus.labels.astype(np.float32) * 0.8 + 0.1, np.ones(corpus.labels.shape)
    found = module.held_out(
        whole, Observed(P, whole.labels, whole.single_label, ones, ones, around=np.zeros((*P.shape, 2)))
    )
    count = {sort: sums[..., 0].sum(axis=(0, 2)).tolist() for sort, sums in found.sums.items()}
    assert count == {"alone": [80] * 3, "in_documents": [80] * 3, "documents": [len(set(stories))] * 3}
    union = {story: corpus.labels[[s == story for s in stories]].max(axis=0) for story in stories}
    assert found.sums["documents"][:, :, 1, 0].sum(axis=0).tolist() == sum(union.values()).tolist()


def test_a_trained_classifier_knows_it(composed: Composed) -> None:
    config = composed("model=lexicon")
    data = prepare(config)
    known = fit_classifier(data.corpus, data.folds[0], config)[0].about["held_out"]
    assert {*known} <= {"alone", "in_documents", "documents"}
    assert np.isfinite(np.asarray(known["alone"])).all()
