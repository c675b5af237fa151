"""Everything that talks to MLflow."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paratheme.errors import ParathemeError
from paratheme.evaluation.predictions import FILE, Results
from paratheme.paths import PACKAGE
from paratheme.tracking import ui as views

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure
    from mlflow.entities import Run

    from paratheme.classifier.classifier import ThemeClassifier
    from paratheme.corpus.corpus import Corpus

os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")

EXPERIMENT = "paratheme"
REGISTERED_MODEL = "paratheme"
CHAMPION = "champion"
MODEL = "model"  # the artifact name of a run's model
ARTIFACT = "classifier"  # the saved classifier's folder inside it
TESTED = "test_fingerprint"  # the tag of runs that hold predictions: what they were tested on
DESCRIPTION_LIMIT = 5000  # characters of a registered version's description
LEARNING = ("loss", "eval_loss", "eval_average_precision")  # of all that a trainer reports: what makes a curve
PARAM_LIMIT = 6000  # characters; MLflow refuses longer values


def connect(uri: str | None = None, experiment: str | None = EXPERIMENT) -> Any:
    """Turn to a tracking store and return MLflow.

    Parameters
    ----------
    uri : str or None
        None: ``MLFLOW_TRACKING_URI``, or else MLflow's default: ``mlflow.db`` and ``mlruns/`` under the
        working directory.
    experiment : str or None
        The MLflow experiment that new runs go to; None when only reading.

    Raises
    ------
    ParathemeError
        If the store does not answer.
    """
    import mlflow
    from mlflow.exceptions import MlflowException

    warnings.filterwarnings("ignore", module="mlflow")
    for noisy in ("mlflow", "alembic", "alembic.runtime.migration"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")
    if uri:
        mlflow.set_tracking_uri(uri)
    try:
        if experiment:
            found = mlflow.set_experiment(experiment)
            if tags := views.experiment_tags(found.tags):
                mlflow.set_experiment_tags(tags)
    except (MlflowException, OSError) as error:
        reason = str(error).strip().splitlines()[0]
        raise ParathemeError(
            f"tracking store {mlflow.get_tracking_uri()} does not answer ({reason}); "
            "check tracking.uri and MLFLOW_TRACKING_URI"
        ) from error
    return mlflow


@contextmanager
def run(name: str, tags: Mapping[str, str], nested: bool = False, run_id: str | None = None) -> Iterator[Run]:
    """Open a run, or go on with one; mark it FAILED when an error, KILLED when an interrupt ends it."""
    import mlflow

    active = mlflow.start_run(run_id, run_name=name, tags=dict(tags), nested=nested)
    try:
        yield active
    except KeyboardInterrupt:
        mlflow.end_run("KILLED")
        raise
    except BaseException as error:
        mlflow.set_tag("error", f"{type(error).__name__}: {error}"[:500])
        mlflow.end_run("FAILED")
        raise
    mlflow.end_run("FINISHED")


def log_params(params: Mapping[str, Any]) -> None:
    """Log parameters."""
    import mlflow

    mlflow.log_params({key: str(value)[:PARAM_LIMIT] for key, value in params.items()})


def tag(name: str, value: str) -> None:
    """Set a tag of the open run."""
    import mlflow

    mlflow.set_tag(name, value)


def log_settings(settings: Mapping[str, Any]) -> None:
    """Log the configuration as flat parameters: ``model.C``, ``corpus.path`` ...; and whole as YAML."""
    import mlflow
    import yaml

    log_params(dict(_flatten(settings)))
    mlflow.log_text(yaml.safe_dump(dict(settings), allow_unicode=True, sort_keys=False), "config.yaml")


def log_corpus(corpus: Corpus, context: str) -> None:
    """Log the corpus as a dataset input, under its own fingerprint."""
    import mlflow
    from mlflow.data.huggingface_dataset import from_huggingface

    dataset = from_huggingface(corpus.blocks, name=corpus.name, digest=corpus.fingerprint)
    mlflow.log_input(dataset, context=context)


def log_metrics(metrics: Mapping[str, float], prefix: str, step: int | None = None) -> None:
    """Log metrics under ``PREFIX/``, to the four decimals that fit a column of the UI.

    Macro-F1 goes first: the UI's comparison of runs opens on the metric that was logged first.
    """
    import mlflow

    first = dict(sorted(metrics.items(), key=lambda item: item[0] != "macro_f1"))
    mlflow.log_metrics({f"{prefix}/{name}": round(value, 4) for name, value in first.items()}, step=step)


def describe(text: str) -> None:
    """Set the run's description, Markdown, which the UI shows at its top."""
    import mlflow

    mlflow.set_tag("mlflow.note.content", text)


