"""Registered models: their versions, their aliases, and loading a classifier by its address."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from paratheme.classifier.classifier import ThemeClassifier
from paratheme.errors import ParathemeError, first_line
from paratheme.tracking.store import connect, existing_store, search_runs

REGISTERED_MODEL = "paratheme"
CHAMPION, PREVIOUS = "champion", "previous"  # aliases
MODEL = "model"  # the artifact name of a run's model
ARTIFACT = "classifier"  # the saved classifier's folder inside it
REASON = "promotion_reason"


@dataclass(frozen=True)
class Version:
    """A registered version of the model: its number, and the run that trained it."""

    number: str
    run_id: str
    name: str = REGISTERED_MODEL

    @property
    def uri(self) -> str:
        """Such as ``models:/paratheme/3``."""
        return f"models:/{self.name}/{self.number}"


def find_version(uri: str) -> Version:
    """Return the registered version that ``models:/NAME/3`` or ``models:/NAME@ALIAS`` names.

    Raises
    ------
    ParathemeError
        If there is none.
    """
    name, _, alias = uri.removeprefix("models:/").partition("@")
    name, _, number = name.partition("/")
    with existing_store() as client:
        if number == "latest":
            number = str(max((int(one.version) for one in client.search_model_versions(f"name = '{name}'")), default=0))
        found = client.get_model_version_by_alias(name, alias) if alias else client.get_model_version(name, number)
        return Version(str(found.version), str(found.run_id), name)


def version_with_alias(alias: str) -> Version | None:
    """Return the registered version that bears an alias."""
    with existing_store() as client:
        for model in client.search_registered_models(f"name = '{REGISTERED_MODEL}'"):
            if alias in model.aliases:
                return find_version(f"models:/{REGISTERED_MODEL}@{alias}")
    return None


def version_of_run(run_id: str) -> Version | None:
    """Return the newest registered version that a run trained."""
    with existing_store() as client:
        versions = client.search_model_versions(f"name = '{REGISTERED_MODEL}' and run_id = '{run_id}'")
    numbers = sorted(int(version.version) for version in versions)
    return Version(str(numbers[-1]), run_id) if numbers else None


def set_champion(version: Version, previous: Version | None, reason: str = "") -> None:
    """Give a version the alias champion, and the champion before it the alias previous.

    Parameters
    ----------
    version : Version
    previous : Version or None
    reason : str
        Why, where a person decided against the figures; kept as a tag of the version and of its run.
    """
    with existing_store() as client:
        client.set_registered_model_alias(REGISTERED_MODEL, CHAMPION, version.number)
        if previous is not None:
            client.set_registered_model_alias(REGISTERED_MODEL, PREVIOUS, previous.number)
        if reason:
            client.set_model_version_tag(REGISTERED_MODEL, version.number, REASON, reason)
            client.set_tag(version.run_id, REASON, reason)


def load(address: str | Path | None = None) -> ThemeClassifier:
    """Load a classifier from a folder, or by its address in MLflow.

    Parameters
    ----------
    address : str or Path, optional
        A folder, ``runs:/RUN_ID`` or ``models:/NAME/VERSION``, ``models:/NAME@ALIAS``; None: the champion, or else
        the newest finished run's model.

    Returns
    -------
    ThemeClassifier

    Raises
    ------
    ParathemeError
        If there is none, or it is damaged.
    """
    if address is None or str(address).startswith(("runs:/", "models:/")):
        return ThemeClassifier.load(_downloaded(_newest() if address is None else str(address)))
    return ThemeClassifier.load(address)


def _downloaded(uri: str) -> Path:
    """Return the local folder of a saved classifier."""
    if uri.startswith("runs:/") and "/" not in uri.removeprefix("runs:/").strip("/"):
        uri = f"{uri.rstrip('/')}/{MODEL}"
    with existing_store():
        mlflow = connect(experiment=None)
        try:
            local = Path(mlflow.artifacts.download_artifacts(artifact_uri=uri))
        except Exception as error:  # MLflow raises whatever its stores raise
            raise ParathemeError(
                f"{uri}: no such model in {mlflow.get_tracking_uri()} ({first_line(error)})"
            ) from error
    folder = local / "artifacts" / ARTIFACT
    return folder if folder.is_dir() else local


def _newest() -> str:
    """Return the address of the champion, or else of the newest finished run's model."""
    if champion := version_with_alias(CHAMPION):
        return champion.uri
    newest = search_runs("attributes.status = 'FINISHED' and tags.model_uri != ''", 1)
    if not newest:
        raise ParathemeError("no trained classifier in the store; run `paratheme train` first or give --model")
    return f"runs:/{newest[0].info.run_id}/{MODEL}"
