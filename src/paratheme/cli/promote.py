"""``paratheme promote``."""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paratheme.cli.terminal import Grid, show
from paratheme.errors import ParathemeError, UsageError
from paratheme.evaluation.format import format_interval, format_score

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
        The champion before.
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
    parser.add_argument("--force", action="store_true", help="whatever the figures say; needs --reason")
    parser.add_argument("--reason", metavar="TEXT", help="why, for the record")
    parser.add_argument("--undo", action="store_true", help="make the previous champion the champion again")


def execute(options: argparse.Namespace) -> int:
    """Make a run's model the champion, if it is no worse than the present one."""
    if options.undo == bool(options.name):
        options.usage_error("name a RUN, or --undo")
    if options.force != bool(options.reason):
        options.usage_error("--force and --reason TEXT go together")
    if options.undo:
        champion, previous = undo()
        print(f"{champion.uri} is the champion again; before: {previous.uri}")
        return 0
    promotion = promote(options.name, options.margin, options.reason)
    if promotion.tests:
        show(_grid(promotion, options.margin))
    if promotion.refusal:
        print(f"paratheme: not promoted: {promotion.refusal}; --force --reason TEXT overrules", file=sys.stderr)
        return 1
    if promotion.champion == promotion.version:
        print(f"{promotion.version.uri} is the champion already")
    else:
        before = f"; before: {promotion.champion.uri}" if promotion.champion else ""
        print(f"{promotion.version.uri} is now the champion{before}")
    return 0


def promote(name: str, margin: float, reason: str | None) -> Promotion:
    """Make a run's model the champion, if it earns it or there is a reason to do it all the same."""
    from paratheme.tracking.promotion import RESAMPLING, common_test, compare_slices, worst_loss
    from paratheme.tracking.registry import CHAMPION, set_champion, version_of_run, version_with_alias
    from paratheme.tracking.runs import find_run

    if not 0 <= margin <= 1:
        raise UsageError(f"--margin {margin}: a difference in F1, between 0 and 1")
    candidate = find_run(name)
    version = version_of_run(candidate.trained_by)
    if version is None:
        raise ParathemeError(f"run {candidate.name} ({candidate.id[:8]}) has no registered model to promote")
    champion = version_with_alias(CHAMPION)
    if champion == version:
        return Promotion(version, champion)
    promotion = Promotion(version, champion)
    if champion is not None and not reason:
        tests = common_test(candidate, champion)
        slices = compare_slices(*tests, RESAMPLING)
        promotion = Promotion(version, champion, tests, slices, worst_loss(slices, margin))
    if not promotion.refusal:
        set_champion(version, champion, reason or "")
    return promotion


def undo() -> tuple[Version, Version]:
    """Let champion and previous champion change places; return the champion and the one before."""
    from paratheme.tracking.registry import CHAMPION, PREVIOUS, set_champion, version_with_alias

    champion, previous = (version_with_alias(alias) for alias in (CHAMPION, PREVIOUS))
    if champion is None or previous is None:
        raise ParathemeError("there is no previous champion to go back to")
    set_champion(previous, champion)
    return previous, champion


def _grid(promotion: Promotion, margin: float) -> Grid:
    from paratheme.tracking.promotion import CONFIDENCE

    assert promotion.tests is not None
    candidate, champion = promotion.tests
    rows = []
    for one in promotion.slices:
        support = f"{one.support}" + ("" if one.decisive else " (few, not decisive)")
        signed = "-" if math.isnan(one.difference) else f"{one.difference:+.3f}"
        between = format_interval(one.low, one.high, "+.3f")
        scores = [format_score(one.champion), format_score(one.run)]
        rows.append([one.slice, *scores, signed, between, support, "worse" if one.is_worse(margin) else ""])
    title = f"F1 of the champion ({champion.run.label}) and of the run ({candidate.run.label})"
    title += f" on {len(champion.predictions)} blocks in {len(set(champion.predictions.stories))} stories"
    return Grid(title, ["slice", "champion", "run", "difference", f"{CONFIDENCE} of it", "support", ""], rows)
