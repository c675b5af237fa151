"""What a cut vocabulary changes, by language: ``python benchmarks/vocabulary.py FOLDER``.

FOLDER: a saved classifier with an encoder, trained on the seeds. Its vocabulary is cut by the training texts in two
ways: to the pieces in their scripts, as `paratheme export --trim-vocabulary` does, and to those that they are made of.
Printed of the test texts: how many are divided into the same tokens, and how many more tokens there are.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from paratheme.classifier.classifier import ThemeClassifier
from paratheme.corpus.load import load_corpus
from paratheme.models.encoder import Encoder
from paratheme.models.vocabulary import cut, trimmed
from paratheme.training.compose import compose
from paratheme.training.evaluate import part_of


def pieces(encoder: Encoder, texts: Sequence[str]) -> list[list[str]]:
    """Return the tokens of texts as they are written."""
    return [encoder.tokenizer.convert_ids_to_tokens(row) for row in encoder.tokenize(texts)]


def made_of(encoder: Encoder, texts: Sequence[str]) -> Encoder:
    """Return the encoder with the pieces that texts are made of, and single signs."""
    return cut(encoder, {token for row in encoder.tokenize(texts) for token in row})


def main(folder: Path) -> None:
    """Measure and print."""
    classifier = ThemeClassifier.load(folder)
    encoder: Encoder = classifier.model.encoder_  # type: ignore[attr-defined]
    corpus = load_corpus(compose([]).corpus, classifier.themes)
    learned, test = part_of(corpus, classifier, "train"), part_of(corpus, classifier, "test")
    cuts = {"scripts": trimmed(encoder, learned.texts), "pieces": made_of(encoder, learned.texts)}
    before, languages = pieces(encoder, test.texts), np.array(test.languages)
    for name, small in cuts.items():
        after = pieces(small, test.texts)
        same = np.array([one == other for one, other in zip(before, after, strict=True)])
        more = np.array([[len(one), len(other)] for one, other in zip(before, after, strict=True)])
        kept = f"{small.model.config.vocab_size:,} of {encoder.model.config.vocab_size:,} pieces"
        print(f"{name}: {kept}; {same.mean():.3f} of {len(same)} texts as before")
        for language in sorted(set(languages)):
            rows = languages == language
            told = more[rows].sum(axis=0)
            print(f"  {language}  {same[rows].mean():.3f} as before, {told[1] / told[0] - 1:+.1%} tokens")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
