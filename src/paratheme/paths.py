"""Where paratheme's own files lie: what ships with it, and the one folder it caches in."""

from __future__ import annotations

import os
from pathlib import Path

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
