"""How good a theme is that begins with a definition and ten examples, and after fifty labels more.

    python experiments/new_theme.py     # some minutes

The theme is elections; its 200 texts in Arabic, English and French (`elections.tsv`) were written for this, half about
elections and half about what comes near them or about other things. The half to learn from gives the examples, and is
what `label next` chooses from; the other half tests, and was used for nothing else. Five draws of ten examples each.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.metrics import f1_score

from paratheme.classifier.classifier import ThemeClassifier
from paratheme.cli.label_next import choose_next
from paratheme.cli.themes_new import MOST, NEXT, Files, begin_theme
from paratheme.corpus.label_file import BlockLabel, TextBlock, guide_version, now, read_label_file, write_label_file
from paratheme.corpus.labels import ThemeNames
from paratheme.corpus.load import CorpusSettings
from paratheme.paths import shipped
from paratheme.themes.theme_set import ThemeSet
from paratheme.training.compose import compose
from paratheme.training.data import prepare
from paratheme.training.fit import fit_classifier
from paratheme.training.new_theme import MODEL

NAME = "elections"
DEFINITION = (
    "Elections and referendums in which citizens vote: candidates, campaigns, voter registration, polling, counting, "
    "results and disputes over them. Not votes inside parliaments, boards or associations."
)
EXAMPLES = {"ar": 4, "en": 3, "fr": 3}
SEEDS = 5


def main() -> None:
    """Measure and print."""
    learn, test = (read_half(half) for half in ("learn", "test"))
    found = np.array([one_draw(seed, learn, test) for seed in range(SEEDS)])
    told = ("definition and 10 examples", f"{NEXT} more by label next", f"{NEXT} more by its strategy mixed")
    for name, values in zip(told, found.T, strict=True):
        print(f"{values.mean():.3f}  F1 on the test half, {name} ({', '.join(f'{value:.3f}' for value in values)})")


def read_half(half: str) -> list[tuple[TextBlock, bool]]:
    """Return the texts of one half, and whether each is about the theme."""
    with (shipped("experiments") / "elections.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [
        (TextBlock(f"{number}", 0, len(row["text"]), "paragraph", row["language"], row["text"]), bool(row["themes"]))
        for number, row in enumerate(rows)
        if row["half"] == half
    ]


def one_draw(
    seed: int, learn: Sequence[tuple[TextBlock, bool]], test: Sequence[tuple[TextBlock, bool]]
) -> tuple[float, float, float]:
    """Return F1 with ten examples, and after more labels, as `label next` chooses by default and as `mixed` does."""
    random = np.random.default_rng(seed)
    positives = [learn[row][0] for row in random.permutation(len(learn)) if learn[row][1]]
    examples = [
        block
        for language, n in EXAMPLES.items()
        for block in [one for one in positives if one.language == language][:n]
    ]
    rest = [block for block, _ in learn if block not in examples]
    with tempfile.TemporaryDirectory() as folder:
        where = (
            Path(folder, file) for file in ("conf/themes/x.yaml", "labels.jsonl", "first.jsonl", "model", "next.jsonl")
        )
        files = Files(NAME, *where)
        themes, first, _ = begin_theme(files, DEFINITION, examples, rest, list(EXAMPLES))
        done = {block.place for block in examples}
        chosen = [choose_next(rest, first, done, strategy, NEXT)[0] for strategy in ("auto", "mixed")]
        later = [after_labels(files, themes, dict(learn), some) for some in chosen]
    return f1(first, test), f1(later[0], test), f1(later[1], test)


def after_labels(
    files: Files, themes: ThemeSet, truth: dict[TextBlock, bool], blocks: Sequence[TextBlock]
) -> ThemeClassifier:
    """Return what `paratheme train` fits once these blocks are labelled as well."""
    said = [(block, (NAME,) if truth[block] else ()) for block in blocks]
    new = [BlockLabel(block, given, "annotator", "desk", now(), guide_version(themes)) for block, given in said]
    labels = files.labels.with_name("more.jsonl")
    write_label_file(labels, [*read_label_file(files.labels, ThemeNames(themes)), *new])
    config = compose([f"model={MODEL}", MOST])
    data = prepare(config.model_copy(update={"themes": themes, "corpus": CorpusSettings(path=str(labels))}))
    return fit_classifier(data.corpus, data.folds[0], config)[0]


def f1(classifier: ThemeClassifier, test: Sequence[tuple[TextBlock, bool]]) -> float:
    """Return F1 on the test half."""
    decided = classifier.decide([block.text for block, _ in test])[:, 0]
    return float(f1_score([about for _, about in test], decided))


if __name__ == "__main__":
    main()
