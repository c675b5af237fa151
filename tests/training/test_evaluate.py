"""A saved classifier on its own test part and on other corpora, logged so that it can be compared."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import mlflow
import pandas as pd
import pytest

from paratheme import ThemeClassifier
from paratheme.errors import ParathemeError
from paratheme.evaluation import plots
from paratheme.evaluation.bootstrap import Resampling
from paratheme.themes.theme_set import ThemeSet
from paratheme.tracking import leaderboard as compare
from paratheme.tracking import registry
from paratheme.training.config import compose, plain
from paratheme.training.evaluate import run
from paratheme.training.train import train

QUICK = Resampling(draws=50)
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def trained(workplace: SimpleNamespace, table: Path, themes: ThemeSet) -> str:
    """The id of a run that trained a lexicon on the table; its model is the champion."""
    base = ["themes=sib200", "corpus=table", f"corpus.path={table}", "split.group_translations=false"]
    settings = plain(compose([*base, "model=lexicon", "name=trained", "evaluation.draws=50"]))
    train({**settings, "themes": themes.to_dict()})
    return registry.find_run("trained").id


@pytest.fixture(autouse=True)
def pictures(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pictures that would be logged; drawing takes longer than all the rest."""
    found: list[str] = []
    monkeypatch.setattr(plots, "draw_all", lambda scored, history=(): found.extend(scored.names) or iter(()))
    return found


def evaluated(
    capsys: pytest.CaptureFixture[str], model: str, corpus: Path | str, part: str | None = None, *overrides: str
) -> SimpleNamespace:
    """Evaluate; return the run, what it kept, and what was said."""
    capsys.readouterr()
    assert run(model, str(corpus), part, overrides, QUICK) == 0
    said = capsys.readouterr()
    uri = next(line.split()[1] for line in said.out.splitlines() if line.startswith("run "))
    found = registry.find_run(uri)
    return SimpleNamespace(run=found, results=registry.predictions_of(found), out=said.out, err=said.err)


