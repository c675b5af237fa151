"""What the pages that people see have in common: languages, colours and signs of themes, directions, templates."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paratheme.errors import load_yaml
from paratheme.paths import PACKAGE

if TYPE_CHECKING:
    from paratheme.themes.theme import Theme

LANGUAGES = ("en", "fr", "ar")  # of a page
SIGNS = "●▲■◆★✚⬟✱"  # beside colours, as many as the style sheet has
RIGHT_TO_LEFT = ("ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi")


@dataclass(frozen=True)
class ShownTheme:
    """A theme as a page shows it.

    Attributes
    ----------
    id, name : str
    threshold : float or None
        None where there is none, as where each text has exactly one theme.
    colour : int
        Its place in the palette.
    """

    id: str
    name: str
    threshold: float | None
    colour: int

    @property
    def sign(self) -> str:
        """What tells it from the others without colours."""
        return SIGNS[self.colour]


def shown_themes(
    themes: Sequence[Theme], language: str, thresholds: Mapping[str, float] | None = None
) -> list[ShownTheme]:
    """Return themes as a page in a language shows them."""
    return [
        ShownTheme(
            one.id,
            one.names.get(language) or one.names.get("en") or one.id,
            (thresholds or {}).get(one.id),
            i % len(SIGNS),
        )
        for i, one in enumerate(themes)
    ]


def direction(language: str) -> str:
    """Return how a text is set: by its language, not by its first letter, which may be that of a foreign name."""
    if not language:
        return "auto"
    return "rtl" if language.lower().split("-")[0] in RIGHT_TO_LEFT else "ltr"


def words_of_page(name: str, language: str) -> Mapping[str, Any]:
    """Return what a page says in a language; `name` is that of a YAML file, from the package's folder."""
    words: Mapping[str, Any] = load_yaml(PACKAGE / name)[language]
    return words


def source_hash(text: str) -> str:
    """Return the hash by which a content security policy knows a style or a script."""
    return b64encode(sha256(text.encode()).digest()).decode()


@cache
def read_part(name: str) -> str:
    """Return a style sheet, a script or a template, by its name from the package's folder."""
    return Path(PACKAGE / name).read_text("utf-8")


@cache
def template(name: str) -> Any:
    """Return a template that escapes whatever it is given."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(read_part(name))
