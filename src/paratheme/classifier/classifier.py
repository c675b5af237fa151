"""A trained classifier, and how it is saved: one folder, loaded with no network and without the training data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from paratheme.classifier.calibration import Calibration
from paratheme.classifier.storage import Layout
from paratheme.errors import ParathemeError, UsageError, validated
from paratheme.models import Model, build, parameters_of
from paratheme.models.settings import EncoderSettings
from paratheme.themes.theme_set import ThemeSet
from paratheme.types import Labels, Scores


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
    model_type : str
        A key of `paratheme.models.MODEL_TYPES`.
    model : Model
    calibration : Calibration
    about : dict
        What it was trained on and what it scored: fingerprint of the data, metrics, versions.
    """

    themes: ThemeSet
    model_type: str
    model: Model
    calibration: Calibration
    about: dict[str, Any] = field(default_factory=dict)

    def predict_proba(self, texts: Sequence[str]) -> Scores:
        """Return calibrated probabilities, float32, shape (n, themes)."""
        words = self.themes.lexicon.hits(texts) if self.calibration.reads_words else None
        return self.calibration.calibrate(self.model.predict_proba(list(texts)), words)

    def decide(self, texts: Sequence[str]) -> Labels:
        """Return decisions, 0 or 1, shape (n, themes)."""
        return self.calibration.decide(self.predict_proba(texts))

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
        try:
            calibration = self.calibration.for_prior(
                {self.themes.ids.index(theme): value for theme, value in prior.items()}
            )
        except ValueError as error:
            raise ParathemeError(str(error)) from error
        return replace(self, calibration=calibration)

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
        y_pred = self.calibration.decide(scores)
        ids = self.themes.ids
        return [
            Prediction(
                [theme for theme, given in zip(ids, row, strict=True) if given],
                {theme: float(score) for theme, score in zip(ids, row_scores, strict=True)},
            )
            for row, row_scores in zip(y_pred, scores, strict=True)
        ]

    def save(self, folder: str | Path) -> None:
        """Write the classifier into a folder, which must be empty or missing.

        Raises
        ------
        ParathemeError
            If the folder holds something already.
        """
        layout = Layout(Path(folder))
        layout.make()
        self.model.save(layout.model)
        layout.write_manifest(
            {
                "model_type": self.model_type,
                "parameters": _portable(self.model.get_params(deep=False)),
                "themes": self.themes.to_dict(),
                "calibration": self.calibration.to_dict(),
                "about": self.about,
            }
        )

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """Load a saved classifier from its folder; `paratheme.load` takes addresses in MLflow too.

        Raises
        ------
        ParathemeError
            If there is none, or a file is unknown, missing or damaged; nothing in it is run before.
        """
        layout = Layout(Path(folder))
        manifest = layout.read_manifest()
        try:
            themes = validated(ThemeSet, manifest["themes"], source="themes")
            parameters = {**manifest["parameters"]}  # a TypeError where it is no mapping
            if "encoder" in parameters:
                parameters["encoder"] = validated(EncoderSettings, parameters["encoder"], source="encoder")
            model = build(manifest["model_type"], parameters, {"themes": themes}).load(layout.model)
            calibration = Calibration.from_dict(manifest["calibration"])
            return cls(themes, manifest["model_type"], model, calibration, manifest["about"])
        except (KeyError, TypeError, ValueError, UsageError) as error:
            raise layout.damaged(error) from error


def reads_words(model_type: str) -> bool:
    """Tell whether a model reads the themes' words, so that it is calibrated with them."""
    return "themes" in parameters_of(model_type)


def _portable(parameters: dict[str, Any]) -> dict[str, Any]:
    """Leave out what the folder has elsewhere, the themes, and what ties the encoder to this machine."""
    kept = {key: value for key, value in parameters.items() if key != "themes"}
    if "encoder" in kept:
        kept["encoder"] = {**kept["encoder"].model_dump(), "path": "saved", "revision": None}
    return kept
