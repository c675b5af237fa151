"""Where filed blocks go: what is wrong with that is told before a model is asked for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from paratheme.cli.output import output_of
from paratheme.errors import UsageError
from tests.cli.conftest import Command


@pytest.mark.parametrize(
    ("name", "given", "form"),
    [
        ("a.txt", None, "table"),
        ("a.JSONL", None, "jsonl"),
        ("a.ndjson", "jsonl", "jsonl"),
        ("a.b.csv", None, "csv"),
        ("a.csv.gz", None, "csv"),
        ("a.tsv", None, "tsv"),
        ("a.parquet", None, "parquet"),
        ("a.xlsx", None, "xlsx"),
        ("a.html", None, "html"),
        ("a.out", "csv", "csv"),
    ],
)
def test_the_name_of_the_file_says_the_format(tmp_path: Path, name: str, given: str | None, form: str) -> None:
    assert output_of(tmp_path / name, given, force=False, resume=False).form == form


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("a", None, "which format is not said; end its name in one of .txt, .jsonl"),
        ("a.docx", None, "which format is not said"),
        ("a.csv", "jsonl", "ends in .csv, and --format says jsonl; change one"),
        ("a.parquet.gz", None, "only jsonl, csv, tsv can be packed"),
        ("no/a.csv", None, "there is no folder"),
        ("file/a.csv", None, "there is no folder"),
        (".", "csv", "is a folder; name a file"),
    ],
)
def test_what_cannot_be_written_is_told_before_anything_is_read(
    tmp_path: Path, name: str, given: str | None, said: str, command: Command
) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    typed = ["predict", tmp_path / "nowhere.csv", "--model", "/no/model", "--output", tmp_path / name]
    told = command(*typed, *(["--format", given] if given else []), status=2).err
    assert said in told
    assert told.count("\n") == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(UsageError, match="cannot be written"):
        output_of(tmp_path / "a.csv", None, force=False, resume=False)


def test_a_file_that_exists_is_overwritten_by_force_alone_and_not_before_all_is_done(
    tmp_path: Path, document: Path, model: Path, command: Command
) -> None:
    output = tmp_path / "out.csv"
    output.write_text("mine", "utf-8")
    typed = ["predict", document, "--model", model, "--output", output]
    assert command(*typed, status=2).err == f"paratheme: {output}: exists; --force overwrites it\n"
    command("predict", document, "--model", "/no/model", "--output", output, "--force", status=1)
    assert output.read_text("utf-8") == "mine"
    command(*typed, "--force")
    assert "gaza" in output.read_text("utf-8")


def test_a_device_is_written_as_it_is(document: Path, model: Path, command: Command) -> None:
    command("predict", document, "--model", model, "--format", "jsonl", "--output", "/dev/null")
    assert not Path("/dev/null.part").exists()
    assert (
        "--resume goes on"
        in command("predict", document, "--output", "/dev/null", "--format", "jsonl", "--resume", status=2).err
    )


@pytest.mark.parametrize("typed", [[], ["--format", "jsonl"], ["--output", "o.parquet"], ["--output", "o.xlsx"]])
def test_what_cannot_be_gone_on_with_is_told_with_the_formats_that_can(typed: list[str], command: Command) -> None:
    assert "of --format jsonl, csv, tsv" in command("predict", "a", *typed, "--resume", status=2).err


def test_where_excel_cannot_be_written_that_is_told_first(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert "pip install 'paratheme[xlsx]'" in command("predict", "a", "--output", "o.xlsx", status=2).err
