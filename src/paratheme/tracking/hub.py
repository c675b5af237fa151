"""Saved classifiers on a hub: a repository with a model card and the classifier's folder; no code in it is run.

What is fetched is a copy of `Layout`'s files, each of which is checked against the manifest before it is used. Tokens
are the hub's own matter (``hf auth login``, ``HF_TOKEN``).
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from paratheme.classifier.storage import SUFFIXES, Layout
from paratheme.errors import ParathemeError, UsageError, first_line
from paratheme.evaluation.format import format_score, markdown, printable
from paratheme.paths import PACKAGE, cache_folder
from paratheme.tracking.registry import ARTIFACT

if TYPE_CHECKING:
    from paratheme.classifier.classifier import ThemeClassifier

PREFIX = "hf://"
CARD = "README.md"
USAGE = "How to use it"  # the section of a run's model card that speaks of another address
TEMPLATE = PACKAGE / "tracking" / "hub_card.md.jinja"


def parse(address: str) -> tuple[str, str | None]:
    """Return the repository and the revision that ``hf://OWNER/NAME@REVISION`` names; None: the newest.

    Raises
    ------
    UsageError
        If it is no such address.
    """
    found = re.fullmatch(rf"{PREFIX}(\w[\w.-]*/\w[\w.-]*)(?:@([\w./-]+))?", address)
    if found is None:
        raise UsageError(
            f"{printable(address)}: no address on a hub; write {PREFIX}OWNER/NAME or {PREFIX}OWNER/NAME@REVISION"
        )
    return found[1], found[2]


def fetch(address: str) -> Path:
    """Return the folder of a saved classifier on a hub, from the hub's cache on this machine where it is there.

    Parameters
    ----------
    address : str
        ``hf://OWNER/NAME``, or with ``@`` and a branch, a tag or a commit.

    Raises
    ------
    ParathemeError
        If there is none, or the hub is not reached and has left no copy.
    """
    import huggingface_hub

    repository, revision = parse(address)
    wanted = [f"{ARTIFACT}/*{suffix}" for suffix in SUFFIXES]  # a pickle is not even fetched
    with _told(address):
        snapshot = Path(huggingface_hub.snapshot_download(repository, revision=revision, allow_patterns=wanted))
    if not Layout(snapshot / ARTIFACT).manifest.is_file():
        raise ParathemeError(f"{address}: no classifier of paratheme (no {ARTIFACT}/{Layout(snapshot).manifest.name})")
    return _without_links(snapshot, cache_folder() / "hub" / repository / snapshot.name)


def lay_out(folder: Path, classifier: ThemeClassifier, address: str, licence: str, run_card: str, into: Path) -> None:
    """Write what a repository on a hub holds: a model card with metadata, and the saved classifier.

    Parameters
    ----------
    folder : Path
        Of the saved classifier.
    classifier : ThemeClassifier
        The same, loaded.
    address : str
        Where it will be found.
    licence : str
        Of what is published, as the hub names it.
    run_card : str
        The model card of its training; empty where there is none.
    into : Path
        An empty or missing folder.

    Raises
    ------
    ParathemeError
        If the folder holds something already.
    """
    if into.exists() and any(into.iterdir()):
        raise ParathemeError(f"{into}: not empty; give a new folder")
    source, target = Layout(folder), into / ARTIFACT
    for name in (*source.hashes(), source.manifest.name):
        copy = target / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source.folder / name, copy)
    (into / CARD).write_text(hub_card(classifier, address, licence, run_card), "utf-8")


def upload(folder: Path, repository: str, public: bool) -> str:
    """Send what `lay_out` wrote to a hub, in one commit, in which files of another classifier go; return the commit.

    Raises
    ------
    ParathemeError
        If the hub is not reached, or refuses.
    """
    import huggingface_hub

    with _told(f"{PREFIX}{repository}"):
        hub = huggingface_hub.HfApi()
        hub.create_repo(repository, private=not public, exist_ok=True)
        message = f"paratheme: {ARTIFACT}"
        done = hub.upload_folder(
            repo_id=repository, folder_path=folder, commit_message=message, delete_patterns=f"{ARTIFACT}/*"
        )
    return str(done.oid)


def hub_card(classifier: ThemeClassifier, address: str, licence: str, run_card: str = "") -> str:
    """Return the model card of a repository: metadata that hubs read, how it is used, and the card of its training."""
    from huggingface_hub import EvalResult, ModelCardData
    from jinja2 import Environment, StrictUndefined

    about, themes = classifier.about, classifier.themes
    test: Mapping[str, float] = about.get("test", {})
    label, corpus = (printable(str(about.get(key, ""))) for key in ("model", "corpus"))
    results = [
        EvalResult("text-classification", corpus, corpus, "f1", test[key], dataset_split="test", metric_name=name)
        for key, name in (("macro_f1", "macro F1"), ("micro_f1", "micro F1"))
        if key in test
    ]
    data = ModelCardData(
        language=[code for code in about.get("languages", []) if re.fullmatch("[a-z]{2,3}", code) and code != "und"],
        license=licence,
        library_name="paratheme",
        pipeline_tag="text-classification",
        tags=["paratheme", "multilingual", "single-label" if classifier.calibration.single_label else "multi-label"],
        metrics=["f1"],
        model_name=label or classifier.model_type,
        eval_results=results or None,
    )
    sections = [part for part in run_card.split("\n## ")[1:] if not part.startswith(USAGE)]
    environment = Environment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    environment.filters["markdown"] = markdown
    return environment.from_string(TEMPLATE.read_text("utf-8")).render(
        metadata=data.to_yaml().strip(),
        label=label or classifier.model_type,
        themes=themes.themes,
        single_label=classifier.calibration.single_label,
        thresholds={theme: f"{value:.3f}" for theme, value in classifier.thresholds.items()},
        macro_f1=format_score(test["macro_f1"]) if "macro_f1" in test else "",
        tested=f"{test.get('support', 0):.0f}",
        corpus=corpus.replace("`", "'"),
        address=address,
        sections=sections,
    )


@contextmanager
def _told(address: str) -> Iterator[None]:
    """Tell in one line what a hub said, and what can be done."""
    from huggingface_hub import errors

    try:
        yield
    except (errors.RepositoryNotFoundError, errors.RevisionNotFoundError, errors.GatedRepoError) as error:
        told = "there is no such repository or revision, or it is not yours to see"
        raise ParathemeError(f"{address}: {told}; check the name, or `hf auth login`") from error
    except (errors.LocalEntryNotFoundError, errors.OfflineModeIsEnabled, ConnectionError) as error:
        told = f"the hub is not reached ({first_line(error)})"
        raise ParathemeError(f"{address}: {told}; check the network, HF_ENDPOINT and HF_HUB_OFFLINE") from error
    except Exception as error:  # whatever its client raises
        raise ParathemeError(
            f"{address}: the hub refused ({first_line(error)}); check the name, or `hf auth login`"
        ) from error


def _without_links(snapshot: Path, target: Path) -> Path:
    """Return a folder with the files that a snapshot links to: a saved classifier with links is refused."""
    if target.is_dir():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    made = Path(mkdtemp(dir=target.parent, prefix="new-"))
    try:
        for file in (path for path in (snapshot / ARTIFACT).rglob("*") if path.is_file()):
            copy = made / ARTIFACT / file.relative_to(snapshot / ARTIFACT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(file.resolve(), copy)
            except OSError:  # another file system, or one without such links
                shutil.copyfile(file, copy)
        with suppress(OSError):  # another process was quicker
            made.rename(target)
        return target
    finally:
        shutil.rmtree(made, ignore_errors=True)
