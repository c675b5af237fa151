"""``paratheme promote``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paratheme.cli.terminal import Grid, show
from paratheme.errors import ParathemeError, UsageError
from paratheme.evaluation.format import format_difference, format_interval, format_score

if TYPE_CHECKING:
    from paratheme.tracking.leaderboard import TestedRun
    from paratheme.tracking.promotion import SliceComparison
    from paratheme.tracking.registry import Version


@dataclass(frozen=True)
class Promotion:
    """What came of a promotion.

    Attributes
    ----------
    version : Version
        Of the run's model.
    champion : Version or None
        The champion before, of the same theme set.
    tests : tuple of TestedRun or None
        The run's and the champion's test that they were compared on; None where they were not.
    slices : list of SliceComparison
    refusal : str
        Why the run's model was not promoted; empty where it was.
    """

    version: Version
    champion: Version | None
    tests: tuple[TestedRun, TestedRun] | None = None
    slices: Sequence[SliceComparison] = ()
    refusal: str = ""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("name", nargs="?", metavar="RUN", help="an id, a name, runs:/... or models:/...")
    parser.add_argument("--margin", type=float, default=0.02, help="F1 that it may lose in a slice (default 0.02)")
    parser.add_argument("--dry-run", action="store_true", help="show the comparison and change nothing")
    parser.add_argument("--force", action="store_true", help="whatever the figures say; needs --reason")
    parser.add_argument("--reason", metavar="TEXT", help="why, for the record")
    parser.add_argument("--undo", action="store_true", help="make the champion before this one the champion again")
    parser.add_argument("--history", action="store_true", help="show who was champion, and since when")
    parser.add_argument(
        "--themes",
        metavar="NAME",
        help="the theme set for --undo and --history (default oic, or the only one that has a champion)",
    )


def execute(options: argparse.Namespace) -> int:
    """Make a run's model the champion, if it is no worse than the present one."""
    if [options.undo, options.history, bool(options.name)].count(True) != 1:
        options.usage_error("name a RUN, or --undo, or --history")
    if options.force != bool(options.reason):
        options.usage_error("--force and --reason TEXT go together")
    if options.history:
        show(_history_grid(options.themes))
        return 0
    if options.undo:
        champion, undone = undo(options.themes)
        print(f"{champion.uri} is the champion again; before: {undone.uri}")
        return 0
    promotion = promote(options.name, options.margin, options.reason, options.dry_run)
    if promotion.tests:
        show(_grid(promotion, options.margin))
    if promotion.refusal:
        print(f"paratheme: not promoted: {promotion.refusal}; --force --reason TEXT overrules", file=sys.stderr)
        return 1
    before = f"; before: {promotion.champion.uri}" if promotion.champion else ""
    if promotion.champion == promotion.version:
        print(f"{promotion.version.uri} is the champion already")
    elif options.dry_run:
        print(f"{promotion.version.uri} would become the champion{before}")
    else:
        print(f"{promotion.version.uri} is now the champion{before}")
    return 0


def promote(name: str, margin: float, reason: str | None, dry_run: bool = False) -> Promotion:
    """Make a run's model the champion of its theme set, if it earns it or there is a reason to do it all the same."""
    from paratheme.tracking.promotion import RESAMPLING, common_test, compare_slices, worst_loss
    from paratheme.tracking.registry import champions, set_champion, version_of_run
    from paratheme.tracking.runs import find_run

    if not 0 <= margin <= 1:
        raise UsageError(f"--margin {margin}: a difference in F1, between 0 and 1")
    candidate = find_run(name)
    version = version_of_run(candidate.trained_by)
    if version is None:
        raise ParathemeError(f"run {candidate.name} ({candidate.id[:8]}) has no registered model to promote")
    champion = champions().get(version.name)
    promotion = Promotion(version, champion)
    if champion == version:
        return promotion
    if champion is not None and not reason:
        tests = common_test(candidate, champion)
        slices = compare_slices(*tests, RESAMPLING)
        promotion = Promotion(version, champion, tests, slices, worst_loss(slices, margin))
    if not promotion.refusal and not dry_run:
        set_champion(version, reason or "")
    return promotion


def undo(themes: str | None = None) -> tuple[Version, Version]:
    """Make the champion before the present one the champion again; return it, and the one before."""
    from paratheme.tracking.registry import undo_champion

    undone = undo_champion(_registered(themes))
    if undone is None:
        raise ParathemeError("there is no champion before the present one to go back to")
    return undone


def _registered(themes: str | None) -> str:
    """Return what the models of a theme set are registered as: the shipped one, or the only one that has a champion."""
    from paratheme.tracking.registry import PREFIX, SHIPPED, champion_of, champions

    champion = champion_of(SHIPPED if themes is None and PREFIX in champions() else themes)
    if champion is None:
        raise ParathemeError("there is no champion yet; run `paratheme train` first")
    return champion.name


def _history_grid(themes: str | None) -> Grid:
    from paratheme.tracking.registry import history

    name = _registered(themes)
    rows = [[one.since, f"models:/{name}/{one.number}", one.undone, one.reason] for one in history(name)]
    title = "Champions; the present one is the last that was not undone"
    return Grid(title, ["since (UTC)", "model", "undone (UTC)", "reason"], rows)


def _grid(promotion: Promotion, margin: float) -> Grid:
    from paratheme.tracking.promotion import CONFIDENCE

    assert promotion.tests is not None
    candidate, champion = promotion.tests
    rows = []
    for one in promotion.slices:
        support = f"{one.support}" + ("" if one.enough else " (few)" if one.decisive else " (few, not decisive)")
        between = format_interval(one.low, one.high, "+.3f")
        scores = [format_score(one.champion), format_score(one.run), format_difference(one.difference)]
        rows.append([one.slice, *scores, between, support, "worse" if one.is_worse(margin) else ""])
    title = f"F1 of the champion ({champion.run.label}) and of the run ({candidate.run.label})"
    title += f" on {len(champion.predictions)} blocks in {len(set(champion.predictions.stories))} stories"
    return Grid(title, ["slice", "champion", "run", "difference", f"{CONFIDENCE} of it", "support", ""], rows)
