"""The folder of a saved classifier: its layout, its manifest, and the check that nothing in it was changed.

No pickle anywhere: weights are safetensors or what an engine reads, the rest is plain text. Every file is listed with
its hash, and nothing is used before all of them were checked. A hash shows that a file is the one that was saved, not
who saved it.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from paratheme.classifier.weights import check_weights
from paratheme.errors import ParathemeError

FORMAT = 5
SUFFIXES = (".json", ".safetensors", ".txt", ".model", ".jinja")  # weights, settings, and what tokenizers write
ENGINE_FILES = tuple(f"model/encoder/{name}" for name in ("openvino.xml", "openvino.bin", "encoder.onnx"))
LARGEST_MANIFEST = 100_000_000  # bytes; a million labelled texts take 15 million
RUNTIME = (
    "ahocorasick-rs",
    "mlflow",
    "numpy",
    "pandas",
    "platformdirs",
    "pydantic",
    "pyyaml",
    "safetensors",
    "scikit-learn",
    "scipy",
    "torch",
    "tqdm",
    "transformers",
)


@dataclass(frozen=True)
class Layout:
    """What stands where.

    Attributes
    ----------
    folder : Path
        Of the saved classifier.
    """

    folder: Path

    @property
    def manifest(self) -> Path:
        """Format, model type, parameters, themes, calibration, versions, and the hash of every other file."""
        return self.folder / "classifier.json"

    @property
    def model(self) -> Path:
        """What the model itself wrote."""
        return self.folder / "model"

    def make(self) -> None:
        """Make the folders.

        Raises
        ------
        ParathemeError
            If the folder holds something already.
        """
        if self.folder.exists() and any(self.folder.iterdir()):
            raise ParathemeError(f"{self.folder}: not empty; save to a new folder")
        self.model.mkdir(parents=True)

    def hashes(self) -> dict[str, str]:
        """Return the SHA-256 of every file but the manifest, by its path from the folder."""
        files = sorted(path for path in self.folder.rglob("*") if path.is_file() and path != self.manifest)
        return {path.relative_to(self.folder).as_posix(): _sha256(path) for path in files}

    def write_manifest(self, content: Mapping[str, Any]) -> None:
        """Write what is to be known of the files, once they are all there."""
        manifest = {"format": FORMAT, **content, "versions": versions(), "files": self.hashes()}
        self.manifest.write_text(json.dumps(manifest, ensure_ascii=False, indent=1), "utf-8")

    def read_manifest(self) -> dict[str, Any]:
        """Read the manifest and check every file against it.

        Raises
        ------
        ParathemeError
            If there is none, it is of another format, or a file is unknown, missing, damaged or of a kind that a saved
            classifier does not have.
        """
        file = self.manifest
        if not file.is_file():
            raise ParathemeError(f"{self.folder}: no saved classifier (no {file.name} in it)")
        self._check_no_links()
        try:
            if (size := file.stat().st_size) > LARGEST_MANIFEST:
                raise ValueError(f"{size / 1e6:,.0f} MB, more than any manifest needs")
            manifest = dict(json.loads(file.read_text("utf-8")))
            if manifest["format"] != FORMAT:
                raise ParathemeError(
                    f"{file}: format {manifest['format']!r}, but this version reads {FORMAT}; train it again, or use "
                    "the version of paratheme that saved it"
                )
            listed = dict(manifest["files"])
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise self.damaged(error) from error
        for name in map(str, listed):
            if name.startswith("/") or ".." in name.split("/") or "\\" in name or ":" in name:
                raise ParathemeError(f"{file}: names {name!r}, which is not in the folder; use another copy")
        present = self.hashes()
        if unknown := sorted(set(present) - set(listed)):
            raise ParathemeError(f"{self.folder / unknown[0]}: not part of the saved classifier; take it away")
        if strange := sorted(name for name in listed if not (name.endswith(SUFFIXES) or name in ENGINE_FILES)):
            raise ParathemeError(
                f"{self.folder / strange[0]}: of a kind that no saved classifier has; use another copy"
            )
        for name, digest in listed.items():
            if name not in present:
                raise ParathemeError(f"{self.folder / name}: missing; use another copy")
            if present[name] != digest:
                raise ParathemeError(
                    f"{self.folder / name}: damaged, its hash differs from {file.name}'s; use another copy"
                )
        for name in listed:
            if name.endswith(".safetensors"):
                check_weights(self.folder / name)
        return manifest

    def _check_no_links(self) -> None:
        """Refuse links, which may lead anywhere, and devices."""
        for path in sorted(self.folder.rglob("*")):
            if path.is_symlink() or not (path.is_dir() or path.is_file()):
                raise ParathemeError(f"{path}: is a link or a device; put the file itself there")

    def damaged(self, error: Exception) -> ParathemeError:
        """Return what is raised where the manifest does not make sense."""
        return ParathemeError(f"{self.manifest}: damaged ({error}); use another copy")


def versions() -> dict[str, str]:
    """Return the exact versions of what a saved classifier runs on."""
    exact = {"python": platform.python_version()}
    for package in RUNTIME:
        try:
            exact[package] = version(package).split("+")[0]
        except PackageNotFoundError:  # loaded where MLflow, say, is not installed
            continue
    return exact


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
