"""Commands: what they exit with, what they say, and that looking at the help loads nothing heavy."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from paratheme import __version__, cli
from paratheme.errors import ParathemeError

HEAVY = ("torch", "mlflow", "sklearn", "transformers", "pandas", "numpy", "hydra", "datasets", "scipy", "lxml")
COMMANDS = ("train", "segment", "predict", "evaluate", "compare", "promote", "ui")


@pytest.fixture(autouse=True)
def _signal_handler_of_the_tests() -> Iterator[None]:
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def predict_that(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Make ``predict`` end as the test wants it to."""
    from paratheme.classifier import predict

    def set_end(end: Any) -> None:
        def run(*_: Any) -> int:
            if isinstance(end, BaseException):
                raise end
            return int(end)

        monkeypatch.setattr(predict, "run", run)

    return set_end


def exit_status(*arguments: str) -> int:
    try:
        return cli.main(arguments)
    except SystemExit as end:
        return int(end.code or 0)


@pytest.mark.parametrize(
    "arguments", [[], ["--help"], ["--version"], *([command, "--help"] for command in COMMANDS), ["predict"]]
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


def test_importing_the_package_imports_nothing_heavy_and_gives_the_classifier_when_asked() -> None:
    code = (
        f"import sys, paratheme; print(*sorted(set({HEAVY!r}) & set(sys.modules)));"
        "from paratheme import Prediction, ThemeClassifier; print(ThemeClassifier.__name__, Prediction.__name__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["", "ThemeClassifier Prediction"]
    with pytest.raises(ImportError, match="nonsense"):
        from paratheme import nonsense  # noqa: F401


def test_the_module_runs_as_the_command_does() -> None:
    done = subprocess.run([sys.executable, "-m", "paratheme", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"paratheme {__version__}\n"


def test_without_a_command_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_status() == 0
    shown = capsys.readouterr().out
    assert all(command in shown for command in COMMANDS)
    assert "Exit status" in shown


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["--nonsense"],
        ["predict"],
        ["predict", "a.txt", "--format", "xml"],
        ["predict", "a.txt", "--nonsense"],
        ["ui", "--port", "many"],
        ["segment", "a.txt", "--part", "half"],
        ["train", "model=oracle"],
        ["evaluate", "models:/paratheme/1"],
        ["evaluate", "m", "c", "--part", "half"],
        ["evaluate", "m", "c", "--parts", "corpus.name=d"],
        ["compare", "--by", "weather"],
        ["compare", "--draws", "many"],
        ["promote"],
        ["promote", "run", "--undo"],
        ["promote", "run", "--force"],
        ["promote", "run", "--reason", "because"],
    ],
)
def test_wrong_usage_exits_with_two_and_says_what_is_wrong(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_status(*arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "paratheme" in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (ParathemeError("corpus.jsonl, line 3: not JSON"), "paratheme: corpus.jsonl, line 3: not JSON"),
        (RuntimeError("boom\nand more"), "paratheme: RuntimeError: boom (--debug shows where)"),
        (KeyError(), "paratheme: KeyError:  (--debug shows where)"),
    ],
)
def test_an_error_is_one_line_on_standard_error_and_exits_with_one(
    predict_that: Any, error: Exception, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    predict_that(error)
    assert exit_status("predict", "a.txt") == 1
    assert capsys.readouterr() == ("", f"{line}\n")


@pytest.mark.parametrize("arguments", [["--debug", "predict", "a.txt"], ["predict", "a.txt", "--debug"]])
def test_debug_shows_where_an_error_comes_from(predict_that: Any, arguments: list[str]) -> None:
    predict_that(ParathemeError("wrong"))
    with pytest.raises(ParathemeError, match="wrong"):
        cli.main(arguments)


@pytest.mark.parametrize("status", [0, 1])
def test_the_status_of_a_command_is_the_status_of_the_program(predict_that: Any, status: int) -> None:
    predict_that(status)
    assert exit_status("predict", "a.txt") == status


def test_an_interrupt_exits_as_shells_expect(predict_that: Any, capsys: pytest.CaptureFixture[str]) -> None:
    predict_that(KeyboardInterrupt())
    assert exit_status("predict", "a.txt") == 130
    assert capsys.readouterr().err == "paratheme: interrupted\n"


def test_to_be_told_to_end_is_to_be_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    from paratheme.classifier import predict

    monkeypatch.setattr(predict, "run", lambda *_: signal.raise_signal(signal.SIGTERM) or 0)
    assert exit_status("predict", "a.txt") == 130


def test_overrides_reach_training_wherever_the_switch_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    from paratheme.training import config as experiment

    asked: list[Any] = []
    monkeypatch.setattr(experiment, "run_experiment", lambda *given: asked.append(given) or 0)
    assert exit_status("train", "model=tfidf", "-m", "seed=1,2") == 0
    assert exit_status("train", "experiment=quick") == 0
    assert exit_status("train", "~split", "+new.key=1") == 0
    assert [(sorted(overrides), multirun) for overrides, multirun in asked] == [
        (["model=tfidf", "seed=1,2"], True),
        (["experiment=quick"], False),
        (["+new.key=1", "~split"], False),
    ]


def test_what_was_typed_after_predict_reaches_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from paratheme.classifier import predict

    asked: list[Any] = []
    monkeypatch.setattr(predict, "run", lambda *given: asked.append(given) or 0)
    exit_status("predict", "a", "b", "--model", "runs:/1", "--format", "csv", "--output", "o.csv")
    exit_status("predict", "a")
    assert asked == [(["a", "b"], "runs:/1", "csv", Path("o.csv"), {}), (["a"], None, "table", None, {})]


def test_what_was_typed_after_evaluate_compare_and_promote_reaches_them(monkeypatch: pytest.MonkeyPatch) -> None:
    from paratheme.evaluation.bootstrap import Resampling
    from paratheme.tracking import leaderboard as compare
    from paratheme.tracking import promotion as promote
    from paratheme.training import evaluate as model_evaluation

    asked: list[Any] = []
    for module in (compare, model_evaluation, promote):
        monkeypatch.setattr(module, "run", lambda *given: asked.append(given) or 0)
    monkeypatch.setattr(promote, "undo", lambda: asked.append("undo") or 0)
    exit_status("evaluate", "m", "c", "corpus.separator=,", "--part", "all", "corpus.columns.text=a", "--draws", "9")
    exit_status("compare")
    exit_status("compare", "a", "b", "--by", "theme", "--by", "language", "--markdown", "--confidence", "0.9")
    exit_status("promote", "a")
    exit_status("promote", "a", "--margin", "0", "--force", "--reason", "why")
    exit_status("promote", "--undo")
    assert asked == [
        ("m", "c", "all", ["corpus.separator=,", "corpus.columns.text=a"], Resampling(draws=9)),
        ([], [], "table", Resampling(), 20),
        (["a", "b"], ["theme", "language"], "markdown", Resampling(confidence=0.9), 20),
        ("a", 0.02, None),
        ("a", 0.0, "why"),
        "undo",
    ]


def test_segment_without_anything_to_read_says_what_to_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_status("segment") == 2
    assert "--evaluate CORPUS" in capsys.readouterr().err
