"""The same seed, data and machine: the same division, the same decisions, the same figures."""

from __future__ import annotations

import re
from types import SimpleNamespace

import numpy as np
import pytest

from paratheme.training.data import prepare
from paratheme.training.train import train
from tests.training.conftest import Composed

pytestmark = pytest.mark.slow

MODELS = {
    "lexicon": ["model=lexicon"],
    "tfidf": ["model=tfidf", "model.char_ngrams=[2,3]"],
    "frozen": ["model=frozen"],
    "finetuned": ["model=finetuned", "model.epochs=1", "model.text_noise=0.5"],
    "hybrid": ["model=hybrid", "model.epochs=1"],
}


@pytest.mark.parametrize("model", MODELS)
def test_two_trainings_of_the_same_give_the_same(model: str, workplace: SimpleNamespace, composed: Composed) -> None:
    config = composed(*MODELS[model], "checks=none", "seed=3")
    one, other = (train(config).folds[0].test for _ in range(2))
    assert np.array_equal(one.predictions.y_pred, other.predictions.y_pred)
    assert one.metrics == pytest.approx(other.metrics, abs=1e-6, nan_ok=True)


def test_two_divisions_of_the_same_are_the_same(composed: Composed) -> None:
    config = composed("split.seed=5")
    one, other = (prepare(config).folds[0] for _ in range(2))
    for part in ("train", "valid", "test"):
        assert np.array_equal(getattr(one, part), getattr(other, part))
    another = prepare(composed("split.seed=6")).folds[0]
    assert not np.array_equal(one.test, another.test)


def test_a_run_tells_what_its_figures_may_depend_on(workplace: SimpleNamespace, composed: Composed) -> None:
    result = train(composed("model=lexicon", "checks=none", "name=tagged"))
    tags = workplace.client.get_run(result.run_id).data.tags
    told = dict(one.rsplit(" ", 1) for one in tags["versions"].split(", "))
    assert {"paratheme", "python", "numpy", "scikit-learn", "torch", "transformers"} <= set(told)
    assert told["numpy"] == np.__version__
    assert re.fullmatch(r"\w.*, threads: \d+", tags["machine"])
