"""The page on which a person drops files: a form, without a program, whose answer is the report."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path

from paratheme.classifier.report import LANGUAGES
from paratheme.documents.readers import SUFFIXES
from paratheme.errors import load_yaml
from paratheme.paths import PACKAGE

FOLDER = PACKAGE / "classifier"
STYLE = Path(FOLDER / "service_page.css").read_text("utf-8")
HASH = b64encode(sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{HASH}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"


@cache
def page(language: str) -> str:
    """Return the page in one of the languages that the report has."""
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    say = load_yaml(FOLDER / "service_page_words.yaml")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string((FOLDER / "service_page.html.jinja").read_text("utf-8"))
    others = [(one, say[one]["own_name"]) for one in LANGUAGES if one != language]
    shown = {"say": say[language], "language": language, "others": others, "suffixes": SUFFIXES}
    return template.render(**shown, style=Markup(STYLE))
