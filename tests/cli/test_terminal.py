"""Tables in the terminal: of figures, and of filed blocks in either direction of writing."""

from __future__ import annotations

import argparse
import re
from io import StringIO
from typing import Any

import numpy as np
import pytest

from paratheme.cli.terminal import (
    Grid,
    resampling_of,
    resampling_options,
    show,
    show_blocks,
    show_metrics,
)
from paratheme.errors import UsageError
from paratheme.evaluation.bootstrap import Resampling
from paratheme.evaluation.metrics import metrics_of

THEMES = ("gaza", "sudan", "food_security")
LANGUAGES = ["en", "fr"] * 10
Shown = pytest.CaptureFixture[str]


def metrics(**changes: float) -> dict[str, float]:
    """Figures of twenty rightly decided texts."""
    Y = np.eye(3, dtype=np.int64)[[0, 0, 1, 1, 2] * 4]
    return {**metrics_of(Y, Y.astype(np.float32), Y, THEMES, LANGUAGES), **changes}


def words_in(shown: str) -> list[list[str]]:
    return [line.split() for line in shown.splitlines() if line.split()]


def block(text: str, index: int = 0, document: str = "report.txt", **scores: float) -> dict[str, Any]:
    where = {"document": document, "index": index, "kind": "paragraph"}
    return {**where, "text": text, "themes": [theme for theme in scores if scores[theme] > 0.5], "scores": scores}


def blocks_shown(*records: dict[str, Any]) -> str:
    file = StringIO()
    show_blocks(records, file)
    return file.getvalue()


# Any table


def test_a_table_has_its_title_above_its_columns_and_its_note_below(capsys: Shown) -> None:
    show(Grid("F1 by theme", ["theme", "F1"], [["gaza", "0.900"], ["sudan", "-"]], "few examples"))
    lines = words_in(capsys.readouterr().out)
    assert (lines[0], lines[1], lines[-1]) == (["F1", "by", "theme"], ["theme", "F1"], ["few", "examples"])
    assert lines[3:-1] == [["gaza", "0.900"], ["sudan", "-"]]


