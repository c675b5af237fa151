"""What a person sees at the end of a run: tables in the terminal, tables of errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

    from paratheme.classifier.calibration import Thresholds
    from paratheme.corpus.corpus import Corpus

SMALL = 10  # figures over fewer examples than this are marked
WIDEST = 1000  # columns
WORDS = ("theme", "language", "run", "id", "model", "slice", "kind", "genre", "length", "language/theme")


@dataclass(frozen=True)
class Grid:
    """A table to be shown: its title, columns and cells, and what is said below it."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""


def show(grid: Grid, markdown: bool = False) -> None:
    """Print a table, for the terminal or as Markdown."""
    if markdown:
        print(f"**{grid.title}**\n")
        marks = [":--" if column in WORDS else "--:" for column in grid.columns]
        for row in (grid.columns, marks, *grid.rows):
            print(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |")
        print(f"\n{grid.note}\n" if grid.note else "")
        return
    from rich.measure import Measurement

    table = _table(grid.title, *grid.columns)
    for row in grid.rows:
        table.add_row(*row)
    console = _console()
    # a table too wide for the terminal goes on in its next line rather than losing figures
    console.width = max(console.width, Measurement.get(console, console.options.update(width=WIDEST), table).maximum)
    console.print(table)
    if grid.note:
        print(grid.note)


def errors(
    corpus: Corpus, rows: npt.NDArray[np.int64], scores: npt.NDArray[np.float32], thresholds: Thresholds
) -> pd.DataFrame:
    """Return the wrongly decided texts, the worst first.

    Parameters
    ----------
    corpus : Corpus
    rows : ndarray
        The rows that were tested.
    scores : ndarray, shape (len(rows), themes)
        Their calibrated probabilities.
    thresholds : Thresholds

    Returns
    -------
    pandas.DataFrame
        Columns `document, language, text, gold, predicted, surprise` and a score for each theme; `surprise`
        is the largest distance between a probability and the label.
    """
    import pandas as pd

    ids = corpus.themes.ids
    gold, decided = corpus.labels[rows], thresholds.decide(scores)
    surprise = np.abs(gold - scores).max(axis=1)
    wrong = np.flatnonzero((gold != decided).any(axis=1))
    found = []
    for i in wrong[np.argsort(-surprise[wrong], kind="stable")]:
        block = corpus.blocks[int(rows[i])]
        row = {"document": block["document"], "language": block["language"], "text": block["text"]}
        row |= {"gold": _names(gold[i], ids), "predicted": _names(decided[i], ids)}
        row |= {"surprise": round(float(surprise[i]), 3)}
        found.append(row | {theme: round(float(s), 3) for theme, s in zip(ids, scores[i], strict=True)})
    return pd.DataFrame(found)


def headline(metrics: Mapping[str, float], corpus: Corpus) -> str:
    """Return a run's result in one Markdown sentence."""
    tested = [theme for theme in corpus.themes.ids if f"f1/{theme}" in metrics]
    weakest = min(tested, key=lambda theme: metrics[f"f1/{theme}"]) if tested else "none"
    few = " of few examples" if metrics.get(f"support/{weakest}", SMALL) < SMALL else ""
    return (
        f"Macro-F1 **{with_interval(metrics)}** on {metrics['support']:.0f} test blocks of {corpus.name}; "
        f"weakest theme {weakest} ({figure(metrics.get(f'f1/{weakest}', float('nan')))}{few})."
    )


def show_run(
    metrics: Mapping[str, float], corpus: Corpus, run_id: str, model_uri: str | None, title: str = "Test part"
) -> None:
    """Print a run's metrics per theme and per language, and what to type next."""
    console = _console()
    themes = _table(title, "theme", "precision", "recall", "F1", "support")
    for theme in corpus.themes.ids:
        values = [metrics.get(f"{name}/{theme}", float("nan")) for name in ("precision", "recall", "f1")]
        themes.add_row(theme, *map(figure, values), _support(metrics[f"support/{theme}"]))
    themes.add_section()
    values = [metrics[f"macro_{name}"] for name in ("precision", "recall", "f1")]
    themes.add_row("macro average", *map(figure, values), _support(metrics["support"]))
    console.print(themes)
    console.print(f"macro F1 {with_interval(metrics)}\n", highlight=False)
    console.print(_languages(metrics, corpus))
    if "accuracy" in metrics:
        console.print(f"accuracy {figure(metrics['accuracy'])}")
    if "unseen_macro_f1" in metrics:
        means = [f"macro F1 {figure(metrics['unseen_macro_f1'])}"]
        means += [f"accuracy {figure(metrics['unseen_accuracy'])}"] if "unseen_accuracy" in metrics else []
        console.print(f"mean over the languages not trained on: {', '.join(means)}", highlight=False)
    console.print(f"run    runs:/{run_id}", highlight=False)
    if model_uri:
        console.print(f"model  {model_uri}", highlight=False)
        console.print("next   paratheme predict YOUR_DOCUMENTS   or   paratheme ui", highlight=False)


def show_folds(
    names: Sequence[str],
    metrics: Sequence[Mapping[str, float]],
    corpus: Corpus,
    run_id: str,
    pooled: Mapping[str, float],
) -> None:
    """Print the F1 of each theme in each fold, with mean and spread, and over all folds' predictions together."""
    console = _console()
    table = _table("F1 on each fold's test part", "theme", *names, "mean", "spread", "pooled")
    for theme in [*corpus.themes.ids, "macro average"]:
        key = "macro_f1" if theme == "macro average" else f"f1/{theme}"
        values = [fold.get(key, float("nan")) for fold in metrics]
        if theme == "macro average":
            table.add_section()
        known = [value for value in values if not np.isnan(value)]
        mean = np.mean(known) if known else float("nan")
        spread = np.std(known, ddof=1) if len(known) > 1 else float("nan")
        together = pooled.get(key, float("nan"))
        table.add_row(theme, *map(figure, [*values, mean, spread, together]))
    console.print(table)
    console.print(f"pooled macro F1 {with_interval(pooled)}", highlight=False)
    console.print(f"run    runs:/{run_id}", highlight=False)
    console.print("next   paratheme ui", highlight=False)


def show_curve(names: Sequence[str], metrics: Sequence[Mapping[str, float]], corpus: Corpus, run_id: str) -> None:
    """Print the test figures of each step of a learning curve."""
    languages = [one for one in sorted(set(corpus.languages)) if f"f1/{one}" in metrics[0]]
    rows = []
    for name, found in zip(names, metrics, strict=True):
        interval = span(found.get("macro_f1_low"), found.get("macro_f1_high"))
        figures = [found.get("macro_average_precision"), *(found.get(f"f1/{one}") for one in languages)]
        rows.append([name, figure(found["macro_f1"]), interval, *map(figure, figures)])
    heads = ["run", "macro F1", "interval", "average precision", *languages]
    show(Grid("On the same test part; F1 by language", heads, rows))
    print(f"run    runs:/{run_id}\nnext   paratheme ui")


def _languages(metrics: Mapping[str, float], corpus: Corpus) -> Table:
    measures = {"macro F1": "f1"} | ({"accuracy": "accuracy"} if "accuracy" in metrics else {})
    table = _table("By language", "language", *measures, "support")
    for language in sorted(set(corpus.languages)):
        if f"support/{language}" in metrics:
            values = [figure(metrics.get(f"{name}/{language}")) for name in measures.values()]
            table.add_row(language, *values, _support(metrics[f"support/{language}"]))
    return table


def _table(title: str, *columns: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    for column in columns:
        table.add_column(column, justify="left" if column in WORDS else "right", no_wrap=True)
    return table


def _console() -> Any:
    from rich.console import Console

    return Console(soft_wrap=True, markup=False)


def figure(value: Any, digits: int = 3) -> str:
    """Return a figure for a table; a dash for none."""
    return "-" if value is None or np.isnan(value) else f"{value:.{digits}f}"


def span(low: Any, high: Any, form: str = ".3f") -> str:
    """Return an interval for a table; a dash where there is none, or one without an end."""
    known = low is not None and high is not None and np.isfinite([low, high]).all()
    return f"{low:{form}} to {high:{form}}" if known else "-"


def percent(confidence: float) -> str:
    """Return a confidence as it is written over intervals, such as ``95%``."""
    return f"{100 * confidence:.4g}%"


def with_interval(metrics: Mapping[str, float], confidence: float | None = None) -> str:
    """Return macro-F1 with its interval, where it has one, and how sure that is, where it is given."""
    found = figure(metrics["macro_f1"])
    if "macro_f1_low" not in metrics:
        return found
    sure = f", {percent(confidence)}" if confidence else ""
    return f"{found} ({span(metrics['macro_f1_low'], metrics['macro_f1_high'])}{sure})"


def _support(value: float) -> str:
    return f"{value:.0f}" + (" (few)" if value < SMALL else "")


def _names(flags: npt.NDArray[np.int64], ids: Sequence[str]) -> str:
    return ", ".join(theme for theme, given in zip(ids, flags, strict=True) if given)
