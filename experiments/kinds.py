"""What a regression on form, place and words adds to the rules for kinds of blocks.

python experiments/kinds.py [--write]

Learns, from the documents of the training and validation parts of the seeds, the kinds of the blocks that the rules
only guess. Prints macro-F1 over kinds, of the rules alone and with the regression, by five folds of documents. --write:
fit to all of these documents and write the weights into src/paratheme/documents/kind_model.json.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from paratheme.documents import block_kinds, kind_model
from paratheme.documents.segmentation import segment
from paratheme.evaluation.segmentation import LabelledDocument, evaluate_segmentation, read_labelled
from paratheme.paths import shipped
from paratheme.training.compose import compose
from paratheme.training.data import parts_of_documents
from paratheme.types import Floats

PENALTY, FOLDS = 0.3, 5
PENALTY_OF_WORDS, FEWEST_BLOCKS = 1.0, 3  # a word is learned that stands in so many
PARTS = 3  # what a block's words say is learned from the documents of the other parts, as it is of a new document
WEIGHTS = Path(kind_model.__file__).with_name("kind_model.json")


@dataclass(frozen=True)
class Example:
    """A labelled block: what is read of it, its kind, and whether the rules only guess that."""

    text: str
    found: dict[str, float]
    kind: str
    is_guessed: bool


def main() -> None:
    """Compare, and write where asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    documents = learned_from()
    examples = [examples_of(document) for document in documents]
    fold_of = np.random.default_rng(0).integers(0, FOLDS, len(documents))
    rules, both = {}, {}
    for fold in range(FOLDS):
        tested = [document for document, at in zip(documents, fold_of, strict=True) if at == fold]
        learned = fitted([one for one, at in zip(examples, fold_of, strict=True) if at != fold])
        with patch.object(kind_model, "weights", lambda learned=learned: learned):
            add(both, evaluate_segmentation(tested))
        with patch.object(block_kinds, "reconsider", lambda texts, kinds, *_: kinds):
            add(rules, evaluate_segmentation(tested))
    for group in sorted(rules):
        print(f"{group:16} {rules[group].macro_f1:.3f} by rules, {both[group].macro_f1:.3f} with the regression")
    if options.write:
        fitted(examples).write(WEIGHTS)


def learn() -> kind_model.Weights:
    """Return the weights that are learned from all of these documents."""
    return fitted([examples_of(document) for document in learned_from()])


def learned_from() -> list[LabelledDocument]:
    """Return the documents that are no test documents."""
    part_of = parts_of_documents(compose())
    return read_labelled(shipped("seeds"), lambda name: part_of.get(name) in ("train", "valid"))


def examples_of(document: LabelledDocument) -> list[Example]:
    """Return the labelled blocks of a document; none where the rules alone decide."""
    seen: list[tuple[Sequence[str], dict[str, Floats], Sequence[bool]]] = []

    def note(texts: Sequence[str], kinds: list[str], sentences: Sequence[bool], is_open: Sequence[bool]) -> list[str]:
        seen.append((texts, kind_model.features(texts, kinds, sentences), is_open))
        return kinds

    with patch.object(block_kinds, "reconsider", note):
        blocks = list(segment(document.document))
    kinds = [document.kinds.get((block.start, block.end), "") for block in blocks]
    return [
        Example(texts[row], {name: float(column[row]) for name, column in found.items()}, kind, is_open[row])
        for texts, found, is_open in seen
        for row, kind in enumerate(kinds)
        if kind
    ]


def fitted(examples: Sequence[Sequence[Example]]) -> kind_model.Weights:
    """Return the weights of a regression."""
    part_of = np.random.default_rng(0).integers(0, PARTS, len(examples))
    X, y, columns = [], [], list(next(some for some in examples if some)[0].found)
    for part in range(PARTS):
        words = words_learned([some for some, at in zip(examples, part_of, strict=True) if at != part])
        others = kind_model.Weights([], np.empty(0), np.empty(0), words)
        guessed = [
            one
            for some, at in zip(examples, part_of, strict=True)
            if at == part
            for one in some
            if one.is_guessed and one.kind in kind_model.GUESSED
        ]
        said = others.words_say([one.text for one in guessed])
        X += [[*(one.found[name] for name in columns), words] for one, words in zip(guessed, said, strict=True)]
        y += [one.kind for one in guessed]
    scaler = StandardScaler().fit(X)
    model = LogisticRegression(C=PENALTY, max_iter=5000).fit(scaler.transform(X), y)
    order = [list(model.classes_).index(kind) for kind in kind_model.GUESSED]
    coefficients = model.coef_[order] / scaler.scale_
    intercepts = model.intercept_[order] - coefficients @ scaler.mean_
    return kind_model.Weights([*columns, kind_model.WORDS], coefficients, intercepts, words_learned(examples))


def words_learned(examples: Sequence[Sequence[Example]]) -> dict[str, float]:
    """Return what each word says for furniture, of those that say something."""
    blocks = [one for some in examples for one in some]
    counts = CountVectorizer(analyzer=kind_model.words_of, min_df=FEWEST_BLOCKS, binary=True)
    X = counts.fit_transform([one.text for one in blocks])
    model = LogisticRegression(C=PENALTY_OF_WORDS, l1_ratio=1.0, solver="liblinear", random_state=0)
    model.fit(X, [one.kind == "boilerplate" for one in blocks])
    return {word: float(model.coef_[0, at]) for word, at in counts.vocabulary_.items() if model.coef_[0, at]}


def add(groups: dict, more: dict) -> None:
    """Add the counts of a fold's groups."""
    for name, agreement in more.items():
        if name not in groups:
            groups[name] = agreement
            continue
        groups[name].documents += agreement.documents
        groups[name].right_spans += agreement.right_spans
        for counts in ("labelled", "found", "right"):
            getattr(groups[name], counts).update(getattr(agreement, counts))


if __name__ == "__main__":
    main()
