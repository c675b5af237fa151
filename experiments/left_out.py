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
from typing import Any, ClassVar, Self

import numpy as np

from paratheme.cli.terminal import show_metrics
from paratheme.corpus.load import load_corpus
from paratheme.corpus.tables import read_json_lines, read_rows
from paratheme.documents.readers import read
from paratheme.evaluation.evaluation import evaluate
from paratheme.evaluation.format import headline
from paratheme.models import MODEL_TYPES
from paratheme.models.bundled_encoder import bundled_encoder
from paratheme.models.encoder import Encoder
from paratheme.models.hybrid import HybridModel
from paratheme.models.settings import HybridSettings
from paratheme.paths import shipped
from paratheme.tracking import log
from paratheme.tracking.open_run import open_run
from paratheme.tracking.store import connect
from paratheme.training.compose import compose, compose_corpus
from paratheme.training.config import Config
from paratheme.training.data import prepare
from paratheme.training.fit import fit_and_test
from paratheme.types import Labels, Scores

Texts = Sequence[str]
IDEAS = ("heading", "neighbours", "hint", "ensemble", "weak_labels")


class Ensemble(HybridModel):
    """Fine-tuned and pretrained encoder, each with its linear layer, averaged."""

    def fit(self, texts: Texts, Y: Labels, *known: Any, **named: Any) -> Self:
        """Fit both."""
        super().fit(texts, Y, *known, **named)
        self.pretrained_ = HybridModel(**{**self.get_params(deep=False), "epochs": 0}).fit(texts, Y)
        return self

    def predict_proba(self, texts: Texts) -> Scores:
        """Return the mean of both."""
        both = np.stack([super().predict_proba(texts), self.pretrained_.predict_proba(texts)])
        return np.asarray(both.mean(axis=0), np.float32)


class WeakLabels(HybridModel):
    """Learns from unlabelled texts as if the themes' words had labelled them."""

    unlabelled: ClassVar[Texts] = ()  # tables

    def fit(self, texts: Texts, Y: Labels, *known: Any, **named: Any) -> Self:
        """Fit on labelled and unlabelled texts together."""
        others = [str(row["text"]) for file in self.unlabelled for row in read_rows(Path(file))[0]]
        return super().fit([*texts, *others], np.vstack([Y, self.themes.lexicon.hits(others)]), *known, **named)


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


def change(idea: str, config: Config) -> None:
    """Put an idea into practice."""
    if idea in ("heading", "neighbours"):
        around = contexts(Path(config.corpus.path or shipped("seeds")))

        def in_context(text: str) -> str:
            heading, before, after = around.get(text, ("", "", ""))
            read_too = (heading, text) if idea == "heading" else (heading, before, text, after)
            return "\n".join(part for part in dict.fromkeys(read_too) if part)

        reading(in_context)
    elif idea == "hint":

        def hinted(text: str) -> str:
            hits = config.themes.lexicon.hits([text])[0]
            named = [theme.replace("_", " ") for theme, hit in zip(config.themes.ids, hits, strict=True) if hit]
            return f"{', '.join(named) or 'nothing'} : {text}"

        reading(hinted)
    elif not isinstance(config.model, HybridSettings):
        sys.exit(f"{idea} is a change of model=hybrid")
    else:
        MODEL_TYPES["hybrid"] = f"{__name__}:{'Ensemble' if idea == 'ensemble' else 'WeakLabels'}"


def taken_out(overrides: Sequence[str], setting: str) -> tuple[str, list[str]]:
    """Return the value of a setting that the configuration does not know, and the other overrides."""
    values = [override.partition("=")[2] for override in overrides if override.startswith(f"+{setting}=")]
    return "".join(values[-1:]), [override for override in overrides if not override.startswith(f"+{setting}=")]


def main(idea: str, overrides: Sequence[str]) -> None:
    """Train and test once, and log it."""
    also, overrides = taken_out(overrides, "also")
    unlabelled, overrides = taken_out(overrides, "model.unlabelled")
    WeakLabels.unlabelled = [file.strip() for file in unlabelled.strip("[]").split(",") if file.strip()]
    config = compose(overrides)
    if config.encoder.path == "bundled":  # found before the cache is another one
        config = config.changed({"encoder.path": str(bundled_encoder())})
    data = prepare(config)
    (fold,) = data.folds
    themes, corpus = config.themes, data.corpus
    change(idea, config)
    connect(config.tracking.uri, config.tracking.experiment)
    tags = {"model": idea, "corpus": corpus.name, "data_fingerprint": corpus.fingerprint}
    with open_run(f"left out: {idea}", "training", tags) as run, tempfile.TemporaryDirectory() as folder:
        os.environ["PARATHEME_CACHE"] = folder  # vectors of the texts as they are would be wrong ones
        log.log_config(config.plain())
        result = fit_and_test(corpus, fold, config)
        log.log_evaluation(result.test, "test", figures=False)
        log.log_metrics(result.valid, "valid")
        log.log_metrics({"fit_s": result.fit_seconds}, "time")
        if also:
            other = load_corpus(compose_corpus(also), themes)
            measured = evaluate(result.classifier, other, config.evaluation).metrics
            log.log_metrics(measured, "also")
        log.set_description(headline(result.test.metrics, themes.ids, corpus.name))
    show_metrics(result.test.metrics, themes.ids, corpus.languages, "Test set")
    print(f"run    runs:/{run.run_id}")
    if also:
        print(f"macro F1 on {other.name}: {measured['macro_f1']:.3f}")


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in IDEAS:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2:])
