"""From what is typed to checked configurations: a wrong setting is told before anything runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from paratheme.corpus.split import KFold
from paratheme.errors import ParathemeError, UsageError
from paratheme.training.compose import command, compose, compose_corpus, run_jobs, run_name
from paratheme.training.config import Config

ROOT = Path(__file__).parents[2]
EXPERIMENTS = sorted(path.stem for path in (ROOT / "experiments").glob("*.yaml"))
SHARE, COUNT = "give a number above 0 and below 1", "give a whole number of at least"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, folder: Path) -> list[tuple[Config, str, str]]:
    """The jobs that were begun."""
    monkeypatch.setattr("sys.argv", ["paratheme"])
    monkeypatch.setenv("HYDRA_FULL_ERROR", "1")
    return []


def jobs(asked: list[tuple[Config, str, str]]) -> Callable[[Config, str, str], float]:
    return lambda config, name, command: asked.append((config, name, command)) or 0.5


# Wrong settings


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        # a number that cannot be
        ("evaluation.n_resamples=0", f"evaluation.n_resamples=0: {COUNT} 1"),
        ("evaluation.confidence=95", f"evaluation.confidence=95: {SHARE}"),
        ("evaluation.confidence=0", f"evaluation.confidence=0: {SHARE}"),
        ("checks.perturbed_texts=-1", f"checks.perturbed_texts=-1: {COUNT} 0"),
        ("seed=-1", f"seed=-1: {COUNT} 0"),
        ("seed=1.5", f"seed=1.5: {COUNT} 0"),
        ("seed=null", f"seed=null: {COUNT} 0"),
        ("encoder.max_length=4", f"encoder.max_length=4: {COUNT} 8"),
        ("model.epochs=-1", "model.epochs=-1: give a number of at least 0"),
        ("model.learning_rate=0", "model.learning_rate=0: give a number above 0"),
        ("model.learning_rate=inf", "model.learning_rate=inf: give a number above 0"),
        ("model.dropout=1", "model.dropout=1: give a number of at least 0 and below 1"),
        ("model.frozen_layers=2", "model.frozen_layers=2: give a number of at least 0 and up to 1"),
        ("split.test_size=0", f"split.test_size=0: {SHARE}"),
        ("split.valid_size=0.9", "split: valid_size=0.9 and test_size=0.2 leave nothing for training; together"),
        ("split=kfold split.k=2", f"split.k=2: {COUNT} 3"),
        ("split=learning_curve split.shares=[0.5,2]", "split.shares: [0.5, 2.0]: give ascending shares above 0"),
        ("experiment=sweep sweep.trials=0", f"sweep.trials=0: {COUNT} 1"),
        ("experiment=sweep sweep.folds=1", f"sweep.folds=1: {COUNT} 2"),
        ("experiment=sweep ~sweep.space.model", "sweep.space={}: give a mapping that is not empty"),
        ("corpus.separator=", "corpus.separator=: give text that is not empty"),
        ("+themes.deployment.prior=2", f"themes.deployment.prior=2: {SHARE}"),
        # a word for a number, or another kind of value
        ("checks.perturbed_texts=many", f"checks.perturbed_texts=many: {COUNT} 0"),
        ("model.learning_rate=fast", "model.learning_rate=fast: give a number above 0"),
        ("model.epochs=two", "model.epochs=two: give a number of at least 0"),
        ("seed=one", f"seed=one: {COUNT} 0"),
        ("encoder.max_length=long", f"encoder.max_length=long: {COUNT} 8"),
        ("split.valid_size=half", f"split.valid_size=half: {SHARE}"),
        ("tracking.log_model=maybe", "tracking.log_model=maybe: give true or false"),
        ("split.group_translations=1", "split.group_translations=1: give true or false"),
        ("name=3", "name=3: give text or null"),
        ("checks.suites=oic", "checks.suites=oic: give a list, each text"),
        ("corpus.languages=[en]", "corpus.languages=['en']: give a mapping or null"),
        ("model=tfidf model.char_ngrams=3", f"model.char_ngrams=3: give a list of 2, each {COUNT[5:]} 1"),
        ("model=tfidf model.char_ngrams=[2]", f"model.char_ngrams=[2]: give a list of 2, each {COUNT[5:]} 1"),
        # one of several
        ("encoder.pooling=max", "encoder.pooling=max: give one of mean, cls"),
        ("model.class_weight=heavy", "model.class_weight=heavy: give balanced or null"),
        ("model.thresholds_from=valid", "model.thresholds_from=valid: give one of validation, out_of_fold"),
        ("model.model_type=oracle", "model.model_type=oracle: give one of finetuned, hybrid, lexicon, static, tfidf"),
        ("+model=tfidf", "+model: there is one already; write model=... without the plus"),
        ("split.strategy=half", "split.strategy=half: give one of few_shot, given, holdout, kfold, "),
        ("checks.suites=[mine.yaml]", "checks.suites: mine.yaml: no such file of checks; give a path, or oic"),
        (
            "model=bert",
            "there is no model=bert; there are finetuned, frozen, hybrid, hybrid_frozen, lexicon, static, tfidf",
        ),
        ("model=", "there is no model=; there are finetuned"),
        ("experiment=quik", f"there is no experiment=quik; did you mean quick? there are {', '.join(EXPERIMENTS)}"),
        ("split=half", "there is no split=half; there are few_shot, given, holdout, kfold"),
        ("themes=nothing", "there is no themes=nothing; there are oic, sib200; `paratheme init nothing` writes it"),
        # a setting that does not exist, at each level
        (
            "modle=tfidf",
            "there is no setting modle; did you mean model? there are name, sweep, seed, resume, themes, corpus",
        ),
        ("+oracle=1", "there is no setting oracle; there are themes, corpus"),
        (
            "model.oracle=1",
            "there is no setting model.oracle; there are model_type, thresholds_from, definitions, word_weight",
        ),
        (
            "+model.oracle=1",
            "there is no setting model.oracle; there are thresholds_from, definitions, model_type, epochs",
        ),
        (
            "model=tfidf +model.epochs=3",
            "there is no setting model.epochs; there are thresholds_from, definitions, model_type, char_",
        ),
        (
            "+encoder.depth=2",
            "there is no setting encoder.depth; there are path, revision, prefix, pooling, max_length",
        ),
        ("+evaluation.draws=9", "there is no setting evaluation.draws; there are n_resamples, confidence, seed"),
        ("+split.k=9", "there is no setting split.k; there are seed, group_translations, strategy, valid_size"),
        (
            "corpus.columns.txt=a",
            "there is no setting corpus.columns.txt; did you mean text? there are text, themes, language, document",
        ),
        (
            "+corpus.columns.txt=a",
            "there is no setting corpus.columns.txt; did you mean text? there are text, themes, language, document",
        ),
        ("+themes.colour=red", "there is no setting themes.colour; there are name, themes, deployment"),
        (
            "+themes.deployment={prior:0.1,recall:1}",
            "there is no setting themes.deployment.recall; did you mean word_recall? there are prior, word_recall",
        ),
        # what is missing
        ("corpus=table", "corpus.path must be given: add corpus.path=..."),
        ("~model.epochs", "model.epochs is missing: give a number of at least 0"),
        ("~evaluation", "evaluation is missing: give a mapping"),
        # what cannot be read at all
        ("nonsense", "'nonsense'"),
        ("evaluation=null", "Config group override must be a string or a list"),
        ("name=${oracle}", "name: Interpolation key 'oracle' not found"),
    ],
)
def test_a_wrong_setting_is_refused_with_its_name_and_what_is_allowed(typed: str, said: str, folder: Path) -> None:
    overrides = [typed] if "{" in typed else typed.split()
    with pytest.raises(UsageError) as caught:
        compose(["themes=sib200", *overrides])
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("themes:\n  - id: gaza\n  - names: {en: Sudan}\n", "line 3: themes[2].id is missing: give text"),
        ("themes:\n  - names: {en: Sudan}\n", "line 2: themes[1].id is missing: give text"),
        ("themes:\n\t- id: gaza\n", "line 2: not readable as YAML: a tab; indent with spaces"),
        ("themes: [\n", "line 2: not readable as YAML: "),
        ("themes:\n  - id: Gaza\n", "line 2: themes[Gaza].id: 'Gaza' is no id; use lower-case letters"),
        ("themes:\n  - id: gaza\n    words:\n      en: Gaza\n", "line 4: themes[gaza].words.en: is no list; write"),
        (
            "themes:\n  - id: gaza\n    colour: red\n",
            "line 3: there is no setting themes[gaza].colour; there are id, na",
        ),
        ("themes:\n  - id: gaza\n  - id: gaza\n", "line 3: themes[gaza]: theme 'gaza' stands twice; give each"),
        ("name: desk\nthemes: gaza\n", "line 2: themes: no themes; list at least one under 'themes:'"),
        ("name: desk\n", "line 1: themes is missing: give a list, each a mapping"),
        ("- gaza\n", "line 1: themes=['gaza']: give a mapping"),
        (
            "themes: [{id: gaza}]\ndeployment:\n  prior: 0.1\n  priors: {sudan: 0.1}\n",
            "line 2: deployment: priors: there is no theme 'sudan'; there are gaza",
        ),
        ("themes: [{id: gaza}]\ndeployment: {prior: often}\n", f"line 2: deployment.prior=often: {SHARE}"),
    ],
)
def test_a_wrong_theme_set_is_refused_with_its_file_and_line(text: str, said: str, folder: Path) -> None:
    file = folder / "conf" / "themes" / "mine.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(text, "utf-8")
    with pytest.raises(UsageError) as caught:
        compose(["themes=mine", "checks=none"])
    assert str(caught.value).startswith(f"{file.relative_to(folder)}, {said}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_a_theme_set_that_is_not_in_utf_8_is_refused_with_its_file_and_line(encoding: str, folder: Path) -> None:
    file = folder / "conf" / "themes" / "mine.yaml"
    file.parent.mkdir(parents=True)
    file.write_bytes("themes:\n  - id: gaza\n    definition: côte\n".encode(encoding))
    with pytest.raises(UsageError) as caught:
        compose(["themes=mine", "checks=none"])
    line = 1 if encoding == "utf-16" else 3
    told = f"line {line}: not readable as YAML: not in UTF-8; save it as UTF-8"
    assert str(caught.value) == f"{file.relative_to(folder)}, {told}"


def test_a_file_is_not_blamed_for_what_was_typed(folder: Path) -> None:
    file = folder / "conf" / "themes" / "mine.yaml"
    file.parent.mkdir(parents=True)
    file.write_text("themes: [{id: gaza}]\ndeployment: {prior: 0.1}\n", "utf-8")
    for typed, said in (
        ("themes.deployment.prior=2", f"themes.deployment.prior=2: {SHARE}"),
        ("themes.themes=[]", "themes.themes: no themes; list at least one under 'themes:'"),
        ("themes.themes=[{names:{en:Gaza}}]", "themes.themes[1].id is missing: give text"),
        ("+themes.deployment.word_recall=0.5", "themes.deployment: word_recall and word_precision go together"),
    ):
        with pytest.raises(UsageError) as caught:
            compose(["themes=mine", "checks=none", typed])
        assert str(caught.value).startswith(said)


CHECK = "- name: ours\n  kind: {kind}\n  language: en\n  themes: [gaza]\n  expected: true\n  texts: [{texts}]\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            f"checks:\n{CHECK.format(kind='minimum', texts='Rafah.')}",
            "line 3: checks[ours].kind=minimum: give one of directional, invariance, minimum_functionality",
        ),
        (
            f"checks:\n{CHECK.format(kind='minimum_functionality', texts='')}",
            "line 7: checks[ours].texts: no list; write it as [one, two]",
        ),
        (f"checks:\n{CHECK.format(kind='directional', texts='Rafah.')}", "line 2: checks[ours].add is missing: give"),
        ("checks:\n\t- name: ours\n", "line 2: not readable as YAML: a tab; indent with spaces"),
        ("tests: []\n", "line 1: checks is missing: give a list"),
    ],
)
def test_a_wrong_suite_of_checks_is_refused_with_its_file_and_line(text: str, said: str, folder: Path) -> None:
    (folder / "mine.yaml").write_text(text, "utf-8")
    with pytest.raises(UsageError) as caught:
        compose(["themes=sib200", "checks.suites=[mine.yaml]"])
    assert str(caught.value).startswith(f"mine.yaml, {said}")
    assert "\n" not in str(caught.value)


# What is composed


def test_what_is_typed_goes_before_what_ships(folder: Path) -> None:
    config = compose(["themes=sib200", "model=tfidf", "model.C=3", "seed=7", "split=kfold", "split.k=4"])
    assert (config.seed, config.model.model_type, config.model.params["C"]) == (7, "tfidf", 3)
    assert isinstance(config.split, KFold)
    assert config.split.k == 4


def test_the_configuration_of_the_working_directory_adds_to_what_ships(folder: Path) -> None:
    (folder / "conf" / "themes").mkdir(parents=True)
    (folder / "conf" / "themes" / "mine.yaml").write_text("name: mine\nthemes: [{id: harbours}]\n", "utf-8")
    (folder / "conf" / "experiment").mkdir()
    own = "# @package _global_\ndefaults: [override /model: tfidf, override /themes: mine]\nname: ours\n"
    (folder / "conf" / "experiment" / "ours.yaml").write_text(own, "utf-8")
    assert compose(["themes=mine", "checks=none"]).themes.ids == ("harbours",)
    config = compose(["experiment=ours", "checks=none"])
    assert (config.label, config.model.label, config.themes.name) == ("ours", "tfidf", "mine")


def test_an_own_suite_of_checks_can_be_named(folder: Path) -> None:
    (folder / "mine.yaml").write_text(f"checks:\n{CHECK.format(kind='minimum_functionality', texts='Rafah.')}", "utf-8")
    assert compose(["themes=sib200", "checks.suites=[oic,mine.yaml]"]).checks.suites == ["oic", "mine.yaml"]


# A corpus by itself


def test_a_corpus_is_named_by_its_file_its_folder_or_its_configuration(folder: Path) -> None:
    (folder / "blocks.csv").write_text("text,themes\n", "utf-8")
    (folder / "labelled").mkdir()
    (folder / "labelled" / "labels.jsonl").touch()
    (folder / "dataset").mkdir()
    for named, name, parts in (("blocks.csv", "blocks.csv", False), ("labelled", "labelled", False)):
        settings = compose_corpus(named, ["corpus.columns.text=body"])
        assert (settings.name, settings.path, settings.columns.text) == (name, named, "body")
        assert bool(settings.parts) is parts
    assert compose_corpus("dataset").parts == {"train": "train", "validation": "valid", "test": "test"}
    assert compose_corpus("seeds").path is None
    assert compose_corpus("blocks.csv", ["corpus.name=ours"]).name == "ours"
    assert compose(["corpus=table", "corpus.path=some/blocks.csv", "checks=none"]).corpus.name == "blocks.csv"


def test_a_corpus_of_the_working_directory_is_found_by_its_name(folder: Path) -> None:
    (folder / "conf" / "corpus").mkdir(parents=True)
    own = "defaults: [shared/columns@_here_, _self_]\nname: ours\npath: blocks.csv\n"
    (folder / "conf" / "corpus" / "ours.yaml").write_text(own, "utf-8")
    assert compose_corpus("ours").path == "blocks.csv"


@pytest.mark.parametrize(
    ("named", "overrides", "said"),
    [
        ("/no/such.jsonl", (), r"/no/such\.jsonl: no such file or folder; give a labelled corpus"),
        ("nowhere", (), "there is no corpus=nowhere; there are folder, hub"),
        (
            "seeds",
            ("corpus.columns.txt=body",),
            r"no setting corpus.columns.txt; did you mean text\? there are text, themes",
        ),
        ("seeds", ("text=body",), "'text=body' is no setting of a corpus; write corpus.KEY=VALUE"),
        ("seeds", ("corpus.single_label=often",), "corpus.single_label=often: give true or false"),
        ("seeds", ("corpus.columns.text",), "corpus.columns.text"),
        ("table", (), "corpus.path must be given"),
    ],
)
def test_a_corpus_that_cannot_be_is_refused(named: str, overrides: tuple[str, ...], said: str, folder: Path) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        compose_corpus(named, overrides)
    assert "\n" not in str(caught.value)


# Jobs


def test_one_job_gets_the_composed_configuration(asked: list[tuple[Config, str, str]]) -> None:
    run_jobs(["model=tfidf", "model.C=3", "seed=7"], False, jobs(asked))
    ((config, name, typed),) = asked
    assert (config.seed, config.model.model_type, config.model.params["C"]) == (7, "tfidf", 3)
    assert (config.themes.name, name) == ("oic", "tfidf model.C=3")
    assert typed == "paratheme train model=tfidf model.C=3 seed=7"


@pytest.mark.parametrize(
    ("typed", "called"),
    [
        (["model=tfidf", "model.C=3", "seed=7", "checks=none", "corpus.path=x.csv"], "tfidf model.C=3"),
        (["experiment=quick", "corpus.path=x.csv"], "quick"),
        (["experiment=quick", "model=tfidf"], "quick model=tfidf"),
        (["model=tfidf", "model.C=3", "name=mine"], "mine"),
        (["model=tfidf", "model.C=3", "evaluation.n_resamples=9", "tracking.uri=x", "hydra.verbose=true"], None),
        (["model=tfidf", f"corpus.name={'n' * 90}"], f"tfidf corpus.name={'n' * 59}..."),
    ],
)
def test_a_run_is_called_by_what_was_typed(typed: list[str], called: str | None, folder: Path) -> None:
    config = compose([one for one in typed if not one.startswith("hydra.")])
    assert run_name(config, typed) == (called or "tfidf model.C=3")
    assert len(run_name(config, typed)) <= 80


def test_a_command_can_be_typed_again_and_tells_no_password() -> None:
    typed = ["name=two words", "tracking.uri=https://me:secret@host:5000/x", "corpus.path=a@b.csv"]
    expected = "paratheme train 'name=two words' tracking.uri=https://...@host:5000/x corpus.path=a@b.csv"
    assert command(typed) == expected


def test_a_multirun_does_a_job_for_every_combination(asked: list[tuple[Config, str, str]]) -> None:
    run_jobs(["themes=sib200", "model=tfidf,lexicon", "seed=1,2"], True, jobs(asked))
    assert [(config.model.model_type, config.seed) for config, *_ in asked] == [
        ("tfidf", 1),
        ("tfidf", 2),
        ("lexicon", 1),
        ("lexicon", 2),
    ]


def test_the_baseline_experiment_sweeps_over_its_models(asked: list[tuple[Config, str, str]]) -> None:
    run_jobs(["experiment=baseline", "themes=sib200"], True, jobs(asked))
    assert [config.model.label for config, *_ in asked] == ["lexicon", "tfidf"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["model=tfidf,lexicon,oracle"], "no model=oracle"),
        (["seed=1,one"], "seed=one"),
        (["model=tfidf", "model.C=1,2,0"], "model.C=0: give a number above 0"),
        (["modle=1,2"], "there is no setting modle"),
        (["model=lexicon,tfidf", "+model.epochs=3"], "there is no setting model.epochs"),
    ],
)
def test_a_wrong_value_anywhere_in_a_multirun_stops_it_before_the_first_job(
    typed: list[str], said: str, asked: list[tuple[Config, str, str]]
) -> None:
    with pytest.raises(UsageError, match=said):
        run_jobs(["themes=sib200", *typed], True, jobs(asked))
    assert asked == []


def test_after_a_job_that_failed_no_other_is_begun(asked: list[tuple[Config, str, str]]) -> None:
    def fail(config: Config, name: str, command: str) -> Any:
        asked.append((config, name, command))
        raise ParathemeError("boom")

    with pytest.raises(ParathemeError, match=r"^boom$"):
        run_jobs(["themes=sib200", "model=lexicon", "seed=1,2,3"], True, fail)
    assert len(asked) == 1
