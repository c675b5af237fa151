"""The pictures of a run."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from paratheme.classifier.calibration import Calibration
from paratheme.evaluation import plots
from paratheme.evaluation.predictions import Predictions

NAMES = ("gaza", "sudan", "food_security")
CUTS = Calibration(np.ones(3), np.zeros(3), np.zeros(3), np.array([0.25, 0.5, 0.75]), np.full(3, 0.1))
TOPICS = Calibration(np.ones(3), np.zeros(3), np.zeros(3), np.full(3, 0.5), np.full(3, 0.1), single_label=True)
HISTORY = [
    {"epoch": 1.0, "loss": 0.5, "grad_norm": 9.0},
    {"epoch": 1.0, "eval_loss": 0.4, "eval_average_precision": 0.7},
    {"epoch": 2.0, "loss": 0.3},
    {"epoch": 2.0, "train_runtime": 90.0},
]


def scored(n: int = 60, calibration: Calibration = CUTS, label: int | None = None) -> Predictions:
    """Scores that know something; `label`: every text carries the first theme, or none does."""
    random = np.random.RandomState(0)
    Y = (random.rand(n, 3) < 0.3).astype(np.int64)
    P = np.clip(0.6 * Y + 0.4 * random.rand(n, 3), 0, 1).astype(np.float32)
    if label is not None:
        Y[:, 0] = label
    return predictions_of(Y, P, calibration, [("en", "fr")[i % 2] for i in range(n)])


def predictions_of(Y: Any, P: Any, calibration: Calibration, languages: list[str]) -> Predictions:
    y_pred = calibration.decide(P)
    columns = {"language": languages}
    for i in range(Y.shape[1]):
        columns |= {f"y_true/{NAMES[i]}": Y[:, i], f"y_pred/{NAMES[i]}": y_pred[:, i], f"score/{NAMES[i]}": P[:, i]}
    return Predictions(pd.DataFrame(columns))


def texts_of(figure: Figure) -> list[str]:
    import matplotlib.text

    figure.savefig(BytesIO())  # ticks get their labels when they are drawn
    return [artist.get_text() for artist in figure.findobj(matplotlib.text.Text) if artist.get_text()]


def marks_of(figure: Figure) -> list[Any]:
    return [line for axes in figure.axes for line in axes.lines if line.get_color() == plots.RED]


def test_every_picture_names_every_theme() -> None:
    drawn = dict(plots.draw_all(scored(), CUTS, NAMES, HISTORY))
    names = ("f1_by_language", "precision_recall", "reliability", "scores", "cooccurrence", "training_curve")
    assert set(drawn) == {f"plots/{name}.png" for name in names}
    del drawn["plots/training_curve.png"]
    for file, figure in drawn.items():
        assert set(NAMES) <= set(texts_of(figure)), file


def test_without_losses_there_is_no_training_curve() -> None:
    history = [{"epoch": 1.0, "train_runtime": 3.0}]
    assert "plots/training_curve.png" not in dict(plots.draw_all(scored(), CUTS, NAMES, history))


def test_a_training_curve_holds_the_losses_by_epoch() -> None:
    losses, precision = plots.training_curve(HISTORY).axes
    assert [list(line.get_xdata()) for line in losses.lines] == [[1.0, 2.0], [1.0]]
    assert [list(line.get_ydata()) for line in precision.lines] == [[0.7]]
    assert len(plots.training_curve([{"epoch": 1.0, "loss": 0.5}]).axes) == 1


def test_the_chosen_thresholds_are_marked() -> None:
    predictions = scored()
    lines = marks_of(plots.scores(predictions, CUTS, NAMES))
    assert [line.get_xdata()[0] for line in lines] == [0.25, 0.5, 0.75]
    y, given = predictions.y_true[:, 0], predictions.scores[:, 0] >= 0.25
    dot = marks_of(plots.precision_recall(predictions, CUTS, NAMES))[0]
    assert dot.get_xdata()[0] == pytest.approx((y & given).sum() / y.sum())
    assert dot.get_ydata()[0] == pytest.approx((y & given).sum() / given.sum())


def test_with_a_single_label_there_is_no_threshold_to_mark() -> None:
    predictions = scored(calibration=TOPICS)
    assert marks_of(plots.scores(predictions, TOPICS, NAMES)) == []
    assert any("likeliest" in text for text in texts_of(plots.precision_recall(predictions, TOPICS, NAMES)))


def test_themes_are_called_by_the_names_that_are_given() -> None:
    names = ("غزة", "sudan", "food_security")
    for file, figure in plots.draw_all(scored(), CUTS, names):
        assert set(names) <= set(texts_of(figure)), file


def test_arabic_is_shaped_and_set_from_right_to_left() -> None:
    def picture(text: str) -> Any:
        figure = Figure(figsize=(3, 1))
        figure.text(0.1, 0.4, text, fontsize=20, family="DejaVu Sans")
        figure.savefig(file := BytesIO(), format="rgba")
        return np.frombuffer(file.getvalue(), np.uint8)

    shaped = "\ufecf\ufeb0\ufe93"  # initial ghayn, final zain, isolated ta marbuta
    from_left_to_right = "\u202d" + shaped[::-1] + "\u202c"
    np.testing.assert_array_equal(picture("غزة"), picture(from_left_to_right))
    assert (picture("غزة") != picture("\u202dغزة\u202c")).any()


def test_figures_over_few_examples_are_marked() -> None:
    few = [text for text in texts_of(plots.f1_by_language(scored(20), NAMES)) if text.endswith("*")]
    assert few


@pytest.mark.parametrize(
    ("n", "label", "calibration"), [(1, 0, CUTS), (1, 1, TOPICS), (60, 0, TOPICS), (60, 1, CUTS), (60, None, CUTS)]
)
def test_odd_test_sets_are_drawn_all_the_same(n: int, label: int | None, calibration: Calibration) -> None:
    predictions = scored(n, calibration, label)
    predictions = Predictions(predictions.frame.assign(language="en"))
    for _, figure in plots.draw_all(predictions, calibration, NAMES):
        figure.savefig(BytesIO(), dpi=30)


def test_one_theme_alone_is_drawn() -> None:
    cuts = Calibration(np.ones(1), np.zeros(1), np.zeros(1), np.full(1, 0.5), np.full(1, 0.1))
    predictions = predictions_of(np.array([[0], [1]]), np.array([[0.1], [0.9]], np.float32), cuts, ["en", "fr"])
    for _, figure in plots.draw_all(predictions, cuts, NAMES[:1]):
        figure.savefig(BytesIO())


def test_a_learning_curve_holds_the_figures_by_the_number_of_labelled_rows() -> None:
    steps = [{"macro_f1": 0.5, "macro_f1_low": 0.4, "macro_f1_high": 0.6}, {"macro_f1": 0.7}]
    (axes,) = plots.learning_curve([10, 20], steps, ["a"]).axes
    macro = next(line for line in axes.lines if line.get_label() == "macro F1")
    assert (list(macro.get_xdata()), list(macro.get_ydata())) == ([10, 20], [0.5, 0.7])
    assert not axes.collections, "an interval is drawn only where every step has one"
    steps[1] |= {"macro_f1_low": 0.6, "macro_f1_high": 0.8}
    (axes,) = plots.learning_curve([10, 20], steps, ["a"]).axes
    assert len(axes.collections) == 1


def test_the_themes_names_beside_a_learning_curve_do_not_overlap() -> None:
    steps = [{"macro_f1": 0.5, "f1/a": 0.9, "f1/b": 0.9, "f1/c": 0.91}, {"macro_f1": 0.6, "f1/a": 0.9, "f1/c": 0.9}]
    (axes,) = plots.learning_curve([10, 20], steps, ["a", "b", "c"]).axes
    heights = sorted(text.xy[1] for text in axes.texts)
    assert len(heights) == 3
    assert np.diff(heights).min() >= plots.LINE - 1e-9
