"""The theme set: what paragraphs are filed by.

A theme set is configuration: what the themes are called, what counts for them, the words that speak of them, and
what the texts are like that will be filed. The words do two jobs: by themselves they are a classifier, and matched
in a text they are hints to another one. A theme without words has neither and works all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from paratheme.errors import WrongEntry, load_yaml, validated
from paratheme.themes.lexicon import Lexicon
from paratheme.themes.theme import WORD_LISTS, Theme
from paratheme.types import Settings, Share


class Deployment(Settings):
    """What the texts are like that will be filed, where they differ from the labelled ones (label shift).

    A labelled corpus is richer in themes than what is filed later, most of which is about nothing, and it may hold
    misleading words and wordless texts on purpose. What is stated here, `paratheme.classifier.calibration` accounts
    for.

    Attributes
    ----------
    prior : float
        How often a theme occurs, where `priors` does not name it.
    word_recall : float or None
        The share of a theme's texts in which one of its words stands; None: as in the labelled texts.
    word_precision : float or None
        The share of the texts with one of a theme's words that are about it, the others mention it in passing;
        stated together with `word_recall`, or neither.
    priors : mapping of str to float
        Theme id -> how often it occurs, for themes that are rarer or commoner than most.
    alone : Deployment or None
        The same of texts that stand in no document, such as the rows of a table; None: as blocks of documents.
    """

    prior: Share
    word_recall: Share | None = None
    word_precision: Share | None = None
    priors: dict[str, Share] = Field(default_factory=dict)
    alone: Deployment | None = None

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if (self.word_recall is None) != (self.word_precision is None):
            raise ValueError("word_recall and word_precision go together; state both or neither")
        if self.alone and self.alone.alone:
            raise ValueError("alone: stands inside another; state it once")
        return self

    def prior_of(self, theme: str) -> float:
        """Return how often a theme occurs."""
        return self.priors.get(theme, self.prior)


def _listed(value: Any) -> Any:
    if not isinstance(value, list | tuple) or not value:
        raise ValueError("no themes; list at least one under 'themes:'")
    return tuple(value)


class ThemeSet(Settings):
    """The themes that paragraphs are filed by, in the order of every label and score array.

    Attributes
    ----------
    name : str
        What the set is called.
    themes : tuple of Theme
        The themes.
    deployment : Deployment or None
        What the texts that will be filed are like; None: like the labelled ones.
    """

    name: str = ""
    themes: Annotated[tuple[Theme, ...], BeforeValidator(_listed)]
    deployment: Deployment | None = None

    @field_validator("themes")
    @classmethod
    def _each_id_once(cls, themes: tuple[Theme, ...]) -> tuple[Theme, ...]:
        ids = [theme.id for theme in themes]
        for at, theme_id in enumerate(ids):
            if theme_id in ids[:at]:
                raise WrongEntry(f"theme '{theme_id}' stands twice; give each theme an id of its own", (at,))
        return themes

    @field_validator("deployment")
    @classmethod
    def _priors_name_themes(cls, deployment: Deployment | None, info: ValidationInfo) -> Deployment | None:
        ids = [theme.id for theme in info.data.get("themes", ())]
        stated = {*deployment.priors, *(deployment.alone.priors if deployment.alone else ())} if deployment else set()
        if ids and (unknown := sorted(stated - set(ids))):
            raise ValueError(f"priors: there is no theme '{unknown[0]}'; there are {', '.join(ids)}")
        return deployment

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the themes, in order."""
        return tuple(theme.id for theme in self.themes)

    @cached_property
    def lexicon(self) -> Lexicon:
        """What finds the themes' words in texts."""
        return Lexicon(self.themes)

    def without_words(self, language: str) -> ThemeSet:
        """Return the same set without its words of one language."""

        def kept(theme: Theme) -> Theme:
            words = {
                name: {key: of for key, of in getattr(theme, name).items() if key != language} for name in WORD_LISTS
            }
            return theme.model_copy(update=words)

        return ThemeSet(name=self.name, themes=tuple(map(kept, self.themes)), deployment=self.deployment)

    @classmethod
    def from_file(cls, path: str | Path) -> Self:
        """Read a theme set from a YAML file; without a name it is called as the file is.

        Raises
        ------
        UsageError
            When the file is no YAML or no theme set; one line that names the file, the line and the remedy.
        """
        path = Path(path)
        data = load_yaml(path)
        named = {"name": path.stem, **data} if isinstance(data, Mapping) else {"themes": None}
        return validated(cls, named, {"": path})

    def to_dict(self) -> dict[str, Any]:
        """Return the set as plain data that JSON and YAML can hold; `model_validate` takes it back."""
        return self.model_dump(mode="json")
