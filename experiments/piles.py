"""Piles, measured on the seeds: ``python experiments/piles.py RUN {documents,shares,watch} [LABELLED]``.

RUN is a run of the default split and seeds. `documents` compares rules for the themes of a document, `shares` counts
how often the intervals of ``paratheme shares`` cover the true share, `watch` how often ``paratheme watch`` finds
something where there is something, and where there is nothing. LABELLED, for `shares`, is a table of labelled blocks
with a column `document`. Nothing is fitted to the test part, and nothing is logged.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.optimize import brentq
from scipy.special import logit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, log_loss
from sklearn.model_selection import GroupKFold

from paratheme import load
from paratheme.classifier.by_document import document_of
from paratheme.classifier.classifier import ThemeClassifier
from paratheme.corpus.corpus import Corpus
from paratheme.corpus.load import load_corpus
from paratheme.evaluation.bootstrap import Resampling
from paratheme.evaluation.movement import movement
from paratheme.evaluation.pile import UNITS, PileCounts
from paratheme.evaluation.shares import HeldOut
from paratheme.evaluation.streams import Document, Stream
from paratheme.training.compose import compose, compose_corpus
from paratheme.training.data import prepare
from paratheme.training.watch import vectors_of
from paratheme.types import Floats, Labels

Group = list[dict[str, Any]]
DRAWS = 200
WATCHES = 100
BLOCKS = 500
BOOSTED = "food_security"
RULES = {"highest": [0], "highest, mean": [0, 1], "highest, blocks": [0, 2], "highest, mean, blocks": [0, 1, 2]}


def filed(classifier: ThemeClassifier, corpus: Corpus) -> list[Group]:
    """Return the blocks of a corpus as filed, by document, with what is true of each."""
    documents: dict[str, Group] = {}
    rows = zip(corpus.blocks, classifier.predict(corpus.passages), corpus.labels, strict=True)
    for index, (row, prediction, y) in enumerate(rows):
        told = {"index": index, "themes": prediction.themes, "scores": prediction.scores, "truth": y.tolist()}
        about = {key: row[key] for key in ("document", "kind", "language", "text", "story")}
        documents.setdefault(row["document"], []).append({**about, **told})
    return [documents[name] for name in sorted(documents)]


def truth(groups: Sequence[Group], unit: str) -> Floats:
    """Return the true share of each theme."""
    if unit == "documents":
        return np.mean([np.max([block["truth"] for block in group], axis=0) for group in groups], axis=0)
    return np.mean([block["truth"] for group in groups for block in group], axis=0)


def documents(classifier: ThemeClassifier, valid: list[Group], test: list[Group]) -> None:
    """Print macro-F1 over documents of the rule that ships, and of rules that are learned."""
    learn, apply = features(valid), features(test)
    story = [str(group[0]["story"]) for group in valid]
    for name, (_, Y, any_block) in (("validation", learn), ("test", apply)):
        print(f"{macro_f1(Y, any_block):.3f}  {name}: a theme of any block ({len(Y)} documents)")
    for name, columns in RULES.items():
        scores = np.zeros(learn[1].shape)
        for rows, held in GroupKFold(5).split(learn[0], groups=story):
            scores[held] = fitted(learn[0][rows], learn[1][rows], learn[0][held], columns)
        on_test = fitted(learn[0], learn[1], apply[0], columns)
        on_valid = f"{macro_f1(learn[1], scores >= 0.5):.3f}, log-loss {log_loss(learn[1].ravel(), scores.ravel()):.3f}"
        print(f"{on_valid}  validation, five folds by story; {macro_f1(apply[1], on_test >= 0.5):.3f}  test: {name}")


def features(groups: Sequence[Group]) -> tuple[Floats, Labels, Labels]:
    """Return of documents and themes: highest and mean log-odds, log number of blocks; the truth; any block's."""
    X, Y, any_block = [], [], []
    for group in groups:
        scores = logit(np.clip([[*block["scores"].values()] for block in group], 1e-6, 1 - 1e-6))
        X.append(
            np.stack([scores.max(axis=0), scores.mean(axis=0), np.full(scores.shape[1], np.log(len(group)))], axis=1)
        )
        Y.append(np.max([block["truth"] for block in group], axis=0))
        one = document_of(group)
        any_block.append([int(theme in one["themes"]) for theme in one["scores"]])
    return np.array(X), np.array(Y), np.array(any_block)


def fitted(X: Floats, Y: Labels, other: Floats, columns: Sequence[int]) -> Floats:
    """Return scores of other documents by a logistic regression for all themes together."""
    model = LogisticRegression().fit(X[..., columns].reshape(-1, len(columns)), Y.ravel())
    return model.predict_proba(other[..., columns].reshape(-1, len(columns)))[:, 1].reshape(other.shape[:2])


def macro_f1(Y: Labels, y_pred: Labels) -> float:
    """Return the mean F1 over the themes."""
    return float(f1_score(Y, y_pred, average="macro", zero_division=0))


def drawn(groups: list[Group], seed: int) -> list[Group]:
    """Return some of the documents, those about some themes likelier than others: shares vary from draw to draw."""
    random = np.random.default_rng(seed)
    shares = np.array([truth([group], "blocks") for group in groups])
    pull = shares @ random.normal(0, 2, shares.shape[1])
    weights = np.exp(pull - pull.max())
    size = random.integers(15, min(41, len(groups)))
    return [groups[i] for i in random.choice(len(groups), size, replace=False, p=weights / weights.sum())]


