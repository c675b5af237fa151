"""What is not read when a folder is searched for documents."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from paratheme.documents.readers import HIDDEN, SUFFIXES


def passed_over(folder: Path) -> str:
    """Return in a line how many files below a folder are passed over, by suffix; empty where none are.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    str
        Such as ``inbox: passed over 4 files: 2 .csv, 1 .jpg, 1 hidden or lock files``.
    """
    found: Counter[str] = Counter()
    for path in folder.rglob("*"):
        if path.is_symlink() and not path.exists():
            found["links that lead nowhere"] += 1
        if not path.is_file():
            continue
        if any(part.startswith(HIDDEN) for part in path.relative_to(folder).parts):
            found["hidden or lock files"] += 1
        elif (suffix := path.suffix.lower()) not in SUFFIXES:
            found[suffix or "without a suffix"] += 1
    if not found:
        return ""
    listed = ", ".join(
        f"{count} {suffix}" for suffix, count in sorted(found.items(), key=lambda one: (-one[1], one[0]))
    )
    return f"{folder}: passed over {found.total()} file{'s' * (found.total() > 1)}: {listed}"
