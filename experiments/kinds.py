"""What a regression on form and place adds to the rules for kinds of blocks.

python experiments/kinds.py [--write]

Learns, from the documents of the training and validation parts of the seeds, the kinds of the blocks that the rules
only guess. Prints macro-F1 over kinds, of the rules alone and with the regression, by five folds of documents. --write:
fit to all of these documents and write the weights into src/paratheme/documents/kind_model.json.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from unittest.mock import patch

import numpy as np
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
WEIGHTS = Path(kind_model.__file__).with_name("kind_model.json")
Example = tuple[dict[str, float], str]  # the features of a block and its kind


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
    """Return the blocks of a document that the rules only guess; none where the rules alone decide."""
    seen: list[tuple[dict[str, Floats], Sequence[bool]]] = []

    def note(texts: Sequence[str], kinds: list[str], sentences: Sequence[bool], is_open: Sequence[bool]) -> list[str]:
        seen.append((kind_model.features(texts, kinds, sentences), is_open))
        return kinds

    with patch.object(block_kinds, "reconsider", note):
        blocks = list(segment(document.document))
    kinds = [document.kinds.get((block.start, block.end), "") for block in blocks]
    return [
        ({name: float(column[row]) for name, column in found.items()}, kind)
        for found, is_open in seen
        for row, kind in enumerate(kinds)
        if is_open[row] and kind in kind_model.GUESSED
    ]


def fitted(examples: Sequence[Sequence[Example]]) -> kind_model.Weights:
    """Return the weights of a regression."""
    found, y = zip(*(example for some in examples for example in some), strict=True)
    columns = list(found[0])
    X = np.array([[one[name] for name in columns] for one in found])
    scaler = StandardScaler().fit(X)
    model = LogisticRegression(C=PENALTY, max_iter=5000).fit(scaler.transform(X), y)
    order = [list(model.classes_).index(kind) for kind in kind_model.GUESSED]
    coefficients = model.coef_[order] / scaler.scale_
    return kind_model.Weights(columns, coefficients, model.intercept_[order] - coefficients @ scaler.mean_)


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
