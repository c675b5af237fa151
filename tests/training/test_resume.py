"""A training that was broken off goes on: in the same run, with what is done, to the same figures."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from paratheme.tracking import delivery
from paratheme.tracking.outbox import ROOT, unfinished
from paratheme.training import fit
from paratheme.training import train as train_module
from paratheme.training.kept import Kept
from paratheme.training.train import train
from tests.training.conftest import Composed, run_called

pytestmark = pytest.mark.slow

KFOLD = ("model=tfidf", "model.char_ngrams=[2,3]", "split=kfold", "split.k=3", "checks=none")


@pytest.fixture(autouse=True)
def _nothing_is_left(workplace: SimpleNamespace) -> Iterator[None]:
    yield
    for box in unfinished():
        box.remove()


def broken_off_at(number: int, name: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Have a function raise when it is called for the `number`-th time; return how often it was."""
    real, calls = getattr(fit, name), []

    def interrupted(*arguments: Any) -> Any:
        calls.append(1)
        if len(calls) == number:
            raise KeyboardInterrupt
        return real(*arguments)

    monkeypatch.setattr(fit, name, interrupted)
    return calls


def test_folds_that_are_done_are_not_done_again(
    workplace: SimpleNamespace, composed: Composed, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = composed(*KFOLD, "name=whole")
    whole = train(config)
    with monkeypatch.context() as patch:
        broken_off_at(3, "fit_classifier", patch)
        with pytest.raises(KeyboardInterrupt):
            train(config)
    run = run_called(workplace.client, "whole")
    assert run.info.status == "KILLED"
    calls = broken_off_at(99, "fit_classifier", monkeypatch)
    again = train(config)
    assert len(calls) == 1
    assert again.run_id == run.info.run_id
    assert again.pooled is not None
    assert whole.pooled is not None
    assert again.pooled.metrics == pytest.approx(whole.pooled.metrics, nan_ok=True)
    assert again.score == pytest.approx(whole.score)
    parts = workplace.client.search_runs(
        [run.info.experiment_id], filter_string=f"tags.`mlflow.parentRunId` = '{again.run_id}'"
    )
    assert [part.info.status for part in parts] == ["FINISHED"] * 3
    assert run_called(workplace.client, "whole").info.status == "FINISHED"


def test_predictions_out_of_fold_that_are_done_are_not_done_again(
    workplace: SimpleNamespace, composed: Composed, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = composed("model=tfidf", "model.char_ngrams=[2,3]", "checks=none", "name=inner")
    whole = train(config)
    with monkeypatch.context() as patch:
        broken_off_at(4, "predict_out_of_fold", patch)
        with pytest.raises(KeyboardInterrupt):
            train(config)
    calls = broken_off_at(99, "predict_out_of_fold", monkeypatch)
    again = train(config)
    assert len(calls) == fit.OUT_OF_FOLD - 3
    assert again.folds[0].test.metrics == pytest.approx(whole.folds[0].test.metrics, nan_ok=True)


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ([], True),
        (["tracking.log_figures=true"], True),
        (["seed=1"], False),
        (["evaluation.n_resamples=60"], False),
        (["resume=never"], False),
    ],
)
def test_only_the_same_configuration_is_gone_on_with(
    changes: list[str], same: bool, workplace: SimpleNamespace, composed: Composed, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = ["model=lexicon", "checks=none", "name=same"]
    with monkeypatch.context() as patch:
        patch.setattr(train_module, "fit_and_test", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            train(composed(*base))
    broken = run_called(workplace.client, "same").info.run_id
    assert (train(composed(*base, *changes)).run_id == broken) is same


def test_a_model_that_waited_is_registered_once_when_the_store_answers(
    workplace: SimpleNamespace, composed: Composed, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = delivery.Line()
    monkeypatch.setattr("paratheme.tracking.open_run.LINE", line)
    monkeypatch.setattr(delivery, "LINE", line)
    with monkeypatch.context() as patch:
        patch.setattr(line, "deliver", lambda *_, **__: False)
        result = train(composed("model=lexicon", "checks=none", "name=waited.1", "tracking.log_model=true"))
    assert result.waiting is not None
    assert result.model_uri is None
    assert (result.waiting / "classifier" / "classifier.json").is_file()
    (box,) = unfinished()
    delivery.deliver(box)
    box.state = {"count": 0}
    delivery.deliver(box)
    run = run_called(workplace.client, "waited.1")
    (version,) = workplace.client.search_model_versions(f"run_id = '{run.info.run_id}'")
    assert run.data.tags["model_uri"] == f"models:/{version.name}/{version.version}"
    assert version.description
    box.remove()
    assert len(run.outputs.model_outputs) == 1


def test_a_registration_that_was_cut_off_is_made_up_for(
    workplace: SimpleNamespace, composed: Composed, monkeypatch: pytest.MonkeyPatch
) -> None:
    import mlflow

    with monkeypatch.context() as patch:
        patch.setattr(delivery, "FIRST_PAUSE", 1000.0)
        line = delivery.Line()
        patch.setattr("paratheme.tracking.open_run.LINE", line)
        patch.setattr(mlflow, "register_model", lambda *_, **__: (_ for _ in ()).throw(ConnectionError("cut")))
        train(composed("model=lexicon", "checks=none", "name=cut", "tracking.log_model=true"))
    assert delivery.deliver_waiting()[0] == ["cut"]
    run = run_called(workplace.client, "cut")
    assert run.info.status == "FINISHED"
    assert len(workplace.client.search_model_versions(f"run_id = '{run.info.run_id}'")) == 1
    assert len(run.outputs.model_outputs) == 1


def test_a_training_that_ends_leaves_nothing_behind(workplace: SimpleNamespace, composed: Composed) -> None:
    train(composed("model=lexicon", "checks=none", "name=tidy"))
    assert not ROOT.exists(), list(ROOT.rglob("*"))


def test_an_array_is_kept_whole_and_never_pickled(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    kept = Kept(tmp_path).part("fold-1")
    made = kept.array("P", lambda: np.eye(2, dtype=np.float32))
    assert np.array_equal(kept.array("P", lambda: None), made)
    assert [path.name for path in (tmp_path / "fold-1").iterdir()] == ["P.npy"]
    np.save(tmp_path / "object.npy", np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match="pickle"):
        Kept(tmp_path).array("object", lambda: None)
    (tmp_path / "file").write_text("")
    with caplog.at_level(logging.WARNING):
        Kept(tmp_path / "file").array("P", lambda: np.eye(2))
    assert "cannot be kept" in caplog.text
    assert Kept().array("P", lambda: 3) == 3
