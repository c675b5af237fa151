"""``paratheme push``."""

from __future__ import annotations

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

from paratheme.errors import UsageError


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("model", metavar="RUN", help="a run, models:/... or a folder; champion: the champion")
    parser.add_argument("repository", metavar="REPO", help="OWNER/NAME on the hub; made where there is none")
    parser.add_argument("--dry-run", action="store_true", help="list what would be sent, and send nothing")
    parser.add_argument("--output", type=Path, metavar="FOLDER", help="write it there, and send nothing")
    parser.add_argument("--public", action="store_true", help="a repository that is made may be seen by everybody")
    told = "of what is published, as the hub names it"
    parser.add_argument("--license", default="mit", metavar="ID", help=told)


def execute(options: argparse.Namespace) -> int:
    """Put a run's classifier on a model hub: a model card and the saved classifier."""
    if options.dry_run and options.output:
        raise UsageError("--dry-run writes nothing; leave it or --output out")
    from paratheme.tracking import hub

    hub.parse(f"{hub.PREFIX}{options.repository}")
    with TemporaryDirectory() as temporary:
        folder = options.output or Path(temporary, "repository")
        files = write(options.model, options.repository, options.license, folder)
        if options.dry_run or options.output:
            print("".join(f"{size:>13,}  {name}\n" for name, size in files.items()), end="")
            return 0
        commit = hub.upload(folder, options.repository, options.public)
    print(f"{hub.PREFIX}{options.repository}@{commit}")
    return 0


def write(model: str, repository: str, licence: str, folder: Path) -> dict[str, int]:
    """Write what a repository on a hub holds into a folder; return its files and their sizes in bytes."""
    from paratheme.classifier.classifier import ThemeClassifier
    from paratheme.tracking import hub
    from paratheme.tracking.addresses import card_of, find_source, folder_of

    source = find_source(model)
    saved = folder_of(source)
    classifier = ThemeClassifier.load(saved)
    hub.lay_out(saved, classifier, f"{hub.PREFIX}{repository}", licence, card_of(source), folder)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in files}
