"""Errors as users see them, a single line each, and the check of plain data that raises them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

Model = TypeVar("Model", bound="BaseModel")
Place = Sequence[int | str]  # keys and positions that lead to a value
LONGEST = 60  # characters of a value that is quoted
NOT_YAML = {  # what the parser says of a line -> what is wrong there, and what to do
    "\\t": "a tab; indent with spaces",
    "mapping values are not allowed": "a colon within a value, or a line that is indented too far; put the value in "
    "quotation marks, or indent the line as those beside it",
    "expected <block end>": "what stands there belongs to nothing above it; indent it as the lines beside it, or drop "
    "the sign that is too many",
}
CLOSE = 0.7  # of 1: how like a name a word is that may mean it


class ParathemeError(Exception):
    """Something the user can mend; the message names the file or setting, the place and the remedy."""

    exit_status = 1


class UsageError(ParathemeError):
    """Something that was typed or configured and cannot be, found before any work begins."""

    exit_status = 2


class WrongEntry(ValueError):
    """An entry of a list or mapping that a check of our own refuses.

    Attributes
    ----------
    place : sequence of int or str
        Keys and positions that lead to it from what is checked.
    """

    def __init__(self, told: str, place: Place) -> None:
        super().__init__(told)
        self.place = place


def first_line(error: BaseException) -> str:
    """Return the first line of another library's error, or its name where it says nothing."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def known_names(word: str, names: Iterable[str]) -> str:
    """Return which names there are, for a word that is none of them; the one that may be meant first."""
    names = list(names)
    close = get_close_matches(word, names, 1, CLOSE)
    return f"{f'did you mean {close[0]}? ' if close else ''}there are {', '.join(names)}"


def load_yaml(file: Path) -> Any:
    """Read a YAML file as plain data.

    Raises
    ------
    UsageError
        If it is not YAML, or names a key twice; names the line and the remedy.
    """
    import yaml  # type: ignore[import-untyped,unused-ignore]

    def once(loader: Any, node: Any, deep: bool = False) -> Any:
        seen = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value!r} is there twice", key.start_mark)
            seen.add(key.value if isinstance(key, yaml.ScalarNode) else id(key))
        return kind.construct_mapping(loader, node, deep)

    kind = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C: ten times as fast
    try:
        text = file.read_text("utf-8")
        try:
            return yaml.load(text, type("OnceLoader", (kind,), {"construct_mapping": once}))
        except yaml.constructor.ConstructorError:
            raise
        except yaml.YAMLError:
            return yaml.safe_load(text)  # says more of what is wrong
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UsageError(yaml_error(error, str(file))) from error


def yaml_error(error: Exception, file: str) -> str:
    """Return one line that says where a file is no YAML, and what to do."""
    if isinstance(error, UnicodeDecodeError):
        line = error.object[: error.start].count(b"\n") + 1
        return f"{file}, line {line}: not readable as YAML: not in UTF-8; save it as UTF-8"
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or first_line(error)
    known = (told for said, told in NOT_YAML.items() if said in problem)
    told = next(known, f"{problem}; mend it, or put the value in quotation marks")
    return f"{file}{f', line {mark.line + 1}' if mark else ''}: not readable as YAML: {told}"


def validated(kind: type[Model], data: Any, files: Mapping[str, Path] | None = None, source: str = "") -> Model:
    """Make checked settings of plain data.

    Parameters
    ----------
    kind : type
        A pydantic model.
    data : mapping
    files : mapping of str to Path, optional
        The YAML file that a group of `data` comes from, by the group's key; ``""``: all of it.
    source : str, optional
        What the message begins with where no file is known.

    Raises
    ------
    UsageError
        For the first thing that cannot be: where it stands, what was given and what is allowed.
    """
    from pydantic import ValidationError

    try:
        return kind.model_validate(data)
    except ValidationError as error:
        raise UsageError(_told(error, kind, data, files or {}, source)) from error


