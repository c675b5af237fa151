"""`paratheme clean`: models of old runs go; runs, figures, champions and those before them stay."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from mlflow.utils.file_utils import local_file_uri_to_path

from paratheme.cli.clean import old_models
from paratheme.tracking.registry import set_champion, version_of_run
from tests.cli.conftest import Command


@pytest.fixture
def kept(workplace: SimpleNamespace, log_test: Any) -> SimpleNamespace:
    """Runs with a model each, the oldest first, and the folders of the models; the first two were champions."""
    ids, folders = {}, {}
    for name in ("before", "champion", "old", "new"):
        run = ids[name] = log_test(name)
        experiment = workplace.client.get_run(run).info.experiment_id
        model = workplace.client.create_logged_model(experiment, name=name, source_run_id=run)
        folders[name] = Path(local_file_uri_to_path(model.artifact_location))
        folders[name].mkdir(parents=True)
        (folders[name] / "weights").write_text("heavy")
        version = version_of_run(run)
        assert version is not None
        workplace.client.set_tag(run, "model_uri", version.uri)
        workplace.client.set_tag(run, "logged_model", f"models:/{model.model_id}")
        workplace.client.log_metric(run, "size/megabytes", 7)
        if name in ("before", "champion"):
            set_champion(version)
    return SimpleNamespace(ids=ids, folders=folders)


def test_only_what_would_go_is_told_until_it_is_confirmed(
    kept: SimpleNamespace, workplace: SimpleNamespace, command: Command
) -> None:
    version = version_of_run(kept.ids["old"])
    assert version is not None
    assert [(one.run, one.uri) for one in old_models(1)] == [("old", version.uri)]
    assert old_models(4) == []
    assert "nothing to free" in command("clean").out
    asked = command("clean", "--keep", "1")
    assert ["old", version.uri, "7.0"] in asked.lines
    assert "7 MB would be freed; add --yes" in asked.out
    assert kept.folders["old"].is_dir()

    assert "7 MB freed" in command("clean", "--keep", "1", "--yes").out
    assert {name: folder.is_dir() for name, folder in kept.folders.items()} == {
        "before": True,
        "champion": True,
        "old": False,
        "new": True,
    }
    assert version_of_run(kept.ids["old"]) is None
    run = workplace.client.get_run(kept.ids["old"])
    assert (run.info.status, run.data.metrics["time/fit_s"]) == ("FINISHED", 1.5)
    assert (run.data.tags["model_uri"], run.data.tags["logged_model"]) == ("", "")
    assert old_models(1) == []
