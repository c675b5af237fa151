"""The typed configuration: every file that ships is one, changes are checked, and so is what is searched for."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from paratheme.corpus.load import UNNAMED
from paratheme.errors import UsageError
from paratheme.models import build
from paratheme.training.compose import compose
from paratheme.training.config import Config, SweepSettings

ROOT = Path(__file__).parents[2]
CONF = ROOT / "conf"
GROUPS = ("themes", "corpus", "split", "encoder", "model", "checks", "evaluation", "tracking")
CHOICES = [(group, path.stem) for group in GROUPS for path in sorted((CONF / group).glob("*.yaml"))]
MODELS = [choice for group, choice in CHOICES if group == "model"]
EXPERIMENTS = sorted(path.stem for path in (ROOT / "experiments").glob("*.yaml"))


def composed(*overrides: str) -> Config:
    small = [] if any(override.startswith("themes=") for override in overrides) else ["themes=sib200"]
    return compose([*small, *overrides])


def test_every_group_of_the_configuration_ships_in_the_wheel() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    shipped = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert {key: value for key, value in shipped.items() if key != "seeds"} == {
        "conf": "paratheme/conf",
        "experiments": "paratheme/experiments",
    }


@pytest.mark.parametrize(("group", "choice"), CHOICES)
def test_every_file_in_conf_is_a_configuration(group: str, choice: str) -> None:
    path = ["corpus.path=somewhere"] if group == "corpus" else []
    config = composed(f"{group}={choice}", *path)
    if group == "themes":
        assert config.themes.name == choice
    if group == "corpus":
        assert config.corpus.name == ("somewhere" if choice in UNNAMED else choice)
    if group == "split":
        assert config.split.strategy == choice
    if group == "encoder":
        assert config.encoder.pooling == "mean"


@pytest.mark.parametrize("choice", MODELS)
def test_every_model_is_called_as_its_file_is_and_names_all_its_settings(choice: str) -> None:
    config = composed(f"model={choice}")
    assert config.label == config.model.label == choice
    shared = {"encoder": config.encoder, "themes": config.themes, "seed": 3, "single_label": True}
    known = build(config.model.model_type, config.model.params, shared).get_params()
    assert {key: known[key] for key in config.model.params} == config.model.params
    assert set(known) == set(config.model.params) | (set(shared) & set(known)), "none is left to a default"
    assert known["single_label"] is True


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_experiment_composes_and_is_called_as_its_file_is(name: str) -> None:
    config = compose([f"experiment={name}"])
    assert config.name == config.label == name


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_experiment_opens_with_the_command_that_runs_it_and_its_question(name: str) -> None:
    package, command, question = (ROOT / "experiments" / f"{name}.yaml").read_text("utf-8").splitlines()[:3]
    assert package == "# @package _global_"
    assert command in (f"# paratheme train experiment={name}", f"# paratheme train -m experiment={name}")
    assert question.startswith("# ")


def test_a_configuration_is_plain_data_and_back() -> None:
    config = composed("experiment=sweep")
    plain = json.loads(json.dumps(config.plain()))
    assert Config.model_validate_json(json.dumps(plain)) == config
    assert yaml.safe_load(yaml.safe_dump(plain)) == plain


def test_a_configuration_does_not_change_but_can_be_had_changed() -> None:
    config = composed("experiment=sweep")
    changed = config.changed({"model.head_C": 0.5, "encoder.pooling": "cls"})
    assert (changed.model.params["head_C"], changed.encoder.pooling, changed.sweep) == (0.5, "cls", None)
    assert (config.model.params["head_C"], config.encoder.pooling) == (0.001, "mean")
    with pytest.raises(ValidationError, match="frozen"):
        config.seed = 1
    with pytest.raises(UsageError, match=r"encoder\.pooling=max: give one of mean, cls"):
        config.changed({"encoder.pooling": "max"})


def test_a_name_goes_before_the_models() -> None:
    assert composed("model=tfidf", "name=mine").label == "mine"
    assert composed("model=hybrid", "model.epochs=0").label == "hybrid_frozen"
    assert composed("model=finetuned", "model.epochs=0").label == "frozen"


# What is searched for


def searching(space: dict[str, Any], **changes: Any) -> Config:
    sweep = {"space": space, "trials": 2, "folds": 2, "storage": "sqlite://"}
    return Config.model_validate({**composed("model=tfidf").model_dump(), "sweep": sweep, **changes})


def test_what_is_searched_for_is_named_by_path() -> None:
    space = {"model": {"C": {"low": 0.1, "high": 10.0, "log": True}, "min_count": [1, 2]}, "encoder.pooling": ["cls"]}
    sweep = SweepSettings(space=space, trials=1, folds=2, storage="sqlite://")
    assert dict(sweep.leaves()) == {
        "model.C": {"low": 0.1, "high": 10.0, "log": True},
        "model.min_count": [1, 2],
        "encoder.pooling": ["cls"],
    }
    assert searching(space).sweep is not None


@pytest.mark.parametrize(
    ("space", "said"),
    [
        ({"model": {"depth": [1, 2]}}, r"there is no setting model\.depth; there are .*C"),
        ({"model": {"C": 3}}, r"sweep\.space\.model\.C: give a list of values, or {low: 0\.1, high: 10\.0, log: true}"),
        ({"model": {"C": []}}, r"sweep\.space\.model\.C: give a list of values"),
        ({"model": {"C": {"low": 1}}}, r"sweep\.space\.model\.C: give a list of values"),
        ({"model": {"C": {"low": 1.0, "high": 2.0, "steps": 3}}}, r"sweep\.space\.model\.C: give a list of values"),
        ({"split": {"seed": [1]}}, r"sweep\.space\.split\.seed: only settings of model and encoder can be searched"),
        ({"seed": [1]}, r"sweep\.space\.seed: only settings of model and encoder can be searched for"),
    ],
)
def test_a_space_that_cannot_be_searched_is_refused(space: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        searching(space)


@pytest.mark.parametrize(
    ("space", "said"),
    [
        ({"model": {"C": [1.0, -1.0]}}, r"model\.C=-1\.0: give a number above 0"),
        ({"model": {"C": {"low": 0.0, "high": 1.0}}}, r"model\.C=0\.0: give a number above 0"),
        ({"encoder": {"pooling": ["max"]}}, r"encoder\.pooling=max: give one of mean, cls"),
    ],
)
def test_a_value_that_a_trial_could_not_take_is_refused_before_the_first(space: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        searching(space)


def test_a_search_has_one_test_set() -> None:
    space = {"model": {"C": [1.0]}}
    for split in ("kfold", "learning_curve", "leave_language_out"):
        with pytest.raises(ValidationError, match="use split=holdout or split=given"):
            searching(space, split=composed(f"split={split}").split.model_dump())
    assert searching(space, split={"strategy": "given"}).sweep is not None


@pytest.mark.parametrize("name", sorted(file.stem for file in (CONF / "sweep").glob("*.yaml")))
def test_every_space_that_ships_is_of_settings_that_its_model_has(name: str) -> None:
    sweep = composed("experiment=sweep", f"model={name}", f"sweep={name}").sweep
    assert sweep is not None
    assert sweep.trials == 20
