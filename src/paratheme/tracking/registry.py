"""Registered models, one for each theme set: their versions, and which version is the champion."""

from __future__ import annotations

import json
import re
from dataclasses import astuple, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from paratheme.errors import ParathemeError
from paratheme.tracking.store import existing_store

PREFIX = "paratheme"
SHIPPED = "oic"  # the theme set that ships: its classifiers have the plain name
CHAMPION, PREVIOUS = "champion", "previous"  # aliases
HISTORY = "champions"  # the tag of a registered model: who was champion, the present one last
MODEL = "model"  # how a run's model may be called in its address
ARTIFACT = "classifier"  # the saved classifier's folder inside a logged model
CARD = "model_card.md"  # among a run's artifacts
REASON = "promotion_reason"
MISSING = ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE")  # what MLflow says of a version, or of an alias


@dataclass(frozen=True)
class Version:
    """A registered version of a model: its number, the run that trained it, and what the model is called."""

    number: str
    run_id: str
    name: str = PREFIX

    @property
    def uri(self) -> str:
        """Such as ``models:/paratheme/3``."""
        return f"models:/{self.name}/{self.number}"


@dataclass(frozen=True)
class Reign:
    """When a version became champion, why where a person decided against the figures, and when that was undone."""

    number: str
    since: str
    reason: str = ""
    undone: str = ""


def registered_name(themes: str) -> str:
    """Return what the classifiers of a theme set are registered as."""
    return PREFIX if themes in ("", SHIPPED) else f"{PREFIX}-{re.sub(r'[^A-Za-z0-9_.-]+', '-', themes)}"


def champions() -> dict[str, Version]:
    """Return the champion of every theme set that has one, by the registered model's name."""
    with existing_store() as client:
        models = client.search_registered_models(f"name LIKE '{PREFIX}%'")
        found = [client.get_model_version_by_alias(m.name, CHAMPION) for m in models if CHAMPION in m.aliases]
    return {str(one.name): Version(str(one.version), str(one.run_id), str(one.name)) for one in found}


def champion_of(themes: str | None = None) -> Version | None:
    """Return the champion of a theme set, or of the only one that has one; None where there is no champion at all.

    Raises
    ------
    ParathemeError
        If the theme set has none, or several have one and none is named.
    """
    known = champions()
    names = {name: SHIPPED if name == PREFIX else name.removeprefix(f"{PREFIX}-") for name in known}
    if themes is not None and registered_name(themes) not in known:
        there = ", ".join(names.values()) or "none"
        raise ParathemeError(f"there is no champion of themes {themes!r}; there are champions of: {there}")
    if themes is None and len(known) > 1:
        there = ", ".join(f"{name} ({version.uri})" for name, version in zip(names.values(), known.values()))
        raise ParathemeError(f"several theme sets have a champion: {there}; choose with --themes NAME or --model MODEL")
    return known[registered_name(themes)] if themes is not None else next(iter(known.values()), None)


def find_version(uri: str) -> Version:
    """Return the registered version that ``models:/NAME/3`` or ``models:/NAME@ALIAS`` names.

    Raises
    ------
    ParathemeError
        If there is none.
    """
    from mlflow.exceptions import MlflowException

    name, _, alias = uri.removeprefix("models:/").partition("@")
    name, _, number = name.partition("/")
    with existing_store() as client:
        if number == "latest":
            number = str(max((int(one.version) for one in client.search_model_versions(f"name = '{name}'")), default=0))
        try:
            one = client.get_model_version_by_alias(name, alias) if alias else client.get_model_version(name, number)
        except MlflowException as error:
            if error.error_code not in MISSING:
                raise
            raise ParathemeError(f"there is no model {uri}; {_versions(client, name)}") from error
        return Version(str(one.version), str(one.run_id), name)


def _versions(client: Any, name: str) -> str:
    """Tell which versions of a registered model there are, or else which models."""
    if numbers := sorted(int(one.version) for one in client.search_model_versions(f"name = '{name}'")):
        return f"{name} has versions {', '.join(map(str, numbers))}"
    return f"there are {', '.join(one.name for one in client.search_registered_models()) or 'none'}"


def version_of_run(run_id: str) -> Version | None:
    """Return the newest registered version that a run trained."""
    with existing_store() as client:
        versions = [one for one in client.search_model_versions(f"run_id = '{run_id}'") if one.name.startswith(PREFIX)]
    newest = max(versions, key=lambda one: int(one.version), default=None)
    return Version(str(newest.version), run_id, str(newest.name)) if newest else None


def history(name: str) -> list[Reign]:
    """Return who was made champion of a registered model, in order; the present one is the last that stands."""
    with existing_store() as client:
        tags: dict[str, Any] = client.get_registered_model(name).tags
    return [Reign(*entry) for entry in json.loads(tags.get(HISTORY, "[]"))]


def set_champion(version: Version, reason: str = "") -> None:
    """Make a version the champion of its theme set, on record; a reason is kept with the version and its run."""
    _record(version.name, [*history(version.name), Reign(version.number, _now(), reason)])
    if reason:
        with existing_store() as client:
            client.set_model_version_tag(version.name, version.number, REASON, reason)
            client.set_tag(version.run_id, REASON, reason)


def undo_champion(name: str) -> tuple[Version, Version] | None:
    """Make the champion before the present one champion again; return both, or None where there was none before."""
    reigns = history(name)
    standing = [place for place, reign in enumerate(reigns) if not reign.undone]
    if len(standing) < 2:
        return None
    before, last = standing[-2:]
    reigns[last] = replace(reigns[last], undone=_now())
    _record(name, reigns)
    now, undone = (find_version(f"models:/{name}/{reigns[place].number}") for place in (before, last))
    return now, undone


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _record(name: str, reigns: list[Reign]) -> None:
    with existing_store() as client:
        entries = [list(astuple(reign)) for reign in reigns]
        client.set_registered_model_tag(name, HISTORY, json.dumps(entries, ensure_ascii=False))
        standing = [reign.number for reign in reigns if not reign.undone]
        client.set_registered_model_alias(name, CHAMPION, standing[-1])
        if len(standing) > 1:
            client.set_registered_model_alias(name, PREVIOUS, standing[-2])
        elif PREVIOUS in client.get_registered_model(name).aliases:
            client.delete_registered_model_alias(name, PREVIOUS)
