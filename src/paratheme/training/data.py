"""From the configuration to a corpus whose rows are divided into parts, story by story."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from paratheme.corpus import split
from paratheme.corpus.corpus import Columns, Corpus, CorpusSettings, load_corpus
from paratheme.corpus.near_duplicates import Pair, group_stories
from paratheme.corpus.split import Fold
from paratheme.errors import ParathemeError
from paratheme.themes.theme_set import ThemeSet

Settings = Mapping[str, Any]


def corpus_settings(settings: Settings) -> CorpusSettings:
    """Check the corpus part of the configuration."""
    return CorpusSettings(**{**settings, "columns": Columns(**settings.get("columns", {}))})


def find_stories(corpus: Corpus, settings: Settings) -> tuple[list[str], list[Pair]]:
    """Give every block a story; look for copies and translations where the corpus names none."""
    stories = list(corpus.blocks["story"])
    how = settings["split"]
    if all(stories) or how["strategy"] == "given":
        return [story or f"~{name}" for story, name in zip(stories, corpus.blocks["document"], strict=True)], []
    embed = None
    if how["group_translations"] and len(set(corpus.languages)) > 1:
        from paratheme.models.encoder import shared_encoder

        encoder = shared_encoder(dict(settings["encoder"]))

        def embed(texts: Any) -> npt.NDArray[np.float32]:
            return encoder.embed(texts, cached=True)

    return group_stories(corpus.blocks["document"], corpus.texts, corpus.languages, stories, embed=embed)


def divide(corpus: Corpus, stories: list[str], settings: Settings) -> list[Fold]:
    """Divide the corpus as the split part of the configuration says."""
    if settings["strategy"] == "given":
        return split.given(corpus.blocks["part"], corpus.languages, settings.get("train_languages"))
    known: dict[str, Callable[..., list[Fold]]] = {
        "holdout": split.holdout,
        "kfold": split.kfold,
        "leave_language_out": split.leave_language_out,
        "learning_curve": split.learning_curve,
    }
    if settings["strategy"] not in known:
        raise ParathemeError(f"split.strategy={settings['strategy']!r}; there are {', '.join(known)}, given")
    options = {key: settings[key] for key in ("seed", "k", "valid_size", "test_size", "shares") if key in settings}
    folds = known[settings["strategy"]](stories, corpus.labels, corpus.languages, **options)
    if any(len(part) == 0 for fold in folds for part in (fold.train, fold.valid, fold.test)):
        raise ParathemeError(
            f"corpus {corpus.name!r}: too small for split.strategy={settings['strategy']}: a part stays empty "
            f"({len(corpus.texts)} blocks in {len(set(stories))} stories)"
        )
    return folds


def parts_of_documents(settings: Settings) -> dict[str, str]:
    """Return the part that each document of the corpus falls in: ``train``, ``valid`` or ``test``."""
    themes = ThemeSet.from_dict(settings["themes"], source="themes")
    corpus = load_corpus(corpus_settings(settings["corpus"]), themes)
    stories, _ = find_stories(corpus, settings)
    (fold,) = divide(corpus, stories, settings["split"])
    rows = {"train": fold.train, "valid": fold.valid, "test": fold.test}
    return {corpus.blocks[int(row)]["document"]: part for part in rows for row in rows[part]}
