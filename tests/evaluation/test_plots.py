"""The pictures of a run."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from paratheme.classifier.calibration import Thresholds
from paratheme.evaluation import plots
from paratheme.themes.theme_set import ThemeSet

CUTS = Thresholds(np.ones(3), np.zeros(3), np.zeros(3), np.array([0.25, 0.5, 0.75]), np.full(3, 0.1))
TOPICS = Thresholds(np.ones(3), np.zeros(3), np.zeros(3), np.full(3, 0.5), np.full(3, 0.1), exclusive=True)
HISTORY = [
    {"epoch": 1.0, "loss": 0.5, "grad_norm": 9.0},
    {"epoch": 1.0, "eval_loss": 0.4, "eval_average_precision": 0.7},
    {"epoch": 2.0, "loss": 0.3},
    {"epoch": 2.0, "train_runtime": 90.0},
]


def scored(themes: ThemeSet, n: int = 60, thresholds: Thresholds = CUTS, labels: str | None = None) -> plots.Scored:
    random = np.random.RandomState(0)
    Y = (random.rand(n, 3) < 0.3).astype(np.int64)
    P = np.clip(0.6 * Y + 0.4 * random.rand(n, 3), 0, 1).astype(np.float32)
    return plots.Scored(themes, Y, P, thresholds, [("en", "fr")[i % 2] for i in range(n)], labels)


def texts_of(figure: Figure) -> list[str]:
    import matplotlib.text

    figure.savefig(BytesIO())  # ticks get their labels when they are drawn
    return [artist.get_text() for artist in figure.findobj(matplotlib.text.Text) if artist.get_text()]


def marks_of(figure: Figure) -> list[Any]:
    return [line for axes in figure.axes for line in axes.lines if line.get_color() == plots.RED]


def test_every_picture_names_every_theme(themes: ThemeSet) -> None:
    drawn = dict(plots.draw_all(scored(themes), HISTORY))
    names = ("f1_by_language", "precision_recall", "reliability", "scores", "cooccurrence", "learning")
    assert set(drawn) == {f"plots/{name}.png" for name in names}
    del drawn["plots/learning.png"]
    for file, figure in drawn.items():
        assert set(themes.ids) <= set(texts_of(figure)), file


def test_without_a_history_there_is_no_learning_curve(themes: ThemeSet) -> None:
    assert "plots/learning.png" not in dict(plots.draw_all(scored(themes), [{"epoch": 1.0, "train_runtime": 3.0}]))


def test_a_learning_curve_holds_the_losses_by_epoch() -> None:
    losses, precision = plots.learning(HISTORY).axes
    assert [list(line.get_xdata()) for line in losses.lines] == [[1.0, 2.0], [1.0]]
    assert [list(line.get_ydata()) for line in precision.lines] == [[0.7]]
    assert len(plots.learning([{"epoch": 1.0, "loss": 0.5}]).axes) == 1


def test_the_chosen_thresholds_are_marked(themes: ThemeSet) -> None:
    data = scored(themes)
    lines = marks_of(plots.scores(data))
    assert [line.get_xdata()[0] for line in lines] == [0.25, 0.5, 0.75]
    y, given = data.Y[:, 0], data.P[:, 0] >= 0.25
    dot = marks_of(plots.precision_recall(data))[0]
    assert dot.get_xdata()[0] == pytest.approx((y & given).sum() / y.sum())
    assert dot.get_ydata()[0] == pytest.approx((y & given).sum() / given.sum())


def test_exclusive_topics_have_no_threshold_to_mark(themes: ThemeSet) -> None:
    data = scored(themes, thresholds=TOPICS)
    assert marks_of(plots.scores(data)) == []
    assert any("likeliest" in text for text in texts_of(plots.precision_recall(data)))


def test_themes_are_named_in_the_language_asked_or_by_id(themes: ThemeSet) -> None:
    assert {"غزة", "sudan", "food_security"} <= set(texts_of(plots.f1_by_language(scored(themes, labels="ar"))))


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


def test_figures_over_few_examples_are_marked(themes: ThemeSet) -> None:
    data = scored(themes, n=20)
    few = [text for text in texts_of(plots.f1_by_language(data)) if text.endswith("*")]
    assert few


@pytest.mark.parametrize("thresholds", [CUTS, TOPICS])
@pytest.mark.parametrize("n", [1, 60])
@pytest.mark.parametrize("label", [0, 1, None])
def test_odd_test_parts_are_drawn_all_the_same(
    themes: ThemeSet, n: int, label: int | None, thresholds: Thresholds
) -> None:
    data = scored(themes, n, thresholds)
    if label is not None:
        data.Y[:, 0] = label
    data = plots.Scored(themes, data.Y, data.P, thresholds, ["en"] * n)
    for _, figure in plots.draw_all(data):
        figure.savefig(BytesIO(), dpi=30)


def test_one_theme_alone_is_drawn(themes: ThemeSet) -> None:
    one = ThemeSet("one", themes.themes[:1])
    cuts = Thresholds(np.ones(1), np.zeros(1), np.zeros(1), np.full(1, 0.5), np.full(1, 0.1))
    data = plots.Scored(one, np.array([[0], [1]]), np.array([[0.1], [0.9]], np.float32), cuts, ["en", "fr"])
    for _, figure in plots.draw_all(data):
        figure.savefig(BytesIO())


def test_the_themes_names_beside_a_learning_curve_do_not_overlap() -> None:
    tested = [{"macro_f1": 0.5, "f1/a": 0.9, "f1/b": 0.9, "f1/c": 0.91}, {"macro_f1": 0.6, "f1/a": 0.9, "f1/c": 0.9}]
    (axes,) = plots.labelled([10, 20], tested, ["a", "b", "c"]).axes
    heights = sorted(text.xy[1] for text in axes.texts)
    assert len(heights) == 3
    assert np.diff(heights).min() >= plots.LINE - 1e-9
