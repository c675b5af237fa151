"""What a run keeps in MLflow."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import redirect_stderr, suppress
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paratheme.classifier.classifier import ThemeClassifier
from paratheme.classifier.storage import Layout, versions
from paratheme.corpus.corpus import Corpus
from paratheme.evaluation.evaluation import Evaluation
from paratheme.evaluation.predictions import FILE
from paratheme.paths import PACKAGE
from paratheme.tracking import registry, ui
from paratheme.tracking.runs import LOGGED_MODEL, TESTED
from paratheme.tracking.signature import signature_of
from paratheme.tracking.store import without_password

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

LARGE = 1_000_000  # bytes: smaller files are not worth a link
DESCRIPTION_LIMIT = 5000  # characters of a registered version's description
TRAINING_CURVE = ("loss", "eval_loss", "eval_average_precision")  # of all that a trainer reports
PARAM_LIMIT = 6000  # characters; MLflow refuses longer values


def log_params(params: Mapping[str, Any]) -> None:
    """Log parameters."""
    import mlflow

    mlflow.log_params({key: str(value)[:PARAM_LIMIT] for key, value in params.items()})


def set_tag(name: str, value: str) -> None:
    """Set a tag of the open run."""
    import mlflow

    mlflow.set_tag(name, value)


def log_config(config: Mapping[str, Any]) -> None:
    """Log the configuration as flat parameters: ``model.C``, ``corpus.path`` ...; and whole as YAML."""
    import mlflow
    import yaml  # type: ignore[import-untyped,unused-ignore]

    log_params({key: without_password(str(value)) for key, value in _flatten(config)})
    whole = yaml.safe_dump(dict(config), allow_unicode=True, sort_keys=False)
    mlflow.log_text(without_password(whole), "config.yaml")


def log_corpus(corpus: Corpus, context: str) -> None:
    """Log the corpus as a dataset input, under its own fingerprint."""
    import mlflow
    from mlflow.data.huggingface_dataset import from_huggingface

    dataset = from_huggingface(corpus.blocks, name=corpus.name, digest=corpus.fingerprint)
    mlflow.log_input(dataset, context=context)


def log_metrics(metrics: Mapping[str, float], prefix: str = "", step: int | None = None) -> None:
    """Log metrics, under ``PREFIX/`` where there is one, to the four decimals that fit a column of the UI.

    Macro-F1 goes first: the UI's comparison of runs opens on the metric that was logged first.
    """
    import mlflow

    first = dict(sorted(metrics.items(), key=lambda item: item[0] != "macro_f1"))
    start = f"{prefix}/" if prefix else ""
    mlflow.log_metrics({f"{start}{name}": round(value, 4) for name, value in first.items()}, step=step)


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
    import mlflow

    if len(table):
        mlflow.log_table(table.round(4), file)


def log_figures(figures: Iterable[tuple[str, Figure]]) -> None:
    """Log pictures under their file names, such as ``plots/scores.png``."""
    import mlflow

    for file, figure in figures:
        mlflow.log_figure(figure, file)


def log_evaluation(evaluation: Evaluation, prefix: str, *, figures: bool = True, language: str | None = None) -> None:
    """Log all that was measured on a test set: metrics, predictions, tables and pictures.

    Metrics stand under ``test/``, or under ``pooled/`` for folds together; pictures name the themes in `language`,
    or by their ids.
    """
    import mlflow

    log_metrics(evaluation.metrics, prefix)
    with tempfile.TemporaryDirectory() as temporary:
        evaluation.predictions.write(Path(temporary, FILE))
        mlflow.log_artifact(str(Path(temporary, FILE)))
    set_tag(TESTED, evaluation.predictions.fingerprint)
    for file, table in evaluation.tables.items():
        log_table(table, file)
    if figures:
        log_figures(evaluation.figures(language))


def log_classifier(classifier: ThemeClassifier, folder: Path, example: Sequence[str], name: str) -> str:
    """Log a saved classifier as the run's model, called as the run is, and register it under its theme set.

    The first ever of a theme set becomes its champion. Returns the registered version's address, such as
    ``models:/paratheme/3``.
    """
    import mlflow
    import pandas as pd

    exact = [f"{package}=={number}" for package, number in versions().items() if package != "python"]
    with tempfile.TemporaryDirectory() as temporary:
        code = Path(temporary, "paratheme")
        shutil.copytree(PACKAGE, code, ignore=shutil.ignore_patterns("__pycache__", "conf", "experiments", "seeds"))
        logged = mlflow.pyfunc.log_model(
            name=re.sub(r"[^\w .=-]+", "-", name) or registry.MODEL,  # MLflow takes no slash, colon, per cent sign
            python_model=str(code / "tracking" / "mlflow_model.py"),
            artifacts={registry.ARTIFACT: str(folder)},
            code_paths=[str(code)],
            signature=signature_of(classifier.themes.ids),
            input_example=pd.DataFrame({"text": list(example)}),
            pip_requirements=exact,
        )
    set_tag(LOGGED_MODEL, logged.model_uri)
    _store_once(str(mlflow.get_logged_model(logged.model_id).artifact_location))
    about, themes = classifier.about, classifier.themes
    tags = {"model": about.get("model", classifier.model_type), "corpus": about.get("corpus", "")}
    tags |= {"themes": themes.name, "theme_ids": " ".join(themes.ids)}
    if "test" in about:
        tags["macro_f1"] = f"{about['test']['macro_f1']:.3f}"
    model = registry.registered_name(themes.name)
    with redirect_stderr(StringIO()):  # it announces what the table at the end says better
        number = mlflow.register_model(logged.model_uri, model, tags=tags).version
    version = registry.Version(str(number), mlflow.active_run().info.run_id, model)
    client = mlflow.MlflowClient()
    if not client.get_registered_model(model).description:
        client.update_registered_model(model, ui.MODEL_NOTE)
        client.set_registered_model_tag(model, "themes", themes.name)
    if model not in registry.champions():
        registry.set_champion(version)
    set_tag("model_uri", version.uri)
    return version.uri


def _store_once(location: str) -> None:
    """Where models lie in a local folder, link a new one's large files to those of others that are the same."""
    from mlflow.utils.file_utils import local_file_uri_to_path

    mine = Layout(Path(local_file_uri_to_path(location), "artifacts", registry.ARTIFACT))
    if "://" in location.removeprefix("file://") or not mine.manifest.is_file():
        return
    wanted = {digest: name for name, digest in mine.hashes().items() if (mine.folder / name).stat().st_size > LARGE}
    for manifest in mine.folder.parents[2].parent.glob(
        f"*/artifacts/artifacts/{registry.ARTIFACT}/{mine.manifest.name}"
    ):
        if manifest == mine.manifest:
            continue
        for name, digest in json.loads(manifest.read_text("utf-8"))["files"].items():
            if (own := wanted.pop(digest, None)) is not None:
                linked = mine.folder / f"{own}.linked"
                with suppress(OSError):  # another file system, or one without links: two copies then
                    os.link(manifest.parent / name, linked)
                    linked.replace(mine.folder / own)


def log_card(card: str, uri: str | None) -> None:
    """Log a model card as ``model_card.md`` and, where there is one, as a registered version's description."""
    import mlflow

    mlflow.log_text(card, "model_card.md")
    if uri is None:
        return
    name, version = uri.removeprefix("models:/").split("/")
    if len(card) > DESCRIPTION_LIMIT:
        end = "\n\nThe whole card is `model_card.md` of the run.\n"
        card = card[: card.rfind("\n\n## ", 0, DESCRIPTION_LIMIT - len(end))] + end
    mlflow.MlflowClient().update_model_version(name, version, description=card)


def _flatten(config: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in config.items():
        name = f"{prefix}{key}"
        if name == "themes":  # long lists of words: config.yaml has them
            yield "themes", value.get("name", "")
        elif isinstance(value, Mapping) and value:
            yield from _flatten(value, f"{name}.")
        else:
            yield name, value
