"""The pictures of a run: numbers in, Matplotlib figures out, all in one style.

Colours are those of Okabe and Ito (2008, "Color Universal Design"), maps are cividis, and no picture says by
colour alone what it says.  Matplotlib shapes Arabic and sets it right to left by itself from 3.11 on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from sklearn.metrics import average_precision_score, f1_score, precision_recall_curve

from paratheme.classifier.calibration import Calibration
from paratheme.evaluation.format import SMALL
from paratheme.evaluation.metrics import expected_calibration_error
from paratheme.evaluation.predictions import Predictions
from paratheme.types import Floats, Labels

LINE = 0.04  # height of a name next to axes from 0 to 1
BLUE, ORANGE, RED, GREY = "#0072B2", "#E69F00", "#D55E00", "#777777"
MAP = "cividis"
COLUMNS = 3
STYLE: Any = {
    "font.family": "DejaVu Sans",  # ships with Matplotlib; has Latin, Arabic, Cyrillic, Greek and Hebrew
    "font.size": 9.5,
    "axes.titlesize": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.axisbelow": True,
    "grid.color": "#e2e2e2",
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "figure.titlesize": 13,
    "figure.dpi": 110,
}
styled = mpl.rc_context(STYLE)


def draw_all(
    predictions: Predictions,
    calibration: Calibration,
    names: Sequence[str],
    history: Sequence[Mapping[str, float]] = (),
) -> Iterator[tuple[str, Figure]]:
    """Draw every picture of a run's test, by the name of the file it is logged as.

    `names` is what the themes are called. With losses in `history`, what a model reported while it learned, there is a
    training curve too.
    """
    yield "plots/f1_by_language.png", f1_by_language(predictions, names)
    yield "plots/precision_recall.png", precision_recall(predictions, calibration, names)
    yield "plots/reliability.png", reliability(predictions, names)
    yield "plots/scores.png", scores(predictions, calibration, names)
    yield "plots/cooccurrence.png", cooccurrence(predictions, names)
    if any("loss" in entry for entry in history):
        yield "plots/training_curve.png", training_curve(history)


@styled
def precision_recall(predictions: Predictions, calibration: Calibration, names: Sequence[str]) -> Figure:
    """Draw each theme's precision-recall curve with the point that its threshold chooses."""
    figure, panels = _panels("Precision and recall of each theme", names, "recall", "precision")
    for theme, axes in enumerate(panels):
        y, p = predictions.y_true[:, theme], predictions.scores[:, theme]
        given = predictions.y_pred[:, theme]
        axes.set(xlim=(-0.02, 1.02), ylim=(0, 1.04))
        if not 0 < y.sum() < len(y):
            _say_none(axes, y)
            continue
        precision, recall, _ = precision_recall_curve(y, p)
        axes.step(recall, precision, where="post", color=BLUE)
        axes.axhline(y.mean(), color=GREY, linestyle=":", linewidth=1.2)
        _subtitle(axes, f"average precision {average_precision_score(y, p):.2f}, {y.sum()} examples")
        hits = int((y & given).sum())
        if given.any():
            point = hits / y.sum(), hits / given.sum()
            axes.plot(*point, "o", color=RED, markersize=9, markeredgecolor="white", clip_on=False, zorder=3)
            _mark(axes, f"{_rule(calibration, theme)}: F1 {2 * hits / (y.sum() + given.sum()):.2f}")
        else:
            _mark(axes, f"{_rule(calibration, theme)}: never given")
    figure.supxlabel("dot: what the decision rule gives; dotted line: a blind guess", fontsize=9, color=GREY)
    return figure


@styled
def reliability(predictions: Predictions, names: Sequence[str], bins: int = 10) -> Figure:
    """Draw how often a theme is right where its probability says so, over bins of equal mass."""
    figure, panels = _panels("Do the probabilities hold?", names, "probability", "share that has the theme")
    for theme, axes in enumerate(panels):
        y, p = predictions.y_true[:, theme], predictions.scores[:, theme]
        axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.04))
        axes.plot([0, 1], [0, 1], color=GREY, linestyle=":", linewidth=1.2)
        parts = [part for part in np.array_split(np.argsort(p, kind="stable"), bins) if len(part)]
        if parts:
            said, found = zip(*((p[part].mean(), y[part].mean()) for part in parts), strict=True)
            # one standard error of a share, with one success and one failure added so that 0 and 1 have one too
            error = [
                np.sqrt((y[part].sum() + 1) * ((1 - y[part]).sum() + 1)) / (len(part) + 2) ** 1.5 for part in parts
            ]
            axes.errorbar(said, found, error, fmt="o-", color=BLUE, ecolor="#9dc6e0", markersize=5, clip_on=False)
        _subtitle(axes, f"calibration error {expected_calibration_error(y, p, bins):.3f}, {y.sum()} examples")
    figure.supxlabel(f"{bins} bins of equally many texts; dotted line: probabilities that hold", fontsize=9, color=GREY)
    return figure


