"""init, themes check and explain: what they write, print and refuse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from paratheme import ThemeClassifier, cli
from paratheme.classifier.calibration import Calibration
from paratheme.cli.init import init
from paratheme.cli.isolated import FSI, PDI, isolated, show_words
from paratheme.cli.themes import theme_set
from paratheme.errors import UsageError
from paratheme.models.lexicon import LexiconModel
from paratheme.themes.theme_set import ThemeSet


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> tuple[str, str]:
    ended = cli.main(arguments)
    said: Any = capsys.readouterr()
    assert ended == status, said.err
    return said.out.replace(FSI, "").replace(PDI, ""), said.err


# init


def test_a_theme_file_and_a_table_are_written_and_what_to_do_next_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, _ = told(capsys, "init", "desk")
    assert (folder / "desk-labels.csv").read_text() == "text,themes,language,story\n"
    themes = ThemeSet.from_file(folder / "conf" / "themes" / "desk.yaml")
    assert (themes.name, themes.ids) == ("desk", ("cholera", "elections"))
    for line in (
        "paratheme themes check desk YOUR_DOCUMENTS",
        "paratheme train themes=desk corpus.path=desk-labels.csv",
    ):
        assert line in out


@pytest.mark.parametrize("there", ["conf/themes/desk.yaml", "desk-labels.csv"])
def test_nothing_is_written_over(there: str, folder: Path) -> None:
    (folder / there).parent.mkdir(parents=True, exist_ok=True)
    (folder / there).write_text("mine")
    with pytest.raises(UsageError, match="is there already and stays as it is"):
        init("desk")
    assert [path.read_text() for path in folder.rglob("*.*")] == ["mine"]


@pytest.mark.parametrize(
    ("name", "said"),
    [("oic", "comes with paratheme"), ("my desk", "is no name"), ("../desk", "is no name"), ("", "is no name")],
)
def test_a_name_that_cannot_be_is_refused(name: str, said: str, folder: Path) -> None:
    with pytest.raises(UsageError, match=said):
        init(name)
    assert list(folder.iterdir()) == []


# themes check


def test_what_words_find_in_documents_is_told_theme_by_theme(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    init("desk")
    (folder / "a.txt").write_text("The ministry counts 30 cases of cholera in the river districts this week.", "utf-8")
    out, err = told(capsys, "themes", "check", "desk", "a.txt")
    words = [line.split() for line in out.splitlines()]
    assert "cholera: words in en (2), fr (1), ar (1)" in [" ".join(row) for row in words]
    assert [row[:4] for row in words if row[:2] == ["cholera", "en"]] == [["cholera", "en", "decides", "1"]]
    assert "find nothing: Vibrio cholerae (en), كوليرا (ar)" in out
    assert "elections: words in en (3), fr (3)\n\nfind nothing: election* (en)" in out
    assert out.endswith("10 words sought in 1 blocks of your documents; 8 find nothing, 0 another theme's\n")
    assert err == ""


def test_overlaps_and_themes_without_words_are_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "mine.yaml").write_text(
        "themes:\n  - {id: aid, words: {en: [food aid]}}\n  - {id: food, words: {en: [food]}}\n  - {id: harbours}\n"
    )
    (folder / "a.txt").write_text("Food aid has reached the northern districts, the agency said on Sunday.", "utf-8")
    out, _ = told(capsys, "themes", "check", "mine.yaml", "a.txt")
    assert "aid: food aid is found as food, too (food)\n" in out
    assert "harbours: no words\n" in out
    assert "without words, learned from labels alone: harbours\n" in out


def test_words_are_sought_in_the_rows_of_a_table_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "conf" / "themes").mkdir(parents=True)
    (folder / "conf" / "themes" / "desk.yaml").write_text("themes: [{id: a, words: {fr: [école*]}}]", "utf-8")
    (folder / "labels.csv").write_text("text\nLes écoles rouvrent.\nRien.\n", "utf-8")
    out, err = told(capsys, "themes", "check", "desk", "labels.csv")
    assert "Les écoles rouvrent." in out
    assert "1 words sought in 2 blocks of your documents" in out
    assert err == ""


def test_a_document_that_cannot_be_read_is_named_and_the_others_are_checked(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    init("desk")
    (folder / "in").mkdir()
    (folder / "in" / "a.txt").write_text("The ministry counts 30 cases of cholera in the river districts.", "utf-8")
    (folder / "in" / "b.pdf").write_bytes(b"no pdf")
    out, err = told(capsys, "themes", "check", "desk", "in", status=1)
    assert "b.pdf" in err
    assert "sought in 1 blocks" in out


def test_a_theme_set_that_is_not_there_is_refused_with_those_that_are() -> None:
    init("desk")
    assert theme_set("oic").name == theme_set("themes=oic").name == "oic"
    with pytest.raises(UsageError, match=r"'desc'; did you mean desk\? there are desk, oic, sib200; `paratheme init"):
        theme_set("desc")


# explain


@pytest.fixture
def model(texts: list[str], labels: Any, themes: ThemeSet, folder: Path) -> Path:
    fitted = LexiconModel(themes).fit(texts, labels)
    calibration = Calibration.fit(fitted.predict_proba(texts), labels, words=fitted.word_evidence(texts))
    ThemeClassifier(themes, "lexicon", fitted, calibration).save(folder / "model")
    return folder / "model"


def test_scores_thresholds_words_and_the_nearest_examples_are_told(
    model: Path, table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "Fighting in Sudan spread from Khartoum towards Darfur near the mill"
    out, _ = told(capsys, "explain", text, "--model", str(model), "--corpus", str(table))
    rows = [line.split() for line in out.splitlines()]
    first = {row[0]: row for row in reversed(rows) if row and row[0] in ("gaza", "sudan", "food_security")}
    classifier = ThemeClassifier.load(model)
    score = classifier.scores([text])["sudan"][0]
    told_sudan = ["sudan", f"{score:.3f}", f"{classifier.thresholds['sudan']:.3f}", "yes", "Sudan,", "Khartoum"]
    assert first["sudan"] == told_sudan
    assert first["gaza"][3:] == ["no"]
    (why,) = [line for line in out.splitlines() if line.startswith("why ")]
    assert why.startswith("why sudan: decided by words")
    assert why.endswith("carried by Sudan, Khartoum")
    (nearest,) = [row for row in rows if row[:1] == ["sudan"] and row != told_sudan]
    assert nearest[2].startswith("en-sudan-")
    assert float(nearest[1]) > 0.8


def test_without_a_corpus_no_examples_are_told(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "Nearest" not in told(capsys, "explain", "Sudan", "--model", str(model))[0]


@pytest.mark.parametrize(
    ("text", "said"), [("", "TEXT is empty"), (" \n", "TEXT is empty"), ("note.txt", "paratheme explain - < FILE")]
)
def test_what_is_no_paragraph_is_refused(
    text: str, said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "note.txt").touch()
    assert said in told(capsys, "explain", text, status=2)[1]


def test_tables_in_a_file_are_as_wide_as_COLUMNS_says(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def widest() -> int:
        show_words("t", ["word", "text"], [["a", "b" * 300]])
        return max(len(line.rstrip()) for line in capsys.readouterr().out.splitlines())

    monkeypatch.delenv("COLUMNS", raising=False)
    assert 100 < widest() <= 120
    monkeypatch.setenv("COLUMNS", "60")
    assert 40 < widest() <= 60


def test_a_text_keeps_its_direction_to_itself_on_one_line() -> None:
    assert isolated("سوق\n الفاشر\x07") == f"{FSI}سوق الفاشر{PDI}"
    assert isolated(" \n") == ""
