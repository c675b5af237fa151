"""The configuration of an experiment, typed and checked before anything runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from paratheme.corpus.load import CorpusSettings
from paratheme.corpus.split import Given, Growing, Holdout, SplitSettings
from paratheme.errors import validated
from paratheme.evaluation.bootstrap import Resampling
from paratheme.evaluation.checks import CheckSettings
from paratheme.models.settings import EncoderSettings, ModelSettings
from paratheme.themes.theme_set import ThemeSet
from paratheme.tracking.store import TrackingSettings
from paratheme.types import Settings

SEARCHED = ("model", "encoder")  # what a trial of a search depends on


class SweepSettings(Settings):
    """What a search for settings tries.

    Attributes
    ----------
    space : dict
        The settings of ``model`` and ``encoder`` to try: lists of values, or ``{low, high, log}``.
    trials : int
        How many settings are tried in all.
    folds : int
        Of training and validation set together, by story, on which a trial is judged.
    storage : str
        The database, as SQLAlchemy names it, in which the trials are kept.
    """

    space: dict[str, Any] = Field(min_length=1)
    trials: int = Field(ge=1)
    folds: int = Field(ge=2)
    storage: str

    def leaves(self) -> Iterator[tuple[str, Any]]:
        """Yield what is searched for, by path such as ``model.head_C``."""
        yield from _leaves(self.space)


class Config(Settings):
    """One experiment.

    Attributes
    ----------
    themes : ThemeSet
        What paragraphs are filed by.
    corpus : CorpusSettings
        The labelled blocks.
    split : Holdout, KFold, LeaveLanguageOut, LearningCurve, FewShot or Given
        How they are divided.
    encoder : EncoderSettings
        For the models that read one.
    model : LexiconSettings, TfidfSettings, StaticSettings, FinetunedSettings or HybridSettings
    checks : CheckSettings
    evaluation : Resampling
        For the intervals.
    tracking : TrackingSettings
    sweep : SweepSettings or None
        What to search for before training.
    name : str or None
        What the runs are called; None: the model.
    seed : int
        Of everything random in training; the split has its own.
    resume : {"auto", "never"}
        Whether a training of the same configuration and data that did not finish is gone on with.
    """

    themes: ThemeSet
    corpus: CorpusSettings
    split: SplitSettings
    encoder: EncoderSettings
    model: ModelSettings
    checks: CheckSettings
    evaluation: Resampling
    tracking: TrackingSettings
    sweep: SweepSettings | None = None
    name: str | None = None
    seed: int = Field(0, ge=0)
    resume: Literal["auto", "never"] = "auto"

    @model_validator(mode="after")
    def _can_be_searched(self) -> Self:
        if self.sweep is None:
            return self
        if isinstance(self.split, Growing) or not isinstance(self.split, Holdout | Given):
            raise ValueError("sweep: a search has one test set; use split=holdout or split=given")
        settings = self.model_dump()
        for path, choices in self.sweep.leaves():
            _check_choices(settings, path, choices)
            for choice in choices if isinstance(choices, list) else (choices["low"], choices["high"]):
                self.changed({path: choice})
        return self

    @property
    def label(self) -> str:
        """What runs are called where nothing else is said: the name that was given, or the model's."""
        return self.name or self.model.label

    def plain(self) -> dict[str, Any]:
        """Return the configuration as plain data."""
        return self.model_dump(mode="json")

    def changed(self, values: Mapping[str, Any]) -> Config:
        """Return the configuration with some values changed, by path such as ``model.head_C``, and no search."""
        settings = {**self.model_dump(), "sweep": None}
        for path, value in values.items():
            group, key = path.split(".", 1)
            settings[group] = {**settings[group], key: value}
        return validated(Config, settings)


def _leaves(space: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in space.items():
        if isinstance(value, Mapping) and "low" not in value:
            yield from _leaves(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


def _check_choices(settings: Mapping[str, Any], path: str, choices: Any) -> None:
    group, _, key = path.partition(".")
    if group not in SEARCHED:
        raise ValueError(f"sweep.space.{path}: only settings of {' and '.join(SEARCHED)} can be searched for")
    if key not in settings[group]:
        raise ValueError(
            f"sweep.space: there is no setting {path}; there are {', '.join(settings[group])}. Another space: "
            "sweep=NAME, of conf/sweep/"
        )
    span = isinstance(choices, Mapping) and {"low", "high"} <= set(choices) <= {"low", "high", "log"}
    if not span and not (isinstance(choices, list) and choices):
        raise ValueError(f"sweep.space.{path}: give a list of values, or {{low: 0.1, high: 10.0, log: true}}")