def log_history(history: list[dict[str, float]]) -> None:
    """Log what a fine-tuned model reported while it learned, by epoch."""
    import mlflow

    for entry in history:
        values = {f"learning/{key}": value for key, value in entry.items() if key in LEARNING}
        mlflow.log_metrics(values, step=round(entry.get("epoch", 0)))


def log_table(table: pd.DataFrame, file: str) -> None:
    """Log a data frame so that the UI shows it as a table."""
    import mlflow

    if len(table):
        mlflow.log_table(table.round(4), file)


def log_results(tested: Results, slices: pd.DataFrame) -> None:
    """Log what was tested, for comparisons, and its figures by slice, for people."""
    import mlflow

    with tempfile.TemporaryDirectory() as temporary:
        tested.write(Path(temporary, FILE))
        mlflow.log_artifact(str(Path(temporary, FILE)))
    log_table(slices, "slices.json")
    mlflow.set_tag(TESTED, tested.fingerprint)


def log_figures(figures: Iterable[tuple[str, Figure]]) -> None:
    """Log pictures under their file names, such as ``plots/scores.png``."""
    import mlflow

    for file, figure in figures:
        mlflow.log_figure(figure, file)


def log_classifier(classifier: ThemeClassifier, folder: Path, example: list[str]) -> str:
    """Log a saved classifier as the run's model and register it; the first ever becomes champion.

    Parameters
    ----------
    classifier : ThemeClassifier
    folder : Path
        Where it was saved.
    example : list of str
        Texts for the input example.

    Returns
    -------
    str
        The registered version's URI, such as ``models:/paratheme/3``.
    """
    import mlflow
    import pandas as pd
    from mlflow.models.signature import ModelSignature
    from mlflow.types.schema import Array, ColSpec, DataType, Schema

    from paratheme.classifier.classifier import versions

    outputs = [ColSpec(Array(DataType.string), "themes")]
    outputs += [ColSpec(DataType.double, theme) for theme in classifier.themes.ids]
    signature = ModelSignature(Schema([ColSpec(DataType.string, "text")]), Schema(outputs))
    exact = [f"{name}=={number}" for name, number in versions().items() if name != "python"]
    with tempfile.TemporaryDirectory() as temporary:
        code = Path(temporary, "paratheme")
        shutil.copytree(PACKAGE, code, ignore=_only_code)
        logged = mlflow.pyfunc.log_model(
            name=MODEL,
            python_model=str(code / "tracking" / "mlflow_model.py"),
            artifacts={ARTIFACT: str(folder)},
            code_paths=[str(code)],
            signature=signature,
            input_example=pd.DataFrame({"text": example}),
            pip_requirements=exact,
        )
    with redirect_stderr(StringIO()):  # it announces what the table at the end says better
        tags = {"model": classifier.family, "corpus": classifier.about.get("corpus", "")}
        if "test" in classifier.about:
            tags["macro_f1"] = f"{classifier.about['test']['macro_f1']:.3f}"
        version = mlflow.register_model(logged.model_uri, REGISTERED_MODEL, tags=tags).version
    client = mlflow.MlflowClient()
    if not client.get_registered_model(REGISTERED_MODEL).description:
        client.update_registered_model(REGISTERED_MODEL, views.MODEL_NOTE)
    if _champion() is None:
        client.set_registered_model_alias(REGISTERED_MODEL, CHAMPION, version)
    uri = f"models:/{REGISTERED_MODEL}/{version}"
    mlflow.set_tag("model_uri", uri)
    return uri


def log_card(card: str, uri: str | None) -> None:
    """Log a model card as ``model_card.md`` and, where there is one, as a registered version's description.

    Parameters
    ----------
    card : str
        Markdown.
    uri : str or None
        The version, such as ``models:/paratheme/3``.
    """
    import mlflow

    mlflow.log_text(card, "model_card.md")
    if uri is None:
        return
    name, version = uri.removeprefix("models:/").split("/")
    if len(card) > DESCRIPTION_LIMIT:
        end = "\n\nThe whole card is `model_card.md` of the run.\n"
        card = card[: card.rfind("\n\n## ", 0, DESCRIPTION_LIMIT - len(end))] + end
    mlflow.MlflowClient().update_model_version(name, version, description=card)


