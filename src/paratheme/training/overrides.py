"""What was typed after ``paratheme train``, made into what Hydra's grammar takes, or told how it is written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from paratheme.errors import UsageError
from paratheme.paths import shipped

PLACES = ("path", "uri")  # the last words of settings that hold a place, which may be spelled anyhow
KEY = re.compile(r"(\+\+|\+|~)?[A-Za-z_][\w/@:.$-]*", re.ASCII)  # with what adds or removes a setting
YAML = (".yaml", ".yml")


def prepared(overrides: Sequence[str], multirun: bool = False) -> list[str]:
    """Return overrides that Hydra reads as they were meant.

    The value of ``KEY=VALUE`` is quoted where it is a place (``corpus.path=my data (v2)/a=b,c.csv``) or where
    Hydra's grammar does not take it as it is (``corpus.separator=;``).

    Parameters
    ----------
    overrides : sequence of str
        As they were typed.
    multirun : bool
        Whether several values of a setting mean several runs.

    Raises
    ------
    UsageError
        For what is no override, several values without `multirun`, and a file where its name is wanted; says what
        to write instead.
    """
    ready = []
    for position, typed in enumerate(overrides):
        key, equals, value = typed.partition("=")
        if not equals and typed.startswith("~"):
            ready.append(typed)
            continue
        if not equals:
            following = overrides[position + 1] if position + 1 < len(overrides) else ""
            raise UsageError(_told_bare(typed, following))
        if not KEY.fullmatch(key):
            raise UsageError(f"{typed!r}: {key!r} is no setting; `paratheme train --help` lists those there are")
        value = value.strip()
        _check_file(key, value)
        ready.append(f"{key}={_readable(key, value, multirun)}")
        if not multirun and not key.startswith("hydra.") and _is_sweep(ready[-1]):
            or_list = "" if key.lstrip("+~") in groups() else f", or write {key}=[{value}] where a list is meant"
            raise UsageError(f"{typed}: several values; add -m for a run with each{or_list}")
    return ready


def quoted(value: str) -> str:
    """Return a text as Hydra's grammar quotes it; Hydra reads it back as it was."""
    escaped = re.sub(r"(\\*)'", lambda found: found[1] * 2 + r"\'", value)
    trailing = len(escaped) - len(escaped.rstrip("\\"))
    return f"'{escaped}{chr(92) * trailing}'"


def as_typed(override: str) -> str:
    """Return a prepared override as it may be typed: without the quotes that `prepared` would add."""
    key, _, value = override.partition("=")
    if value[:1] != "'" or not isinstance(text := _value_of(f"key={value}"), str) or text != text.strip():
        return override
    return f"{key}={text}" if prepared([f"{key}={text}"]) == [override] else override


def group_choices(group: str, own: bool = True) -> dict[str, Path]:
    """Return the files of a group by the name to choose them: what ships and, with `own`, the working directory's."""
    folder = shipped("experiments") if group == "experiment" else shipped("conf") / group
    files = [*(Path.cwd() / "conf" / group).glob("*.yaml")] if own else []
    files += folder.glob("*.yaml")  # last: what ships goes before
    return {file.stem: file for file in sorted(files, key=lambda file: file.stem)}


def groups() -> list[str]:
    """Return the groups that ship."""
    folders = (folder.name for folder in shipped("conf").iterdir() if any(folder.glob("*.yaml")))
    return sorted([*folders, "experiment"])


def as_override(words: Sequence[str]) -> str:
    """Return how options and words such as ``--model tfidf`` are written as an override."""
    key, equals, value = words[0].lstrip("-").partition("=")
    if not equals:
        value = words[1] if len(words) > 1 and not words[1].startswith("-") and "=" not in words[1] else "VALUE"
    return f"{key}={value}"


def _told_bare(word: str, following: str) -> str:
    if Path(word).is_file():
        return f"{word!r}: write corpus.path={word}"
    if word.split(".")[0] in groups() or word in ("seed", "name"):
        return f"{word!r}: write {as_override([word, following] if following else [word])}"
    if found := [f"{group}={word}" for group in groups() if group != "sweep" and word in group_choices(group)]:
        return f"{word!r}: write {' or '.join(found)}"
    if close := get_close_matches(word, groups(), 1):
        return f"{word!r}: write {as_override([close[0], following] if following else [close[0]])}"
    return f"{word!r}: settings are written KEY=VALUE, such as model=tfidf; `paratheme train --help` lists them"


def _check_file(key: str, value: str) -> None:
    group, name = key.lstrip("+~"), Path(value.strip("'\"")).stem
    if not value.strip("'\"").endswith(YAML) or group not in groups():
        return
    file = Path("conf", group, f"{name}.yaml")
    there = name in group_choices(group)
    told = f"the file is {file}" if there else f"{'put' if Path(value).is_file() else 'with'} the file at {file}"
    raise UsageError(f"{key}={value}: write {key}={name}, {told}")


def _readable(key: str, value: str, multirun: bool) -> str:
    """Return a value as Hydra's grammar takes it."""
    name = key.lstrip("+~")
    parts = name.split(".")
    is_place = len(parts) > 1 and parts[-1] in PLACES and parts[0] not in ("hydra", "sweep")
    if not _parses(f"key={value}"):
        return quoted(value)
    if not is_place or value == "null" or value[:1] in ("'", '"'):
        return value
    if multirun and not Path(value).exists():
        return value  # several places, one a run
    return value if _value_of(f"key={value}") == value else quoted(value)


def _value_of(override: str) -> Any:
    """Return what Hydra reads as the value of an override; None for several values."""
    from hydra.core.override_parser.overrides_parser import OverridesParser

    parsed = OverridesParser.create().parse_override(override)
    return None if parsed.is_sweep_override() else parsed.value()


def _parses(override: str) -> bool:
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from hydra.errors import HydraException

    try:
        OverridesParser.create().parse_override(override)
    except HydraException:
        return False
    return True


def _is_sweep(override: str) -> bool:
    from hydra.core.override_parser.overrides_parser import OverridesParser

    # what is composed of a key such as @package, and may be no override at all, Hydra tells
    return bool(OverridesParser.create().parse_override(f"key={override.partition('=')[2]}").is_sweep_override())
