"""``paratheme watch``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from paratheme.cli.shares import as_json, pile_options, reading, tell
from paratheme.cli.terminal import Grid, show
from paratheme.errors import UsageError, validated

if TYPE_CHECKING:
    from paratheme.training.watch import Watched


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    told = "a document, a folder, a table with a column text, or a file of blocks that predict wrote"
    parser.add_argument("baseline", metavar="BASELINE", help=f"what came before: {told}")
    parser.add_argument("new", metavar="NEW", help="what came since: as BASELINE")
    pile_options(parser)
    told = "how likely it may be that movement is found where there is none; default: 0.05"
    parser.add_argument("--level", type=float, default=0.05, help=told)
    told = "how often the documents are dealt out anew; default: 999"
    parser.add_argument("--permutations", type=int, default=999, help=told)
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="a .json, instead of the table")


def execute(options: argparse.Namespace) -> int:
    """Test whether a stream of documents has moved: themes, languages, kinds, words, texts; log that to MLflow."""
    from paratheme.cli.output import check_place
    from paratheme.evaluation.format import printable
    from paratheme.training.watch import WatchSettings, watch

    if options.output:
        if options.output.suffix.lower() != ".json":
            raise UsageError(f"{options.output}: end its name in .json")
        check_place(options.output, options.force)
    given = {"level": options.level, "permutations": options.permutations}
    settings = validated(WatchSettings, given)
    asked = (options.baseline, options.new, options.model, options.themes, options.text_column)
    found = watch(*asked, settings, tell, reading)
    if options.output:
        options.output.write_text(as_json(found), "utf-8")
    else:
        show(grid(found, settings.level))
        for test in found.tests:
            if test.moved:
                print(f"{test.what}: {printable(test.told)}")
    print("moved" if found.moved else "not moved")
    waits = f"waits in {found.waiting} for the tracking store; paratheme sync delivers it"
    print(f"run    {waits if found.waiting else f'runs:/{found.run_id}'}")
    for failure in found.failures:
        tell(failure)
    return 1 if found.failures else 0


def grid(found: Watched, level: float) -> Grid:
    """Return the tests as a table."""
    from paratheme.evaluation.format import format_score

    rows = []
    for test in found.tests:
        figures = [format_score(value) for value in (test.baseline, test.new, test.effect, test.p, test.p_holm)]
        rows.append([test.what, *figures, "yes" if test.moved else ""])
    (first, before), (second, after) = found.baseline, found.new
    title = f"{after:,} blocks in {second:,} documents against {before:,} blocks in {first:,} documents"
    columns = ["", "baseline", "new", "effect", "p", "p (Holm)", "moved"]
    note = (
        f"moved: p by Holm's correction for {len(rows)} tests is at most {level:g}; documents are dealt out as wholes"
    )
    return Grid(title, columns, rows, note, ("p", "baseline", "new"))
