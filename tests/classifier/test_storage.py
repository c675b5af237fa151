"""The folder of a saved classifier: what stands where, and what is refused before anything in it is used."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from paratheme.classifier import storage
from paratheme.classifier.storage import FORMAT, Layout, versions
from paratheme.errors import ParathemeError


@pytest.fixture
def saved(tmp_path: Path) -> Layout:
    """A folder as a classifier saves itself, with made-up weights."""
    layout = Layout(tmp_path / "deep" / "saved")
    layout.make()
    (layout.model / "encoder").mkdir()
    (layout.model / "encoder" / "config.json").write_text("{}")
    (layout.model / "head.safetensors").write_bytes(b"weights")
    layout.write_manifest({"model_type": "tfidf", "about": {"corpus": "أخبار"}})
    return layout


def change_manifest(layout: Layout, **changes: Any) -> None:
    """Put other values into a manifest; ``...`` takes a key away."""
    manifest = json.loads(layout.manifest.read_text("utf-8")) | changes
    layout.manifest.write_text(json.dumps({key: value for key, value in manifest.items() if value is not ...}), "utf-8")


def refusal(layout: Layout) -> str:
    with pytest.raises(ParathemeError) as refused:
        layout.read_manifest()
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_the_manifest_stands_beside_the_folder_of_the_model(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    assert (layout.manifest, layout.model) == (tmp_path / "classifier.json", tmp_path / "model")


def test_what_is_written_is_read_again(saved: Layout) -> None:
    manifest = saved.read_manifest()
    assert (manifest["model_type"], manifest["about"]) == ("tfidf", {"corpus": "أخبار"})


def test_the_manifest_names_the_format_versions_and_every_file_with_its_hash(saved: Layout) -> None:
    manifest = saved.read_manifest()
    assert manifest["format"] == FORMAT
    assert manifest["versions"] == versions()
    assert manifest["files"] == {
        "model/encoder/config.json": sha256(b"{}").hexdigest(),
        "model/head.safetensors": sha256(b"weights").hexdigest(),
    }


def test_versions_are_exact_and_leave_out_what_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "RUNTIME", ("numpy", "no-such-package"))
    assert set(versions()) == {"python", "numpy"}
    assert versions()["numpy"].count(".") == 2


# Saving


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    Layout(tmp_path).make()
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_saving_over_something_is_refused_and_leaves_it_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "precious.txt").touch()
    with pytest.raises(ParathemeError, match="not empty; save to a new folder"):
        Layout(tmp_path).make()
    assert [path.name for path in tmp_path.iterdir()] == ["precious.txt"]


# Refusals


def test_a_folder_without_a_classifier_is_refused(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        said = f"{folder}: no saved classifier (no classifier.json in it)"
        assert refusal(Layout(folder)) == said


@pytest.mark.parametrize("number", [1, 2, 99, "3", None])
def test_another_format_is_refused_with_what_to_do(saved: Layout, number: Any) -> None:
    change_manifest(saved, format=number)
    assert refusal(saved) == (
        f"{saved.manifest}: format {number!r}, but this version reads {FORMAT}; train it again, or use the version of "
        "paratheme that saved it"
    )


def test_an_older_format_is_refused_as_such_whatever_else_is_otherwise_in_it(saved: Layout) -> None:
    saved.manifest.write_text(json.dumps({"format": 2, "family": "tfidf", "thresholds": {}}))
    assert "format 2, but this version reads 3; train it again" in refusal(saved)


def add(file: Path) -> None:
    file.with_name("extra.pkl").touch()


def change(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)


@pytest.mark.parametrize("file", ["model/head.safetensors", "model/encoder/config.json"])
@pytest.mark.parametrize(
    ("done", "said"),
    [
        (Path.unlink, "{file}: missing; use another copy"),
        (change, "{file}: damaged, its hash differs from classifier.json's; use another copy"),
        (add, "{folder}/extra.pkl: not part of the saved classifier; take it away"),
    ],
)
def test_a_file_that_is_missing_changed_or_unknown_is_refused_by_name(
    saved: Layout, file: str, done: Callable[[Path], None], said: str
) -> None:
    touched = saved.folder / file
    done(touched)
    assert refusal(saved) == said.format(file=touched, folder=touched.parent)


def test_a_file_beside_the_manifest_is_unknown_too(saved: Layout) -> None:
    (saved.folder / "notes.txt").touch()
    assert refusal(saved) == f"{saved.folder / 'notes.txt'}: not part of the saved classifier; take it away"


@pytest.mark.parametrize("changes", [{"files": 7}, {"files": ...}, {"format": ...}])
def test_a_damaged_manifest_is_refused(saved: Layout, changes: dict[str, Any]) -> None:
    change_manifest(saved, **changes)
    assert refusal(saved).startswith(f"{saved.manifest}: damaged (")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"7", b"null", b"\xff\xfe"])
def test_a_manifest_that_is_no_json_object_is_refused(saved: Layout, content: bytes) -> None:
    saved.manifest.write_bytes(content)
    assert refusal(saved).startswith(f"{saved.manifest}: damaged (")
