"""What a run keeps in MLflow."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from paratheme.classifier.classifier import ThemeClassifier
from paratheme.classifier.storage import Layout
from paratheme.corpus.corpus import Corpus
from paratheme.evaluation.evaluation import Evaluation
from paratheme.evaluation.predictions import FILE
from paratheme.tracking import registry
from paratheme.tracking.open_run import current_run
from paratheme.tracking.outbox import now
from paratheme.tracking.runs import TESTED
from paratheme.tracking.store import without_password

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

BATCH = 100  # parameters or metrics in one request
DESCRIPTION_LIMIT = 5000  # characters of a registered version's description
TRAINING_CURVE = ("loss", "eval_loss", "eval_average_precision")  # of all that a trainer reports
PARAM_LIMIT = 6000  # characters; MLflow refuses longer values


def log_params(params: Mapping[str, Any]) -> None:
    """Log parameters; addresses without what is secret in them."""
    told = {key: without_password(str(value))[:PARAM_LIMIT] for key, value in params.items()}
    for some in batched(told.items(), BATCH):
        current_run().put("params", params=dict(some))


def set_tag(name: str, value: str) -> None:
    """Set a tag of the open run."""
    current_run().put("tags", tags={name: value})


def log_config(config: Mapping[str, Any]) -> None:
    """Log the configuration as flat parameters: ``model.C``, ``corpus.path`` ...; and whole as YAML."""
    import yaml  # type: ignore[import-untyped,unused-ignore]

    log_params(dict(_flatten(config)))
    whole = yaml.safe_dump(dict(config), allow_unicode=True, sort_keys=False)
    log_text(without_password(whole), "config.yaml")


def log_text(text: str, file: str) -> None:
    """Log a text as a file."""
    current_run().keep(file, lambda path: path.write_text(text, "utf-8"))


def log_corpus(corpus: Corpus, context: str) -> None:
    """Log the corpus as a dataset input, under its own fingerprint."""
    from mlflow.data.huggingface_dataset import from_huggingface

    dataset = from_huggingface(corpus.blocks, name=corpus.name, digest=corpus.fingerprint)
    current_run().put("input", dataset=dataset.to_dict(), context=context)


def log_metrics(metrics: Mapping[str, float], prefix: str = "", step: int | None = None) -> None:
    """Log metrics, under ``PREFIX/`` where there is one, to the four decimals that fit a column of the UI.

    Macro-F1 goes first: the UI's comparison of runs opens on the metric that was logged first.
    """
    first = dict(sorted(metrics.items(), key=lambda item: item[0] != "macro_f1"))
    start = f"{prefix}/" if prefix else ""
    for some in batched(first.items(), BATCH):
        values = {f"{start}{name}": round(float(value), 4) for name, value in some}
        current_run().put("metrics", metrics=values, step=step, time=now())


def set_description(text: str) -> None:
    """Set the run's description, Markdown, which the UI shows at its top."""
    set_tag("mlflow.note.content", text)


def log_training_curve(history: Iterable[Mapping[str, float]]) -> None:
    """Log what a fine-tuned model reported while it learned, by epoch."""
    for entry in history:
        values = {key: value for key, value in entry.items() if key in TRAINING_CURVE}
        log_metrics(values, "training", step=round(entry.get("epoch", 0)))


def log_table(table: pd.DataFrame, file: str) -> None:
    """Log a data frame so that the UI shows it as a table."""
    if not len(table):
        return
    run, rounded = current_run(), table.round(4)
    # as MLflow's own `log_table` writes it, which would add to a table that is there
    run.keep(
        file, lambda path: path.write_text(rounded.to_json(orient="split", index=False, force_ascii=False), "utf-8")
    )
    run.tables[file] = {"path": file, "type": "table"}
    set_tag("mlflow.loggedArtifacts", json.dumps(list(run.tables.values())))


def log_figures(figures: Iterable[tuple[str, Figure]]) -> None:
    """Log pictures under their file names, such as ``plots/scores.png``."""
    for file, figure in figures:
        current_run().keep(file, figure.savefig)


def log_evaluation(evaluation: Evaluation, prefix: str, *, figures: bool = True, language: str | None = None) -> None:
    """Log all that was measured on a test set: metrics, predictions, tables and pictures.

    Metrics stand under ``test/``, or under ``pooled/`` for folds together; pictures name the themes in `language`,
    or by their ids.
    """
    log_metrics(evaluation.metrics, prefix)
    current_run().keep(FILE, evaluation.predictions.write)
    set_tag(TESTED, evaluation.predictions.fingerprint)
    for file, table in evaluation.tables.items():
        log_table(table, file)
    if figures:
        log_figures(evaluation.figures(language))


def log_classifier(classifier: ThemeClassifier, example: Sequence[str], name: str) -> None:
    """Log the classifier that was saved in the run's `outbox.folder` as its model, called as the run is.

    It is registered under its theme set; the first ever of a theme set becomes its champion.
    """
    about, themes = classifier.about, classifier.themes
    tags = {"model": about.get("model", classifier.model_type), "corpus": about.get("corpus", "")}
    tags |= {"themes": themes.name, "theme_ids": " ".join(themes.ids)}
    if "test" in about:
        tags["macro_f1"] = f"{about['test']['macro_f1']:.3f}"
    run = current_run()
    manifest = Layout(run.outbox.folder / registry.ARTIFACT).manifest
    digest = hashlib.sha256(manifest.read_bytes()).hexdigest()
    run.put("model", manifest=digest, name=name, themes=themes.name, ids=list(themes.ids), tags=tags, example=example)


def log_card(card: str, registered: bool) -> None:
    """Log a model card as ``model_card.md`` and, where there is one, as the registered version's description."""
    log_text(card, registry.CARD)
    if not registered:
        return
    if len(card) > DESCRIPTION_LIMIT:
        end = "\n\nThe whole card is `model_card.md` of the run.\n"
        card = card[: card.rfind("\n\n## ", 0, DESCRIPTION_LIMIT - len(end))] + end
    current_run().put("card", text=card)


def batched(items: Iterable[tuple[str, Any]], size: int) -> Iterator[list[tuple[str, Any]]]:
    """Yield items in lists of at most `size`."""
    left = iter(items)
    while some := list(islice(left, size)):
        yield some


def _flatten(config: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in config.items():
        name = f"{prefix}{key}"
        if name == "themes":  # long lists of words: config.yaml has them
            yield "themes", value.get("name", "")
        elif isinstance(value, Mapping) and value:
            yield from _flatten(value, f"{name}.")
        else:
            yield name, value