def test_a_table_wider_than_the_terminal_loses_no_figure(capsys: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    figures = [f"0.{number:03}" for number in range(30)]
    show(Grid("Wide", ["theme", *(f"fold-{number}" for number in range(30))], [["gaza", *figures]]))
    shown = capsys.readouterr().out
    assert ["gaza", *figures] in words_in(shown)
    assert "…" not in shown


def test_a_narrow_terminal_is_spared_the_optional_columns_one_after_the_other(
    capsys: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    grid = Grid("T", ["run", "F1", "MB", "model"], [["r" * 30, "0.900", "1" * 30, "m" * 30]], "", ("MB", "model"))
    monkeypatch.setenv("COLUMNS", "80")
    show(grid)
    said = capsys.readouterr()
    assert words_in(said.out)[1] == ["run", "F1", "model"]
    assert ["r" * 30, "0.900", "m" * 30] in words_in(said.out)
    assert said.err == "left out for the width of the terminal: MB\n"
    monkeypatch.setenv("COLUMNS", "50")
    show(grid)
    assert capsys.readouterr().err == "left out for the width of the terminal: MB, model\n"
    monkeypatch.setenv("COLUMNS", "200")
    show(grid)
    assert capsys.readouterr().err == ""
    monkeypatch.delenv("COLUMNS")
    show(grid)  # into a file or a pipe
    assert words_in(capsys.readouterr().out)[1] == ["run", "F1", "MB", "model"]


def test_square_brackets_are_no_markup_in_a_table(capsys: Shown) -> None:
    show(Grid("T", ["run", "F1"], [["[bold]mine", "1"]]))
    assert "[bold]mine" in capsys.readouterr().out


def test_markdown_sets_words_to_the_left_and_figures_to_the_right_and_escapes_bars(capsys: Shown) -> None:
    show(Grid("F1 by theme", ["theme", "F1"], [["a|b", "0.900"]], "few examples"), markdown=True)
    assert capsys.readouterr().out.splitlines() == [
        "**F1 by theme**", "", "| theme | F1 |", "| :-- | --: |", "| a\\|b | 0.900 |", "", "few examples", "",
    ]  # fmt: skip


# Figures of a test


def test_figures_are_shown_by_theme_and_by_language_and_few_examples_are_marked(capsys: Shown) -> None:
    show_metrics(metrics(**{"f1/sudan": 0.1234, "support/gaza": 20.0}), THEMES, LANGUAGES, "Test set")
    shown = capsys.readouterr().out
    lines = words_in(shown)
    assert ["Test", "set"] in lines
    assert ["gaza", "1.000", "1.000", "1.000", "20"] in lines
    assert ["sudan", "1.000", "1.000", "0.123", "8", "(few)"] in lines
    assert ["macro", "average", "1.000", "1.000", "1.000", "20"] in lines
    assert ["macro", "F1", "1.000"] in lines
    assert ["fr", "1.000", "10"] in lines
    assert "accuracy" not in shown
    assert "\x1b" not in shown


def test_macro_f1_is_shown_with_its_interval(capsys: Shown) -> None:
    show_metrics(metrics(macro_f1_low=0.912, macro_f1_high=0.998), THEMES, LANGUAGES, "Test set")
    assert "macro F1 1.000 (0.912 to 0.998)\n" in capsys.readouterr().out


def test_a_theme_without_figures_has_dashes(capsys: Shown) -> None:
    figures = metrics(**{"support/sudan": 0.0})
    for name in ("precision/sudan", "recall/sudan", "f1/sudan"):
        del figures[name]
    show_metrics(figures, THEMES, LANGUAGES, "Test set")
    assert ["sudan", "-", "-", "-", "0", "(few)"] in words_in(capsys.readouterr().out)


def test_with_a_single_label_accuracy_is_shown_in_all_and_by_language(capsys: Shown) -> None:
    show_metrics(metrics(**{"accuracy": 0.875, "accuracy/fr": 0.75}), THEMES, LANGUAGES, "Test set")
    shown = capsys.readouterr().out
    assert "accuracy 0.875" in shown
    assert ["fr", "1.000", "0.750", "10"] in words_in(shown)


def test_means_over_languages_not_trained_on_are_told(capsys: Shown) -> None:
    show_metrics(metrics(unseen_macro_f1=0.5, unseen_accuracy=0.25), THEMES, LANGUAGES, "Test set")
    assert "mean over the languages not trained on: macro F1 0.500, accuracy 0.250" in capsys.readouterr().out


# Filed blocks


def test_blocks_are_shown_by_document_with_their_themes_and_scores() -> None:
    shown = blocks_shown(
        block("Gaza again.", gaza=0.98, sudan=0.01),
        block("Sudan.", document="other.txt", gaza=0.1, sudan=0.875),
        block("Nothing.", 1, gaza=0.1, sudan=0.1),
    )
    assert re.search(r"0 paragraph +gaza 0\.98 +\u2066Gaza again\.\u2069", shown)
    assert re.search(r"1 paragraph +\u2066Nothing\.\u2069", shown)
    assert "sudan 0.01" not in shown
    assert shown.index("report.txt") < shown.index("Nothing.") < shown.index("other.txt") < shown.index("sudan 0.88")


def test_the_table_for_people_shows_no_control_characters_and_isolates_directions() -> None:
    arabic = "أعيد فتح المخبز الوحيد في غزة بعد وصول شاحنتين من الدقيق. " * 3
    shown = blocks_shown(block("Gaza [bold]\x1b[31m red\x07 \u202eevil", gaza=0.9), block(arabic, 1, gaza=0.9))
    assert "[bold]" in shown  # and no markup either
    assert not {"\x1b", "\x07", "\u202e"} & set(shown)
    assert "\u2066Gaza" in shown
    assert shown.count("\u2067") >= 2, "every line of a wrapped Arabic text opens right to left"
    for line in shown.splitlines():
        assert line.count("\u2066") + line.count("\u2067") == line.count("\u2069")
    assert re.search(r"gaza [01]\.\d\d", shown)


def test_a_long_text_is_cut_short_with_a_mark_and_a_short_one_is_whole() -> None:
    long, whole = "word " * 50, "word " * 39 + "whole"
    assert blocks_shown(block(long)).count("word") == 40
    assert "…" in blocks_shown(block(long))
    assert "whole" in blocks_shown(block(whole))
    assert "…" not in blocks_shown(block(whole))


def test_without_blocks_nothing_is_shown() -> None:
    assert blocks_shown() == ""


# Options


def parsed(*typed: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    resampling_options(parser)
    return parser.parse_args(typed)


def test_options_say_how_stories_are_resampled() -> None:
    assert resampling_of(parsed()) == Resampling()
    typed = parsed("--resamples", "50", "--confidence", "0.9")
    assert resampling_of(typed) == Resampling(n_resamples=50, confidence=0.9)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("--resamples", "0"), "resamples=0: give a whole number of at least 1"),
        (("--confidence", "1"), "confidence=1.0: give a number above 0 and below 1"),
    ],
)
def test_a_resampling_that_cannot_be_is_refused(typed: tuple[str, str], said: str) -> None:
    with pytest.raises(UsageError) as refused:
        resampling_of(parsed(*typed))
    assert said in str(refused.value)