@styled
def scores(predictions: Predictions, calibration: Calibration, names: Sequence[str], bins: int = 20) -> Figure:
    """Draw how the probabilities of texts with and without each theme are spread, and the threshold."""
    figure, panels = _panels("Scores of texts with and without each theme", names, "probability", "texts")
    edges = np.linspace(0, 1, bins + 1).tolist()
    for theme, axes in enumerate(panels):
        y, p = predictions.y_true[:, theme], predictions.scores[:, theme]
        axes.hist(p[y == 0], edges, color=ORANGE, alpha=0.55, label="without")
        axes.hist(p[y == 1], edges, color=BLUE, histtype="step", linewidth=2, hatch="////", label="with")
        axes.set(xlim=(0, 1), yscale="symlog")  # texts without a theme are many: counts, on a log scale
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0f}")
        axes.yaxis.set_minor_locator(mpl.ticker.NullLocator())
        if not calibration.single_label:
            axes.axvline(calibration.threshold[theme], color=RED, linestyle="--", label="threshold")
        _subtitle(axes, f"{_rule(calibration, theme)}, {y.sum()} of {len(y)} texts")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3)
    return figure


@styled
def f1_by_language(predictions: Predictions, names: Sequence[str]) -> Figure:
    """Draw F1 of each theme in each language, and in all, with the number of examples."""
    language = np.asarray(predictions.languages)
    columns = {one: language == one for one in sorted(set(predictions.languages))} | {
        "all": np.ones(len(language), bool)
    }
    F = np.full((len(names), len(columns)), np.nan)
    said = [["" for _ in columns] for _ in names]
    for column, rows in enumerate(columns.values()):
        Y, D = predictions.y_true[rows], predictions.y_pred[rows]
        for theme in range(len(names)):
            count = int(Y[:, theme].sum())
            if count or D[:, theme].any():
                F[theme, column] = f1_score(Y[:, theme], D[:, theme], zero_division=0)
                said[theme][column] = f"{F[theme, column]:.2f}\n{count}{'*' if count < SMALL else ''}"
            else:
                said[theme][column] = "no\nexample"
    heads = [f"{one}\n({rows.sum()} texts)" for one, rows in columns.items()]
    figure = Figure(figsize=(3.2 + 1.15 * len(columns), 1.8 + 0.62 * len(names)), layout="constrained")
    axes = figure.add_subplot(title="F1 of each theme in each language")
    _heat_map(figure, axes, F, said, names, heads, (0, 1))
    axes.axvline(len(columns) - 1.5, color="white", linewidth=4)
    figure.supxlabel(f"below each F1: examples of the theme; *: fewer than {SMALL}", fontsize=9, color=GREY)
    return figure


