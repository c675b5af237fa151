"""Wrong usage of commands is one line with what to type instead; train shows what it would do."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from paratheme import cli


def told(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 2) -> tuple[str, str]:
    try:
        ended = cli.main(arguments)
    except SystemExit as end:
        ended = int(end.code or 0)
    said: Any = capsys.readouterr()
    assert ended == status, said.err
    return said.out, said.err


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["trian"], "paratheme: there is no command 'trian'; did you mean train?"),
        (["--debug", "comapre", "--by", "theme"], "paratheme: there is no command 'comapre'; did you mean compare?"),
        (["xyz"], f"paratheme: there is no command 'xyz'; there are {', '.join(cli.COMMANDS)}"),
        (
            ["train", "--model", "tfidf", "seed=1"],
            "paratheme train: there is no option --model; settings are written without dashes: model=tfidf; "
            "see paratheme train --help",
        ),
        (
            ["train", "seed=1", "--model=tfidf"],
            "paratheme train: there is no option --model=tfidf; settings are written without dashes: model=tfidf; "
            "see paratheme train --help",
        ),
        (["train", "-x"], "paratheme train: there is no option or argument -x; see paratheme train --help"),
        (["predict"], "paratheme predict: the following arguments are required: PATH; see paratheme predict --help"),
        (["--nonsense"], "paratheme: there is no option or argument --nonsense; see paratheme --help"),
        (["train", "model", "tfidf"], "paratheme: 'model': write model=tfidf"),
    ],
)
def test_wrong_usage_is_one_line(arguments: list[str], line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, *arguments) == ("", f"{line}\n")


def test_the_configuration_of_a_run_is_shown_as_yaml_and_nothing_is_trained(capsys: pytest.CaptureFixture[str]) -> None:
    out, err = told(capsys, "train", "--cfg", "job", "model=tfidf", "seed=3", "themes=sib200", status=0)
    config = yaml.safe_load(out)
    assert (config["model"]["model_type"], config["seed"], err) == ("tfidf", 3, "")
    assert config["themes"]["name"] == "sib200"


def test_the_configuration_of_several_runs_or_of_none_is_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert "leave -m" in told(capsys, "train", "--cfg", "job", "-m", "model=tfidf,lexicon")[1]
    assert "add -m" in told(capsys, "train", "--cfg", "job", "model=tfidf,lexicon")[1]
    assert "seed=abc: give a whole number" in told(capsys, "train", "--cfg", "job", "seed=abc")[1]


def test_the_help_of_train_lists_what_can_be_configured(capsys: pytest.CaptureFixture[str]) -> None:
    out, _ = told(capsys, "train", "--help", status=0)
    assert out.startswith("usage: paratheme train")
    for told_there in ("  model=tfidf ", "  model.C ", "  experiment=quick ", "  corpus.separator ", "  seed "):
        assert told_there in out
