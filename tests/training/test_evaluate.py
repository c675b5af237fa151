"""A saved classifier on its own test set and on other corpora, logged so that it can be compared."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import mlflow
import numpy as np
import pytest

from paratheme.cli.compare import compare
from paratheme.corpus.corpus import Corpus
from paratheme.errors import ParathemeError
from paratheme.evaluation import plots
from paratheme.evaluation.bootstrap import Resampling
from paratheme.tracking.addresses import load
from paratheme.tracking.runs import LoggedRun, find_run, predictions_of
from paratheme.tracking.runs import tests_of as every_test_of
from paratheme.training.evaluate import EvaluationResult, evaluate_model
from paratheme.training.train import train
from tests.training.conftest import Composed, written

pytestmark = pytest.mark.slow

QUICK = Resampling(n_resamples=50)
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def trained(workplace: SimpleNamespace, composed: Composed) -> str:
    """The id of a run that trained a lexicon on the table; its model is the champion."""
    return train(composed("model=lexicon", "name=trained", "checks=none", "tracking.log_model=true")).run_id


@pytest.fixture(autouse=True)
def pictures(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pictures that would be logged; drawing takes longer than all the rest."""
    found: list[str] = []

    def draw_all(predictions: Any, calibration: Any, names: Any, history: Any = ()) -> Iterator[Any]:
        found.extend(names)
        return iter(())

    monkeypatch.setattr(plots, "draw_all", draw_all)
    return found


def evaluated(
    model: str, corpus: Path | str, part: str | None = None, *overrides: str
) -> tuple[EvaluationResult, LoggedRun]:
    """Evaluate; return what is returned, and the run."""
    result = evaluate_model(model, str(corpus), part, overrides, QUICK)
    return result, find_run(f"runs:/{result.run_id}")


def test_its_own_corpus_means_its_own_test_set_and_gives_the_same_figures(trained: str, table: Path) -> None:
    result, run = evaluated("models:/paratheme-desk@champion", table)
    before = find_run(trained)
    assert run.tested_on == before.tested_on
    assert run.metrics["test/macro_f1"] == pytest.approx(before.metrics["test/macro_f1"])
    assert result.evaluation.metrics["macro_f1"] == pytest.approx(run.metrics["test/macro_f1"], abs=1e-4)
    assert run.tags["part"] == result.part == "test"
    assert run.tags["seen_in_training"] == "0"
    assert (result.model, result.corpus.name) == ("models:/paratheme-desk/1", "blocks.jsonl")


def test_the_evaluation_is_a_run_linked_to_the_model(
    trained: str, table: Path, workplace: SimpleNamespace, pictures: list[str]
) -> None:
    _, run = evaluated(f"runs:/{trained}", table)
    assert pictures == ["gaza", "sudan", "food_security"]
    assert (run.params["part"], run.params["corpus.path"]) == ("test", str(table))
    assert run.name == "evaluation of models:/paratheme-desk/1 on blocks.jsonl"
    expected = {"kind": "evaluation", "evaluated_model": "models:/paratheme-desk/1", "source_run_id": trained}
    expected |= {"model": "lexicon"}
    assert {key: run.tags[key] for key in expected} == expected
    assert "model_uri" not in run.tags  # or it would be taken for a run that trained a model
    (dataset,) = mlflow.get_run(run.id).inputs.dataset_inputs
    assert [tag.value for tag in dataset.tags if tag.key == "mlflow.data.context"] == ["evaluation"]
    files = {file.path for file in workplace.client.list_artifacts(run.id)}
    assert {"predictions.parquet", "slices.json"} <= files
    assert run.metrics["speed/blocks_per_s"] > 0
    assert every_test_of(trained)[0].id == trained
    assert run.id in {one.id for one in every_test_of(trained)}


