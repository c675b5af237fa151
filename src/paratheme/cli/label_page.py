"""``paratheme label page``."""

from __future__ import annotations

import argparse
import signal
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from paratheme.classifier.page import LANGUAGES
from paratheme.cli.label_options import check_labels_file, tell, theme_options
from paratheme.cli.themes import theme_set
from paratheme.cli.ui import HIGHEST_PORT
from paratheme.errors import ParathemeError, UsageError

if TYPE_CHECKING:
    from paratheme.cli.label_server import LabelServer
    from paratheme.corpus.label_session import LabelSession
    from paratheme.themes.theme_set import ThemeSet


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    told = "what `paratheme label next` wrote, or other tables of blocks, documents and folders"
    parser.add_argument("paths", nargs="+", metavar="FILE", help=told)
    told = "the labels file (.jsonl) that they are added to; default: labels.jsonl"
    parser.add_argument("-o", "--output", type=Path, default=Path("labels.jsonl"), metavar="FILE", help=told)
    parser.add_argument("--annotator", default="", metavar="NAME", help="who labels; default: the page asks")
    parser.add_argument("--language", choices=LANGUAGES, default="en", help="of the page")
    parser.add_argument("--port", type=int, default=0, help="where it answers; default: any that is free")
    theme_options(parser)


def execute(options: argparse.Namespace) -> int:
    """Label blocks in the browser, by keyboard; each is saved at once."""
    from paratheme.corpus.label_blocks import blocks_to_label
    from paratheme.corpus.label_file import guide_version
    from paratheme.corpus.label_session import LabelSession, checked_name
    from paratheme.corpus.labels import ThemeNames

    check_labels_file(options.output)
    annotator = checked_name(options.annotator) if options.annotator else ""
    themes = theme_set(options.themes)
    failures: list[str] = []
    repairs: list[str] = []
    blocks = blocks_to_label(options.paths, failures, repairs)
    guide = options.guide or guide_version(themes)
    session = LabelSession(blocks, options.output, ThemeNames(themes), guide)
    tell((*repairs, *failures))
    with open_page(session, themes, options.language, annotator, options.port) as server:
        print(server.address, flush=True)
        print(f"{labelled(session)}; open the address in a browser, Ctrl-C ends", file=sys.stderr, flush=True)
        if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
            signal.signal(signal.SIGHUP, signal.default_int_handler)  # the terminal was closed: as Ctrl-C
        try:
            server.serve_forever()
        except KeyboardInterrupt:  # how it is meant to end
            session.close()
    print(f"{options.output}: {labelled(session)}", file=sys.stderr)
    return 1 if failures else 0


def open_page(session: LabelSession, themes: ThemeSet, language: str, annotator: str, port: int) -> LabelServer:
    """Return the server of a session's page.

    Raises
    ------
    ParathemeError
        If the port is taken.
    """
    from paratheme.cli.label_server import LabelServer, make_page

    if not 0 <= port <= HIGHEST_PORT:
        raise UsageError(f"--port {port}: there are ports from 0 to {HIGHEST_PORT}")
    try:
        return LabelServer(session, *make_page(themes, language, session, annotator), port)
    except OSError as error:
        raise ParathemeError(f"port {port}: {error.strerror}; leave --port out, any free one is taken") from error


def labelled(session: LabelSession) -> str:
    """Return how many of the blocks each annotator has labelled, in words."""
    counts = Counter({name: len(session.said_by(name)) for name in session.annotators()})
    told = ", ".join(f"{count} by {name}" for name, count in sorted(counts.items())) or "none"
    return f"{len(session.asked)} blocks, labelled: {told}"