def shares(classifier: ThemeClassifier, groups: list[Group]) -> None:
    """Print by theme how often the interval covers the true share of a drawn pile."""
    ids, held_out = classifier.themes.ids, HeldOut.from_dict(classifier.about["held_out"])
    covered, widths, true = ({unit: [] for unit in UNITS} for _ in range(3))
    for seed in range(DRAWS):
        pile = drawn(groups, seed)
        counts = PileCounts(ids)
        counts.read(pile)
        found = counts.shares(held_out, Resampling(), by_language=False)
        for unit in UNITS:
            low, high = np.array([[one.low, one.high] for one in found if one.unit == unit]).T
            share = truth(pile, unit)
            covered[unit].append((low <= share) & (share <= high))
            widths[unit].append(high - low)
            true[unit].append(share)
    for unit in UNITS:
        low, high = np.quantile(true[unit], [0.05, 0.95])
        print(f"{unit}: {DRAWS} piles, nine in ten true shares from {low:.2f} to {high:.2f}")
        for i, theme in enumerate(ids):
            print(
                f"  {np.mean(covered[unit], axis=0)[i]:.3f}  {theme}, mean width {np.mean(widths[unit], axis=0)[i]:.3f}"
            )
        print(f"  {np.mean(covered[unit]):.3f}  of all")


def watch(classifier: ThemeClassifier, groups: list[Group]) -> None:
    """Print how often something is found between halves of the documents, and after a theme's share doubled."""
    alone = classifier.predict([str(block["text"]) for group in groups for block in group])
    vectors = vectors_of(classifier.model, [str(block["text"]) for group in groups for block in group])
    theme, ids = classifier.themes.ids.index(BOOSTED), classifier.themes.ids
    documents, rows = [], []
    for group in groups:
        of_blocks = [Stream.read([[block]]).documents[0] for block in group]
        first = sum(len(one.blocks) for one in documents)
        places = list(range(first, first + len(group)))
        documents.append(Read(of_blocks, places, [block["truth"][theme] for block in group]))
        parts = [
            replace(one, themes=Counter(alone[place].themes)) for one, place in zip(of_blocks, places, strict=True)
        ]
        rows.append(
            [
                Read([part], [place], [block["truth"][theme]])
                for part, place, block in zip(parts, places, group, strict=True)
            ]
        )

    def found(first: Sequence[Read], second: Sequence[Read], seed: int) -> list[str]:
        places = [place for one in (*first, *second) for place in one.places]
        tests = movement(stream(first), stream(second), ids, vectors[places], seed=seed)
        return [one.what for one in tests if one.moved]

    nothing, by_rows, by_documents = [], [], []
    for seed in range(WATCHES):
        random = np.random.default_rng([seed, 1])
        order = random.permutation(len(groups))
        first, second = np.split(order, [len(order) // 2])
        nothing.append(found([documents[i] for i in first], [documents[i] for i in second], seed))
        for kept, units in ((by_rows, rows), (by_documents, [[one] for one in documents])):
            before, pool = ([one for i in half for one in units[i]] for half in (first, second))
            kept.append(found(before, doubled(before, pool, random), seed))
    wrong = [", ".join(one) for one in nothing if one]
    print(f"{WATCHES - len(wrong)} of {WATCHES}: nothing found between halves of the documents; else {wrong}")
    for what, kept in (("single blocks", by_rows), ("whole documents", by_documents)):
        own = sum(f"theme {BOOSTED}" in one for one in kept)
        told = f"found that the share of {BOOSTED} doubled, in {BLOCKS} blocks, {what}"
        print(f"{own} of {WATCHES}: {told} (anything: {sum(map(bool, kept))})")


@dataclass(frozen=True)
class Read:
    """A document, or a row: what was read of each block, where its vector is, and whether it is about the theme."""

    blocks: list[Document]
    places: list[int]
    about: list[int]


def doubled(before: Sequence[Read], pool: Sequence[Read], random: np.random.Generator) -> list[Read]:
    """Draw documents or rows, with replacement, those about the theme likelier: its share is expected to double."""
    share = 2 * np.mean([y for one in before for y in one.about])
    size, own = np.array([len(one.about) for one in pool]), np.array([np.mean(one.about) for one in pool])

    def excess(pull: float) -> float:
        weights = np.exp(pull * own) * size
        return float(weights @ own / weights.sum() - share)

    weights = np.exp(brentq(excess, 0, 100) * own)
    chosen: list[Read] = []
    while sum(len(one.about) for one in chosen) < BLOCKS:
        chosen.append(pool[random.choice(len(pool), p=weights / weights.sum())])
    return chosen


def stream(pile: Sequence[Read]) -> Stream:
    """Add up what was read of each block."""
    documents = [added(f"{number:05}", one.blocks) for number, one in enumerate(pile)]
    return Stream(documents, [(document.name, "") for document in documents for _ in range(document.blocks)])


def added(name: str, parts: Sequence[Document]) -> Document:
    """Return a document of several blocks."""
    counters = {field: Counter[str]() for field in ("themes", "languages", "words", "kinds")}
    for part in parts:
        for field, counter in counters.items():
            counter.update(getattr(part, field))
    return Document(name, **counters, blocks=len(parts))


def main(run: str, what: str, labelled: str = "") -> None:
    """Measure and print."""
    classifier, data = load(run), prepare(compose())
    (fold,) = data.folds
    valid, test = (data.corpus.take(rows) for rows in (fold.valid, fold.test))
    if what == "documents":
        documents(classifier, filed(classifier, valid), filed(classifier, test))
    elif what == "shares" and labelled:
        shares(classifier, filed(classifier, load_corpus(compose_corpus(labelled, []), classifier.themes)))
    elif what == "shares":
        shares(classifier, filed(classifier, test))
    else:
        watch(classifier, [*filed(classifier, valid), *filed(classifier, test)])


if __name__ == "__main__":
    main(*sys.argv[1:])
