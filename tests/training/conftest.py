"""The configuration of a small training, and what its runs kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from paratheme.themes.theme_set import ThemeSet
from paratheme.training.compose import compose
from paratheme.training.config import Config

Composed = Callable[..., Config]
TRANSLATIONS = "split.group_translations=true"


@pytest.fixture(scope="session")
def composed(table: Path, themes: ThemeSet, tiny_encoder: Path) -> Composed:
    """Compose a small training: our table, our themes, a tiny encoder, no model logged, no pictures."""
    base = ["themes=sib200", "corpus=table", f"corpus.path={table}"]
    base += [f"encoder.path={tiny_encoder}", "encoder.max_length=32"]
    base += ["tracking.log_model=false", "tracking.log_figures=false", "evaluation.n_resamples=50"]

    def compose_with(*overrides: str) -> Config:
        config = compose([*base, *overrides]).model_copy(update={"themes": themes})
        if TRANSLATIONS in overrides or not hasattr(config.split, "group_translations"):
            return config
        return config.model_copy(update={"split": config.split.model_copy(update={"group_translations": False})})

    return compose_with


def run_called(client: Any, name: str) -> Any:
    """Return the newest run of a name."""
    experiment = client.get_experiment_by_name("paratheme")
    return client.search_runs(
        [experiment.experiment_id],
        filter_string=f"attributes.run_name = '{name}'",
        order_by=["attributes.start_time DESC"],
    )[0]


def table_of(run: Any, file: str) -> list[dict[str, Any]]:
    """Return a table that a run logged."""
    import mlflow

    logged = json.loads(mlflow.artifacts.load_text(f"runs:/{run.info.run_id}/{file}"))
    return [dict(zip(logged["columns"], row, strict=True)) for row in logged["data"]]


def written(rows: list[dict[str, Any]], path: Path) -> Path:
    """Write rows as a table of JSON lines."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path
