"""Figures by slice: every theme in every language, kind, genre and length band, small supports marked."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from paratheme.evaluation.bootstrap import Resampling
from paratheme.evaluation.metrics import metrics_of
from paratheme.evaluation.predictions import Predictions
from paratheme.evaluation.slices import MACRO, overall, parts, slices

THEMES = ("gaza", "sudan")
QUICK = Resampling(n_resamples=100)


def made(n: int = 120) -> Predictions:
    random = np.random.default_rng(0)
    y_true = (random.random((n, 2)) < 0.4).astype(np.int8)
    scores = np.clip(y_true * 0.5 + random.random((n, 2)) * 0.6, 0, 1).astype(np.float32)
    frame = pd.DataFrame(
        {
            "document": [f"d{i // 4}" for i in range(n)],
            "start": range(n),
            "end": range(1, n + 1),
            "story": [f"s{i // 4}" for i in range(n)],
            "language": [("ar", "en", "fr")[i % 3] for i in range(n)],
            "kind": ["caption" if i % 10 == 0 else "paragraph" for i in range(n)],
            "genre": ["" if i % 2 else "interview" for i in range(n)],
            "layout": "blank",
            "length": [(99, 100, 299, 300, 599, 600)[i % 6] for i in range(n)],
            "text_hash": [f"{i:012x}" for i in range(n)],
        }
    )
    for i, theme in enumerate(THEMES):
        frame[f"y_true/{theme}"] = y_true[:, i]
        frame[f"score/{theme}"] = scores[:, i]
        frame[f"y_pred/{theme}"] = (scores[:, i] > 0.5).astype(np.int8)
    return Predictions(frame)


def test_the_slices_are_everything_then_languages_kinds_genres_and_lengths() -> None:
    found = [(kind, name, len(rows)) for kind, name, rows in parts(made())]
    assert found == [
        ("all", "all", 120),
        ("language", "ar", 40), ("language", "en", 40), ("language", "fr", 40),
        ("kind", "caption", 12), ("kind", "paragraph", 108),
        ("genre", "interview", 60),
        ("length", "<100", 20), ("length", "100-299", 40), ("length", "300-599", 40), ("length", ">=600", 20),
    ]  # fmt: skip


def test_joined_folds_are_slices_too() -> None:
    joined = Predictions.join([made(40), made(20)], ["fold-1", "fold-2"])
    assert [(name, len(rows)) for kind, name, rows in parts(joined) if kind == "fold"] == [
        ("fold-1", 40),
        ("fold-2", 20),
    ]
    assert set(slices(joined, QUICK)["slice_kind"]) == {"all", "language", "kind", "genre", "length", "fold"}


def test_the_figures_of_a_slice_are_those_of_its_blocks_alone() -> None:
    whole = made()
    table = slices(whole, QUICK).set_index(["slice_kind", "slice", "theme"])
    rows = np.flatnonzero(whole.frame["language"] == "ar")
    alone = metrics_of(whole.y_true[rows], whole.scores[rows], whole.y_pred[rows], THEMES, ["ar"] * len(rows))
    for name in ("precision", "recall", "f1", "average_precision", "roc_auc", "brier", "ece", "support"):
        assert table.loc[("language", "ar", "gaza"), name] == pytest.approx(alone[f"{name}/gaza"])
    assert table.loc[("language", "ar", MACRO), "f1"] == pytest.approx(alone["macro_f1"])
    assert table.loc[("all", "all", MACRO), "support"] == 120


def test_every_f1_has_an_interval_around_it() -> None:
    table = slices(made(), QUICK)
    assert (table["f1_low"] <= table["f1"]).all()
    assert (table["f1"] <= table["f1_high"]).all()
    found = overall(made(), False, QUICK)
    first = table[(table["slice_kind"] == "all") & (table["theme"] == MACRO)].iloc[0]
    bounds = (found["macro_f1_low"], found["macro_f1"], found["macro_f1_high"])
    assert bounds == pytest.approx((first["f1_low"], first["f1"], first["f1_high"]))


def test_small_supports_are_marked_and_stay() -> None:
    table = slices(made(), QUICK)
    assert table["few"].tolist() == (table["support"] < 10).tolist()
    assert table["few"].any()


def test_a_figure_that_is_not_defined_is_missing() -> None:
    none = Predictions(made(40).frame.assign(**{"y_true/sudan": 0, "y_pred/sudan": 0}))
    row = slices(none, QUICK).query("slice_kind == 'all' and theme == 'sudan'").iloc[0]
    names = ["precision", "recall", "f1", "average_precision", "roc_auc", "f1_low", "f1_high"]
    assert row[names].isna().all()
    assert row[["brier", "ece"]].notna().all()


def test_one_theme_alone_has_figures_too() -> None:
    frame = made().frame.drop(columns=["y_true/sudan", "score/sudan", "y_pred/sudan"])
    both, alone = slices(made(), QUICK), slices(Predictions(frame), QUICK)
    pd.testing.assert_frame_equal(
        both[both["theme"] == "gaza"].reset_index(drop=True), alone[alone["theme"] == "gaza"].reset_index(drop=True)
    )
    assert overall(Predictions(frame), False, QUICK)["macro_f1"] == pytest.approx(alone["f1"].iloc[0])
