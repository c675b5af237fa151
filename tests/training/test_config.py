"""Every configuration composes, and a wrong override is told before anything runs."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from paratheme.corpus.corpus import Columns, CorpusSettings
from paratheme.models import FAMILIES, build
from paratheme.models.encoder import EncoderSettings
from paratheme.themes.theme_set import ThemeSet
from paratheme.training import config as experiment

CONF = Path(__file__).parents[2] / "conf"
GROUPS = ("themes", "corpus", "split", "encoder", "model", "checks", "evaluation", "tracking")
CHOICES = [(group, path.stem) for group in GROUPS for path in sorted((CONF / group).glob("*.yaml"))]
EXPERIMENTS = sorted(path.stem for path in (CONF.parent / "experiments").glob("*.yaml"))


def test_every_group_of_the_configuration_ships_in_the_wheel() -> None:
    project = tomllib.loads((CONF.parent / "pyproject.toml").read_text("utf-8"))
    shipped = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"].values()
    groups = {file.parent.relative_to(CONF) for file in CONF.glob("*/*.yaml")}
    assert {Path("paratheme/conf", group) for group in groups} <= set(map(Path, shipped))


def composed(*overrides: str) -> dict[str, Any]:
    small = [] if any(override.startswith("themes=") for override in overrides) else ["themes=sib200"]
    return experiment.plain(experiment.compose([*small, *overrides]))


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[dict[str, Any]]:
    """The configurations that training was asked for; nothing is trained."""
    import sys

    from paratheme.training import train

    asked: list[dict[str, Any]] = []
    monkeypatch.setattr(train, "train", lambda settings, name: asked.append({**settings, "called": name}) or 0.5)
    monkeypatch.setattr(sys, "argv", ["paratheme"])
    monkeypatch.setenv("HYDRA_FULL_ERROR", "1")
    monkeypatch.chdir(tmp_path)
    return asked


@pytest.mark.parametrize(("group", "choice"), CHOICES)
def test_every_file_in_conf_composes(group: str, choice: str) -> None:
    path = ["corpus.path=somewhere"] if group == "corpus" else []
    assert composed(f"{group}={choice}", *path)[group]


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_experiment_composes_and_is_called_as_its_file_is(name: str) -> None:
    assert composed(f"experiment={name}")["name"] == name


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_experiment_opens_with_the_command_that_runs_it_and_its_question(name: str) -> None:
    package, command, question = (CONF / "experiment" / f"{name}.yaml").read_text("utf-8").splitlines()[:3]
    assert package == "# @package _global_"
    assert command in (f"# paratheme train experiment={name}", f"# paratheme train -m experiment={name}")
    assert question.startswith("# ")


@pytest.mark.parametrize("family", FAMILIES)
def test_every_model_family_has_a_configuration_that_it_takes(family: str) -> None:
    settings = composed(f"model={family}")["model"]
    assert settings.pop("thresholds_from") in ("validation", "out_of_fold")
    given = {key: value for key, value in settings.items() if key != "family"}
    model = build(**settings, shared={"encoder": {}, "themes": {}, "seed": 3, "exclusive": True})
    assert {key: model.get_params()[key] for key in given} == given
    assert model.get_params()["exclusive"] is True


@pytest.mark.parametrize("choice", [choice for group, choice in CHOICES if group == "encoder"])
def test_every_encoder_configuration_names_settings_that_exist(choice: str) -> None:
    assert EncoderSettings(**composed(f"encoder={choice}")["encoder"]).pooling == "mean"


@pytest.mark.parametrize("choice", [choice for group, choice in CHOICES if group == "corpus"])
def test_every_corpus_configuration_names_settings_that_exist(choice: str) -> None:
    settings = composed(f"corpus={choice}", "corpus.path=somewhere")["corpus"]
    columns = Columns(**settings.pop("columns"))
    assert CorpusSettings(**settings, columns=columns).name == choice


@pytest.mark.parametrize("choice", [choice for group, choice in CHOICES if group == "themes"])
def test_every_theme_configuration_is_a_theme_set(choice: str) -> None:
    assert ThemeSet.from_dict(composed(f"themes={choice}")["themes"]).name == choice


def test_a_family_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(ValueError, match=r"'oracle' does not exist; there are lexicon, tfidf, frozen, finetuned"):
        build("oracle")
    with pytest.raises(ValueError, match=r"'tfidf' has no setting 'epochs'; it has C, char_ngrams"):
        build("tfidf", epochs=3)


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("model=oracle", ["model/oracle", "finetuned", "frozen", "lexicon", "tfidf"]),
        ("experiment=nothing", ["experiment/nothing", *EXPERIMENTS]),
        ("split=half", ["split/half", "holdout", "kfold"]),
        ("modle=tfidf", ["modle", "model"]),
        ("model.oracle=1", ["model.oracle", "learning_rate"]),
        ("seeed=1", ["seeed", "seed"]),
        ("model=", ["model"]),
        ("corpus.columns.txt=a", ["corpus.columns.txt", "text", "themes", "language"]),
        ("corpus.path=[", ["'['"]),
        ("corpus=table", ["corpus.path"]),
        ("nonsense", ["nonsense"]),
    ],
)
def test_a_wrong_override_exits_with_two_and_one_line_that_names_what_exists(
    override: str, said: list[str], trained: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert experiment.run_experiment(["themes=sib200", override], multirun=False) == 2
    assert trained == []
    told = capsys.readouterr().err
    assert told.startswith("paratheme: ")
    assert len(told.splitlines()) == 1
    assert [word for word in said if word not in told] == []


def test_a_wrong_value_anywhere_in_a_sweep_stops_it_before_the_first_run(
    trained: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert experiment.run_experiment(["themes=sib200", "model=tfidf,lexicon,oracle"], multirun=True) == 2
    assert trained == []
    assert "model/oracle" in capsys.readouterr().err


def test_one_training_gets_the_composed_configuration(trained: list[Any], tmp_path: Path) -> None:
    assert experiment.run_experiment(["model=tfidf", "model.C=3", "seed=7"], multirun=False) == 0
    (settings,) = trained
    assert (settings["seed"], settings["model"]["family"], settings["model"]["C"]) == (7, "tfidf", 3)
    assert (settings["themes"]["name"], settings["called"]) == ("oic", "tfidf model.C=3")


@pytest.mark.parametrize(
    ("name", "typed", "called"),
    [
        (None, ["model=tfidf", "model.C=3", "seed=7", "checks=none", "corpus.path=x.csv"], "tfidf model.C=3"),
        ("quick", ["experiment=quick", "corpus.path=x.csv"], "quick"),
        ("quick", ["experiment=quick", "model=tfidf"], "quick model=tfidf"),
        ("mine", ["model=tfidf", "model.C=3", "name=mine"], "mine"),
        (None, ["model=tfidf", f"split.seed={'1' * 90}"], f"tfidf split.seed={'1' * 60}..."),
    ],
)
def test_a_run_is_called_by_what_was_typed(name: str | None, typed: list[str], called: str) -> None:
    assert experiment._name({"name": name, "model": {"family": "tfidf"}}, typed) == called


def test_a_sweep_trains_every_combination(trained: list[Any]) -> None:
    assert experiment.run_experiment(["themes=sib200", "model=tfidf,lexicon", "seed=1,2"], multirun=True) == 0
    found = [(settings["model"]["family"], settings["seed"]) for settings in trained]
    assert found == [("tfidf", 1), ("tfidf", 2), ("lexicon", 1), ("lexicon", 2)]


def test_the_baseline_experiment_sweeps_over_its_models(trained: list[Any]) -> None:
    assert experiment.run_experiment(["experiment=baseline", "themes=sib200"], multirun=True) == 0
    assert [settings["model"]["family"] for settings in trained] == ["lexicon", "tfidf"]
