"""A model as people type it, and the classifier that stands there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from paratheme.classifier.classifier import ThemeClassifier
from paratheme.classifier.storage import Layout
from paratheme.errors import ParathemeError, first_line
from paratheme.evaluation.format import format_score
from paratheme.tracking import hub
from paratheme.tracking.registry import (
    ARTIFACT,
    CARD,
    CHAMPION,
    MODEL,
    champion_of,
    find_version,
    version_of_run,
)
from paratheme.tracking.runs import LOGGED_MODEL, SOURCE, find_run
from paratheme.tracking.store import connect, existing_store, search_runs


@dataclass(frozen=True)
class Source:
    """Where a classifier comes from.

    Attributes
    ----------
    uri : str
        A folder, or an address in MLflow; an alias became the version that bears it.
    run_id : str
        The run that trained it; empty where MLflow does not know.
    """

    uri: str
    run_id: str = ""

    @property
    def tags(self) -> dict[str, str]:
        """What links an evaluation to that run."""
        return {SOURCE: self.run_id} if self.run_id else {}


def find_source(model: str | Path | None = None, themes: str | None = None) -> Source:
    """Return where a classifier comes from.

    Parameters
    ----------
    model : str or Path, optional
        A folder (a saved classifier, or one that MLflow keeps a model in), ``runs:/ID``, ``models:/NAME/3``,
        ``models:/NAME@ALIAS``, ``hf://OWNER/NAME``, a run's name or id, or ``champion``; None: the champion.
    themes : str, optional
        The theme set whose champion is meant, where there are several.

    Raises
    ------
    ParathemeError
        If there is none, or several are meant.
    """
    if model is None or str(model) == CHAMPION:
        return _default(themes)
    typed = str(model)
    if typed.startswith(hub.PREFIX):
        hub.parse(typed)
        return Source(typed)
    if typed.startswith("models:/m-"):  # a logged model that was not registered
        return Source(typed)
    if typed.startswith("models:/"):
        version = find_version(typed)
        return Source(version.uri, version.run_id)
    if not typed.startswith("runs:/") and (Path(typed).is_dir() or "/" in typed):
        return Source(typed)
    run = find_run(typed.removesuffix(f"/{MODEL}"))
    version_of_it = version_of_run(run.trained_by)
    return Source(version_of_it.uri if version_of_it else f"runs:/{run.trained_by}", run.trained_by)


def load(model: str | Path | None = None, themes: str | None = None) -> ThemeClassifier:
    """Load a classifier from a folder, or by its address in MLflow or on a hub.

    Parameters
    ----------
    model : str or Path, optional
        A folder, ``runs:/RUN_ID``, ``models:/NAME/VERSION``, ``models:/NAME@ALIAS``, ``hf://OWNER/NAME`` (with
        ``@REVISION`` where it is not the newest), a run's name or id, or ``champion``; None: the champion, or else the
        newest finished run's model.
    themes : str, optional
        The theme set whose champion is meant, where there are several.

    Returns
    -------
    ThemeClassifier

    Raises
    ------
    ParathemeError
        If there is none, several are meant, or it is damaged.
    """
    return load_source(find_source(model, themes))


def load_source(source: Source) -> ThemeClassifier:
    """Load the classifier that stands at a source."""
    return ThemeClassifier.load(folder_of(source))


def folder_of(source: Source) -> Path:
    """Return the folder of the saved classifier that stands at a source, fetched where it is not on this machine."""
    if source.uri.startswith(hub.PREFIX):
        return _inside(hub.fetch(source.uri))
    if not source.uri.startswith(("runs:/", "models:/")):
        return _inside(Path(source.uri))
    uri = source.uri
    with existing_store() as client:
        mlflow = connect(experiment=None)
        if uri.startswith("runs:/"):
            tags = client.get_run(source.run_id or uri.removeprefix("runs:/")).data.tags
            uri = tags.get(LOGGED_MODEL, f"{uri}/{MODEL}")
        try:
            local = Path(mlflow.artifacts.download_artifacts(artifact_uri=uri))
        except Exception as error:  # MLflow raises whatever its stores raise
            place = mlflow.get_tracking_uri()
            raise ParathemeError(f"{source.uri}: no such model in {place} ({first_line(error)})") from error
    return _inside(local)


def card_of(source: Source) -> str:
    """Return the model card that the run which trained a classifier logged; empty where it is not known."""
    if not source.run_id:
        return ""
    from mlflow.exceptions import MlflowException

    with existing_store():
        mlflow = connect(experiment=None)
        try:
            return str(mlflow.artifacts.load_text(f"runs:/{source.run_id}/{CARD}"))
        except (MlflowException, OSError):  # it logged none
            return ""


def describe(source: Source, classifier: ThemeClassifier) -> str:
    """Return in a phrase which classifier it is, of which themes, and how good it was on its test set."""
    about = classifier.about
    test, themes = about.get("test", {}), classifier.themes.name or ", ".join(classifier.themes.ids)
    figure = ""
    if "macro_f1" in test:
        on = f"{test['support']:.0f} test blocks of {about.get('corpus', 'its corpus')}"
        figure = f", macro F1 {format_score(test['macro_f1'])} on {on}"
    engine = f" by {about['engine']}" if "engine" in about else ""
    return f"{source.uri} ({about.get('model', classifier.model_type)}{engine}, themes {themes}{figure})"


def _default(themes: str | None) -> Source:
    """Return the champion of a theme set or of the only one there is, or else the newest finished run's model."""
    if (version := champion_of(themes)) is not None:
        return Source(version.uri, version.run_id)
    newest = search_runs(f"attributes.status = 'FINISHED' and tags.{LOGGED_MODEL} != ''", 1)
    if not newest:
        raise ParathemeError("no trained classifier in the store; run `paratheme train` first or give --model")
    return Source(f"runs:/{newest[0].info.run_id}", str(newest[0].info.run_id))


def _inside(folder: Path) -> Path:
    """Return the saved classifier in a folder that MLflow keeps a model in, or the folder itself."""
    inner = (folder / "artifacts" / ARTIFACT, folder / ARTIFACT)
    return next((one for one in inner if not Layout(folder).manifest.is_file() and one.is_dir()), folder)
