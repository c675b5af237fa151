"""Ideas that were tried and left out: the default training with one thing changed, logged as a run.

    python experiments/left_out.py IDEA [OVERRIDE ...]      # some minutes each

heading       the encoder reads the heading above a block before the block
neighbours    it reads the blocks before and after it too
hint          it reads the names of the themes whose words stand in the text, before the text
ensemble      probabilities are the mean of the fine-tuned encoder's and of the one as it was pretrained
weak_labels   it learns from other texts too, which the themes' words label: +model.unlabelled=[FILE,...], tables
              with a text column

+also=TABLE measures on another labelled table too.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np

from paratheme.corpus.corpus import Corpus, load_corpus
from paratheme.corpus.tables import read_json_lines, read_table, records_of
from paratheme.documents.readers import read
from paratheme.evaluation import format as report
from paratheme.evaluation.bootstrap import Resampling
from paratheme.evaluation.metrics import evaluate
from paratheme.evaluation.slices import slices
from paratheme.models import FAMILIES, Labels, Scores
from paratheme.models.bundled_encoder import bundled_encoder
from paratheme.models.encoder import Encoder
from paratheme.models.hybrid import HybridModel
from paratheme.models.lexicon import word_hits
from paratheme.paths import shipped
from paratheme.themes.theme_set import ThemeSet
from paratheme.tracking import log as tracking
from paratheme.training.config import compose, compose_corpus, plain
from paratheme.training.data import corpus_settings, divide, find_stories
from paratheme.training.fit import fit_and_test

Texts = Sequence[str]
IDEAS = ("heading", "neighbours", "hint", "ensemble", "weak_labels")


class Ensemble(HybridModel):
    """Fine-tuned and pretrained encoder, each with its linear layer, averaged."""

    def fit(self, texts: Texts, Y: Labels, valid: tuple[Texts, Labels] | None = None) -> Self:
        """Fit both."""
        super().fit(texts, Y, valid)
        self.pretrained_ = HybridModel(**{**self.get_params(deep=False), "epochs": 0}).fit(texts, Y)
        return self

    def predict_proba(self, texts: Texts) -> Scores:
        """Return the mean of both."""
        return (super().predict_proba(texts) + self.pretrained_.predict_proba(texts)) / 2


class WeakLabels(HybridModel):
    """Learns from unlabelled texts as if the themes' words had labelled them."""

    def __init__(self, encoder: dict[str, Any], themes: dict[str, Any], unlabelled: Texts = (), **others: Any) -> None:
        super().__init__(encoder, themes, **others)
        self.unlabelled = unlabelled

    @classmethod
    def _get_param_names(cls) -> list[str]:
        return sorted({"unlabelled", *HybridModel._get_param_names()})

    def fit(self, texts: Texts, Y: Labels, valid: tuple[Texts, Labels] | None = None) -> Self:
        """Fit on labelled and unlabelled texts together."""
        others = [str(row["text"]) for file in self.unlabelled for row in records_of(read_table(Path(file)))]
        return super().fit([*texts, *others], np.vstack([Y, word_hits(self.themes, others)]), valid)


def reading(written: Callable[[str], str]) -> None:
    """From now on, have encoders read `written(text)` for a text."""
    tokenize = Encoder.tokenize
    Encoder.tokenize = lambda self, texts: tokenize(self, [written(text) for text in texts])  # type: ignore[method-assign]


def contexts(folder: Path) -> dict[str, tuple[str, str, str]]:
    """Return the heading above each labelled block of a corpus, the block before it and the block after."""
    found: dict[str, tuple[str, str, str]] = {}
    documents: dict[str, list[Mapping[str, Any]]] = {}
    for label in read_json_lines(folder / "labels.jsonl"):
        documents.setdefault(label["document"], []).append(label)
    for name, labels in documents.items():
        (file,) = (folder / "documents").glob(f"{name}.*")
        text, heading, before = read(file).text, "", ""
        blocks = [(text[one["start"] : one["end"]], one["kind"]) for one in sorted(labels, key=lambda it: it["start"])]
        for (block, kind), (after, _) in zip(blocks, [*blocks[1:], ("", "")], strict=True):
            found[block] = heading, before, after
            heading, before = block if kind == "heading" else heading, block
    return found


def change(idea: str, settings: dict[str, Any]) -> None:
    """Put an idea into practice."""
    if idea in ("heading", "neighbours"):
        around = contexts(Path(settings["corpus"]["path"] or shipped("seeds")))

        def in_context(text: str) -> str:
            heading, before, after = around.get(text, ("", "", ""))
            read_too = (heading, text) if idea == "heading" else (heading, before, text, after)
            return "\n".join(part for part in dict.fromkeys(read_too) if part)

        reading(in_context)
    elif idea == "hint":
        themes = ThemeSet.from_dict(settings["themes"])

        def hinted(text: str) -> str:
            hits = word_hits(themes.to_dict(), [text])[0]
            named = [theme.replace("_", " ") for theme, hit in zip(themes.ids, hits, strict=True) if hit]
            return f"{', '.join(named) or 'nothing'} : {text}"

        reading(hinted)
    else:
        FAMILIES[idea] = f"{__name__}:{'Ensemble' if idea == 'ensemble' else 'WeakLabels'}"
        settings["model"]["family"] = idea


def main(idea: str, overrides: list[str]) -> None:
    """Train and test once, and log it."""
    settings = plain(compose(overrides))
    also = settings.pop("also", None)
    corpus = load_corpus(corpus_settings(settings["corpus"]), ThemeSet.from_dict(settings["themes"]))
    if settings["encoder"]["path"] == "bundled":
        settings["encoder"]["path"] = str(bundled_encoder())
    stories, _ = find_stories(corpus, settings)
    (fold,) = divide(corpus, stories, settings["split"])
    change(idea, settings)
    tracking.connect(settings["tracking"]["uri"], settings["tracking"]["experiment"])
    tags = {"model": idea, "corpus": corpus.name, "data_fingerprint": corpus.fingerprint}
    with tracking.run(f"left out: {idea}", tags) as run, tempfile.TemporaryDirectory() as folder:
        os.environ["PARATHEME_CACHE"] = folder  # vectors of the texts as they are would be wrong ones
        tracking.log_settings(settings)
        outcome = fit_and_test(corpus, stories, fold, settings)
        for prefix, metrics in (("test", outcome.test), ("valid", outcome.valid)):
            tracking.log_metrics(metrics, prefix)
        tracking.log_metrics({"fit_s": outcome.fit_seconds}, "time")
        tracking.log_results(outcome.tested, slices(outcome.tested, Resampling(**settings["evaluation"])))
        if also:
            other = load_corpus(corpus_settings(compose_corpus(also)), corpus.themes)
            measured = on_all_of(other, outcome.classifier)
            tracking.log_metrics(measured, "also")
        tracking.describe(report.headline(outcome.test, corpus))
    report.show_run(outcome.test, corpus, run.info.run_id, None)
    if also:
        print(f"macro F1 on {other.name}: {measured['macro_f1']:.3f}")


def on_all_of(corpus: Corpus, classifier: Any) -> dict[str, float]:
    """Return metrics on every block of a corpus."""
    scores = classifier.predict_proba(corpus.texts)
    decided = classifier.thresholds.decide(scores)
    return evaluate(corpus.labels, scores, decided, corpus.themes.ids, corpus.languages, corpus.exclusive)


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in IDEAS:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2:])