def _told(error: ValidationError, kind: type[BaseModel], data: Any, files: Mapping[str, Path], source: str) -> str:
    first = error.errors()[0]
    entry = getattr(first.get("ctx", {}).get("error"), "place", ())
    place, schema = _walk((*first["loc"], *entry), kind.model_json_schema())
    said, where = first["type"], source
    if said in ("union_tag_invalid", "union_tag_not_found"):
        name = schema["discriminator"]["propertyName"]
        place, schema = [*place, name], {"enum": list(schema["discriminator"]["mapping"])}
        said = "missing" if said == "union_tag_not_found" else said
    group = next((key for key in ("", *map(str, place[:1])) if key in files), None)
    if group is not None:
        inside, inner = (place, data) if group == "" else (place[1:], data[group])
        if line := _line(files[group], inside, inner, said):
            where = f"{files[group]}, line {line}"
            place, data = (inside, inner) if inside else (place, data)
    value = _value(data, place)
    given = f"={_quoted(value if value is not None else first['input'])}" if said != "missing" else ""
    if said == "extra_forbidden":
        _, parent = _walk(first["loc"][:-1], kind.model_json_schema())
        known = _with_entries(parent, parent["$defs"]).get("properties", {})
        text = f"there is no setting {_path(place, data)}; {known_names(str(place[-1]), known)}"
    elif said in ("value_error", "assertion_error"):
        text = f"{_path(place, data) + ': ' if place else ''}{first['ctx']['error']}"
    else:
        text = f"{_path(place, data)}{' is missing' if said == 'missing' else given}: give {allowed(schema)}"
    return f"{where}: {text}" if where else text


def allowed(schema: Mapping[str, Any]) -> str:
    """Return what a JSON schema lets be given, in words, such as ``a whole number of at least 1``."""
    if choices := schema.get("enum") or ([schema["const"]] if "const" in schema else None):
        return f"{'one of ' if len(choices) > 1 else ''}{', '.join(map(str, choices))}"
    if alternatives := schema.get("anyOf") or schema.get("oneOf"):
        options = (_resolved(option, schema.get("$defs", {})) for option in alternatives)
        return " or ".join(dict.fromkeys(map(allowed, options)))
    words = {"integer": "a whole number", "number": "a number", "boolean": "true or false", "string": "text"}
    words |= {"null": "null", "object": "a mapping"}
    kind = schema.get("type", "")
    if kind == "array":
        items = _resolved(schema.get("items", {}), schema.get("$defs", {}))
        length = f" of {schema['minItems']}" if schema.get("minItems", 0) == schema.get("maxItems") else ""
        return f"a list{length}, each {allowed({'$defs': schema.get('$defs', {}), **items})}"
    bounds = {"minimum": "of at least", "exclusiveMinimum": "above", "maximum": "up to", "exclusiveMaximum": "below"}
    told = [f"{word} {schema[key]:g}" for key, word in bounds.items() if key in schema]
    told += ["that is not empty"] if schema.get("minLength") or schema.get("minProperties") else []
    return " ".join([words.get(kind, "another value"), " and ".join(told)]).strip()


def _walk(loc: Place, schema: Mapping[str, Any]) -> tuple[list[int | str], Mapping[str, Any]]:
    """Return the place as users see it, without the tags of unions, and the schema there."""
    known, place, here = schema.get("$defs", {}), [], schema
    for part in loc:
        here = _resolved(here, known)
        here = _with_entries(here, known)
        if part in (tags := here.get("discriminator", {}).get("mapping", {})):
            here = {"$ref": tags[part]}
            continue
        place.append(part)
        inside = here.get("properties", {}).get(part) or here.get("items") or here.get("additionalProperties")
        here = inside if isinstance(inside, Mapping) else {}
    return place, {**_resolved(here, known), "$defs": known}


def _resolved(schema: Mapping[str, Any], known: Mapping[str, Any]) -> Mapping[str, Any]:
    return known[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def _with_entries(schema: Mapping[str, Any], known: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schema of a mapping or list that may also be something else, such as null."""
    options = [_resolved(option, known) for option in schema.get("anyOf", ())]
    return next((option for option in options if {"properties", "items", "additionalProperties"} & {*option}), schema)


def _value(data: Any, place: Place) -> Any:
    for part in place:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _path(place: Place, data: Any) -> str:
    """Return a place as it is typed, entries of lists by their id or name."""
    path = ""
    for depth, part in enumerate(place, start=1):
        if isinstance(part, int):
            entry = _value(data, place[:depth])
            named = entry.get("id") or entry.get("name") if isinstance(entry, Mapping) else None
            path += f"[{named or part + 1}]"
        else:
            path += f"{'.' if path else ''}{part}"
    return path


def _quoted(value: Any) -> str:
    text = " ".join((json.dumps(value) if value is None or isinstance(value, bool) else str(value)).split())
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def _line(file: Path, place: Place, data: Any, said: str) -> int | None:
    """Return the line of a YAML file at which a value stands; None where the value comes from elsewhere."""
    import yaml

    text = file.read_text("utf-8")
    known = place[:-1] if said == "missing" else place
    if known and _value(yaml.safe_load(text), known) != _value(data, known):
        return None
    node, line = yaml.compose(text), 0
    for part in place:
        if isinstance(node, yaml.MappingNode):
            entry = next(((key, value) for key, value in node.value if key.value == str(part)), None)
            if entry is None:
                break
            line, node = entry[0].start_mark.line, entry[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line
        else:
            break
    return line + 1