def fetch_classifier(uri: str | None) -> Path:
    """Return the local folder of a saved classifier.

    Parameters
    ----------
    uri : str or None
        ``runs:/RUN_ID``, ``runs:/RUN_ID/model``, ``models:/...``, or None: the champion, or else the newest
        finished run's model.

    Raises
    ------
    ParathemeError
        If there is no such model.
    """
    mlflow = connect(experiment=None)
    require_store(mlflow.get_tracking_uri())
    if uri is None:
        uri = f"models:/{REGISTERED_MODEL}@{CHAMPION}" if _champion() else _newest()
    if uri.startswith("runs:/") and "/" not in uri.removeprefix("runs:/").strip("/"):
        uri = f"{uri.rstrip('/')}/{MODEL}"
    try:
        local = Path(mlflow.artifacts.download_artifacts(artifact_uri=uri))
    except Exception as error:  # MLflow raises whatever its stores raise
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ParathemeError(f"{uri}: no such model in {mlflow.get_tracking_uri()} ({reason})") from error
    folder = local / "artifacts" / ARTIFACT
    return folder if folder.is_dir() else local


def open_ui(host: str, port: int) -> int:
    """Serve the MLflow UI for the current store until interrupted; return the exit status.

    Raises
    ------
    ParathemeError
        If there is no store yet.
    """
    mlflow = connect(experiment=None)
    uri = mlflow.get_tracking_uri()
    if uri.startswith("http"):
        print(f"The runs are on a tracking server: {uri}")
        return 0
    if uri.startswith("sqlite:///") and not Path(uri.removeprefix("sqlite:///")).exists():
        raise ParathemeError(f"there are no runs yet: no {uri.removeprefix('sqlite:///')}; run `paratheme train`")
    address = f"http://{host}:{port}"
    experiments = mlflow.search_experiments(filter_string=f"name = '{EXPERIMENT}'")
    page = views.runs_page(address, experiments[0].experiment_id) if experiments else address
    print(f"runs, the best first: {page}", file=sys.stderr)
    command = [sys.executable, "-m", "mlflow", "ui", "--backend-store-uri", uri]
    return subprocess.run([*command, "--host", host, "--port", str(port)], check=False).returncode


def git_commit() -> str:
    """Return the commit of the working directory, or an empty string."""
    done = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def _champion() -> str | None:
    import mlflow
    from mlflow.exceptions import MlflowException

    try:
        return str(mlflow.MlflowClient().get_model_version_by_alias(REGISTERED_MODEL, CHAMPION).version)
    except MlflowException:
        return None


def _newest() -> str:
    import mlflow

    found = mlflow.search_runs(
        search_all_experiments=True,
        filter_string="attributes.status = 'FINISHED' and tags.model_uri != ''",
        order_by=["attributes.start_time DESC"],
        max_results=1,
        output_format="list",
    )
    if not found:
        raise ParathemeError(
            f"no trained classifier in {mlflow.get_tracking_uri()}; run `paratheme train` first or give --model"
        )
    return f"runs:/{found[0].info.run_id}/{MODEL}"


def require_store(uri: str) -> None:
    """Refuse to make an empty store only to find nothing in it.

    Raises
    ------
    ParathemeError
        If the store is a file that does not exist.
    """
    file = uri.removeprefix("sqlite:///")
    if uri.startswith("sqlite:///") and not Path(file).exists():
        raise ParathemeError(f"there are no runs yet: there is no {file}; run `paratheme train` first")


def _flatten(settings: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in settings.items():
        name = f"{prefix}{key}"
        if name == "themes":  # long lists of words: config.yaml has them
            yield "themes", value.get("name", "")
        elif isinstance(value, Mapping) and value:
            yield from _flatten(value, f"{name}.")
        else:
            yield name, value


def _only_code(folder: str, names: list[str]) -> set[str]:
    """Keep Python modules; leave caches and what ships beside the code."""
    return {name for name in names if "." in name and not name.endswith(".py")} | (
        {*names} & {"__pycache__", "conf", "seeds"}
    )
