"""What a run keeps of its test."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from paratheme.corpus.corpus import Corpus
from paratheme.errors import ParathemeError
from paratheme.evaluation.predictions import Predictions, text_hash

ROWS = np.array([8, 3, 21])


@pytest.fixture
def tested(corpus: Corpus) -> Predictions:
    scores = np.linspace(0, 1, 9, dtype=np.float32).reshape(3, 3)
    grouped = corpus.with_stories([f"group-{row}" for row in range(len(corpus))])
    return Predictions.of(grouped.take(ROWS), scores, (scores > 0.5).astype(int))


def test_it_is_one_row_a_block_without_its_text(tested: Predictions, corpus: Corpus) -> None:
    assert len(tested) == len(tested.frame) == 3
    assert "text" not in tested.frame
    assert not set(corpus.texts) & set(tested.frame.astype(str).to_numpy().ravel())
    assert tested.themes == ("gaza", "sudan", "food_security")
    assert tested.stories == ["group-8", "group-3", "group-21"]
    assert tested.frame["length"].tolist() == [len(corpus.texts[row]) for row in ROWS]
    np.testing.assert_array_equal(tested.y_true, corpus.labels[ROWS])
    assert tested.y_pred.tolist() == [[0, 0, 0], [0, 0, 1], [1, 1, 1]]


def test_what_is_written_is_read_again(tested: Predictions, tmp_path: Path) -> None:
    tested.write(tmp_path / "p.parquet")
    again = Predictions.read(tmp_path / "p.parquet")
    pd.testing.assert_frame_equal(again.frame, tested.frame)
    assert again.fingerprint == tested.fingerprint


def test_the_fingerprint_knows_blocks_and_labels_but_not_order_scores_or_place(tested: Predictions) -> None:
    frame = tested.frame
    same = [frame.iloc[::-1], frame.assign(document="elsewhere", story="s"), frame.assign(**{"score/gaza": 0.5})]
    assert {Predictions(one).fingerprint for one in same} == {tested.fingerprint}
    other = [frame.iloc[:2], frame.assign(**{"y_true/gaza": 1 - frame["y_true/gaza"]}), frame.assign(text_hash="x")]
    assert tested.fingerprint not in {Predictions(one).fingerprint for one in other}


def test_two_runs_rows_match_in_the_common_order(tested: Predictions) -> None:
    shuffled = Predictions(tested.frame.iloc[[2, 0, 1]])
    pd.testing.assert_frame_equal(shuffled.in_common_order().frame, tested.in_common_order().frame)


def test_white_space_does_not_make_another_text() -> None:
    assert text_hash(" Rafah\n closed ") == text_hash("Rafah closed") != text_hash("Rafah open")


@pytest.mark.parametrize("missing", ["y_pred/sudan", "story"])
def test_a_table_that_lacks_a_column_is_refused(tested: Predictions, tmp_path: Path, missing: str) -> None:
    Predictions(tested.frame.drop(columns=missing)).write(tmp_path / "p.parquet")
    with pytest.raises(ParathemeError, match=f"no column '{missing}'"):
        Predictions.read(tmp_path / "p.parquet")


def test_a_table_of_an_older_version_is_refused_with_what_to_do(tested: Predictions, tmp_path: Path) -> None:
    older = {name: name.replace("y_true/", "gold/").replace("y_pred/", "decided/") for name in tested.frame}
    Predictions(tested.frame.rename(columns=older)).write(tmp_path / "p.parquet")
    with pytest.raises(ParathemeError, match=r"no column 'y_true/\.\.\.'; evaluate the run's model anew"):
        Predictions.read(tmp_path / "p.parquet")


def test_a_file_that_is_no_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "p.parquet").write_text("no")
    with pytest.raises(ParathemeError, match=r"p\.parquet: not a readable table"):
        Predictions.read(tmp_path / "p.parquet")
