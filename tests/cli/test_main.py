"""Commands: what they exit with, what they say, and that looking at the help loads nothing heavy."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from paratheme import __version__, cli
from paratheme.cli import predict
from paratheme.errors import ParathemeError, UsageError
from tests.cli.conftest import Command

HEAVY = ("torch", "mlflow", "sklearn", "transformers", "pandas", "numpy", "hydra", "datasets", "scipy", "lxml")
COMMANDS = ("train", "segment", "predict", "evaluate", "compare", "promote", "ui")


@pytest.fixture
def predict_that(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Make ``predict`` end as the test wants it to."""

    def set_end(end: Any) -> None:
        def execute(options: Any) -> int:
            """End."""
            if isinstance(end, BaseException):
                raise end
            return int(end() if callable(end) else end)

        monkeypatch.setattr(predict, "execute", execute)

    return set_end


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(28, "No space left on device"), "no space left on device; free some and type it again"),
        (PermissionError(13, "Permission denied", "a.csv"), "a.csv: permission denied; choose a place that may be"),
        (
            FileNotFoundError(2, "No such file or directory", "/proc/x.csv"),
            "/proc/x.csv: no such file or directory; see",
        ),
    ],
)
def test_a_file_that_cannot_be_written_is_told_with_what_helps(
    error: OSError, told: str, predict_that: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    predict_that(error)
    assert cli.main(["predict", "a.txt"]) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"paratheme: {told}")
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [[], ["--help"], ["--version"], *([command, "--help"] for command in COMMANDS if command != "train"), ["predict"]],
)
def test_help_and_version_and_wrong_usage_import_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys; from paratheme import cli\n"
        "try: cli.main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        f"print('heavy:', *sorted(set({HEAVY!r}) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "heavy:"


def test_importing_the_package_imports_nothing_heavy_and_gives_what_is_public_when_asked() -> None:
    code = (
        f"import sys, paratheme; print(*sorted(set({HEAVY!r}) & set(sys.modules)));"
        "from paratheme import Prediction, ThemeClassifier, load;"
        "print(ThemeClassifier.__name__, Prediction.__name__, load.__name__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["", "ThemeClassifier Prediction load"]
    with pytest.raises(ImportError, match="nonsense"):
        from paratheme import nonsense  # noqa: F401


def test_the_module_runs_as_the_command_does() -> None:
    done = subprocess.run([sys.executable, "-m", "paratheme", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"paratheme {__version__}\n"


def test_without_a_command_the_help_is_shown(command: Command) -> None:
    shown = command().out
    assert all(name in shown for name in COMMANDS)
    assert "Exit status" in shown


def test_every_command_says_in_a_sentence_what_it_does(command: Command) -> None:
    shown = command("--help").out
    for name in COMMANDS:
        (line,) = [line for line in shown.splitlines() if line.split()[:1] == [name]]
        assert len(line.split()) > 3


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["--nonsense"],
        ["predict"],
        ["predict", "a.txt", "--format", "xml"],
        ["predict", "a.txt", "--nonsense"],
        ["predict", "a.txt", "b=c", "--prior", "gaza"],
        ["ui", "--port", "many"],
        ["ui", "more"],
        ["segment", "a.txt", "--part", "half"],
        ["train", "model=oracle"],
        ["evaluate", "models:/paratheme/1"],
        ["evaluate", "m", "c", "--part", "half"],
        ["evaluate", "m", "c", "--parts", "corpus.name=d"],
        ["evaluate", "m", "c", "--resamples", "0"],
        ["compare", "--by", "weather"],
        ["compare", "--resamples", "many"],
        ["compare", "--resamples", "0"],
        ["compare", "--confidence", "95"],
        ["promote"],
        ["promote", "run", "--undo"],
        ["promote", "run", "--force"],
        ["promote", "run", "--reason", "because"],
    ],
)
def test_wrong_usage_exits_with_two_and_says_what_is_wrong(arguments: list[str], command: Command) -> None:
    said = command(*arguments, status=2)
    assert said.out == ""
    assert "paratheme" in said.err
    assert "Traceback" not in said.err


def test_a_wrong_setting_exits_with_two_and_one_line(tmp_path: Path) -> None:
    typed = [sys.executable, "-m", "paratheme", "train", "seed=one"]
    done = subprocess.run(typed, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "paratheme: seed=one: give a whole number of at least 0\n"
    assert list(tmp_path.iterdir()) == [], "and nothing is begun"


@pytest.mark.parametrize(
    ("error", "status", "line"),
    [
        (ParathemeError("corpus.jsonl, line 3: not JSON"), 1, "paratheme: corpus.jsonl, line 3: not JSON"),
        (UsageError("seed=one: give a number"), 2, "paratheme: seed=one: give a number"),
        (RuntimeError("boom\nand more"), 1, "paratheme: RuntimeError: boom (--debug shows where)"),
        (KeyError(), 1, "paratheme: KeyError: KeyError (--debug shows where)"),
    ],
)
def test_an_error_is_one_line_on_standard_error_and_decides_the_exit_status(
    predict_that: Any, command: Command, error: Exception, status: int, line: str
) -> None:
    predict_that(error)
    said = command("predict", "a.txt", status=status)
    assert (said.out, said.err) == ("", f"{line}\n")


@pytest.mark.parametrize("arguments", [["--debug", "predict", "a.txt"], ["predict", "a.txt", "--debug"]])
def test_debug_shows_where_an_error_comes_from(predict_that: Any, arguments: list[str]) -> None:
    predict_that(ParathemeError("wrong"))
    with pytest.raises(ParathemeError, match="wrong"):
        cli.main(arguments)


@pytest.mark.parametrize(("typed", "told"), [(["--debug"], True), ([], False)])
def test_debug_tells_what_was_chosen_for_this_machine(predict_that: Any, typed: list[str], told: bool) -> None:
    predict_that(0)
    cli.main(["predict", "a.txt", *typed])
    assert logging.getLogger("paratheme.models").isEnabledFor(logging.DEBUG) is told


@pytest.mark.parametrize("status", [0, 1])
def test_the_status_of_a_command_is_the_status_of_the_program(predict_that: Any, command: Command, status: int) -> None:
    predict_that(status)
    command("predict", "a.txt", status=status)


def test_an_interrupt_exits_as_shells_expect(predict_that: Any, command: Command) -> None:
    predict_that(KeyboardInterrupt())
    assert command("predict", "a.txt", status=130).err == "paratheme: interrupted\n"


def test_to_be_told_to_end_is_to_be_interrupted(predict_that: Any, command: Command) -> None:
    predict_that(lambda: signal.raise_signal(signal.SIGTERM) or 0)
    command("predict", "a.txt", status=130)


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    code = (
        "import sys; from paratheme import cli; from paratheme.cli import predict\n"
        "def execute(options):\n"
        "    'Print.'\n"
        "    for line in range(100000): print(line)\n"
        "    return 0\n"
        "predict.execute = execute\n"
        "sys.exit(cli.main(['predict', 'a.txt']))"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert (process.stderr.read(), process.wait(timeout=60)) == (b"", 0)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-16"])
def test_results_are_utf8_whatever_the_encoding_of_the_terminal(encoding: str, tmp_path: Path) -> None:
    name = os.fsdecode("é-".encode() + b"\xe9.txt")  # a name whose last letter is no UTF-8
    (tmp_path / name).write_text("غزة بلا خبز منذ اثنين ✓", encoding="utf-8")
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    done = subprocess.run(
        [sys.executable, "-m", "paratheme", "segment", "."],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    (block,) = [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]
    assert (block["document"], block["text"]) == (name, "غزة بلا خبز منذ اثنين ✓")
