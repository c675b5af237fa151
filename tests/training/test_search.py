"""The search for settings: child runs, pruned and resumed, that never see the test set."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import mlflow
import optuna
import pytest

from paratheme.training import fit, search
from paratheme.training.config import Config
from paratheme.training.data import prepare
from paratheme.training.search import best_overrides, best_params, open_study
from paratheme.training.train import train
from tests.training.conftest import Composed, run_called

pytestmark = pytest.mark.slow

SPACE = {"model": {"C": {"low": 0.01, "high": 10.0, "log": True}, "word_ngrams": [[1, 1], [1, 2]]}}


@pytest.fixture
def config(composed: Composed, workplace: SimpleNamespace, tmp_path: Path) -> Any:
    """Make the configuration of a small search."""

    def make(name: str, **changes: Any) -> Config:
        base = composed("model=tfidf", "model.char_ngrams=[2,3]", f"name={name}")
        sweep = {"space": SPACE, "trials": 3, "folds": 2, "storage": f"sqlite:///{tmp_path / 'sweep.db'}"}
        return Config.model_validate({**base.model_dump(), "sweep": {**sweep, **changes}})

    return make


def children_of(workplace: SimpleNamespace, run: Any, filters: str = "") -> list[Any]:
    experiment = workplace.client.get_experiment_by_name("paratheme")
    text = f"tags.`mlflow.parentRunId` = '{run.info.run_id}'{filters}"
    return list(workplace.client.search_runs([experiment.experiment_id], filter_string=text))


def test_trials_are_child_runs_and_the_best_trains_the_parent(config: Any, workplace: SimpleNamespace) -> None:
    result = train(config("best"))
    parent = run_called(workplace.client, "best")
    children = children_of(workplace, parent)
    assert len(children) == 3
    assert {child.data.tags["kind"] for child in children} == {"trial"}
    best = max(child.data.metrics["sweep/average_precision"] for child in children)
    of_best = {c.data.params["model.C"] for c in children if c.data.metrics["sweep/average_precision"] == best}
    assert parent.data.params["model.C"] in of_best
    assert str(result.config.model.params["C"]) == parent.data.params["model.C"]
    assert "test/macro_f1" in parent.data.metrics
    assert not any(name.startswith("test/") for child in children for name in child.data.metrics)
    assert result.searched.startswith("Best of 3 trials: model.C=")
    assert result.searched in parent.data.tags["mlflow.note.content"]


def test_a_trial_learns_from_and_is_judged_on_all_but_the_test_set(
    config: Any, workplace: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: set[str] = set()
    real = fit.new_model

    def watched(settings: Config) -> Any:
        model = real(settings)
        learn, ask = model.fit, model.predict_proba
        model.fit = lambda texts, Y: seen.update(texts) or learn(texts, Y)
        model.predict_proba = lambda texts: seen.update(texts) or ask(texts)
        return model

    monkeypatch.setattr(fit, "new_model", watched)
    settings = config("watched", trials=1)
    data = prepare(settings)
    labelled = data.corpus.take(data.folds[0].labelled)
    mlflow.set_experiment("paratheme")
    search.search(open_study(settings, settings.sweep, data.corpus), settings, settings.sweep, labelled)
    assert seen == set(labelled.texts)


@pytest.mark.parametrize(("error", "status"), [(KeyboardInterrupt, "KILLED"), (RuntimeError, "FAILED")])
def test_a_search_that_ended_early_goes_on_where_it_was(
    error: type[BaseException],
    status: str,
    config: Any,
    workplace: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = config(f"{status}-search")
    real, asked = search.predict_out_of_fold, []

    def interrupt(*arguments: Any) -> Any:
        asked.append(1)
        if len(asked) == 4:  # in the second fold of the second trial
            raise error
        return real(*arguments)

    monkeypatch.setattr(search, "predict_out_of_fold", interrupt)
    with pytest.raises(error):
        train(settings)
    assert run_called(workplace.client, f"{status}-search").info.status == status
    train(settings)
    experiment = workplace.client.get_experiment_by_name("paratheme")
    named = f"attributes.run_name = '{status}-search'"
    (parent,) = workplace.client.search_runs([experiment.experiment_id], filter_string=named)
    assert parent.info.status == "FINISHED"
    statuses = [child.info.status for child in children_of(workplace, parent)]
    assert sorted(statuses) == sorted(["FINISHED"] * 3 + [status])


def test_a_search_that_is_done_is_not_done_again(config: Any, workplace: SimpleNamespace) -> None:
    first = train(config("done"))
    again = train(config("done"))
    assert again.run_id != first.run_id
    assert again.config == first.config
    assert children_of(workplace, run_called(workplace.client, "done")) == []


def test_a_hopeless_trial_is_broken_off_and_says_so(
    config: Any, workplace: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    figures = iter([0.9, 0.9] * search.BEFORE_PRUNING + [0.1])
    monkeypatch.setattr(search, "macro_average_precision", lambda Y, P: next(figures))
    monkeypatch.setattr(search, "predict_out_of_fold", lambda *_: None)
    train(config("hopeless", trials=search.BEFORE_PRUNING + 1))
    parent = run_called(workplace.client, "hopeless")
    pruned = children_of(workplace, parent, " and tags.pruned != ''")
    assert [child.data.tags["pruned"] for child in pruned] == ["after 1 of 2 folds"]
    assert pruned[0].info.status == "FINISHED"


def test_the_best_settings_are_told_as_they_are_typed() -> None:
    study = optuna.create_study(direction="maximize")
    distributions = {
        "model.C": optuna.distributions.FloatDistribution(0.01, 10, log=True),
        "model.min_count": optuna.distributions.IntDistribution(1, 3),
        "model.word_ngrams": optuna.distributions.CategoricalDistribution(["[1, 1]", "[1, 2]"]),
        "model.class_weight": optuna.distributions.CategoricalDistribution(["null", '"balanced"']),
    }
    values = {"model.C": 0.123456, "model.min_count": 2, "model.word_ngrams": "[1, 2]", "model.class_weight": "null"}
    study.add_trial(optuna.create_trial(params=values, distributions=distributions, value=1.0))
    assert best_params(study) == {
        "model.C": 0.123456,
        "model.min_count": 2,
        "model.word_ngrams": [1, 2],
        "model.class_weight": None,
    }
    assert best_overrides(study).startswith("model.C=0.1235 model.min_count=2 model.word_ngrams=[1, 2]")


def test_another_corpus_seed_or_space_is_another_study_but_other_checks_are_not(config: Any) -> None:
    def name(settings: Config, fingerprint: str = "0") -> str:
        corpus: Any = SimpleNamespace(fingerprint=fingerprint)
        assert settings.sweep is not None
        return open_study(settings, settings.sweep, corpus).study_name

    settings = config("names")
    same = settings.model_copy(update={"checks": settings.checks.model_copy(update={"perturbed_texts": 7})})
    assert name(settings) == name(same) == name(config("names", trials=9))
    others = [
        settings.model_copy(update={"seed": 1}),
        config("names", folds=3),
        config("names", space={"model.C": [1]}),
    ]
    names = {name(settings), name(settings, "1"), *map(name, others)}
    assert len(names) == 5