def written(rows: Rows, path: Path) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def test_its_own_corpus_means_its_own_test_part_and_gives_the_same_figures(
    trained: str, table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = evaluated(capsys, "models:/paratheme@champion", table)
    before = registry.find_run(trained)
    assert found.run.tested_on == before.tested_on
    assert found.run.metrics["test/macro_f1"] == pytest.approx(before.metrics["test/macro_f1"])
    assert found.run.tags["part"] == "test"
    assert "test part" in found.out


def test_the_evaluation_is_a_run_linked_to_the_model(
    trained: str, table: Path, capsys: pytest.CaptureFixture[str], workplace: SimpleNamespace, pictures: list[str]
) -> None:
    found = evaluated(capsys, f"runs:/{trained}", table)
    assert pictures == ["gaza", "sudan", "food_security"]
    assert (found.run.params["part"], found.run.params["corpus.path"]) == ("test", str(table))
    assert found.run.name == "evaluation of models:/paratheme/1 on blocks"
    expected = {"kind": "evaluation", "evaluated_model": "models:/paratheme/1", "source_run_id": trained}
    assert {key: found.run.tags[key] for key in expected} == expected
    assert "model_uri" not in found.run.tags  # or it would be taken for a run that trained a model
    (dataset,) = mlflow.get_run(found.run.id).inputs.dataset_inputs
    assert [tag.value for tag in dataset.tags if tag.key == "mlflow.data.context"] == ["evaluation"]
    files = {file.path for file in workplace.client.list_artifacts(found.run.id)}
    assert {"predictions.parquet", "slices.json"} <= files
    assert registry.tests_of(trained)[0].id == trained
    assert found.run.id in {one.id for one in registry.tests_of(trained)}


def test_a_foreign_table_is_evaluated_whole_under_its_own_column_names(
    trained: str, rows: Rows, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    foreign = [{"body": f"{row['text']} Again.", "labels": row["themes"], "language": row["language"]} for row in rows]
    found = evaluated(
        capsys,
        "models:/paratheme/1",
        written(foreign, tmp_path / "f.jsonl"),
        None,
        "corpus.columns.text=body",
        "corpus.columns.themes=labels",
    )
    assert len(found.results.frame) == len(rows)
    assert (found.run.tags["part"], found.run.tags["seen_in_training"], found.err) == ("all", "0", "")


def test_a_dataset_of_one_table_a_language_and_part_is_evaluated_as_in_training(
    trained: str, rows: Rows, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for configuration, language in (("eng_Latn", "en"), ("fra_Latn", "fr")):
        (tmp_path / "copy" / configuration).mkdir(parents=True)
        for part in ("train", "dev", "test"):
            mine = [{"text": f"{row['text']} ({part})", "category": "|".join(row["themes"])} for row in rows]
            written([row for row, of in zip(mine, rows, strict=True) if of["language"] == language], tmp_path / "t")
            (tmp_path / "t").rename(tmp_path / "copy" / configuration / f"{part}.jsonl")
    overrides = [
        "corpus.columns.themes=category",
        "corpus.separator='|'",
        "corpus.languages={eng_Latn: en, fra_Latn: fr}",
    ]
    found = evaluated(capsys, "models:/paratheme/1", tmp_path / "copy", "test", *overrides)
    assert (len(found.results.frame), set(found.results.frame["language"])) == (len(rows), {"en", "fr"})
    everything = evaluated(capsys, "models:/paratheme/1", tmp_path / "copy", None, *overrides)
    assert (len(everything.results.frame), everything.run.tags["corpus"]) == (3 * len(rows), "copy")


def test_a_column_a_theme_and_a_corpus_by_its_name(
    trained: str, rows: Rows, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    flags = [{"text": f"{row['text']} Anew.", "is_gaza": int("gaza" in row["themes"])} for row in rows]
    file = written(flags, tmp_path / "flags.jsonl")
    found = evaluated(capsys, "models:/paratheme/1", file, None, "corpus.columns.themes={gaza: is_gaza}")
    assert found.run.metrics["test/support/gaza"] == sum(row["is_gaza"] for row in flags)
    (tmp_path / "conf" / "corpus").mkdir(parents=True)
    own = (
        f"defaults: [shared/columns@_here_, _self_]\nname: ours\npath: {file}\ncolumns: {{themes: {{gaza: is_gaza}}}}\n"
    )
    (tmp_path / "conf" / "corpus" / "ours.yaml").write_text(own)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", mlflow.get_tracking_uri())
    monkeypatch.chdir(tmp_path)
    assert evaluated(capsys, "models:/paratheme/1", "ours").run.tested_on == found.run.tested_on


def test_blocks_that_it_was_trained_on_are_told_even_where_the_corpus_has_grown(
    trained: str, rows: Rows, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    grown = [*rows, {**rows[0], "text": "Rafah is closed.", "document": "new", "story": "new"}]
    found = evaluated(capsys, "models:/paratheme/1", written(grown, tmp_path / "grown.jsonl"))
    seen = int(found.run.tags["seen_in_training"])
    assert 40 < seen < 80
    assert f"was trained on {seen} of these 81 blocks" in found.err
    assert compare.warnings_about(
        [compare.Entry(found.run, found.results)], compare.leaderboard([compare.Entry(found.run, found.results)], QUICK)
    )


def test_the_training_part_is_scored_only_with_a_warning(
    trained: str, table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = evaluated(capsys, "models:/paratheme/1", table, "train")
    assert f"was trained on {len(found.results.frame)} of these" in found.err


def test_a_part_column_says_which_blocks_are_meant(
    trained: str, rows: Rows, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parted = [{**row, "text": f"{row['text']} Anew.", "part": "test"} for row in rows[:20]]
    found = evaluated(capsys, "models:/paratheme/1", written(parted, tmp_path / "parted.jsonl"), "test")
    assert len(found.results.frame) == 20
    with pytest.raises(ParathemeError, match="--part valid: nothing says which blocks of parted"):
        run("models:/paratheme/1", str(tmp_path / "parted.jsonl"), "valid", (), QUICK)


def test_a_model_is_also_named_by_its_run(
    trained: str, table: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert evaluated(capsys, "trained", table).run.tags["source_run_id"] == trained
    assert evaluated(capsys, "models:/paratheme/latest", table).run.tags["evaluated_model"] == "models:/paratheme/1"
    with pytest.raises(ParathemeError, match="no finished run 'nobody'"):
        run("nobody", str(table), None, (), QUICK)


def test_a_folder_can_be_evaluated_too(
    trained: str, table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ThemeClassifier.load(f"runs:/{trained}").save(tmp_path / "saved")
    found = evaluated(capsys, str(tmp_path / "saved"), table)
    assert found.run.tags["evaluated_model"] == str(tmp_path / "saved")
    assert "source_run_id" not in found.run.tags


def test_evaluations_stand_in_the_leaderboard_with_the_costs_of_training(
    trained: str, table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = evaluated(capsys, "models:/paratheme/1", table)
    capsys.readouterr()
    compare.run([found.run.id, trained], (), "json", QUICK)
    one, two = json.loads(capsys.readouterr().out)["runs"]
    assert one["fit_s"] == two["fit_s"] is not None
    assert (one["difference"] or two["difference"])["p"] == 1


def test_the_slices_are_a_table_that_the_ui_shows(trained: str, workplace: SimpleNamespace) -> None:
    table = json.loads(mlflow.artifacts.load_text(f"runs:/{trained}/slices.json"))
    frame = pd.DataFrame(table["data"], columns=table["columns"])
    assert {"slice_kind", "slice", "theme", "support", "f1", "f1_low", "f1_high", "few"} <= set(frame)
    assert {"all", "language", "kind", "length"} <= set(frame["slice_kind"])


@pytest.mark.parametrize(
    ("corpus", "overrides", "said"),
    [
        ("/no/such.jsonl", (), r"/no/such\.jsonl: no such file or folder"),
        ("nowhere", (), "Could not find 'corpus/nowhere'"),
        ("blocks", ("corpus.columns.txt=body",), "no setting corpus.columns.txt; there are text, themes"),
        ("blocks", ("text=body",), "'text=body' is no setting of a corpus"),
        ("blocks", ("corpus.columns.text",), "corpus.columns.text"),
        ("table", (), "corpus.path must be given"),
    ],
)
def test_what_cannot_be_evaluated_is_refused(
    trained: str, table: Path, corpus: str, overrides: tuple[str, ...], said: str
) -> None:
    with pytest.raises(ParathemeError, match=said):
        run("models:/paratheme/1", str(table) if corpus == "blocks" else corpus, None, overrides, QUICK)
