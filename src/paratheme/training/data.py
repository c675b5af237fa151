"""From the configuration to a corpus whose rows are divided into parts, story by story."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass

from paratheme.corpus.corpus import Corpus
from paratheme.corpus.load import load_corpus
from paratheme.corpus.near_duplicates import Pair, group_stories
from paratheme.corpus.split import Fold, Given, SplitSettings
from paratheme.errors import ParathemeError
from paratheme.models.settings import EncoderSettings
from paratheme.training.config import Config
from paratheme.types import Vectors

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class TrainingData:
    """What an experiment learns from and is tested on.

    Attributes
    ----------
    corpus : Corpus
        Every block with a story.
    folds : list of Fold
    pairs : list of Pair
        Documents that were found to tell one story.
    """

    corpus: Corpus
    folds: list[Fold]
    pairs: list[Pair]


def prepare(config: Config) -> TrainingData:
    """Load the corpus of an experiment and divide it.

    Raises
    ------
    ParathemeError
        If the corpus cannot be read, or is too small for the split.
    """
    return divide(load_corpus(config.corpus, config.themes), config.split, config.encoder)


def divide(corpus: Corpus, split: SplitSettings, encoder: EncoderSettings) -> TrainingData:
    """Give every block of a corpus a story, and divide it.

    Raises
    ------
    ParathemeError
        If a part stays empty.
    """
    corpus, pairs = with_stories(corpus, split, encoder)
    folds = split.split(corpus)
    if any(len(part) == 0 for fold in folds for part in (fold.train, fold.valid, fold.test)):
        raise ParathemeError(
            f"corpus {corpus.name!r}: too small for split.strategy={split.strategy}: a part stays empty "
            f"({len(corpus)} blocks in {len(set(corpus.stories))} stories)"
        )
    return TrainingData(corpus, folds, pairs)


def with_stories(
    corpus: Corpus, split: SplitSettings | None = None, encoder: EncoderSettings | None = None
) -> tuple[Corpus, list[Pair]]:
    """Give every block a story; look for copies and, with the encoder, translations where the corpus names none."""
    documents, stories = corpus.blocks["document"], corpus.stories
    if all(stories) or isinstance(split, Given):
        return corpus.with_stories([s or f"~{name}" for s, name in zip(stories, documents, strict=True)]), []
    embed = None
    if split is not None and encoder is not None and split.group_translations and len(set(corpus.languages)) > 1:

        def embed(texts: Sequence[str]) -> Vectors:
            from paratheme.models.encoder import shared_encoder

            return shared_encoder(encoder).embed(texts, cached=True)

    looked_for = "copies" if embed is None else "copies and translations"
    logger.info("Looking for %s among %d documents, for their stories", looked_for, len(set(documents)))
    started = time.perf_counter()
    grouped, pairs = group_stories(documents, corpus.texts, corpus.languages, stories, embed=embed)
    logger.info("  %d stories, %d pairs found, %.1f s", len(set(grouped)), len(pairs), time.perf_counter() - started)
    return corpus.with_stories(grouped), pairs


def parts_of_documents(config: Config) -> dict[str, str]:
    """Return the part that each document of the corpus falls in: ``train``, ``valid`` or ``test``."""
    data = prepare(config)
    (fold,) = data.folds
    documents = data.corpus.blocks["document"]
    rows = {"train": fold.train, "valid": fold.valid, "test": fold.test}
    return {documents[int(row)]: part for part in rows for row in rows[part]}
