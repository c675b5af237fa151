"""A theme from a definition and a few examples: its file, a first classifier, and how far that can be trusted."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from paratheme.classifier.classifier import ThemeClassifier
from paratheme.corpus.corpus import Corpus
from paratheme.corpus.label_file import BlockLabel, TextBlock, now
from paratheme.corpus.load import CorpusSettings, load_corpus
from paratheme.corpus.split import Fold
from paratheme.documents.language import languages_of_each
from paratheme.errors import ParathemeError
from paratheme.themes.theme_set import Deployment, ThemeSet
from paratheme.training.compose import compose
from paratheme.training.config import Config
from paratheme.training.data import with_stories
from paratheme.training.fit import OUT_OF_FOLD, around, fit_classifier, folds_by_story, predict_out_of_fold
from paratheme.training.word_proposals import Proposal
from paratheme.types import Labels

PRESUMED = 400  # texts that are presumed to be about something else
SHARE = 0.1  # of texts to be filed are about the theme, unlike of these
MODEL = "frozen"  # little is learned from little; and it reads no words, which nobody reviewed yet
REVIEW = """\
  # Proposed, for being near the definition and the examples in meaning or commoner there than elsewhere. Review them:
  # two different ones decide. Move what decides alone to `words:`, and delete what is not about the theme.
  weak:
"""


@dataclass(frozen=True)
class Trust:
    """What a first classifier makes of texts that it did not learn from.

    Attributes
    ----------
    examples, found : int
        Texts about the theme, and how many of them it finds.
    others, mistaken : int
        Texts presumed to be about something else, and how many of them it takes for the theme.
    """

    examples: int
    found: int
    others: int
    mistaken: int

    def interval(self) -> tuple[float, float]:
        """Return the 95% interval of the share that it finds (Wilson, 1927)."""
        from scipy.stats import binomtest

        share = binomtest(self.found, self.examples).proportion_ci(method="wilson")
        return float(share.low), float(share.high)


def theme_file(name: str, definition: str, proposals: Sequence[Proposal]) -> str:
    """Return a theme set of one theme, as YAML, with the proposed words to be reviewed."""
    lines = [f"# Begun by `paratheme themes new {name}`; yours to change.", f"name: {name}", "themes:", f"- id: {name}"]
    text = "\n".join([*lines, f"  definition: {_quoted(definition)}", ""])
    if proposals:
        text += REVIEW
    for language in dict.fromkeys(proposal.language for proposal in proposals):
        words = [_quoted(one.word) for one in proposals if one.language == language]
        text += "\n".join([f"    {_quoted(language)}:", *(f"    - {word}" for word in words), ""])
    return text


def seed_blocks(languages: Sequence[str]) -> list[TextBlock]:
    """Return the seeds' blocks in some languages, each as a document of its own; all where there are none in these."""
    config = compose()
    blocks = list(load_corpus(config.corpus, config.themes).blocks)
    rows = [row for row in blocks if row["language"] in languages] or blocks
    names = [f"seeds/{row['document']}-{row['start']}" for row in rows]
    return [
        TextBlock(name, 0, len(row["text"]), "paragraph", row["language"], row["text"])
        for name, row in zip(names, rows, strict=True)
    ]


def presumed_others(blocks: Sequence[TextBlock], themes: ThemeSet, number: int = PRESUMED) -> list[TextBlock]:
    """Choose blocks that are presumed to be about something else than a theme: its words do not decide for it there."""
    counts = themes.lexicon.matrix([block.text for block in blocks])
    left = [block for block, count in zip(blocks, counts, strict=True) if not (count >= 1).any()]
    if not left:
        raise ParathemeError(
            "two of the proposed words stand in every seed; give a longer definition, or more examples"
        )
    return random.Random(0).sample(left, min(number, len(left)))


def example_labels(
    name: str, definition: str, examples: Sequence[TextBlock], annotator: str, guide: str
) -> list[BlockLabel]:
    """Return the examples, and the definition as one more, as labels."""
    (language,) = languages_of_each([definition])
    told = TextBlock(f"definition of {name}", 0, len(definition), "paragraph", language, definition)
    return [BlockLabel(block, (name,), "annotator", annotator, now(), guide) for block in (told, *examples)]


def other_labels(others: Sequence[TextBlock], guide: str) -> list[BlockLabel]:
    """Return blocks that are presumed to be about something else as weak labels."""
    return [BlockLabel(block, (), "weak", "presumed", now(), guide) for block in others]


def first_classifier(themes: ThemeSet, labels: Path) -> tuple[ThemeClassifier, Trust]:
    """Fit a classifier to all of a labels file; none is kept apart to test it, for there are too few.

    Returns the classifier, and what it makes of each label when it learns from the others only.
    """
    stated = themes.model_copy(update={"deployment": themes.deployment or Deployment(prior=SHARE)})
    config = compose([f"model={MODEL}"]).model_copy(update={"themes": stated})
    corpus, _ = with_stories(load_corpus(CorpusSettings(path=str(labels)), stated))
    none = np.zeros(0, np.int64)
    classifier, _ = fit_classifier(corpus, Fold("all", np.arange(len(corpus)), none, none), config)
    return classifier, trust(corpus.labels[:, 0], decided_out_of_fold(corpus, classifier, config)[:, 0])


def decided_out_of_fold(corpus: Corpus, classifier: ThemeClassifier, config: Config) -> Labels:
    """Return what models decide that did not learn from the story at hand, calibrated as the classifier is."""
    folds, P = folds_by_story(corpus, OUT_OF_FOLD), np.zeros(corpus.labels.shape, np.float32)
    for fold in map(int, np.unique(folds)):
        predict_out_of_fold(config, corpus, folds, fold, P)
    words, calibration = classifier.model.word_evidence(corpus.texts), classifier.calibration
    return calibration.decide(calibration.calibrate(P, words, around(corpus, P)))


def trust(labels: Labels, decided: Labels) -> Trust:
    """Count what was found, and what was mistaken."""
    about = labels == 1
    return Trust(int(about.sum()), int(decided[about].sum()), int((~about).sum()), int(decided[~about].sum()))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
