"""The user's own configuration, ``conf/`` of the working directory: it is data, whoever wrote it.

Hydra makes objects of what says ``_target_`` below ``hydra``, and its resolvers read the environment; who takes a
folder over from others need not read it first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from paratheme.errors import UsageError

RESOLVER = re.compile(r"\$\{\s*([\w.]+)\s*:")
MARKS = ("_target_", "${", "hydra")  # without any of them a file needs no look
MAY_SAY = ("sweeper", "params")  # of Hydra's own settings: what a recipe wants a run for each of


def check_own(folder: Path) -> None:
    """Refuse what is more than data in a folder of configuration.

    Raises
    ------
    UsageError
        For a file that would have code run or the environment read; names it and what is in it.
    """
    import yaml  # type: ignore[import-untyped,unused-ignore]

    for file in sorted(folder.rglob("*.yaml")):
        if file.relative_to(folder).parts[0] == "hydra":
            raise UsageError(f"{file}: settings of Hydra itself are not taken from conf/; remove it")
        text = file.read_text("utf-8", "replace")
        if not any(mark in text for mark in MARKS):
            continue
        if found := RESOLVER.search(text):
            line = text.count("\n", 0, found.start()) + 1
            raise UsageError(f"{file}, line {line}: ${{{found[1]}:...}} is not computed in conf/; write the value")
        try:
            content = yaml.safe_load(text)
        except (yaml.YAMLError, RecursionError):
            continue  # told where it is composed
        if wrong := next(_more_than_data(content), None):
            raise UsageError(f"{file}: {wrong} is not taken from conf/, which is data; remove it")


def _more_than_data(content: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    if isinstance(content, list):
        for one in content:
            yield from _more_than_data(one, path)
    elif isinstance(content, dict):
        for key, value in ((str(key), value) for key, value in content.items()):
            here = (*path, key)
            in_hydra = key == "hydra" and not path
            if key == "_target_" or "hydra/" in key or key.startswith(("hydra.", "/hydra")):
                yield ".".join(here)
            elif in_hydra and not _is_swept(value):
                yield "hydra"
            elif not in_hydra:
                yield from _more_than_data(value, here)


def _is_swept(value: Any) -> bool:
    """Whether Hydra is told nothing but what to sweep."""
    for key in MAY_SAY:
        if not isinstance(value, dict) or set(value) != {key}:
            return False
        value = value[key]
    return True
