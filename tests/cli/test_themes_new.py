"""`paratheme themes new`: from a definition and examples to files that the other commands take."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import mlflow
import pytest

from paratheme import ThemeClassifier, cli
from paratheme.cli import themes_new
from paratheme.corpus.label_file import TextBlock
from paratheme.training.compose import compose

pytestmark = pytest.mark.slow

ABOUT = "Famine threatens families and bread has become too dear"
OTHER = "The museum opened its doors and children played music"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_encoder: Path) -> Path:
    """A working directory with examples and documents, a tiny encoder, and a few texts in place of the seeds."""

    def small(overrides: Any = ()) -> Any:
        return compose([*overrides, f"encoder.path={tiny_encoder}", "encoder.max_length=32"])

    def others(languages: Any) -> list[TextBlock]:
        texts = [f"{OTHER} near the mill, number {number}" for number in range(30)]
        return [TextBlock(f"seeds/{i}", 0, len(text), "paragraph", "en", text) for i, text in enumerate(texts)]

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("paratheme.training.compose.compose", small)
    monkeypatch.setattr("paratheme.training.new_theme.compose", small)
    monkeypatch.setattr("paratheme.training.new_theme.seed_blocks", others)
    monkeypatch.setattr("paratheme.training.word_proposals.NEAR", 2)  # random weights find everything alike
    written("examples.jsonl", [f"{ABOUT} in district {number}" for number in range(6)])
    written("inbox.jsonl", [f"{sentence} today, says report {n}" for n in range(6) for sentence in (ABOUT, OTHER)])
    return tmp_path


def written(file: str, texts: list[str]) -> None:
    Path(file).write_text("".join(json.dumps({"text": text, "language": "en"}) + "\n" for text in texts), "utf-8")


def begin(*more: str, name: str = "hunger") -> int:
    given = ["theme", "new", name, "--definition", "Hunger, famine and the price of bread."]
    return cli.main([*given, "--examples", "examples.jsonl", *more])


def test_what_is_written_is_taken_by_the_commands_that_come_next(
    empty_store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert begin("--documents", "inbox.jsonl") == 0
    out = capsys.readouterr().out
    for file in ("conf/themes/hunger.yaml", "hunger-labels.jsonl", "hunger-first.jsonl", "hunger-model"):
        assert f"wrote  {file}" in out
    assert "of 7 examples, the definition among them, it finds " in out
    assert "paratheme train themes=hunger corpus.path=hunger-labels.jsonl model=frozen" in out
    sources = [json.loads(line)["source"] for line in Path("hunger-first.jsonl").read_text("utf-8").splitlines()]
    assert (sources.count("annotator"), sources.count("weak")) == (7, 30)
    assert len(Path("hunger-labels.jsonl").read_text("utf-8").splitlines()) == 7
    chosen = [json.loads(line)["text"] for line in Path("hunger-next.jsonl").read_text("utf-8").splitlines()]
    assert chosen
    assert not any("district" in text for text in chosen)
    assert ThemeClassifier.load(Path("hunger-model")).themes.ids == ("hunger",)
    shutil.copy(empty_store, "mlflow.db")
    first = ["themes=hunger", "corpus.path=hunger-first.jsonl", "model=lexicon", "checks=none"]
    tracking = [f"tracking.uri=sqlite:///{Path.cwd()}/mlflow.db", "tracking.log_model=false"]
    before = mlflow.get_tracking_uri()
    try:
        assert cli.main(["train", *first, *tracking, "split.group_translations=false"]) == 0
    finally:
        mlflow.set_tracking_uri(before)


def test_a_file_that_is_there_stays_and_nothing_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    Path("hunger-labels.jsonl").write_text("mine")
    before = sorted(Path().rglob("*"))
    assert begin() == 2
    assert "hunger-labels.jsonl: is there already; choose another name, or move it away" in capsys.readouterr().err
    assert sorted(Path().rglob("*")) == before


def test_where_it_is_interrupted_nothing_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("paratheme.training.new_theme.first_classifier", interrupted)
    assert begin() == 130
    assert sorted(path.name for path in Path().rglob("*.*")) == ["examples.jsonl", "inbox.jsonl"]


@pytest.mark.parametrize(
    ("name", "said"), [("oic", "comes with paratheme"), ("Hunger", "is no name of a theme"), ("../x", "is no name")]
)
def test_a_name_that_cannot_be_is_refused(name: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert begin(name=name) == 2
    assert said in capsys.readouterr().err


def test_too_few_examples_are_refused_with_how_many_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    written("examples.jsonl", [ABOUT] * (themes_new.FEWEST - 1))
    assert begin() == 1
    assert f"examples.jsonl: 4 examples; give {themes_new.FEWEST} at least" in capsys.readouterr().err