def test_a_foreign_table_is_evaluated_whole_under_its_own_column_names(
    trained: str, rows: Rows, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    foreign = [{"body": f"{row['text']} Again.", "labels": row["themes"], "language": row["language"]} for row in rows]
    columns = ("corpus.columns.text=body", "corpus.columns.themes=labels")
    capsys.readouterr()
    result, run = evaluated("models:/paratheme-desk/1", written(foreign, tmp_path / "f.jsonl"), None, *columns)
    assert len(predictions_of(run)) == len(result.corpus) == len(rows)
    assert (run.tags["part"], run.tags["seen_in_training"]) == ("all", "0")
    assert capsys.readouterr().err == ""


def test_a_dataset_of_one_table_a_language_and_part_is_evaluated_as_in_training(
    trained: str, rows: Rows, tmp_path: Path
) -> None:
    for configuration, language in (("eng_Latn", "en"), ("fra_Latn", "fr")):
        folder = tmp_path / "copy" / configuration
        folder.mkdir(parents=True)
        own = [row for row in rows if row["language"] == language]
        for part in ("train", "dev", "test"):
            mine = [{"text": f"{row['text']} ({part})", "category": "|".join(row["themes"])} for row in own]
            written(mine, folder / f"{part}.jsonl")
    overrides = ["corpus.columns.themes=category", "corpus.separator='|'"]
    overrides += ["corpus.languages={eng_Latn: en, fra_Latn: fr}"]
    _, run = evaluated("models:/paratheme-desk/1", tmp_path / "copy", "test", *overrides)
    kept = predictions_of(run)
    assert (len(kept), set(kept.languages)) == (len(rows), {"en", "fr"})
    everything, run = evaluated("models:/paratheme-desk/1", tmp_path / "copy", None, *overrides)
    assert (len(everything.corpus), run.tags["corpus"]) == (3 * len(rows), "copy")


def test_a_column_a_theme_and_a_corpus_by_its_name(
    trained: str, rows: Rows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flags = [{"text": f"{row['text']} Anew.", "is_gaza": int("gaza" in row["themes"])} for row in rows]
    file = written(flags, tmp_path / "flags.jsonl")
    _, run = evaluated("models:/paratheme-desk/1", file, None, "corpus.columns.themes={gaza: is_gaza}")
    assert run.metrics["test/support/gaza"] == sum(row["is_gaza"] for row in flags)
    (tmp_path / "conf" / "corpus").mkdir(parents=True)
    own = (
        f"defaults: [shared/columns@_here_, _self_]\nname: ours\npath: {file}\ncolumns: {{themes: {{gaza: is_gaza}}}}\n"
    )
    (tmp_path / "conf" / "corpus" / "ours.yaml").write_text(own)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", mlflow.get_tracking_uri())
    monkeypatch.chdir(tmp_path)
    assert evaluated("models:/paratheme-desk/1", "ours")[1].tested_on == run.tested_on


def test_blocks_that_it_was_trained_on_are_told_even_where_the_corpus_has_grown(
    trained: str, rows: Rows, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    grown = [*rows, {**rows[0], "text": "Rafah is closed.", "document": "new", "story": "new"}]
    _, run = evaluated("models:/paratheme-desk/1", written(grown, tmp_path / "grown.jsonl"))
    seen = int(run.tags["seen_in_training"])
    assert 40 < seen < 80
    assert f"was trained on {seen} of these 81 blocks" in capsys.readouterr().err
    assert any(f"was trained on {seen}" in warning for warning in compare([run.id], QUICK)[0][0].warnings)


def test_the_training_set_is_scored_only_with_a_warning(
    trained: str, table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result, _ = evaluated("models:/paratheme-desk/1", table, "train")
    assert f"was trained on {len(result.corpus)} of these" in capsys.readouterr().err


def test_the_parts_of_its_own_corpus_are_those_of_its_training(trained: str, table: Path) -> None:
    def texts(corpus: Corpus) -> set[str]:
        return set(corpus.texts)

    parts = [texts(evaluated(f"runs:/{trained}", table, part)[0].corpus) for part in ("train", "valid", "test")]
    everything = texts(evaluated(f"runs:/{trained}", table, "all")[0].corpus)
    assert set.union(*parts) == everything
    assert sum(map(len, parts)) == len(everything)


def test_a_part_column_says_which_blocks_are_meant(trained: str, rows: Rows, tmp_path: Path) -> None:
    parted = [{**row, "text": f"{row['text']} Anew.", "part": "test"} for row in rows[:20]]
    path = written(parted, tmp_path / "parted.jsonl")
    assert len(evaluated("models:/paratheme-desk/1", path, "test")[0].corpus) == 20
    with pytest.raises(ParathemeError, match="--part valid: nothing says which blocks of parted"):
        evaluated("models:/paratheme-desk/1", path, "valid")


def test_what_is_kept_for_training_leaves_the_rest_as_it_was_divided(
    trained: str, rows: Rows, table: Path, tmp_path: Path
) -> None:
    more = [
        {**row, "text": f"{row['text']} Once more.", "story": f"more {n}", "part": "train"}
        for n, row in enumerate(rows[:20])
    ]
    path = written([*({**row, "part": ""} for row in rows), *more], tmp_path / "more.jsonl")
    before, after = (evaluated(f"runs:/{trained}", one, "test")[0].corpus for one in (table, path))
    assert sorted(after.texts) == sorted(before.texts)


def test_a_model_is_also_named_by_its_run(trained: str, table: Path) -> None:
    assert evaluated("trained", table)[1].tags["source_run_id"] == trained
    assert evaluated("models:/paratheme-desk/latest", table)[1].tags["evaluated_model"] == "models:/paratheme-desk/1"
    with pytest.raises(ParathemeError, match="no finished run 'nobody'"):
        evaluated("nobody", table)


def test_a_folder_can_be_evaluated_too(trained: str, table: Path, tmp_path: Path) -> None:
    load(f"runs:/{trained}").save(tmp_path / "saved")
    _, run = evaluated(str(tmp_path / "saved"), table)
    assert run.tags["evaluated_model"] == str(tmp_path / "saved")
    assert "source_run_id" not in run.tags


def test_a_model_of_single_labels_is_tested_by_them(
    workplace: SimpleNamespace, composed: Composed, rows: Rows, tmp_path: Path
) -> None:
    path = written([row for row in rows if len(row["themes"]) == 1], tmp_path / "topics.jsonl")
    topics = ("corpus.single_label=true", f"corpus.path={path}", "checks=none", "name=topics")
    classifier = train(composed("model=lexicon", *topics)).folds[0].classifier
    classifier.save(tmp_path / "saved")
    result, run = evaluated(str(tmp_path / "saved"), path)
    assert result.corpus.single_label
    assert "test/accuracy" in run.metrics
    assert set(np.unique(predictions_of(run).y_pred.sum(axis=1))) == {1}


def test_evaluations_stand_in_the_leaderboard_with_the_costs_of_training(trained: str, table: Path) -> None:
    _, run = evaluated("models:/paratheme-desk/1", table)
    (comparison,), told = compare([run.id, trained], QUICK)
    assert told == []
    one, two = comparison.rows
    assert one.fit_s == two.fit_s is not None
    difference = one.difference or two.difference
    assert difference is not None
    assert difference.p == 1


@pytest.mark.parametrize(
    ("corpus", "overrides", "said"),
    [
        ("/no/such.jsonl", (), r"/no/such\.jsonl: no such file or folder"),
        ("nowhere", (), "there is no corpus=nowhere"),
        ("blocks", ("corpus.columns.txt=body",), r"no setting corpus\.columns\.txt; did you mean text"),
        ("blocks", ("text=body",), "'text=body' is no setting of a corpus"),
        ("blocks", ("corpus.columns.text",), r"corpus\.columns\.text"),
        ("blocks", ("corpus.columns.text=body",), "body"),
        ("table", (), r"corpus\.path must be given"),
    ],
)
def test_what_cannot_be_evaluated_is_refused(
    trained: str, table: Path, corpus: str, overrides: tuple[str, ...], said: str
) -> None:
    with pytest.raises(ParathemeError, match=said) as caught:
        evaluated("models:/paratheme-desk/1", table if corpus == "blocks" else corpus, None, *overrides)
    assert "\n" not in str(caught.value)
