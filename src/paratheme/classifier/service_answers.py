"""What the service is asked and what it answers, as OpenAPI has it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Passage(BaseModel):
    """A paragraph of a document; those of one document are read together, in their order."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: str
    document: str | None = Field(None, description="what the document is called; null: it stands alone")


class Question(BaseModel):
    """Texts to file."""

    model_config = ConfigDict(extra="forbid", strict=True)

    texts: list[str | Passage] = Field(min_length=1, examples=[["Le prix du blé double au marché d'El Fasher."]])
    explain: bool = Field(False, description="tell the words and phrases that carried each theme; takes much longer")


class Filed(BaseModel):
    """What a text is about."""

    themes: list[str]
    scores: dict[str, float] = Field(description="theme -> probability")
    reasons: dict[str, dict[str, Any]] = Field(default_factory=dict, description="only where they were asked for")


class Answer(BaseModel):
    """What was said of texts, in their order."""

    model: str
    predictions: list[Filed]


class Block(Filed):
    """A filed block, as a line of `paratheme predict --format jsonl`."""

    model_config = ConfigDict(extra="allow")

    document: str
    index: int
    start: int
    end: int
    kind: str
    language: str
    text: str
    model: str


class DocumentsAnswer(BaseModel):
    """What was said of documents."""

    blocks: list[Block]
    failures: list[str] = Field(description="the files that could not be read, and why, a line each")
    notes: list[str] = Field(description="what was guessed or left out so that a file could be read, a line each")


class Format(StrEnum):
    """What documents are answered with: JSON, or a page for a person."""

    json = "json"
    html = "html"


class Language(StrEnum):
    """Of a page."""

    en = "en"
    fr = "fr"
    ar = "ar"


class ThemeAnswer(BaseModel):
    """A theme."""

    id: str
    names: dict[str, str]
    definition: str
    threshold: float | None = Field(description="the score from which it is given; null: the likeliest theme is")


class ModelAnswer(BaseModel):
    """What files."""

    model: str
    model_type: str
    paratheme: str = Field(description="version")
    themes: list[ThemeAnswer]
    about: dict[str, Any] = Field(description="what it was trained on, and what it scored on its test set")


class State(BaseModel):
    """How the service is."""

    status: str


class Refusal(BaseModel):
    """Why there is no answer."""

    detail: str = Field(description="one line")
