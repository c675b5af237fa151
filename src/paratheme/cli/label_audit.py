"""``paratheme label audit``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paratheme.cli.label_options import check_new_lines

if TYPE_CHECKING:
    from paratheme.corpus.corpus import Corpus
    from paratheme.training.audit import Shortcut, Suspect

SHOWN = 20  # of each; the file has all suspects


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    told = "as in train: corpus.path=gold.jsonl model=tfidf themes=desk ..."
    parser.add_argument("overrides", nargs="*", default=[], metavar="OVERRIDE", help=told)
    told = "write the labels that the model contradicts, to be exported and looked at again"
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help=told)
    told = "tell of a theme in a language with fewer blocks than this"
    parser.add_argument("--fewest", type=int, default=10, metavar="N", help=told)
    parser.add_argument("--force", action="store_true", help="overwrite the file")


def execute(options: argparse.Namespace) -> int:
    """Look for labels that are likely wrong, copies labelled otherwise, rare themes and shortcuts."""
    from paratheme.corpus.label_file import write_json_lines

    check_new_lines(options.output, options.force)
    audit = audit_corpus(options.overrides, options.fewest)
    show(audit, options.output)
    if options.output:
        write_json_lines(options.output, audit.records())
        print(f"{options.output}: {len(audit.contradicted)} labels that the model contradicts", file=sys.stderr)
    return 0


@dataclass(frozen=True)
class Audit:
    """What looks wrong in a corpus.

    Attributes
    ----------
    corpus : Corpus
    suspects : list of Suspect
        All labels, the likeliest errors first.
    copies : list of (int, int)
        Rows that are copies of each other with different themes.
    rare : list of (str, str, int)
        Language, theme and how many blocks.
    shortcuts : list of Shortcut
    """

    corpus: Corpus
    suspects: Sequence[Suspect]
    copies: Sequence[tuple[int, int]]
    rare: Sequence[tuple[str, str, int]]
    shortcuts: Sequence[Shortcut]

    @property
    def contradicted(self) -> list[Suspect]:
        """The labels that the model contradicts."""
        return [suspect for suspect in self.suspects if suspect.confident]

    def records(self) -> list[dict[str, Any]]:
        """Return these with their blocks, in order."""
        return [
            {
                **{key: self.corpus.blocks[one.row][key] for key in ("document", "start", "end", "kind", "language")},
                "text": self.corpus.texts[one.row],
                "theme": one.theme,
                "labelled": one.given,
                "probability": round(one.probability, 4),
            }
            for one in self.contradicted
        ]


def audit_corpus(overrides: Sequence[str], fewest: int = 10) -> Audit:
    """Audit a corpus by what a model says of its blocks that did not learn from them."""
    from paratheme.corpus.load import load_corpus
    from paratheme.training import audit
    from paratheme.training.compose import compose
    from paratheme.training.data import with_stories

    config = compose(overrides)
    corpus, _ = with_stories(load_corpus(config.corpus, config.themes), config.split, config.encoder)
    P, P_masked = audit.out_of_fold(corpus, config)
    ids = corpus.themes.ids
    return Audit(
        corpus,
        audit.suspects(corpus.labels, audit.with_documents(corpus, P, config), ids),
        audit.copies_labelled_otherwise(corpus),
        audit.rare_themes(corpus, fewest),
        audit.shortcuts(corpus.labels, P, P_masked, ids),
    )


def show(audit: Audit, file: Path | None) -> None:
    """Print what looks wrong."""
    from paratheme.cli.isolated import isolated, show_words
    from paratheme.evaluation.format import format_score

    corpus, ids = audit.corpus, list(audit.corpus.themes.ids)
    contradicted = audit.contradicted
    rows = [
        [f"{one.probability:.2f}", one.theme, "given" if one.given else "missing", _place(corpus, one.row)]
        for one in contradicted[:SHOWN]
    ]
    if rows:
        rows = [[*row, corpus.texts[one.row]] for row, one in zip(rows, contradicted, strict=False)]
        title = f"{len(contradicted)} of {len(audit.suspects)} labels are contradicted, likeliest errors first"
        show_words(title, ["p", "theme", "is", "block", "text"], rows, ["p"])
    if len(contradicted) > SHOWN:
        print(f"... and {len(contradicted) - SHOWN} more; {file or '-o FILE'} has all\n")
    for a, b in audit.copies[:SHOWN]:
        said = ["; ".join(ids[t] for t in corpus.labels[row].nonzero()[0]) or "none" for row in (a, b)]
        places = f"{isolated(_place(corpus, a))} ({said[0]}), {isolated(_place(corpus, b))} ({said[1]})"
        print(f"copies labelled otherwise: {places}: {isolated(corpus.texts[a][:80])}")
    print(f"{len(audit.copies)} pairs of copies are labelled otherwise\n")
    for language in dict.fromkeys(language for language, _, _ in audit.rare):
        told = ", ".join(f"{theme} {count}" for of, theme, count in audit.rare if of == language)
        print(f"rare in {language}: {told}")
    table = [[one.theme, format_score(one.f1), format_score(one.masked_f1)] for one in audit.shortcuts]
    show_words("\nF1 with and without the theme's words", ["theme", "F1", "without"], table, ["F1", "without"])


def _place(corpus: Corpus, row: int) -> str:
    block = corpus.blocks[row]
    return f"{block['document']} {block['start']}-{block['end']}"
