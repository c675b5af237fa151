"""What is wrong is told in one line: where it stands, what was given, what is allowed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, TypeAdapter, field_validator, model_validator

from paratheme.errors import ParathemeError, UsageError, allowed, first_line, load_yaml, validated
from paratheme.types import Fraction, Settings, Share


class Tree(Settings):
    kind: Literal["tree"]
    depth: int = Field(3, ge=1)


class Line(Settings):
    kind: Literal["line"]
    slope: Fraction
    intercept: Share | None = None


class Entry(Settings):
    id: str
    words: dict[str, list[str]] = Field(default_factory=dict)


class Whole(Settings):
    """As a configuration: groups, each of which may come from a file of its own."""

    shape: Annotated[Tree | Line, Field(discriminator="kind")] = Tree(kind="tree")
    entries: list[Entry] = Field(default_factory=list)
    pair: Annotated[list[int], Field(min_length=2, max_length=2)] = Field(default_factory=lambda: [1, 2])
    line: Line | None = None
    loud: bool = False
    low: int = 0
    high: int = 9

    @field_validator("low")
    @classmethod
    def _even(cls, low: int) -> int:
        if low % 2:
            raise ValueError(f"{low} is odd; give an even number")
        return low

    @model_validator(mode="after")
    def _in_order(self) -> Whole:
        if self.low > self.high:
            raise ValueError(f"low={self.low} is above high={self.high}; change one of them")
        return self


def refusal(data: Any, files: dict[str, Path] | None = None, source: str = "") -> str:
    with pytest.raises(UsageError) as caught:
        validated(Whole, data, files, source)
    message = str(caught.value)
    assert "\n" not in message
    return message


def written(folder: Path, text: str, name: str = "set.yaml") -> Path:
    file = folder / name
    file.write_text(text, "utf-8")
    return file


# What was given and what is allowed


def test_what_is_right_becomes_settings() -> None:
    whole = validated(Whole, {"shape": {"kind": "line", "slope": 1}, "entries": [{"id": "a"}], "low": 2})
    assert whole == Whole(shape=Line(kind="line", slope=1.0), entries=[Entry(id="a")], low=2)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"high": 1.5}, "high=1.5: give a whole number"),
        ({"high": "9"}, "high=9: give a whole number"),
        ({"high": None}, "high=null: give a whole number"),
        ({"loud": "yes"}, "loud=yes: give true or false"),
        ({"high": True}, "high=true: give a whole number"),
        ({"shape": {"kind": "tree", "depth": 0}}, "shape.depth=0: give a whole number of at least 1"),
        ({"shape": {"kind": "line", "slope": 2}}, "shape.slope=2: give a number of at least 0 and up to 1"),
        ({"line": {"kind": "line", "slope": 0.5, "intercept": 1}}, "line.intercept=1: give a number above 0 and below"),
        ({"line": 7}, "line=7: give a mapping or null"),
        ({"entries": "a"}, "entries=a: give a list"),
        ({"entries": ["a"]}, "entries[1]=a: give a mapping"),
        ({"pair": [1]}, "pair=[1]: give a list of 2, each a whole number"),
        ({"pair": [1, "x"]}, "pair[2]=x: give a whole number"),
    ],
)
def test_the_setting_what_was_given_and_what_is_allowed_are_named(data: dict[str, Any], said: str) -> None:
    assert refusal(data).startswith(said)


def test_entries_of_a_list_are_called_by_their_id_or_else_counted_from_one() -> None:
    assert refusal({"entries": [{"id": "a"}, {"id": "b", "words": {"en": [7]}}]}) == (
        "entries[b].words.en[1]=7: give text"
    )
    assert refusal({"entries": [{"id": "a"}, {"words": {}}]}).startswith("entries[2].id is missing: give text")


def test_an_unknown_key_is_named_with_those_there_are() -> None:
    assert (
        refusal({"hihg": 3})
        == "there is no setting hihg; did you mean high? there are shape, entries, pair, line, loud, low, high"
    )
    assert refusal({"entries": [{"id": "a", "word": 1}]}) == (
        "there is no setting entries[a].word; did you mean words? there are id, words"
    )
    assert refusal({"shape": {"kind": "tree", "slope": 1}}) == "there is no setting shape.slope; there are kind, depth"
    assert refusal({"line": {"kind": "line", "slope": 1, "depth": 1}}) == (
        "there is no setting line.depth; there are kind, slope, intercept"
    )


def test_a_missing_key_is_named_with_what_to_give() -> None:
    assert refusal({"shape": {"kind": "line"}}) == ("shape.slope is missing: give a number of at least 0 and up to 1")


def test_one_of_several_kinds_is_told_by_its_name() -> None:
    assert refusal({"shape": {"kind": "circle"}}) == "shape.kind=circle: give one of line, tree"
    assert refusal({"shape": {"depth": 1}}) == "shape.kind is missing: give one of line, tree"


def test_a_check_of_our_own_says_what_it_says() -> None:
    assert refusal({"low": 3}) == "low: 3 is odd; give an even number"
    assert refusal({"low": 8, "high": 2}) == "low=8 is above high=2; change one of them"


def test_a_long_value_is_cut_and_one_of_several_lines_becomes_one() -> None:
    message = refusal({"high": "one\ntwo " + "x" * 200})
    assert message.startswith("high=one two xxx")
    assert message.endswith("...: give a whole number")
    assert len(message) < 100


def test_a_number_that_is_none_is_refused() -> None:
    for value in (float("nan"), float("inf")):
        assert refusal({"shape": {"kind": "line", "slope": value}}).startswith(f"shape.slope={value}: give a number")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Literal["a", "b"], "one of a, b"),
        (Literal["a"], "a"),
        (Literal["a", "b"] | None, "one of a, b or null"),
        (int | str, "a whole number or text"),
        (dict[str, int], "a mapping"),
        (list[Entry], "a list, each a mapping"),
        (Any, "another value"),
    ],
)
def test_what_is_allowed_is_told_in_words(kind: Any, words: str) -> None:
    assert allowed(TypeAdapter(kind).json_schema()) == words


# File and line

WRITTEN = """\
# a comment
low: 2
shape:
  kind: line
  slope: 3
