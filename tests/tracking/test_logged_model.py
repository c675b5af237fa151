"""A saved classifier as MLflow's model: its large files lie in a store once."""

from __future__ import annotations

from pathlib import Path

from paratheme.classifier.storage import Layout
from paratheme.tracking import logged_model


def test_a_large_file_that_another_model_has_is_linked_and_small_or_other_ones_are_not(tmp_path: Path) -> None:
    def stored(model: str, layers: bytes) -> Path:
        folder = tmp_path / "models" / model / "artifacts" / "artifacts" / "classifier"
        layout = Layout(folder)
        layout.make()
        (layout.model / "embeddings.txt").write_bytes(b"e" * (logged_model.LARGE + 1))
        (layout.model / "layers.txt").write_bytes(layers * (logged_model.LARGE + 1))
        (layout.model / "small.txt").write_bytes(b"s")
        layout.write_manifest({})
        logged_model._store_once((tmp_path / "models" / model / "artifacts").as_uri())
        layout.read_manifest()
        return layout.model

    one, two = stored("m-1", b"1"), stored("m-2", b"2")
    linked = {file.name for file in two.iterdir() if file.samefile(one / file.name)}
    assert linked == {"embeddings.txt"}
    assert {file.name for file in two.iterdir()} == {"embeddings.txt", "layers.txt", "small.txt"}


def test_models_that_lie_elsewhere_are_left_alone() -> None:
    logged_model._store_once("mlflow-artifacts:/1/models/m-1/artifacts")
