"""The page on which a person drops files: a form, without a program, whose answer is the report."""

from __future__ import annotations

from functools import cache

from paratheme.classifier.page import LANGUAGES, read_part, source_hash, template, words_of_page
from paratheme.documents.readers import SUFFIXES

WORDS, TEMPLATE = "classifier/service_page_words.yaml", "classifier/service_page.html.jinja"
STYLE = read_part("classifier/service_page.css")
POLICY = (
    f"default-src 'none'; style-src 'sha256-{source_hash(STYLE)}'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


@cache
def page(language: str) -> str:
    """Return the page in one of the languages that the report has."""
    from markupsafe import Markup

    others = [(one, words_of_page(WORDS, one)["own_name"]) for one in LANGUAGES if one != language]
    shown = {"language": language, "others": others, "suffixes": SUFFIXES, "style": Markup(STYLE)}
    shown["action"] = f"documents?format=html&language={language}"
    return str(template(TEMPLATE).render(say=words_of_page(WORDS, language), **shown))
