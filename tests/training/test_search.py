"""The search for settings: child runs, pruned and resumed, that never see the test part."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from paratheme.errors import ParathemeError
from paratheme.paths import shipped
from paratheme.themes.theme_set import ThemeSet
from paratheme.training import search as sweep
from paratheme.training import train
from paratheme.training.config import compose, plain


@pytest.fixture
def settings(table: Path, themes: ThemeSet, workplace: SimpleNamespace, tmp_path: Path) -> dict[str, Any]:
    base = ["themes=sib200", "corpus=table", f"corpus.path={table}", "model=tfidf", "model.char_ngrams=[2,3]"]
    base += ["tracking.log_model=false", "tracking.log_figures=false", "evaluation.draws=50", "name=search"]
    searched = {"trials": 3, "folds": 2, "storage": f"sqlite:///{tmp_path / 'sweep.db'}", "space": {}}
    searched["space"] = {"model": {"C": {"low": 0.01, "high": 10.0, "log": True}, "word_ngrams": [[1, 1], [1, 2]]}}
    return {**plain(compose(base)), "themes": themes.to_dict(), "sweep": searched}


def runs(workplace: SimpleNamespace, text: str) -> list[Any]:
    experiment = workplace.client.get_experiment_by_name("paratheme")
    return list(workplace.client.search_runs([experiment.experiment_id], filter_string=text))


def test_trials_are_child_runs_and_the_best_trains_the_parent(
    settings: dict[str, Any], workplace: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    train.train({**settings, "name": "best"})
    (parent,) = runs(workplace, "attributes.run_name = 'best'")
    children = runs(workplace, f"tags.`mlflow.parentRunId` = '{parent.info.run_id}'")
    assert len(children) == 3
    best = max(child.data.metrics["sweep/average_precision"] for child in children)
    of_best = {c.data.params["model.C"] for c in children if c.data.metrics["sweep/average_precision"] == best}
    assert parent.data.params["model.C"] in of_best
    assert "test/macro_f1" in parent.data.metrics
    assert not any(name.startswith("test/") for child in children for name in child.data.metrics)
    assert "best of 3 trials: model.C=" in capsys.readouterr().out


@pytest.mark.parametrize(("error", "status"), [(KeyboardInterrupt, "KILLED"), (RuntimeError, "FAILED")])
def test_a_search_that_ended_early_goes_on_where_it_was(
    error: type[BaseException],
    status: str,
    settings: dict[str, Any],
    workplace: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings["name"] = name = f"{status}-search"
    real, built = sweep.new_model, []

    def interrupt(*arguments: Any) -> Any:
        built.append(1)
        if len(built) == 4:  # in the second fold of the second trial
            raise error
        return real(*arguments)

    monkeypatch.setattr(sweep, "new_model", interrupt)
    with pytest.raises(error):
        train.train(settings)
    train.train(settings)
    (parent,) = runs(workplace, f"attributes.run_name = '{name}'")
    assert parent.info.status == "FINISHED"
    children = runs(workplace, f"tags.`mlflow.parentRunId` = '{parent.info.run_id}'")
    assert sorted(child.info.status for child in children) == sorted(["FINISHED"] * 3 + [status])


def test_a_hopeless_trial_is_broken_off_and_says_so(
    settings: dict[str, Any], workplace: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    figures = iter([0.9, 0.9] * sweep.BEFORE_PRUNING + [0.1])
    monkeypatch.setattr(sweep, "macro_average_precision", lambda Y, P: next(figures))
    settings["name"] = "hopeless"
    settings["sweep"]["trials"] = sweep.BEFORE_PRUNING + 1
    train.train(settings)
    (parent,) = runs(workplace, "attributes.run_name = 'hopeless'")
    pruned = runs(workplace, f"tags.`mlflow.parentRunId` = '{parent.info.run_id}' and tags.pruned != ''")
    assert [child.data.tags["pruned"] for child in pruned] == ["after 1 of 2 folds"]
    assert pruned[0].info.status == "FINISHED"


@pytest.mark.parametrize(
    ("space", "said"),
    [
        ({}, r"sweep\.space is empty"),
        ({"model": {"depth": [1, 2]}}, r"there is no setting model\.depth; there are .*C"),
        ({"model": {"C": 3}}, r"sweep\.space\.model\.C: give a list of values"),
        ({"model": {"C": {"low": 1}}}, r"sweep\.space\.model\.C"),
    ],
)
def test_a_space_that_cannot_be_searched_is_refused(settings: dict[str, Any], space: dict[str, Any], said: str) -> None:
    settings["sweep"]["space"] = space
    with pytest.raises(ParathemeError, match=said):
        train.train(settings)


@pytest.mark.parametrize("name", sorted(file.stem for file in shipped("conf/sweep").glob("*.yaml")))
def test_every_space_that_ships_is_of_settings_that_its_model_has(name: str, settings: dict[str, Any]) -> None:
    composed = plain(compose(["experiment=sweep", f"model={name}", f"sweep={name}"]))
    composed["sweep"]["storage"] = settings["sweep"]["storage"]
    study = sweep.open_study(composed, SimpleNamespace(fingerprint="0"))  # type: ignore[arg-type]
    assert study.study_name.startswith("sweep ")


def test_a_search_has_one_test_part(settings: dict[str, Any]) -> None:
    settings["split"] = {"strategy": "kfold", "k": 3, "seed": 0, "group_translations": False}
    with pytest.raises(ParathemeError, match="use split=holdout"):
        train.train(settings)