@styled
def cooccurrence(predictions: Predictions, names: Sequence[str]) -> Figure:
    """Draw which themes stand together, beside which are given in place of which.

    Left: texts that carry both themes; the diagonal counts all that carry the theme.
    Right: of the texts that carry the row's theme, the share given the column's theme; off the diagonal only
    those that do not carry it, so that every cell there is an error.  "none" is no theme at all.
    """
    y_true, y_pred = predictions.y_true, predictions.y_pred
    Y, D = (np.column_stack([part, ~part.any(axis=1)]).astype(int) for part in (y_true, y_pred))
    with_none = [*names, "none"]
    together = y_true.T @ y_true
    wrongly = Y.T @ (D * (1 - Y))
    np.fill_diagonal(wrongly, (Y * D).sum(axis=0))
    carried = Y.sum(axis=0)
    share = np.divide(wrongly, carried[:, None], out=np.full(wrongly.shape, np.nan), where=carried[:, None] > 0)
    size = 2.2 + 0.66 * len(with_none)
    figure = Figure(figsize=(2 * size + 1, size), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.set_title("Together in the labels: number of texts")
    right.set_title("Given (column) to texts that carry (row)")
    counts = np.where(together > 0, together, np.nan).astype(float)
    said = [[str(n) for n in row] for row in together]
    _heat_map(figure, left, counts, said, names, names, (0, together.max()))
    shares = [["-" if np.isnan(s) else f"{s:.0%}" if n else "" for s, n in zip(*row)] for row in zip(share, wrongly)]
    _heat_map(figure, right, share, shares, [f"{name} ({n})" for name, n in zip(with_none, carried)], with_none, (0, 1))
    figure.supxlabel(
        "right: the diagonal is recall, every other cell a theme given that the text does not carry",
        fontsize=9,
        color=GREY,
    )
    return figure


@styled
def training_curve(history: Sequence[Mapping[str, float]]) -> Figure:
    """Draw the losses by epoch and, where the model was evaluated as it learned, its average precision."""
    known = {
        "loss": ("training loss", BLUE, "o-"),
        "eval_loss": ("validation loss", ORANGE, "s--"),
        "eval_average_precision": ("validation average precision", RED, "D-"),
    }
    curves = {key: [(e["epoch"], e[key]) for e in history if key in e and "epoch" in e] for key in known}
    right = ["eval_average_precision"] if curves["eval_average_precision"] else []
    figure = Figure(figsize=(4.6 * (1 + len(right)), 3.6), layout="constrained")
    figure.suptitle("Training curve")
    for axes, keys in zip(figure.subplots(1, 1 + len(right), squeeze=False)[0], (["loss", "eval_loss"], right)):
        for key in filter(curves.get, keys):
            label, colour, mark = known[key]
            axes.plot(*zip(*curves[key], strict=True), mark, color=colour, label=label, markersize=6)
        axes.set(xlabel="epoch", ylabel="loss" if axes.get_subplotspec().is_first_col() else "average precision")
        axes.xaxis.set_major_locator(mpl.ticker.MaxNLocator(integer=True))
        axes.grid(True)
        axes.legend()
    return figure


@styled
def learning_curve(sizes: Sequence[int], metrics: Sequence[Mapping[str, float]], themes: Sequence[str]) -> Figure:
    """Draw macro-F1 with its interval, average precision and each theme's F1 against the number of labelled rows."""
    figure = Figure(figsize=(6.4, 4.2), layout="constrained")
    figure.suptitle("How many labelled paragraphs are needed")
    axes = figure.subplots()
    last = {theme: float(np.nan_to_num(metrics[-1].get(f"f1/{theme}", 0.0))) for theme in themes}
    height = 1.02
    for theme in sorted(themes, key=lambda theme: -last[theme]):
        values = [found.get(f"f1/{theme}", np.nan) for found in metrics]
        axes.plot(sizes, values, "-", color=GREY, linewidth=0.8, alpha=0.6)
        height = min(last[theme], height - LINE)  # a name a line, as near to its end as there is room
        axes.annotate(theme, (1.01, height), xycoords=("axes fraction", "data"), fontsize=7, color=GREY, va="center")
    if all("macro_f1_low" in found for found in metrics):
        low, high = ([found[f"macro_f1_{end}"] for found in metrics] for end in ("low", "high"))
        axes.fill_between(sizes, low, high, color=BLUE, alpha=0.15, linewidth=0, label="interval over stories")
    axes.plot(sizes, [found["macro_f1"] for found in metrics], "o-", color=BLUE, markersize=6, label="macro F1")
    ranked = [found.get("macro_average_precision", np.nan) for found in metrics]
    axes.plot(sizes, ranked, "s--", color=ORANGE, markersize=4, label="macro average precision")
    axes.set(xlabel="labelled paragraphs (training and validation set)", ylabel="on the same test set")
    axes.set_ylim(0, 1.02)
    axes.grid(True)
    axes.legend(loc="lower right")
    return figure


def _panels(title: str, names: Sequence[str], xlabel: str, ylabel: str) -> tuple[Figure, list[Axes]]:
    """Return a figure with a named panel per theme."""
    columns = min(COLUMNS, len(names))
    rows = -(-len(names) // columns)
    figure = Figure(figsize=(3.7 * columns + 0.3, 2.9 * rows + 0.9), layout="constrained")
    figure.suptitle(title)
    panels = list(figure.subplots(rows, columns, squeeze=False).flat)
    for unused in panels[len(names) :]:
        unused.set_axis_off()
    for axes, name in zip(panels, names):
        axes.set_title(name, fontweight="bold", pad=19)
        axes.set(xlabel=xlabel, ylabel=ylabel)
        axes.label_outer()
        axes.grid(True)
    return figure, panels[: len(names)]


def _heat_map(
    figure: Figure,
    axes: Axes,
    values: Floats,
    said: Sequence[Sequence[str]],
    rows: Sequence[str],
    columns: Sequence[str],
    limits: tuple[float, float],
) -> None:
    """Fill `axes` with coloured cells that also say their figure."""
    low, high = limits[0], max(limits[1], 1e-9)
    image = axes.imshow(values, cmap=MAP, vmin=low, vmax=high, aspect="auto")
    figure.colorbar(image, ax=axes, shrink=0.8)
    steep = max(len(name) for name in columns) > 8 and "\n" not in columns[0]
    axes.set_xticks(range(len(columns)), columns, rotation=40 if steep else 0, ha="right" if steep else "center")
    axes.set_yticks(range(len(rows)), rows)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    for (row, column), value in np.ndenumerate(values):
        dark = (value - low) / (high - low) < 0.55  # a missing value is not
        axes.text(
            column, row, said[row][column], ha="center", va="center", color="white" if dark else "black", fontsize=9
        )


def _rule(calibration: Calibration, theme: int) -> str:
    return "likeliest" if calibration.single_label else f"threshold {calibration.threshold[theme]:.2f}"


def _subtitle(axes: Axes, text: str) -> None:
    axes.text(0.5, 1.03, text, transform=axes.transAxes, ha="center", fontsize=8.5, color="#444444")


def _mark(axes: Axes, text: str) -> None:
    axes.text(0.03, 0.24, text, transform=axes.transAxes, color=RED, fontsize=9)


def _say_none(axes: Axes, y: Labels) -> None:
    _subtitle(axes, "no example" if not y.any() else "in every text")
