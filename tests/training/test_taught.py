"""A student learns what a teacher said of unlabelled texts, and of no text of the corpus."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from paratheme.errors import ParathemeError
from paratheme.training.data import prepare
from paratheme.training.fit import fit_classifier, learned_from
from paratheme.training.taught import taught
from tests.training.conftest import Composed

THEMES = ("gaza", "sudan", "food_security")


def filed(file: Path, texts: list[str], **other: Any) -> Path:
    told = {"document": "a", "kind": "paragraph", "language": "en", "themes": [], "model": "teacher", **other}
    rows = [{**told, "index": i, "text": text, "scores": dict.fromkeys(THEMES, 0.3)} for i, text in enumerate(texts)]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return file


def test_each_text_is_taken_once_and_none_that_is_labelled(tmp_path: Path) -> None:
    texts, P = taught(filed(tmp_path / "filed.jsonl", ["a", "b", "a", " ", "c"]), THEMES, ["b"])
    assert texts == ["a", "c"]
    np.testing.assert_array_equal(P, np.full((2, 3), 0.3))


def test_headings_and_the_like_are_not_taken(tmp_path: Path) -> None:
    with pytest.raises(ParathemeError, match=r"filed\.jsonl: holds no text that is not in the corpus"):
        taught(filed(tmp_path / "filed.jsonl", ["a"], kind="heading"), THEMES, [])


@pytest.mark.parametrize("content", [None, '{"text": "a"}\n', "x"])
def test_what_was_not_filed_is_refused_with_the_command_that_files(content: str | None, tmp_path: Path) -> None:
    file = tmp_path / "other.jsonl"
    if content is not None:
        file.write_text(content, "utf-8")
    with pytest.raises(
        ParathemeError, match=r"other\.jsonl: is no file of filed blocks; write one with `paratheme pre"
    ):
        taught(file, THEMES, [])


def test_other_themes_are_refused(tmp_path: Path) -> None:
    file = filed(tmp_path / "filed.jsonl", ["a"])
    with pytest.raises(ParathemeError, match="has no 'elections'"):
        taught(file, ("elections",), [])


@pytest.mark.slow
def test_no_text_of_the_corpus_is_learned_from_a_teacher_in_any_part(composed: Composed, tmp_path: Path) -> None:
    plain = composed("model=static")
    data = prepare(plain)
    file = filed(tmp_path / "filed.jsonl", [*data.corpus.texts, "New."])
    config = composed("model=static", f"model.taught={file}")
    train = data.corpus.take(data.folds[0].train)
    texts, Y = learned_from(train, config, data.corpus)
    assert texts == [*train.texts, "New."]
    np.testing.assert_array_equal(Y[-1], [0.3] * len(config.themes.ids))
    students = [fit_classifier(data.corpus, data.folds[0], one)[0] for one in (plain, config)]
    assert (students[0].predict_proba(["New."]) != students[1].predict_proba(["New."])).any()
