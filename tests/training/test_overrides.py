"""What is typed after train: places spelled anyhow are taken, and what is no override is told how it is written."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest
from hydra.core.override_parser.overrides_parser import OverridesParser
from hypothesis import example, given
from hypothesis import strategies as st

from paratheme.errors import UsageError
from paratheme.training.compose import compose, run_jobs
from paratheme.training.config import Config
from paratheme.training.overrides import prepared, quoted

SMALL = ["themes=sib200", "model=lexicon"]
PATHS = [
    "my data (v2)/a=b,c.csv",
    "o'brien/labels.csv",
    'say "labels".csv',
    "étiquettes d'août [2024].csv",
    "2024",
    "true",
    "a: b, {c}.csv",
    "C:\\labels\\",
    "x # y $z %t.csv",
    "~/تصنيف.csv",
    "[",
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, for Hydra's run as for ours."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["paratheme"])
    monkeypatch.setenv("HYDRA_FULL_ERROR", "1")
    return tmp_path


def jobs_of(*overrides: str, multirun: bool = False) -> list[Config]:
    begun: list[Config] = []

    def job(config: Config, name: str, command: str) -> float:
        begun.append(config)
        return 0.5

    run_jobs(overrides, multirun, job)
    return begun


# Places


@given(st.text())
@example("\\'")
@example("\\\\")
def test_hydra_reads_a_quoted_text_back_as_it_was(text: str) -> None:
    assert OverridesParser.create().parse_override(f"key={quoted(text)}").value() == text


@given(st.text(min_size=1).filter(lambda text: text == text.strip() and text[0] not in "'\"" and text != "null"))
def test_a_place_may_be_spelled_anyhow(text: str) -> None:
    (ready,) = prepared([f"corpus.path={text}"])
    assert OverridesParser.create().parse_override(ready).value() == text
    assert prepared([ready]) == [ready]


@pytest.mark.parametrize("path", PATHS)
def test_a_path_reaches_the_job_as_it_was_typed(path: str, folder: Path) -> None:
    assert compose([*SMALL, f"corpus.path={path}"]).corpus.path == path
    assert [config.corpus.path for config in jobs_of(*SMALL, f"corpus.path={path}")] == [path]


def test_a_path_with_commas_is_one_path_in_several_runs_too_where_it_is_there(folder: Path) -> None:
    path = Path("my data (v2)", "a=b,c's.csv")
    path.parent.mkdir()
    path.touch()
    begun = jobs_of("themes=sib200", "model=lexicon,tfidf", f"corpus.path={path}", multirun=True)
    assert [config.corpus.path for config in begun] == [str(path)] * 2
    begun = jobs_of(*SMALL, "corpus.path=a.csv,b.csv", multirun=True)
    assert [config.corpus.path for config in begun] == ["a.csv", "b.csv"]


@pytest.mark.parametrize("path", [*PATHS, "labelled.csv", "my_data/labelled.csv"])
def test_the_command_of_a_run_tells_a_path_as_it_was_typed(path: str, folder: Path) -> None:
    commands: list[str] = []
    run_jobs([*SMALL, f"corpus.path={path}"], False, lambda _, __, command: commands.append(command))
    assert shlex.split(commands[0]) == ["paratheme", "train", *SMALL, f"corpus.path={path}"]


def test_what_was_quoted_and_null_stay(folder: Path) -> None:
    assert compose([*SMALL, "corpus.path='my data'"]).corpus.path == "my data"
    assert compose([*SMALL, "corpus.path=null"]).corpus.path is None


@pytest.mark.parametrize("separator", [";", ",", "|", "#", "'", "&"])
def test_a_separator_needs_no_second_pair_of_quotes(separator: str) -> None:
    assert compose([*SMALL, f"corpus.separator={separator}"]).corpus.separator == separator


@pytest.mark.parametrize("name", ["o'brien", "a, b", "[x] = {y}", "été #1", "100%"])
@pytest.mark.parametrize("multirun", [False, True])
def test_the_working_directory_may_be_called_anyhow(
    name: str, multirun: bool, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    themes = folder / name / "conf" / "themes"
    themes.mkdir(parents=True)
    (themes / "desk.yaml").write_text("name: desk\nthemes: [{id: harbours}]\n")
    monkeypatch.chdir(folder / name)
    (config,) = jobs_of("themes=desk", "checks=none", "model=lexicon", multirun=multirun)
    assert config.themes.ids == ("harbours",)


# What is no override


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["model", "tfidf"], "'model': write model=tfidf"),
        (["model"], "'model': write model=VALUE"),
        (["modle", "tfidf"], "'modle': write model=tfidf"),
        (["tfidf"], "'tfidf': write model=tfidf"),
        (["quick"], "'quick': write experiment=quick"),
        (["seed", "3"], "'seed': write seed=3"),
        (["model.C", "3"], "'model.C': write model.C=3"),
        (["desk-labels.csv"], "'desk-labels.csv': write corpus.path=desk-labels.csv"),
        (["nonsense"], "'nonsense': settings are written KEY=VALUE, such as model=tfidf"),
        (["modèle=tfidf"], "'modèle' is no setting; `paratheme train --help`"),
        (["themes=desk.yaml"], "themes=desk.yaml: write themes=desk, the file is conf/themes/desk.yaml"),
        (["themes=conf/themes/desk.yaml"], "write themes=desk, the file is conf/themes/desk.yaml"),
        (["themes=mine.yml"], "write themes=mine, with the file at conf/themes/mine.yaml"),
        (["themes=desk-labels.yaml"], "write themes=desk-labels, put the file at conf/themes/desk-labels.yaml"),
        (["themes=mine"], "there is no themes=mine; there are desk, oic, sib200; `paratheme init mine` writes it"),
        (["model=lexicon,tfidf"], "model=lexicon,tfidf: several values; add -m for a run with each"),
        (["seed=1,2"], "seed=1,2: several values; add -m for a run with each, or write seed=[1,2] where a list is"),
        (["seed=range(1,3)"], "several values; add -m"),
        (["seed=abc"], "seed=abc: give a whole number of at least 0"),
        (["themes.deployment.prior=2"], "themes.deployment.prior=2: give a number above 0 and below 1"),
    ],
)
def test_what_is_no_override_is_told_with_what_to_write(typed: list[str], said: str, folder: Path) -> None:
    (folder / "conf" / "themes").mkdir(parents=True)
    (folder / "conf" / "themes" / "desk.yaml").write_text("themes: [{id: harbours}]\n")
    (folder / "desk-labels.csv").touch()
    (folder / "desk-labels.yaml").touch()
    begun: list[Any] = []
    with pytest.raises(UsageError) as caught:
        run_jobs(typed, False, lambda *job: begun.append(job))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert begun == []


# Recipes of several runs


@pytest.mark.parametrize("multirun", [False, True])
def test_the_baseline_is_two_runs_with_m_or_without(
    multirun: bool, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    begun = jobs_of("themes=sib200", "experiment=baseline", multirun=multirun)
    assert [config.model.model_type for config in begun] == ["lexicon", "tfidf"]
    assert "a run for each of model=lexicon,tfidf" in capsys.readouterr().err


def test_what_is_typed_goes_before_what_a_recipe_runs_through(folder: Path) -> None:
    assert [config.model.model_type for config in jobs_of("themes=sib200", "experiment=baseline", "model=tfidf")] == [
        "tfidf"
    ]
    begun = jobs_of("themes=sib200", "experiment=baseline", "seed=1,2", multirun=True)
    assert [(config.seed, config.model.model_type) for config in begun] == [
        (1, "lexicon"), (1, "tfidf"), (2, "lexicon"), (2, "tfidf"),
    ]  # fmt: skip
