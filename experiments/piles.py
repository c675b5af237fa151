"""Piles, measured on the seeds: ``python experiments/piles.py RUN {documents,shares,watch} [LABELLED]``.

RUN is a run of the default split and seeds. `documents` compares rules for the themes of a document, `shares` counts
how often the intervals of ``paratheme shares`` cover the true share, `watch` how often ``paratheme watch`` finds
something where there is something, and where there is nothing. LABELLED, for `shares`, is a table of labelled blocks
with a column `document`. Nothing is fitted to the test part, and nothing is logged.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
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
    blocks = [block for group in groups for block in group]
    vectors = vectors_of(classifier.model, [str(block["text"]) for block in blocks])
    of_block = {block["index"]: Stream.read([[block]]).documents[0] for block in blocks}
    place, ids = {block["index"]: row for row, block in enumerate(blocks)}, classifier.themes.ids

    def stream(pile: list[Group]) -> Stream:
        """Add up what was read of each block."""
        documents = [added(str(group[0]["document"]), [of_block[block["index"]] for block in group]) for group in pile]
        return Stream(documents, [(str(block["document"]), "") for group in pile for block in group])

    def found(first: list[Group], second: list[Group], seed: int) -> list[str]:
        rows = [place[block["index"]] for group in (*first, *second) for block in group]
        tests = movement(stream(first), stream(second), ids, vectors[rows], seed=seed)
        return [one.what for one in tests if one.moved]

    nothing, doubled = [], []
    for seed in range(WATCHES):
        first, second = halves(groups, seed)
        nothing.append(found(first, second, seed))
        doubled.append(found(first, boosted(first, second, ids.index(BOOSTED), seed), seed))
    wrong = [", ".join(one) for one in nothing if one]
    print(f"{WATCHES - len(wrong)} of {WATCHES}: nothing found between halves of the documents; else {wrong}")
    print(f"{sum(map(bool, doubled))} of {WATCHES}: something found after the share of {BOOSTED} doubled")
    print(f"{sum(f'theme {BOOSTED}' in one for one in doubled)} of {WATCHES}: the share of {BOOSTED}")


def added(name: str, parts: Sequence[Document]) -> Document:
    """Return a document of several blocks."""
    counters = {field: Counter[str]() for field in ("themes", "languages", "words", "kinds")}
    for part in parts:
        for field, counter in counters.items():
            counter.update(getattr(part, field))
    return Document(name, **counters, blocks=len(parts))


def halves(groups: list[Group], seed: int) -> tuple[list[Group], list[Group]]:
    """Deal the documents out to two piles."""
    order = np.random.default_rng(seed).permutation(len(groups))
    middle = len(groups) // 2
    return [groups[i] for i in order[:middle]], [groups[i] for i in order[middle:]]


def boosted(first: list[Group], second: list[Group], theme: int, seed: int) -> list[Group]:
    """Draw blocks of the second pile, again and again, so that a theme has twice the share that it has in the first."""
    share = 2 * truth(first, "blocks")[theme]
    blocks = [block for group in second for block in group]
    about = np.array([block["truth"][theme] for block in blocks])
    weights = np.where(about == 1, share / about.sum(), (1 - share) / (1 - about).sum())
    chosen = np.sort(np.random.default_rng([seed, 1]).choice(len(blocks), BLOCKS, p=weights))
    return list(_by_document([blocks[i] for i in chosen]))


def _by_document(blocks: Group) -> Iterator[Group]:
    for name in dict.fromkeys(block["document"] for block in blocks):
        yield [block for block in blocks if block["document"] == name]


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
