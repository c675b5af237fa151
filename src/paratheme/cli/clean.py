"""``paratheme clean``."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from paratheme.cli.terminal import Grid, show

KEEP = 5


@dataclass(frozen=True)
class OldModel:
    """A registered model that is no champion: its version's address, run, and size in megabytes."""

    uri: str
    run_id: str
    run: str
    megabytes: float


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--keep", type=int, default=KEEP, metavar="N", help="keep the models of so many newest runs")
    parser.add_argument("--yes", action="store_true", help="do it; without, only say what would be freed")


def execute(options: argparse.Namespace) -> int:
    """Delete the saved models of old runs; runs, figures, champions and those before them stay."""
    old = old_models(options.keep)
    if not old:
        print("nothing to free: no old models")
        return 0
    rows = [[one.run, one.uri, f"{one.megabytes:.1f}"] for one in old]
    total = sum(one.megabytes for one in old)
    show(Grid("Models of old runs", ["run", "model", "MB"], rows))
    if not options.yes:
        print(f"{total:.0f} MB would be freed; add --yes to do it. The runs and their figures stay.")
        return 0
    delete(old)
    print(f"{total:.0f} MB freed; the runs and their figures stay")
    return 0


def old_models(keep: int) -> list[OldModel]:
    """Return the registered models of all but the newest runs that neither are champion nor were just before."""
    from paratheme.tracking.registry import PREFIX
    from paratheme.tracking.store import existing_store, search_runs

    newest = [run.info.run_id for run in search_runs("tags.model_uri != ''", max(keep, 1))][:keep]
    with existing_store() as client:
        models = client.search_registered_models(f"name LIKE '{PREFIX}%'")
        kept = {(model.name, str(number)) for model in models for number in model.aliases.values()}
        old = []
        for model in models:
            for version in client.search_model_versions(f"name = '{model.name}'"):
                if (model.name, str(version.version)) in kept or version.run_id in newest:
                    continue
                run = client.get_run(version.run_id)
                size = run.data.metrics.get("size/megabytes", 0.0)
                uri = f"models:/{model.name}/{version.version}"
                old.append(OldModel(uri, version.run_id, run.info.run_name, size))
    return old


def delete(old: list[OldModel]) -> None:
    """Delete registered versions and what MLflow keeps of their models."""
    import shutil
    from pathlib import Path

    from mlflow.utils.file_utils import local_file_uri_to_path

    from paratheme.tracking.runs import LOGGED_MODEL
    from paratheme.tracking.store import existing_store

    with existing_store() as client:
        for one in old:
            name, number = one.uri.removeprefix("models:/").split("/")
            logged = client.get_run(one.run_id).data.tags.get(LOGGED_MODEL, "")
            client.delete_model_version(name, number)
            if logged.startswith("models:/m-"):
                model = client.get_logged_model(logged.removeprefix("models:/"))
                client.delete_logged_model(model.model_id)
                place = local_file_uri_to_path(model.artifact_location)
                if Path(place).is_dir():  # MLflow marks a model as deleted and keeps its files
                    shutil.rmtree(place)
            client.set_tag(one.run_id, "model_uri", "")
            client.set_tag(one.run_id, LOGGED_MODEL, "")