entries:
  - id: a
  - id: b
    words: {en: [c]}
    word: d
"""


def test_the_file_and_the_line_of_what_is_wrong_are_named(tmp_path: Path) -> None:
    file = written(tmp_path, WRITTEN)
    assert refusal(load_yaml(file), {"": file}) == (
        f"{file}, line 5: shape.slope=3: give a number of at least 0 and up to 1"
    )
    file = written(tmp_path, WRITTEN.replace("slope: 3", "slope: 1"))
    assert refusal(load_yaml(file), {"": file}).startswith(f"{file}, line 10: there is no setting entries[b].word;")
    file = written(
        tmp_path, WRITTEN.replace("low: 2", "low: 3").replace("slope: 3", "slope: 1").replace("    word: d\n", "")
    )
    assert refusal(load_yaml(file), {"": file}) == f"{file}, line 2: low: 3 is odd; give an even number"


def test_where_a_key_is_missing_the_line_of_what_lacks_it_is_named(tmp_path: Path) -> None:
    file = written(tmp_path, "low: 2\nentries:\n  - id: a\n  - words: {}\n")
    assert refusal(load_yaml(file), {"": file}).startswith(f"{file}, line 4: entries[2].id is missing")


def test_a_group_with_a_file_of_its_own_is_told_as_it_stands_there(tmp_path: Path) -> None:
    file = written(tmp_path, "# a line\nkind: line\nslope: 3\n")
    data = {"low": 2, "shape": load_yaml(file)}
    assert refusal(data, {"shape": file}) == f"{file}, line 3: slope=3: give a number of at least 0 and up to 1"
    assert refusal({**data, "low": 3, "shape": {"kind": "tree"}}, {"shape": file}).startswith("low: 3 is odd")


def test_a_value_from_an_override_is_not_blamed_on_the_file(tmp_path: Path) -> None:
    file = written(tmp_path, "kind: line\nslope: 1\n")
    overridden = {"shape": {**load_yaml(file), "slope": 3}}
    assert refusal(overridden, {"shape": file}) == "shape.slope=3: give a number of at least 0 and up to 1"
    assert refusal({"shape": {**load_yaml(file), "depth": 3}}, {"shape": file}).startswith("there is no setting shape.")
    file = written(tmp_path, "low: 2\nhigh: 9\n")
    assert refusal({**load_yaml(file), "low": 3}, {"": file}) == "low: 3 is odd; give an even number"


def test_what_has_no_file_may_be_given_a_source() -> None:
    assert refusal({"low": 3}, source="mine.yaml") == "mine.yaml: low: 3 is odd; give an even number"


# Files that are no YAML


def test_a_tab_is_named_with_its_line_and_the_remedy(tmp_path: Path) -> None:
    file = written(tmp_path, "low: 2\nshape:\n\tkind: tree\n")
    with pytest.raises(UsageError) as caught:
        load_yaml(file)
    assert str(caught.value) == f"{file}, line 3: not readable as YAML: a tab; indent with spaces"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"low: 2\nname: caf\xe9\n", "line 2: not readable as YAML: not in UTF-8; save it as UTF-8"),
        ("low: 2\n".encode("utf-16"), "line 1: not readable as YAML: not in UTF-8; save it as UTF-8"),
        (
            b"low: 2\nname: a: b\n",
            "line 2: not readable as YAML: a colon within a value, or a line that is indented too",
        ),
        (
            b"- low: 2\n   high: 3\n",
            "line 2: not readable as YAML: a colon within a value, or a line that is indented too",
        ),
        (b"- low:\n  high: 3\n   a: 4\n", "line 3: not readable as YAML: "),
        (b"low: 2\n}\n", "line 2: not readable as YAML: "),
    ],
)
def test_what_is_no_yaml_is_told_with_its_line_and_the_remedy(tmp_path: Path, content: bytes, told: str) -> None:
    file = tmp_path / "set.yaml"
    file.write_bytes(content)
    with pytest.raises(UsageError) as caught:
        load_yaml(file)
    assert str(caught.value).startswith(f"{file}, {told}")
    assert ";" in str(caught.value)


@pytest.mark.parametrize("content", [b"low: [1", b"low: 2\nhigh: {", b"a: b: c", b"low: \xe9t\xe9", b"low: \x07"])
def test_what_is_no_yaml_is_refused_in_one_line_that_names_the_file(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "set.yaml"
    file.write_bytes(content)
    with pytest.raises(UsageError) as caught:
        load_yaml(file)
    assert str(caught.value).startswith(str(file))
    assert "not readable as YAML: " in str(caught.value)
    assert "\n" not in str(caught.value)


# Errors


def test_what_was_typed_wrongly_ends_with_another_status_than_what_went_wrong() -> None:
    assert (ParathemeError.exit_status, UsageError.exit_status) == (1, 2)
    assert issubclass(UsageError, ParathemeError)


def test_another_library_s_error_is_told_in_its_first_line_or_by_its_name() -> None:
    assert first_line(ValueError("\n  one\ntwo")) == "one"
    assert first_line(KeyError()) == "KeyError"


def test_a_key_that_is_there_twice_is_refused_by_its_line(tmp_path: Path) -> None:
    file = written(tmp_path, "shape:\n  kind: tree\n  kind: bush\n")
    with pytest.raises(UsageError, match=r"line 3: not readable as YAML: 'kind' is there twice"):
        load_yaml(file)
