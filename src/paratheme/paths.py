"""Where paratheme's own files lie: what ships with it, and the one folder it caches in; how a file is written."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).parent
CHECKOUT = PACKAGE.parent.parent


def shipped(name: str) -> Path:
    """Return a folder that ships with paratheme: ``conf``, ``experiments`` or ``seeds``."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else CHECKOUT / name


def cache_folder() -> Path:
    """Return the folder for what can be made again: ``PARATHEME_CACHE``, else the user's cache directory."""
    from platformdirs import user_cache_path

    chosen = os.environ.get("PARATHEME_CACHE")
    folder = Path(chosen).expanduser() if chosen else user_cache_path("paratheme", appauthor=False)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def write_apart(file: Path, write: Callable[[Path], Any]) -> None:
    """Have `write` write a file under another name, then give it its own: what stands there is always whole."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f"new-{os.getpid()}-{file.name}")
    try:
        write(new)
        new.replace(file)
    except BaseException:
        with suppress(OSError):
            new.unlink(missing_ok=True)
        raise
