"""The folder of a saved classifier: what stands where, and what is refused before anything in it is used."""

from __future__ import annotations

import json
import os
import pickle
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from paratheme.classifier import storage
from paratheme.classifier.storage import FORMAT, Layout, versions
from paratheme.classifier.weights import SIZES
from paratheme.errors import ParathemeError


@pytest.fixture
def saved(tmp_path: Path) -> Layout:
    """A folder as a classifier saves itself, with made-up weights."""
    layout = Layout(tmp_path / "deep" / "saved")
    layout.make()
    (layout.model / "encoder").mkdir()
    (layout.model / "encoder" / "config.json").write_text("{}")
    save_file({"weight": np.ones((2, 3), np.float32)}, layout.model / "head.safetensors")
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
        "model/head.safetensors": sha256((saved.model / "head.safetensors").read_bytes()).hexdigest(),
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
    assert "format 2, but this version reads 5; train it again" in refusal(saved)


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


# Hostile folders: every hash is right, for who plants something writes the manifest too


def rehashed(layout: Layout) -> None:
    change_manifest(layout, files=layout.hashes())


@pytest.mark.parametrize("name", ["model/code.py", "model/pytorch_model.bin", "model.pkl", "model/encoder/weights.pt"])
def test_a_planted_file_is_refused_though_the_manifest_lists_it(saved: Layout, name: str) -> None:
    (saved.folder / name).write_bytes(pickle.dumps(Payload(str(saved.folder / "pwned"))))
    rehashed(saved)
    assert refusal(saved) == f"{saved.folder / name}: of a kind that no saved classifier has; use another copy"
    assert not (saved.folder / "pwned").exists()


class Payload:
    """What writes a file when it is unpickled."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return Path.touch, (Path(self.path),)


def test_a_pickle_that_is_called_weights_is_refused_and_not_run(saved: Layout, tmp_path: Path) -> None:
    (saved.model / "head.safetensors").write_bytes(pickle.dumps(Payload(str(tmp_path / "pwned"))))
    rehashed(saved)
    assert "no sound safetensors file (a header of" in refusal(saved)
    assert not (tmp_path / "pwned").exists()


def test_a_payload_would_work(tmp_path: Path) -> None:
    pickle.loads(pickle.dumps(Payload(str(tmp_path / "pwned"))))
    assert (tmp_path / "pwned").exists(), "else the tests above show nothing"


@pytest.mark.parametrize("inside", ["model/head.safetensors", "model/encoder"])
def test_a_link_is_refused_wherever_it_leads(saved: Layout, inside: str, tmp_path: Path) -> None:
    link = saved.folder / inside
    link.rename(tmp_path / "elsewhere")
    link.symlink_to(tmp_path / "elsewhere")
    assert refusal(saved) == f"{link}: is a link or a device; put the file itself there"


def test_a_pipe_is_refused_and_not_waited_for(saved: Layout) -> None:
    os.mkfifo(saved.model / "pipe.json")
    assert "is a link or a device" in refusal(saved)


@pytest.mark.parametrize("name", ["../outside.json", "/etc/passwd", "model/../../x.json", "C:/x.json", "..\\x.json"])
def test_a_path_that_leaves_the_folder_is_refused(saved: Layout, name: str) -> None:
    change_manifest(saved, files={**saved.hashes(), name: "0" * 64})
    assert refusal(saved) == f"{saved.manifest}: names {name!r}, which is not in the folder; use another copy"


def test_a_manifest_of_a_hundred_thousand_levels_is_refused(saved: Layout) -> None:
    saved.manifest.write_text('{"format": 5, "a": ' + "[" * 100_000 + "]" * 100_000 + "}")
    assert refusal(saved).startswith(f"{saved.manifest}: damaged (")


def test_a_manifest_of_a_gigabyte_is_refused_unread(saved: Layout) -> None:
    with saved.manifest.open("ab") as file:
        file.truncate(10**9)  # takes no space
    assert "1,000 MB, more than any manifest needs" in refusal(saved)


def tensors(header: Any, data: bytes = b"", length: int | None = None) -> bytes:
    told = header if isinstance(header, bytes) else json.dumps(header).encode()
    return (len(told) if length is None else length).to_bytes(8, "little") + told + data


def one(dtype: str, shape: list[Any], offsets: list[Any]) -> dict[str, Any]:
    return {"w": {"dtype": dtype, "shape": shape, "data_offsets": offsets}}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "a header of 0 bytes"),
        (tensors({}, length=2**63), "a header of"),
        (tensors(b"{" * 10), "Expecting property name"),
        (tensors(b"[" * 100_000), "recursion"),
        (tensors([1]), "pop expected"),
        (tensors(one("F32", [2], [0, 8]), b"1234"), "4 bytes of numbers where the header tells of 8"),
        (tensors(one("F32", [2], [0, 8]), b"123456789"), "9 bytes of numbers where the header tells of 8"),
        (tensors(one("F32", [3], [0, 8]), b"12345678"), "another size than its shape tells"),
        (tensors(one("F32", [-2], [0, -8])), "cannot be"),
        (tensors(one("F32", [2.0], [0, 8]), b"12345678"), "cannot be"),
        (tensors(one("F32", [10**30, 0], [0, 0])), ""),
        (tensors(one("O", [1], [0, 8]), b"12345678"), "unknown kind 'O'"),
        (tensors({**one("U8", [4], [0, 4]), "x": one("U8", [4], [2, 6])["w"]}, b"123456"), "overlap"),
        (tensors(one("F32", [1], [0, 4]), np.float32("nan").tobytes()), "w holds numbers that are not finite"),
        (tensors(one("F16", [1], [0, 2]), np.float16("inf").tobytes()), "w holds numbers that are not finite"),
        (tensors(one("F64", [1], [0, 8]), np.float64("-inf").tobytes()), "w holds numbers that are not finite"),
        (tensors(one("BF16", [1], [0, 2]), b"\xc0\x7f"), "w holds numbers that are not finite"),
    ],
)
def test_weights_that_cannot_be_are_refused(saved: Layout, content: bytes, said: str) -> None:
    (saved.model / "head.safetensors").write_bytes(content)
    rehashed(saved)
    if not said:  # nothing in it
        assert saved.read_manifest()
        return
    assert "no sound safetensors file (" in refusal(saved)
    assert said in refusal(saved)


@pytest.mark.parametrize("dtype", ["F16", "F32", "F64", "BF16", "I64", "U8", "BOOL"])
def test_weights_that_can_be_are_taken(saved: Layout, dtype: str) -> None:
    size = SIZES[dtype]
    content = tensors(
        {**one(dtype, [2, 3], [0, 6 * size]), "e": one(dtype, [0], [6 * size, 6 * size])["w"]}, bytes(6 * size)
    )
    (saved.model / "head.safetensors").write_bytes(content)
    rehashed(saved)
    assert saved.read_manifest()
