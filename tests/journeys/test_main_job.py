"""Documents in, a classifier trained and logged, new documents filed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest
from mlflow.entities import Run

from tests.journeys.conftest import ROOT, SHARED, Paratheme, heed_interrupts, json_lines, run, uri_of

THEMES = ["gaza", "sudan", "afghanistan", "islamophobia", "counter_terrorism", "food_security"]


def runs_of(workplace: Path) -> list[Run]:
    mlflow.set_tracking_uri(f"sqlite:///{workplace / 'mlflow.db'}")
    return list(mlflow.search_runs(search_all_experiments=True, output_format="list"))


def run_of(workplace: Path, uri: str) -> Run:
    return next(found for found in runs_of(workplace) if found.info.run_id == uri.removeprefix("runs:/"))


def test_the_quick_experiment_reaches_what_a_frozen_encoder_should(quick_run: str, workplace: Path) -> None:
    found = run_of(workplace, quick_run)
    assert found.info.status == "FINISHED"
    assert found.data.metrics["test/macro_f1"] >= 0.60
    assert {f"test/f1/{theme}" for theme in THEMES} <= set(found.data.metrics)
    assert {"test/f1/ar/gaza", "test/f1/fr", "time/fit_s", "speed/blocks_per_s"} <= set(found.data.metrics)
    assert found.data.tags["model"] == "frozen"
    assert (found.data.params["model.model_type"], found.data.params["model.epochs"]) == ("finetuned", "0.0")
    assert found.inputs.dataset_inputs[0].dataset.name == "seeds"


def test_everything_written_lies_in_the_working_directory(quick_run: str, workplace: Path) -> None:
    assert {path.name for path in workplace.iterdir()} <= {"mlflow.db", ".mlflow.db.lock", "mlruns", "outputs"}


def test_the_champion_files_the_paragraphs_of_real_documents(
    quick_run: str, paratheme: Paratheme, seed_documents: Path
) -> None:
    blocks = json_lines(paratheme("predict", seed_documents, "--format", "jsonl").stdout)
    assert len({block["document"] for block in blocks}) == 5
    for block in blocks:
        text = (seed_documents / block["document"]).read_text("utf-8-sig")
        assert text[block["start"] : block["end"]] == block["text"]
        assert list(block["scores"]) == THEMES
        assert set(block["themes"]) <= set(THEMES)
    assert any(block["themes"] for block in blocks)


def test_a_table_keeps_its_rows_their_order_and_their_columns(
    quick_run: str, paratheme: Paratheme, tmp_path: Path
) -> None:
    table = pd.DataFrame({"text": ["Famine threatens Darfur.", "", "كأس العالم"], "source": ["b", "a", "c"]})
    table.to_csv(tmp_path / "in.csv", index=False)
    paratheme("predict", tmp_path / "in.csv", "--format", "parquet", "--output", tmp_path / "out.parquet")
    filed = pd.read_parquet(tmp_path / "out.parquet")
    assert filed["text"].tolist() == table["text"].tolist()
    assert filed["source"].tolist() == ["b", "a", "c"]
    assert "food_security" in filed["themes"][0]


def test_a_fresh_process_gives_the_same_scores_alone_or_together(
    quick_run: str, paratheme: Paratheme, tmp_path: Path
) -> None:
    texts = ["Rafah crossing stays closed.", "Le prix du blé monte au marché d'El Fasher.", "مباراة كرة القدم"]
    (tmp_path / "all.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    (tmp_path / "one.jsonl").write_text(json.dumps({"text": texts[1]}))
    together, alone = (
        json_lines(paratheme("predict", tmp_path / f"{name}.jsonl", "--format", "jsonl").stdout)
        for name in ("all", "one")
    )
    scores = [np.array(list(blocks["scores"].values())) for blocks in (together[1], alone[0])]
    np.testing.assert_allclose(scores[0], scores[1], atol=1e-4)


def environment_without_paratheme(folder: Path) -> Path:
    """Make a virtual environment that sees the dependencies but not paratheme; return its interpreter."""
    run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder.parent)
    site = next((folder / "lib").glob("python*/site-packages"))
    # a path file inside a path added by a path file is not read: the editable install stays unseen
    (site / "dependencies.pth").write_text(str(Path(np.__file__).parents[1]))
    return folder / "bin" / "python"


def test_mlflow_loads_the_model_where_paratheme_is_not_installed(
    quick_run: str, workplace: Path, tmp_path: Path
) -> None:
    python = environment_without_paratheme(tmp_path / "empty")
    run(python, "-c", "import paratheme.cli", cwd=tmp_path, status=1)
    script = (
        "import sys, mlflow, pandas as pd\n"
        "model = mlflow.pyfunc.load_model('models:/paratheme@champion')\n"
        "out = model.predict(pd.DataFrame({'text': ['Famine threatens Darfur and Khartoum.']}))\n"
        "print(out.loc[0, 'themes'], *out.columns)\n"
    )
    where = {"MLFLOW_TRACKING_URI": f"sqlite:///{workplace / 'mlflow.db'}", "PARATHEME_CACHE": str(tmp_path / "none")}
    done = subprocess.run(
        [python, "-c", script], cwd=tmp_path, env={**os.environ, **where}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "sudan" in done.stdout
    assert done.stdout.split()[-6:] == THEMES


def test_a_wheel_trains_away_from_the_checkout(tmp_path: Path, quick_run: str) -> None:
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", tmp_path, ROOT, cwd=tmp_path)
    python = environment_without_paratheme(tmp_path / "venv")
    wheel = next(tmp_path.glob("paratheme-*.whl"))
    site = next((tmp_path / "venv" / "lib").glob("python*/site-packages"))
    run(sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", site, wheel, cwd=tmp_path)
    corpus = pd.DataFrame(
        [
            {"text": f"{place} {number}: {event}.", "themes": theme, "language": "en"}
            for number in range(30)
            for place, event, theme in (
                ("Rafah", "crossing closed", "gaza"),
                ("Darfur", "towns shelled", "sudan"),
                ("The club", "match won", ""),
            )
        ]
    )
    corpus.to_csv(tmp_path / "corpus.csv", index=False)
    done = run(
        python, "-m", "paratheme", "train", f"corpus.path={tmp_path / 'corpus.csv'}", "model=tfidf", cwd=tmp_path
    )
    assert "models:/paratheme/1" in done.stdout


def test_three_models_stand_side_by_side(side_by_side: dict[str, str], workplace: Path) -> None:
    found = {model: run_of(workplace, uri) for model, uri in side_by_side.items()}
    assert {model: run.data.tags["model"] for model, run in found.items()} == {model: model for model in found}
    assert len({run.data.tags["data_fingerprint"] for run in found.values()}) == 1
    assert len({run.data.tags["test_fingerprint"] for run in found.values()}) == 1
    assert found["tfidf"].data.metrics["test/macro_f1"] >= 0.50


def test_an_interrupted_run_is_marked_so(workplace: Path, quick_run: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "paratheme", "train", "model=finetuned", "name=interrupted"],
        cwd=workplace,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_interrupts,
    )

    def own() -> list[Run]:
        return [each for each in runs_of(workplace) if each.info.run_name == "interrupted"]

    deadline = time.monotonic() + 300
    while not own() and time.monotonic() < deadline and process.poll() is None:
        time.sleep(1)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "Traceback" not in said
    assert own()[0].info.status == "KILLED"


def test_a_failed_run_is_marked_so_and_told_in_one_line(quick_run: str, paratheme: Paratheme, workplace: Path) -> None:
    done = paratheme("train", "model=frozen", "encoder.path=no/such-encoder", "name=failed", status=1)
    assert "encoder=bundled" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert next(each for each in runs_of(workplace) if each.info.run_name == "failed").info.status == "FAILED"


def test_a_language_left_out_is_classified_all_the_same(quick_run: str, paratheme: Paratheme, workplace: Path) -> None:
    done = paratheme("train", "experiment=leave_language_out", "model.thresholds_from=validation")
    assert run_of(workplace, uri_of(done)).data.metrics["cv/macro_f1"] >= 0.40


def test_single_label_topics_run_through_the_same_code(quick_run: str, paratheme: Paratheme, workplace: Path) -> None:
    copy = SHARED / "sib200"
    if not copy.is_dir():
        pytest.skip("needs a copy of SIB-200 beside the project")
    done = paratheme("train", "experiment=sib200", "model=frozen", f"corpus.path={copy}")
    metrics = run_of(workplace, uri_of(done)).data.metrics
    assert np.mean([metrics[f"test/accuracy/{language}"] for language in ("eng", "fra", "arb")]) >= 0.84


@pytest.fixture(scope="module")
def default_run(quick_run: str, paratheme: Paratheme) -> str:
    """The URI of a run of the default that learns from a tenth of the texts: a core takes half an hour for all."""
    return uri_of(paratheme("train", "model.epochs=0.1"))


def test_the_default_classifier_is_good_on_the_seeds(default_run: str, workplace: Path) -> None:
    metrics = run_of(workplace, default_run).data.metrics
    assert metrics["test/macro_f1"] >= 0.77
    assert max(metrics[f"test/ece/{theme}"] for theme in THEMES) <= 0.08
    assert {"test_perturbed/macro_f1/glued_words", "test_checks/failure_rate"} <= set(metrics)


def test_the_default_classifier_is_good_on_real_news(default_run: str, paratheme: Paratheme, workplace: Path) -> None:
    table = SHARED / "real_news" / "dev.jsonl"
    if not table.is_file():
        pytest.skip("needs the real news beside the project")
    measured = uri_of(paratheme("evaluate", default_run, table, "corpus.columns.kind=none"))
    assert run_of(workplace, measured).data.metrics["test/macro_f1"] >= 0.72


def test_the_default_classifier_finds_every_theme_in_real_documents(
    default_run: str, paratheme: Paratheme, seed_documents: Path
) -> None:
    blocks = json_lines(paratheme("predict", seed_documents, "--model", default_run, "--format", "jsonl").stdout)
    assert {theme for block in blocks for theme in block["themes"]} == set(THEMES)
