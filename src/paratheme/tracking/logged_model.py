"""A saved classifier as MLflow's model of a run, and as a registered version."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import redirect_stderr, suppress
from io import StringIO
from pathlib import Path
from typing import Any

from paratheme.classifier.storage import Layout, versions
from paratheme.paths import PACKAGE
from paratheme.tracking import registry, ui
from paratheme.tracking.runs import LOGGED_MODEL
from paratheme.tracking.signature import signature_of

LARGE = 1_000_000  # bytes: smaller files are not worth a link
MANIFEST = "model_manifest"  # the tag of a run that kept its classifier: the hash of its manifest


def log_model(client: Any, run_id: str, folder: Path, entry: Mapping[str, Any]) -> registry.Version:
    """Log a saved classifier as a run's model and register it under its theme set, unless that was done already.

    The first ever of a theme set becomes its champion.

    Parameters
    ----------
    client : mlflow.MlflowClient
    run_id : str
    folder : Path
        Of the saved classifier.
    entry : mapping
        Its `manifest` (the hash), `name`, `themes` (the set's name), `ids`, `tags` and an `example`.
    """
    import mlflow

    tags = client.get_run(run_id).data.tags
    if tags.get(MANIFEST) != entry["manifest"]:
        logged = _log(run_id, folder, entry)
        client.set_tag(run_id, LOGGED_MODEL, logged.model_uri)
        client.set_tag(run_id, MANIFEST, entry["manifest"])
        _store_once(str(mlflow.get_logged_model(logged.model_id).artifact_location))
        uri = logged.model_uri
    else:
        uri = tags[LOGGED_MODEL]
    model = registry.registered_name(entry["themes"])
    there = [one for one in client.search_model_versions(f"run_id = '{run_id}'") if one.source in (uri, _source(uri))]
    if there:
        number = there[0].version
    else:
        with redirect_stderr(StringIO()):  # it announces what the table at the end says better
            number = mlflow.register_model(uri, model, tags=entry["tags"]).version
    version = registry.Version(str(number), run_id, model)
    if not client.get_registered_model(model).description:
        client.update_registered_model(model, ui.MODEL_NOTE)
        client.set_registered_model_tag(model, "themes", entry["themes"])
    if model not in registry.champions():
        registry.set_champion(version)
    client.set_tag(run_id, "model_uri", version.uri)
    return version


def _source(uri: str) -> str:
    """Return where MLflow says that a logged model's registered version comes from."""
    import mlflow

    return str(mlflow.get_logged_model(uri.removeprefix("models:/")).artifact_location)


def _log(run_id: str, folder: Path, entry: Mapping[str, Any]) -> Any:
    import mlflow
    import pandas as pd

    exact = [f"{package}=={number}" for package, number in versions().items() if package != "python"]
    with tempfile.TemporaryDirectory() as temporary, mlflow.start_run(run_id):
        code = Path(temporary, "paratheme")
        shutil.copytree(PACKAGE, code, ignore=shutil.ignore_patterns("__pycache__", "conf", "experiments", "seeds"))
        logged = mlflow.pyfunc.log_model(
            name=re.sub(r"[^\w =-]+", "-", entry["name"]) or registry.MODEL,  # no dot, slash, colon, per cent sign
            python_model=str(code / "tracking" / "mlflow_model.py"),
            artifacts={registry.ARTIFACT: str(folder)},
            code_paths=[str(code)],
            signature=signature_of(entry["ids"]),
            input_example=pd.DataFrame({"text": list(entry["example"])}),
            pip_requirements=exact,
        )
    mlflow.MlflowClient().update_run(run_id, status="RUNNING")  # leaving it above has closed it
    return logged


def _store_once(location: str) -> None:
    """Where models lie in a local folder, link a new one's large files to those of others that are the same."""
    from mlflow.utils.file_utils import local_file_uri_to_path

    mine = Layout(Path(local_file_uri_to_path(location), "artifacts", registry.ARTIFACT))
    if "://" in location.removeprefix("file://") or not mine.manifest.is_file():
        return
    wanted = {digest: name for name, digest in mine.hashes().items() if (mine.folder / name).stat().st_size > LARGE}
    for manifest in mine.folder.parents[2].parent.glob(
        f"*/artifacts/artifacts/{registry.ARTIFACT}/{mine.manifest.name}"
    ):
        if manifest == mine.manifest:
            continue
        for name, digest in json.loads(manifest.read_text("utf-8"))["files"].items():
            if (own := wanted.pop(digest, None)) is not None:
                linked = mine.folder / f"{own}.linked"
                with suppress(OSError):  # another file system, or one without links: two copies then
                    os.link(manifest.parent / name, linked)
                    linked.replace(mine.folder / own)
