"""The saved thing: one folder without a pickle, loaded with no network and without the training data."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from paratheme.classifier.calibration import Thresholds
from paratheme.errors import ParathemeError
from paratheme.models import Model, build
from paratheme.models.lexicon import word_hits
from paratheme.themes.theme_set import ThemeSet

MANIFEST = "classifier.json"
MODEL_FOLDER = "model"
FORMAT = 2
RUNTIME = (
    "mlflow",
    "numpy",
    "pandas",
    "platformdirs",
    "pyyaml",
    "safetensors",
    "scikit-learn",
    "scipy",
    "torch",
    "tqdm",
    "transformers",
)


@dataclass(frozen=True)
class Prediction:
    """What one text is about.

    Attributes
    ----------
    themes : list of str
        Ids of the themes given to it, in the theme set's order.
    scores : dict of str to float
        Theme id -> calibrated probability.
    """

    themes: list[str]
    scores: dict[str, float]


@dataclass
class ThemeClassifier:
    """A fitted model with its themes, calibration and thresholds.

    Attributes
    ----------
    themes : ThemeSet
    family : str
        The model family, a key of `paratheme.models.FAMILIES`.
    model : Model
    thresholds : Thresholds
    about : dict
        What it was trained on and what it scored: fingerprint of the data, metrics, versions.
    """

    themes: ThemeSet
    family: str
    model: Model
    thresholds: Thresholds
    about: dict[str, Any] = field(default_factory=dict)

    def predict_proba(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return calibrated probabilities, float32, shape (n, themes)."""
        words = word_hits(self.themes.to_dict(), texts) if self.thresholds.reads_words else None
        return self.thresholds.calibrate(self.model.predict_proba(list(texts)), words)

    def with_prior(self, prior: Mapping[str, float]) -> ThemeClassifier:
        """Return the same classifier for texts in which some themes occur more or less often.

        Parameters
        ----------
        prior : mapping of str to float
            Theme id -> how often it occurs in these texts, between 0 and 1.

        Raises
        ------
        ParathemeError
            If there is no such theme, or a prior is not between 0 and 1.
        """
        if unknown := sorted(set(prior) - set(self.themes.ids)):
            raise ParathemeError(f"no theme {unknown[0]!r}; there are {', '.join(self.themes.ids)}")
        column = {theme: i for i, theme in enumerate(self.themes.ids)}
        try:
            thresholds = self.thresholds.for_prior({column[theme]: value for theme, value in prior.items()})
        except ValueError as error:
            raise ParathemeError(str(error)) from error
        return replace(self, thresholds=thresholds)

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        """Return the themes and scores of each text, in order.

        Parameters
        ----------
        texts : sequence of str
            Paragraphs; one string alone is refused, for it would be read letter by letter.

        Returns
        -------
        list of Prediction

        Raises
        ------
        TypeError
            If `texts` is a single string.
        """
        if isinstance(texts, str):
            raise TypeError("predict takes a list of texts; write predict([text])")
        scores = self.predict_proba(texts)
        decided = self.thresholds.decide(scores)
        ids = self.themes.ids
        return [
            Prediction(
                [theme for theme, given in zip(ids, row, strict=True) if given],
                {theme: float(score) for theme, score in zip(ids, row_scores, strict=True)},
            )
            for row, row_scores in zip(decided, scores, strict=True)
        ]

    def save(self, folder: str | Path) -> None:
        """Write the classifier into a folder, which must be empty or missing.

        Raises
        ------
        ParathemeError
            If the folder holds something already.
        """
        folder = Path(folder)
        if folder.exists() and any(folder.iterdir()):
            raise ParathemeError(f"{folder}: not empty; save to a new folder")
        (folder / MODEL_FOLDER).mkdir(parents=True)
        self.model.save(folder / MODEL_FOLDER)
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        manifest = {
            "format": FORMAT,
            "family": self.family,
            "parameters": _portable(self.model.get_params(deep=False)),
            "themes": self.themes.to_dict(),
            "thresholds": self.thresholds.to_dict(),
            "versions": versions(),
            "about": self.about,
            "files": {path.relative_to(folder).as_posix(): _sha256(path) for path in files},
        }
        (folder / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1), "utf-8")

    @classmethod
    def load(cls, uri: str | Path | None = None) -> Self:
        """Load a saved classifier.

        Parameters
        ----------
        uri : str or Path, optional
            A folder, ``runs:/...`` or ``models:/...``; None: the champion, or else the newest finished
            run's model.

        Returns
        -------
        ThemeClassifier

        Raises
        ------
        ParathemeError
            If there is none, or a file is unknown, missing or damaged; nothing in it is run before.
        """
        if uri is None or "://" in str(uri) or str(uri).startswith(("runs:/", "models:/")):
            from paratheme.tracking.log import fetch_classifier

            folder = fetch_classifier(None if uri is None else str(uri))
        else:
            folder = Path(uri)
        manifest = _read_manifest(folder)
        try:
            model = build(manifest["family"], **manifest["parameters"]).load(folder / MODEL_FOLDER)
            themes = ThemeSet.from_dict(manifest["themes"])
            thresholds = Thresholds.from_dict(manifest["thresholds"])
            return cls(themes, manifest["family"], model, thresholds, manifest["about"])
        except (KeyError, TypeError, ValueError) as error:
            raise ParathemeError(f"{folder / MANIFEST}: damaged ({error}); use another copy") from error


def versions() -> dict[str, str]:
    """Return the exact versions of what a saved classifier runs on."""
    found = {"python": platform.python_version()}
    for package in RUNTIME:
        try:
            found[package] = version(package).split("+")[0]
        except PackageNotFoundError:  # loaded where MLflow, say, is not installed
            continue
    return found


def _portable(parameters: dict[str, Any]) -> dict[str, Any]:
    """Drop what ties the parameters to this machine: the saved encoder has its own folder."""
    if "encoder" in parameters:
        parameters = {**parameters, "encoder": {**parameters["encoder"], "path": "saved", "revision": None}}
    return parameters


def _read_manifest(folder: Path) -> dict[str, Any]:
    file = folder / MANIFEST
    if not file.is_file():
        raise ParathemeError(f"{folder}: no saved classifier (no {MANIFEST} in it)")
    try:
        manifest = json.loads(file.read_text("utf-8"))
        if manifest["format"] != FORMAT:
            raise ParathemeError(
                f"{file}: format {manifest['format']!r}, but this version reads {FORMAT}; "
                "use the version of paratheme that saved it"
            )
        listed = dict(manifest["files"])
    except (ValueError, KeyError, TypeError) as error:
        raise ParathemeError(f"{file}: damaged ({error}); use another copy") from error
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {MANIFEST}
    if unknown := sorted(present - set(listed)):
        raise ParathemeError(f"{folder / unknown[0]}: not part of the saved classifier; take it away")
    for name, digest in listed.items():
        if name not in present:
            raise ParathemeError(f"{folder / name}: missing; use another copy")
        if _sha256(folder / name) != digest:
            raise ParathemeError(f"{folder / name}: damaged, its hash differs from {MANIFEST}'s; use another copy")
    return dict(manifest)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
