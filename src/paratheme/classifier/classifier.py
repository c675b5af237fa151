"""A trained classifier, and how it is saved: one folder, loaded with no network and without the training data."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from paratheme.classifier.calibration import Calibration
from paratheme.classifier.columns import OWN, Columns
from paratheme.classifier.inputs import find_inputs
from paratheme.classifier.nearby import VIEWS, nearby, texts_to_score
from paratheme.classifier.predict import file_inputs
from paratheme.classifier.prediction import Prediction, checked
from paratheme.classifier.reasons import Explainer, Reason
from paratheme.classifier.storage import Layout
from paratheme.documents.context import Passages
from paratheme.errors import ParathemeError, UsageError, validated
from paratheme.models import Model, build, parameters_of
from paratheme.models.settings import EncoderSettings
from paratheme.themes.theme_set import ThemeSet
from paratheme.types import Floats, Labels, Scores

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Prediction", "ThemeClassifier", "reads_words"]
SHOWN = 8  # themes that `repr` names


@dataclass(repr=False)
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

    Examples
    --------
    >>> import paratheme
    >>> classifier = paratheme.load("models:/paratheme@champion")  # or a folder, or nothing: the champion
    >>> classifier.predict(["Le prix du blé double au marché d'El Fasher."])[0].themes
    ['sudan', 'food_security']
    >>> classifier.scores(["Un match de football."]).round(2)  # a data frame: a row a text, a column a theme
    >>> classifier.thresholds["sudan"]  # a theme is given where its score reaches this
    >>> filed = classifier.file(["inbox", "more.csv"])  # documents, folders and tables: a row a block
    """

    themes: ThemeSet
    model_type: str
    model: Model
    calibration: Calibration
    about: dict[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Return what it is in a few lines: model, themes, what it was trained on and scored."""
        about, ids = self.about, self.themes.ids
        listed = f"{', '.join(ids[:SHOWN])}{', ...' if len(ids) > SHOWN else ''}"
        lines = [f"ThemeClassifier({about.get('model', self.model_type)})"]
        lines.append(f"  themes   {self.themes.name or 'unnamed'}: {listed} ({len(ids)})")
        if corpus := about.get("corpus"):
            lines.append(f"  trained  on {corpus}")
        if (macro_f1 := about.get("test", {}).get("macro_f1")) is not None:
            lines.append(f"  test     macro F1 {macro_f1:.3f}")
        return "\n".join(lines)

    @property
    def thresholds(self) -> dict[str, float]:
        """Theme id -> the score from which it is given; empty where every text has exactly one theme, the likeliest."""
        if self.calibration.single_label:
            return {}
        return {theme: float(value) for theme, value in zip(self.themes.ids, self.calibration.threshold, strict=True)}

    def predict_proba(self, texts: Sequence[str]) -> Scores:
        """Return calibrated probabilities, float32, shape (n, themes); `scores` names rows and columns."""
        passages = checked(texts)
        return self._calibrated(passages, *self._read(passages))

    def _read(self, passages: Passages) -> tuple[Scores, Floats | None]:
        """Return raw probabilities, and what the document around each passage says where that is read."""
        if not self.calibration.reads_documents or not len(passages):
            return self.model.predict_proba(passages.texts), None
        distinct = texts_to_score(passages)
        scores = dict(zip(distinct, self.model.predict_proba(distinct), strict=True))
        P = np.array([scores[text] for text in passages], np.float32).reshape(len(passages), len(self.themes.ids))
        return P, nearby(passages, scores)

    def _calibrated(self, passages: Passages, P: Scores, around: Floats | None) -> Scores:
        words = self.model.word_evidence(passages.texts) if self.calibration.reads_words else None
        return self.calibration.calibrate(P, words, around)

    def scores(self, texts: Sequence[str]) -> pd.DataFrame:
        """Return calibrated probabilities as a data frame.

        Parameters
        ----------
        texts : sequence of str
            Paragraphs, as for `predict`.

        Returns
        -------
        pandas.DataFrame
            A row a text, with the index of `texts` where it is a pandas Series; a column a theme.
        """
        import pandas as pd

        index = texts.index if isinstance(texts, pd.Series) else None
        return pd.DataFrame(self.predict_proba(texts), index=index, columns=list(self.themes.ids))

    def file(self, paths: str | Path | Sequence[str | Path]) -> pd.DataFrame:
        """File the paragraphs of documents, and the rows of tables, by theme.

        Parameters
        ----------
        paths : str, Path, or sequence of them
            Documents, folders of documents, and tables with a column `text`.

        Returns
        -------
        pandas.DataFrame
            A row a block, with the columns that ``paratheme predict`` writes: `document, index, start, end, kind,
            language, text, themes, scores`, and whatever a table brings along.

        Warns
        -----
        UserWarning
            For each file that cannot be read; the others are filed.

        Raises
        ------
        ParathemeError
            If a path does not exist or is of a kind that cannot be read, or no file can be read.
        """
        import pandas as pd

        named = [paths] if isinstance(paths, str | Path) else list(paths)
        inputs = find_inputs(list(map(str, named)))
        inputs.check(Columns())
        records = list(file_inputs(inputs, self))
        if inputs.failures and not records:
            raise ParathemeError(inputs.failures[0])
        for failure in inputs.failures:
            warnings.warn(failure, stacklevel=2)
        known = dict.fromkeys([*OWN, *(key for record in records for key in record)])
        return pd.DataFrame(records, columns=list(known))

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
        if not prior:
            return self
        if unknown := sorted(set(prior) - set(self.themes.ids)):
            raise ParathemeError(f"no theme {unknown[0]!r}; there are {', '.join(self.themes.ids)}")
        try:
            calibration = self.calibration.for_prior(
                {self.themes.ids.index(theme): value for theme, value in prior.items()}
            )
        except ValueError as error:
            raise ParathemeError(str(error)) from error
        return replace(self, calibration=calibration)

    def reasons(self, texts: Sequence[str]) -> list[dict[str, Reason]]:
        """Return why each text is given its themes, theme id -> reason; `Passages` have documents around them."""
        return [prediction.reasons for prediction in self.predict(texts, explain=True)]

    def predict(self, texts: Sequence[str], explain: bool | Sequence[bool] = False) -> list[Prediction]:
        """Return the themes and scores of each text, in order.

        Parameters
        ----------
        texts : sequence of str
            Paragraphs: a list, a column of a data frame.
        explain : bool or sequence of bool
            Whether to tell the reasons for the themes that are given: of all texts, or for each of them. A text with
            a theme is then read up to some 32 times more.

        Returns
        -------
        list of Prediction

        Raises
        ------
        TypeError
            If `texts` is a single string, which would be read letter by letter, or one of them is no text.
        """
        passages = checked(texts)
        P, around = self._read(passages)
        scores = self._calibrated(passages, P, around)
        y_pred, ids = self.calibration.decide(scores), self.themes.ids
        explainer = Explainer(self.model, self.calibration, self.themes.lexicon, ids)
        asked = np.broadcast_to(np.asarray(explain, bool), len(passages))[:, None]
        reasons = explainer.reasons(passages.texts, P, around, y_pred * asked)
        return [
            Prediction(
                [theme for theme, given in zip(ids, row, strict=True) if given],
                {theme: float(score) for theme, score in zip(ids, row_scores, strict=True)},
                why,
            )
            for row, row_scores, why in zip(y_pred, scores, reasons, strict=True)
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
            _check_fit(themes, model, calibration)
            return cls(themes, manifest["model_type"], model, calibration, {**manifest["about"]})
        except ParathemeError as error:
            if not isinstance(error, UsageError):
                raise
            raise layout.damaged(error) from error
        except Exception as error:  # whatever a library raises where shapes do not fit, or a layout is another's
            raise layout.damaged(error) from error


def reads_words(model_type: str) -> bool:
    """Tell whether a model reads the themes' words, so that it is calibrated with them."""
    return "themes" in parameters_of(model_type)


def _check_fit(themes: ThemeSet, model: Model, calibration: Calibration) -> None:
    """See that model, calibration and themes belong together, and that a text gets finite scores."""
    shape = (len(themes.ids),)
    for one in (calibration, calibration.alone or calibration):
        learned = [getattr(one, name) for name in ("slope", "word", "intercept", "threshold", "prior")]
        if any(values.shape != shape for values in learned) or one.context.shape != (VIEWS,):
            raise ValueError(f"its calibration is not of {len(themes.ids)} themes")
        if not all(np.isfinite(values).all() for values in (*learned, one.context)):
            raise ValueError("its calibration holds numbers that are not finite")
    scores = model.predict_proba(["a"])
    if scores.shape != (1, *shape) or not np.isfinite(scores).all():
        raise ValueError(f"its model gives no score for each of {len(themes.ids)} themes")


def _portable(parameters: dict[str, Any]) -> dict[str, Any]:
    """Leave out what the folder has elsewhere, the themes, and what ties the encoder to this machine."""
    kept = {key: value for key, value in parameters.items() if key != "themes"}
    if "encoder" in kept:
        kept["encoder"] = {**kept["encoder"].model_dump(), "path": "saved", "revision": None}
    return kept
